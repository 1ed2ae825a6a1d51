"""Search on Ray Core's tasks."""

from __future__ import annotations

from typing import Any

from spillway_adapters.protocol import Answer, Run
from spillway_adapters.tune.profiles import check


class Job:
    def __init__(self, run: Run) -> None:
        self._how = check(run)

    def set_up(self, run: Run) -> dict[str, Any]:
        from spillway_adapters import ray_core, ray_place
        from spillway_adapters.tune import ray_tasks

        place = ray_place.Place(run)
        ray_core.warm_workers(run.spec.workers, ray_tasks.Preparation(run, place))
        self._workers = ray_tasks.Tasks(place)
        return {}

    def work(self, run: Run, own_cluster: bool) -> Answer:
        from spillway_adapters.tune.search import Search
        from spillway_adapters.tune.training import nothing

        return Search(run, self._workers, tells_spans=False).result(self._how, nothing)

    def after(self, run: Run) -> None:
        pass
