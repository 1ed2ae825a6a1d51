"""The model that every engine serves: softmax(W·x + b) of 4 features and 4 classes. Its weights are
numbers of a splitmix64 sequence, as in core/workloads/serve/serve_model.cpp; nothing is fitted,
since only the serving is measured."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

FEATURES = CLASSES = 4
MASK = (1 << 64) - 1


def _uniform(seed: int) -> Iterator[float]:
    """From 0 to 1."""
    for place in count(1):
        z = (seed + place * 0x9E3779B97F4A7C15) & MASK
        z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & MASK
        z = (z ^ z >> 27) * 0x94D049BB133111EB & MASK
        yield ((z ^ z >> 31) >> 11) * 2.0**-53


@dataclass(frozen=True)
class Weights:
    """In plain Python."""

    coefficients: list[list[float]]
    intercepts: list[float]

    def predict(self, features: Sequence[float]) -> tuple[int, float]:
        """The likeliest class and its probability."""
        rows = zip(self.coefficients, self.intercepts, strict=True)
        scores = [sum(w * x for w, x in zip(row, features, strict=True)) + b for row, b in rows]
        best = max(scores)
        return scores.index(best), 1 / sum(math.exp(score - best) for score in scores)


def weights(seed: int) -> Weights:
    numbers = _uniform(seed)
    coefficients = [[8 * next(numbers) - 4 for _ in range(FEATURES)] for _ in range(CLASSES)]
    return Weights(coefficients, [2 * next(numbers) - 1 for _ in range(CLASSES)])


class Fitted:
    """scikit-learn's estimator with these weights."""

    def __init__(self, known: Weights) -> None:
        import numpy
        from sklearn.linear_model import LogisticRegression

        self._array = numpy.asarray
        self._model: Any = LogisticRegression()
        self._model.coef_ = numpy.array(known.coefficients)
        self._model.intercept_ = numpy.array(known.intercepts)
        self._model.classes_ = numpy.arange(CLASSES)
        self._model.n_features_in_ = FEATURES

    def predict(self, features: Sequence[float]) -> tuple[int, float]:
        (shares,) = self._model.predict_proba(self._array([features]))
        label = int(shares.argmax())
        return label, float(shares[label])


def predictor(prediction: str, seed: int) -> Weights | Fitted:
    known = weights(seed)
    return Fitted(known) if prediction == "sklearn" else known
