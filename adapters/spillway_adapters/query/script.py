"""Reads what a user's script returned as the rows of a query, or says what is wrong with it.

run(inputs, workers, memory_bytes, scratch): `inputs` is {table: [paths]}; it returns a table
(a frame of pandas or Polars, an Arrow table, a list of dicts), or the folder that it wrote.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from spillway_adapters.protocol import Run, RunError
from spillway_adapters.query import job as jobs
from spillway_adapters.query import program
from spillway_adapters.query.inputs import inputs_of
from spillway_adapters.query.table import NoTable

REMEDY = (
    "Return a table (pandas, Polars, Arrow, a list of dicts) with the columns of the query, or the"
    " folder that its files were written to; see docs/workloads/query.md."
)


class Job:
    def __init__(self, run: Run) -> None:
        self._job = jobs.parse(run.spec.workload.pipeline, inputs_of(run.spec.tables))

    def data(self, run: Run) -> dict[str, list[str]]:
        return {name: list(table.paths) for name, table in self._job.inputs.items()}

    def arguments(self, run: Run) -> dict[str, Any]:
        return {}

    def result(self, run: Run, answer: Any) -> dict[str, Any]:  # noqa: ANN401
        written = self._job.output is not None
        if written and not isinstance(answer, str | Path):
            raise _wrong("The query writes files, and the script returned no folder")
        if written and not Path(answer).resolve().is_relative_to(run.spec.scratch.resolve()):
            raise _wrong(f"{answer} is not below the folder scratch")
        if written:
            program.sync(Path(answer))
        try:
            return program.result(run, self._job, answer)
        except NoTable as wrong:
            raise _wrong(str(wrong).removesuffix(".")) from None


def _wrong(message: str) -> RunError:
    return RunError("engine-failed", f"{message}.", REMEDY)
