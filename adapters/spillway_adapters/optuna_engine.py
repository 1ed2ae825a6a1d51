"""Optuna, its trials on joblib's processes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from spillway_adapters.loky_pool import LokyPool
from spillway_adapters.pool_engine import PoolEngine
from spillway_adapters.protocol import Run, serve


class Optuna(PoolEngine):
    name = package = "optuna"
    libraries = ("joblib", "numpy")
    whose = "joblib"

    def open(self, run: Run, job: Any, initializer: Callable[[], None]) -> LokyPool:  # noqa: ANN401
        return LokyPool(run, initializer, 1)


if __name__ == "__main__":
    serve(Optuna())
