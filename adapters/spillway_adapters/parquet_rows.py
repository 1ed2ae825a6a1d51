"""Row groups of Parquet files as Arrow batches of a column of keys and columns of numbers.

For engines whose tasks read parts of files themselves. A row group is read column by column, and
only those that are needed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from spillway_adapters import hive_folders, parquet_text
from spillway_adapters.spec import Dataset

#: Decoded at a time, however large the row group is.
BATCH_ROWS = 131_072
TYPES = {
    "text": pa.string(),
    "integer": pa.int64(),
    "real": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
}


@dataclass(frozen=True)
class RowGroups:
    """Those of a file from `begin` to before `end`."""

    path: str
    begin: int
    end: int
    bytes: int  #: of the columns that are read, as they are in the file


def plan(dataset: Dataset, columns: list[str], largest: int, least: int) -> list[RowGroups]:
    """Parts of about `largest` bytes in memory at most, at least `least` of them if the files have
    as many row groups; one of a file at least."""
    sizes = {path: _sizes(path, set(columns)) for path in dataset.paths}
    total = sum(plain for groups in sizes.values() for _, plain in groups)
    largest = min(largest, total // least)
    return [part for path, groups in sizes.items() for part in _parts(path, groups, largest)]


def _sizes(path: str, columns: set[str]) -> list[tuple[int, int]]:
    """Bytes of the columns in each row group, in the file and without compression."""
    with pq.ParquetFile(path) as file:
        known = file.metadata
    places = [i for i in range(known.num_columns) if known.schema.column(i).path in columns]
    found = []
    for group in map(known.row_group, range(known.num_row_groups)):
        chunks = [group.column(i) for i in places]
        stored = sum(chunk.total_compressed_size for chunk in chunks)
        found.append((stored, sum(chunk.total_uncompressed_size for chunk in chunks)))
    return found


def _parts(path: str, groups: list[tuple[int, int]], largest: int) -> Iterator[RowGroups]:
    begin = stored = plain = 0
    for place, (more_stored, more_plain) in enumerate(groups):
        if place > begin and plain + more_plain > largest:
            yield RowGroups(path, begin, place, stored)
            begin, stored, plain = place, 0, 0
        stored, plain = stored + more_stored, plain + more_plain
    yield RowGroups(path, begin, len(groups), stored)


def whole(path: str, dataset: Dataset, columns: list[str]) -> RowGroups:
    groups = _sizes(path, set(columns))
    return RowGroups(path, 0, len(groups), sum(stored for stored, _ in groups))


def batches(
    part: RowGroups, dataset: Dataset, text: str, numbers: list[str], rows: int = BATCH_ROWS
) -> Iterator[pa.RecordBatch]:
    """Columns "0" (keys in one of TYPES; a missing text is the empty one), "1", "2", … (`numbers`,
    null where missing)."""
    stored = [name for name in dict.fromkeys([text, *numbers]) if name not in dataset.folders]
    groups = list(range(part.begin, part.end))
    with pq.ParquetFile(part.path) as file:
        for batch in file.iter_batches(rows, row_groups=groups, columns=stored, use_threads=False):
            yield _typed(batch, part.path, dataset, text, numbers)


def _typed(
    batch: pa.RecordBatch, path: str, dataset: Dataset, text: str, numbers: list[str]
) -> pa.RecordBatch:
    columns = [_keys(_column(batch, path, dataset, text), parquet_text.type_of(dataset, text))]
    columns += [_number(_column(batch, path, dataset, name)) for name in numbers]
    return pa.RecordBatch.from_arrays(columns, schema=schema(dataset, text, len(numbers)))


def typed_table(table: pa.Table, dataset: Dataset, text: str, numbers: list[str]) -> pa.Table:
    """Of a table that an engine has read, with the names of folders as columns of text: its columns
    named and typed as batches() has them."""

    def column(name: str) -> Any:  # noqa: ANN401
        found = table.column(table.schema.names.index(name))
        if name in dataset.folders:
            found = _plain(found)
            null = pc.equal(found, hive_folders.NULL_FOLDER)
            found = pc.if_else(null, pa.scalar(None, pa.string()), found)
        return found

    columns = [_keys(column(text), parquet_text.type_of(dataset, text))]
    columns += [_number(column(name)) for name in numbers]
    return pa.Table.from_arrays(columns, schema=schema(dataset, text, len(numbers)))


def schema(dataset: Dataset, text: str, numbers: int) -> pa.Schema:
    kinds = [TYPES[parquet_text.type_of(dataset, text)], *[pa.float64()] * numbers]
    return pa.schema([(str(j), kind) for j, kind in enumerate(kinds)])


def _column(batch: pa.RecordBatch, path: str, dataset: Dataset, name: str) -> pa.Array:
    if name in dataset.folders:
        value = hive_folders.value(path, len(dataset.folders), name)
        kind = TYPES[parquet_text.type_of(dataset, name)]
        return pa.repeat(pa.scalar(value, pa.string()).cast(kind), len(batch))
    # The first where two are alike; "a" may have brought "a.b" with it.
    return batch.column(batch.schema.names.index(name))


def _keys(column: Any, kind: str) -> Any:  # noqa: ANN401 (an array, or several as one)
    """In the type of this kind; a missing text is the empty one."""
    # What is finer than a microsecond is cut off; an instant is UTC's.
    found = _plain(column).cast(TYPES[kind], safe=kind != "timestamp")
    return found.fill_null("") if kind == "text" else found


def _number(column: Any) -> Any:  # noqa: ANN401
    found = _plain(column)
    if pa.types.is_decimal(found.type):
        # Arrow multiplies by a power of ten, which rounds twice.
        found = found.cast(pa.string())
    found = found.cast(pa.float64(), safe=False)
    return pc.if_else(pc.is_nan(found), pa.scalar(None, pa.float64()), found)


def _plain(column: Any) -> Any:  # noqa: ANN401
    kind = column.type
    return column.cast(kind.value_type) if pa.types.is_dictionary(kind) else column


def spelled(found: Any) -> Any:  # noqa: ANN401
    """Keys as text (parquet_text.spelled)."""
    if pa.types.is_string(found.type) or pa.types.is_large_string(found.type):
        return found
    if pa.types.is_timestamp(found.type):
        return pa.array(map(parquet_text.spelled, found.to_pylist()), pa.string())
    return found.cast(pa.string()).fill_null("")
