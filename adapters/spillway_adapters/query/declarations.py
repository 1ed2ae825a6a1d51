"""Tables as a job declares them, put together with what the host found out."""

from __future__ import annotations

import dataclasses
from typing import Any

from spillway_adapters.query import checks, functions
from spillway_adapters.query.bad_job import BadJob
from spillway_adapters.query.language import (
    Csv,
    Input,
    Schema,
)
from spillway_adapters.query.tokens import quoted, unknown

MAX_COLUMNS = 10_000

_INPUT_FIELDS = ("path", "format", "columns", "header", "delimiter", "hive")


def declared(name: str, value: object, given: Input | None) -> Input:
    """What the host found out about the table, with the types that the job says."""
    place = f"input {quoted(name)}"
    fields = checks.an_object(value, "An input", place)
    checks.only_fields(fields, _INPUT_FIELDS, "An input", place)
    for key, check in (
        ("path", checks.a_text),
        ("header", checks.a_truth),
        ("delimiter", checks.a_text),
    ):
        if key in fields:
            check(fields[key], key, place)
    shape = fields.get("format", given.format if given else None)
    if shape not in ("csv", "parquet", None):
        raise BadJob("The format is not csv or parquet", place, "Write csv or parquet")
    columns = _types(fields.get("columns", {}), "columns", place)
    hive = _types(fields.get("hive", {}), "hive", place)
    if given is None:
        given = _untold(name, fields, columns, hive, place)
    if given.csv and not given.csv.header and len(columns) == len(given.columns):
        # Without a header the job's names are the names.
        return dataclasses.replace(given, columns=columns)
    types = dict(given.columns)
    for column, kind in {**columns, **hive}.items():
        if column not in types:
            raise BadJob(
                f"The files have no column {quoted(column)}", place, unknown(column, types)
            )
        if given.format == "parquet" and column not in given.hive and kind != types[column]:
            raise BadJob(
                f"{quoted(column)} is {types[column]} in the Parquet files, the job says {kind}",
                place,
                "Leave the type away and derive with cast",
            )
        types[column] = kind
    return dataclasses.replace(given, columns=types)


def _types(value: object, what: str, place: str) -> Schema:
    found = checks.an_object(value, what, place, 'Write {"column": "int64"}')
    if len(found) > MAX_COLUMNS:
        raise BadJob(f"{what} has {len(found):,} columns", place, f"The most is {MAX_COLUMNS:,}")
    types: Schema = {}
    for column, kind in found.items():
        checks.a_name(column, "The name of a column", place)
        if kind not in functions.TYPES:
            shown = quoted(kind) if isinstance(kind, str) else checks.kind(kind)
            raise BadJob(
                f"The type of {quoted(column)} is {shown}",
                place,
                f"Types are {', '.join(functions.TYPES)}",
            )
        types[column] = kind
    return types


def _untold(name: str, fields: dict[str, Any], columns: Schema, hive: Schema, place: str) -> Input:
    """A table of which the job alone speaks."""
    if not columns or "path" not in fields:
        raise BadJob(
            f"Nothing is known of the table {quoted(name)}", place, f"Give it: --input {name}=PATH"
        )
    csv = None
    shape = fields.get("format", "csv")
    if shape == "csv":
        delimiter = fields.get("delimiter", ",")
        if len(delimiter) != 1:
            raise BadJob("The delimiter is not one character", place, 'Write ";", for instance')
        csv = Csv(delimiter=delimiter, header=fields.get("header", True))
    return Input(name, (fields["path"],), shape, {**columns, **hive}, (), csv, tuple(hive))
