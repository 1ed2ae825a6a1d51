"""Dask: a scheduler in this process and worker processes of a LocalCluster, or an existing cluster.

docs/engines.md describes how the profiles differ. The cluster is in dask_cluster, what is reported
while it runs in dask_watch, the reading of CSV in dask_csv.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from spillway_adapters import kinds, node_memory
from spillway_adapters.dask_cluster import Cluster, Job
from spillway_adapters.dask_memory import DaskMemory
from spillway_adapters.dask_watch import Watch
from spillway_adapters.protocol import Answer, Run, serve


class Dask:
    name = "dask"
    package = "dask"
    libraries = ("distributed", "dask-ml", "numpy", "pandas", "pyarrow", "scikit-learn", "scipy")

    def __init__(self) -> None:
        self._cluster = Cluster()
        self._memory: DaskMemory | None = None

    def start(self, run: Run) -> dict[str, Any]:
        self._job: Job = kinds.job(run, self.name)
        settings = self._cluster.start(run, self._job)
        with self._watched(run):
            settings |= self._job.set_up(run, self._cluster)
        if run.spec.address is not None:
            try:
                self._memory = DaskMemory(run, self._cluster.client)
            except Exception as failure:
                run.log(f"No memory figure: the workers' nodes cannot be read ({failure}).")
        return {"profile": run.spec.profile, **settings}

    def work(self, run: Run) -> Answer:
        with self._watched(run) as watch:
            answer = self._job.work(run, self._cluster, watch)
        if self._memory is not None:
            node_memory.stop_after_done(run, self._memory.memory)
        return answer

    @contextmanager
    def _watched(self, run: Run) -> Iterator[Watch]:
        """The end of a worker is the run's failure."""
        from distributed.scheduler import KilledWorker

        watch = Watch(run, self._cluster)
        try:
            yield watch
        except KilledWorker as failure:
            raise watch.lost_worker() from failure

    def error_code(self, failure: Exception) -> str | None:
        if isinstance(failure, MemoryError):
            return "out-of-memory"
        # pandas' and Arrow's parse errors are ValueErrors.
        return "data-unreadable" if isinstance(failure, ValueError | OSError) else None

    def close(self, run: Run) -> None:
        if self._memory is not None:
            self._memory.end()
        self._cluster.close()


if __name__ == "__main__":
    serve(Dask())
