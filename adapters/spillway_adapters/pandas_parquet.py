"""Parquet files as DataFrames: keys in pandas' own types, which have a null, and numbers."""

from __future__ import annotations

from typing import Any

import pandas
import pyarrow as pa

from spillway_adapters import parquet_text

#: For keys; numbers are float64, in which NaN is missing.
TYPES = {
    pa.int64(): pandas.Int64Dtype(),
    pa.bool_(): pandas.BooleanDtype(),
    pa.date32(): pandas.ArrowDtype(pa.date32()),
}


def frame(table: pa.Table) -> pandas.DataFrame:
    """Of a table whose columns are typed as parquet_rows.batches() has them."""
    return table.to_pandas(types_mapper=TYPES.get, split_blocks=True, self_destruct=True)


def spelled(keys: Any, kind: str) -> list[str]:  # noqa: ANN401 (an index, or an array)
    """Keys of this kind as text (parquet_text.spelled)."""
    found = keys.tolist()
    return found if kind == "text" else [_spelled(key, kind) for key in found]


def _spelled(key: Any, kind: str) -> str:  # noqa: ANN401
    if pandas.isna(key):
        return ""
    if kind == "timestamp":
        key = key.to_pydatetime()
    return parquet_text.spelled(bool(key) if kind == "boolean" else key)
