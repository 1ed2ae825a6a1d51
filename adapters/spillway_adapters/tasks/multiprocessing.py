"""Tasks on multiprocessing.Pool: map() with its own chunks, or one task at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from spillway_adapters.multiprocessing_pool import WatchedPool
from spillway_adapters.protocol import Answer, Run
from spillway_adapters.tasks import functions, parts
from spillway_adapters.tasks.inputs import Inputs
from spillway_adapters.tasks.plain_pool import PlainPool


class Job:
    def __init__(self, run: Run) -> None:
        self._singly = run.spec.profile == "singly"

    def preparation(self, run: Run) -> Callable[[], Any]:
        return partial(functions.ready, 0.0)

    def set_up(self, run: Run, pool: WatchedPool) -> dict[str, Any]:
        self._pool = MappedPool(pool, self._singly)
        self._inputs = Inputs(run)
        return {}

    def work(self, run: Run) -> Answer:
        return parts.measured(run, self._pool, self._inputs, tells_spans=True)


class MappedPool(PlainPool):
    def __init__(self, pool: WatchedPool, singly: bool) -> None:
        self._pool, self._chunk = pool, 1 if singly else None

    def all(self, function: Callable[[Any], Any], tasks: Sequence[Any], ms: float) -> list[Any]:
        return self._pool.map(function, tasks, self._chunk)

    def one(self, function: Callable[[Any], Any], task: Any) -> Any:  # noqa: ANN401
        return self._pool.apply(function, task)
