"""DuckDB, in memory, over read_csv with the columns' types given.

streamed: one query scans the files and aggregates. loaded: CREATE TEMP TABLE of the needed columns,
which spills beyond the memory limit, then the query over the table.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from spillway_adapters import groups
from spillway_adapters.protocol import Answer, Run, Unsupported, imported, serve, stoppable
from spillway_adapters.spec import MISSING, Dataset, Etl

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

        with _watched(run, self._connection):
            try:
                rows = self._means(run, workload, [""])
            except duckdb.ConversionException:
                run.log("A numeric column has words; reading again, with words for missing values.")
                rows = self._means(run, workload, MISSING)
                if any(row[0] is None for row in rows):
                    rows = [row for row in rows if row[0] is not None]
                    source = _source_of_words(run.spec.dataset, workload)
                    rows += self._ask(_query(source, workload))
        return partial(_result, run, workload, rows)

    def _means(self, run: Run, workload: Etl, nothing: list[str]) -> list[tuple[Any, ...]]:
        source = _source(run.spec.dataset, workload, nothing)
        if workload.loaded:
            with run.phase("load"):
                self._ask(f"CREATE OR REPLACE TEMP TABLE loaded AS SELECT * FROM {source}")
            source = "loaded"
        with run.phase("compute"):
            return self._ask(_query(source, workload))

    def error_code(self, failure: Exception) -> str | None:
        import duckdb

        if isinstance(failure, duckdb.OutOfMemoryException):
            return "memory-limit" if self._limited else "out-of-memory"
        if isinstance(failure, duckdb.InvalidInputException | duckdb.ConversionException):
            return "data-unreadable"
        if isinstance(failure, duckdb.IOException):
            return "no-space" if "No space left" in str(failure) else "data-unreadable"
        return None

    def close(self, run: Run) -> None:
        if self._connection is not None:
            self._connection.close()  # Temporary files stay otherwise.

    def _ask(self, query: str) -> list[tuple[Any, ...]]:
        return stoppable(
            lambda: self._connection.execute(query).fetchall(), self._connection.interrupt
        )


# --- SQL -----------------------------------------------------------------------------------------


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _texts(values: Iterable[str]) -> str:
    return ", ".join(_text(value) for value in values)


def _source(data: Dataset, workload: Etl, nothing: list[str]) -> str:
    """A subquery for key, v0, v1, …; a field that is a word of `nothing` is NULL. With the empty
    word only every key comes out as it is in the file; with more words a key that is one of them is
    NULL (force_not_null, which should prevent it, makes it empty in DuckDB 2.0)."""
    key = _quoted(workload.group_by)
    names = [f"coalesce({key}, '')" if nothing == [""] else key]
    names += [f"nullif({_quoted(name)}, 'nan'::DOUBLE)" for name in workload.values]
    return _select(names, _read_csv(data, set(workload.values) - {workload.group_by}, nothing))


def _source_of_words(data: Dataset, workload: Etl) -> str:
    """The same for rows whose key is a word for missing values. All is read as text."""
    names = [_quoted(workload.group_by), *(_number_of(_quoted(name)) for name in workload.values)]
    file = _read_csv(data, set(), ["\x01"])
    return _select(names, f"{file} WHERE {_quoted(workload.group_by)} IN ({_texts(MISSING)})")


def _select(names: list[str], file: str) -> str:
    columns = [f"{name} AS {f'v{j - 1}' if j else 'key'}" for j, name in enumerate(names)]
    return f"(SELECT {', '.join(columns)} FROM {file})"


def _number_of(text: str) -> str:
    return (
        f"CASE WHEN {text} IN ({_texts(MISSING)}) THEN NULL ELSE"
        f" coalesce(TRY_CAST({text} AS DOUBLE), error({text} || ' is no number')) END"
    )


def _read_csv(data: Dataset, numbers: set[str], nothing: list[str]) -> str:
    """Columns that are not needed are not parsed, only split off."""
    types = ", ".join(
        f"{_text(name)}: {_text('DOUBLE' if name in numbers else 'VARCHAR')}" for name in data.names
    )
    options = [
        "auto_detect=false",
        f"columns={{{types}}}",
        f"header={str(data.header).lower()}",
        f"delim={_text(data.delimiter)}",
        f"quote={_text(data.quote)}",
        f"escape={_text(data.quote)}",
        f"nullstr=[{_texts(nothing)}]",
        "strict_mode=true",
    ]
    return f"read_csv([{_texts(_literal(path) for path in data.paths)}], {', '.join(options)})"


def _literal(path: str) -> str:
    """The path as a pattern that matches nothing else."""
    return "".join(f"[{byte}]" if byte in "*?[" else byte for byte in path)


def _query(source: str, workload: Etl) -> str:
    columns = "".join(f", avg(v{j}), count(v{j})" for j in range(len(workload.values)))
    return f"SELECT key, count(*){columns} FROM {source} GROUP BY key"


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
    """Reports the query's progress and what lies in temporary files, as DuckDB tells it."""
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
