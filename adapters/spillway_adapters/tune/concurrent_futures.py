"""Search on concurrent.futures.ProcessPoolExecutor."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from functools import partial
from typing import Any

from spillway_adapters.protocol import Answer, Run
from spillway_adapters.tune.profiles import check


class Job:
    def __init__(self, run: Run) -> None:
        self._how = check(run)

    def preparation(self, run: Run) -> Callable[[], Any]:
        from spillway_adapters.tune import training

        return partial(training.ready, (run.spec.seed, run.spec.workload.rows))

    def set_up(self, run: Run, executor: ProcessPoolExecutor) -> dict[str, Any]:
        self._workers = Futures(executor)
        return {}

    def work(self, run: Run) -> Answer:
        from spillway_adapters.tune.search import Search
        from spillway_adapters.tune.training import nothing

        return Search(run, self._workers, tells_spans=True).result(self._how, nothing)


class Futures:
    def __init__(self, executor: ProcessPoolExecutor) -> None:
        self._executor = executor
        self._running: set[Future[Any]] = set()

    def submit(self, function: Callable[[Any], Any], task: Any) -> None:  # noqa: ANN401
        self._running.add(self._executor.submit(function, task))

    def next(self) -> Any:  # noqa: ANN401
        done = next(iter(wait(self._running, return_when=FIRST_COMPLETED).done))
        self._running.remove(done)
        return done.result()
