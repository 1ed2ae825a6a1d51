"""An engine that is a pool of processes: opened for a run, each process prepared once before ready,
ended at once."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from typing import Any, Protocol

from spillway_adapters import kinds
from spillway_adapters.prepared import prepare
from spillway_adapters.protocol import THREAD_VARIABLES, Answer, Run, RunError

#: As Dask starts its workers, and every program may: a fork of a process with threads may hang.
START_METHOD = "spawn"


class Job(Protocol):
    """What a kind of work has the pool do."""

    def preparation(self, run: Run) -> Callable[[], Any]:
        """What each process does before its first task: it imports what it needs, and makes what is
        no part of the timed work."""
        ...

    def set_up(self, run: Run, pool: Any) -> dict[str, Any]:  # noqa: ANN401 (the library's)
        """Every process is prepared. Settings of the work's own."""
        ...

    def work(self, run: Run) -> Answer: ...


class Pool(Protocol):
    library: Any  #: what jobs are given: the library's own
    settings: dict[str, str]

    def first(self) -> None:
        """Tasks that do nothing, so many that every process is started; returns when they are
        done."""
        ...

    def close(self) -> None:
        """At once, also in the middle of tasks."""
        ...


class PoolEngine:
    name: str
    package = ""
    libraries: tuple[str, ...] = ("numpy",)
    whose: str  #: workers: of a message

    def __init__(self) -> None:
        self._pool: Pool | None = None

    def open(self, run: Run, job: Any, initializer: Callable[[], None]) -> Pool:  # noqa: ANN401
        raise NotImplementedError

    def start(self, run: Run) -> dict[str, Any]:
        self._job: Job = kinds.job(run, self.name)
        os.environ.update(dict.fromkeys(THREAD_VARIABLES, "1"))  # of each worker
        folder = run.spec.scratch / "prepared"
        folder.mkdir()
        workers, work = run.spec.workers, self._job.preparation(run)
        self._pool = self.open(run, self._job, partial(prepare, str(folder), workers, work))
        with self._watched():
            self._pool.first()
        own = self._job.set_up(run, self._pool.library)
        return {"processes": workers, **self._pool.settings, **own}

    def work(self, run: Run) -> Answer:
        with self._watched():
            return self._job.work(run)

    @contextlib.contextmanager
    def _watched(self) -> Iterator[None]:
        """The end of a worker is the run's failure."""
        try:
            yield
        except BrokenProcessPool as failure:
            message = f"A worker of {self.whose} ended in the middle of the run."
            raise RunError("engine-failed", message) from failure

    def error_code(self, failure: Exception) -> str | None:
        return None

    def close(self, run: Run) -> None:
        if self._pool is not None:
            self._pool.close()
