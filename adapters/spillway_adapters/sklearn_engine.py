"""scikit-learn, whose searches run on joblib's processes."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from spillway_adapters.pool_engine import PoolEngine
from spillway_adapters.protocol import Run, serve


class ReusedPool:
    """loky's processes as scikit-learn asks for them, which it finds again: those that another
    initializer made it would replace."""

    def __init__(self, run: Run, initializer: Callable[[], None]) -> None:
        folder = run.spec.scratch / "joblib"
        folder.mkdir()
        os.environ["JOBLIB_TEMP_FOLDER"] = str(folder)
        import joblib

        self.settings = {"backend": "loky", "n_jobs": str(run.spec.workers)}
        self._workers, self._initializer = run.spec.workers, initializer
        self.library: Any = joblib.Parallel(n_jobs=run.spec.workers)
        self._delayed = joblib.delayed

    def first(self) -> None:
        self.library(self._delayed(self._initializer)() for _ in range(self._workers))

    def close(self) -> None:
        from joblib.externals.loky import get_reusable_executor

        if self._workers > 1:  # joblib does one worker's calls in this process.
            get_reusable_executor(reuse=True).shutdown(wait=True, kill_workers=True)


class Sklearn(PoolEngine):
    name = "sklearn"
    package = "scikit-learn"
    libraries = ("joblib", "scipy", "numpy")
    whose = "joblib"

    def open(self, run: Run, job: Any, initializer: Callable[[], None]) -> ReusedPool:  # noqa: ANN401
        return ReusedPool(run, initializer)


if __name__ == "__main__":
    serve(Sklearn())
