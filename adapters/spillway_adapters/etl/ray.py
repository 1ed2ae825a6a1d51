"""Group-by mean on Ray: Ray Core (ray_core), naive Ray Data (ray_data)."""

from __future__ import annotations

from typing import Any

from spillway_adapters import csv_plain, shape
from spillway_adapters.protocol import Answer, Run


class Job:
    def __init__(self, run: Run) -> None:
        self._naive = run.spec.profile == "naive"
        if self._naive:
            csv_plain.check(run, csv_plain.SKIPS)

    def set_up(self, run: Run) -> dict[str, Any]:
        from spillway_adapters import ray_core
        from spillway_adapters.etl import ray_core as tasks

        if self._naive:
            from spillway_adapters.etl import ray_data  # noqa: F401 (no part of the timed work)
        ray_core.warm_workers(run.spec.workers, tasks.prepare_worker)
        if self._naive:
            return {"read_tasks": len(run.spec.dataset.paths)}
        return {"range_bytes": ray_core.range_bytes(run.spec)}

    def work(self, run: Run, own_cluster: bool) -> Answer:
        if self._naive:
            from spillway_adapters.etl import ray_data

            return ray_data.etl(run)
        from spillway_adapters.etl import ray_core

        return ray_core.etl(run, own_cluster)

    def after(self, run: Run) -> None:
        shape.check(run.spec.dataset)
