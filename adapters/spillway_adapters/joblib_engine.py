"""joblib on loky, its own pool of processes."""

from __future__ import annotations

from typing import Any, Protocol

from spillway_adapters import kinds
from spillway_adapters.loky_pool import LokyPool
from spillway_adapters.protocol import Answer, Run, serve


class Job(Protocol):
    """What a kind of work has joblib do."""

    batch_size: int | str  #: tasks that are sent together, or "auto"

    def set_up(self, run: Run, parallel: Any) -> dict[str, Any]:  # noqa: ANN401 (joblib's)
        """Every worker has imported what it needs; settings of its own."""
        ...

    def work(self, run: Run) -> Answer: ...


class Joblib:
    name = "joblib"
    package = "joblib"
    libraries = ("numpy",)

    def __init__(self) -> None:
        self._pool: LokyPool | None = None

    def start(self, run: Run) -> dict[str, Any]:
        self._job: Job = kinds.job(run, self.name)
        self._pool = LokyPool(run, self._job.batch_size)
        own = self._job.set_up(run, self._pool.parallel)
        return {"processes": run.spec.workers, "backend": "loky", **own}

    def work(self, run: Run) -> Answer:
        assert self._pool is not None
        with self._pool.watched():
            return self._job.work(run)

    def error_code(self, failure: Exception) -> str | None:
        return None

    def close(self, run: Run) -> None:
        if self._pool is not None:
            self._pool.close()


if __name__ == "__main__":
    serve(Joblib())
