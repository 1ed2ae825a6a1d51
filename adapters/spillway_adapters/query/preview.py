"""The first rows of a query's result, or of what comes out of one of its steps, while it is typed.

The query that DuckDB is measured with reads the first rows of every table instead of the tables:
copies in the working directory, and DuckDB is let at nothing else. Memory, time and rows are
bounded. Runs in DuckDB's environment; the job is in the form that the planner has given it.

The request has "workload" and "inputs" as planning.py has them, and "step": which of the planner's
steps, from 0; absent: the result. The answer is one of

    {"columns": [{"name", "type"}], "rows": [[…], …], "more": whether there are further rows,
     "tables": [{"name", "rows", "whole": whether these are all of its rows}], "version": text}
    {"error": {"message", "remedy"}}

with cells as in a result's rows, texts cut to MOST_LETTERS.
"""

from __future__ import annotations

import dataclasses
import glob
import resource
import threading
from pathlib import Path
from typing import Any

from spillway_adapters import csv_plain, spec
from spillway_adapters.protocol import RunError
from spillway_adapters.query import csv_numbers, duckdb_sql, program
from spillway_adapters.query import duckdb as compiler
from spillway_adapters.query import job as jobs
from spillway_adapters.query import table as tables
from spillway_adapters.query.bad_job import BadJob
from spillway_adapters.query.inputs import inputs_of
from spillway_adapters.query.language import Csv, Input, Job, Limit, Refused, Settings
from spillway_adapters.query.strict_json import loads

#: Of each table.
SAMPLED_ROWS = 10_000
SAMPLED_BYTES = 16 << 20
SHOWN_ROWS = 20
MOST_LETTERS = 500
MEMORY = 512 << 20
#: Seconds until the query is interrupted, and of processor time until the system ends the process.
LONGEST = 5
LONGEST_PROCESSOR = 20


def prepare() -> None:
    """Imports what answers need."""
    import duckdb  # noqa: F401


def answer(request: dict[str, Any]) -> dict[str, Any]:
    resource.setrlimit(resource.RLIMIT_CPU, (LONGEST_PROCESSOR, LONGEST_PROCESSOR + 1))
    try:
        job = jobs.parse(
            loads(request["workload"]["job"]), inputs_of(spec.tables_of(request["inputs"]))
        )
        return _rows(_until(job, request.get("step")))
    except (BadJob, Refused) as bad:
        return _error(str(bad))
    except RunError as failure:
        return _error(str(failure), failure.remedy)


def _error(message: str, remedy: str = "") -> dict[str, Any]:
    return {"error": {"message": message, "remedy": remedy}}


def _until(job: Job, step: int | None) -> Job:
    """The job that ends with the step, and writes nothing."""
    job = csv_numbers.looked_at(dataclasses.replace(job, output=None))
    if step is None:
        return job
    let = {}
    for name, steps in job.let.items():
        if step < len(steps):
            return dataclasses.replace(job, let=let, steps=steps[: step + 1])
        let[name] = steps
        step -= len(steps)
    return dataclasses.replace(job, steps=job.steps[: step + 1])


def _cut(job: Job) -> Job:
    """One row more than are shown, to know whether there are more."""
    last = job.steps[-1]
    if isinstance(last, Limit):
        fewer = dataclasses.replace(last, rows=min(last.rows, SHOWN_ROWS + 1))
        return dataclasses.replace(job, steps=(*job.steps[:-1], fewer))
    limit = Limit(schema=last.schema, place="", rows=SHOWN_ROWS + 1)
    return dataclasses.replace(job, steps=(*job.steps, limit))


def _rows(job: Job) -> dict[str, Any]:
    import duckdb

    read = _read(job)
    inputs, sampled = {}, []
    for place, (name, table) in enumerate(job.inputs.items()):
        if name not in read:
            inputs[name] = dataclasses.replace(table, paths=())
            continue
        inputs[name], rows, whole = _sample(table, Path.cwd() / f"sample-{place}")
        sampled.append({"name": name, "rows": rows, "whole": whole})
    cut = _cut(dataclasses.replace(job, inputs=inputs))
    try:
        found = _found(cut)
    except duckdb.OutOfMemoryException:
        return _error("These rows take more than 512 MB of memory.")
    except duckdb.InterruptException:
        return _error(f"These rows take longer than {LONGEST} s.")
    except duckdb.Error as failure:
        return _error(compiler.words(failure) or str(failure).split("\n")[0][:MOST_LETTERS])
    return {
        "columns": [{"name": name, "type": kind} for name, kind in job.schema.items()],
        "rows": [[_shown(cell) for cell in row] for row in found[:SHOWN_ROWS]],
        "more": len(found) > SHOWN_ROWS,
        "tables": sampled,
        "version": duckdb.__version__,
    }


def _read(job: Job) -> set[str]:
    """Tables that the steps read: those of a step in the middle may be fewer."""
    _, query = compiler.statement(job, _settings())
    return {name for name in job.inputs if f"${name}" in query}


def _settings(numbers_as_text: bool = False) -> Settings:
    return Settings("default", 1, MEMORY, numbers_as_text=numbers_as_text)


def _shown(cell: Any) -> Any:  # noqa: ANN401 (a cell)
    if isinstance(cell, str) and len(cell) > MOST_LETTERS:
        return cell[: MOST_LETTERS - 1] + "…"
    return cell


def _found(job: Job) -> list[tables.Row]:
    import duckdb

    try:
        return _ran(job, _settings())
    except (duckdb.ConversionException, duckdb.InvalidInputException) as failure:
        if compiler.words(failure) is not None:
            raise
        return _ran(job, _settings(numbers_as_text=True))


def _ran(job: Job, settings: Settings) -> list[tables.Row]:
    import duckdb

    macros, query = compiler.statement(job, settings)
    files = {n: [glob.escape(path) for path in t.paths] for n, t in job.inputs.items() if t.paths}
    folder = duckdb_sql.literal(str(Path.cwd()))
    with duckdb.connect(":memory:", config={"threads": 1, "temp_directory": ""}) as connection:
        for setting in (
            f"memory_limit = '{MEMORY}B'",
            "TimeZone = 'UTC'",
            f"allowed_directories = [{folder}]",
            "enable_external_access = false",
        ):
            connection.execute(f"SET {setting}")
        if macros:
            connection.execute(macros)
        connection.execute("SET lock_configuration = true")
        clock = threading.Timer(LONGEST, connection.interrupt)
        clock.start()
        try:
            return list(tables.rows(connection.sql(query, params=files), job.schema))
        finally:
            clock.cancel()


# --- The first rows ------------------------------------------------------------------------------


def _sample(table: Input, to: Path) -> tuple[Input, int, bool]:
    """The table of its first rows, how many these are, and whether they are all."""
    return _parquet(table, to) if table.format == "parquet" else _csv(table, to)


def _csv(table: Input, to: Path) -> tuple[Input, int, bool]:
    """In plain CSV, whatever the dialect: words for missing values and decimals stay."""
    data = program.dataset(table)
    assert table.csv is not None
    rows, size, whole = 0, 0, True
    with to.open("wb") as sink:
        for path in table.paths:
            for row in csv_plain.data_rows(path, data):
                if rows == SAMPLED_ROWS or size > SAMPLED_BYTES:
                    whole = False
                    break
                content = csv_plain.decoded(row.content, data.encoding).encode()
                size += sink.write(content if content.endswith(b"\n") else content + b"\n")
                rows += bool(row.fields)
    # What was seen of the whole file holds for a part of it.
    plain = Csv(
        delimiter=table.csv.delimiter,
        quote=table.csv.quote,
        header=False,
        decimal=table.csv.decimal,
        missing=table.csv.missing,
    )
    return dataclasses.replace(table, paths=(str(to),), csv=plain), rows, whole


def _parquet(table: Input, to: Path) -> tuple[Input, int, bool]:
    """One file, in which columns that were folders' names are columns."""
    import duckdb

    literal, name = duckdb_sql.literal, duckdb_sql.name
    hive = ""
    if table.hive:
        types = (f"{literal(c)}: {duckdb_sql.TYPES[table.columns[c]]}" for c in table.hive)
        hive = f", hive_partitioning = true, hive_types = {{{', '.join(types)}}}"
    used = ", ".join(map(name, table.used)) or "1 AS one"
    paths = ", ".join(map(literal, table.paths))
    query = f"SELECT {used} FROM read_parquet([{paths}]{hive}) LIMIT {SAMPLED_ROWS + 1}"
    with duckdb.connect(":memory:") as connection:
        connection.execute(f"SET memory_limit = '{MEMORY}B'")
        connection.execute("SET threads = 1")
        connection.execute(f"CREATE TABLE sample AS {query}")
        (count,) = connection.execute("SELECT count(*) FROM sample").fetchall()[0]
        first = f"SELECT * FROM sample LIMIT {SAMPLED_ROWS}"
        connection.execute(f"COPY ({first}) TO {literal(str(to))} (FORMAT parquet)")
    columns = {c: table.columns[c] for c in table.used}
    sample = dataclasses.replace(table, paths=(str(to),), columns=columns, hive=())
    return sample, min(count, SAMPLED_ROWS), count <= SAMPLED_ROWS
