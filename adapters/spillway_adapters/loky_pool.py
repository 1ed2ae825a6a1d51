"""joblib's pool of processes, loky: opened once for a run, ended at once."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from spillway_adapters.prepared import nothing
from spillway_adapters.protocol import Run


class LokyPool:
    def __init__(self, run: Run, initializer: Callable[[], None], batch_size: int | str) -> None:
        # Arrays are mapped from files, else of the shared memory file system.
        folder = run.spec.scratch / "joblib"
        folder.mkdir()
        os.environ["JOBLIB_TEMP_FOLDER"] = str(folder)
        import joblib

        self.settings = {"backend": "loky"}
        self._is_here = run.spec.workers == 1
        #: To be called with delayed calls.
        self.library: Any = joblib.Parallel(
            n_jobs=run.spec.workers,
            backend="loky",
            batch_size=batch_size,
            initializer=initializer,
        )
        self.library.__enter__()
        self._first, self._initializer = joblib.delayed(nothing), initializer

    def first(self) -> None:
        if self._is_here:
            self._initializer()  # joblib does one worker's calls in this process.
        self.library([self._first()])

    def close(self) -> None:
        from joblib.externals.loky import get_reusable_executor

        if not self._is_here:
            # The one that there is: asked for with other arguments, loky would wait for its tasks
            # and open another one.
            get_reusable_executor(reuse=True).shutdown(wait=True, kill_workers=True)
