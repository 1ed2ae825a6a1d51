"""What a worker does of an Optuna study. Configurations are those of all engines: a trial's number
says which one it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import optuna
from optuna.pruners import SuccessiveHalvingPruner
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend

from spillway_adapters import stamps
from spillway_adapters.tune import ETA, Tune, training
from spillway_adapters.tune.search import TRIVIAL_TRIALS
from spillway_adapters.tune.training import Model, Trained

STUDY, TRIVIAL_STUDY = "search", "trivial"


@dataclass(frozen=True)
class Studied:
    journal: str
    seed: int
    search: Tune
    order: list[int]  #: configurations by the number of a trial


def create(journal: str) -> None:
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    for name in (STUDY, TRIVIAL_STUDY):
        optuna.create_study(study_name=name, storage=_storage(journal))


def ready(study: Studied) -> None:
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    _load(study, STUDY)
    training.ready((study.seed, study.search.rows))


def optimise(study: Studied) -> list[Trained]:
    """All trials that this worker was given."""
    return [
        _trained(study, asked, trial) for asked, trial in _trials(study, STUDY, len(study.order))
    ]


def do_nothing(study: Studied) -> int:
    count = 0
    for asked, trial in _trials(study, TRIVIAL_STUDY, TRIVIAL_TRIALS):
        asked.tell(trial, 0.0)
        count += 1
    return count


def _trained(studied: Studied, study: optuna.Study, trial: optuna.Trial) -> Trained:
    begun = stamps.begin()
    number = studied.order[trial.number]
    rows = training.data(studied.seed, studied.search.rows)
    chosen = training.configuration(studied.seed, number)
    model = Model(*np.zeros((2, training.FEATURES + 1, training.CLASSES)), 0)
    losses: list[float] = []
    pruned = False
    while model.epochs < studied.search.epochs and not pruned:
        model = training.step(rows, chosen, studied.seed, number, model)
        losses.append(training.loss(rows, model))
        trial.report(losses[-1], model.epochs)
        pruned = trial.should_prune()
    state = optuna.trial.TrialState.PRUNED if pruned else optuna.trial.TrialState.COMPLETE
    study.tell(trial, None if pruned else losses[-1], state=state)
    return Trained(number, model, losses, stamps.end(begun))


def _trials(studied: Studied, name: str, count: int) -> Iterator[tuple[optuna.Study, optuna.Trial]]:
    """The next of so many, until another worker, or this one, has got the last."""
    study = _load(studied, name)
    while (trial := study.ask()).number < count:
        yield study, trial
    study.tell(trial, state=optuna.trial.TrialState.FAIL)


def _load(studied: Studied, name: str) -> optuna.Study:
    pruner = SuccessiveHalvingPruner(min_resource=1, reduction_factor=ETA)
    storage = _storage(studied.journal)
    return optuna.load_study(study_name=name, storage=storage, pruner=pruner)


def _storage(journal: str) -> JournalStorage:
    return JournalStorage(JournalFileBackend(journal))
