"""CSV files as DuckDB reads them: read_csv with the columns' types given."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from spillway_adapters import csv_plain, shape
from spillway_adapters import duckdb_literals as literals
from spillway_adapters.csv_number import NUMBER
from spillway_adapters.protocol import Run, RunError
from spillway_adapters.spec import Dataset

T = TypeVar("T")


def read(run: Run, work: Callable[[Source], T]) -> T:
    """Calls `work` with the run's dataset, whose numbers the reader parses; where it cannot, again
    with numbers that are read as text."""
    import duckdb

    columns = run.spec.workload.columns
    run.afterwards = lambda: check(run.spec.dataset)
    data = csv_plain.copied(run, csv_plain.SKIPS)
    try:
        return work(Source(data, columns))
    except (duckdb.ConversionException, duckdb.InvalidInputException) as failure:
        said = str(failure).split("\n")[0]
        run.log(f"Reading again, numbers as text, then as numbers, rows of any length: {said}")
        return work(Source(data, columns, as_text=True))


def check(data: Dataset) -> None:
    """DuckDB drops spaces before a quote, which are part of the field, and takes the quote as the
    beginning of a quoted field."""
    shape.check(data)
    quote = data.quote
    spaced = re.compile(rb" +" + re.escape(quote.encode()))
    for path in shape.with_quotes(data) if data.rows is None else []:
        for row in csv_plain.data_rows(path, data) if _found(spaced, path) else []:
            if any(
                text.startswith(" ") and text.lstrip(" ").startswith(quote) for text in row.fields
            ):
                raise RunError(
                    "unsupported",
                    f"{path}, line {row.line}: DuckDB leaves out the spaces before a quote.",
                )


def _found(pattern: re.Pattern[bytes], path: str) -> bool:
    with Path(path).open("rb") as file:
        return any(pattern.search(line) for line in file)


class Source:
    """A subquery for key, v0, v1, … over the dataset's files: a column of text, then numbers. These
    are parsed by the reader, to which an empty field is null and a word an error (a list of words
    would hold for the key, too); or, `as_text`, cast from text by the native reader's rules."""

    def __init__(self, data: Dataset, columns: list[str], *, as_text: bool = False) -> None:
        self._data = data
        self._as_text = as_text
        self._key, *self._values = data.places(columns)

    def query(self) -> str:
        names = [f"coalesce({literals.column(self._key)}, '') AS key"]
        for j, place in enumerate(self._values):
            column = literals.column(place)
            number = self._number(column) if self._as_text else column
            names.append(f"nullif({number}, 'nan'::DOUBLE) AS v{j}")
        return f"(SELECT {', '.join(names)} FROM {self._read()})"

    def _number(self, column: str) -> str:
        text = f"lower(trim({column}, ' \t'))"
        number = text
        if self._data.decimal != ".":
            number = f"replace(replace({text}, '.', 'x'), {literals.text(self._data.decimal)}, '.')"
        is_number = f"regexp_full_match({number}, {literals.text(NUMBER)})"
        refused = f"error('Expected a number, found ' || {column})"
        return (
            f"CASE WHEN {text} IN ({literals.texts(sorted(self._data.missing_words))}) THEN NULL"
            f" WHEN {is_number} THEN CAST({number} AS DOUBLE) ELSE {refused} END"
        )

    def _read(self) -> str:
        """Columns that are not needed are not parsed, only split off."""
        data = self._data
        (skip,) = csv_plain.by_lines_before(data)
        numbers = set() if self._as_text else set(self._values) - {self._key}
        types = ", ".join(
            f"{literals.text(place)}: {literals.text('DOUBLE' if place in numbers else 'VARCHAR')}"
            for place in data.all_places
        )
        options = [
            "auto_detect=false",
            f"columns={{{types}}}",
            "header=false",
            f"skip={skip}",
            f"delim={literals.text(data.delimiter)}",
            f"quote={literals.text(data.quote)}",
            f"escape={literals.text(data.quote)}",
            f"decimal_separator={literals.text(data.decimal)}",
            "nullstr=['']",
            "strict_mode=true",
            "compression='none'",
        ]
        if self._as_text:
            options.append(f"max_line_size={shape.LONGEST_ROW}")
        return f"read_csv({literals.files(data.paths)}, {', '.join(options)})"
