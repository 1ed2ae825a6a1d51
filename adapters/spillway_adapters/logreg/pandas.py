"""Logistic regression with pandas and scikit-learn.

read_csv, or Arrow's reader of Parquet, in chunks into NumPy arrays, then scikit-learn's
LogisticRegression (lbfgs), whose objective is the definition's: mean loss + |W|^2 / (2 C n), and
whose tolerance is that of the largest component of the gradient. sgd: SGDClassifier.partial_fit,
one chunk after the other.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from spillway_adapters import pandas_frames
from spillway_adapters.logreg import Logreg, one_vs_rest, regression
from spillway_adapters.logreg.regression import Block, Counts, Fit, Floats, Sums
from spillway_adapters.logreg.result import result
from spillway_adapters.pandas_frames import CHUNK_ROWS, Frames
from spillway_adapters.protocol import Answer, Run, Unsupported, stoppable
from spillway_adapters.spec import Dataset

Kernel = Callable[[Block, Floats], Sums]
#: Rows that partial_fit gets at a time.
BATCH_ROWS = 65_536


class Job:
    def __init__(self, run: Run) -> None:
        workload = run.spec.workload
        assert isinstance(workload, Logreg)
        if workload.solver == "sgd-averaged":
            raise Unsupported(
                "scikit-learn trains a single model and cannot average one per worker."
            )
        self._solver = workload.solver
        self._run = run

    def set_up(self) -> dict[str, Any]:
        pandas_frames.set_up(self._run)
        import sklearn.linear_model  # noqa: F401 (no part of the timed work)

        return {"chunk_rows": CHUNK_ROWS, "solver": self._solver}

    def work(self, run: Run) -> Answer:
        workload = run.spec.workload
        assert isinstance(workload, Logreg)
        # The split goes by the features' bits: they have to be rounded correctly.
        return pandas_frames.answer(
            run, partial(_fitted, run, workload), float_precision="round_trip"
        )


def _fitted(run: Run, workload: Logreg, frames: Frames) -> dict[str, Any]:
    with run.phase("load"):
        classes, counts, train, test = _load(run.spec.dataset, workload, frames)
        if workload.standardise:
            regression.standardise(train, counts.moments)
            regression.standardise(test, counts.moments)
    one_each = workload.solver == "sgd" and len(classes) > 2
    kernel = one_vs_rest.score if one_each else regression.score
    with run.phase("fit"):
        if workload.solver == "sgd":
            fitted = _sgd(run, workload, len(classes), train, kernel)
        else:
            fitted = _lbfgs(workload, len(classes), train)
    with run.phase("score"):
        scored = kernel(train, fitted.parameters)
        tested = kernel(test, fitted.parameters)
    rows = int(counts.train.sum())
    strength = regression.penalty(workload, rows)
    fitted.loss = scored.loss / rows
    fitted.objective = regression.objective_of(fitted.loss, fitted.parameters, strength)
    note = one_vs_rest.NOTE if one_each else ""
    return result(workload, classes, counts, fitted, scored, tested, note)


def _load(
    dataset: Dataset, workload: Logreg, frames: Frames
) -> tuple[list[str], Counts, Block, Block]:
    """Classes, what was counted, training and test rows."""
    import pandas

    seen: dict[str, int] = {}
    blocks, dropped = [], 0
    for chunk in frames.chunks():
        features = chunk[frames.numbers].to_numpy(np.float64)
        places, found = pandas.factorize(chunk[frames.text], use_na_sentinel=False)
        labels = frames.spelled(found)
        codes = np.array([seen.setdefault(str(label), len(seen)) for label in labels], np.int64)
        present = regression.label_present(labels, dataset)[places]
        present &= ~np.isnan(features).any(axis=1)
        dropped += int(len(present) - present.sum())
        blocks.append(Block(features[present], codes[places[present]]))
    used = np.unique(np.concatenate([np.unique(block.codes) for block in blocks]))
    names = list(seen)
    classes = sorted((names[code] for code in used), key=str.encode)
    rank = np.zeros(len(names), np.int64)
    for place, name in enumerate(classes):
        rank[seen[name]] = place
    features = np.concatenate([block.features for block in blocks])
    codes = rank[np.concatenate([block.codes for block in blocks])]
    blocks.clear()
    train, test = regression.split(Block(features, codes), workload.test_fraction)
    counts = regression.count(train, test, dropped, len(classes))
    regression.check(classes, counts, workload, dataset)
    return classes, counts, train, test


def _lbfgs(workload: Logreg, classes: int, train: Block) -> Fit:
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(
        C=workload.c, tol=workload.tolerance, max_iter=workload.max_iterations, solver="lbfgs"
    )
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always", ConvergenceWarning)
        stoppable(lambda: model.fit(train.features, train.codes))
    parameters = _rows(model, classes)
    found = Fit(parameters, 0.0, 0.0, iterations=int(model.n_iter_[0]))
    found.converged = not any(issubclass(each.category, ConvergenceWarning) for each in said)
    return found


def _sgd(run: Run, workload: Logreg, classes: int, train: Block, kernel: Kernel) -> Fit:
    """Epochs of one step per row, at scikit-learn's own learning rate, in the order of the data,
    until the loss improves by less than the tolerance."""
    from sklearn.linear_model import SGDClassifier

    alpha = regression.penalty(workload, len(train))
    model = SGDClassifier(loss="log_loss", alpha=alpha, random_state=run.spec.seed)
    everything = np.arange(classes)
    found = Fit(np.zeros((0, 0)), 0.0, 0.0)
    while not found.converged and found.iterations < workload.max_iterations:
        for at in range(0, len(train), BATCH_ROWS):
            part = slice(at, at + BATCH_ROWS)
            model.partial_fit(train.features[part], train.codes[part], classes=everything)
        found.parameters = np.hstack([model.coef_, model.intercept_[:, None]])
        loss = kernel(train, found.parameters).loss / len(train)
        found.converged = bool(found.history and found.history[-1] - loss < workload.tolerance)
        found.history.append(loss)
        found.iterations += 1
        found.passes += 2
        run.progress(found.iterations, workload.max_iterations, "epochs")
    return found


def _rows(model: Any, classes: int) -> Floats:  # noqa: ANN401
    """One row a class, classes without a training row included, the intercept last."""
    fitted = np.hstack([model.coef_, model.intercept_[:, None]])
    if classes == 2 or len(fitted) == classes:
        return fitted
    parameters = np.zeros((classes, fitted.shape[1]))
    # Such a class is never the most probable one.
    parameters[:, -1] = -np.inf
    parameters[model.classes_] = fitted
    return parameters
