"""Three ways to search, on whatever workers an engine has: every configuration in full; successive
halving, which waits for all of a rung; and ASHA (Li et al., 2018), which promotes as soon as a
configuration is among the best of its rung so far.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any, Protocol

from spillway_adapters.protocol import Run
from spillway_adapters.result_rows import rows_of
from spillway_adapters.stamps import Stamp, Stream, balance
from spillway_adapters.tune import ETA, Tune
from spillway_adapters.tune.training import Model, Trained, Trial, generator

#: Done at once, to see what a trial costs.
TRIVIAL_TRIALS = 100
#: Key of the generator that shuffles the configurations.
ORDER = 3
#: As good as the best.
NEAR = 1.001


class Workers(Protocol):
    """What an engine offers."""

    def submit(self, function: Callable[[Any], Any], task: Any) -> None:  # noqa: ANN401
        """As soon as a worker is free."""
        ...

    def next(self) -> Any:  # noqa: ANN401
        """The answer of any that is done and was not given out yet."""
        ...


def rungs(search: Tune) -> list[int]:
    """Epochs after which configurations are compared: 1, 3, 9, … until all of them."""
    steps = [search.epochs]
    while steps[0] > 1:
        steps.insert(0, -(-steps[0] // ETA))
    return steps


class Search:
    def __init__(self, run: Run, workers: Workers | None, *, tells_spans: bool) -> None:
        """Without workers what was trained elsewhere is counted. An engine whose tasks are reported
        by itself has no spans told here."""
        self._run, self._workers, self._tells_spans = run, workers, tells_spans
        self._search: Tune = run.spec.workload
        self._models: dict[int, Model] = {}
        self._losses: dict[int, list[float]] = defaultdict(list)
        self._stamps: list[Stamp] = []
        self._stream = Stream(run)
        self._best: list[list[float]] = []  #: seconds and loss, whenever there is a better one
        self._epochs = 0
        #: The order in which configurations are begun; any.
        order = generator(run.spec.seed, ORDER).permutation(self._search.configurations)
        self.order = [int(number) for number in order]

    def result(self, how: str, trivial: Callable[[int], int]) -> Callable[[], dict[str, Any]]:
        """Searches; what trivial trials cost is seen after the timed part, when the result is
        asked for."""
        self._begin = time.perf_counter()
        with self._run.phase("search"):
            {"full": self._full, "halving": self._halving, "asha": self._asha}[how]()
        seconds = time.perf_counter() - self._begin
        return lambda: self.report(how, seconds, self._trivial_seconds(trivial))

    def _trivial_seconds(self, trivial: Callable[[int], int]) -> float:
        assert self._workers is not None
        began = time.perf_counter()
        for number in range(TRIVIAL_TRIALS):
            self._workers.submit(trivial, number)
        for _ in range(TRIVIAL_TRIALS):
            self._workers.next()
        return time.perf_counter() - began

    def _full(self) -> None:
        for number in self.order:
            self._submit(number, self._search.epochs)
        for _ in self.order:
            self._take()

    def _halving(self) -> None:
        left = self.order
        for until in rungs(self._search):
            for number in left:
                self._submit(number, until)
            for _ in left:
                self._take()
            left = sorted(left, key=lambda number: (self._losses[number][-1], number))
            left = left[: max(1, len(left) // ETA)]

    def _asha(self) -> None:
        """A worker that is free trains a configuration that can be promoted, the highest first,
        else a new one."""
        steps = rungs(self._search)
        done: list[dict[int, float]] = [{} for _ in steps]  #: of each rung, losses
        promoted: list[set[int]] = [set() for _ in steps]
        new, rung_of, running = list(reversed(self.order)), dict[int, int](), 0

        def next_one() -> tuple[int, int] | None:
            for rung in range(len(steps) - 2, -1, -1):
                best = sorted(done[rung], key=lambda number: (done[rung][number], number))
                for number in best[: len(best) // ETA]:
                    if number not in promoted[rung]:
                        promoted[rung].add(number)
                        return number, rung + 1
            return (new.pop(), 0) if new else None

        while True:
            while running < self._run.spec.workers and (chosen := next_one()):
                number, rung_of[chosen[0]] = chosen
                self._submit(number, steps[rung_of[number]])
                running += 1
            if running == 0:
                return
            trained = self._take()
            running -= 1
            done[rung_of[trained.number]][trained.number] = trained.losses[-1]

    def _submit(self, number: int, until: int) -> None:
        from spillway_adapters.tune.training import train

        spec = self._run.spec
        trial = Trial(spec.seed, self._search.rows, number, until, self._models.get(number))
        assert self._workers is not None
        self._workers.submit(train, trial)

    def _take(self) -> Trained:
        assert self._workers is not None
        trained: Trained = self._workers.next()
        self.count(trained, time.perf_counter() - self._begin)
        return trained

    def count(self, trained: Trained, now: float, *, from_the_first: bool = False) -> None:
        """What has been trained when the search is so many seconds old; `from_the_first`: with the
        epochs of earlier trainings again."""
        self._models[trained.number] = trained.model
        known = len(self._losses[trained.number]) if from_the_first else 0
        self._losses[trained.number] += trained.losses[known:]
        self._stamps.append(trained.stamp)
        self._epochs += len(trained.losses)
        best = min(trained.losses)
        if not self._best or best < self._best[-1][1]:
            self._best.append([now, best])
            self._run.point("Best loss", now, best)
        if self._tells_spans:
            self._stream.tell("train", [trained.stamp])
        most = self._search.configurations * self._search.epochs
        self._run.progress(self._epochs, most, "epochs")

    def report(self, how: str, seconds: float, trivial_seconds: float) -> dict[str, Any]:
        best = self._best[-1][1]
        winner = min(self._losses, key=lambda number: (min(self._losses[number]), number))
        most = self._search.configurations * self._search.epochs
        table = [
            (number, epoch, one)
            for number in sorted(self._losses)
            for epoch, one in enumerate(self._losses[number], start=1)
        ]
        self._run.counters(final=True, tasks=len(self._losses))
        return {
            "kind": self._run.spec.kind,
            "rows": 0,
            "measures": {
                "best_loss": best,
                "search_s": seconds,
                "near_best_s": next(at for at, one in self._best if one <= NEAR * best),
                "epochs_used": self._epochs,
                "epochs_avoided": most - self._epochs,
                "trials_per_second": TRIVIAL_TRIALS / trivial_seconds,
                "balance": balance(self._run.spec.workers, self._stamps),
            },
            "facts": {"Best configuration": str(winner), "Search": how},
            "series": [{"name": "Best loss: seconds", "points": self._best}],
            "table": {
                "columns": [
                    {"name": "configuration", "type": "int64"},
                    {"name": "epoch", "type": "int64"},
                    {"name": "loss", "type": "float64"},
                ],
                **rows_of(self._run.spec.scratch, table),
            },
            "detail": {"search": how},
        }
