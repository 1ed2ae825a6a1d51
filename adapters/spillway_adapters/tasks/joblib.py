"""Tasks on joblib's loky processes: joblib makes batches by itself, or does not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from spillway_adapters.protocol import Run
from spillway_adapters.tasks.plain_pool import PlainPool, PoolJob


class Job(PoolJob):
    def __init__(self, run: Run) -> None:
        self.batch_size: int | str = 1 if run.spec.profile == "singly" else "auto"

    def pool(self, run: Run, library: Any) -> PlainPool:  # noqa: ANN401 (joblib's)
        return Parallel(library)

    def settings(self, run: Run) -> dict[str, Any]:
        return {"batch_size": self.batch_size}


class Parallel(PlainPool):
    sharing = "sent with every task: only NumPy arrays would be mapped into memory"

    def __init__(self, parallel: Any) -> None:  # noqa: ANN401
        import joblib

        self._parallel, self._delayed = parallel, joblib.delayed

    def all(self, function: Callable[[Any], Any], tasks: Sequence[Any], ms: float) -> list[Any]:
        return self._parallel(self._delayed(function)(task) for task in tasks)

    def one(self, function: Callable[[Any], Any], task: Any) -> Any:  # noqa: ANN401
        return self._parallel([self._delayed(function)(task)])[0]
