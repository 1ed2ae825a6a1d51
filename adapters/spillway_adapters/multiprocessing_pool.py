"""A multiprocessing.Pool whose workers are watched: it replaces one that has ended, and waits for
the answer of its task forever."""

from __future__ import annotations

import multiprocessing
import select
from collections.abc import Callable, Sequence
from multiprocessing.pool import TERMINATE, AsyncResult  # type: ignore[attr-defined]
from typing import Any

from spillway_adapters.prepared import nothing
from spillway_adapters.protocol import RunError

#: Seconds between two looks at the workers while an answer is awaited.
LOOK_EVERY = 0.05


class WatchedPool:
    def __init__(self, workers: int, method: str, initializer: Callable[[], None]) -> None:
        self.library = self
        self.settings = {"start_method": method}
        self._pool = multiprocessing.get_context(method).Pool(workers, initializer)
        # Its own list changes when it replaces one.
        self._processes = list(self._pool._pool)  # type: ignore[attr-defined]
        self._ends = select.poll()
        for process in self._processes:
            self._ends.register(process.sentinel, select.POLLIN)

    def first(self) -> None:
        self._answer(self._pool.apply_async(nothing))

    def map(
        self, function: Callable[[Any], Any], tasks: Sequence[Any], chunk: int | None
    ) -> list[Any]:
        return self._answer(self._pool.map_async(function, tasks, chunk))

    def apply(self, function: Callable[[Any], Any], task: Any) -> Any:  # noqa: ANN401
        return self._answer(self._pool.apply_async(function, (task,)))

    def close(self) -> None:
        """At once: terminate() would wait for threads that may be waiting for the dead."""
        keeper = self._pool._worker_handler  # type: ignore[attr-defined]
        keeper._state = TERMINATE  # It would replace those that end now.
        for process in multiprocessing.active_children():
            process.kill()

    def _answer(self, coming: AsyncResult[Any]) -> Any:  # noqa: ANN401
        while True:
            coming.wait(LOOK_EVERY)
            if coming.ready():
                return coming.get()
            if self._ends.poll(0):
                raise RunError("engine-failed", self._how_one_ended())

    def _how_one_ended(self) -> str:
        for process in self._processes:
            process.join(0)
            code = process.exitcode
            if code is not None:
                how = f"killed by signal {-code}" if code < 0 else f"exit code {code}"
                return (
                    f"A worker of the pool ended in the middle of the run: {how}. "
                    "multiprocessing.Pool would wait for its task forever."
                )
        return "A worker of the pool ended in the middle of the run."
