"""Ray's tasks, any of which may be the next that is done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ray

from spillway_adapters.protocol import Run
from spillway_adapters.ray_core import once
from spillway_adapters.tune import training


@once
def _ready(seed: int, rows: int, pause: float) -> tuple[int]:
    return (training.ready((seed, rows, pause)),)


class Preparation:
    """Of a worker for this run's data."""

    def __init__(self, run: Run) -> None:
        self._data = run.spec.seed, run.spec.workload.rows

    def remote(self, pause: float) -> Any:  # noqa: ANN401 (a reference)
        return _ready.remote(*self._data, pause)


class Tasks:
    def __init__(self) -> None:
        self._remote: dict[Callable[[Any], Any], Any] = {
            function: once(function) for function in (training.train, training.nothing)
        }
        self._running: list[Any] = []

    def submit(self, function: Callable[[Any], Any], task: Any) -> None:  # noqa: ANN401
        self._running.append(self._remote[function].remote(task))

    def next(self) -> Any:  # noqa: ANN401
        (done,), self._running = ray.wait(self._running, num_returns=1)
        return ray.get(done)
