"""Column means on Ray: tasks that make and add up chunks, or chunks as objects."""

from __future__ import annotations

import time
from typing import Any

from spillway_adapters.array.result import result
from spillway_adapters.protocol import Answer, Run, Unsupported
from spillway_adapters.stamps import balance

#: Tasks a worker, so that one that is slower gets fewer.
TASKS_A_WORKER = 8
#: Most chunks a worker that are there, or on their way, at a time when the array is streamed.
CHUNKS_A_WORKER = 4


class Job:
    def __init__(self, run: Run) -> None:
        profile = run.spec.profile
        if profile not in ("fused", "objects"):
            raise Unsupported(f'The array has no profile "{profile}".')
        self._fused = profile == "fused"
        if self._fused and run.spec.workload.loaded:
            raise Unsupported("Fused tasks keep no chunk: the profile objects holds them.")

    def set_up(self, run: Run) -> dict[str, Any]:
        from spillway_adapters import ray_core, ray_place
        from spillway_adapters.array import ray_chunks

        self._place = ray_place.Place(run)
        ray_core.warm_workers(run.spec.workers, self._place.of(ray_chunks.prepare_worker))
        return {}

    def work(self, run: Run, own_cluster: bool) -> Answer:
        from spillway_adapters.array import ray_chunks
        from spillway_adapters.array.chunks import means

        array, place = run.spec.workload, self._place
        begin = time.perf_counter()
        if self._fused:
            parts = ray_chunks.fused(run, place, run.spec.workers * TASKS_A_WORKER)
        elif array.loaded:
            with run.phase("load"):
                held = ray_chunks.loaded(run, place)
            parts = ray_chunks.of_held(run, place, held)
        else:
            parts = ray_chunks.streamed(run, place, run.spec.workers * CHUNKS_A_WORKER)
        with run.phase("compute"):
            found, stamps = means(array, parts)
        seconds = time.perf_counter() - begin
        return lambda: result(run, found, seconds, balance(run.spec.workers, stamps))

    def after(self, run: Run) -> None:
        pass
