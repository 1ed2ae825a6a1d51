"""Dates, timestamps and truth values among the columns of CSV files that the host takes for text.

The host guesses numbers and text. What is guessed here goes into the job's one spelling, so that a
run reads what was planned; a type that the job names itself is never guessed.
"""

from __future__ import annotations

import csv
import dataclasses
import io
import re
from pathlib import Path

from spillway_adapters.query.language import Csv, Input, Type
from spillway_adapters.query.literals import read_moment
from spillway_adapters.spec import STANDARD_MISSING

#: Of the beginning of the first file and of the end of the last.
SAMPLE_BYTES = 256 * 1024

_TIMESTAMP = re.compile(r"(.{10}[ T]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?)(?:Z|[+-]\d\d:?\d\d)?")


def typed(table: Input) -> tuple[Input, dict[str, Type]]:
    """The input with the types that its text columns seem to have, and which these are."""
    if table.csv is None or "text" not in table.columns.values():
        return table, {}
    try:
        rows = _sample(table, table.csv)
    except (OSError, UnicodeError, LookupError, csv.Error):
        return table, {}  # The host tells what is wrong with a file.
    missing = STANDARD_MISSING if table.csv.missing is None else table.csv.missing
    words = {word.lower() for word in missing}
    found: dict[str, Type] = {}
    for place, (name, kind) in enumerate(table.columns.items()):
        if kind != "text":
            continue
        values = {row[place].strip() for row in rows} - {""}
        guess = _kind({value for value in values if value.lower() not in words})
        if guess:
            found[name] = guess
    return dataclasses.replace(table, columns={**table.columns, **found}), found


def _sample(table: Input, dialect: Csv) -> list[list[str]]:
    """Whole rows with as many fields as there are columns."""
    first, last = Path(table.paths[0]), Path(table.paths[-1])
    with first.open("rb") as file:
        head = file.read(SAMPLE_BYTES)
        whole = not file.read(1)
    with last.open("rb") as file:
        size = file.seek(0, io.SEEK_END)
        file.seek(max(0, size - SAMPLE_BYTES))
        # A part of a line at the beginning, perhaps inside quotes: rows of another width go.
        tail = b"" if whole and first == last else file.read().split(b"\n", 1)[-1]
    if not whole:
        head = head.rsplit(b"\n", 1)[0]
    lines = _lines(head, dialect)[dialect.skip_rows :]
    rows = _rows(lines, dialect)[int(dialect.header) :]
    rows += _rows(_lines(tail, dialect), dialect)
    return [row for row in rows if len(row) == len(table.columns)]


def _lines(data: bytes, dialect: Csv) -> list[str]:
    encoding = "utf-8-sig" if dialect.encoding == "utf-8" else dialect.encoding
    return data.decode(encoding, "replace").splitlines(keepends=True)


def _rows(lines: list[str], dialect: Csv) -> list[list[str]]:
    kept = [x for x in lines if not (dialect.comment and x.startswith(dialect.comment))]
    quoting = csv.QUOTE_MINIMAL if dialect.quote else csv.QUOTE_NONE
    quote = dialect.quote or None
    return [*csv.reader(kept, delimiter=dialect.delimiter, quotechar=quote, quoting=quoting)]


def _kind(values: set[str]) -> Type | None:
    if not values:
        return None
    if all(value.lower() in ("true", "false") for value in values):
        return "bool"
    if all(read_moment(value, "date") for value in values):
        return "date"
    times = [_TIMESTAMP.fullmatch(value) for value in values]
    if all(t and read_moment(t[1], "timestamp") for t in times):
        return "timestamp"
    return None
