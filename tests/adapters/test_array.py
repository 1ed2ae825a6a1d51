"""Column means of a random array on every engine that takes them, small, against NumPy's exact sums
of whole numbers and against the article's own line on Dask."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from fractions import Fraction
from typing import Any

import pytest

from host import STOPPED, Outcome, command_line, failure, python_of, started
from host import run as run_adapter

#: Environment of each engine; profiles that take the array as it streams, and as it is loaded.
ENGINES = {
    "numpy": ("plain", ["threads", "one-thread"], ["threads", "one-thread", "memmap"]),
    "joblib": ("joblib", ["default"], []),
    "dask": ("dask", ["threads", "processes"], ["threads", "processes"]),
    "ray": ("ray", ["fused", "objects"], ["objects"]),
}
EVERY = [
    (engine, profile, how)
    for engine, (_, streamed, loaded) in ENGINES.items()
    for profiles, how in ((streamed, "streamed"), (loaded, "loaded"))
    for profile in profiles
]
SIDE, CHUNK, SEED = 110, 40, 5  #: nine chunks, those at the edges smaller


def command(engine: str) -> list[str]:
    return [python_of(ENGINES[engine][0]), "-m", f"spillway_adapters.{engine}_engine"]


def spec(profile: str, how: str, n: int = SIDE, c: int = CHUNK) -> dict[str, Any]:
    return {
        "protocol": 2,
        "run_id": "test",
        "inputs": {},
        "kind": "array",
        "columns": {},
        "parameters": {"size": "quick", "materialise": how, "n": n, "c": c},
        "workers": 2,
        "memory_limit": None,
        "memory_floor": None,
        "seed": SEED,
        "profile": profile,
        "address": None,
    }


def exact_means(n: int, c: int) -> list[float]:
    """From NumPy's own numbers, added up as whole numbers."""
    program = f"""
import json
from numpy.random import PCG64, Generator, SeedSequence
places = [range(i, min({n}, i + {c})) for i in range(0, {n}, {c})]
sums, k = [0] * {n}, 0
for rows in places:
    for columns in places:
        random = Generator(PCG64(SeedSequence({SEED}, spawn_key=(k,))))
        chunk = random.random((len(rows), len(columns)))
        k += 1
        for row in chunk:
            for column, x in zip(columns, row.tolist()):
                sums[column] += int(x * 2**53)
print(json.dumps(sums))
"""
    sums = subprocess.run(
        [python_of("plain"), "-c", program], capture_output=True, text=True, check=True
    )
    return [float(Fraction(total, 2**53 * n)) for total in json.loads(sums.stdout)]


@pytest.fixture(scope="module")
def right() -> list[float]:
    return exact_means(SIDE, CHUNK)


def means_of(outcome: Outcome) -> list[float]:
    rows = outcome.result["table"]["rows"]
    assert [column for column, _ in rows] == list(range(len(rows)))
    return [mean for _, mean in rows]


@pytest.mark.parametrize(("engine", "profile", "how"), EVERY)
def test_means_are_those_of_the_same_numbers(
    engine: str, profile: str, how: str, right: list[float]
) -> None:
    outcome = run_adapter(command(engine), spec(profile, how))
    assert means_of(outcome) == pytest.approx(right, rel=1e-12, abs=0)
    measures = outcome.result["measures"]
    assert measures["gb_per_second"] > 0
    # Dask's own tasks do not tell who did them; one thread has nothing to balance.
    tells = engine != "dask" and profile not in ("one-thread", "memmap")
    assert ("balance" in measures) == tells
    assert not tells or 0.99 <= measures["balance"] <= 2.01
    phases = {event["name"] for event in outcome.all("phase")}
    assert phases == ({"load", "compute"} if how == "loaded" else {"compute"})


def test_rays_chunks_are_added_up_as_they_are_made() -> None:
    """128 MB of them in a store of 79 MB, which nothing has to leave for the disk."""
    fields = spec("objects", "streamed", n=4000, c=1000)
    fields |= {"memory_limit": 700_000_000, "memory_floor": 500_000_000}
    outcome = run_adapter(command("ray"), fields)
    assert outcome.settings["object_store_memory"] == "78643200"
    assert outcome.all("counters")[-1]["spilled_bytes"] == 0


def test_many_means_travel_in_a_file() -> None:
    with started(command("numpy"), spec("threads", "streamed", n=1001, c=300)) as child:
        child.reach("ready")
        child.go()
        outcome = child.finish()
        table = outcome.result["table"]
        assert "rows" not in table
        lines = (child.scratch / table["file"]).read_text().splitlines()
    rows = [json.loads(line) for line in lines]
    assert [column for column, _ in rows] == list(range(1001))
    assert all(0.4 < mean < 0.6 for _, mean in rows)


@pytest.mark.parametrize(
    ("engine", "profile", "how", "words"),
    [
        ("numpy", "memmap", "streamed", "A file that is mapped holds all chunks"),
        ("joblib", "default", "loaded", "hold nothing between two calls"),
        ("ray", "fused", "loaded", "Fused tasks keep no chunk"),
        ("dask", "naive", "streamed", 'The array has no profile "naive".'),
    ],
)
def test_what_an_engine_cannot_do_is_unsupported(
    engine: str, profile: str, how: str, words: str
) -> None:
    error = failure(command(engine), spec(profile, how))
    assert error["code"] == "unsupported"
    assert words in error["message"]


@pytest.mark.parametrize(
    ("engine", "profile", "word"),
    [
        ("joblib", "default", "loky"),
        ("dask", "processes", "multiprocessing.spawn"),
        ("ray", "fused", "ray::"),
    ],
)
def test_a_worker_that_is_killed_ends_the_run(engine: str, profile: str, word: str) -> None:
    with started(command(engine), spec(profile, "streamed", n=20_000, c=1000)) as child:
        child.reach("ready")
        child.go()
        child.until("phase")
        workers = [pid for pid in child.processes() if word in command_line(pid)]
        assert workers
        for pid in workers:
            os.kill(pid, signal.SIGKILL)
        error = child.finish().one("error")
    assert error["code"] == "engine-failed", error
    assert error["phase"] == "compute"


def test_a_stop_does_not_wait_for_the_array() -> None:
    with started(command("numpy"), spec("threads", "streamed", n=40_000, c=10_000)) as child:
        child.reach("ready")
        child.go()
        child.until("phase")
        child.stop()
        child.wait_until_gone()
        assert child.outcome().exit_code == STOPPED
