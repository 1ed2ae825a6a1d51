"""Dates, timestamps and truth values among the columns of CSV files that the host takes for text.

The host guesses numbers and text; only queries and Parquet files have more types.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence

from spillway_adapters import csv_sample
from spillway_adapters.moments import read_moment
from spillway_adapters.spec import STANDARD_MISSING

_ZONED = re.compile(r"(.{10}[ T]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?)(?:Z|[+-]\d\d:?\d\d)?")


def guessed(
    paths: Sequence[str],
    dialect: csv_sample.Dialect,
    columns: Mapping[str, str],
    missing: Iterable[str] | None,
) -> dict[str, str]:
    """The columns of type "text", of all of the files' by their types, that seem to be "boolean",
    "date" or "timestamp"; `missing` as in a specification."""
    if "text" not in columns.values():
        return {}
    try:
        rows = csv_sample.ends(paths, dialect, len(columns))
    except (OSError, UnicodeError, LookupError, csv.Error):
        return {}  # The host tells what is wrong with a file.
    words = {word.lower() for word in (STANDARD_MISSING if missing is None else missing)}
    found: dict[str, str] = {}
    for place, (name, kind) in enumerate(columns.items()):
        if kind != "text":
            continue
        values = {row[place].strip() for row in rows} - {""}
        guess = _kind({value for value in values if value.lower() not in words})
        if guess:
            found[name] = guess
    return found


def _kind(values: set[str]) -> str | None:
    if not values:
        return None
    if all(value.lower() in ("true", "false") for value in values):
        return "boolean"
    if all(read_moment(value, "date") for value in values):
        return "date"
    times = [_ZONED.fullmatch(value) for value in values]
    if all(t and read_moment(t[1], "timestamp") for t in times):
        return "timestamp"
    return None
