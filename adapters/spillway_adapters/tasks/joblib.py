"""Tasks on joblib's loky processes: joblib makes batches by itself, or does not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from spillway_adapters.protocol import Answer, Run
from spillway_adapters.tasks import functions, parts
from spillway_adapters.tasks.inputs import Inputs
from spillway_adapters.tasks.plain_pool import PlainPool


class Job:
    def __init__(self, run: Run) -> None:
        self.batch_size: int | str = 1 if run.spec.profile == "singly" else "auto"

    def preparation(self, run: Run) -> Callable[[], Any]:
        return partial(functions.ready, 0.0)

    def set_up(self, run: Run, parallel: Any) -> dict[str, Any]:  # noqa: ANN401 (joblib's)
        self._pool = Parallel(parallel)
        self._inputs = Inputs(run)
        return {"batch_size": self.batch_size}

    def work(self, run: Run) -> Answer:
        return parts.measured(run, self._pool, self._inputs, tells_spans=True)


class Parallel(PlainPool):
    sharing = "sent with every task: only NumPy arrays would be mapped into memory"

    def __init__(self, parallel: Any) -> None:  # noqa: ANN401
        import joblib

        self._parallel, self._delayed = parallel, joblib.delayed

    def all(self, function: Callable[[Any], Any], tasks: Sequence[Any], ms: float) -> list[Any]:
        return self._parallel(self._delayed(function)(task) for task in tasks)

    def one(self, function: Callable[[Any], Any], task: Any) -> Any:  # noqa: ANN401
        return self._parallel([self._delayed(function)(task)])[0]
