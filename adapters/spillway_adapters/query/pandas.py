"""A query job as a pandas program, and its run."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Iterator
from typing import Any

from spillway_adapters.protocol import Answer, Run, stoppable
from spillway_adapters.query import empty_texts, pandas_code, pandas_reads_csv, program
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
        self._files = Files(self._program.job, self._program.settings)

    def set_up(self) -> dict[str, Any]:
        if "import pyarrow" in self._program.text:  # No part of the timed work.
            import pyarrow.csv
            import pyarrow.dataset  # noqa: F401
        return {"chunk_rows": pandas_reads_csv.chunk_rows(self._program.settings)}

    def work(self, run: Run) -> Answer:
        run.afterwards = self._files.check
        _count_rows(run, self._program.job)
        return program.work(
            run,
            self._program,
            call=stoppable,
            reads_again=self._files.read_again,
            words=words,
            able=OBEYS,
        )


class Files:
    """The CSV files of a run, which read_csv may not have understood."""

    def __init__(self, job: QueryJob, settings: Settings) -> None:
        self._tables = [table for table in job.inputs.values() if table.format == "csv"]
        self._settings = settings

    def read_again(self, failure: Exception) -> bool:
        """Whether a failure can be one of numbers that are words; then all is read as text."""
        again = isinstance(failure, ValueError | TypeError)
        if again:
            self._settings = dataclasses.replace(self._settings, numbers_as_text=True)
        return again

    def check(self) -> None:
        """What the reader has missed."""
        from spillway_adapters import shape

        for table in self._tables:
            shape.check(program.dataset(table))
            if not pandas_reads_csv.by_arrow(table, self._settings):
                empty_texts.check(table, "read_csv")


def words(failure: Exception) -> str | None:
    """What a failure means in the language."""
    if isinstance(failure, OverflowError) and "integer overflow" in str(failure):
        return program.OVERFLOW
    if "more than one row cannot be attached" in str(failure):
        return program.SEVERAL_ROWS
    return None


def _count_rows(run: Run, job: QueryJob) -> None:
    """Progress by the chunks of CSV that the program reads."""
    from pandas.io.parsers import TextFileReader

    known = [table.rows for table in job.inputs.values()]
    total = None if None in known else sum(rows or 0 for rows in known)
    plain, rows = TextFileReader.__next__, 0

    def counted(chunk: Any) -> Any:  # noqa: ANN401
        nonlocal rows
        rows += len(chunk)
        run.counters(rows=rows)
        run.progress(rows, total, "rows")
        return chunk

    TextFileReader.__next__ = lambda reader: counted(plain(reader))
    if any(table.format == "csv" and table.empty_texts for table in job.inputs.values()):
        import pyarrow.csv

        read = pyarrow.csv.open_csv

        @contextlib.contextmanager
        def counting(*arguments: Any) -> Iterator[Any]:  # noqa: ANN401
            with read(*arguments) as batches:
                yield map(counted, batches)

        pyarrow.csv.open_csv = counting
