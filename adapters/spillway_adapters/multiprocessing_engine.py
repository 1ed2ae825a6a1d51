"""multiprocessing.Pool, of Python's standard library."""

from __future__ import annotations

import os
import platform
from typing import Any, Protocol

from spillway_adapters import kinds
from spillway_adapters.multiprocessing_pool import WatchedPool
from spillway_adapters.protocol import THREAD_VARIABLES, Answer, Run, serve

#: As Dask starts its workers, and every program may: a fork of a process with threads may hang.
START_METHOD = "spawn"


class Job(Protocol):
    """What a kind of work has the pool do."""

    def set_up(self, run: Run, pool: WatchedPool) -> dict[str, Any]:
        """Every worker has imported what it needs; settings of its own."""
        ...

    def work(self, run: Run) -> Answer: ...


class Multiprocessing:
    name = "multiprocessing"
    package = ""
    libraries = ("numpy",)
    version = platform.python_version()

    def __init__(self) -> None:
        self._pool: WatchedPool | None = None

    def start(self, run: Run) -> dict[str, Any]:
        self._job: Job = kinds.job(run, self.name)
        os.environ.update(dict.fromkeys(THREAD_VARIABLES, "1"))  # of each worker
        self._pool = WatchedPool(run.spec.workers, START_METHOD)
        own = self._job.set_up(run, self._pool)
        return {"processes": run.spec.workers, "start_method": START_METHOD, **own}

    def work(self, run: Run) -> Answer:
        return self._job.work(run)

    def error_code(self, failure: Exception) -> str | None:
        return None

    def close(self, run: Run) -> None:
        if self._pool is not None:
            self._pool.close()


if __name__ == "__main__":
    serve(Multiprocessing())
