"""Multinomial logistic regression; definitions in docs/workloads.md."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Logreg:
    label: str
    features: list[str]
    solver: str  #: "lbfgs", "sgd" or "sgd-averaged"
    max_iterations: int
    tolerance: float
    c: float
    standardise: bool
    test_fraction: float

    @property
    def columns(self) -> list[str]:
        return [self.label, *self.features]


def read(fields: dict[str, Any]) -> Logreg:
    return Logreg(
        label=fields["label"],
        features=list(fields["features"]),
        solver=fields["solver"],
        max_iterations=int(fields["max_iterations"]),
        tolerance=float(fields["tolerance"]),
        c=float(fields["c"]),
        standardise=bool(fields["standardise"]),
        test_fraction=float(fields["test_fraction"]),
    )
