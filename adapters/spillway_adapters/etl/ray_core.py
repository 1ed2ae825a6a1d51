"""Group-by mean on Ray Core: tasks over byte ranges, or row groups, whose partial sums the driver
adds up.

Functions that run in a worker import what they need there; workers have imported it before ready.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow
import pyarrow.compute
import ray

from spillway_adapters import file_parts, parquet_rows, ray_core
from spillway_adapters.csv_ranges import Quoted
from spillway_adapters.etl import Etl, groups
from spillway_adapters.file_parts import Part
from spillway_adapters.protocol import Answer, Run
from spillway_adapters.ray_core import Ref, once
from spillway_adapters.spec import Dataset


@once
def prepare_worker(pause: float) -> tuple[int, pyarrow.Table]:
    """As ray_core.prepare_worker, with the sums of a line of text."""
    table = _sums(ray_core.ready_worker(), 1)
    time.sleep(pause)
    return os.getpid(), table


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
    return lambda: _result(run, workload, total)


@ray.remote(max_retries=0, num_cpus=1, num_returns=2)
def _scan(part: Part, dataset: Dataset, workload: Etl) -> tuple[int | None, pyarrow.Table | None]:
    """Rows of the range and their sums; nothing when its file has to be read whole."""
    try:
        found = [
            _sums(pyarrow.Table.from_batches([batch]), len(workload.values))
            for batch in file_parts.batches(part, dataset, workload.group_by, workload.values)
        ]
    except Quoted:
        return None, None
    total = _added(found, len(workload.values))
    return pyarrow.compute.sum(total["rows"]).as_py() or 0, total


@ray.remote(max_retries=0, num_cpus=1, num_returns=2)
def _load(part: Part, dataset: Dataset, workload: Etl) -> tuple[int | None, pyarrow.Table | None]:
    """Rows of the range and its columns, which stay in the object store."""
    try:
        found = list(file_parts.batches(part, dataset, workload.group_by, workload.values))
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
    # Parquet's keys are grouped as they are.
    summed = summed.set_column(0, "key", parquet_rows.spelled(summed["key"]))
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


def _result(run: Run, workload: Etl, total: pyarrow.Table) -> dict[str, Any]:
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
    return ray_core.visit_ranges(
        run, lambda part: task.remote(part, dataset, workload), own_cluster
    )
