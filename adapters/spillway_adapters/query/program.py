"""A run of a query: the program that was shown is executed, and its answer becomes the result.

An engine's Job makes a `Program` when it is made, before its engine is imported, and hands it to
work() with what only the engine knows: how to call, which failures mean that numbers have to be
read as text, which words a failure means.
"""

from __future__ import annotations

import dataclasses
import hashlib
import itertools
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from spillway_adapters import csv_plain
from spillway_adapters.protocol import Answer, Run, RunError, Unsupported
from spillway_adapters.query import csv_numbers, rows_file
from spillway_adapters.query import job as jobs
from spillway_adapters.query import table as tables
from spillway_adapters.query.inputs import inputs_of
from spillway_adapters.query.language import Input, Job, Limit, Refused, Settings
from spillway_adapters.spec import Column, Dataset

#: At most this many rows travel within the result, more in a file of this name.
MOST_ROWS = 1000
ROWS_FILE = "table.jsonl"
#: Words of failures that are answers of the language, not faults of the data.
OVERFLOW = "integer overflow"
SEVERAL_ROWS = "more than one row where one is attached"

Compile = Callable[[Job, Settings], str]
Function = Callable[[dict[str, list[str]], int, int | None, str], Any]


@dataclass(frozen=True)
class Program:
    job: Job
    settings: Settings
    compile: Compile
    text: str

    @property
    def hash(self) -> str:
        return hash_of(self.text)

    def as_text(self) -> Program:
        """Reads all numbers as text, then casts them."""
        settings = dataclasses.replace(self.settings, numbers_as_text=True)
        return dataclasses.replace(self, settings=settings, text=self.compile(self.job, settings))

    def function(self) -> Function:
        """run() of the very text. Imports the engine."""
        names: dict[str, Any] = {"__name__": "spillway_program"}
        exec(compile(self.text, "<program>", "exec"), names)
        return names["run"]


def hash_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def of(run: Run, compile: Compile) -> Program:
    """For the run's job. Unsupported where the engine cannot."""
    spec = run.spec
    try:
        job = csv_numbers.looked_at(jobs.parse(spec.workload.pipeline, inputs_of(spec.tables)))
        settings = Settings(spec.profile, spec.workers, spec.engine_memory)
        program = Program(job, settings, compile, compile(job, settings))
    except Refused as refused:
        raise Unsupported(str(refused)) from None
    except jobs.BadJob as bad:
        raise RunError("invalid-argument", str(bad)) from None
    shown = spec.job.get("program")
    if shown is not None and shown != program.hash:
        raise RunError(
            "engine-failed",
            "The program is not the one that was planned.",
            "Set engine and planner up again: spillway engines install ID planner.",
        )
    run.settings["program_lines"] = lines_of_code(program.text)
    return program


def lines_of_code(text: str) -> int:
    """Without blank ones, comments and one-line docstrings; as for the programs of other kinds of
    work (core/analysis/snippet.cpp)."""
    lines = (line.strip() for line in text.splitlines())
    return sum(bool(line) and not line.startswith(("#", '"""')) for line in lines)


def work(
    run: Run,
    program: Program,
    *,
    call: Callable[[Callable[[], Any]], Any],
    reads_again: Callable[[Exception], bool],
    words: Callable[[Exception], str | None],
    able: Iterable[str] = csv_plain.SKIPS,
) -> Answer:
    """The timed part. `call` does something of the engine's that a stop can end; `reads_again`:
    whether a failure can be one of numbers that are not written as numbers; `words`: those above,
    when a failure means one of them; `able`: options of a file's dialect that the program reads."""
    paths = plain_paths(run, program.job, able)

    def execute(one: Program) -> Any:  # noqa: ANN401 (the engine's table)
        spec = run.spec
        with run.phase("compute"):
            function = one.function()
            found = call(
                lambda: function(paths, spec.workers, spec.engine_memory, str(spec.scratch))
            )
            if program.job.output is not None:
                sync(Path(found))
            return found

    def explained(failure: Exception) -> Exception:
        said = words(failure)
        return failure if said is None else RunError("engine-failed", f"{said}: {failure}"[:3000])

    try:
        found = execute(program)
    except Exception as failure:
        again = program.as_text()
        if words(failure) is not None or again.text == program.text or not reads_again(failure):
            raise explained(failure) from failure
        first = str(failure).strip().split("\n")[0]
        run.log(f"Reading again, numbers as text, then as numbers: {first}")
        clear(run)
        try:
            found = execute(again)
        except Exception as second:
            raise explained(second) from second
    return partial(result, run, program.job, found)


# --- Files that are read -------------------------------------------------------------------------


def dataset(table: Input) -> Dataset:
    """A CSV input as the readers of the other kinds of work know it."""
    form = table.csv
    assert form is not None
    types = {"int64": "integer", "float64": "real"}
    return Dataset(
        name=table.name,
        paths=list(table.paths),
        delimiter=form.delimiter,
        quote=form.quote,
        header=form.header,
        columns=[Column(name, types.get(kind, "text")) for name, kind in table.columns.items()],
        rows=table.rows,
        bytes=table.bytes,
        comment=form.comment,
        skip_rows=form.skip_rows,
        decimal=form.decimal,
        encoding=form.encoding,
        missing=form.missing,
    )


def csv_tables(job: Job) -> Iterator[Dataset]:
    return (dataset(table) for table in job.inputs.values() if table.format == "csv")


def shares_scratch(job: Job, able: Iterable[str]) -> bool:
    """Whether workers write files there, or read plain copies."""
    able = [*able, "missing"]
    if job.output is not None:
        return True
    return any(
        csv_plain.beyond(dataset(table), able, table.used[0])
        for table in job.inputs.values()
        if table.format == "csv"
    )


def plain_paths(run: Run, job: Job, able: Iterable[str]) -> dict[str, list[str]]:
    """The files of every table; of a CSV dialect that the program cannot read plain copies that it
    can, whose making is part of the work."""
    able = [*able, "missing"]
    paths = {}
    for place, table in enumerate(job.inputs.values()):
        paths[table.name] = list(table.paths)
        data = dataset(table) if table.format == "csv" else None
        options = [] if data is None else csv_plain.beyond(data, able, table.used[0])
        if data is None or not options:
            continue
        run.log(f"{table.name}: the reader has no option for {', '.join(options)}: plain copies.")
        folder = run.spec.scratch / f"plain-{place}"
        folder.mkdir(mode=0o700)
        plain = dataclasses.replace(data, missing=None)
        with run.phase("convert"):
            paths[table.name] = [
                _copied(path, plain, folder / f"{part}.csv")
                for part, path in enumerate(table.paths)
            ]
    return paths


def _copied(path: str, data: Dataset, to: Path) -> str:
    """With as many lines before the data as the program skips."""
    rows = to.with_suffix(".rows")
    csv_plain.copy(path, data, "", rows)
    with to.open("wb") as sink, rows.open("rb") as source:
        sink.write(b"\n" * data.skip_rows)
        if data.header:
            # The readers that want names there get them; quoted, as they may be anything.
            quote = data.quote or '"'
            names = (f"{quote}{name.replace(quote, quote * 2)}{quote}" for name in data.names)
            sink.write(data.delimiter.join(names).replace("\n", " ").encode() + b"\n")
        shutil.copyfileobj(source, sink, csv_plain.PIECE)
    rows.unlink()
    return str(to)


# --- Files that were written ---------------------------------------------------------------------


def sync(folder: Path) -> None:
    """What was written is on the disk, as for every engine; part of the timed work."""
    for path in [*folder.rglob("*"), folder]:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def clear(run: Run) -> None:
    """Of a first attempt."""
    shutil.rmtree(run.spec.scratch / "output", ignore_errors=True)


# --- Results -------------------------------------------------------------------------------------


def result(run: Run, job: Job, found: Any) -> dict[str, Any]:  # noqa: ANN401
    """For the host: after done, not timed."""
    written: dict[str, Any] = {}
    measures: dict[str, float] = {}
    if job.output is not None:
        from spillway_adapters.query import written as files

        folder = Path(found)
        written = files.described(folder)
        measures = {"written_files": len(written["files"]), "written_bytes": written["bytes"]}
        rows = files.rows(folder, job)
    else:
        rows = tables.rows(found, job.schema)
    table, count = _table(rows, job, run.spec.scratch)
    if job.output is not None:
        shutil.rmtree(Path(found))
    known = [table.rows for table in job.inputs.values()]
    # Of the tables; nobody has counted them otherwise.
    read = sum(rows for rows in known if rows is not None) if None not in known else 0
    answer = {
        "kind": "query",
        "rows": read,
        "measures": {"result_rows": count, **measures},
        "table": table,
        "detail": _ending(job),
    }
    if written:
        answer["files"] = written["files"]
    return answer


def _ending(job: Job) -> dict[str, Any]:
    """How the last steps order and cut the rows, for the check of their order."""
    last = job.steps[-1]
    # Folders have no order.
    ordered = job.output is None or not job.output.partition_by
    return {
        "sorted_by": [order.column for order in job.sorted_by] if ordered else [],
        "limited": isinstance(last, Limit),
        "offset": isinstance(last, Limit) and last.offset > 0,
    }


def _table(rows: Iterator[tables.Row], job: Job, scratch: Path) -> tuple[dict[str, Any], int]:
    columns = [{"name": name, "type": kind} for name, kind in job.schema.items()]
    first = [list(row) for _, row in zip(range(MOST_ROWS + 1), rows, strict=False)]
    if len(first) <= MOST_ROWS:
        return {"columns": columns, "rows": first}, len(first)
    count = rows_file.write(scratch / ROWS_FILE, itertools.chain(first, rows), job.schema)
    return {"columns": columns, "file": ROWS_FILE}, count
