"""Many independent tasks on every engine that takes them, small. What a part has to give is worked
out here, by other means than the adapters' and core/workloads/tasks/tasks_oracle.cpp's."""

from __future__ import annotations

import os
import signal
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from host import STOPPED, Child, Event, command_line, failure, python_of, run, started

#: Environment and module of each engine, and its profiles.
ENGINES = {
    "concurrent-futures": ("plain", ["submit", "chunks"]),
    "multiprocessing": ("plain", ["chunks", "singly"]),
    "joblib": ("joblib", ["auto", "singly"]),
    "dask": ("dask", ["batched", "futures", "delayed", "threads"]),
    "ray": ("ray", ["batched", "singly"]),
}
EVERY = [(engine, profile) for engine, (_, profiles) in ENGINES.items() for profile in profiles]
FIRST = [(engine, profiles[0]) for engine, (_, profiles) in ENGINES.items()]
PARTS = [
    *("0 ms", "1 ms", "10 ms", "100 ms", "latency", "tree", "1 MB each", "16 MB shared"),
    *("uneven", "long last", "actors"),
]


def command(engine: str) -> list[str]:
    environment = ENGINES[engine][0]
    name = engine.replace("-", "_")
    return [python_of(environment), "-m", f"spillway_adapters.{name}_engine"]


def spec(profile: str, fault: str = "none", **changes: Any) -> dict[str, Any]:  # noqa: ANN401
    fields = {
        "protocol": 2,
        "run_id": "test",
        "inputs": {},
        "kind": "tasks",
        "columns": {},
        "parameters": {"size": "quick", "fault": fault},
        "workers": 2,
        "memory_limit": None,
        "memory_floor": None,
        "seed": 7,
        "profile": profile,
        "address": None,
    }
    return fields | changes


# --- What is right -------------------------------------------------------------------------------

ONES = 2**64


def mixed(x: int) -> int:
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9 % ONES
    x = (x ^ x >> 27) * 0x94D049BB133111EB % ONES
    return x ^ x >> 31


def state(part: int, place: int) -> int:
    return mixed(mixed(7) ^ part << 32 ^ place)


def value(part: int, place: int, iterations: int) -> int:
    begin = state(part, place)
    found = mixed(begin)
    for i in range(1, iterations + 1):
        found ^= mixed((begin + i * 0x9E3779B97F4A7C15) % ONES)
    return found


def checksum(answers: Iterable[int]) -> int:
    return sum(mixed(answer ^ place) for place, answer in enumerate(answers)) % ONES


def tree(first: int, count: int) -> int:
    """Of so many leaves, a power of two, from this one on."""
    if count == 1:
        return mixed(state(202, first))
    half = count // 2
    return (mixed(tree(first, half)) + tree(first + half, half)) % ONES


@pytest.fixture(scope="module")
def right() -> dict[str, tuple[int, int]]:
    """Tasks and checksum of each part."""
    body = b"".join(state(205, i).to_bytes(8, "little") for i in range(124_999))
    data = [i.to_bytes(8, "little") + body for i in range(10)]
    shared = zlib.adler32(data[0] * 16)
    durations = [min(100.0, 1 / (1 - (mixed(state(203, i)) >> 11) / 2**53)) for i in range(40)]
    lengths = [1] * 40 + [100, 100]
    even = {0: 200, 1: 100, 10: 20, 100: 2}
    answers = {f"{ms} ms": [value(ms, i, ms * 2000) for i in range(even[ms])] for ms in even} | {
        "latency": [mixed(state(201, i)) for i in range(20)],
        "1 MB each": [zlib.adler32(each) for each in data],
        "16 MB shared": [shared + i for i in range(4)],
        "uneven": [value(203, i, int(ms * 2000)) for i, ms in enumerate(durations)],
        "long last": [value(204, i, ms * 2000) for i, ms in enumerate(lengths)],
    }
    return {name: (len(those), checksum(those)) for name, those in answers.items()} | {
        "tree": (127, checksum([tree(0, 64)])),
        "actors": (100, checksum([sum(range(50))] * 2)),
    }


@pytest.mark.parametrize(("engine", "profile"), EVERY)
def test_every_part_is_right_and_measured(
    engine: str, profile: str, right: dict[str, tuple[int, int]]
) -> None:
    outcome = run(command(engine), spec(profile))
    found = {name: (tasks, int(of, 16)) for name, tasks, _, of in outcome.result["table"]["rows"]}
    has_actors = engine in ("dask", "ray")
    assert found == {name: of for name, of in right.items() if has_actors or name != "actors"}
    measures = outcome.result["measures"]
    assert ("actor_calls_per_second" in measures) == has_actors
    rates = [f"tasks_per_second_{ms}ms" for ms in (0, 1, 10, 100)]
    times = ["latency_p50_ms", "latency_p99_ms", "tree_s", "shared_s", "payload_mb_per_second"]
    assert all(measures[name] > 0 for name in (*rates, *times))
    assert measures["latency_p50_ms"] <= measures["latency_p99_ms"]
    # Nobody is busier than both workers together, nor less than the mean.
    assert all(0.99 <= measures[name] <= 2.01 for name in measures if name.startswith("balance"))
    assert all(measures[f"efficiency_{which}"] < 2 for which in ("1ms", "10ms", "uneven"))
    phases = {event["name"] for event in outcome.all("phase")}
    assert phases == {*PARTS}
    assert sum(count for _, count in outcome.result["series"][0]["points"]) == 20


@pytest.mark.parametrize("engine", ["concurrent-futures", "multiprocessing", "joblib"])
def test_one_worker_is_right_too(engine: str, right: dict[str, tuple[int, int]]) -> None:
    """joblib's is the driver itself."""
    outcome = run(command(engine), spec(ENGINES[engine][1][0], workers=1))
    found = {name: (tasks, int(of, 16)) for name, tasks, _, of in outcome.result["table"]["rows"]}
    assert found == {name: of for name, of in right.items() if name != "actors"}
    assert all(outcome.result["measures"][name] == 1 for name in ("balance", "balance_long_last"))


# --- Set-up --------------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ["concurrent-futures", "multiprocessing", "joblib"])
def test_every_process_of_a_pool_is_prepared_and_none_has_more_threads(engine: str) -> None:
    with started(command(engine), spec(ENGINES[engine][1][0], workers=3)) as child:
        child.reach("ready")
        prepared = {int(file.name) for file in (child.scratch / "prepared").iterdir()}
        assert prepared == set(workers_of(child, engine))
        assert len(prepared) == 3
        for pid in prepared:
            variables = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
            assert b"OPENBLAS_NUM_THREADS=1" in variables


# --- Faults --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("engine", "profile"), EVERY)
def test_a_task_that_raises_is_the_runs_failure(engine: str, profile: str) -> None:
    error = failure(command(engine), spec(profile, "raise"))
    assert error["code"] == "engine-failed"
    assert "TaskFailed: A task failed, as it was asked to." in error["message"]
    assert error["phase"] == "1 ms"


@pytest.mark.parametrize(("engine", "profile"), FIRST)
def test_a_task_that_ends_its_process_is_the_runs_failure(engine: str, profile: str) -> None:
    """Not a run that waits forever, and not one that silently does the task again."""
    error = failure(command(engine), spec(profile, "exit"))
    assert error["code"] == "engine-failed"
    said = {
        "concurrent-futures": "A worker of the executor ended in the middle of the run.",
        "multiprocessing": "killed by signal 9",
        "joblib": "A worker of joblib ended in the middle of the run.",
        "dask": "A Dask worker ended in the middle of the run.",
        "ray": "died unexpectedly",
    }
    assert said[engine] in error["message"], error
    assert error["phase"] == "1 ms"


def workers_of(child: Child, engine: str) -> list[int]:
    word = {"ray": "ray::", "joblib": "popen_loky"}.get(engine, "multiprocessing.spawn")
    return [pid for pid in child.processes() if word in command_line(pid)]


def begins_10_ms(event: Event) -> bool:
    return event["type"] == "phase" and (event["name"], event["state"]) == ("10 ms", "begin")


@pytest.mark.parametrize("engine", ["concurrent-futures", "multiprocessing", "joblib"])
def test_a_worker_that_is_killed_from_outside_ends_the_run(engine: str) -> None:
    with started(command(engine), spec(ENGINES[engine][1][0])) as child:
        child.reach("ready")
        child.go()
        child.until(begins_10_ms)
        for pid in workers_of(child, engine):
            os.kill(pid, signal.SIGKILL)
        error = child.finish().one("error")
    assert error["code"] == "engine-failed"
    assert "ended in the middle of the run" in error["message"]


@pytest.mark.parametrize(("engine", "profile"), FIRST)
def test_a_stop_leaves_nothing_behind(engine: str, profile: str) -> None:
    with started(command(engine), spec(profile)) as child:
        child.reach("ready")
        child.go()
        child.until(begins_10_ms)
        child.stop()
        child.wait_until_gone()
        assert child.outcome().exit_code == STOPPED


# --- What is refused -----------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ["dask", "ray"])
def test_an_unknown_profile_is_unsupported(engine: str) -> None:
    error = failure(command(engine), spec("naive"))
    assert (error["code"], error["message"]) == (
        "unsupported",
        'Tasks have no profile "naive".',
    )
