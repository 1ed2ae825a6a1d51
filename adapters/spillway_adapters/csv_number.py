"""The number in a field, by the rules of the native reader (core/data/csv_number.h).

Engines' own readers do not know every spelling of a missing value or a number: spaces around it, a
word in another letter case, `+5`. If one fails on a file, its numbers are read as text and
converted here or by the same rules.
"""

from __future__ import annotations

import math
import re

from spillway_adapters.csv_plain import data_rows
from spillway_adapters.spec import Dataset

#: Of what Python's, and every engine's, own conversion takes; the rest is no number.
NUMBER = r"[+-]?(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?|inf|infinity)"
_NUMBER = re.compile(NUMBER, re.IGNORECASE | re.ASCII)


class Numbers:
    """Converts the texts of one dataset."""

    def __init__(self, dataset: Dataset) -> None:
        self._is_missing = dataset.is_missing
        self._decimal = dataset.decimal

    def __call__(self, text: str) -> float:
        """NaN for a missing value. ValueError names a text that is not a number."""
        if self._is_missing(text):
            return math.nan
        number = text.strip(" \t")
        if self._decimal != ".":
            number = number.replace(".", "x").replace(self._decimal, ".")
        if not _NUMBER.fullmatch(number):
            raise ValueError(f"Expected a number, found {text[:40]!r}.")
        return float(number)


def largest_value(column: str, dataset: Dataset) -> str:
    """A sentence that names the value of a numeric column farthest from 0, and its line."""
    if dataset.format != "csv":
        return f"The feature {column!r} is not finite, or has values too large to compute with."
    number, place = Numbers(dataset), dataset.names.index(column)
    largest, where = 0.0, ""
    for path in dataset.paths:
        for row in data_rows(path, dataset):
            value = abs(number(row.fields[place])) if place < len(row.fields) else 0.0
            if value > largest:
                largest, where = value, f"{path}, line {row.line}: {row.fields[place][:40]!r}"
            if math.isinf(largest):
                return f"The feature {column!r} is not finite in {where}."
    return f"The feature {column!r} has values too large to compute with, as in {where}."
