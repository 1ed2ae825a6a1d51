"""Logistic regression on Ray: Ray Core (ray_core), naive Ray Data (ray_data)."""

from __future__ import annotations

from typing import Any

from spillway_adapters import csv_plain, shape
from spillway_adapters.logreg import Logreg
from spillway_adapters.protocol import Answer, Run, Unsupported


class Job:
    def __init__(self, run: Run) -> None:
        self._holders: list[Any] = []
        self._naive = run.spec.profile == "naive"
        if self._naive:
            csv_plain.check(run, csv_plain.SKIPS)
        workload = run.spec.workload
        assert isinstance(workload, Logreg)
        if not self._naive and workload.solver != "lbfgs":
            raise Unsupported(
                "Ray Core fits with L-BFGS; gradient descent is what the profile Ray Data does."
            )
        if self._naive and workload.solver == "sgd-averaged":
            raise Unsupported(
                "Ray Data fits a single model on the driver and cannot average one per worker."
            )

    def set_up(self, run: Run) -> dict[str, Any]:
        if self._naive:
            from spillway_adapters import ray_core
            from spillway_adapters.logreg import ray_data  # noqa: F401 (no part of the timed work)

            ray_core.warm_workers(run.spec.workers)
            return {"read_tasks": len(run.spec.dataset.paths)}
        from spillway_adapters import ray_core
        from spillway_adapters.logreg.ray_core import holders

        self._holders = holders(run)
        return {
            "range_bytes": ray_core.range_bytes(run.spec),
            "actors": len(self._holders),
        }

    def work(self, run: Run, own_cluster: bool) -> Answer:
        if self._naive:
            from spillway_adapters.logreg import ray_data

            return ray_data.fit(run)
        from spillway_adapters.logreg import ray_core

        return ray_core.fit(run, self._holders, own_cluster)

    def after(self, run: Run) -> None:
        shape.check(run.spec.dataset)
