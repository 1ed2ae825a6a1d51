"""concurrent.futures.ProcessPoolExecutor, of Python's standard library."""

from __future__ import annotations

import multiprocessing
import os
import platform
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any, Protocol

from spillway_adapters import kinds
from spillway_adapters.protocol import THREAD_VARIABLES, Answer, Run, RunError, serve

#: As Dask starts its workers, and every program may: a fork of a process with threads may hang.
START_METHOD = "spawn"


class Job(Protocol):
    """What a kind of work has the executor do."""

    def set_up(self, run: Run, executor: ProcessPoolExecutor) -> dict[str, Any]:
        """Every worker has imported what it needs; settings of its own."""
        ...

    def work(self, run: Run) -> Answer: ...


class ConcurrentFutures:
    name = "concurrent-futures"
    package = ""
    libraries = ("numpy",)
    version = platform.python_version()

    def start(self, run: Run) -> dict[str, Any]:
        self._job: Job = kinds.job(run, self.name)
        os.environ.update(dict.fromkeys(THREAD_VARIABLES, "1"))  # of each worker
        context = multiprocessing.get_context(START_METHOD)
        executor = ProcessPoolExecutor(run.spec.workers, mp_context=context)
        own = self._job.set_up(run, executor)
        return {"processes": run.spec.workers, "start_method": START_METHOD, **own}

    def work(self, run: Run) -> Answer:
        try:
            return self._job.work(run)
        except BrokenProcessPool as failure:
            message = "A worker of the executor ended in the middle of the run."
            raise RunError("engine-failed", message) from failure

    def error_code(self, failure: Exception) -> str | None:
        return None

    def close(self, run: Run) -> None:
        """At once, also in the middle of tasks."""
        for process in multiprocessing.active_children():
            process.kill()


if __name__ == "__main__":
    serve(ConcurrentFutures())
