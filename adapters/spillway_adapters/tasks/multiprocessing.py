"""Tasks on multiprocessing.Pool: map() with its own chunks, or one task at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from spillway_adapters.multiprocessing_pool import WatchedPool
from spillway_adapters.protocol import Run
from spillway_adapters.tasks.plain_pool import PlainPool, PoolJob


class Job(PoolJob):
    def __init__(self, run: Run) -> None:
        self._singly = run.spec.profile == "singly"

    def pool(self, run: Run, library: WatchedPool) -> PlainPool:
        return MappedPool(library, self._singly)


class MappedPool(PlainPool):
    def __init__(self, pool: WatchedPool, singly: bool) -> None:
        self._pool, self._chunk = pool, 1 if singly else None

    def all(self, function: Callable[[Any], Any], tasks: Sequence[Any], ms: float) -> list[Any]:
        return self._pool.map(function, tasks, self._chunk)

    def one(self, function: Callable[[Any], Any], task: Any) -> Any:  # noqa: ANN401
        return self._pool.apply(function, task)
