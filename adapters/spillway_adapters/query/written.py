"""What a job wrote: counted, and read back by whichever library is there."""

from __future__ import annotations

import datetime
import importlib.util
import urllib.parse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from spillway_adapters.query import table
from spillway_adapters.query.language import Job, Schema, Type

#: How engines write a folder of nulls.
NULL_FOLDERS = ("__HIVE_DEFAULT_PARTITION__", "__null__")
MOST_FILES = 1000
#: Of a Parquet file, read at a time.
PART_ROWS = 100_000


def data_files(folder: Path) -> list[Path]:
    """Not the marks that some engines leave beside them."""
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith((".", "_"))
    )


def described(folder: Path) -> dict[str, Any]:
    """Their bytes. Rows of each are not asked for."""
    files = data_files(folder)
    sizes = [path.stat().st_size for path in files]
    listed = [
        {"path": str(path.relative_to(folder)), "rows": 0, "bytes": size}
        for path, size in zip(files, sizes, strict=True)
    ]
    return {"files": listed[:MOST_FILES], "bytes": sum(sizes)}


def rows(folder: Path, job: Job) -> Iterator[table.Row]:
    """In the order of the job's columns; those of folders' names by their types."""
    assert job.output is not None
    by = job.output.partition_by
    inside = {name: kind for name, kind in job.schema.items() if name not in by}
    for path in data_files(folder):
        keys = _keys(path.relative_to(folder), job.schema)
        read = _csv if job.output.format == "csv" else _parquet
        if not by:
            yield from read(path, inside)
            continue
        for row in read(path, inside):
            values = dict(zip(inside, row, strict=True)) | keys
            yield tuple(values[name] for name in job.schema)


def _keys(path: Path, schema: Schema) -> dict[str, Any]:
    found = {}
    for part in path.parts[:-1]:
        name, _, text = part.partition("=")
        name = urllib.parse.unquote(name)
        null = text in NULL_FOLDERS
        found[name] = None if null else _value(urllib.parse.unquote(text), schema[name])
    return found


def _value(text: str, kind: Type) -> Any:  # noqa: ANN401
    match kind:
        case "int64":
            return int(text)
        case "float64":
            return float(text)
        case "bool":
            return {"true": True, "false": False}[text.lower()]
        case "timestamp":
            moment = datetime.datetime.fromisoformat(text)
            if moment.tzinfo is not None:
                moment = moment.astimezone(datetime.UTC).replace(tzinfo=None)
            return moment.isoformat()
        case "date":
            return text[:10]
    return text


# --- CSV -----------------------------------------------------------------------------------------


def _csv(path: Path, schema: Schema) -> Iterator[table.Row]:
    """An unquoted empty field is null, a quoted one the empty text, which Python's module does not
    tell apart: one of text is asked of the line itself."""
    with path.open(encoding="utf-8", newline="") as file:
        records = _records(file)
        names = [text for text, _ in next(records, [])]
        places = [names.index(name) for name in schema] if names else []
        for row in records:
            yield tuple(
                None
                if not row[place][0] and not (row[place][1] and kind == "text")
                else _value(row[place][0], kind)
                for place, kind in zip(places, schema.values(), strict=True)
            )


def _records(file: Iterator[str]) -> Iterator[list[tuple[str, bool]]]:
    """Rows of fields with whether they were in quotes, a line at a time: all of a file may be more
    than the run's memory."""
    for line in file:
        if '"' not in line:
            yield [(text, False) for text in line.rstrip("\r\n").split(",")]
            continue
        record = line
        while record.count('"') % 2 and (rest := next(file, "")):
            record += rest
        yield from _fields(record)


def _fields(text: str) -> Iterator[list[tuple[str, bool]]]:
    """Rows of fields with whether they were in quotes."""
    row: list[tuple[str, bool]] = []
    place = 0
    while place < len(text):
        if text[place] == '"':
            end = place + 1
            parts = []
            while True:
                close = text.index('"', end)
                parts.append(text[end:close])
                if text[close + 1 : close + 2] != '"':
                    break
                parts.append('"')
                end = close + 2
            row.append(("".join(parts), True))
            place = close + 1
        else:
            end = place
            while end < len(text) and text[end] not in ",\r\n":
                end += 1
            row.append((text[place:end], False))
            place = end
        if text[place : place + 1] == ",":
            place += 1
            if place == len(text) or text[place] in "\r\n":
                row.append(("", False))
            else:
                continue
        while place < len(text) and text[place] == "\r":
            place += 1
        place += text[place : place + 1] == "\n"
        yield row
        row = []


# --- Parquet -------------------------------------------------------------------------------------


def _parquet(path: Path, schema: Schema) -> Iterator[table.Row]:
    for part in _parquet_parts(path):
        yield from table.rows(part, schema)


def _parquet_parts(path: Path) -> Iterator[Any]:
    """A part at a time: all of a file may be more than the run's memory."""
    if importlib.util.find_spec("pyarrow"):
        import pyarrow.parquet

        # Not read_table(), which would take folders' names for columns.
        with pyarrow.parquet.ParquetFile(path) as file:
            yield from file.iter_batches(PART_ROWS)
            return
    if importlib.util.find_spec("polars"):
        import polars

        lazy = polars.scan_parquet(path, hive_partitioning=False, glob=False)
        count = lazy.select(polars.len()).collect().item()
        for begin in range(0, count, PART_ROWS):
            yield lazy.slice(begin, PART_ROWS).collect()
        return
    import glob

    import duckdb

    pattern = glob.escape(str(path))
    yield duckdb.connect().sql(
        "SELECT * FROM read_parquet($path, hive_partitioning = false)", params={"path": [pattern]}
    )
