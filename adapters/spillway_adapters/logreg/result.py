"""The result of a regression, as in docs/protocol.md."""

from __future__ import annotations

from typing import Any

import numpy as np

from spillway_adapters.logreg import Logreg
from spillway_adapters.logreg.regression import Counts, Fit, Floats, Moments, Sums
from spillway_adapters.protocol import RunError

#: The intercept of a class that a model never predicts.
NEVER = -1e300


def result(
    workload: Logreg,
    classes: list[str],
    counts: Counts,
    fit: Fit,
    train: Sums,
    test: Sums,
    note: str = "",
) -> dict[str, Any]:
    """`train` and `test` are scores over all rows of each side; `note`
    says in what the model differs from the definition ("one-vs-rest")."""
    if not np.isfinite(fit.loss):
        raise RunError("engine-failed", f"The fit ended with the loss {fit.loss}.")
    train_rows, test_rows = int(counts.train.sum()), int(counts.test.sum())
    coefficients, intercepts = as_read(fit.parameters, counts.moments, workload.standardise)
    possible = np.isfinite(intercepts)
    if len(fit.parameters) > 1 and not note:
        # Softmax does not change when the same is added to every class.
        coefficients -= coefficients.mean(axis=0)
        intercepts -= intercepts[possible].mean()
    intercepts[~possible] = NEVER
    tested = counts.test if test_rows else counts.train
    test_accuracy = test.correct / test_rows if test_rows else None
    train_accuracy = train.correct / train_rows
    warnings = _warnings(workload, classes, counts)
    return {
        "kind": "logreg",
        "classes": classes,
        "coefficients": coefficients,
        "intercepts": intercepts,
        "loss_history": fit.history,
        "loss": fit.loss,
        "objective": fit.objective,
        "test_loss": test.loss / test_rows if test_rows else None,
        "accuracy": train_accuracy if test_accuracy is None else test_accuracy,
        "train_accuracy": train_accuracy,
        "test_accuracy": test_accuracy,
        "majority_accuracy": float(tested[counts.train.argmax()] / max(tested.sum(), 1)),
        "iterations": fit.iterations,
        "data_passes": fit.passes,
        "converged": fit.converged,
        "rows": train_rows + test_rows,
        "train_rows": train_rows,
        "dropped_rows": counts.dropped,
        "warnings": [note, *warnings] if note else warnings,
        **({"model": note} if note else {}),
    }


def as_read(parameters: Floats, moments: Moments, standardised: bool) -> tuple[Floats, Floats]:
    """Coefficients (K x p) and intercepts (K) in the units of the features as read."""
    coefficients, intercepts = parameters[:, :-1].copy(), parameters[:, -1].copy()
    if standardised:
        coefficients /= moments.scale
        coefficients[:, moments.constant] = 0
        intercepts -= coefficients @ moments.mean
    return coefficients, intercepts


def _warnings(workload: Logreg, classes: list[str], counts: Counts) -> list[str]:
    warnings = []
    if workload.test_fraction > 0 and counts.test.sum() == 0:
        warnings.append("The split leaves no row to test on: there is no test accuracy.")
    for j in np.flatnonzero(counts.moments.constant):
        warnings.append(f'The feature "{workload.features[j]}" is constant.')
    for k in np.flatnonzero(counts.train == 0):
        warnings.append(f'The class "{classes[k]}" has no training row.')
    if counts.dropped:
        warnings.append(f"{counts.dropped:,} rows with a missing feature or label were left out.")
    return warnings
