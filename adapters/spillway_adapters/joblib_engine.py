"""joblib on loky, its own pool of processes."""

from __future__ import annotations

import os
from typing import Any, Protocol

from spillway_adapters import kinds
from spillway_adapters.protocol import Answer, Run, RunError, serve


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
        self._parallel: Any = None

    def start(self, run: Run) -> dict[str, Any]:
        self._job: Job = kinds.job(run, self.name)
        # Its arrays are mapped from files, else of the shared memory file system.
        folder = run.spec.scratch / "joblib"
        folder.mkdir()
        os.environ["JOBLIB_TEMP_FOLDER"] = str(folder)
        import joblib

        self._parallel = joblib.Parallel(
            n_jobs=run.spec.workers, backend="loky", batch_size=self._job.batch_size
        )
        self._parallel.__enter__()
        own = self._job.set_up(run, self._parallel)
        return {"processes": run.spec.workers, "backend": "loky", **own}

    def work(self, run: Run) -> Answer:
        from joblib.externals.loky.process_executor import TerminatedWorkerError

        try:
            return self._job.work(run)
        except TerminatedWorkerError as failure:
            message = "A worker of joblib ended in the middle of the run."
            raise RunError("engine-failed", message) from failure

    def error_code(self, failure: Exception) -> str | None:
        return None

    def close(self, run: Run) -> None:
        if self._parallel is None:
            return
        from joblib.externals.loky import get_reusable_executor

        get_reusable_executor().shutdown(wait=True, kill_workers=True)


if __name__ == "__main__":
    serve(Joblib())
