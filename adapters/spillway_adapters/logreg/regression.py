"""Multinomial logistic regression, defined as in docs/workloads.md, over blocks of rows.

Engines differ in where blocks live and who visits them; what is computed on one block is the same
for all and is here, with NumPy only. Shapes: n rows, p features, K classes; parameters are a matrix
of K x (p + 1), the intercept last. With K = 2 there is one row, for classes[1].
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import numpy.typing as npt

from spillway_adapters.csv_number import largest_value
from spillway_adapters.logreg import Logreg
from spillway_adapters.protocol import RunError
from spillway_adapters.spec import Dataset

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]

#: Rows at a time: temporaries of this size stay in the cache and are never trimmed by malloc.
STRIPE = 2048
#: Rows at a time for the split's hashes (20 M rows of 2 features: 0.12 s; as one array 1.5 s).
HASH_STRIPE = 65_536
#: The gradient alone ends a fit, but for a loss that no longer moves by what a double can show.
LBFGS_OPTIONS = {"ftol": 64 * np.finfo(float).eps, "maxls": 50}


@dataclass
class Block:
    """Rows in memory: features as read or as fitted (n x p), labels as class numbers (n)."""

    features: Floats
    codes: Codes

    def __len__(self) -> int:
        return len(self.codes)


# --- The split -----------------------------------------------------------------------------------


def _split_mix(state: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """splitmix64 (Steele, Lea, Flood 2014), its constant added first; wraps around."""
    state = state + np.uint64(0x9E3779B97F4A7C15)
    state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return state ^ (state >> np.uint64(31))


def feature_hash(features: Floats) -> npt.NDArray[np.uint64]:
    """Identity of each row by the bits of its features: (0.5, 0.25) gives 0x6e3ce847f682a5a5."""
    hashes = np.empty(len(features), np.uint64)
    columns = [_split_mix(np.array([j], np.uint64)) for j in range(features.shape[1])]
    for at in range(0, len(features), HASH_STRIPE):
        stripe = features[at : at + HASH_STRIPE]
        mixed = np.zeros(len(stripe), np.uint64)
        for j, column in enumerate(columns):
            # Adding zero makes -0 and 0 the same.
            bits = (np.ascontiguousarray(stripe[:, j]) + 0.0).view(np.uint64)
            mixed ^= _split_mix(bits ^ column)
        hashes[at : at + HASH_STRIPE] = _split_mix(mixed)
    return hashes


def trains(features: Floats, test_fraction: float) -> npt.NDArray[np.bool_]:
    """Which rows (as read) are trained on; the same for every engine."""
    if test_fraction <= 0:
        return np.ones(len(features), np.bool_)
    return feature_hash(features).astype(np.float64) < 2.0**64 * (1 - test_fraction)


def split(block: Block, test_fraction: float) -> tuple[Block, Block]:
    """Training and test rows."""
    mask = trains(block.features, test_fraction)
    if mask.all():
        return block, Block(block.features[:0], block.codes[:0])
    return (
        Block(block.features[mask], block.codes[mask]),
        Block(block.features[~mask], block.codes[~mask]),
    )


def label_present(labels: Iterable[str], dataset: Dataset) -> npt.NDArray[np.bool_]:
    """False for labels that read as missing; labels are raw text."""
    return np.array([not dataset.lacks_label(str(label)) for label in labels], np.bool_)


# --- Moments -------------------------------------------------------------------------------------


@dataclass
class Moments:
    """Rows, mean and summed squared deviations a feature (Chan, Golub and LeVeque 1983)."""

    count: int
    mean: Floats
    squares: Floats

    @staticmethod
    def of(features: Floats) -> Moments:
        if len(features) == 0:
            return Moments(0, np.zeros(features.shape[1]), np.zeros(features.shape[1]))
        mean = features.mean(axis=0)
        squares = np.zeros_like(mean)
        for at in range(0, len(features), STRIPE):
            deviations = features[at : at + STRIPE] - mean
            squares += np.einsum("ij,ij->j", deviations, deviations)
        return Moments(len(features), mean, squares)

    def __add__(self, later: Moments) -> Moments:
        count = self.count + later.count
        if count == 0:
            return self
        shift = later.mean - self.mean
        share = later.count / count
        return Moments(
            count,
            self.mean + shift * share,
            self.squares + later.squares + shift * shift * (self.count * share),
        )

    @property
    def constant(self) -> npt.NDArray[np.bool_]:
        variance = self.squares / max(self.count, 1)
        eps = np.finfo(np.float64).eps
        return variance <= self.count * eps * variance + (self.count * self.mean * eps) ** 2

    @property
    def scale(self) -> Floats:
        """Divisor of a standardised feature: its standard deviation, 1 for a constant one."""
        deviation = np.sqrt(self.squares / max(self.count, 1))
        return np.where(self.constant, 1.0, deviation)


@dataclass
class Counts:
    """What loading found out, summed over blocks."""

    train: Codes  #: rows a class
    test: Codes
    dropped: int  #: rows with a missing feature or label
    moments: Moments  #: of the training rows as read
    finite: npt.NDArray[np.bool_]  #: features all of whose values are, and their sum

    def __add__(self, later: Counts) -> Counts:
        return Counts(
            self.train + later.train,
            self.test + later.test,
            self.dropped + later.dropped,
            self.moments + later.moments,
            self.finite & later.finite,
        )


def count(train: Block, test: Block, dropped: int, classes: int) -> Counts:
    with np.errstate(all="ignore"):  # What is not finite is found.
        return Counts(
            np.bincount(train.codes, minlength=classes),
            np.bincount(test.codes, minlength=classes),
            dropped,
            Moments.of(train.features),
            np.isfinite(train.features.sum(axis=0)) & np.isfinite(test.features.sum(axis=0)),
        )


def check(classes: list[str], counts: Counts, workload: Logreg, dataset: Dataset) -> None:
    """Checks that there is something to learn from, with finite numbers."""
    if counts.train.sum() + counts.test.sum() == 0:
        raise RunError("invalid-argument", "No row has a label and every feature.")
    if counts.train.sum() == 0:
        raise RunError("invalid-argument", "There is no row to train on.")
    finite = counts.finite & np.isfinite(counts.moments.mean) & np.isfinite(counts.moments.squares)
    for j in np.flatnonzero(~finite):
        raise RunError("invalid-argument", largest_value(workload.features[j], dataset))
    if len(classes) < 2:
        raise RunError("invalid-argument", f"The label has one class only: {classes[0]!r}.")


def standardise(block: Block, moments: Moments) -> Block:
    """In place."""
    block.features -= moments.mean
    block.features /= moments.scale
    return block


# --- One block's share of the loss ---------------------------------------------------------------


@dataclass
class Sums:
    """A block's share of one evaluation: summed negative log-likelihood, its gradient (K x (p + 1)
    or 1 x (p + 1)); without a gradient, rows whose most probable class is their label."""

    loss: float
    gradient: Floats | None
    correct: int

    def __add__(self, later: Sums) -> Sums:
        gradient = None
        if self.gradient is not None and later.gradient is not None:
            gradient = self.gradient + later.gradient
        return Sums(self.loss + later.loss, gradient, self.correct + later.correct)


def evaluate(block: Block, parameters: Floats) -> Sums:
    """Loss and gradient of one block; correct predictions are not counted."""
    return _visit(block, parameters, np.zeros_like(parameters))


def score(block: Block, parameters: Floats) -> Sums:
    """Loss and correct predictions of one block."""
    return _visit(block, parameters, None)


def _visit(block: Block, parameters: Floats, gradient: Floats | None) -> Sums:
    """Visits the rows in stripes that stay in the cache; adds to the gradient."""
    total = Sums(0.0, gradient, 0)
    kernel = partial(_binary, parameters) if len(parameters) == 1 else _Softmax(parameters)
    for at in range(0, len(block), STRIPE):
        kernel(block.features[at : at + STRIPE], block.codes[at : at + STRIPE], total)
    return total


class _Softmax:
    """Scores lie class by class (K x n), so that every step runs over long rows; 3.5 times as fast
    as row by row for K = 4. Arrays are made once a block."""

    def __init__(self, parameters: Floats) -> None:
        self._weights = np.ascontiguousarray(parameters[:, :-1])
        self._intercepts = parameters[:, -1:].copy()
        self._scores = np.empty((len(parameters), STRIPE))
        self._line = np.empty(STRIPE)
        self._rows = np.arange(STRIPE)

    def __call__(self, features: Floats, codes: Codes, total: Sums) -> None:
        scores = self._scores[:, : len(codes)]
        line = self._line[: len(codes)]
        own = (codes, self._rows[: len(codes)])
        np.matmul(self._weights, features.T, out=scores)
        scores += self._intercepts
        scores -= np.max(scores, axis=0, out=line)
        if total.gradient is None:
            total.correct += int(np.count_nonzero(scores.argmax(axis=0) == codes))
        total.loss -= float(scores[own].sum())
        np.exp(scores, out=scores)
        np.sum(scores, axis=0, out=line)
        if total.gradient is not None:
            scores /= line
            scores[own] -= 1
            total.gradient[:, :-1] += scores @ features
            total.gradient[:, -1] += scores.sum(axis=1)
        total.loss += float(np.log(line, out=line).sum())


def _binary(parameters: Floats, features: Floats, codes: Codes, total: Sums) -> None:
    scores = features @ parameters[0, :-1] + parameters[0, -1]
    total.loss += float((np.logaddexp(0.0, scores) - codes * scores).sum())
    if total.gradient is None:
        total.correct += int(((scores > 0) == (codes == 1)).sum())
        return
    residual = 0.5 * (1 + np.tanh(0.5 * scores)) - codes
    total.gradient[0, :-1] += residual @ features
    total.gradient[0, -1] += residual.sum()


# --- The fit -------------------------------------------------------------------------------------


@dataclass
class Fit:
    parameters: Floats  #: for the features as fitted
    loss: float  #: mean negative log-likelihood on the training rows
    objective: float
    history: list[float] = field(default_factory=list)  #: loss after each iteration
    iterations: int = 0
    passes: int = 0  #: over all training rows
    converged: bool = False


def parameter_shape(classes: int, features: int) -> tuple[int, int]:
    return (1 if classes == 2 else classes, features + 1)


def penalty(workload: Logreg, train_rows: int) -> float:
    """lambda = 1 / (c n)."""
    return 1 / (workload.c * train_rows)


def fit_lbfgs(
    over_all_rows: Callable[[Floats], Sums],
    workload: Logreg,
    shape: tuple[int, int],
    train_rows: int,
    progress: Callable[[int], None] = lambda iteration: None,
) -> Fit:
    """L-BFGS of SciPy, ended by the largest component of the gradient only.

    `over_all_rows` visits every training row once: one data pass."""
    from scipy.optimize import minimize

    strength = penalty(workload, train_rows)
    fit = Fit(np.zeros(shape), 0.0, 0.0)
    losses: dict[bytes, float] = {}

    def objective(flat: Floats) -> tuple[float, Floats]:
        parameters = flat.reshape(shape)
        sums = over_all_rows(parameters)
        assert sums.gradient is not None
        weights = parameters.copy()
        weights[:, -1] = 0
        losses[flat.tobytes()] = sums.loss / train_rows
        fit.passes += 1
        value = sums.loss / train_rows + 0.5 * strength * float((weights * weights).sum())
        return value, (sums.gradient / train_rows + strength * weights).ravel()

    def after(flat: Floats) -> None:
        fit.history.append(losses[flat.tobytes()])
        progress(len(fit.history))

    answer = minimize(
        objective,
        np.zeros(shape).ravel(),
        jac=True,
        method="L-BFGS-B",
        callback=after,
        options={"maxiter": workload.max_iterations, "gtol": workload.tolerance, **LBFGS_OPTIONS},
    )
    fit.parameters = answer.x.reshape(shape)
    fit.loss = losses[answer.x.tobytes()]
    fit.objective = float(answer.fun)
    fit.iterations = int(answer.nit)
    fit.converged = bool(np.abs(answer.jac).max() <= workload.tolerance)
    return fit


def objective_of(loss: float, parameters: Floats, strength: float) -> float:
    return loss + 0.5 * strength * float((parameters[:, :-1] ** 2).sum())
