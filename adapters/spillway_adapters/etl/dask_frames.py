"""Group-by mean on Dask.

naive: dd.read_csv or dd.read_parquet, groupby, mean, as the first page of Dask DataFrame's
documentation. tuned: the same groupby over dd.from_map of byte ranges, or row groups, that Arrow
reads.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import dask.dataframe as dd
import numpy as np
import pandas

from spillway_adapters import dask_csv, dask_parquet, pandas_parquet, parquet_text
from spillway_adapters.csv_ranges import Quoted
from spillway_adapters.dask_cluster import Cluster
from spillway_adapters.dask_watch import Watch
from spillway_adapters.etl import Etl, groups
from spillway_adapters.protocol import Answer, Run
from spillway_adapters.spec import Dataset, Spec

Table = dd.DataFrame | pandas.DataFrame


def etl(run: Run, cluster: Cluster, watch: Watch) -> Answer:
    workload = run.spec.workload
    assert isinstance(workload, Etl)
    phase = "load" if workload.loaded else "compute"
    with run.phase(phase):
        table = _read(run, cluster, watch)
    if workload.loaded:
        with run.phase("compute"):
            table = _computed(cluster, watch, _means(table, workload))
    rows = int(table[_columns(workload)[0], "size"].sum())
    # Of a CSV file all bytes are read, of a Parquet file those of some columns.
    read = {"bytes_read": run.spec.dataset.bytes} if run.spec.dataset.format == "csv" else {}
    watch.finish(rows=rows, **read)
    return partial(_result, run, workload, table)


def _read(run: Run, cluster: Cluster, watch: Watch) -> Table:
    naive = run.spec.profile == "naive"
    if run.spec.dataset.format == "parquet":
        assert cluster.layout is not None
        read = dask_parquet.read_parquet if naive else dask_parquet.by_row_groups
        return _begin(run, cluster, watch, read(run.spec, cluster.layout.block_bytes))
    if not naive:
        return _tuned(run, cluster, watch)
    data = dask_csv.plain(run)
    return dask_csv.read_twice(run, lambda as_text: _naive(run, data, cluster, watch, as_text))


def _tuned(run: Run, cluster: Cluster, watch: Watch) -> Table:
    assert cluster.layout is not None
    block = cluster.layout.block_bytes
    try:
        return _begin(run, cluster, watch, _ranged(run.spec, block, whole=[]))
    except Quoted:
        whole = dask_csv.with_quotes(run, run.spec.dataset)
        return _begin(run, cluster, watch, _ranged(run.spec, block, whole))


def _ranged(spec: Spec, block_bytes: int, whole: list[str]) -> dd.DataFrame:
    workload = spec.workload
    assert isinstance(workload, Etl)
    return dask_csv.ranged(spec, block_bytes, whole, workload.group_by, workload.values)


def _naive(run: Run, data: Dataset, cluster: Cluster, watch: Watch, as_text: bool) -> Table:
    assert cluster.layout is not None
    columns = run.spec.workload.columns
    frame = dask_csv.read_csv(run, data, columns, cluster.layout.block_bytes, as_text=as_text)
    return _begin(run, cluster, watch, frame)


def _begin(run: Run, cluster: Cluster, watch: Watch, frame: dd.DataFrame) -> Table:
    """The groups; of a loaded run the frame in the workers' memory."""
    workload = run.spec.workload
    assert isinstance(workload, Etl)
    if not workload.loaded:
        return _computed(cluster, watch, _means(frame, workload))
    from distributed import futures_of

    # The client's persist() makes fewer partitions of Parquet files with few columns, and then
    # looks for as many as there were.
    loaded = cluster.client.persist(frame.optimize())
    futures = futures_of(loaded)
    watch.expect(len(futures))
    watch.wait(futures)
    for future in futures:
        future.result()  # Raises what a task raised.
    return loaded


def _means(frame: dd.DataFrame, workload: Etl) -> dd.DataFrame:
    wanted = {name: ["size", "count", "mean"] for name in _columns(workload)}
    # One frame of groups: the driver needs all of them, so a shuffle would only move them twice.
    return frame.groupby(dask_csv.KEY, sort=False, dropna=False).agg(wanted, split_out=1)


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
    rows = zip(_keys(run, table), counts.tolist(), means.tolist(), strict=True)
    missing = groups.missing_counts(int(counts.sum()), present)
    return groups.etl_result(rows, workload.values, missing, run.spec.scratch)


def _keys(run: Run, table: pandas.DataFrame) -> list[str]:
    data = run.spec.dataset
    if data.format == "csv":
        return table.index.tolist()
    key = run.spec.workload.columns[0]
    return pandas_parquet.spelled(table.index, parquet_text.type_of(data, key))
