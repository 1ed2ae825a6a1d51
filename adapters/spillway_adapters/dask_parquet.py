"""Parquet files as frames of Dask: by dd.read_parquet, or by row groups that Arrow reads.

Columns are called as in dask_csv: "0" is the key, "1", "2", … are numbers.
"""

from __future__ import annotations

import dask.dataframe as dd
import pandas
import pyarrow as pa

from spillway_adapters import hive_folders, pandas_parquet, parquet_rows
from spillway_adapters.dask_cluster import BLOCKS_A_WORKER
from spillway_adapters.parquet_rows import RowGroups
from spillway_adapters.protocol import Unsupported
from spillway_adapters.spec import Dataset, Spec


def parts(spec: Spec, block_bytes: int) -> list[RowGroups]:
    """In the order of the data."""
    least = spec.workers * BLOCKS_A_WORKER
    return parquet_rows.plan(spec.dataset, spec.workload.columns, block_bytes, least)


def by_row_groups(spec: Spec, block_bytes: int) -> dd.DataFrame:
    """A frame of row groups that Arrow reads."""
    text, *numbers = spec.workload.columns
    return dd.from_map(
        read_part,
        parts(spec, block_bytes),
        dataset=spec.dataset,
        text=text,
        numbers=numbers,
        meta=_frame([], spec.dataset, text, len(numbers)),
    )


def read_part(part: RowGroups, dataset: Dataset, text: str, numbers: list[str]) -> pandas.DataFrame:
    """In a worker."""
    found = list(parquet_rows.batches(part, dataset, text, numbers))
    return _frame(found, dataset, text, len(numbers))


def _frame(
    batches: list[pa.RecordBatch], dataset: Dataset, text: str, numbers: int
) -> pandas.DataFrame:
    schema = parquet_rows.schema(dataset, text, numbers)
    return pandas_parquet.frame(pa.Table.from_batches(batches, schema=schema))


def read_parquet(spec: Spec, block_bytes: int) -> dd.DataFrame:
    """dd.read_parquet of the needed columns."""
    data = spec.dataset
    text, *numbers = spec.workload.columns
    columns = list(dict.fromkeys(spec.workload.columns))
    frame = dd.read_parquet(
        data.paths,
        columns=columns,
        index=False,
        dtype_backend="pyarrow",
        split_row_groups="adaptive",
        blocksize=block_bytes,
        dataset={"partitioning": _folders(data, columns)},
    )
    meta = _frame([], data, text, len(numbers))
    return frame.map_partitions(typed, data, text, numbers, meta=meta)


def _folders(data: Dataset, columns: list[str]) -> dict[str, object] | None:
    """How Dask shall read names of folders, as text; not at all where none is a column."""
    if not set(data.folders) & set(columns):
        return None
    values = [value for path in data.paths for _, value in hive_folders.of(path, len(data.folders))]
    if hive_folders.NULL_FOLDER in values:
        raise Unsupported("Dask's read_parquet has no null among the names of folders.")
    schema = pa.schema([(name, pa.string()) for name in data.folders])
    return {"schema": schema, "flavor": "hive"}


def typed(
    frame: pandas.DataFrame, dataset: Dataset, text: str, numbers: list[str]
) -> pandas.DataFrame:
    """In a worker: as read_part() has it."""
    table = pa.Table.from_pandas(frame, preserve_index=False)
    found = parquet_rows.typed_table(table, dataset, text, numbers)
    return pandas_parquet.frame(found)
