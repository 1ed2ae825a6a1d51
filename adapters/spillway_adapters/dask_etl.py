"""Group-by mean on Dask.

naive: dd.read_csv, groupby, mean, as the first page of Dask DataFrame's documentation. tuned: the
same groupby over dd.from_map of byte ranges that Arrow parses.
"""

from __future__ import annotations

import glob
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import dask.dataframe as dd
import numpy as np
import pandas
import pyarrow

from spillway_adapters import csv_plain, csv_ranges, groups, pandas_csv, shape
from spillway_adapters.csv_ranges import Quoted, Range
from spillway_adapters.dask_cluster import BLOCKS_A_WORKER, Cluster
from spillway_adapters.dask_watch import Watch
from spillway_adapters.protocol import Answer, Run
from spillway_adapters.spec import Dataset, Etl, Spec

KEY = "0"
T = TypeVar("T")


def etl(run: Run, cluster: Cluster, watch: Watch) -> Answer:
    workload = run.spec.workload
    assert isinstance(workload, Etl)
    naive = run.spec.profile == "naive"
    data = plain(run) if naive else run.spec.dataset
    phase = "load" if workload.loaded else "compute"
    with run.phase(phase):
        if naive:
            table = read_twice(run, lambda as_text: _naive(run, data, cluster, watch, as_text))
        else:
            table = _tuned(run, cluster, watch)
    if workload.loaded:
        with run.phase("compute"):
            table = _computed(cluster, watch, _means(table, workload))
    rows = int(table[_columns(workload)[0], "size"].sum())
    watch.finish(rows=rows, bytes_read=run.spec.dataset.bytes)
    return partial(_result, run, workload, table)


Table = dd.DataFrame | pandas.DataFrame


def plain(run: Run) -> Dataset:
    """What dd.read_csv is given; it knows neither comments nor encodings as the native reader."""
    return csv_plain.copied(run, csv_plain.SKIPS)


def read_twice(run: Run, read: Callable[[bool], T]) -> T:
    """Numbers parsed by the reader; where it gives up at a word, read as text and converted."""
    try:
        return read(False)
    except ValueError as failure:
        run.log(f"Reading again, numbers as text, then as numbers: {failure}")
        return read(True)


def _tuned(run: Run, cluster: Cluster, watch: Watch) -> Table:
    assert cluster.layout is not None
    block = cluster.layout.block_bytes
    try:
        return _begin(run, cluster, watch, _ranged(run.spec, block, whole=[]))
    except Quoted:
        whole = with_quotes(run, run.spec.dataset)
        return _begin(run, cluster, watch, _ranged(run.spec, block, whole))


def _naive(run: Run, data: Dataset, cluster: Cluster, watch: Watch, as_text: bool) -> Table:
    assert cluster.layout is not None
    columns = run.spec.workload.columns
    frame = read_csv(run, data, columns, cluster.layout.block_bytes, as_text=as_text)
    return _begin(run, cluster, watch, frame)


def _begin(run: Run, cluster: Cluster, watch: Watch, frame: dd.DataFrame) -> Table:
    """The groups; of a loaded run the frame in the workers' memory."""
    workload = run.spec.workload
    assert isinstance(workload, Etl)
    if not workload.loaded:
        return _computed(cluster, watch, _means(frame, workload))
    from distributed import futures_of

    loaded = cluster.client.persist(frame)
    futures = futures_of(loaded)
    watch.expect(len(futures))
    watch.wait(futures)
    for future in futures:
        future.result()  # Raises what a task raised.
    return loaded


def _means(frame: dd.DataFrame, workload: Etl) -> dd.DataFrame:
    wanted = {name: ["size", "count", "mean"] for name in _columns(workload)}
    # One frame of groups: the driver needs all of them, so a shuffle would only move them twice.
    return frame.groupby(KEY, sort=False, dropna=False).agg(wanted, split_out=1)


def _columns(workload: Etl) -> list[str]:
    return [str(j + 1) for j in range(len(workload.values))]


def _computed(cluster: Cluster, watch: Watch, collection: dd.DataFrame) -> pandas.DataFrame:
    optimized = collection.optimize()
    watch.expect(len(optimized.__dask_graph__()))
    return watch.gather([cluster.client.compute(optimized)])[0]


def _result(run: Run, workload: Etl, table: pandas.DataFrame) -> dict[str, Any]:
    columns = _columns(workload)
    counts = table[columns[0], "size"].to_numpy()
    present = [table[name, "count"].sum() for name in columns]
    means = np.transpose([table[name, "mean"].to_numpy() for name in columns])
    rows = zip(table.index.tolist(), counts.tolist(), means.tolist(), strict=True)
    missing = groups.missing_counts(int(counts.sum()), present)
    return groups.etl_result(rows, workload.values, missing, run.spec.scratch)


# --- Reading -------------------------------------------------------------------------------------


def with_quotes(run: Run, dataset: Dataset) -> list[str]:
    """Files whose rows have unknown ends, so that each is read whole, by one task."""
    found = shape.with_quotes(dataset)
    for path in found:
        run.log(f"{path} has quotes, which may hold line breaks: read whole (blocksize=None).")
    return found


def parts(spec: Spec, block_bytes: int, whole: list[str]) -> list[Range]:
    """Byte ranges in the order of the data."""
    cut = csv_ranges.plan(spec.dataset, block_bytes, spec.workers * BLOCKS_A_WORKER)
    by_path: dict[str, list[Range]] = {path: [] for path in spec.dataset.paths}
    for part in cut:
        by_path[part.path].append(part)
    for path in whole:
        by_path[path] = [Range.whole(path)]
    return [part for path in by_path for part in by_path[path]]


def _ranged(spec: Spec, block_bytes: int, whole: list[str]) -> dd.DataFrame:
    workload = spec.workload
    assert isinstance(workload, Etl)
    return dd.from_map(
        read_range,
        parts(spec, block_bytes, whole),
        dataset=spec.dataset,
        text=workload.group_by,
        numbers=workload.values,
        meta=_frame([], len(workload.values)),
    )


def read_range(part: Range, dataset: Dataset, text: str, numbers: list[str]) -> pandas.DataFrame:
    """In a worker: columns "0" (text) and "1", "2", … (numbers)."""
    return _frame(list(csv_ranges.batches(part, dataset, text, numbers)), len(numbers))


def _frame(batches: list[pyarrow.RecordBatch], numbers: int) -> pandas.DataFrame:
    fields = [(KEY, pyarrow.string()), *((str(j + 1), pyarrow.float64()) for j in range(numbers))]
    table = pyarrow.Table.from_batches(batches, schema=pyarrow.schema(fields))
    return table.to_pandas(split_blocks=True, self_destruct=True)


def read_csv(
    run: Run, data: Dataset, columns: list[str], block_bytes: int, *, as_text: bool, **options: str
) -> dd.DataFrame:
    """dd.read_csv of the needed columns, named "0" (text) and "1", "2", … (numbers)."""
    names = [f"unread {place}" for place in range(len(data.columns))]
    wanted = [str(j) for j in range(len(columns))]
    for place, name in zip(data.places(columns), wanted, strict=True):
        names[int(place)] = name
    (skip,) = csv_plain.by_lines_before(data)
    reading = pandas_csv.options(data, KEY, wanted[1:], names=names, as_text=as_text)
    frame = dd.read_csv(
        [glob.escape(path) if glob.has_magic(path) else path for path in data.paths],
        blocksize=None if with_quotes(run, data) else block_bytes,
        compression=None,
        skiprows=skip,
        **reading,
        **options,
    )
    if not as_text:
        return frame
    meta = _frame([], len(wanted) - 1)
    return frame[wanted].map_partitions(pandas_csv.as_numbers, wanted[1:], data, meta=meta)
