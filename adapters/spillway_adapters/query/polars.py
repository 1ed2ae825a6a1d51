"""A query job as a lazy query for Polars, on its streaming engine."""

from __future__ import annotations

from spillway_adapters.protocol import Answer, Run, stoppable
from spillway_adapters.query import language, program
from spillway_adapters.query.language import Settings
from spillway_adapters.query.polars_code import Program

#: Options of a file's dialect that the program has.
OBEYS = ("skip_rows", "comment")


def compile(job: language.Job, settings: Settings) -> str:
    """The program's text. Refused where Polars cannot."""
    return Program(job, settings).text()


class Job:
    def __init__(self, run: Run) -> None:
        self._program = program.of(run, compile)

    def work(self, run: Run) -> Answer:
        run.afterwards = self._check
        return program.work(
            run,
            self._program,
            call=stoppable,
            reads_again=_reads_again,
            words=words,
            able=OBEYS,
        )

    def _check(self) -> None:
        from spillway_adapters import shape

        for data in program.csv_tables(self._program.job):
            shape.check(data, blank_lines=False)


def _reads_again(failure: Exception) -> bool:
    import polars.exceptions

    return isinstance(failure, polars.exceptions.PolarsError)


def words(failure: Exception) -> str | None:
    """What a failure means in the language."""
    said = str(failure)
    if "conversion from `i128` to `i64` failed" in said:
        return program.OVERFLOW
    if "aggregation 'item' expected no or a single value" in said:
        return program.SEVERAL_ROWS
    return None
