"""Dask's futures, delayed calls and actors. Every call is one of its own (`pure=False`): Dask would
give the answer of an equal one."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

import dask

from spillway_adapters.tasks import functions, parts
from spillway_adapters.tasks.parts import ActorCalls
from spillway_adapters.tasks.plain_pool import in_pairs


class Futures:
    sharing = "scattered to every worker once"
    summing = "tasks of tasks"

    def __init__(self, client: Any, workers: int) -> None:  # noqa: ANN401 (Dask's)
        self._client, self._workers = client, workers

    def all(self, function: Callable[[Any], Any], tasks: Sequence[Any], ms: float) -> list[Any]:
        return self._client.gather(self._client.map(function, tasks, pure=False))

    def one(self, function: Callable[[Any], Any], task: Any) -> Any:  # noqa: ANN401
        return self._client.submit(function, task, pure=False).result()

    def tree(self, leaves: Sequence[int]) -> int:
        def both(left: Any, right: Any) -> Any:  # noqa: ANN401 (futures)
            return self._client.submit(functions.both, left, right, pure=False)

        return in_pairs(self._client.map(functions.leaf, leaves, pure=False), both).result()

    def share(self, data: bytes, numbers: Sequence[int]) -> list[int]:
        stored = self._client.scatter(data, broadcast=True, hash=False)
        futures = [
            self._client.submit(functions.digest_of_shared, stored, number, pure=False)
            for number in numbers
        ]
        return self._client.gather(futures)

    def actors(self, count: int, calls: int) -> ActorCalls | None:
        begin = time.perf_counter()
        made = [
            self._client.submit(functions.Counter, actor=True, pure=False) for _ in range(count)
        ]
        actors = [one.result() for one in made]
        totals = [one.result() for one in [actor.add(0) for actor in actors]]
        started = time.perf_counter()
        for number in range(calls):
            totals = [one.result() for one in [actor.add(number) for actor in actors]]
        return ActorCalls(started - begin, time.perf_counter() - started, totals)


class Batches(Futures):
    def all(self, function: Callable[[Any], Any], tasks: Sequence[Any], ms: float) -> list[Any]:
        batches = parts.batched(tasks, self._workers, ms)
        made = [self._client.submit(functions.each, function, b, pure=False) for b in batches]
        return [answer for batch in self._client.gather(made) for answer in batch]


class Delayeds(Futures):
    sharing = "part of the graph, as one value"

    def all(self, function: Callable[[Any], Any], tasks: Sequence[Any], ms: float) -> list[Any]:
        call = dask.delayed(function, pure=False, traverse=False)
        return list(dask.compute(*[call(task) for task in tasks]))

    def one(self, function: Callable[[Any], Any], task: Any) -> Any:  # noqa: ANN401
        return dask.delayed(function, pure=False, traverse=False)(task).compute()

    def tree(self, leaves: Sequence[int]) -> int:
        leaf = dask.delayed(functions.leaf, pure=False)
        return in_pairs([leaf(state) for state in leaves], dask.delayed(functions.both)).compute()

    def share(self, data: bytes, numbers: Sequence[int]) -> list[int]:
        stored = dask.delayed(data, traverse=False)
        call = dask.delayed(functions.digest_of_shared, pure=False)
        return list(dask.compute(*[call(stored, number) for number in numbers]))
