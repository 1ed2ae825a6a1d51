"""DuckDB, in memory, over read_csv with the columns' types given.

streamed: one query scans the files and aggregates. loaded: CREATE TEMP TABLE of the needed columns,
which spills beyond the memory limit, then the query over the table.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from spillway_adapters import csv_plain, groups, shape, system_error
from spillway_adapters.csv_number import NUMBER
from spillway_adapters.protocol import (
    Answer,
    Run,
    RunError,
    Unsupported,
    imported,
    serve,
    stoppable,
)
from spillway_adapters.spec import Dataset, Etl

#: Seconds between two looks at a running query.
LOOK_EVERY = 0.1
SETTINGS = ("threads", "memory_limit", "temp_directory", "preserve_insertion_order")


class DuckDB:
    name = "duckdb"
    package = "duckdb"
    libraries = ("numpy",)

    def __init__(self) -> None:
        self._connection: Any = None

    def start(self, run: Run) -> dict[str, Any]:
        spec = run.spec
        if not isinstance(spec.workload, Etl):
            raise Unsupported("DuckDB has no logistic regression.")
        duckdb = imported("duckdb")
        spill = spec.scratch / "duckdb"
        config = {
            "threads": spec.workers,
            "temp_directory": str(spill),
            "preserve_insertion_order": False,
        }
        if spec.engine_memory is not None:
            config["memory_limit"] = f"{spec.engine_memory}B"
        self._limited = spec.engine_memory is not None
        self._connection = duckdb.connect(":memory:", config=config)
        # query_progress() knows nothing without the bar, which nobody sees.
        self._connection.execute(
            "SET enable_progress_bar=true; SET enable_progress_bar_print=false"
        )
        ask = ", ".join(f"current_setting('{name}')" for name in SETTINGS)
        confirmed = self._connection.execute(f"SELECT {ask}").fetchone()
        return dict(zip(SETTINGS, confirmed, strict=True))

    def work(self, run: Run) -> Answer:
        workload = run.spec.workload
        assert isinstance(workload, Etl)
        import duckdb

        run.afterwards = lambda: _check(run.spec.dataset)
        data = csv_plain.copied(run, csv_plain.SKIPS)
        with _watched(run, self._connection):
            try:
                rows = self._means(run, workload, Source(data, workload))
            except (duckdb.ConversionException, duckdb.InvalidInputException) as failure:
                said = str(failure).split("\n")[0]
                run.log(
                    f"Reading again, numbers as text, then as numbers, rows of any length: {said}"
                )
                rows = self._means(run, workload, Source(data, workload, as_text=True))
        return partial(_result, run, workload, rows)

    def _means(self, run: Run, workload: Etl, source: Source) -> list[tuple[Any, ...]]:
        table = source.query()
        if workload.loaded:
            with run.phase("load"):
                self._ask(f"CREATE OR REPLACE TEMP TABLE loaded AS SELECT * FROM {table}")
            table = "loaded"
        with run.phase("compute"):
            return self._ask(_query(table, workload))

    def error_code(self, failure: Exception) -> str | None:
        import duckdb

        if isinstance(failure, duckdb.OutOfMemoryException):
            return "memory-limit" if self._limited else "out-of-memory"
        if isinstance(failure, duckdb.InvalidInputException | duckdb.ConversionException):
            return "data-unreadable"
        if isinstance(failure, duckdb.IOException):
            return system_error.code_in(str(failure), spelled=True) or "data-unreadable"
        return "data-unreadable" if isinstance(failure, OSError) else None

    def close(self, run: Run) -> None:
        if self._connection is not None:
            self._connection.close()  # Temporary files stay otherwise.

    def _ask(self, query: str) -> list[tuple[Any, ...]]:
        return stoppable(
            lambda: self._connection.execute(query).fetchall(), self._connection.interrupt
        )


def _check(data: Dataset) -> None:
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


# --- SQL -----------------------------------------------------------------------------------------


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _texts(values: Iterable[str]) -> str:
    return ", ".join(_text(value) for value in values)


class Source:
    """A subquery for key, v0, v1, … over the dataset's files. Numbers are parsed by the reader, to
    which an empty field is null and a word an error (a list of words would hold for the key, too);
    or, `as_text`, cast from text by the native reader's rules."""

    def __init__(self, data: Dataset, workload: Etl, *, as_text: bool = False) -> None:
        self._data = data
        self._as_text = as_text
        self._key, *self._values = data.places(workload.columns)

    def query(self) -> str:
        names = [f"coalesce({_column(self._key)}, '') AS key"]
        for j, place in enumerate(self._values):
            number = self._number(_column(place)) if self._as_text else _column(place)
            names.append(f"nullif({number}, 'nan'::DOUBLE) AS v{j}")
        return f"(SELECT {', '.join(names)} FROM {self._read()})"

    def _number(self, column: str) -> str:
        text = f"lower(trim({column}, ' \t'))"
        number = text
        if self._data.decimal != ".":
            number = f"replace(replace({text}, '.', 'x'), {_text(self._data.decimal)}, '.')"
        is_number = f"regexp_full_match({number}, {_text(NUMBER)})"
        refused = f"error('Expected a number, found ' || {column})"
        return (
            f"CASE WHEN {text} IN ({_texts(sorted(self._data.missing_words))}) THEN NULL"
            f" WHEN {is_number} THEN CAST({number} AS DOUBLE) ELSE {refused} END"
        )

    def _read(self) -> str:
        """Columns that are not needed are not parsed, only split off."""
        data = self._data
        (skip,) = csv_plain.by_lines_before(data)
        numbers = set() if self._as_text else set(self._values) - {self._key}
        types = ", ".join(
            f"{_text(place)}: {_text('DOUBLE' if place in numbers else 'VARCHAR')}"
            for place in data.all_places
        )
        options = [
            "auto_detect=false",
            f"columns={{{types}}}",
            "header=false",
            f"skip={skip}",
            f"delim={_text(data.delimiter)}",
            f"quote={_text(data.quote)}",
            f"escape={_text(data.quote)}",
            f"decimal_separator={_text(data.decimal)}",
            "nullstr=['']",
            "strict_mode=true",
            "compression='none'",
        ]
        if self._as_text:
            options.append(f"max_line_size={shape.LONGEST_ROW}")
        return f"read_csv([{_texts(map(_literal, data.paths))}], {', '.join(options)})"


def _column(place: str) -> str:
    return f'"{place}"'


def _literal(path: str) -> str:
    """The path as a pattern that matches nothing else."""
    return "".join(f"[{byte}]" if byte in "*?[" else byte for byte in path)


def _query(table: str, workload: Etl) -> str:
    columns = "".join(f", avg(v{j}), count(v{j})" for j in range(len(workload.values)))
    return f"SELECT key, count(*){columns} FROM {table} GROUP BY key"


# --- Figures -------------------------------------------------------------------------------------


def _result(run: Run, workload: Etl, rows: list[tuple[Any, ...]]) -> dict[str, Any]:
    total = sum(row[1] for row in rows)
    present = [sum(row[3 + 2 * j] for row in rows) for j in range(len(workload.values))]
    means = ((row[0], row[1], [_number(mean) for mean in row[2::2]]) for row in rows)
    run.counters(final=True, rows=total)
    missing = groups.missing_counts(total, present)
    return groups.etl_result(means, workload.values, missing, run.spec.scratch)


def _number(mean: float | None) -> float:
    return float("nan") if mean is None else mean


@contextmanager
def _watched(run: Run, connection: Any) -> Iterator[None]:  # noqa: ANN401 (imported late)
    """Reports the query's progress and the size of temporary files, from DuckDB's own figures."""
    over = threading.Event()
    own = connection.cursor()

    def look() -> None:
        spilled = 0
        while not over.wait(LOOK_EVERY):
            percent = connection.query_progress()
            if percent >= 0:
                run.progress(int(percent), 100, "percent")
            size = own.execute("SELECT sum(size) FROM duckdb_temporary_files()").fetchone()[0]
            spilled = max(spilled, int(size or 0))
            run.counters(spilled_bytes=spilled)

    watcher = threading.Thread(target=look, name="watch", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()
        own.close()


if __name__ == "__main__":
    serve(DuckDB())
