"""What a worker does of scikit-learn's search. Configurations are those of all engines: the grid
has one parameter, a configuration's number.

An estimator knows nothing of the one that the search fitted before with fewer epochs: it trains
again from the first, and these epochs are used."""

from __future__ import annotations

import os
import pickle
import time
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.model_selection import GridSearchCV, HalvingGridSearchCV

from spillway_adapters import stamps
from spillway_adapters.protocol import Run
from spillway_adapters.tune import ETA, training
from spillway_adapters.tune.training import Data, Model, Trained


def ready() -> None:
    """This module is imported. The data come with the fits, as files that are mapped."""


class Softmax(BaseEstimator):
    """The model of all engines. Its losses after each epoch go into files of `folder`: a search
    keeps the last one only."""

    def __init__(self, seed: int = 0, folder: str = "", number: int = 0, epochs: int = 1) -> None:
        self.seed, self.folder, self.number, self.epochs = seed, folder, number, epochs

    def fit(self, x: np.ndarray, y: np.ndarray) -> Softmax:
        self._begun = stamps.begin()
        rows = Data(x, y, x[:0], y[:0])
        chosen = training.configuration(self.seed, self.number)
        self._models = [Model(*np.zeros((2, training.FEATURES + 1, training.CLASSES)), 0)]
        for _ in range(self.epochs):
            model = training.step(rows, chosen, self.seed, self.number, self._models[-1])
            self._models.append(model)
        return self

    def score(self, x: np.ndarray, y: np.ndarray) -> float:
        """More is better."""
        rows = Data(x[:0], y[:0], x, y)
        losses = [training.loss(rows, model) for model in self._models[1:]]
        trained = Trained(self.number, self._models[-1], losses, stamps.end(self._begun))
        name = f"{self.number}-{self.epochs}-{os.getpid()}-{time.monotonic_ns()}"
        (Path(self.folder) / name).write_bytes(pickle.dumps(trained))
        return -losses[-1]


class Nothing(BaseEstimator):
    def __init__(self, number: int = 0) -> None:
        self.number = number

    def fit(self, x: np.ndarray, y: np.ndarray) -> Nothing:
        return self

    def score(self, x: np.ndarray, y: np.ndarray) -> float:
        return 0.0


class Halving:
    def __init__(self, run: Run, order: list[int]) -> None:
        spec = run.spec
        self._workers = spec.workers
        self._folder = spec.scratch / "trained"
        self._folder.mkdir()
        made = training.data(spec.seed, spec.workload.rows)
        self._x = np.vstack([made.x, made.x_validation])
        self._y = np.concatenate([made.y, made.y_validation])
        places = np.arange(len(self._y))
        split = [(places[: len(made.y)], places[len(made.y) :])]
        self._search = HalvingGridSearchCV(
            Softmax(spec.seed, str(self._folder)),
            {"number": order},
            resource="epochs",
            min_resources=1,
            max_resources=spec.workload.epochs,
            factor=ETA,
            **self._common(split),
        )

    def fit(self) -> None:
        self._search.fit(self._x, self._y)

    def trained(self) -> list[Trained]:
        """By the time when they were done."""
        found = [pickle.loads(file.read_bytes()) for file in self._folder.iterdir()]
        return sorted(found, key=lambda one: stamps.ended(one.stamp))

    def do_nothing(self, trials: int) -> None:
        one = np.zeros(1, dtype=int)
        grid = {"number": list(range(trials))}
        search = GridSearchCV(Nothing(), grid, **self._common([(one, one)]))
        search.fit(self._x[:1], self._y[:1])

    def _common(self, split: list[tuple[np.ndarray, np.ndarray]]) -> dict[str, Any]:
        return {
            "cv": split,
            "refit": False,
            "n_jobs": self._workers,
            "error_score": "raise",
            "return_train_score": False,
        }
