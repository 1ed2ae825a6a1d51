"""What every engine trains: softmax regression by stochastic gradient descent with momentum, in
NumPy. Every draw comes from a generator of its own, so that a configuration has the same loss after
an epoch wherever, whenever and beside whatever it was trained."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.random import PCG64, Generator, SeedSequence

from spillway_adapters import stamps
from spillway_adapters.stamps import Stamp

FEATURES, CLASSES, SIGNAL = 20, 4, 4.0
VALIDATION_SHARE = 0.25
BATCHES = (32, 128, 512)
#: Loss of a model that has left the numbers.
WORST_LOSS = 1e3
#: First words of the generators' keys.
_DATA, _CONFIGURATION, _EPOCH = range(3)


class Configuration(NamedTuple):
    rate: float
    penalty: float
    batch: int
    momentum: float


class Model(NamedTuple):
    """Of one configuration after some epochs; the last row of the weights are the intercepts."""

    weights: np.ndarray
    velocity: np.ndarray
    epochs: int


class Trial(NamedTuple):
    """A configuration that is to be trained on until so many epochs."""

    seed: int
    rows: int
    number: int
    until: int
    model: Model | None  #: where it begins; nothing: at zero


class Trained(NamedTuple):
    number: int
    model: Model
    losses: list[float]  #: on the validation rows, after each new epoch
    stamp: Stamp


@dataclass(frozen=True)
class Data:
    x: np.ndarray  #: a column of ones at the end
    y: np.ndarray
    x_validation: np.ndarray
    y_validation: np.ndarray


def generator(seed: int, *key: int) -> Generator:
    return Generator(PCG64(SeedSequence(seed, spawn_key=key)))


#: Of this process, one. (functools.lru_cache goes to a cluster's workers by its name, in a module
#: that they do not have.)
_made: dict[tuple[int, int], Data] = {}


def data(seed: int, rows: int) -> Data:
    """Each process makes it once."""
    found = _made.get((seed, rows))
    if found is None:
        found = _generated(seed, rows)
        _made.clear()
        _made[seed, rows] = found
    return found


def _generated(seed: int, rows: int) -> Data:
    random = generator(seed, _DATA)
    features = random.random((rows, FEATURES)) - 0.5
    true_weights = random.standard_normal((FEATURES, CLASSES))
    noise = random.gumbel(size=(rows, CLASSES))
    labels = (SIGNAL * features @ true_weights + noise).argmax(axis=1)
    # Of variance 1.
    x = np.hstack([features * 12**0.5, np.ones((rows, 1))])
    first = int(rows * (1 - VALIDATION_SHARE))
    return Data(x[:first], labels[:first], x[first:], labels[first:])


def configuration(seed: int, number: int) -> Configuration:
    random = generator(seed, _CONFIGURATION, number)
    return Configuration(
        rate=10 ** random.uniform(-4, 0),
        penalty=10 ** random.uniform(-7, -1),
        batch=int(random.choice(BATCHES)),
        momentum=random.uniform(0, 0.95),
    )


def train(trial: Trial) -> Trained:
    begun = stamps.begin()
    rows, chosen = data(trial.seed, trial.rows), configuration(trial.seed, trial.number)
    model = trial.model or Model(*np.zeros((2, FEATURES + 1, CLASSES)), 0)
    losses = []
    while model.epochs < trial.until:
        model = step(rows, chosen, trial.seed, trial.number, model)
        losses.append(loss(rows, model))
    return Trained(trial.number, model, losses, stamps.end(begun))


def step(rows: Data, chosen: Configuration, seed: int, number: int, model: Model) -> Model:
    """One epoch."""
    weights, velocity = model.weights.copy(), model.velocity.copy()
    order = generator(seed, _EPOCH, number, model.epochs).permutation(len(rows.y))
    with np.errstate(over="ignore", invalid="ignore"):
        for first in range(0, len(order), chosen.batch):
            places = order[first : first + chosen.batch]
            x = rows.x[places]
            share = _probabilities(x @ weights)
            share[np.arange(len(places)), rows.y[places]] -= 1
            gradient = x.T @ share / len(places)
            gradient[:-1] += chosen.penalty * weights[:-1]
            velocity *= chosen.momentum
            velocity -= chosen.rate * gradient
            weights += velocity
    return Model(weights, velocity, model.epochs + 1)


def loss(rows: Data, model: Model) -> float:
    """Mean negative log-likelihood of the validation rows."""
    with np.errstate(all="ignore"):
        share = _probabilities(rows.x_validation @ model.weights)
        right = share[np.arange(len(rows.y_validation)), rows.y_validation]
        found = float(-np.log(np.maximum(right, 1e-300)).mean())
    return min(found, WORST_LOSS) if found == found else WORST_LOSS


def nothing(number: int) -> int:
    """A trial that is done at once: what is left is the engine's own."""
    return number


def ready(made_of: tuple[int, int]) -> None:
    """Makes the data of a seed and a number of rows in a worker."""
    seed, rows = made_of
    train(Trial(seed, rows, 0, 1, None))


def _probabilities(scores: np.ndarray) -> np.ndarray:
    scores = np.exp(scores - scores.max(axis=1, keepdims=True))
    return scores / scores.sum(axis=1, keepdims=True)
