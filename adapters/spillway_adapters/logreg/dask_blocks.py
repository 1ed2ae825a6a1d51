"""Logistic regression on Dask.

tuned: rows as persisted blocks, each evaluation of the loss one task per block, summed on the
driver in the order of the data, under the same L-BFGS as every engine. naive and one-vs-rest:
Dask-ML's LogisticRegression on persisted arrays, see _dask_ml().
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import dask.dataframe as dd
import numpy as np
import pandas
import pyarrow

from spillway_adapters import dask_csv, dask_parquet, file_parts
from spillway_adapters.csv_ranges import Quoted
from spillway_adapters.dask_cluster import Cluster
from spillway_adapters.dask_watch import Watch
from spillway_adapters.file_parts import Part
from spillway_adapters.logreg import Logreg, one_vs_rest, regression
from spillway_adapters.logreg.arrow_blocks import RowReader
from spillway_adapters.logreg.regression import Block, Counts, Fit, Floats, Moments, Sums
from spillway_adapters.logreg.result import result
from spillway_adapters.protocol import Run
from spillway_adapters.spec import Dataset

BINARY_NOTE = "one binary model on class numbers"
#: Of a row whose class has no probability.
MOST_LOSS = -float(np.log(np.finfo(np.float64).eps))


@dataclass
class Loaded:
    """One task's rows; `block.codes` are places in `labels`."""

    block: Block
    labels: list[str]
    rows: int


@dataclass
class Sides:
    train: Block
    test: Block


Futures = list[Any]


def logreg(run: Run, cluster: Cluster, watch: Watch) -> dict[str, Any]:
    workload = run.spec.workload
    assert isinstance(workload, Logreg)
    with run.phase("load"):
        classes, counts, sides = _load(run, cluster, watch, workload)
    watch.expect(None)
    client = cluster.client
    shape_ = regression.parameter_shape(len(classes), len(workload.features))
    train_rows = int(counts.train.sum())

    def over_all_rows(parameters: Floats) -> Sums:
        parts = client.map(evaluate_train, sides, parameters=parameters, pure=False)
        return functools.reduce(operator.add, watch.gather(parts))

    with run.phase("fit"):
        if run.spec.profile in ("naive", "one-vs-rest"):
            fit = _dask_ml(run, cluster, watch, sides, len(classes))
        else:
            fit = regression.fit_lbfgs(
                over_all_rows,
                workload,
                shape_,
                train_rows,
                lambda iteration: run.progress(iteration, workload.max_iterations, "iterations"),
            )
    kernel, note = _judge(run.spec.profile, len(classes))
    with run.phase("score"):
        scored = client.map(
            score_sides, sides, parameters=fit.parameters, kernel=kernel, pure=False
        )
        pairs = watch.gather(scored)
        train = functools.reduce(operator.add, (pair[0] for pair in pairs))
        test = functools.reduce(operator.add, (pair[1] for pair in pairs))
        if np.isnan(fit.loss):
            strength = regression.penalty(workload, train_rows)
            fit.loss = train.loss / train_rows
            fit.objective = regression.objective_of(fit.loss, fit.parameters, strength)
    if note == BINARY_NOTE:
        fit.parameters = _of_all_classes(fit.parameters, len(classes))
    watch.finish(rows=int(train_rows + counts.test.sum() + counts.dropped))
    return result(workload, classes, counts, fit, train, test, note)


# --- Loading -------------------------------------------------------------------------------------


def _load(
    run: Run, cluster: Cluster, watch: Watch, workload: Logreg
) -> tuple[list[str], Counts, Futures]:
    """Classes, counts, and the blocks as fitted, in the workers' memory."""
    client = cluster.client
    loaded = _read(run, cluster, watch, workload)
    summaries = watch.gather(client.map(summary, loaded))
    seen = set().union(*(labels for labels, _ in summaries))
    classes = sorted(seen, key=str.encode)
    dropped = sum(missing for _, missing in summaries)
    fraction = workload.test_fraction
    sides = client.map(divide, loaded, classes=classes, test_fraction=fraction, pure=False)
    # Workers forget what nobody refers to.
    del loaded
    parts = watch.gather(client.map(count, sides, classes=len(classes)))
    counts = functools.reduce(operator.add, parts)
    counts.dropped = dropped
    regression.check(classes, counts, workload, run.spec.dataset)
    if workload.standardise:
        sides = client.map(standardise, sides, moments=counts.moments, pure=False)
        watch.wait(sides)
    return classes, counts, sides


def _read(run: Run, cluster: Cluster, watch: Watch, workload: Logreg) -> Futures:
    assert cluster.layout is not None
    block = cluster.layout.block_bytes
    naive = run.spec.profile in ("naive", "one-vs-rest")
    if run.spec.dataset.format == "parquet":
        if naive:
            return _from_frames(run, cluster, watch, dask_parquet.read_parquet(run.spec, block))
        return _read_ranges(run, cluster, watch, workload, dask_parquet.parts(run.spec, block))
    if naive:
        data = dask_csv.plain(run)
        return dask_csv.read_twice(
            run, lambda as_text: _read_frames(run, data, cluster, watch, as_text)
        )
    try:
        return _read_ranges(run, cluster, watch, workload, dask_csv.parts(run.spec, block, []))
    except Quoted:
        whole = dask_csv.with_quotes(run, run.spec.dataset)
        parts = dask_csv.parts(run.spec, block, whole)
        return _read_ranges(run, cluster, watch, workload, parts)


def _read_frames(run: Run, data: Dataset, cluster: Cluster, watch: Watch, as_text: bool) -> Futures:
    assert cluster.layout is not None
    columns = run.spec.workload.columns
    # The split goes by the bits of the features.
    frame = dask_csv.read_csv(
        run,
        data,
        columns,
        cluster.layout.block_bytes,
        as_text=as_text,
        float_precision="round_trip",
    )
    return _from_frames(run, cluster, watch, frame)


def _from_frames(run: Run, cluster: Cluster, watch: Watch, frame: dd.DataFrame) -> Futures:
    features = len(run.spec.workload.columns) - 1
    futures = cluster.client.compute(
        [_from_frame(part, run.spec.dataset, features) for part in frame.to_delayed()]
    )
    return _raised(watch, futures)


def _read_ranges(
    run: Run, cluster: Cluster, watch: Watch, workload: Logreg, parts: Sequence[Part]
) -> Futures:
    dataset = run.spec.dataset
    loaded = cluster.client.map(load_range, parts, dataset=dataset, workload=workload, pure=False)
    return _raised(watch, loaded)


def _raised(watch: Watch, futures: Futures) -> Futures:
    watch.expect(len(futures))
    watch.wait(futures)
    for future in futures:
        if future.status == "error":
            future.result()
    return futures


# --- In a worker ---------------------------------------------------------------------------------


def load_range(part: Part, dataset: Dataset, workload: Logreg) -> Loaded:
    return _blocked(
        file_parts.batches(part, dataset, workload.label, workload.features),
        RowReader(dataset, len(workload.features)),
    )


def _from_frame(part: Any, dataset: Dataset, features: int) -> Any:  # noqa: ANN401 (delayed)
    import dask

    return dask.delayed(load_frame)(part, dataset, features)


def load_frame(frame: pandas.DataFrame, dataset: Dataset, features: int) -> Loaded:
    order = [dask_csv.KEY, *(str(j + 1) for j in range(features))]
    table = pyarrow.Table.from_pandas(frame[order], preserve_index=False)
    return _blocked(table.combine_chunks().to_batches(), RowReader(dataset, features))


def _blocked(batches: Any, reader: RowReader) -> Loaded:  # noqa: ANN401 (an iterable)
    rows = 0
    blocks = [Block(np.empty((0, reader.features)), np.empty(0, np.int64))]
    for batch in batches:
        blocks.append(reader.block(batch))
        rows += len(batch)
    whole = Block(
        np.concatenate([block.features for block in blocks]),
        np.concatenate([block.codes for block in blocks]),
    )
    return Loaded(whole, list(reader.labels), rows)


def summary(loaded: Loaded) -> tuple[list[str], int]:
    """Labels of the rows that are kept, and the number of dropped rows."""
    seen = np.bincount(loaded.block.codes, minlength=len(loaded.labels))
    labels = [label for label, number in zip(loaded.labels, seen, strict=True) if number]
    return labels, loaded.rows - len(loaded.block)


def divide(loaded: Loaded, classes: list[str], test_fraction: float) -> Sides:
    place = {text: k for k, text in enumerate(classes)}
    number = np.array([place.get(label, -1) for label in loaded.labels], np.int64)
    codes = number[loaded.block.codes] if len(number) else loaded.block.codes
    return Sides(*regression.split(Block(loaded.block.features, codes), test_fraction))


def count(sides: Sides, classes: int) -> Counts:
    return regression.count(sides.train, sides.test, 0, classes)


def standardise(sides: Sides, moments: Moments) -> Sides:
    """A copy: what Dask holds must not change."""
    blocks = (
        Block(block.features.copy(order="K"), block.codes) for block in (sides.train, sides.test)
    )
    return Sides(*(regression.standardise(block, moments) for block in blocks))


def evaluate_train(sides: Sides, parameters: Floats) -> Sums:
    return regression.evaluate(sides.train, parameters)


def score_sides(
    sides: Sides, parameters: Floats, kernel: Callable[[Block, Floats], Sums]
) -> tuple[Sums, Sums]:
    return kernel(sides.train, parameters), kernel(sides.test, parameters)


# --- Dask-ML -------------------------------------------------------------------------------------


def _judge(profile: str, classes: int) -> tuple[Callable[[Block, Floats], Sums], str]:
    """How a profile's model is scored, and how it differs from the definition."""
    if classes > 2 and profile == "one-vs-rest":
        return one_vs_rest.score, one_vs_rest.NOTE
    if classes > 2 and profile == "naive":
        return score_binary, BINARY_NOTE
    return regression.score, ""


def score_binary(block: Block, parameters: Floats) -> Sums:
    """A binary model of more classes predicts class 0 or 1. The others have no probability: the
    machine epsilon is used for them, as in scikit-learn's log_loss."""
    scores = block.features @ parameters[0, :-1] + parameters[0, -1]
    losses = np.full(len(scores), MOST_LOSS)
    for code, sign in ((0, 1), (1, -1)):
        rows = block.codes == code
        losses[rows] = np.minimum(np.logaddexp(0.0, sign * scores[rows]), MOST_LOSS)
    return Sums(float(losses.sum()), None, int(((scores > 0) == block.codes).sum()))


def _of_all_classes(parameters: Floats, classes: int) -> Floats:
    """The same predictions with a row per class: class 0 has the score 0, classes after 1 are never
    predicted."""
    rows = np.zeros((classes, parameters.shape[1]))
    rows[1] = parameters[0]
    rows[2:, -1] = -np.inf
    return rows


def _dask_ml(run: Run, cluster: Cluster, watch: Watch, sides: Futures, classes: int) -> Fit:
    """Dask-ML's LogisticRegression is binary. naive passes it the class numbers as they are, which
    it accepts; one-vs-rest fits one model per class. It penalises the intercept, and its tolerance
    is on the sum over all rows."""
    from dask_ml.linear_model import LogisticRegression

    workload = run.spec.workload
    assert isinstance(workload, Logreg)
    features, codes = _arrays(cluster, watch, sides, len(workload.features))
    one = classes == 2 or run.spec.profile == "naive"
    targets = [codes] if one else [(codes == k).astype(np.int64) for k in range(classes)]
    fit = Fit(np.empty((len(targets), len(workload.features) + 1)), np.nan, np.nan, converged=True)
    for place, target in enumerate(targets):
        model = LogisticRegression(
            solver="lbfgs",
            C=workload.c,
            max_iter=workload.max_iterations,
            tol=workload.tolerance,
        )
        with _LbfgsReport() as report:
            watch.during(functools.partial(model.fit, features, target))
        fit.parameters[place] = [*np.ravel(model.coef_), float(model.intercept_)]
        fit.iterations = max(fit.iterations, report.iterations)
        fit.passes += report.passes
        fit.converged &= report.converged
        run.progress(place + 1, len(targets), "models")
    return fit


def _arrays(cluster: Cluster, watch: Watch, sides: Futures, features: int) -> tuple[Any, Any]:
    """Training features and class numbers as Dask arrays over what the workers hold."""
    import dask.array as da
    from dask import delayed

    client = cluster.client
    lengths: Sequence[int] = watch.gather(client.map(train_rows, sides))
    held = [side for side, rows in zip(sides, lengths, strict=True) if rows]
    rows = [length for length in lengths if length]
    blocks = client.map(train_features, held), client.map(train_codes, held)
    watch.wait([*blocks[0], *blocks[1]])
    columns = [
        da.from_delayed(delayed(block), (length, features), np.float64)
        for block, length in zip(blocks[0], rows, strict=True)
    ]
    codes = [
        da.from_delayed(delayed(block), (length,), np.int64)
        for block, length in zip(blocks[1], rows, strict=True)
    ]
    return da.concatenate(columns), da.concatenate(codes)


def train_rows(sides: Sides) -> int:
    return len(sides.train)


def train_features(sides: Sides) -> Floats:
    return sides.train.features


def train_codes(sides: Sides) -> regression.Codes:
    return sides.train.codes


class _LbfgsReport:
    """What SciPy reported to Dask-GLM about its fit, which Dask-GLM does not expose."""

    def __enter__(self) -> _LbfgsReport:
        from dask_glm import algorithms

        self.iterations = self.passes = 0
        self.converged = False
        self._module = algorithms
        self._solver = algorithms.fmin_l_bfgs_b
        algorithms.fmin_l_bfgs_b = self._solve
        return self

    def __exit__(self, *_: object) -> None:
        self._module.fmin_l_bfgs_b = self._solver

    def _solve(self, *arguments: Any, **options: Any) -> Any:  # noqa: ANN401 (SciPy's own)
        answer = self._solver(*arguments, **options)
        self.iterations, self.passes = answer[2]["nit"], answer[2]["funcalls"]
        self.converged = answer[2]["warnflag"] == 0
        return answer
