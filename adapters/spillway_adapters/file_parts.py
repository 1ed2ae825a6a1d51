"""Parts of a dataset's files, for engines whose tasks read them: byte ranges of CSV files, row
groups of Parquet files."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow

from spillway_adapters import csv_ranges, parquet_rows
from spillway_adapters.csv_ranges import Range
from spillway_adapters.parquet_rows import RowGroups
from spillway_adapters.spec import Dataset, Spec

Part = Range | RowGroups


def plan(spec: Spec, largest: int, least: int) -> list[Part]:
    """In the order of the data: of at most `largest` bytes, at least `least` of them if the files
    allow it."""
    if spec.dataset.format == "csv":
        return [*csv_ranges.plan(spec.dataset, largest, least)]
    return [*parquet_rows.plan(spec.dataset, spec.workload.columns, largest, least)]


def batches(
    part: Part, dataset: Dataset, text: str, numbers: list[str]
) -> Iterator[pyarrow.RecordBatch]:
    """Columns "0" (raw text, or Parquet's keys), "1", "2", … (`numbers`, null where missing)."""
    if isinstance(part, RowGroups):
        return parquet_rows.batches(part, dataset, text, numbers)
    return csv_ranges.batches(part, dataset, text, numbers)
