"""Runs cases of query_cases.py with an engine's own interpreter, in one process, without the host:

    PYTHONPATH=adapters:tests/adapters PYTHON tests/adapters/query_try.py ENGINE[:PROFILE] [WORDS]

`WORDS`: of cases' names. --show prints the programs, --parquet reads Parquet (written by pyarrow,
which the interpreter needs then). One line a case that fails; the exit code tells whether one did.
"""

from __future__ import annotations

import importlib
import sys
import tempfile
import traceback
from pathlib import Path
from typing import Any

import query_cases
from query_cases import Case
from spillway_adapters.query import csv_numbers, table, written
from spillway_adapters.query import job as jobs
from spillway_adapters.query.language import Job, Refused, Settings

WORKERS = 2
#: Whose programs read files of other dialects; the others have their Job make plain copies.
DIALECTS = ("duckdb", "polars", "pandas")


def program(engine: str, job: Job, profile: str = "default", **more: Any) -> str:  # noqa: ANN401
    module = importlib.import_module(f"spillway_adapters.query.{engine}")
    return module.compile(job, Settings(profile, WORKERS, None, **more))


def answer(engine: str, job: Job, folder: Path, profile: str = "default") -> list[table.Row]:
    """The rows of its result, by the program that is shown."""
    job = csv_numbers.looked_at(job)
    inputs = {name: list(one.paths) for name, one in job.inputs.items()}
    return rows_of(executed(program(engine, job, profile), inputs, folder), job)


def rows_of(found: Any, job: Job) -> list[table.Row]:  # noqa: ANN401
    if job.output is None:
        return list(table.rows(found, job.schema))
    return list(written.rows(Path(found), job))


def executed(
    text: str,
    inputs: dict[str, list[str]],
    scratch: Path,
    workers: int = WORKERS,
    memory: int | None = None,
) -> Any:  # noqa: ANN401
    scratch.mkdir(parents=True, exist_ok=True)
    names: dict[str, Any] = {"__name__": "program"}
    exec(compile(text, "program.py", "exec"), names)
    return names["run"](inputs, workers, memory, str(scratch))


def judge(engine: str, case: Case, profile: str = "default", format: str = "csv") -> str:
    """Nothing when the engine answers as expected, "refused: …", or what is wrong."""
    with tempfile.TemporaryDirectory() as folder:
        job = jobs.parse(case.pipeline, query_cases.write(case, Path(folder), format))
        try:
            found = answer(engine, job, Path(folder) / "scratch", profile)
        except Refused as refused:
            return f"refused: {refused}"
        except Exception as failure:
            module = importlib.import_module(f"spillway_adapters.query.{engine}")
            said = getattr(module, "words", str)(failure)
            if case.fails and case.fails in (said or ""):
                return ""
            return "".join(traceback.format_exception_only(failure))[-700:]
        if case.fails:
            return f"did not fail with {case.fails!r}: {found}"
        if list(job.schema) != case.columns:
            return f"columns {list(job.schema)}"
        order = [case.columns.index(column) for column in case.order]
        return "\n".join(query_cases.differences(case.expected, found, order))


def main() -> int:
    options = [word for word in sys.argv[1:] if word.startswith("--")]
    words = [word for word in sys.argv[1:] if not word.startswith("--")]
    engine, _, profile = words[0].partition(":")
    form = "parquet" if "--parquet" in options else "csv"
    cases = [
        case
        for case in query_cases.CASES
        if form in case.formats
        and (engine in DIALECTS or not any(t.dialect for t in case.tables.values()))
        and all(word in case.name for word in words[1:])
    ]
    bad = refused = 0
    for case in cases:
        if "--show" in options:
            with tempfile.TemporaryDirectory() as folder:
                inputs = query_cases.write(case, Path(folder), form)
                job = csv_numbers.looked_at(jobs.parse(case.pipeline, inputs))
                print(program(engine, job, profile or "default"))
        said = judge(engine, case, profile or "default", form)
        bad += bool(said) and not said.startswith("refused")
        refused += said.startswith("refused")
        if said:
            print(f"{case.name}: {said}")
    print(f"{len(cases)} cases, {bad} wrong, {refused} refused")
    return bool(bad)


if __name__ == "__main__":
    sys.exit(main())
