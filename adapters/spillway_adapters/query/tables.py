"""What the host knows of a job's tables, from JSON; what Parquet files say of themselves.

A type of a Parquet file that the language does not have is widened, and a note says so; a column
without a counterpart (lists, binary data) is left out with a note.
"""

from __future__ import annotations

import re
import urllib.parse
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from spillway_adapters.query import functions
from spillway_adapters.query.expressions import quoted
from spillway_adapters.query.job import BadJob
from spillway_adapters.query.language import Csv, Input, Schema, Type

if TYPE_CHECKING:
    import pyarrow

#: As the host guesses the columns of CSV files.
_GUESSED: dict[str, Type] = {"integer": "int64", "real": "float64", "text": "text"}
_FIELDS = ("paths", "format", "columns", "csv", "rows", "bytes", "hive", "root")
_CSV_FIELDS = tuple(Csv.__dataclass_fields__)
#: Files whose columns are compared with those of the first: some of many say enough.
MOST_FILES_LOOKED_AT = 50

#: How Hive writes a null in a folder's name.
NULL_FOLDER = "__HIVE_DEFAULT_PARTITION__"


@dataclass(frozen=True)
class Tables:
    inputs: dict[str, Input]
    notes: list[str] = field(default_factory=list)


def read(value: object) -> Tables:
    """{name: {"paths", "format", "columns", "csv", "rows", "bytes"}}."""
    if not isinstance(value, dict):
        raise BadJob('"inputs" of the request is no object')
    tables = Tables({})
    for name, fields in value.items():
        place = f"input {quoted(name)}"
        if not isinstance(fields, dict):
            raise BadJob("An input is no object", place)
        for key in fields:
            if key not in _FIELDS:
                raise BadJob(f"An input has no field {quoted(key)}", place)
        tables.inputs[name] = _input(name, fields, place, tables.notes)
    return tables


def _input(name: str, fields: dict[str, Any], place: str, notes: list[str]) -> Input:
    shape = fields.get("format")
    if shape not in ("csv", "parquet"):
        raise BadJob("The format is not csv or parquet", place)
    paths = fields.get("paths")
    if not isinstance(paths, list) or not paths or not all(isinstance(p, str) for p in paths):
        raise BadJob('"paths" is no list of files', place, "Name at least one file")
    columns = _columns(fields.get("columns"), place)
    rows, size = _count(fields, "rows", place), _count(fields, "bytes", place)
    if shape == "csv":
        if not columns:
            raise BadJob("The columns of the CSV files are not known", place)
        csv = _csv(fields.get("csv"), place)
        return Input(name, tuple(paths), "csv", columns, (), csv, rows=rows, bytes=size or 0)
    root, hive = _hive(paths, fields.get("root"))
    found = _parquet(name, paths, root, columns, place, notes)
    # A folder's name beats the column in the files, as in every engine.
    columns = {c: kind for c, kind in found.columns.items() if c not in hive} | hive
    return Input(
        name,
        tuple(paths),
        "parquet",
        columns,
        (),
        hive=tuple(hive),
        root=root if hive else "",
        rows=found.rows if rows is None else rows,
        bytes=size or 0,
    )


def _columns(value: object, place: str) -> Schema:
    """[{"name", "type"}]: types as the host guesses them, or of the language."""
    if value is None:
        return {}
    if not isinstance(value, list):
        raise BadJob('"columns" is no list', place)
    columns: Schema = {}
    for part in value:
        name, kind = (
            (part.get("name"), part.get("type")) if isinstance(part, dict) else (None, None)
        )
        if not isinstance(name, str) or not isinstance(kind, str):
            raise BadJob("A column is not a name and a type", place)
        if name in columns:
            raise BadJob(f"Two columns are called {quoted(name)}", place, "Rename one in the file")
        known = _GUESSED.get(kind, kind)
        if known not in functions.TYPES:
            raise BadJob(
                f"The type of {quoted(name)} is {quoted(kind)}",
                place,
                f"Types are {', '.join(functions.TYPES)}",
            )
        columns[name] = known
    return columns


def _count(fields: dict[str, Any], name: str, place: str) -> int | None:
    value = fields.get(name)
    if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < 0):
        raise BadJob(f"{quoted(name)} is no count", place)
    return value


def _csv(value: object, place: str) -> Csv:
    if value is None:
        return Csv()
    if not isinstance(value, dict):
        raise BadJob('"csv" is no object', place)
    for key, given in value.items():
        if key not in _CSV_FIELDS:
            raise BadJob(f'"csv" has no field {quoted(key)}', place)
        example = getattr(Csv(), key)
        wanted = (list, type(None)) if key == "missing" else type(example)
        if not isinstance(given, wanted) or (isinstance(given, bool) and key == "skip_rows"):
            raise BadJob(f'{quoted(key)} of "csv" has a wrong type', place)
    missing = value.get("missing")
    if missing is not None and not all(isinstance(word, str) for word in missing):
        raise BadJob('"missing" is no list of words', place)
    return Csv(**{**value, "missing": None if missing is None else tuple(missing)})


# --- Folders -------------------------------------------------------------------------------------


def _hive(paths: Sequence[str], root: object) -> tuple[str, Schema]:
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
    columns = {name: _folder_type(v[i] for v in values) for i, name in enumerate(names or [])}
    return above, columns  # type: ignore[return-value]


def _folder_type(values: Any) -> Type:  # noqa: ANN401 (an iterable that is read once)
    """Whole numbers and dates where all are such, as engines guess; the job can say otherwise."""
    known = [v for v in values if v != NULL_FOLDER]
    if known and all(re.fullmatch(r"-?(0|[1-9][0-9]{0,17})", v) for v in known):
        return "int64"
    if known and all(re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", v) for v in known):
        return "date"
    return "text"


# --- Parquet -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Found:
    columns: Schema
    rows: int | None


def _parquet(
    name: str, paths: Sequence[str], root: str, told: Schema, place: str, notes: list[str]
) -> _Found:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        if told:
            return _Found(told, None)
        raise BadJob(
            "Parquet files are read with pyarrow, which is not there",
            place,
            "It comes with the first engine: spillway engines install duckdb",
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


def fields(table: Input) -> dict[str, Any]:
    """What the planner wants to know again of a table."""
    return {
        "format": table.format,
        "columns": [{"name": c, "type": kind} for c, kind in table.columns.items()],
        "used": list(table.used),
        "hive": list(table.hive),
        "root": table.root,
        "rows": table.rows,
    }
