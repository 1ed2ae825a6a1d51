"""A table of CSV files as Parquet, typed as a query reads it (docs/workloads/query.md), and back.

CSV is read as text and then converted, so that a missing value is one however it is spelled. The
rows keep their order.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.dataset
import pyarrow.parquet

from spillway_adapters import csv_moments
from spillway_adapters.csv_plain import Plain
from spillway_adapters.parquet_description import UnreadableError
from spillway_adapters.protocol import RunError
from spillway_adapters.spec import Dataset

#: Bytes of text that are converted at a time.
BLOCK = 16 << 20
#: Folders that one conversion makes; pyarrow keeps a file open for each.
MOST_FOLDERS = 1024
CODEC = "snappy"

TYPES = {
    "integer": pa.int64(),
    "real": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
    "text": pa.string(),
}


@dataclass(frozen=True)
class Converted:
    rows: int
    files: int
    bytes: int


def to_parquet(
    table: Dataset,
    output: Path,
    partition_by: Sequence[str],
    row_group_bytes: int,
    progress: Callable[[float], None],
) -> Converted:
    """`output` is new. UnreadableError names a field that is not of its column's type."""
    columns = {column.name: column.type for column in table.columns}
    columns |= csv_moments.guessed(table.paths, table, columns, table.missing)
    schema = pa.schema([(name, TYPES[kind]) for name, kind in columns.items()])
    _check_folders(schema, partition_by)
    batches = _Batches(table, schema, progress)
    per_group = max(1, int(row_group_bytes * batches.rows_per_byte()))
    try:
        if partition_by:
            _write_folders(batches, output, partition_by, per_group)
        else:
            _write_file(batches, output, per_group)
    except (pa.ArrowException, OSError) as error:
        remedy = ""
        if "exceeds the maximum" in str(error):
            remedy = "Partition by a column with fewer values."
        raise UnreadableError(str(error).splitlines()[0], remedy) from None
    return _converted_to(output, batches.rows)


def to_csv(table: Dataset, output: Path, progress: Callable[[float], None]) -> Converted:
    """`output` is new. A missing value is an empty field, a text stands in quotes; NaN is missing,
    as it is for a query."""
    source = pa.dataset.dataset(
        table.paths,
        format="parquet",
        partitioning=_folders(table),
        partition_base_dir=_above(table),
    )
    columns = {
        column.name: _plain(pc.field(column.name), TYPES[column.type]) for column in table.columns
    }
    total, rows = source.count_rows(), 0
    schema = pa.schema([(column.name, TYPES[column.type]) for column in table.columns])
    with pa.csv.CSVWriter(output, schema) as writer:
        for batch in source.to_batches(columns=columns):
            writer.write_batch(batch.cast(schema))
            rows += batch.num_rows
            progress(min(1.0, rows / max(1, total)))
    return _converted_to(output, rows)


def _above(table: Dataset) -> str:
    """The folder of a table whose columns are folders."""
    return str(Path(table.paths[0]).parents[len(table.folders)]) if table.folders else ""


def _folders(table: Dataset) -> pa.dataset.Partitioning | None:
    if not table.folders:
        return None
    kinds = {column.name: TYPES[column.type] for column in table.columns}
    return pa.dataset.partitioning(
        pa.schema([(name, kinds[name]) for name in table.folders]), flavor="hive"
    )


def _plain(value: pc.Expression, kind: pa.DataType) -> pc.Expression:
    if kind == pa.float64():
        value = value.cast(kind)
        return pc.if_else(pc.is_nan(value), pa.scalar(None, kind), value)
    if pa.types.is_timestamp(kind):
        # Of nanoseconds, what is below a microsecond is cut off, as everywhere.
        return value.cast(pa.timestamp("us"), safe=False)
    return value.cast(kind)


def _converted_to(output: Path, rows: int) -> Converted:
    """The files are on the disk, and the names inside the folder."""
    written = [output, *output.rglob("*")]
    for path in written:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    files = [path for path in written if path.is_file()]
    return Converted(rows, len(files), sum(path.stat().st_size for path in files))


def _check_folders(schema: pa.Schema, partition_by: Sequence[str]) -> None:
    for column in partition_by:
        if column not in schema.names:
            names = ", ".join(schema.names)
            raise UnreadableError(f'There is no column "{column}".', f"The columns are {names}.")
        if schema.field(column).type == pa.float64():
            raise UnreadableError(
                f'"{column}" is float64, which no folder can be named by.',
                "Partition by text, whole numbers or dates.",
            )
    if len(set(partition_by)) == len(schema.names):
        raise UnreadableError("No column is left for the files.", "Partition by fewer columns.")


class _Batches:
    """The rows as they are read, counted."""

    def __init__(
        self, table: Dataset, schema: pa.Schema, progress: Callable[[float], None]
    ) -> None:
        self.table = table
        self.schema = schema
        self.rows = 0
        self._progress = progress
        self._bytes = 0  #: of text that was converted, about

    def rows_per_byte(self) -> float:
        """Of the first rows."""
        batches = self._texts(self.table.paths[0])
        with contextlib.closing(batches):
            for batch in batches:
                return batch.num_rows / max(1, batch.nbytes)
        return 1.0

    def reader(self) -> pa.RecordBatchReader:
        return pa.RecordBatchReader.from_batches(self.schema, iter(self))

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        for path in self.table.paths:
            for batch in self._texts(path):
                self._bytes += batch.nbytes
                if self.table.bytes > 0:
                    self._progress(min(1.0, self._bytes / self.table.bytes))
                columns = [
                    _converted(self.table, path, field, batch.column(i))
                    for i, field in enumerate(self.schema)
                ]
                self.rows += batch.num_rows
                yield pa.RecordBatch.from_arrays(columns, schema=self.schema)

    def _texts(self, path: str) -> Generator[pa.RecordBatch]:
        """All columns as text; a missing one is null."""
        with Plain(path, self.table) as stream:
            if not stream.any():
                return
            try:
                # Closed by hand: a thread that reads ahead must not be there when Python ends.
                with self._opened(stream) as reader:
                    yield from reader
            except pa.ArrowInvalid as error:
                raise UnreadableError(f"{path}: {error}") from None
            except RunError as error:
                raise UnreadableError(str(error)) from None

    def _opened(self, stream: Plain) -> pa.csv.CSVStreamingReader:
        table = self.table
        return pa.csv.open_csv(
            pa.PythonFile(stream, mode="r"),
            pa.csv.ReadOptions(column_names=self.schema.names, block_size=BLOCK),
            pa.csv.ParseOptions(
                delimiter=table.delimiter,
                quote_char=table.quote or False,
                newlines_in_values=bool(table.quote),
            ),
            pa.csv.ConvertOptions(
                column_types={name: pa.string() for name in self.schema.names},
                null_values=[""] if table.missing is None else table.missing_spellings,
                strings_can_be_null=True,
                quoted_strings_can_be_null=False,
            ),
        )


def _converted(table: Dataset, path: str, field: pa.Field, texts: pa.Array) -> pa.Array:
    if field.type == pa.string():
        return texts
    trimmed = pc.utf8_trim(texts, " \t")
    words = pa.array(sorted(table.missing_words), pa.string())
    missing = pc.is_in(pc.ascii_lower(trimmed), words)
    known = pc.if_else(missing, pa.scalar(None, pa.string()), trimmed)
    try:
        return _cast(table, field.type, known)
    except pa.ArrowInvalid as error:
        raise UnreadableError(
            f'{path}: column "{field.name}": {str(error).splitlines()[0]}',
            f"If it is text, say so: --column {field.name}=text.",
        ) from None


def _cast(table: Dataset, kind: pa.DataType, texts: pa.Array) -> pa.Array:
    if kind == pa.bool_():
        return pc.cast(pc.ascii_lower(texts), kind)
    if kind == pa.date32():
        return pc.cast(texts, kind)
    if kind == pa.timestamp("us"):
        # With a zone and without one are two types to Arrow.
        zoned = pc.match_substring_regex(texts, r"(Z|[+-]\d\d:?\d\d)$")
        nothing = pa.scalar(None, pa.string())
        plain = pc.cast(pc.if_else(zoned, nothing, texts), kind)
        utc = pc.cast(pc.if_else(zoned, texts, nothing), pa.timestamp("us", "UTC"))
        return pc.if_else(pc.fill_null(zoned, False), pc.cast(utc, kind), plain)
    if table.decimal != ".":
        texts = pc.replace_substring(texts, table.decimal, ".")
    return pc.cast(pc.replace_substring_regex(texts, r"^\+", ""), kind)


# --- Writing -------------------------------------------------------------------------------------


def _write_file(batches: _Batches, output: Path, per_group: int) -> None:
    with pa.parquet.ParquetWriter(output, batches.schema, compression=CODEC) as writer:
        waiting: list[pa.RecordBatch] = []
        for batch in batches:
            waiting.append(batch)
            while sum(each.num_rows for each in waiting) >= per_group:
                whole = pa.Table.from_batches(waiting)
                writer.write_table(whole.slice(0, per_group), row_group_size=per_group)
                waiting = whole.slice(per_group).to_batches()
        if any(each.num_rows for each in waiting):
            writer.write_table(pa.Table.from_batches(waiting), row_group_size=per_group)


def _write_folders(
    batches: _Batches, output: Path, partition_by: Sequence[str], per_group: int
) -> None:
    parts = pa.schema([batches.schema.field(column) for column in partition_by])
    pa.dataset.write_dataset(
        batches.reader(),
        output,
        format="parquet",
        file_options=pa.dataset.ParquetFileFormat().make_write_options(compression=CODEC),
        partitioning=pa.dataset.partitioning(parts, flavor="hive"),
        max_partitions=MOST_FOLDERS,
        max_rows_per_group=per_group,
        # The rows of a file keep their order.
        use_threads=False,
        existing_data_behavior="error",
    )
