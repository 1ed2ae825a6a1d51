"""Memory of a run on a cluster that was there before, against amounts that are known."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

import clusters
from clusters import Head
from host import (
    ADAPTERS,
    PATIENCE,
    Child,
    Event,
    Outcome,
    command_line,
    descendants,
    grouped,
    python_of,
    started,
)
from test_ray import address  # noqa: F401 (a fixture)

sys.path.insert(0, str(ADAPTERS))
from spillway_adapters.node_memory import NodeMemory

SAMPLER = "A program that runs on a node of a cluster"
MEGABYTES = 1_000_000

# --- What a run tells ----------------------------------------------------------------------------


def test_a_peak_counts_although_another_node_was_silent() -> None:
    told: list[dict[str, int]] = []
    run = SimpleNamespace(node_memory=told.append, log=told.append)
    answers = iter([{"a": 1, "b": 1}, {"a": 9, "b": None}, {"a": 2, "b": 3}, {"a": 4, "b": 4}])
    memory = NodeMemory(run, lambda: next(answers))  # type: ignore[arg-type]
    wait_until(lambda: len(told) == 3)
    assert told == [{"a": 1, "b": 1}, {"a": 9, "b": 3}, {"a": 4, "b": 4}]
    memory.end()


# --- The sampler ---------------------------------------------------------------------------------

#: A process that holds an amount in one way, and says so.
HOLDS = """
import mmap, os, sys, time
size = 200_000_000
def pause():
    os.write(1, b"holds\\n")
    time.sleep(1000)
def child(work):
    if os.fork() == 0:
        work()
        pause()
"""
HELD: dict[str, tuple[str, int]] = {
    "private": ("x = bytearray(size)", 200),
    "a memfd": ("m = os.memfd_create('a'); os.truncate(m, size); os.write(m, bytes(size))", 200),
    "mapped by two": (
        "m = mmap.mmap(-1, size); m[:] = bytes(size)\nchild(lambda: None)",
        200,
    ),
    "shared since a fork": ("x = bytearray(size)\nchild(lambda: sum(x[::4096]))", 200),
    "written since a fork": (
        "x = bytearray(size)\nchild(lambda: [x.__setitem__(i, 1) for i in range(0, size, 4096)])",
        400,
    ),
}


@pytest.mark.parametrize("how", HELD)
def test_known_amounts_are_measured(how: str) -> None:
    code, megabytes = HELD[how]
    with held("") as bare, held(code) as full:
        assert (asked(full) - asked(bare)) / MEGABYTES == pytest.approx(megabytes, rel=0.02)


def test_a_file_with_a_name_that_is_only_read_is_nobodys_memory() -> None:
    file = Path(f"/dev/shm/spillway-test-{os.getpid()}")
    file.write_bytes(bytes(50 * MEGABYTES))
    try:
        with held("") as bare, held(f"f = open('{file}', 'rb')") as reader:
            assert asked(reader) - asked(bare) < 5 * MEGABYTES
    finally:
        file.unlink()


@pytest.mark.parametrize("ends", ["stdin", "nobody asks"])
def test_a_sampler_ends_when_nobody_wants_it(ends: str) -> None:
    program = (ADAPTERS / "spillway_adapters" / "node_sampler.py").read_text()
    program = program.replace("FORGOTTEN_AFTER = 30.0", "FORGOTTEN_AFTER = 0.3")
    command = [sys.executable, "-I", "-c", program, "workers", str(os.getpid())]
    sampler = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert sampler.stdin is not None and sampler.stdout is not None
    if ends == "stdin":
        sampler.stdin.close()
    assert sampler.wait(60) == 0
    sampler.stdin.close()
    sampler.stdout.close()


class held:  # (reads as a verb)
    def __init__(self, code: str) -> None:
        command = [sys.executable, "-c", HOLDS + code + "\npause()"]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True)
        assert self._process.stdout is not None
        for _ in range(2 if "child(" in code else 1):
            assert self._process.stdout.readline() == b"holds\n"

    def __enter__(self) -> int:
        return self._process.pid

    def __exit__(self, *_: object) -> None:
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.communicate()


def asked(pid: int) -> int:
    program = (ADAPTERS / "spillway_adapters" / "node_sampler.py").read_text()
    command = [sys.executable, "-I", "-c", program, "workers", str(pid)]
    answer = subprocess.run(command, input=b"\n", capture_output=True, check=True)
    return int(answer.stdout)


# --- Clusters ------------------------------------------------------------------------------------

#: What a run's worker holds, it holds until this file is in the scratch directory, or that is gone.
SEEN = "seen"
#: What the run's log says once its worker holds all of it.
FILLED = "all of it is held"

COMMON = """
import os, time
from spillway_adapters.etl import groups
from spillway_adapters.protocol import serve

def keep(scratch):
    open(scratch + "/held", "w").close()
    while os.path.exists(scratch) and not os.path.exists(scratch + "/SEEN"):
        time.sleep(0.01)

def tell(run, over):
    while not os.path.exists(str(run.spec.scratch) + "/held") and not over():
        time.sleep(0.01)
    run.log("FILLED")
"""

DASK = """
from spillway_adapters.dask_engine import Dask

def hold(scratch):
    held = bytearray(300_000_000)
    keep(scratch)
    return len(held)

class Held:
    def work(self, run, cluster, watch):
        with run.phase("compute"):
            holds = cluster.client.submit(hold, str(run.spec.scratch), pure=False)
            tell(run, holds.done)
            assert holds.result() == 300_000_000
        ENDING
        return groups.etl_result([], run.spec.workload.values, [0, 0], run.spec.scratch)

class Holds(Dask):
    def start(self, run):
        settings = super().start(run)
        self._job = Held()
        return settings

if __name__ == "__main__":
    serve(Holds())
"""

RAY = """
from spillway_adapters.ray_engine import Ray

class Holds(Ray):
    def _profile(self, run):
        import numpy, ray

        @ray.remote
        def hold(part, scratch):
            held = bytearray(350_000_000)
            keep(scratch)
            return len(held) + len(part)

        with run.phase("compute"):
            # In a worker, and in the object store, where its segment counts once. That has room
            # for those of several runs: Ray may keep that of one that was stopped.
            part = ray.put(numpy.ones(50_000_000, numpy.uint8))
            holds = hold.remote(part, str(run.spec.scratch))
            tell(run, lambda: ray.wait([holds], timeout=0)[0])
            assert ray.get(holds) == 400_000_000
        ENDING
        return groups.etl_result([], run.spec.workload.values, [0, 0], run.spec.scratch)

if __name__ == "__main__":
    serve(Holds())
"""


@pytest.fixture(scope="module")
def head(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Head]:
    """Ray ends idle workers after a second, whose memory is in a run's first figure: not here."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("RAY_idle_worker_killing_time_threshold_ms", "600000")
        with clusters.ray_cluster(tmp_path_factory.mktemp("head")) as found:
            yield found


@pytest.fixture(scope="module")
def dask_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with clusters.dask_cluster(tmp_path_factory.mktemp("cluster")) as (found, _):
        yield found


def engine(folder: Path, kind: str, ending: str = "pass") -> list[str]:
    file = folder / "engine.py"
    text = COMMON + {"dask": DASK, "ray": RAY}[kind]
    for word, value in {"ENDING": ending, "SEEN": SEEN, "FILLED": FILLED}.items():
        text = text.replace(word, value)
    file.write_text(text)
    return [python_of(kind), str(file)]


def samplers() -> list[int]:
    return [pid for pid in descendants() if SAMPLER in command_line(pid)]


def finished(child: Child) -> Outcome:
    """The worker holds its amount until samplers have told of it."""
    child.until("ready")
    assert len(samplers()) == 1  # of two workers on one node
    child.go()
    child.until(lambda event: event.get("message") == FILLED)
    # Each is of the time since the one before, and the first may have been asked for before that.
    for _ in range(3):
        child.until(lambda event: "node_memory" in event)
    (child.scratch / SEEN).touch()
    return child.finish()


def totals(events: list[Event]) -> list[int]:
    told = [event["node_memory"] for event in events if "node_memory" in event]
    assert all(list(nodes) == ["127.0.0.1"] for nodes in told), told
    return [sum(nodes.values()) for nodes in told]


def assert_held(outcome: Outcome, megabytes: int) -> None:
    found = totals(outcome.events)
    # Before the work begins the workers have what they imported.
    first = found[0]
    assert 50 * MEGABYTES < first < 1500 * MEGABYTES
    assert (max(found) - first) / MEGABYTES == pytest.approx(megabytes, rel=0.05)


def test_a_dask_cluster_is_measured_on_its_nodes(
    csv: Callable[..., Path], tmp_path: Path, dask_cluster: str
) -> None:
    fields = grouped(csv("id,x,y,category\n1,1.5,1,A\n"), address=dask_cluster)
    with started(engine(tmp_path, "dask"), fields) as child:
        outcome = finished(child)
        assert samplers() == []
    assert_held(outcome, 300)


def test_a_ray_cluster_is_measured_on_its_nodes(
    csv: Callable[..., Path],
    tmp_path: Path,
    address: str,  # noqa: F811
) -> None:
    fields = grouped(csv("id,x,y,category\n1,1.5,1,A\n"), address=address)
    with started(engine(tmp_path, "ray"), fields) as child:
        outcome = finished(child)
        until_gone()
    assert_held(outcome, 400)


@pytest.mark.parametrize("kind", ["dask", "ray"])
def test_no_sampler_outlives_a_stop(
    csv: Callable[..., Path], tmp_path: Path, kind: str, request: pytest.FixtureRequest
) -> None:
    where = request.getfixturevalue("dask_cluster" if kind == "dask" else "address")
    fields = grouped(csv("id,x,y,category\n1,1.5,1,A\n"), address=where)
    with started(engine(tmp_path, kind), fields) as child:
        child.reach("phase")
        assert len(samplers()) == 1
        child.stop()
        until_gone()


@pytest.mark.parametrize("kind", ["dask", "ray"])
def test_a_node_that_does_not_answer_leaves_no_figure(
    csv: Callable[..., Path], tmp_path: Path, kind: str, request: pytest.FixtureRequest
) -> None:
    where = request.getfixturevalue("dask_cluster" if kind == "dask" else "address")
    fields = grouped(csv("id,x,y,category\n1,1.5,1,A\n"), address=where)
    with started(engine(tmp_path, kind), fields) as child:
        child.until("ready")
        for pid in samplers():
            os.kill(pid, signal.SIGKILL)
        (child.scratch / SEEN).touch()
        child.go()
        outcome = child.finish()
    assert outcome.all("result"), str(outcome)
    told = [event["node_memory"] for event in outcome.all("counters") if "node_memory" in event]
    assert told[-1] == {}


def until_gone() -> None:
    """A sampler ends with what held it, which may take a moment."""
    wait_until(lambda: not samplers())


def wait_until(reached: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not reached():
        assert time.monotonic() < deadline
        time.sleep(0.05)
