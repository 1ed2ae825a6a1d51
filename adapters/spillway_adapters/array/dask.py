"""Column means with dask.array: on threads of one process, or on processes."""

from __future__ import annotations

import time
from typing import Any

from spillway_adapters.array.result import result
from spillway_adapters.dask_cluster import Cluster
from spillway_adapters.dask_watch import Watch
from spillway_adapters.protocol import Answer, Run, Unsupported


class Job:
    imports = ("numpy", "dask.array", "spillway_adapters.array.chunks")
    shares_scratch = False

    def __init__(self, run: Run) -> None:
        profile = run.spec.profile
        if profile not in ("threads", "processes"):
            raise Unsupported(f'The array has no profile "{profile}".')
        self.one_process = profile == "threads"

    def set_up(self, run: Run, cluster: Cluster) -> dict[str, Any]:
        from spillway_adapters.array import chunks

        cluster.in_every_worker(chunks.ready)
        return {}

    def work(self, run: Run, cluster: Cluster, watch: Watch) -> Answer:
        import dask.array
        from distributed import futures_of

        array, client = run.spec.workload, cluster.client
        watch.expect(None)
        begin = time.perf_counter()
        whole = dask.array.random.default_rng(run.spec.seed).random(
            (array.n, array.n), chunks=array.c
        )
        if array.loaded:
            with run.phase("load"):
                whole = client.persist(whole)
                watch.wait(futures_of(whole))
        with run.phase("compute"):
            (means,) = watch.gather([client.compute(whole.mean(axis=0))])
        seconds = time.perf_counter() - begin
        watch.finish()
        return lambda: result(run, means, seconds, None)
