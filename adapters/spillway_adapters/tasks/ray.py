"""Tasks and actors on Ray: a task for each call, or for a batch of them."""

from __future__ import annotations

from typing import Any

from spillway_adapters.protocol import Answer, Run, Unsupported
from spillway_adapters.tasks import parts
from spillway_adapters.tasks.inputs import Inputs


class Job:
    def __init__(self, run: Run) -> None:
        if run.spec.profile not in ("singly", "batched"):
            raise Unsupported(f'Tasks have no profile "{run.spec.profile}".')

    def set_up(self, run: Run) -> dict[str, Any]:
        from spillway_adapters import ray_core, ray_place
        from spillway_adapters.tasks import ray_pool

        place = ray_place.Place(run)
        ray_core.warm_workers(run.spec.workers, place.of(ray_pool.prepare_worker))
        self._pool = ray_pool.RayPool(run, place)
        self._inputs = Inputs(run)
        return {}

    def work(self, run: Run, own_cluster: bool) -> Answer:
        return parts.measured(run, self._pool, self._inputs, tells_spans=False)

    def after(self, run: Run) -> None:
        pass
