"""Columns of CSV files in which numbers, dates or truth values are not all written plainly: NA is
among them, or spaces, or an empty field in quotes. Engines' readers do not take these for what the
language says (docs/workloads/query.md), so a program reads such columns as text and casts them.

Which columns these are is seen in a sample, by the planner and by a run alike. What the sample
misses makes the reader fail, and the run reads all as text (program.py). The sample shows as well
whether there are empty texts in quotes, which some readers do not tell from empty fields.
"""

from __future__ import annotations

import csv
import dataclasses
import re

from spillway_adapters import csv_sample
from spillway_adapters.query.language import Csv, Input, Job, Type

_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_TIME = r"[ T][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?"
#: What the readers of all engines take for the same value, when one of these fits a whole column.
_PLAIN: dict[Type, tuple[str, ...]] = {
    "int64": (r"-?[0-9]+",),
    "float64": (r"-?[0-9]*\.?[0-9]+([eE][+-]?[0-9]+)?",),
    "bool": (r"true|false|True|False|TRUE|FALSE",),
    "date": (_DAY,),
    "timestamp": (rf"{_DAY}({_TIME})?", rf"{_DAY}{_TIME}(Z|[+-][0-9]{{2}}:?[0-9]{{2}})"),
}


def looked_at(job: Job) -> Job:
    """The job with `as_text` and `empty_texts` of its CSV inputs."""
    inputs = {name: _seen(table) if table.csv else table for name, table in job.inputs.items()}
    return dataclasses.replace(job, inputs=inputs)


def _seen(table: Input) -> Input:
    assert table.csv is not None
    columns = list(table.columns)
    places = {name: columns.index(name) for name in table.used}
    texts = [places[name] for name in table.used if table.columns[name] == "text"]
    #: By the place of a column: the ways of writing that are left.
    ways = {
        places[name]: _ways(table.columns[name], table.csv)
        for name in table.used
        if table.columns[name] != "text"
    }
    empty_texts = False
    try:
        for rows in csv_sample.spread(table.paths, table.csv, len(columns)):
            for place, plain in ways.items():
                values = {row[place] for row in rows} - {""} if plain else set()
                ways[place] = [way for way in plain if all(map(way.fullmatch, values))]
            empty_texts = empty_texts or any(
                row[place] == csv_sample.EMPTY_IN_QUOTES for place in texts for row in rows
            )
    except (OSError, UnicodeError, LookupError, csv.Error):
        return table  # The host tells what is wrong with a file.
    as_text = tuple(columns[place] for place, plain in ways.items() if not plain)
    return dataclasses.replace(table, as_text=as_text, empty_texts=empty_texts)


def _ways(kind: Type, dialect: Csv) -> list[re.Pattern[str]]:
    patterns = _PLAIN[kind]
    if kind == "float64":
        patterns = tuple(each.replace(r"\.", re.escape(dialect.decimal)) for each in patterns)
    return [re.compile(pattern) for pattern in patterns]
