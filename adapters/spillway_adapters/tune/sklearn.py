"""Search with scikit-learn's successive halving, its resource the epochs."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from spillway_adapters.protocol import Answer, Run, Unsupported
from spillway_adapters.stamps import ended


class Job:
    def __init__(self, run: Run) -> None:
        if run.spec.profile != "halving":
            raise Unsupported(f'The search has no profile "{run.spec.profile}".')

    def preparation(self, run: Run) -> Callable[[], Any]:
        from spillway_adapters.tune import sklearn_trials

        return sklearn_trials.ready

    def set_up(self, run: Run, parallel: Any) -> dict[str, Any]:  # noqa: ANN401 (joblib's)
        from spillway_adapters.tune import search, sklearn_trials

        self._search = search.Search(run, None, tells_spans=True)
        self._halving = sklearn_trials.Halving(run, self._search.order)
        return {"search": "HalvingGridSearchCV", "resource": "epochs"}

    def work(self, run: Run) -> Answer:
        from spillway_adapters.tune.search import TRIVIAL_TRIALS

        begin = time.monotonic()
        with run.phase("search"):
            self._halving.fit()
        seconds = time.monotonic() - begin
        for one in self._halving.trained():
            self._search.count(one, ended(one.stamp) - begin, from_the_first=True)

        def result() -> dict[str, Any]:
            began = time.monotonic()
            self._halving.do_nothing(TRIVIAL_TRIALS)
            return self._search.report("halving-up", seconds, time.monotonic() - began)

        return result
