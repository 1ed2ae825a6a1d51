"""Where a run's tasks and actors go that are handed to Ray all at once, or a few at a time in their
order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

import ray
from ray.util.placement_group import placement_group
from ray.util.scheduling_strategies import PlacementGroupSchedulingStrategy

from spillway_adapters.existing_cluster import check_size
from spillway_adapters.protocol import Run, RunError

#: Seconds in which an existing cluster has to have the processors free.
FREE_WITHIN = 60.0

T = TypeVar("T")


class Place:
    """A cluster of our own has as many processors as the run has workers. On one that was there
    before so many are set apart until the run ends, and no more tasks run at a time."""

    def __init__(self, run: Run) -> None:
        self._options: dict[str, Any] = {}
        spec = run.spec
        if spec.address is None:
            return
        check_size(spec.address, int(ray.cluster_resources().get("CPU", 0)), spec.workers)
        group = placement_group([{"CPU": 1}] * spec.workers)
        if not group.wait(FREE_WITHIN):
            raise RunError(
                "engine-failed",
                f"The Ray cluster at {spec.address} has had no {spec.workers} processors free for "
                f"{FREE_WITHIN:.0f} seconds.",
            )
        self._options["scheduling_strategy"] = PlacementGroupSchedulingStrategy(group)

    def of(self, remote: Any, **options: Any) -> Any:  # noqa: ANN401 (Ray's)
        """A remote function, or an actor's class, there."""
        options |= self._options
        return remote.options(**options) if options else remote


def in_order(submit: Callable[[T], Any], tasks: Iterable[T], most: int) -> Iterator[Any]:
    """The answers, of which at most so many are there, or on their way, and not yet taken."""
    coming: deque[Any] = deque()
    for task in tasks:
        if len(coming) == most:
            yield ray.get(coming.popleft())
        coming.append(submit(task))
    while coming:
        yield ray.get(coming.popleft())
