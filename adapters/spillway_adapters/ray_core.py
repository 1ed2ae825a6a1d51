"""Ray Core: tasks over byte ranges of at most 64 MB whose partial sums the driver adds up, and for
the regression actors that hold the rows, one per worker, whose gradients the driver adds up.

Functions that run in a worker import what they need there; workers have imported it before ready.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pyarrow
import pyarrow.compute
import pyarrow.csv
import ray

from spillway_adapters import csv_ranges, groups
from spillway_adapters.csv_ranges import Quoted, Range
from spillway_adapters.protocol import Answer, Run
from spillway_adapters.spec import Dataset, Etl, Spec

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


def ranges(spec: Spec) -> list[Range]:
    return csv_ranges.plan(spec.dataset, range_bytes(spec), spec.workers * RANGES_A_WORKER)


# --- Workers -------------------------------------------------------------------------------------


@once
def prepare_worker(pause: float) -> tuple[int, pyarrow.Table]:
    """The pause keeps the worker busy, so that another worker gets the next of these tasks."""
    table = ready_worker()
    time.sleep(pause)
    return os.getpid(), table


def ready_worker() -> pyarrow.Table:
    """One thread a worker; parses and adds up a line of text, so that nothing is left to import."""
    pyarrow.set_cpu_count(1)
    pyarrow.set_io_thread_count(1)
    line = pyarrow.BufferReader(b"key,1\n")
    names = pyarrow.csv.ReadOptions(column_names=["0", "1"], use_threads=False)
    with pyarrow.csv.open_csv(line, names) as reader:
        table = reader.read_all()
    table["0"].combine_chunks().dictionary_encode().indices.to_numpy()
    return _sums(table, 1)


def warm_workers(workers: int, prepare: Any = prepare_worker) -> None:  # noqa: ANN401 (Ray's)
    """Returns when as many processes as there are workers have run `prepare`."""
    seen: set[int] = set()
    while len(seen) < workers:
        done = ray.get([prepare.remote(0.05) for _ in range(workers)])
        seen |= {pid for pid, *_ in done}


# --- Group-by mean -------------------------------------------------------------------------------


def etl(run: Run, own_cluster: bool) -> Answer:
    workload = run.spec.workload
    assert isinstance(workload, Etl)
    if workload.loaded:
        with run.phase("load"):
            loaded = _over_ranges(run, _load, own_cluster)
        with run.phase("compute"):
            partial = [_aggregate.remote(table, len(workload.values)) for table in loaded]
            total = _added(ray.get(partial), len(workload.values))
    else:
        with run.phase("compute"):
            sums = _over_ranges(run, _scan, own_cluster)
            total = _added(ray.get(sums), len(workload.values))
    return lambda: _etl_result(run, workload, total)


@ray.remote(max_retries=0, num_cpus=1, num_returns=2)
def _scan(part: Range, dataset: Dataset, workload: Etl) -> tuple[int | None, pyarrow.Table | None]:
    """Rows of the range and their sums; nothing when its file has to be read whole."""
    try:
        found = [
            _sums(pyarrow.Table.from_batches([batch]), len(workload.values))
            for batch in csv_ranges.batches(part, dataset, workload.group_by, workload.values)
        ]
    except Quoted:
        return None, None
    total = _added(found, len(workload.values))
    return pyarrow.compute.sum(total["rows"]).as_py() or 0, total


@ray.remote(max_retries=0, num_cpus=1, num_returns=2)
def _load(part: Range, dataset: Dataset, workload: Etl) -> tuple[int | None, pyarrow.Table | None]:
    """Rows of the range and its columns, which stay in the object store."""
    try:
        found = list(csv_ranges.batches(part, dataset, workload.group_by, workload.values))
    except Quoted:
        return None, None
    if not found:
        return 0, None
    table = pyarrow.Table.from_batches(found)
    return len(table), table


@once
def _aggregate(table: pyarrow.Table | None, values: int) -> pyarrow.Table:
    return _added([] if table is None else [_sums(table, values)], values)


def _sums(table: pyarrow.Table, values: int) -> pyarrow.Table:
    """A row a group: key, rows, then sum and present values of each column."""
    wanted: list[Any] = [([], "count_all")]
    for j in range(1, values + 1):
        wanted += [(str(j), "sum"), (str(j), "count")]
    summed = table.group_by("0", use_threads=False).aggregate(wanted)
    names = ["0", "count_all", *(f"{j}_{what}" for j in range(1, values + 1) for what in _PARTS)]
    summed = summed.select(names).rename_columns(_names(values))
    return summed.cast(_schema(values))


_PARTS = ("sum", "count")


def _names(values: int) -> list[str]:
    return ["key", "rows", *(f"{what} {j}" for j in range(values) for what in _PARTS)]


def _schema(values: int) -> pyarrow.Schema:
    types = [
        pyarrow.large_string(),
        pyarrow.int64(),
        *[pyarrow.float64(), pyarrow.int64()] * values,
    ]
    return pyarrow.schema(list(zip(_names(values), types, strict=True)))


def _added(partial: Sequence[pyarrow.Table], values: int) -> pyarrow.Table:
    if len(partial) == 1:
        return partial[0]
    if not partial:
        return _schema(values).empty_table()
    table = pyarrow.concat_tables(partial)
    names = _names(values)
    added = table.group_by("key", use_threads=False).aggregate(
        [(name, "sum") for name in names[1:]]
    )
    added = added.select(["key", *(f"{name}_sum" for name in names[1:])]).rename_columns(names)
    return added.cast(_schema(values))


def _etl_result(run: Run, workload: Etl, total: pyarrow.Table) -> dict[str, Any]:
    columns = range(len(workload.values))
    present = [total[f"count {j}"].to_numpy() for j in columns]
    with np.errstate(invalid="ignore"):  # No value present: no mean.
        means = [
            np.where(present[j] > 0, total[f"sum {j}"].fill_null(0).to_numpy(), np.nan) / present[j]
            for j in columns
        ]
    counts = total["rows"].to_numpy()
    rows = zip(total["key"].to_pylist(), counts.tolist(), np.transpose(means).tolist(), strict=True)
    missing = groups.missing_counts(int(counts.sum()), [column.sum() for column in present])
    return groups.etl_result(rows, workload.values, missing, run.spec.scratch)


def _over_ranges(run: Run, task: Any, own_cluster: bool) -> list[Ref]:  # noqa: ANN401
    """Runs a task for each range; their second returns, in the order of the data."""
    dataset, workload = ray.put(run.spec.dataset), ray.put(run.spec.workload)
    return visit_ranges(run, lambda part: task.remote(part, dataset, workload), own_cluster)


def visit_ranges(
    run: Run, submit: Callable[[Range], tuple[Ref, Ref]], own_cluster: bool
) -> list[Ref]:
    """Submits every range of the dataset. `submit` returns references to the rows read (or nothing
    where the range has a quote in it) and to an answer. A file with quotes is read whole instead,
    by one task. Returns the answers in the order of the data."""
    spec = run.spec
    answers: dict[tuple[str, int], Ref] = {}
    # A cluster of our own has as many processors as workers and queues the rest itself.
    visit = _Visit(run, submit, spec.workers * 2 if own_cluster else spec.workers)
    for path in visit.all(ranges(spec), answers):
        run.log(f"{path} has quotes, which may hold line breaks: one task reads it whole.")
        answers = {key: ref for key, ref in answers.items() if key[0] != path}
        visit.all([Range.whole(path)], answers)
    order = {path: place for place, path in enumerate(spec.dataset.paths)}
    return [answers[key] for key in sorted(answers, key=lambda key: (order[key[0]], key[1]))]


class _Visit:
    """Keeps a number of tasks in flight and reports progress."""

    def __init__(
        self, run: Run, submit: Callable[[Range], tuple[Ref, Ref]], in_flight: int
    ) -> None:
        self._run = run
        self._submit = submit
        self._in_flight = in_flight
        self._rows = self._bytes = self._tasks = 0

    def all(self, parts: list[Range], answers: dict[tuple[str, int], Ref]) -> list[str]:
        """Fills in the answers by path and begin; returns paths that have to be read whole."""
        waiting = parts[::-1]
        running: dict[Ref, tuple[Range, Ref]] = {}
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

    def _counted(self, part: Range, rows: int | None, queued: int) -> bool:
        self._tasks += 1
        if rows is not None:
            self._rows += rows
            self._bytes += part.bytes
        self._run.progress(self._bytes, self._run.spec.dataset.bytes, "bytes")
        self._run.counters(
            rows=self._rows, bytes_read=self._bytes, tasks=self._tasks, queued=queued
        )
        return rows is not None
