"""Hyperparameter search, small: every loss that an engine reports is that of the exhaustive one."""

from __future__ import annotations

import os
import signal
import subprocess
from itertools import pairwise
from typing import Any

import pytest

from host import ADAPTERS, Outcome, command_line, failure, python_of, run, started

ENGINES = {
    "concurrent-futures": "plain",
    "dask": "dask",
    "ray": "ray",
    "optuna": "optuna",
    "sklearn": "sklearn",
}
WAYS = ["full", "halving", "asha"]
EVERY = [
    *((engine, how) for engine in ("concurrent-futures", "dask", "ray") for how in WAYS),
    ("optuna", "pruner"),
    ("sklearn", "halving"),
]
CONFIGURATIONS, EPOCHS = 16, 9
RUNGS = [1, 3, EPOCHS]  #: epochs after which configurations are compared


def command(engine: str) -> list[str]:
    name = engine.replace("-", "_")
    return [python_of(ENGINES[engine]), "-m", f"spillway_adapters.{name}_engine"]


def spec(profile: str, seed: int = 3) -> dict[str, Any]:
    return {
        "protocol": 2,
        "run_id": "test",
        "inputs": {},
        "kind": "tune",
        "columns": {},
        "parameters": {"size": "quick"},
        "workers": 2,
        "memory_limit": None,
        "memory_floor": None,
        "seed": seed,
        "profile": profile,
        "address": None,
    }


Losses = dict[tuple[int, int], float]


def losses_of(outcome: Outcome) -> Losses:
    """By configuration and epoch; each once."""
    rows = outcome.result["table"]["rows"]
    losses = {(number, epoch): loss for number, epoch, loss in rows}
    assert len(losses) == len(rows)
    return losses


@pytest.fixture(scope="module")
def truth() -> Losses:
    return losses_of(run(command("concurrent-futures"), spec("oracle")))


def test_the_exhaustive_search_has_every_epoch(truth: Losses) -> None:
    every = {(number, e) for number in range(CONFIGURATIONS) for e in range(1, EPOCHS + 1)}
    assert set(truth) == every
    # There is something to find: chance is log 4.
    assert min(truth.values()) < 1.0 < max(truth.values())


def survivors(truth: Losses, up: int = 0) -> dict[int, int]:
    """Epochs that synchronous halving trains each configuration for: 16, 5, 1; where thirds are
    rounded up (2) 16, 6, 2."""
    left, trained = list(range(CONFIGURATIONS)), {}
    for until in RUNGS:
        trained |= dict.fromkeys(left, until)
        kept = max(1, (len(left) + up) // 3)
        left = sorted(left, key=lambda number: truth[number, until])[:kept]
    return trained


@pytest.mark.parametrize(("engine", "how"), EVERY)
def test_losses_are_the_true_ones_and_most_epochs_are_avoided(
    engine: str, how: str, truth: Losses
) -> None:
    outcome = run(command(engine), spec(how))
    losses = losses_of(outcome)
    for key, loss in losses.items():
        assert loss == pytest.approx(truth[key], rel=1e-9, abs=0), key
    measures = outcome.result["measures"]
    assert measures["best_loss"] == min(losses.values())
    trained: dict[int, int] = {}
    for number, epoch in losses:
        trained[number] = max(trained.get(number, 0), epoch)
    # scikit-learn fits from the first epoch again, in every rung.
    again = sum(sum(rung for rung in RUNGS if rung < most) for most in trained.values())
    used = len(losses) + (again if engine == "sklearn" else 0)
    assert measures["epochs_used"] == used
    assert measures["epochs_avoided"] == CONFIGURATIONS * EPOCHS - used
    # The first moment with a loss that is as good as the best one.
    near = [
        at
        for at, loss in outcome.result["series"][0]["points"]
        if loss <= 1.001 * min(losses.values())
    ]
    assert measures["near_best_s"] == near[0] > 0
    assert measures["trials_per_second"] > 0
    assert 0.99 <= measures["balance"] <= 2.01
    if how == "full":
        assert set(losses) == set(truth)
    if how == "halving":
        assert trained == survivors(truth, up=2 if engine == "sklearn" else 0)
    if how in ("asha", "pruner"):
        assert set(trained) == set(range(CONFIGURATIONS))
        assert set(trained.values()) <= {1, 3, 9} and 9 in trained.values()
        assert len(losses) < len(truth)
    # Reported once, by the engine itself or by what counts them here.
    spans = [span for event in outcome.all("tasks") for span in event["spans"]]
    trainings = sum(
        1 if how in ("full", "pruner") else RUNGS.index(n) + 1 for n in trained.values()
    )
    assert [kind for _, kind, _, _ in spans].count("train") == trainings
    # What trivial trials take is not the search's time.
    assert {event["name"] for event in outcome.all("phase")} == {"search"}
    assert outcome.one("done")["t"] - outcome.all("phase")[-1]["t"] < 1
    points = outcome.result["series"][0]["points"]
    seconds, best = zip(*points, strict=True)
    assert list(seconds) == sorted(seconds) and seconds[-1] <= measures["search_s"]
    assert all(worse > better for worse, better in pairwise(best))
    assert best[-1] == measures["best_loss"]
    # Told while it went on, too.
    told = [point for event in outcome.all("series") for point in event["points"]]
    assert told == points


def test_another_seed_is_another_search(truth: Losses) -> None:
    losses = losses_of(run(command("concurrent-futures"), spec("halving", seed=4)))
    assert len(losses) == sum(survivors(losses).values()) > CONFIGURATIONS
    assert all(losses[key] != truth[key] for key in losses)


TRAVELS = """
import sys
sys.path.insert(0, sys.argv[1])
import ray
from ray import cloudpickle
from spillway_adapters import ray_engine
ray_engine._carry_modules(ray)
from spillway_adapters.tune import ray_tasks, training
asked = cloudpickle.loads(cloudpickle.dumps(ray_tasks.asked._function))
asked("ready", (3, 1000, 0.0))
functions = asked.__globals__["_FUNCTIONS"]
print(sorted(functions), list(functions["train"].__globals__["_made"]), training._made)
"""


def test_a_ray_cluster_makes_the_data_before_the_search() -> None:
    """There functions travel by value: what makes the data has to be what trains."""
    ran = subprocess.run(
        [python_of("ray"), "-I", "-c", TRAVELS, str(ADAPTERS)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.stdout.strip() == "['nothing', 'ready', 'train'] [(3, 1000)] {}", ran.stderr[-2000:]


@pytest.mark.parametrize(
    ("engine", "how", "word"),
    [
        ("concurrent-futures", "full", "multiprocessing.spawn"),
        ("dask", "full", "multiprocessing.spawn"),
        ("ray", "full", "ray::"),
        ("optuna", "pruner", "loky"),
        ("sklearn", "halving", "loky"),
    ],
)
def test_a_worker_that_is_killed_in_the_middle_of_a_search_ends_it(
    engine: str, how: str, word: str
) -> None:
    with started(command(engine), spec(how)) as child:
        child.reach("ready")
        child.go()
        # Workers of these tell nothing before they have no trial left.
        child.until("phase" if engine in ("optuna", "sklearn") else "progress")
        workers = [pid for pid in child.processes() if word in command_line(pid)]
        assert workers
        for pid in workers:
            os.kill(pid, signal.SIGKILL)
        error = child.finish().one("error")
    assert error["code"] == "engine-failed", error
    assert error["phase"] == "search"


@pytest.mark.parametrize("engine", ENGINES)
def test_an_unknown_profile_is_unsupported(engine: str) -> None:
    error = failure(command(engine), spec("guess"))
    assert (error["code"], error["message"]) == (
        "unsupported",
        'The search has no profile "guess".',
    )
