"""CSV files as frames of Dask: by dd.read_csv, or by byte ranges that Arrow parses.

A column is called by its place among those that a workload needs: "0" is text, "1", "2", … are
numbers.
"""

from __future__ import annotations

import glob
from collections.abc import Callable
from typing import TypeVar

import dask.dataframe as dd
import pandas
import pyarrow

from spillway_adapters import csv_plain, csv_ranges, pandas_csv, shape
from spillway_adapters.csv_ranges import Range
from spillway_adapters.dask_cluster import BLOCKS_A_WORKER
from spillway_adapters.protocol import Run
from spillway_adapters.spec import Dataset, Spec

KEY = "0"
T = TypeVar("T")


def plain(run: Run) -> Dataset:
    """Arguments of dd.read_csv, which does not support comments and encodings like the native
    reader."""
    return csv_plain.copied(run, csv_plain.SKIPS)


def read_twice(run: Run, read: Callable[[bool], T]) -> T:
    """Numbers parsed by the reader; if it fails on a word, read as text and converted."""
    try:
        return read(False)
    except ValueError as failure:
        run.log(f"Reading again, numbers as text, then as numbers: {failure}")
        return read(True)


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


def ranged(
    spec: Spec, block_bytes: int, whole: list[str], text: str, numbers: list[str]
) -> dd.DataFrame:
    """A frame of byte ranges that Arrow parses, named as read_range() names them."""
    return dd.from_map(
        read_range,
        parts(spec, block_bytes, whole),
        dataset=spec.dataset,
        text=text,
        numbers=numbers,
        meta=_frame([], len(numbers)),
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
