"""A query when it is planned: its one spelling, its steps in words, and each engine's program.

The request has "workload" (with the texts "sql" and "job"), "inputs" as in the specification of a
run, and "engines": [{"id", "profile", "workers", "memory_bytes"}]. The answer is one of

    {"parameters": {"job": text}, "steps": [{"place", "text", "columns": [{"name", "type"}]}],
     "columns": [{"name", "type"}], "inputs": {table: [columns that are read]},
     "sorted_by": [{"column", "descending", "nulls_first"}], "notes": [text],
     "engines": [{"id", "profile", "code", "hash"} or {"id", "profile", "refused": {…}}]}
    {"error": {"message", "place", "remedy", "excerpt"}}

`excerpt` is the line of an expression or of the SQL, with a caret below it; it may be empty.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import pkgutil
import re
import sys
import traceback
from pathlib import Path
from typing import Any

from spillway_adapters import kinds, spec
from spillway_adapters.query import csv_numbers, csv_types
from spillway_adapters.query import job as jobs
from spillway_adapters.query.bad_job import BadJob, excerpt
from spillway_adapters.query.inputs import inputs_of
from spillway_adapters.query.language import Input, Job, Refused, Schema, Settings, Type
from spillway_adapters.query.program import hash_of
from spillway_adapters.query.strict_json import loads
from spillway_adapters.query.tokens import quoted

#: Fields of the file of a job that ships.
_SHIPPED = {"title", "shows", "suite", "tables", "job"}


def prepare() -> None:
    """Plans a small query for every engine, so that what answers need is imported and cached."""
    sample = Path("sample.csv")
    sample.write_text("k,x\na,1.5\n", "utf-8")
    table = {
        "name": "data",
        "paths": [str(sample.resolve())],
        "bytes": sample.stat().st_size,
        "dialect": {"delimiter": ",", "quote": '"', "header": True},
        "columns": [{"name": "k", "type": "text"}, {"name": "x", "type": "real"}],
    }
    engines = [
        {"id": engine, "profile": profile, "workers": 1, "memory_bytes": None}
        for engine in engines_here()
        for profile in ("naive", "tuned", "default")
    ]
    sql = "SELECT k, sum(x) AS s FROM data WHERE x > 1 GROUP BY k ORDER BY s LIMIT 5"
    answer({"workload": {"sql": sql}, "inputs": {"data": table}, "engines": engines})
    sample.unlink()


def engines_here() -> list[str]:
    """Those that have a module in this package."""
    modules = [module.name for module in pkgutil.iter_modules([str(Path(__file__).parent)])]
    return [
        name.replace("_", "-")
        for name in modules
        if importlib.util.find_spec(f"{kinds.PACKAGE}.{name}_engine")
    ]


def answer(request: dict[str, Any]) -> dict[str, Any]:
    inputs = inputs_of(spec.tables_of(request["inputs"]))
    guessed: dict[str, dict[str, Type]] = {}
    for name, table in inputs.items():
        inputs[name], guessed[name] = csv_types.typed(table)
    try:
        job = csv_numbers.looked_at(_read(request["workload"], inputs))
    except BadJob as bad:
        return {"error": {
            "message": bad.message,
            "place": bad.place,
            "remedy": bad.remedy,
            "excerpt": bad.excerpt,
        }}  # fmt: skip
    steps = [step for each in (*job.let.values(), job.steps) for step in each]
    return {
        "parameters": {"job": json.dumps(jobs.canonical(job), ensure_ascii=False)},
        "steps": [
            {"place": step.place, "text": jobs.words(step), "columns": _columns(step.schema)}
            for step in steps
        ],
        "columns": _columns(job.schema),
        "inputs": {name: list(table.used) for name, table in job.inputs.items()},
        "sorted_by": [
            {"column": o.column, "descending": o.descending, "nulls_first": o.nulls_first}
            for o in job.sorted_by
        ],
        "notes": _notes(job, inputs, guessed),
        "engines": [_program(job, engine) for engine in request["engines"]],
    }


def _notes(job: Job, inputs: dict[str, Input], guessed: dict[str, dict[str, Type]]) -> list[str]:
    notes = []
    for name in inputs:
        if name not in job.inputs:
            notes.append(f"The table {name} is not read.")
            continue
        read = job.inputs[name]
        for column, kind in guessed[name].items():
            if column in read.used and read.columns[column] == kind:
                notes.append(f"{name}: {quoted(column)} is read as {kind}.")
        for column in read.as_text:
            kind = read.columns[column]
            notes.append(
                f"{name}: {quoted(column)} is read as text, then as {kind}:"
                " words or spaces are among its values."
            )
    return notes


def _read(workload: dict[str, Any], inputs: dict[str, Input]) -> Job:
    """The job as JSON goes first: it is what was made of the SQL when it was planned before, and
    its own output goes before the one that was asked for beside it."""
    text = workload.get("job")
    pipeline = _of_file(loads(text)) if text else _imported(workload["sql"], inputs)
    to = workload.get("output", "rows")
    if to != "rows" and isinstance(pipeline, dict) and "output" not in pipeline:
        pipeline = {**pipeline, "output": {"to": to}}
    try:
        return jobs.parse(pipeline, inputs)
    except BadJob as bad:
        if text:
            raise
        # Its steps are not the user's own.
        place = f"{bad.place} of what the SQL becomes"
        raise BadJob(bad.message, place, bad.remedy, bad.excerpt) from None
    except RecursionError:  # Sizes are limited; this is for what nobody thought of.
        raise BadJob("The job is nested too deep", "", "Derive parts of it first") from None


def _of_file(pipeline: Any) -> Any:  # noqa: ANN401 (JSON)
    """Of the file of a job that ships the job alone."""
    if isinstance(pipeline, dict) and "job" in pipeline and set(pipeline) <= _SHIPPED:
        return pipeline["job"]
    return pipeline


def _imported(sql: str, inputs: dict[str, Input]) -> dict[str, Any]:
    from spillway_adapters.query import sql_import

    try:
        return sql_import.pipeline(sql, inputs)
    except BadJob as bad:
        place = re.search(r"line (\d+), column (\d+)", bad.place)
        if not place or bad.excerpt:
            raise
        line = excerpt(sql, int(place[1]), int(place[2]))
        raise BadJob(bad.message, bad.place, bad.remedy, line) from None
    except RecursionError:
        raise BadJob(
            "The SQL is nested too deep", "", "Give parts of it a name: WITH part AS (SELECT …)"
        ) from None


def _columns(schema: Schema) -> list[dict[str, str]]:
    return [{"name": name, "type": kind} for name, kind in schema.items()]


def _program(job: Job, engine: dict[str, Any]) -> dict[str, Any]:
    named = {"id": engine["id"], "profile": engine["profile"]}
    settings = Settings(engine["profile"], engine["workers"], engine["memory_bytes"])
    try:
        text = _compiled(job, engine["id"], settings)
    except Refused as refused:
        return {**named, "refused": {"step": refused.step, "reason": refused.reason}}
    return {**named, "code": text, "hash": hash_of(text)}


def _compiled(job: Job, engine: str, settings: Settings) -> str:
    name = f"{__package__}.{engine.replace('-', '_')}"
    module = importlib.import_module(name) if importlib.util.find_spec(name) else None
    # A module of this package that is no engine's has no compile().
    if not hasattr(module, "compile"):
        raise Refused("", "it does not do queries yet")
    try:
        return module.compile(job, settings)
    except Refused:
        raise
    except Exception as error:  # A compiler's mistake leaves the other engines their programs.
        traceback.print_exc(file=sys.stderr)
        reason = (
            f"its compiler failed, which is a bug of Spillway ({type(error).__name__}: {error})"
        )
        raise Refused("", reason) from None
