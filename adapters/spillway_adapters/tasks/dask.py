"""Tasks and actors on Dask: futures, batches of calls as futures, or dask.delayed; in processes, or
in threads of one."""

from __future__ import annotations

from typing import Any

from spillway_adapters.dask_cluster import Cluster
from spillway_adapters.dask_watch import Watch
from spillway_adapters.protocol import Answer, Run, Unsupported


class Job:
    imports = ("dask", "spillway_adapters.tasks.functions", "spillway_adapters.tasks.dask_pool")
    shares_scratch = False

    def __init__(self, run: Run) -> None:
        profile = run.spec.profile
        if profile not in ("futures", "batched", "delayed", "threads"):
            raise Unsupported(f'Tasks have no profile "{profile}".')
        self.one_process = profile == "threads"

    def set_up(self, run: Run, cluster: Cluster) -> dict[str, Any]:
        from spillway_adapters.tasks import dask_pool
        from spillway_adapters.tasks.inputs import Inputs

        pools = {"batched": dask_pool.Batches, "delayed": dask_pool.Delayeds}
        pool = pools.get(run.spec.profile, dask_pool.Futures)
        self._pool = pool(cluster.client, run.spec.workers)
        self._inputs = Inputs(run)
        return {}

    def work(self, run: Run, cluster: Cluster, watch: Watch) -> Answer:
        from spillway_adapters.tasks import parts

        result = parts.measured(run, self._pool, self._inputs, tells_spans=False)
        watch.finish()
        return result
