"""Search with Optuna: every worker asks the study for a trial, and its pruner whether to go on."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any

from spillway_adapters.protocol import Answer, Run, Unsupported
from spillway_adapters.stamps import ended


class Job:
    def __init__(self, run: Run) -> None:
        if run.spec.profile != "pruner":
            raise Unsupported(f'The search has no profile "{run.spec.profile}".')

    def preparation(self, run: Run) -> Callable[[], Any]:
        from spillway_adapters.tune import optuna_trials, search

        self._search = search.Search(run, None, tells_spans=True)
        journal = str(run.spec.scratch / "journal")
        optuna_trials.create(journal)
        self._study = optuna_trials.Studied(
            journal, run.spec.seed, run.spec.workload, self._search.order
        )
        return partial(optuna_trials.ready, self._study)

    def set_up(self, run: Run, parallel: Any) -> dict[str, Any]:  # noqa: ANN401 (joblib's)
        import joblib

        self._parallel, self._delayed = parallel, joblib.delayed
        return {"pruner": "SuccessiveHalvingPruner", "storage": "a journal file"}

    def work(self, run: Run) -> Answer:
        from spillway_adapters.tune import optuna_trials

        begin = time.monotonic()
        with run.phase("search"):
            optimised = self._everywhere(run, optuna_trials.optimise)
        seconds = time.monotonic() - begin
        trained = [one for worker in optimised for one in worker]
        for one in sorted(trained, key=lambda one: ended(one.stamp)):
            self._search.count(one, ended(one.stamp) - begin)
        return lambda: self._search.report("pruner", seconds, self._trivial_seconds(run))

    def _trivial_seconds(self, run: Run) -> float:
        from spillway_adapters.tune import optuna_trials

        began = time.monotonic()
        self._everywhere(run, optuna_trials.do_nothing)
        return time.monotonic() - began

    def _everywhere(self, run: Run, work: Any) -> list[Any]:  # noqa: ANN401 (a function)
        """In each worker, until the study has no trial left."""
        return self._parallel(self._delayed(work)(self._study) for _ in range(run.spec.workers))
