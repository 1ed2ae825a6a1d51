"""Group-by mean on Dask.

naive: dd.read_csv, groupby, mean, as the first page of Dask DataFrame's documentation. tuned: the
same groupby over dd.from_map of byte ranges that Arrow parses.
"""

from __future__ import annotations

import glob
from functools import partial
from typing import Any

import dask.dataframe as dd
import numpy as np
import pandas
import pyarrow

from spillway_adapters import csv_ranges, groups, pandas_csv, shape
from spillway_adapters.csv_ranges import Quoted, Range
from spillway_adapters.dask_cluster import BLOCKS_A_WORKER, Cluster
from spillway_adapters.dask_watch import Watch
from spillway_adapters.protocol import Answer, Run
from spillway_adapters.spec import Dataset, Etl, Spec

KEY = "0"


def etl(run: Run, cluster: Cluster, watch: Watch) -> Answer:
    workload = run.spec.workload
    assert isinstance(workload, Etl)
    phase = "load" if workload.loaded else "compute"
    with run.phase(phase):
        try:
            table = _begin(run, cluster, watch, workload, whole=[])
        except Quoted:
            whole = with_quotes(run, run.spec.dataset)
            table = _begin(run, cluster, watch, workload, whole)
    if workload.loaded:
        with run.phase("compute"):
            table = _computed(cluster, watch, _means(table, workload))
    rows = int(table[_columns(workload)[0], "size"].sum())
    watch.finish(rows=rows, bytes_read=run.spec.dataset.bytes)
    return partial(_result, run, workload, table)


def _begin(
    run: Run, cluster: Cluster, watch: Watch, workload: Etl, whole: list[str]
) -> dd.DataFrame | pandas.DataFrame:
    """The groups; of a loaded run the frame in the workers' memory."""
    assert cluster.layout is not None
    block = cluster.layout.block_bytes
    if run.spec.profile != "naive":
        frame = _ranged(run.spec, workload, block, whole)
    else:
        run.afterwards = lambda: shape.check(run.spec.dataset)
        frame = read_csv(run, workload.group_by, workload.values, block)
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
    cut = csv_ranges.plan(spec.dataset.paths, block_bytes, spec.workers * BLOCKS_A_WORKER)
    by_path: dict[str, list[Range]] = {path: [] for path in spec.dataset.paths}
    for part in cut:
        by_path[part.path].append(part)
    for path in whole:
        by_path[path] = [Range.whole(path)]
    return [part for path in by_path for part in by_path[path]]


def _ranged(spec: Spec, workload: Etl, block_bytes: int, whole: list[str]) -> dd.DataFrame:
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
    run: Run, text: str, numbers: list[str], block_bytes: int, **options: str
) -> dd.DataFrame:
    """dd.read_csv of the needed columns, named "0" (text) and "1", "2", … (numbers)."""
    data = run.spec.dataset
    names = [f"unread {place}" for place in range(len(data.columns))]
    wanted = {KEY: text, **{str(j + 1): name for j, name in enumerate(numbers)}}
    for column, name in wanted.items():
        names[data.names.index(name)] = column
    return dd.read_csv(
        [glob.escape(path) if glob.has_magic(path) else path for path in data.paths],
        blocksize=None if with_quotes(run, data) else block_bytes,
        **{**pandas_csv.options(data, KEY, list(wanted)[1:]), "names": names},
        **options,
    )
