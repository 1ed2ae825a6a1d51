"""Ray's tasks, any of which may be the next that is done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ray

from spillway_adapters.protocol import Run
from spillway_adapters.ray_core import busy, once
from spillway_adapters.ray_place import Place
from spillway_adapters.tune import training


def ready(task: tuple[int, int, float]) -> tuple[int]:
    *made_of, pause = task
    training.ready(made_of)
    return (busy(pause),)


_FUNCTIONS = {each.__name__: each for each in (ready, training.train, training.nothing)}


@once
def asked(name: str, task: Any) -> Any:  # noqa: ANN401
    """One function of Ray's for all: on a cluster that was there before, each travels with a copy
    of its own of the data that a worker has made (training.data)."""
    return _FUNCTIONS[name](task)


class Preparation:
    """Of a worker for this run's data."""

    def __init__(self, run: Run, place: Place) -> None:
        self._data = run.spec.seed, run.spec.workload.rows
        self._asked = place.of(asked)

    def remote(self, pause: float) -> Any:  # noqa: ANN401 (a reference)
        return self._asked.remote("ready", (*self._data, pause))


class Tasks:
    def __init__(self, place: Place) -> None:
        self._asked = {name: place.of(asked, name=name) for name in _FUNCTIONS}
        self._running: list[Any] = []

    def submit(self, function: Callable[[Any], Any], task: Any) -> None:  # noqa: ANN401
        name = function.__name__
        self._running.append(self._asked[name].remote(name, task))

    def next(self) -> Any:  # noqa: ANN401
        (done,), self._running = ray.wait(self._running, num_returns=1)
        return ray.get(done)
