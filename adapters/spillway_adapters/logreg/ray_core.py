"""Logistic regression on Ray Core: one actor per worker holds blocks of rows in its own memory;
each evaluation of the loss is one call per actor, summed on the driver in the order of the actors.
"""

from __future__ import annotations

import functools
import importlib
import itertools
import operator
from collections.abc import Iterator
from typing import Any

import numpy as np
import ray

from spillway_adapters import file_parts, ray_core
from spillway_adapters.csv_ranges import Quoted, Range
from spillway_adapters.file_parts import Part
from spillway_adapters.logreg import Logreg, regression
from spillway_adapters.logreg.arrow_blocks import RowReader
from spillway_adapters.logreg.regression import Block, Counts, Floats, Moments, Sums
from spillway_adapters.logreg.result import result
from spillway_adapters.protocol import Run
from spillway_adapters.spec import Dataset


@ray.remote(max_restarts=0, max_task_retries=0, num_cpus=1)
class Holder:
    """The rows of one worker."""

    def __init__(self, dataset: Dataset, workload: Logreg) -> None:
        ray_core.ready_worker()
        self._dataset = dataset
        self._workload = workload
        self._blocks: dict[tuple[str, int], Block] = {}
        self._rows = RowReader(dataset, len(workload.features))
        self._dropped: dict[tuple[str, int], int] = {}
        self._train: list[Block] = []
        self._test: list[Block] = []

    def ready(self) -> bool:
        return True

    def load(self, part: Part) -> int | None:
        """Rows read; nothing when the file has to be read whole."""
        workload = self._workload
        features = [np.empty((0, len(workload.features)))]
        codes = [np.empty(0, np.int64)]
        rows = 0
        try:
            for batch in file_parts.batches(part, self._dataset, workload.label, workload.features):
                found = self._rows.block(batch)
                features.append(found.features)
                codes.append(found.codes)
                rows += len(batch)
        except Quoted:
            return None
        block = Block(np.concatenate(features), np.concatenate(codes))
        self._blocks[part.path, part.begin] = block
        self._dropped[part.path, part.begin] = rows - len(block)
        return rows

    def forget(self, path: str) -> None:
        """The file will be read whole."""
        for key in [key for key in self._blocks if key[0] == path]:
            del self._blocks[key], self._dropped[key]

    def labels(self) -> list[str]:
        """Those of at least one row that is kept."""
        number = len(self._rows.labels)
        seen = np.zeros(number, np.int64)
        for block in self._blocks.values():
            seen += np.bincount(block.codes, minlength=number)
        return [text for text, code in self._rows.labels.items() if seen[code]]

    def divide(self, classes: list[str]) -> Counts:
        """Labels become class numbers, rows training and test rows."""
        number = self._rows.numbers(classes)
        empty = Block(np.empty((0, len(self._workload.features))), np.empty(0, np.int64))
        total = regression.count(empty, empty, sum(self._dropped.values()), len(classes))
        for key in sorted(self._blocks):
            block = self._blocks.pop(key)
            block.codes = number[block.codes]
            train, test = regression.split(block, self._workload.test_fraction)
            total = total + regression.count(train, test, 0, len(classes))
            self._train.append(train)
            self._test.append(test)
        return total

    def standardise(self, moments: Moments) -> None:
        for block in itertools.chain(self._train, self._test):
            regression.standardise(block, moments)

    def evaluate(self, parameters: Floats) -> Sums:
        start = Sums(0.0, np.zeros_like(parameters), 0)
        shares = (regression.evaluate(block, parameters) for block in self._train)
        return functools.reduce(operator.add, shares, start)

    def score(self, parameters: Floats) -> tuple[Sums, Sums]:
        """Training and test rows."""
        start = Sums(0.0, None, 0)
        train = (regression.score(block, parameters) for block in self._train)
        test = (regression.score(block, parameters) for block in self._test)
        return (
            functools.reduce(operator.add, train, start),
            functools.reduce(operator.add, test, start),
        )


Holders = list[Any]  #: actor handles


def holders(run: Run) -> Holders:
    """One constructed actor per worker. The driver's own imports are done, too."""
    importlib.import_module("scipy.optimize")
    spec = run.spec
    made = [Holder.remote(spec.dataset, spec.workload) for _ in range(spec.workers)]
    ray.get([holder.ready.remote() for holder in made])
    return made


def fit(run: Run, held: Holders, own_cluster: bool) -> dict[str, Any]:
    workload = run.spec.workload
    assert isinstance(workload, Logreg)
    with run.phase("load"):
        _load(run, held, own_cluster)
        seen = ray.get([holder.labels.remote() for holder in held])
        classes = sorted(set(itertools.chain.from_iterable(seen)), key=str.encode)
        parts: list[Counts] = ray.get([holder.divide.remote(classes) for holder in held])
        counts = functools.reduce(operator.add, parts)
        regression.check(classes, counts, workload, run.spec.dataset)
        if workload.standardise:
            ray.get([holder.standardise.remote(counts.moments) for holder in held])
    train_rows = int(counts.train.sum())
    shape = regression.parameter_shape(len(classes), len(workload.features))
    with run.phase("fit"):
        found = regression.fit_lbfgs(
            lambda parameters: _summed(held, parameters),
            workload,
            shape,
            train_rows,
            lambda iteration: run.progress(iteration, workload.max_iterations, "iterations"),
        )
    with run.phase("score"):
        scores = ray.get([holder.score.remote(found.parameters) for holder in held])
        train = functools.reduce(operator.add, (score[0] for score in scores))
        test = functools.reduce(operator.add, (score[1] for score in scores))
    return result(workload, classes, counts, found, train, test)


def _load(run: Run, held: Holders, own_cluster: bool) -> None:
    turn: Iterator[Any] = itertools.cycle(held)

    def submit(part: Part) -> tuple[Any, Any]:
        if isinstance(part, Range) and part.end is None:
            ray.get([holder.forget.remote(part.path) for holder in held])
        return next(turn).load.remote(part), None

    ray_core.visit_ranges(run, submit, own_cluster)


def _summed(held: Holders, parameters: Floats) -> Sums:
    """Sums in the order of the actors, so that the result is the same every time."""
    return functools.reduce(
        operator.add, ray.get([holder.evaluate.remote(parameters) for holder in held])
    )
