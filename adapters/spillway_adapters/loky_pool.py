"""joblib's pool of processes, loky: opened once for a run, ended at once."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from typing import Any

from spillway_adapters.protocol import Run, RunError


class LokyPool:
    def __init__(self, run: Run, batch_size: int | str) -> None:
        # Arrays are mapped from files, else of the shared memory file system.
        folder = run.spec.scratch / "joblib"
        folder.mkdir()
        os.environ["JOBLIB_TEMP_FOLDER"] = str(folder)
        import joblib

        #: To be called with delayed calls.
        self.parallel: Any = joblib.Parallel(
            n_jobs=run.spec.workers, backend="loky", batch_size=batch_size
        )
        self.parallel.__enter__()

    @contextlib.contextmanager
    def watched(self) -> Iterator[None]:
        """The end of a worker is the run's failure."""
        from joblib.externals.loky.process_executor import TerminatedWorkerError

        try:
            yield
        except TerminatedWorkerError as failure:
            message = "A worker of joblib ended in the middle of the run."
            raise RunError("engine-failed", message) from failure

    def close(self) -> None:
        from joblib.externals.loky import get_reusable_executor

        get_reusable_executor().shutdown(wait=True, kill_workers=True)
