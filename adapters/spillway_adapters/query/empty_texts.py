"""Empty texts in quotes that a reader took for empty fields, which are null.

A program reads them right where the look at the files has seen one (csv_numbers.py). What it has
missed is found after a run, by reading the whole file: the run then ends with the line instead of a
wrong answer. Files with a manifest of Spillway's own have none.
"""

from __future__ import annotations

from pathlib import Path

from spillway_adapters import csv_plain, csv_sample
from spillway_adapters.protocol import RunError
from spillway_adapters.query.language import Input
from spillway_adapters.query.program import dataset

PIECE = 1 << 20


def check(table: Input, reader: str) -> None:
    """`reader`: what it is called that took them for null."""
    form, data = table.csv, dataset(table)
    texts = [i for i, name in enumerate(table.columns) if _is_used_text(table, name)]
    if form is None or not form.quote or table.rows is not None or not texts:
        return
    quotes = form.quote.encode() * 2
    for path in table.paths:
        if not _holds(path, quotes):
            continue
        for row in csv_plain.data_rows(path, data):
            if quotes not in row.content:
                continue
            (fields,) = csv_sample.fields(row.content.decode("latin-1"), form)
            if any(fields[place] == csv_sample.EMPTY_IN_QUOTES for place in texts):
                raise RunError(
                    "unsupported",
                    f"{path}, line {row.line}: an empty text in quotes, which {reader} takes for an"
                    " empty field. Planning looks at parts of a large file, and has seen none.",
                    "Give the file as Parquet, or take another engine.",
                )


def _is_used_text(table: Input, name: str) -> bool:
    return table.columns[name] == "text" and name in table.used


def _holds(path: str, mark: bytes) -> bool:
    with Path(path).open("rb", buffering=0) as file:
        last = b""
        while content := file.read(PIECE):
            if mark in last + content:
                return True
            last = content[1 - len(mark) :]
    return False
