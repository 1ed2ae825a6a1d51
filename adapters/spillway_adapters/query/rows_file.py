"""Rows that are too many for the result's line, as a file of JSON lines for the host.

Millions of rows are written: a column at a time, since a call of the encoder for each row takes
longer than an engine needs for the query.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from itertools import islice
from pathlib import Path
from typing import Any

from spillway_adapters.query.language import Schema, Type
from spillway_adapters.query.table import BATCH, Row

_ENCODER = json.JSONEncoder(ensure_ascii=False)


def write(path: Path, rows: Iterable[Row], schema: Schema) -> int:
    """How many rows. They are those of table.rows()."""
    count = 0
    remaining = iter(rows)
    writers = [_TEXT[kind] for kind in schema.values()]
    with path.open("w", encoding="utf-8") as file:
        while batch := list(islice(remaining, BATCH)):
            columns = [
                ["null" if value is None else text(value) for value in column]
                for text, column in zip(writers, zip(*batch, strict=True), strict=True)
            ]
            file.writelines(f"[{', '.join(cells)}]\n" for cells in zip(*columns, strict=True))
            count += len(batch)
    return count


def _moment(value: str) -> str:
    return f'"{value}"'


def _bool(value: bool) -> str:
    return "true" if value else "false"


#: Of a value that is there.
_TEXT: dict[Type, Callable[[Any], str]] = {
    "int64": int.__repr__,
    "float64": float.__repr__,
    "text": _ENCODER.encode,
    "bool": _bool,
    "date": _moment,
    "timestamp": _moment,
}
