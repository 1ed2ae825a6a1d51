"""Scores a one-vs-rest model of scikit-learn by the regression's own measure.

Each class has its own binary model; probabilities are the sigmoids divided by their sum, as
SGDClassifier.predict_proba has it.
"""

from __future__ import annotations

import numpy as np

from spillway_adapters.logreg import regression
from spillway_adapters.logreg.regression import Block, Floats, Sums

NOTE = "one-vs-rest"


def score(block: Block, parameters: Floats) -> Sums:
    """As regression.score, which it is for two classes."""
    if len(parameters) == 1:
        return regression.score(block, parameters)
    total = Sums(0.0, None, 0)
    for at in range(0, len(block), regression.STRIPE):
        features = block.features[at : at + regression.STRIPE]
        codes = block.codes[at : at + regression.STRIPE]
        scores = features @ parameters[:, :-1].T + parameters[:, -1]
        logs = -np.logaddexp(0.0, -scores)
        own = logs[np.arange(len(codes)), codes]
        loss = float((np.log(np.exp(logs).sum(axis=1)) - own).sum())
        correct = int((scores.argmax(axis=1) == codes).sum())
        total = total + Sums(loss, None, correct)
    return total
