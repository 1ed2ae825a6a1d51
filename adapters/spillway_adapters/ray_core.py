"""Ray Core: workers that are ready, and tasks over byte ranges, or row groups, of at most 64 MB.

Functions that run in a worker import what they need there; workers have imported it before ready.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.compute
import pyarrow.csv
import pyarrow.parquet
import ray
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from spillway_adapters import file_parts
from spillway_adapters.csv_ranges import Range
from spillway_adapters.file_parts import Part
from spillway_adapters.protocol import Run
from spillway_adapters.spec import Spec

#: Bytes of one task's range, and least ranges a worker, where the data allows it.
RANGE_BYTES = 64_000_000
RANGES_A_WORKER = 4
#: A task holds its range's text, its columns and Arrow's temporaries.
RANGE_MEMORY = 4

#: A failure shows: Ray would run the work again without a word.
once = ray.remote(max_retries=0, num_cpus=1)
Ref = Any  #: ray.ObjectRef


def range_bytes(spec: Spec) -> int:
    if spec.engine_memory is None:
        return RANGE_BYTES
    return min(RANGE_BYTES, spec.engine_memory // (spec.workers * RANGE_MEMORY))


def ranges(spec: Spec) -> list[Part]:
    return file_parts.plan(spec, range_bytes(spec), spec.workers * RANGES_A_WORKER)


# --- Workers -------------------------------------------------------------------------------------


def busy(pause: float) -> int:
    """The worker. It stays busy, so that another one gets the next of these tasks."""
    time.sleep(pause)
    return os.getpid()


@once
def prepare_worker(pause: float) -> tuple[int, pyarrow.Table]:
    table = ready_worker()
    return busy(pause), table


def ready_worker() -> pyarrow.Table:
    """One thread a worker; parses and adds up a line of text, so that nothing is left to import.
    Returns the line: columns "0" (text) and "1"."""
    pyarrow.set_cpu_count(1)
    pyarrow.set_io_thread_count(1)
    line = pyarrow.BufferReader(b"key,1\n")
    names = pyarrow.csv.ReadOptions(column_names=["0", "1"], use_threads=False)
    with pyarrow.csv.open_csv(line, names) as reader:
        table = reader.read_all()
    table["0"].combine_chunks().dictionary_encode().indices.to_numpy()
    table.group_by("0", use_threads=False).aggregate([("1", "sum")])
    return table


def warm_workers(workers: int, prepare: Any = prepare_worker) -> None:  # noqa: ANN401 (Ray's)
    """Returns when as many processes as there are workers have run `prepare`."""
    seen: set[int] = set()
    while len(seen) < workers:
        done = ray.get([prepare.remote(0.05) for _ in range(workers)])
        seen |= {pid for pid, *_ in done}


def nodes_with(folder: Path) -> dict[str, bool]:
    """Whether each node of a cluster has it."""
    look = ray.remote(max_retries=0, num_cpus=0)(os.path.isdir)
    nodes = {node["NodeManagerAddress"]: node["NodeID"] for node in ray.nodes() if node["Alive"]}
    found = [
        look.options(scheduling_strategy=NodeAffinitySchedulingStrategy(node, soft=False)).remote(
            str(folder)
        )
        for node in nodes.values()
    ]
    return dict(zip(nodes, ray.get(found), strict=True))


# --- Ranges --------------------------------------------------------------------------------------


def visit_ranges(
    run: Run, submit: Callable[[Part], tuple[Ref, Ref]], own_cluster: bool
) -> list[Ref]:
    """Submits every part of the dataset. `submit` returns references to the rows read (or nothing
    where the range has a quote in it) and to an answer. A file with quotes is read whole instead,
    by one task. Returns the answers in the order of the data."""
    spec = run.spec
    answers: dict[tuple[str, int], Ref] = {}
    # A cluster of our own has as many processors as workers and queues the rest itself.
    parts = ranges(spec)
    in_flight = spec.workers * 2 if own_cluster else spec.workers
    visit = _Visit(run, submit, in_flight, sum(part.bytes for part in parts))
    for path in visit.all(parts, answers):
        run.log(f"{path} has quotes, which may hold line breaks: one task reads it whole.")
        answers = {key: ref for key, ref in answers.items() if key[0] != path}
        visit.all([Range.whole(path)], answers)
    order = {path: place for place, path in enumerate(spec.dataset.paths)}
    return [answers[key] for key in sorted(answers, key=lambda key: (order[key[0]], key[1]))]


class _Visit:
    """Keeps a number of tasks in flight and reports progress."""

    def __init__(
        self, run: Run, submit: Callable[[Part], tuple[Ref, Ref]], in_flight: int, total: int
    ) -> None:
        self._run = run
        self._total = total  #: bytes
        self._submit = submit
        self._in_flight = in_flight
        self._rows = self._bytes = self._tasks = 0

    def all(self, parts: Sequence[Part], answers: dict[tuple[str, int], Ref]) -> list[str]:
        """Fills in the answers by path and begin; returns paths that have to be read whole."""
        waiting = list(reversed(parts))
        running: dict[Ref, tuple[Part, Ref]] = {}
        quoted: dict[str, None] = {}
        while waiting or running:
            while waiting and len(running) < self._in_flight:
                part = waiting.pop()
                if part.path not in quoted:
                    rows, answer = self._submit(part)
                    running[rows] = part, answer
            if running:
                done = ray.wait(list(running), num_returns=1)[0][0]
                part, answer = running.pop(done)
                if self._counted(part, ray.get(done), len(waiting)):
                    answers[part.path, part.begin] = answer
                else:
                    quoted[part.path] = None
        return list(quoted)

    def _counted(self, part: Part, rows: int | None, queued: int) -> bool:
        self._tasks += 1
        if rows is not None:
            self._rows += rows
            self._bytes += part.bytes
        self._run.progress(self._bytes, self._total, "bytes")
        self._run.counters(
            rows=self._rows, bytes_read=self._bytes, tasks=self._tasks, queued=queued
        )
        return rows is not None
