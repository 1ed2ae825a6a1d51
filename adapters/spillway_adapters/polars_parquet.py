"""Parquet files as Polars reads them: scan_parquet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from spillway_adapters import parquet_text
from spillway_adapters.protocol import Run
from spillway_adapters.spec import Dataset

T = TypeVar("T")


def read(run: Run, work: Callable[[Any], T]) -> T:
    """Calls `work` with a scan() of the run's dataset."""
    return work(scan(run.spec.dataset, run.spec.workload.columns))


def scan(data: Dataset, columns: list[str]) -> Any:  # noqa: ANN401 (imported late)
    """A column of keys and numbers, named key, v0, v1, …; missing numbers are null. Keys have the
    file's own type; a missing text is the empty one."""
    import polars as pl

    folders = {name: _type(data, name) for name in data.folders}
    frame = pl.scan_parquet(
        data.paths, hive_partitioning=bool(folders), hive_schema=folders or None, glob=False
    )
    name, *values = columns
    key = _column(name).cast(_type(data, name))
    if parquet_text.type_of(data, name) == "text":
        key = key.fill_null("")
    numbers = [
        _column(value).cast(pl.Float64).fill_nan(None).alias(f"v{j}")
        for j, value in enumerate(values)
    ]
    return frame.select(key.alias("key"), *numbers)


def _type(data: Dataset, name: str) -> Any:  # noqa: ANN401
    import polars as pl

    types = {
        "text": pl.String,
        "integer": pl.Int64,
        "real": pl.Float64,
        "boolean": pl.Boolean,
        "date": pl.Date,
        "timestamp": pl.Datetime("us"),
    }
    return types[parquet_text.type_of(data, name)]


def _column(name: str) -> Any:  # noqa: ANN401
    """pl.col() takes `*`, and what begins with `^`, for a pattern."""
    import polars.selectors as cs

    return cs.by_name(name).as_expr()
