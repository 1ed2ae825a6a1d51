"""Tasks and actors on Dask: futures, batches of calls as futures, or dask.delayed; in processes, or
in threads of one."""

from __future__ import annotations

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

    def work(self, run: Run, cluster: Cluster, watch: Watch) -> Answer:
        from spillway_adapters.tasks import dask_pool, parts

        pools = {"batched": dask_pool.Batches, "delayed": dask_pool.Delayeds}
        pool = pools.get(run.spec.profile, dask_pool.Futures)(cluster.client, run.spec.workers)
        result = parts.measured(run, pool, parts.seconds_a_ms(), tells_spans=False)
        watch.finish()
        return result
