"""Memory of a run on a cluster that was there before, against amounts that are known."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import clusters
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
from test_ray import address, head  # noqa: F401 (fixtures)

SAMPLER = "A program that runs on a node of a cluster"
MEGABYTES = 1_000_000

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
#: More than it takes until memory is filled.
MANY_REPORTS = 60

DASK = """
import os, time
from spillway_adapters.etl import groups
from spillway_adapters.dask_engine import Dask
from spillway_adapters.protocol import serve

def hold(scratch):
    held = bytearray(300_000_000)
    while os.path.exists(scratch) and not os.path.exists(scratch + "/SEEN"):
        time.sleep(0.01)
    return len(held)

class Held:
    def work(self, run, cluster, watch):
        with run.phase("compute"):
            scratch = str(run.spec.scratch)
            assert cluster.client.submit(hold, scratch, pure=False).result() == 300_000_000
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
import os, time
from spillway_adapters.etl import groups
from spillway_adapters.protocol import serve
from spillway_adapters.ray_engine import Ray

class Holds(Ray):
    def _profile(self, run):
        import numpy, ray

        @ray.remote
        def hold(part, scratch):
            held = bytearray(300_000_000)
            while os.path.exists(scratch) and not os.path.exists(scratch + "/SEEN"):
                time.sleep(0.01)
            return len(held) + len(part)

        with run.phase("compute"):
            # In the object store, where its segment counts once, and in a worker.
            part = ray.put(numpy.ones(100_000_000, numpy.uint8))
            assert ray.get(hold.remote(part, str(run.spec.scratch))) == 400_000_000
        ENDING
        return groups.etl_result([], run.spec.workload.values, [0, 0], run.spec.scratch)

if __name__ == "__main__":
    serve(Holds())
"""


@pytest.fixture(scope="module")
def dask_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with clusters.dask_cluster(tmp_path_factory.mktemp("cluster")) as (found, _):
        yield found


def engine(folder: Path, kind: str, ending: str = "pass") -> list[str]:
    file = folder / "engine.py"
    text = {"dask": DASK, "ray": RAY}[kind]
    file.write_text(text.replace("ENDING", ending).replace("SEEN", SEEN))
    return [python_of(kind), str(file)]


def samplers() -> list[int]:
    return [pid for pid in descendants() if SAMPLER in command_line(pid)]


def finished(child: Child, megabytes: int) -> Outcome:
    """The worker holds this amount until a sampler has told of it: twice nearly the same, as a
    sample may be of memory that is still being filled."""
    child.until("ready")
    assert len(samplers()) == 1  # of two workers on one node
    child.go()

    def seen(_: Event) -> bool:
        found = totals(child.events)
        held = [total - found[0] for total in found[-2:]]
        steady = len(held) == 2 and abs(held[1] - held[0]) < 0.01 * megabytes * MEGABYTES
        # Idle workers of the cluster may end meanwhile: then the largest figure is judged.
        return (steady and held[1] > 0.9 * megabytes * MEGABYTES) or len(found) > MANY_REPORTS

    child.until(seen)
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
        outcome = finished(child, 300)
        assert samplers() == []
    assert_held(outcome, 300)


def test_a_ray_cluster_is_measured_on_its_nodes(
    csv: Callable[..., Path],
    tmp_path: Path,
    address: str,  # noqa: F811
) -> None:
    fields = grouped(csv("id,x,y,category\n1,1.5,1,A\n"), address=address)
    with started(engine(tmp_path, "ray"), fields) as child:
        outcome = finished(child, 400)
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
    deadline = time.monotonic() + PATIENCE
    while found := samplers():
        assert time.monotonic() < deadline, found
        time.sleep(0.05)
