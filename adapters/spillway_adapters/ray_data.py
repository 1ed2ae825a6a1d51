"""Ray Data as on its documentation's first page: read_csv, groupby, aggregate; for the regression
iter_batches into scikit-learn's SGDClassifier.partial_fit on the driver, the design of the
published paper.

Ray Data reads one CSV file with one task, regardless of the workers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pyarrow
import ray
import ray.data
from ray.data import DataContext
from ray.data.aggregate import Count, Mean
from ray.exceptions import RayTaskError
from sklearn.linear_model import SGDClassifier

from spillway_adapters import csv_plain, csv_ranges, groups, logreg, logreg_result, one_vs_rest
from spillway_adapters.arrow_blocks import RowReader
from spillway_adapters.logreg import Block, Counts, Fit, Moments, Sums
from spillway_adapters.protocol import Answer, Run, Unsupported
from spillway_adapters.spec import Dataset, Etl, Logreg, Spec

#: Rows that partial_fit gets at a time.
BATCH_ROWS = 65_536
#: What is left of Arrow's reason when Ray Data could not read a file.
UNREADABLE = "Failed to read CSV file"
#: Endings by which Arrow, which opens files for Ray Data, tells that they are compressed.
COMPRESSED = (".gz", ".bz2", ".zst", ".lz4", ".br", ".snappy")
T = TypeVar("T")


def configure(spec: Spec, own_cluster: bool) -> dict[str, Any]:
    """Settings of this process's DataContext, as they are afterwards."""
    from ray.data._internal import remote_fn

    context = DataContext.get_current()
    context.enable_progress_bars = False
    context.enable_operator_progress_bars = False
    if not own_cluster:
        context.execution_options.resource_limits = ray.data.ExecutionResources(cpu=spec.workers)
    # A failure shows: Ray Data would run the work of a dead worker again without end. There is no
    # public setting for its shuffle's tasks.
    remote_fn._add_system_error_to_retry_exceptions = lambda arguments: arguments.update(
        max_retries=0
    )
    return {
        "shuffle_strategy": context.shuffle_strategy.value,
        "target_max_block_size": context.target_max_block_size,
        "read_tasks": len(spec.dataset.paths),
    }


def _read(run: Run, data: Dataset, *, as_text: bool) -> ray.data.Dataset:
    """The needed columns, called by their places in the file."""
    text, *numbers = run.spec.workload.columns
    (skip,) = csv_plain.by_lines_before(data)
    options = csv_ranges.options(data, text, numbers, whole=True, as_text=as_text)
    options["read_options"].skip_rows = skip
    rows = ray.data.read_csv(
        _plainly_named(run, data.paths),
        file_extensions=None,
        partitioning=None,
        **options,
    )
    if not as_text:
        return rows
    return rows.map_batches(
        _numbers_of_text,
        fn_args=(data, data.places(numbers)),
        batch_format="pyarrow",
        zero_copy_batch=True,
    )


def _plainly_named(run: Run, paths: list[str]) -> list[str]:
    """Ray Data unpacks a file by its name: one that is called `.gz` gets another."""
    named = []
    for place, path in enumerate(paths):
        if Path(path).suffix in COMPRESSED:
            if run.spec.address is not None:
                raise Unsupported(f"Ray Data would unpack {path}, because of its name.")
            link = run.spec.scratch / f"{place}.csv"
            if not link.is_symlink():
                link.symlink_to(path)
            named.append(str(link))
        else:
            named.append(path)
    return named


def _numbers_of_text(table: pyarrow.Table, data: Dataset, numbers: list[str]) -> pyarrow.Table:
    convert = csv_ranges.NumbersOfText(data)
    for name in numbers:
        column = convert.column(table[name].combine_chunks())
        table = table.set_column(table.schema.get_field_index(name), name, column)
    return table


def _read_twice(run: Run, work: Callable[[ray.data.Dataset], T]) -> T:
    """The work over rows whose numbers Arrow parsed; if it fails on a word, over rows that were
    read as text and converted."""
    data = csv_plain.copied(run, csv_plain.SKIPS)
    try:
        return work(_read(run, data, as_text=False))
    except RayTaskError as failure:
        if UNREADABLE not in str(failure):
            raise
        run.log("Reading again, numbers as text, then as numbers.")
        return work(_read(run, data, as_text=True))


# --- Group-by mean -------------------------------------------------------------------------------


def etl(run: Run) -> Answer:
    workload = run.spec.workload
    assert isinstance(workload, Etl)
    return _read_twice(run, partial(_means, run, workload))


def _means(run: Run, workload: Etl, rows: ray.data.Dataset) -> Answer:
    if workload.loaded:
        with run.phase("load"):
            rows = rows.materialize()
            run.counters(rows=rows.count(), final=True)
    with run.phase("compute"):
        key, *values = run.spec.dataset.places(workload.columns)
        wanted: list[Any] = [Count(alias_name="rows")]
        for value in values:
            wanted.append(Mean(value, alias_name=f"mean {value}"))
            wanted.append(Count(value, ignore_nulls=True, alias_name=f"present {value}"))
        found = rows.groupby(key).aggregate(*wanted).take_all()
    return partial(_etl_result, run, workload, found, key, values)


def _etl_result(
    run: Run, workload: Etl, found: list[dict[str, Any]], key: str, values: list[str]
) -> dict[str, Any]:
    means = [[_number(row[f"mean {value}"]) for value in values] for row in found]
    total = sum(row["rows"] for row in found)
    run.counters(rows=total, final=True)
    missing = groups.missing_counts(
        total, (sum(row[f"present {value}"] for row in found) for value in values)
    )
    answer = [(row[key], row["rows"], mean) for row, mean in zip(found, means, strict=True)]
    return groups.etl_result(answer, workload.values, missing, run.spec.scratch)


def _number(mean: float | None) -> float:
    return np.nan if mean is None else mean


# --- Logistic regression -------------------------------------------------------------------------


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
            train, test = logreg.split(block, self._workload.test_fraction)
            if self.moments is not None and self._workload.standardise:
                logreg.standardise(train, self.moments)
                logreg.standardise(test, self.moments)
            yield train, test


def fit(run: Run) -> dict[str, Any]:
    workload = run.spec.workload
    assert isinstance(workload, Logreg)
    with run.phase("load"):
        rows = _read_twice(run, lambda rows: rows.materialize())
        batches = Batches(run, workload, rows)
        classes = batches.learn_classes()
        counts = _counts(batches, len(classes), len(workload.features))
        logreg.check(classes, counts, workload, run.spec.dataset)
        batches.moments = counts.moments
        run.counters(rows=int(counts.train.sum() + counts.test.sum()) + counts.dropped, final=True)
    with run.phase("fit"):
        found = _descend(run, workload, batches, counts)
    with run.phase("score"):
        train, test = _scores(batches, found)
    note = "SGDClassifier with its defaults (alpha 0.0001), partial_fit on the driver"
    if len(classes) > 2:
        note = f"{one_vs_rest.NOTE}: {note}"
    return logreg_result.result(workload, classes, counts, found, train, test, note)


def _counts(batches: Batches, classes: int, features: int) -> Counts:
    empty = Block(np.empty((0, features)), np.empty(0, np.int64))
    total = logreg.count(empty, empty, 0, classes)
    for train, test in batches.divided():
        total = total + logreg.count(train, test, 0, classes)
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
    strength = logreg.penalty(workload, train_rows)
    found.objective = logreg.objective_of(found.loss, found.parameters, strength)
    return found


def _scores(batches: Batches, found: Fit) -> tuple[Sums, Sums]:
    """Over all training and all test rows."""
    train = test = Sums(0.0, None, 0)
    for train_rows, test_rows in batches.divided():
        train = train + one_vs_rest.score(train_rows, found.parameters)
        test = test + one_vs_rest.score(test_rows, found.parameters)
    return train, test
