"""Optuna, its trials on joblib's processes."""

from __future__ import annotations

from typing import Any, Protocol

from spillway_adapters import kinds
from spillway_adapters.loky_pool import LokyPool
from spillway_adapters.protocol import Answer, Run, serve


class Job(Protocol):
    """What a kind of work has Optuna do."""

    def set_up(self, run: Run, parallel: Any) -> dict[str, Any]:  # noqa: ANN401 (joblib's)
        """Every worker has imported what it needs; settings of its own."""
        ...

    def work(self, run: Run) -> Answer: ...


class Optuna:
    name = "optuna"
    package = "optuna"
    libraries = ("joblib", "numpy")

    def __init__(self) -> None:
        self._pool: LokyPool | None = None

    def start(self, run: Run) -> dict[str, Any]:
        self._job: Job = kinds.job(run, self.name)
        self._pool = LokyPool(run, 1)
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
    serve(Optuna())
