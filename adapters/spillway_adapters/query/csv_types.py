"""Dates, timestamps and truth values among the columns of CSV files that the host takes for text.

The host guesses numbers and text. What is guessed here goes into the job's one spelling, so that a
run reads what was planned; a type that the job names itself is never guessed.
"""

from __future__ import annotations

import csv
import dataclasses
import re

from spillway_adapters.query import csv_sample
from spillway_adapters.query.language import Input, Type
from spillway_adapters.query.literals import read_moment
from spillway_adapters.spec import STANDARD_MISSING

_TIMESTAMP = re.compile(r"(.{10}[ T]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?)(?:Z|[+-]\d\d:?\d\d)?")


def typed(table: Input) -> tuple[Input, dict[str, Type]]:
    """The input with the types that its text columns seem to have, and which these are."""
    if table.csv is None or "text" not in table.columns.values():
        return table, {}
    try:
        rows = csv_sample.ends(table)
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
