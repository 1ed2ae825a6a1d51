"""joblib on loky, its own pool of processes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from spillway_adapters.loky_pool import LokyPool
from spillway_adapters.pool_engine import PoolEngine
from spillway_adapters.protocol import Run, serve


class Joblib(PoolEngine):
    name = package = whose = "joblib"

    def open(self, run: Run, job: Any, initializer: Callable[[], None]) -> LokyPool:  # noqa: ANN401
        """A job has a `batch_size`: tasks that are sent together, or "auto"."""
        return LokyPool(run, initializer, job.batch_size)


if __name__ == "__main__":
    serve(Joblib())
