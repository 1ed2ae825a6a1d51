"""A query job as a pandas program, and its run."""

from __future__ import annotations

from typing import Any

from spillway_adapters.protocol import Answer, Run, stoppable
from spillway_adapters.query import pandas_code, pandas_inputs, program
from spillway_adapters.query.language import Job as QueryJob
from spillway_adapters.query.language import Settings

#: Options of a file's dialect that the program reads by itself.
OBEYS = ("comment", "skip_rows", "encoding", "header")


def compile(job: QueryJob, settings: Settings) -> str:
    """The program's text. Refused where pandas cannot."""
    return pandas_code.compile(job, settings, pandas_code.PANDAS)


class Job:
    def __init__(self, run: Run) -> None:
        self._program = program.of(run, compile)

    def set_up(self) -> dict[str, Any]:
        if any(table.format == "parquet" for table in self._program.job.inputs.values()):
            import pyarrow.dataset  # noqa: F401 (no part of the timed work)
        return {"chunk_rows": pandas_inputs.CHUNK_ROWS}

    def work(self, run: Run) -> Answer:
        run.afterwards = self._check
        _count_rows(run, self._program.job)
        return program.work(
            run,
            self._program,
            call=stoppable,
            reads_again=reads_again,
            words=words,
            able=OBEYS,
        )

    def _check(self) -> None:
        check(self._program.job)


def check(job: QueryJob) -> None:
    """What pandas' reader misses in a CSV file."""
    from spillway_adapters import shape

    for table in program.csv_tables(job):
        shape.check(table)


def reads_again(failure: Exception) -> bool:
    return isinstance(failure, ValueError | TypeError)


def words(failure: Exception) -> str | None:
    """What a failure means in the language."""
    if isinstance(failure, OverflowError) and "integer overflow" in str(failure):
        return program.OVERFLOW
    if "more than one row cannot be attached" in str(failure):
        return program.SEVERAL_ROWS
    return None


def _count_rows(run: Run, job: QueryJob) -> None:
    """Progress by the chunks that the program reads."""
    from pandas.io.parsers import TextFileReader

    known = [table.rows for table in job.inputs.values()]
    total = None if None in known else sum(rows or 0 for rows in known)
    plain, rows = TextFileReader.__next__, 0

    def counted(reader: Any) -> Any:  # noqa: ANN401
        nonlocal rows
        chunk = plain(reader)
        rows += len(chunk)
        run.counters(rows=rows)
        run.progress(rows, total, "rows")
        return chunk

    TextFileReader.__next__ = counted
