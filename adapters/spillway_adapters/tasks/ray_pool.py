"""Ray's tasks, references and actors."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

import ray

from spillway_adapters.protocol import Run
from spillway_adapters.ray_core import busy, once
from spillway_adapters.ray_place import Place
from spillway_adapters.tasks import functions, parts
from spillway_adapters.tasks.parts import ActorCalls
from spillway_adapters.tasks.plain_pool import in_pairs


@once
def prepare_worker(pause: float) -> tuple[int]:
    functions.ready()
    return (busy(pause),)


call = once(functions.call)
digest = once(functions.digest)
each = once(functions.each)
leaf = once(functions.leaf)
both = once(functions.both)
digest_of_shared = once(functions.digest_of_shared)
Actor = ray.remote(max_restarts=0, max_task_retries=0)(functions.Counter)


class RayPool:
    sharing = "put into the object store once, read there"
    summing = "tasks of tasks"

    def __init__(self, run: Run, place: Place) -> None:
        self._workers, self._in_batches = run.spec.workers, run.spec.profile == "batched"
        self._remote = {functions.call: place.of(call), functions.digest: place.of(digest)}
        self._each, self._digest_of_shared = place.of(each), place.of(digest_of_shared)
        self._leaf, self._both = place.of(leaf), place.of(both)
        self._actor = place.of(Actor)

    def all(self, function: Callable[[Any], Any], tasks: Sequence[Any], ms: float) -> list[Any]:
        if not self._in_batches:
            remote = self._remote[function]
            return ray.get([remote.remote(task) for task in tasks])
        batches = parts.batched(tasks, self._workers, ms)
        answers = ray.get([self._each.remote(function, batch) for batch in batches])
        return [answer for batch in answers for answer in batch]

    def one(self, function: Callable[[Any], Any], task: Any) -> Any:  # noqa: ANN401
        return ray.get(self._remote[function].remote(task))

    def tree(self, leaves: Sequence[int]) -> int:
        return ray.get(in_pairs([self._leaf.remote(state) for state in leaves], self._both.remote))

    def share(self, data: bytes, numbers: Sequence[int]) -> list[int]:
        stored = ray.put(data)
        return ray.get([self._digest_of_shared.remote(stored, number) for number in numbers])

    def actors(self, count: int, calls: int) -> ActorCalls | None:
        begin = time.perf_counter()
        actors = [self._actor.remote() for _ in range(count)]
        totals = ray.get([actor.add.remote(0) for actor in actors])
        started = time.perf_counter()
        for number in range(calls):
            totals = ray.get([actor.add.remote(number) for actor in actors])
        ended = time.perf_counter()
        for actor in actors:
            ray.kill(actor)
        return ActorCalls(started - begin, ended - started, totals)
