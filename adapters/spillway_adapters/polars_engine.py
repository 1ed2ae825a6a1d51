"""Polars: scan_csv with its schema given, on the streaming engine.

streamed: one lazy query scans and aggregates. loaded: the needed columns are collected into a
DataFrame first, which Polars cannot spill, then aggregated.
"""

from __future__ import annotations

import dataclasses
import os
import re
import threading
from functools import partial
from typing import Any

from spillway_adapters import csv_plain, groups, shape, system_error
from spillway_adapters.csv_number import NUMBER
from spillway_adapters.protocol import Answer, Run, Unsupported, serve, stoppable
from spillway_adapters.spec import Dataset, Etl

MEBIBYTE = 1 << 20
MEGABYTE = 1_000_000
#: Options of a file's dialect that Polars' reader has itself.
OBEYS = ("header", "skip_rows", "comment")
#: Seconds in which the last of them are read; a process that has its pipe could keep it open.
LAST_WORDS_WITHIN = 5.0
SPILLED = re.compile(rb"file_mb\(written=([0-9.]+), read=([0-9.]+)\)")


class Polars:
    name = "polars"
    package = "polars"
    libraries = ()

    def __init__(self) -> None:
        self._counting: SpillCount | None = None

    def start(self, run: Run) -> dict[str, Any]:
        spec = run.spec
        if not isinstance(spec.workload, Etl):
            raise Unsupported("Polars has no logistic regression.")
        # Polars reads its settings when it is imported.
        os.environ["POLARS_MAX_THREADS"] = str(spec.workers)
        spill = spec.scratch / "polars"
        spill.mkdir()
        os.environ["POLARS_OOC_SPILL_DIR"] = str(spill)
        budget = "none"
        if spec.engine_memory is not None:
            budget = str(max(spec.engine_memory // MEBIBYTE, 1))
            os.environ["POLARS_OOC_MEMORY_BUDGET_MB"] = budget
            os.environ["POLARS_OOC_LOG_METRICS"] = "1"
            self._counting = SpillCount(run)
        import polars

        return {
            "threads": polars.thread_pool_size(),
            "engine": "streaming",
            "memory_budget_mb": budget,
            "spill_dir": spill,
        }

    def work(self, run: Run) -> Answer:
        workload = run.spec.workload
        assert isinstance(workload, Etl)
        run.afterwards = lambda: self._after(run)
        import polars.exceptions

        data = csv_plain.copied(run, OBEYS)
        try:
            table = _read_twice(run, workload, data)
        except polars.exceptions.PolarsError:
            if not csv_plain.quotes_are_text(data):
                raise
            run.log("No field is in quotes; reading again, with every quote as text.")
            table = _read_twice(run, workload, dataclasses.replace(data, quote=""))
        return partial(_result, run, workload, table)

    def _after(self, run: Run) -> None:
        if self._counting is not None:
            self._counting.finish()
        shape.check(run.spec.dataset, blank_lines=False)

    def error_code(self, failure: Exception) -> str | None:
        import polars.exceptions as known

        if isinstance(failure, known.PolarsError | OSError):
            return system_error.code_in(str(failure)) or "data-unreadable"
        return None

    def close(self, run: Run) -> None:
        pass


# --- Figures -------------------------------------------------------------------------------------


class SpillCount:
    """Polars reports what it spilled only on stderr, at the end of each operator: descriptor 2 goes
    through a pipe, and everything is passed on unchanged."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._source, sink = os.pipe()
        self._onward = os.dup(2)
        os.dup2(sink, 2)
        os.close(sink)
        self._reader = threading.Thread(target=self._read, name="stderr", daemon=True)
        self._reader.start()

    def finish(self) -> None:
        """Counts what was reported so far and restores descriptor 2."""
        os.dup2(self._onward, 2)
        self._reader.join(LAST_WORDS_WITHIN)

    def _read(self) -> None:
        written = restored = 0
        with open(self._source, "rb") as lines:  # noqa: PTH123 (a descriptor)
            for line in lines:
                os.write(self._onward, line)
                if found := SPILLED.search(line):
                    written += int(float(found[1]) * MEGABYTE)
                    restored += int(float(found[2]) * MEGABYTE)
                    self._run.counters(final=True, spilled_bytes=written, restored_bytes=restored)


# --- Queries -------------------------------------------------------------------------------------


def _scan(data: Dataset, workload: Etl, *, as_text: bool) -> Any:  # noqa: ANN401 (imported late)
    """The needed columns, named key, v0, v1, …, numbers parsed by the reader, which takes an empty
    field as null and refuses words (null_values would apply to the key as well); or, `as_text`,
    read as text, of which the native reader's words are null and its numbers are cast."""
    import polars as pl

    key, *places = data.places(workload.columns)
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


def _read_twice(run: Run, workload: Etl, data: Dataset) -> Any:  # noqa: ANN401
    import polars.exceptions

    try:
        return _means(run, workload, _scan(data, workload, as_text=False))
    except polars.exceptions.ComputeError:
        run.log("A numeric column may have words; reading its numbers as text, then as numbers.")
        return _means(run, workload, _scan(data, workload, as_text=True))


def _means(run: Run, workload: Etl, scan: Any) -> Any:  # noqa: ANN401
    """A row a group: key, rows, mean0, present0, …"""
    import polars as pl

    if workload.loaded:
        with run.phase("load"):
            scan = stoppable(lambda: scan.collect(engine="streaming")).lazy()
    columns = [pl.len().alias("rows")]
    for j in range(len(workload.values)):
        columns += [pl.mean(f"v{j}").alias(f"mean{j}"), pl.count(f"v{j}").alias(f"present{j}")]
    with run.phase("compute"):
        query = scan.group_by("key").agg(columns)
        return stoppable(lambda: query.collect(engine="streaming"))


def _result(run: Run, workload: Etl, table: Any) -> dict[str, Any]:  # noqa: ANN401
    columns = range(len(workload.values))
    total = table["rows"].sum()
    present = [table[f"present{j}"].sum() for j in columns]
    means = zip(*(table[f"mean{j}"].fill_null(float("nan")) for j in columns), strict=True)
    rows = zip(table["key"], table["rows"], means, strict=True)
    run.counters(final=True, rows=total)
    missing = groups.missing_counts(total, present)
    return groups.etl_result(rows, workload.values, missing, run.spec.scratch)


if __name__ == "__main__":
    serve(Polars())
