"""Writes tests/core/native/oracle/: scikit-learn's own data sets as CSV and what its
LogisticRegression makes of them, run to convergence. Needs scikit-learn; run by hand when the
oracle is to change:

    python3 make_sklearn_oracle.py

scikit-learn minimises C * sum(loss) + |W|^2 / 2; with C = c that is our objective times c * n.
"""

from __future__ import annotations

import csv
import json
import pathlib
from collections.abc import Iterator
from typing import Any

import numpy as np
import sklearn
from sklearn.datasets import load_digits, load_iris, load_wine
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.preprocessing import StandardScaler

OUT = pathlib.Path(__file__).parent / "oracle"


def data_sets() -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    for name, load in (("iris", load_iris), ("wine", load_wine), ("digits", load_digits)):
        bunch = load()
        labels = np.array([str(bunch.target_names[t]) for t in bunch.target])
        yield name, bunch.data, labels
        if name == "iris":
            two = labels != "setosa"
            yield "iris2", bunch.data[two], labels[two]
            # Linearly separable: only the penalty keeps the weights finite.
            apart = labels != "virginica"
            yield "iris_separable", bunch.data[apart], labels[apart]


def write_csv(name: str, features: np.ndarray, labels: np.ndarray) -> None:
    with (OUT / f"{name}.csv").open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([f"f{j}" for j in range(features.shape[1])] + ["label"])
        for row, label in zip(features, labels, strict=True):
            writer.writerow([repr(float(v)).removesuffix(".0") for v in row] + [label])


def fit(features: np.ndarray, labels: np.ndarray, standardise: bool, c: float) -> dict[str, Any]:
    scaler = StandardScaler().fit(features)
    fitted = scaler.transform(features) if standardise else features
    # A Newton method reaches gradients that lbfgs of scipy leaves at 1e-6.
    model = LogisticRegression(C=c, tol=1e-12, max_iter=100000, solver="newton-cholesky")
    model.fit(fitted, labels)
    weights, intercepts = model.coef_, model.intercept_
    probabilities = model.predict_proba(fitted)
    loss = log_loss(labels, probabilities, labels=model.classes_)
    objective = loss + (weights**2).sum() / (2 * c * len(labels))
    if standardise:
        weights = weights / scaler.scale_
        intercepts = intercepts - weights @ scaler.mean_
    if len(model.classes_) > 2:
        intercepts = intercepts - intercepts.mean()
    return {
        "standardise": standardise,
        "c": c,
        "classes": list(model.classes_),
        "coefficients": weights.tolist(),
        "intercepts": intercepts.tolist(),
        "loss": loss,
        "objective": objective,
        "accuracy": float((model.predict(fitted) == labels).mean()),
    }


def main() -> None:
    OUT.mkdir(exist_ok=True)
    cases = []
    for name, features, labels in data_sets():
        write_csv(name, features, labels)
        for standardise in (True, False):
            for c in (1.0,) if name == "digits" else (1.0, 0.1):
                cases.append({"data": name, **fit(features, labels, standardise, c)})
    oracle = {"scikit-learn": sklearn.__version__, "cases": cases}
    (OUT / "oracle.json").write_text(json.dumps(oracle, indent=1) + "\n")


if __name__ == "__main__":
    main()
