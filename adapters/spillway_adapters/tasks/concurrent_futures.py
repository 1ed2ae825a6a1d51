"""Tasks on concurrent.futures.ProcessPoolExecutor: submitted one by one, or mapped in chunks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any

from spillway_adapters.protocol import Run
from spillway_adapters.tasks import parts
from spillway_adapters.tasks.plain_pool import PlainPool, PoolJob


class Job(PoolJob):
    def __init__(self, run: Run) -> None:
        self._in_chunks = run.spec.profile == "chunks"

    def pool(self, run: Run, library: ProcessPoolExecutor) -> PlainPool:
        return Executor(library, run.spec.workers, self._in_chunks)


class Executor(PlainPool):
    def __init__(self, executor: ProcessPoolExecutor, workers: int, in_chunks: bool) -> None:
        self._executor, self._workers, self._in_chunks = executor, workers, in_chunks

    def all(self, function: Callable[[Any], Any], tasks: Sequence[Any], ms: float) -> list[Any]:
        if self._in_chunks:
            size = len(parts.batched(tasks, self._workers, ms)[0])
            return list(self._executor.map(function, tasks, chunksize=size))
        futures = [self._executor.submit(function, task) for task in tasks]
        return [future.result() for future in futures]

    def one(self, function: Callable[[Any], Any], task: Any) -> Any:  # noqa: ANN401
        return self._executor.submit(function, task).result()
