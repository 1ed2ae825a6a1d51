"""A query job as one SQL statement for DuckDB."""

from __future__ import annotations

import dataclasses
import glob
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from spillway_adapters import csv_plain
from spillway_adapters.protocol import Answer, Run
from spillway_adapters.query import as_typed, csv_numbers, language, program
from spillway_adapters.query.duckdb_code import Program
from spillway_adapters.query.duckdb_sql import laid_out, literal, name
from spillway_adapters.query.language import Settings

if TYPE_CHECKING:
    from spillway_adapters.duckdb_engine import Session

#: The profile whose answer the others are compared with.
ORACLE = "oracle"


def compile(job: language.Job, settings: Settings) -> str:
    """The program's text. Refused where DuckDB cannot."""
    return Program(job, settings).text()


def statement(job: language.Job, settings: Settings) -> tuple[str, str]:
    """What the program has DuckDB do: its macros and its query, whose parameters are the patterns
    of each table's files."""
    made = Program(job, settings)
    query = made.query()
    return laid_out(made.macros()), laid_out(query)


class Job:
    def __init__(self, run: Run) -> None:
        self._program = program.of(run, compile)
        self._sql = run.spec.workload.sql if run.spec.profile == ORACLE else ""

    def work(self, run: Run, session: Session) -> Answer:
        import duckdb

        run.afterwards = self._check
        if self._sql:
            return self._as_typed(run, session)
        # The program's connection is the module's own.
        duckdb.set_default_connection(session.connection)
        return program.work(
            run, self._program, call=session.call, reads_again=_reads_again, words=words
        )

    def _as_typed(self, run: Run, session: Session) -> Answer:
        """A user's own SQL, in a database that reads the job's files and nothing else."""
        job = self._program.job
        paths = program.plain_paths(run, job, csv_plain.SKIPS)

        def ask(as_text: bool) -> Any:  # noqa: ANN401 (DuckDB's own)
            for statement in statements(job, self._program.settings, paths, as_text):
                session.connection.execute(statement)
            return as_typed.relation(session.connection, self._sql, job.schema).materialize()

        with run.phase("compute"):
            try:
                found = session.call(lambda: ask(as_text=False))
            except Exception as failure:
                if not _reads_again(failure):
                    raise
                # The configuration is locked: a database of its own.
                session.renew()
                found = session.call(lambda: ask(as_text=True))
        rows = dataclasses.replace(job, output=None)
        return partial(program.result, run, rows, found)

    def _check(self) -> None:
        from spillway_adapters import duckdb_csv

        for data in program.csv_tables(self._program.job):
            duckdb_csv.check(data)


def statements(
    job: language.Job, settings: Settings, paths: dict[str, list[str]], as_text: bool
) -> Iterator[str]:
    """Views of the tables for SQL as typed, then no way to anything else."""
    whole = {
        name: dataclasses.replace(table, used=tuple(table.columns))
        for name, table in job.inputs.items()
    }
    settings = dataclasses.replace(settings, numbers_as_text=as_text)
    writer = Program(csv_numbers.looked_at(dataclasses.replace(job, inputs=whole)), settings)
    views, files = [], []
    for table in writer.job.inputs.values():
        patterns = ", ".join(literal(glob.escape(path)) for path in paths[table.name])
        text = writer.read(table).replace(f"${table.name}", f"[{patterns}]", 1)
        views.append(laid_out(f"CREATE VIEW {name(table.name)} AS\n{text}"))
        files += paths[table.name]
    yield "SET TimeZone = 'UTC'"
    yield laid_out(writer.macros()).replace("TEMP MACRO", "MACRO")
    yield from views
    yield from as_typed.SETTINGS
    yield f"SET allowed_paths = [{', '.join(map(literal, files))}]"
    yield "SET enable_external_access = false"
    yield "SET lock_configuration = true"


def _reads_again(failure: Exception) -> bool:
    import duckdb

    return isinstance(failure, duckdb.ConversionException | duckdb.InvalidInputException)


def words(failure: Exception) -> str | None:
    """What a failure means in the language."""
    said = str(failure)
    if "Overflow in " in said or "Overflow on " in said or ("INT128" in said and "INT64" in said):
        return program.OVERFLOW
    if "More than one row returned by a subquery" in said:
        return program.SEVERAL_ROWS
    return None
