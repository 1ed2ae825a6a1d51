"""concurrent.futures.ProcessPoolExecutor, of Python's standard library."""

from __future__ import annotations

import multiprocessing
import platform
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from typing import Any

from spillway_adapters.pool_engine import START_METHOD, PoolEngine
from spillway_adapters.prepared import nothing
from spillway_adapters.protocol import Run, serve


class Executor:
    def __init__(self, workers: int, initializer: Callable[[], None]) -> None:
        context = multiprocessing.get_context(START_METHOD)
        self._workers = workers
        self.library = ProcessPoolExecutor(workers, context, initializer)
        self.settings = {"start_method": START_METHOD}

    def first(self) -> None:
        # It starts a process a task, as long as none has nothing to do.
        for done in [self.library.submit(nothing) for _ in range(self._workers)]:
            done.result()

    def close(self) -> None:
        for process in multiprocessing.active_children():
            process.kill()


class ConcurrentFutures(PoolEngine):
    name = "concurrent-futures"
    version = platform.python_version()
    whose = "the executor"

    def open(self, run: Run, job: Any, initializer: Callable[[], None]) -> Executor:  # noqa: ANN401
        return Executor(run.spec.workers, initializer)


if __name__ == "__main__":
    serve(ConcurrentFutures())
