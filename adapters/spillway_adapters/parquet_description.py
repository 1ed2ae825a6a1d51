"""What Parquet files say of themselves.

A type without a counterpart here is widened, and a note says so; a column that cannot be (lists,
binary data) is left out with a note. Folders called name=value are columns.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

import pyarrow
import pyarrow.parquet

from spillway_adapters import hive_folders

#: Files whose columns are compared with those of the first: some of many say enough.
MOST_FILES_LOOKED_AT = 50
#: Of the first file.
BATCH_ROWS = 100

#: Columns by their names, with the host's names of types (ColumnType of core/data/dataset.h).
Columns = dict[str, str]


class UnreadableError(Exception):
    """What is wrong with the files, and what to do."""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy


@dataclass(frozen=True)
class Described:
    columns: Columns  #: of the files in their order, then those of the folders
    folders: list[str]  #: columns that are folders' names
    rows: int | None  #: None where only some of the files were looked at
    notes: list[str]  #: for people: what is widened, what is left out


def describe(paths: Sequence[str], root: str = "") -> Described:
    """`paths`: the files, absolute, in reading order; `root`: the folder that was named, above
    which no folder is a column. UnreadableError."""
    notes: list[str] = []
    found = _parquet(paths, notes)
    hive = _hive(paths, root)
    # A folder's name goes before a column of the files, as in every engine.
    columns = {c: kind for c, kind in found.columns.items() if c not in hive} | hive
    if not columns:
        raise UnreadableError(f'"{paths[0]}" has no column that can be read.')
    return Described(columns, list(hive), found.rows, notes)


def preview(paths: Sequence[str], described: Described, most: int) -> list[list[str]]:
    """The first rows of the first file as text; a missing value is empty."""
    inside = [c for c in described.columns if c not in described.folders]
    keys = dict(hive_folders.of(paths[0], len(described.folders)))
    shown = []
    for row in itertools.islice(_rows(paths[0], inside), most):
        values = {**dict(zip(inside, row, strict=True)), **keys}
        shown.append([_text(values[c]) for c in described.columns])
    return shown


def _rows(path: str, columns: list[str]) -> Iterator[tuple[Any, ...]]:
    with pyarrow.parquet.ParquetFile(path) as file:
        # By the first name where two are alike; without columns there are rows all the same.
        for batch in file.iter_batches(BATCH_ROWS, columns=columns):
            found = [_values(batch.column(batch.schema.names.index(c))) for c in columns]
            yield from zip(*found, strict=True) if columns else [()] * batch.num_rows


def _values(column: pyarrow.Array) -> list[Any]:
    """Timestamps in UTC, without a zone and in microseconds, as they are read."""
    if pyarrow.types.is_timestamp(column.type):
        column = column.cast(pyarrow.timestamp("us"), safe=False)
    try:
        return column.to_pylist()
    except (ValueError, OverflowError):  # a year that Python does not have
        return column.cast(pyarrow.string()).to_pylist()


def _text(value: object) -> str:
    if value is None or value == hive_folders.NULL_FOLDER:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)


# --- Folders -------------------------------------------------------------------------------------


def _levels(path: str, root: str) -> int:
    """Folders called name=value above the file."""
    above = itertools.takewhile(
        lambda folder: "=" in folder.name and str(folder) != root, PurePath(path).parents
    )
    return len(list(above))


def _hive(paths: Sequence[str], root: str) -> Columns:
    """The columns that the folders tell (year=2024/month=2/…); none where files differ in them."""
    levels = {_levels(path, root) for path in paths}
    if len(levels) != 1:
        return {}
    values = [hive_folders.of(path, next(iter(levels))) for path in paths]
    names = [name for name, _ in values[0]]
    if any([name for name, _ in each] != names for each in values):
        return {}
    return {name: _folder_type({each[i][1] for each in values}) for i, name in enumerate(names)}


def _folder_type(values: Collection[str]) -> str:
    """Whole numbers and dates where all are such, as engines guess; the job can say otherwise."""
    known = [v for v in values if v != hive_folders.NULL_FOLDER]
    if known and all(re.fullmatch(r"-?(0|[1-9][0-9]{0,17})", v) for v in known):
        return "integer"
    if known and all(re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", v) for v in known):
        return "date"
    return "text"


# --- Files ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Found:
    columns: Columns
    rows: int | None


def _parquet(paths: Sequence[str], notes: list[str]) -> _Found:
    rows: int | None = 0
    first: pyarrow.Schema | None = None
    step = max(1, len(paths) // MOST_FILES_LOOKED_AT)
    for path in paths[::step]:
        try:
            with pyarrow.parquet.ParquetFile(path) as file:
                schema, count = file.schema_arrow, file.metadata.num_rows
        except (pyarrow.ArrowException, OSError, ValueError) as error:
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise UnreadableError(f'"{path}" cannot be read as Parquet: {reason}') from None
        rows = None if rows is None or step > 1 else rows + count
        if first is None:
            first = schema
        elif _kinds(first) != _kinds(schema):
            raise UnreadableError(
                f'"{path}" has other columns than "{paths[0]}".',
                "All files of a table need the same columns.",
            )
    assert first is not None
    return _Found(_typed(first, notes), rows)


def _kinds(schema: pyarrow.Schema) -> dict[str, tuple[str | None, str]]:
    return {column.name: kind_of(column.type) for column in schema}


def _typed(schema: pyarrow.Schema, notes: list[str]) -> Columns:
    columns: Columns = {}
    for column in schema:
        kind, note = kind_of(column.type)
        if column.name in columns or not column.name:
            notes.append(f'a second column "{column.name}" is left out')
        elif kind is None:
            notes.append(f'"{column.name}" is left out, it is {column.type}')
        else:
            columns[column.name] = kind
            if note:
                notes.append(f'"{column.name}" is {column.type}, read as {note}')
    return columns


def kind_of(kind: pyarrow.DataType) -> tuple[str | None, str]:
    """The host's type, and as what it is read when it has to be widened."""
    pa, is_ = pyarrow, pyarrow.types
    if is_.is_dictionary(kind):
        inner, _ = kind_of(kind.value_type)
        return inner, inner or ""
    if is_.is_boolean(kind):
        return "boolean", ""
    if is_.is_integer(kind):
        beyond = "; values beyond 64 bits with a sign fail the run" if kind == pa.uint64() else ""
        return "integer", "" if kind == pa.int64() else f"int64{beyond}"
    if is_.is_floating(kind) or is_.is_decimal(kind):
        return "real", "" if kind == pa.float64() else "float64"
    if is_.is_string(kind) or is_.is_large_string(kind) or is_.is_string_view(kind):
        return "text", ""
    if is_.is_date(kind):
        return "date", "" if kind == pa.date32() else "date"
    if is_.is_timestamp(kind):
        if kind.tz is not None:
            return "timestamp", "timestamp in UTC"
        return "timestamp", "" if kind.unit == "us" else "timestamp in microseconds"
    return None, ""
