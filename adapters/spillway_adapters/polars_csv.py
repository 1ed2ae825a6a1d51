"""CSV files as Polars reads them: scan_csv with its schema given."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any, TypeVar

from spillway_adapters import csv_plain, shape
from spillway_adapters.csv_number import NUMBER
from spillway_adapters.protocol import Run
from spillway_adapters.spec import Dataset

#: Options of a file's dialect that the reader has itself.
OBEYS = ("header", "skip_rows", "comment")

T = TypeVar("T")


def read(run: Run, work: Callable[[Any], T]) -> T:
    """Calls `work` with a scan() of the run's dataset; where the reader cannot, again with numbers
    that are read as text, or with every quote as text."""
    import polars.exceptions

    run.afterwards = lambda: shape.check(run.spec.dataset, blank_lines=False)
    data = csv_plain.copied(run, OBEYS)
    try:
        return _read_twice(run, data, work)
    except polars.exceptions.PolarsError:
        if not csv_plain.quotes_are_text(data):
            raise
        run.log("No field is in quotes; reading again, with every quote as text.")
        return _read_twice(run, dataclasses.replace(data, quote=""), work)


def _read_twice(run: Run, data: Dataset, work: Callable[[Any], T]) -> T:
    import polars.exceptions

    columns = run.spec.workload.columns
    try:
        return work(scan(data, columns, as_text=False))
    except polars.exceptions.ComputeError:
        run.log("A numeric column may have words; reading its numbers as text, then as numbers.")
        return work(scan(data, columns, as_text=True))


def scan(data: Dataset, columns: list[str], *, as_text: bool) -> Any:  # noqa: ANN401 (imported late)
    """A column of text and numbers, named key, v0, v1, …; numbers parsed by the reader, which takes
    an empty field as null and refuses words (null_values would apply to the key as well); or,
    `as_text`, read as text, of which the native reader's words are null and its numbers are
    cast."""
    import polars as pl

    key, *places = data.places(columns)
    number = _as_number if as_text else _as_read
    values = [number(place, data).alias(f"v{j}") for j, place in enumerate(places)]
    numbers = set() if as_text else set(places) - {key}
    before = csv_plain.by_lines_before(data).items()
    files = [_read_csv(paths, lines, data, numbers) for lines, paths in before]
    return pl.concat(files).select(pl.col(key).alias("key"), *values)


def _as_read(place: str, _: Dataset) -> Any:  # noqa: ANN401
    import polars as pl

    return pl.col(place).fill_nan(None)


def _as_number(place: str, data: Dataset) -> Any:  # noqa: ANN401
    import polars as pl

    text = pl.col(place).str.strip_chars(" \t").str.to_lowercase()
    present = pl.when(~text.is_in(sorted(data.missing_words))).then(text)
    if data.decimal != ".":
        present = present.str.replace_all(".", "x", literal=True)
        present = present.str.replace(data.decimal, ".", literal=True)
    # Only what the native reader takes; a word that is none fails the cast, and is named.
    number = present.str.contains(f"^{NUMBER}$")
    kept = pl.when(number).then(present.str.strip_prefix("+")).otherwise("not a number: " + present)
    return kept.cast(pl.Float64, strict=True)


def _read_csv(paths: list[str], skip: int, data: Dataset, numbers: set[str]) -> Any:  # noqa: ANN401
    import polars as pl

    return pl.scan_csv(
        paths,
        # Columns go by position, whatever the first lines say.
        has_header=False,
        skip_lines=skip,
        separator=data.delimiter,
        quote_char=data.quote or None,
        comment_prefix=data.comment or None,
        decimal_comma=data.decimal == ",",
        schema={place: pl.Float64 if place in numbers else pl.String for place in data.all_places},
        empty_string_is_null=False,
        glob=False,
    )
