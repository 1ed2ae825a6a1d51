"""Logistic regression on Ray Data: iter_batches into scikit-learn's SGDClassifier.partial_fit on
the driver, the design of the published paper."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import ray.data
from sklearn.linear_model import SGDClassifier

from spillway_adapters import ray_data
from spillway_adapters.logreg import Logreg, one_vs_rest, regression
from spillway_adapters.logreg.arrow_blocks import RowReader
from spillway_adapters.logreg.regression import Block, Counts, Fit, Moments, Sums
from spillway_adapters.logreg.result import result
from spillway_adapters.protocol import Run

#: Rows that partial_fit gets at a time.
BATCH_ROWS = 65_536


class Batches:
    """Iterates over the dataset's rows repeatedly, as blocks of training and test rows."""

    def __init__(self, run: Run, workload: Logreg, rows: ray.data.Dataset) -> None:
        self._workload = workload
        self._columns = run.spec.dataset.places(workload.columns)
        self._rows = rows
        self._reader = RowReader(run.spec.dataset, len(workload.features))
        self._numbers: Any = None
        self.moments: Moments | None = None
        self.dropped = 0

    def raw(self) -> Iterator[Block]:
        """Labels as the reader numbers them, all rows."""
        self.dropped = 0
        for table in self._rows.iter_batches(batch_size=BATCH_ROWS, batch_format="pyarrow"):
            for batch in table.select(self._columns).combine_chunks().to_batches():
                block = self._reader.block(batch)
                self.dropped += len(batch) - len(block)
                yield block

    def learn_classes(self) -> list[str]:
        """Those of at least one row that is kept, sorted."""
        seen = np.zeros(0, np.int64)
        for block in self.raw():
            found = np.bincount(block.codes, minlength=len(self._reader.labels))
            found[: len(seen)] += seen
            seen = found
        kept = [text for text, code in self._reader.labels.items() if seen[code]]
        classes = sorted(kept, key=str.encode)
        self._numbers = self._reader.numbers(classes)
        return classes

    def divided(self) -> Iterator[tuple[Block, Block]]:
        """Training and test rows, standardised once the moments are known."""
        for block in self.raw():
            block.codes = self._numbers[block.codes]
            train, test = regression.split(block, self._workload.test_fraction)
            if self.moments is not None and self._workload.standardise:
                regression.standardise(train, self.moments)
                regression.standardise(test, self.moments)
            yield train, test


def fit(run: Run) -> dict[str, Any]:
    workload = run.spec.workload
    assert isinstance(workload, Logreg)
    with run.phase("load"):
        rows = ray_data.read_twice(run, lambda rows: rows.materialize())
        batches = Batches(run, workload, rows)
        classes = batches.learn_classes()
        counts = _counts(batches, len(classes), len(workload.features))
        regression.check(classes, counts, workload, run.spec.dataset)
        batches.moments = counts.moments
        run.counters(rows=int(counts.train.sum() + counts.test.sum()) + counts.dropped, final=True)
    with run.phase("fit"):
        found = _descend(run, workload, batches, counts)
    with run.phase("score"):
        train, test = _scores(batches, found)
    note = "SGDClassifier with its defaults (alpha 0.0001), partial_fit on the driver"
    if len(classes) > 2:
        note = f"{one_vs_rest.NOTE}: {note}"
    return result(workload, classes, counts, found, train, test, note)


def _counts(batches: Batches, classes: int, features: int) -> Counts:
    empty = Block(np.empty((0, features)), np.empty(0, np.int64))
    total = regression.count(empty, empty, 0, classes)
    for train, test in batches.divided():
        total = total + regression.count(train, test, 0, classes)
    total.dropped = batches.dropped
    return total


def _descend(run: Run, workload: Logreg, batches: Batches, counts: Counts) -> Fit:
    """Epochs of partial_fit until the loss improves by less than the tolerance."""
    model = SGDClassifier(loss="log_loss", random_state=run.spec.seed)
    numbers = np.arange(len(counts.train))
    train_rows = int(counts.train.sum())
    found = Fit(np.zeros((0, 0)), 0.0, 0.0)
    while not found.converged and found.iterations < workload.max_iterations:
        for train, _ in batches.divided():
            if len(train):
                model.partial_fit(train.features, train.codes, classes=numbers)
        found.parameters = np.hstack([model.coef_, model.intercept_[:, None]])
        loss = _scores(batches, found)[0].loss / train_rows
        found.converged = bool(found.history and found.history[-1] - loss < workload.tolerance)
        found.history.append(loss)
        found.iterations += 1
        found.passes += 2
        run.progress(found.iterations, workload.max_iterations, "epochs")
    found.loss = found.history[-1]
    strength = regression.penalty(workload, train_rows)
    found.objective = regression.objective_of(found.loss, found.parameters, strength)
    return found


def _scores(batches: Batches, found: Fit) -> tuple[Sums, Sums]:
    """Over all training and all test rows."""
    train = test = Sums(0.0, None, 0)
    for train_rows, test_rows in batches.divided():
        train = train + one_vs_rest.score(train_rows, found.parameters)
        test = test + one_vs_rest.score(test_rows, found.parameters)
    return train, test
