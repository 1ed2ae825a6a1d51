"""Ray Data: its settings, and read_csv and read_parquet as on its documentation's first page.

Ray Data reads one CSV file with one task, regardless of the workers.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import pyarrow
import ray
import ray.data
from ray.data import DataContext
from ray.data.datasource.partitioning import Partitioning
from ray.exceptions import RayTaskError

from spillway_adapters import csv_plain, csv_ranges, parquet_rows
from spillway_adapters.protocol import Run, Unsupported
from spillway_adapters.spec import Dataset, Spec

#: What is left of Arrow's reason when Ray Data could not read a file.
UNREADABLE = "Failed to read CSV file"
#: Endings by which Arrow, which opens files for Ray Data, tells that they are compressed.
COMPRESSED = (".gz", ".bz2", ".zst", ".lz4", ".br", ".snappy")
T = TypeVar("T")


def configure(spec: Spec, own_cluster: bool) -> dict[str, Any]:
    """Settings of this process's DataContext, as they are afterwards."""
    from ray.data._internal import remote_fn

    context = DataContext.get_current()
    context.enable_progress_bars = False
    context.enable_operator_progress_bars = False
    if not own_cluster:
        context.execution_options.resource_limits = ray.data.ExecutionResources(cpu=spec.workers)
    # A failure shows: Ray Data would run the work of a dead worker again without end. There is no
    # public setting for its shuffle's tasks.
    remote_fn._add_system_error_to_retry_exceptions = lambda arguments: arguments.update(
        max_retries=0
    )
    return {
        "shuffle_strategy": context.shuffle_strategy.value,
        "target_max_block_size": context.target_max_block_size,
    }


def _read(run: Run, data: Dataset, *, as_text: bool) -> ray.data.Dataset:
    """The needed columns, called by their places in the file."""
    text, *numbers = run.spec.workload.columns
    (skip,) = csv_plain.by_lines_before(data)
    options = csv_ranges.options(data, text, numbers, whole=True, as_text=as_text)
    options["read_options"].skip_rows = skip
    rows = ray.data.read_csv(
        _plainly_named(run, data.paths),
        file_extensions=None,
        partitioning=None,
        **options,
    )
    if not as_text:
        return rows
    return rows.map_batches(
        _numbers_of_text,
        fn_args=(data, data.places(numbers)),
        batch_format="pyarrow",
        zero_copy_batch=True,
    )


def _read_parquet(run: Run) -> ray.data.Dataset:
    """The needed columns, called by their places in the file."""
    data = run.spec.dataset
    text, *numbers = run.spec.workload.columns
    columns = list(dict.fromkeys([text, *numbers]))
    folders = set(data.folders) & set(columns)
    rows = ray.data.read_parquet(
        data.paths,
        columns=columns,
        partitioning=Partitioning("hive") if folders else None,
        file_extensions=None,
    )
    return rows.map_batches(
        _typed,
        fn_args=(data, text, numbers),
        batch_format="pyarrow",
        zero_copy_batch=True,
    )


def _typed(table: pyarrow.Table, data: Dataset, text: str, numbers: list[str]) -> pyarrow.Table:
    found = parquet_rows.typed_table(table, data, text, numbers)
    keys = parquet_rows.spelled(found.column(0))
    return found.set_column(0, "0", keys).rename_columns(data.places([text, *numbers]))


def _plainly_named(run: Run, paths: list[str]) -> list[str]:
    """Ray Data unpacks a file by its name: one that is called `.gz` gets another."""
    named = []
    for place, path in enumerate(paths):
        if Path(path).suffix in COMPRESSED:
            if run.spec.address is not None:
                raise Unsupported(f"Ray Data would unpack {path}, because of its name.")
            link = run.spec.scratch / f"{place}.csv"
            if not link.is_symlink():
                link.symlink_to(path)
            named.append(str(link))
        else:
            named.append(path)
    return named


def _numbers_of_text(table: pyarrow.Table, data: Dataset, numbers: list[str]) -> pyarrow.Table:
    convert = csv_ranges.NumbersOfText(data)
    for name in numbers:
        column = convert.column(table[name].combine_chunks())
        table = table.set_column(table.schema.get_field_index(name), name, column)
    return table


def read_twice(run: Run, work: Callable[[ray.data.Dataset], T]) -> T:
    """The work over rows whose numbers Arrow parsed; if it fails on a word, over rows that were
    read as text and converted. Parquet is read once."""
    if run.spec.dataset.format == "parquet":
        return work(_read_parquet(run))
    data = csv_plain.copied(run, csv_plain.SKIPS)
    try:
        return work(_read(run, data, as_text=False))
    except RayTaskError as failure:
        if UNREADABLE not in str(failure):
            raise
        run.log("Reading again, numbers as text, then as numbers.")
        return work(_read(run, data, as_text=True))
