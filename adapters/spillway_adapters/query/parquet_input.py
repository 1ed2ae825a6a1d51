"""What Parquet files say of themselves, as an input of a job.

A type that the language does not have is widened, and a note says so; a column without a
counterpart (lists, binary data) is left out with a note. Folders called name=value are columns.
"""

from __future__ import annotations

import re
import urllib.parse
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING

from spillway_adapters.query.bad_job import BadJob
from spillway_adapters.query.language import Input, Schema, Type
from spillway_adapters.query.tokens import quoted

if TYPE_CHECKING:
    import pyarrow

#: Files whose columns are compared with those of the first: some of many say enough.
MOST_FILES_LOOKED_AT = 50

#: How Hive writes a null in a folder's name.
NULL_FOLDER = "__HIVE_DEFAULT_PARTITION__"


@dataclass(frozen=True)
class Described:
    table: Input
    notes: list[str]  #: for people: what is widened, what is left out


def describe(name: str, paths: Sequence[str], size: int = 0, root: str = "") -> Described:
    """`paths`: the files, absolute, in reading order, together of `size` bytes; `root`: the folder
    that was named, above which no folder is a column. Raises BadJob for what cannot be read, and
    without pyarrow."""
    notes: list[str] = []
    found = _parquet(name, paths, notes)
    above, hive = _hive(paths, root)
    # A folder's name goes before a column of the files, as in every engine.
    columns = {c: kind for c, kind in found.columns.items() if c not in hive} | hive
    table = Input(
        name=name,
        paths=tuple(paths),
        format="parquet",
        columns=columns,
        used=tuple(columns),
        hive=tuple(hive),
        root=above if hive else "",
        rows=found.rows,
        bytes=size,
    )
    return Described(table, notes)


# --- Folders -------------------------------------------------------------------------------------


def _hive(paths: Sequence[str], root: str) -> tuple[str, Schema]:
    """The folder above those whose names are columns (year=2024/month=2/…), and these columns."""
    names: list[str] | None = None
    values: list[list[str]] = []
    above = ""
    for path in paths:
        folders = PurePath(path).parent
        inside: list[tuple[str, str]] = []
        while "=" in folders.name and str(folders) != root:
            key, value = folders.name.split("=", 1)
            inside.insert(0, (urllib.parse.unquote(key), urllib.parse.unquote(value)))
            folders = folders.parent
        if names is not None and [k for k, _ in inside] != names:
            return "", {}
        if names is None:
            names, above = [k for k, _ in inside], str(folders)
        values.append([v for _, v in inside])
    columns = {name: _folder_type([v[i] for v in values]) for i, name in enumerate(names or [])}
    return above, columns


def _folder_type(values: Collection[str]) -> Type:
    """Whole numbers and dates where all are such, as engines guess; the job can say otherwise."""
    known = [v for v in values if v != NULL_FOLDER]
    if known and all(re.fullmatch(r"-?(0|[1-9][0-9]{0,17})", v) for v in known):
        return "int64"
    if known and all(re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", v) for v in known):
        return "date"
    return "text"


# --- Files ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Found:
    columns: Schema
    rows: int | None


def _parquet(name: str, paths: Sequence[str], notes: list[str]) -> _Found:
    place = f"input {quoted(name)}"
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise BadJob(
            "Parquet files are read with pyarrow, which is not there",
            place,
            "Set it up: spillway engines install planner",
        ) from None
    rows: int | None = 0
    first: pyarrow.Schema | None = None
    step = max(1, len(paths) // MOST_FILES_LOOKED_AT)
    for path in paths[::step]:
        try:
            with pyarrow.parquet.ParquetFile(path) as file:
                schema, count = file.schema_arrow, file.metadata.num_rows
        except (pyarrow.ArrowException, OSError, ValueError) as error:
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise BadJob(f"{quoted(path)} cannot be read as Parquet: {reason}", place) from None
        rows = None if rows is None or step > 1 else rows + count
        if first is None:
            first = schema
        elif _kinds(first) != _kinds(schema):
            raise BadJob(
                f"{quoted(path)} has other columns than {quoted(paths[0])}",
                place,
                "Give files of the same columns as one table, the others as another, then union",
            )
    assert first is not None
    return _Found(_typed(name, first, notes), rows)


def _kinds(schema: pyarrow.Schema) -> dict[str, tuple[Type | None, str]]:
    return {column.name: kind_of(column.type) for column in schema}


def _typed(table: str, schema: pyarrow.Schema, notes: list[str]) -> Schema:
    columns: Schema = {}
    for column in schema:
        kind, note = kind_of(column.type)
        if column.name in columns or not column.name:
            notes.append(f"{table}: a second column {quoted(column.name)} is left out.")
        elif kind is None:
            notes.append(f"{table}: {quoted(column.name)} is left out, it is {column.type}.")
        else:
            columns[column.name] = kind
            if note:
                notes.append(f"{table}: {quoted(column.name)} is {column.type}, read as {note}.")
    return columns


def kind_of(kind: pyarrow.DataType) -> tuple[Type | None, str]:
    """The type of the language, and as what it is read when it has to be widened."""
    import pyarrow as pa

    is_ = pa.types
    if is_.is_dictionary(kind):
        inner, _ = kind_of(kind.value_type)
        return inner, str(inner) if inner else ""
    if is_.is_boolean(kind):
        return "bool", ""
    if is_.is_integer(kind):
        beyond = "; values beyond 64 bits with a sign fail the run" if kind == pa.uint64() else ""
        return "int64", "" if kind == pa.int64() else f"int64{beyond}"
    if is_.is_floating(kind) or is_.is_decimal(kind):
        return "float64", "" if kind == pa.float64() else "float64"
    if is_.is_string(kind) or is_.is_large_string(kind) or is_.is_string_view(kind):
        return "text", ""
    if is_.is_date(kind):
        return "date", "" if kind == pa.date32() else "date"
    if is_.is_timestamp(kind):
        if kind.tz is not None:
            return "timestamp", "timestamp in UTC"
        return "timestamp", "" if kind.unit == "us" else "timestamp in microseconds"
    return None, ""
