"""Column means on Ray: tasks that make and add up chunks, or chunks as objects."""

from __future__ import annotations

import time
from typing import Any

from spillway_adapters.array.result import balance_of, result
from spillway_adapters.protocol import Answer, Run, Unsupported

#: Tasks a worker, so that one that is slower gets fewer.
TASKS_A_WORKER = 8


class Job:
    def __init__(self, run: Run) -> None:
        profile = run.spec.profile
        if profile not in ("fused", "objects"):
            raise Unsupported(f'The array has no profile "{profile}".')
        self._fused = profile == "fused"
        if self._fused and run.spec.workload.loaded:
            raise Unsupported("Fused tasks keep no chunk: the profile objects holds them.")

    def set_up(self, run: Run) -> dict[str, Any]:
        from spillway_adapters import ray_core
        from spillway_adapters.array import ray_chunks

        ray_core.warm_workers(run.spec.workers, ray_chunks.prepare_worker)
        return {}

    def work(self, run: Run, own_cluster: bool) -> Answer:
        from spillway_adapters.array import ray_chunks
        from spillway_adapters.array.chunks import means

        array = run.spec.workload
        begin = time.perf_counter()
        if self._fused:
            with run.phase("compute"):
                parts = ray_chunks.fused(run, run.spec.workers * TASKS_A_WORKER)
        else:
            parts = ray_chunks.objects(run)
        found = means(array, parts)
        seconds = time.perf_counter() - begin
        return lambda: result(run, found, seconds, balance_of(run, parts))

    def after(self, run: Run) -> None:
        pass
