"""Answers the planner: one JSON object on stdin, one on stdout.

`python -I -m spillway_adapters.query.tool`, in the helper environment or, without SQL and Parquet,
in any Python. A job that is refused is an answer like any other: {"error": {"message", "place",
"remedy"}}, with exit code 0.

    {"do": "plan", "job": JSON or its text | null, "sql": text | null,
     "inputs": {name: {"paths", "format", "columns": [{"name", "type"}], "csv": {…}, "rows",
                       "bytes"}},
     "engines": [{"id", "profile", "workers", "memory_bytes"}]}

gives
    {"job": the one spelling, "job_text": the same as text (JSON objects lose their order in other
     programs), "inputs": {name: [columns that are read]}, "tables": {name: what is known of it},
     "steps": [{"place", "text", "columns": [{"name", "type"}]}], "columns": [{"name", "type"}],
     "sorted_by": [{"column", "descending", "nulls_first"}], "notes": [text],
     "engines": [{"id", "profile", "refused": {"step", "reason"} | null, "code", "hash"}]}
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib
import importlib.util
import json
import re
import sys
import traceback
from typing import Any, NoReturn

from spillway_adapters.query import job, tables
from spillway_adapters.query.expressions import quoted
from spillway_adapters.query.job import BadJob
from spillway_adapters.query.language import Job, Refused, Schema, Settings

#: A request is a job of some pages and what is known of its tables.
MAX_BYTES = 32_000_000
_FIELDS = ("do", "job", "sql", "inputs", "engines")
_ENGINE_FIELDS = ("id", "profile", "workers", "memory_bytes")


def answer(text: str | bytes) -> dict[str, Any]:
    """To one request."""
    try:
        request = loads(text, "The request")
        if not isinstance(request, dict):
            raise BadJob("The request is no object")
        for key in request:
            if key not in _FIELDS:
                raise BadJob(f"The request has no field {quoted(key)}")
        if request.get("do") != "plan":
            raise BadJob('"do" of the request is not "plan"')
        return _plan(request)
    except BadJob as bad:
        return {"error": {"message": bad.message, "place": bad.place, "remedy": bad.remedy}}


# --- JSON ----------------------------------------------------------------------------------------


def loads(text: str | bytes, what: str) -> Any:  # noqa: ANN401 (any JSON)
    """Strict: no field twice, no NaN; what is wrong, with its line and column."""
    if len(text) > MAX_BYTES:
        raise BadJob(f"{what} has {len(text):,} bytes", "", f"The most is {MAX_BYTES:,}")
    try:
        return json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise BadJob(
            f"{what} is no JSON: {error.msg}",
            f"line {error.lineno}, column {error.colno}",
            "JSON has double quotes, no comma at the end of a list and no comments",
        ) from None
    except UnicodeDecodeError as error:
        raise BadJob(f"{what} is no UTF-8 at byte {error.start + 1}", "", "Save it so") from None
    except RecursionError:
        raise BadJob(
            f"{what} is nested too deep", "", "A job's lists and objects nest at most seven levels"
        ) from None
    except ValueError as error:
        # Python gives up on numbers of thousands of digits.
        raise BadJob(f"{what} has a number that cannot be read: {error}") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise BadJob(f"A field is there twice: {quoted(key)}", "", "Leave one of them away")
        found[key] = value
    return found


def _no_constant(name: str) -> NoReturn:
    raise BadJob(f"{name} is no number of JSON", "", "Write null, or a number")


# --- Plans ---------------------------------------------------------------------------------------


def _plan(request: dict[str, Any]) -> dict[str, Any]:
    known = tables.read(request.get("inputs") or {})
    try:
        found = job.parse(_pipeline(request, known), known.inputs)
    except BadJob as bad:
        # A column that was left out is the likeliest reason that it is missing.
        left_out = [n for n in known.notes if "left out" in n and "column" in bad.message]
        if not left_out:
            raise
        raise BadJob(bad.message, bad.place, " ".join([bad.remedy, *left_out])) from None
    spelled = job.canonical(found)
    steps = [step for each in found.let.values() for step in each] + list(found.steps)
    return {
        "job": spelled,
        "job_text": json.dumps(spelled, ensure_ascii=False),
        "inputs": {name: list(table.used) for name, table in found.inputs.items()},
        "tables": {name: tables.fields(table) for name, table in found.inputs.items()},
        "steps": [
            {"place": s.place, "text": job.words(s), "columns": _columns(s.schema)} for s in steps
        ],
        "columns": _columns(found.schema),
        "sorted_by": [
            {"column": o.column, "descending": o.descending, "nulls_first": o.nulls_first}
            for o in found.sorted_by
        ],
        "notes": known.notes + _unread(known, found),
        "engines": [_engine(found, part) for part in _engines(request.get("engines") or [])],
    }


def _unread(known: tables.Tables, found: Job) -> list[str]:
    return [f"{name} is not read." for name in known.inputs if name not in found.inputs]


def _columns(schema: Schema) -> list[dict[str, str]]:
    return [{"name": name, "type": kind} for name, kind in schema.items()]


def _pipeline(request: dict[str, Any], known: tables.Tables) -> object:
    pipeline, sql = request.get("job"), request.get("sql")
    if (pipeline is None) == (sql is None):
        raise BadJob("A job is SQL or a pipeline: one of them", "", "Give --sql or --job")
    if isinstance(pipeline, str):
        return loads(pipeline, "The job")
    if sql is None:
        return pipeline
    if not isinstance(sql, str):
        raise BadJob("The SQL is no text")
    try:
        from spillway_adapters.query import sql_import
    except ImportError as error:
        if (error.name or "").split(".")[0] != "sqlglot":
            raise
        raise BadJob(
            "SQL is read with sqlglot, which is not there",
            "",
            "It comes with the first engine: spillway engines install duckdb",
        ) from None
    try:
        return sql_import.pipeline(sql, known.inputs)
    except RecursionError:
        raise BadJob(
            "The SQL is nested too deep", "", "Give parts of it a name: WITH part AS (SELECT …)"
        ) from None


# --- Engines -------------------------------------------------------------------------------------


def _engines(value: object) -> list[dict[str, Any]]:
    if not isinstance(value, list):
        raise BadJob('"engines" of the request is no list')
    for part in value:
        if not isinstance(part, dict) or any(key not in _ENGINE_FIELDS for key in part):
            raise BadJob("An engine of the request has a wrong field")
        name, memory = part.get("id"), part.get("memory_bytes")
        if not isinstance(name, str) or not re.fullmatch(r"[a-z][a-z0-9_-]{0,63}", name):
            raise BadJob("An engine of the request has no id")
        if not isinstance(part.get("profile", ""), str):
            raise BadJob(f"The profile of {name} is no text")
        for count in (part.get("workers", 1), 1 if memory is None else memory):
            if not isinstance(count, int) or isinstance(count, bool) or count < 1:
                raise BadJob(f"Workers and memory of {name} are whole numbers from 1")
    return value


def _engine(found: Job, part: dict[str, Any]) -> dict[str, Any]:
    """The program of an engine, or why there is none."""
    profile = part.get("profile") or "default"
    settings = Settings(profile, part.get("workers", 1), part.get("memory_bytes"))
    said: dict[str, Any] = {"id": part["id"], "profile": profile, "refused": None}
    try:
        code = _compiled(found, part["id"], settings)
    except Refused as refused:
        return said | {
            "refused": {"step": refused.step, "reason": refused.reason},
            "code": "",
            "hash": "",
        }
    return said | {"code": code, "hash": hashlib.sha256(code.encode()).hexdigest()}


def _compiled(found: Job, engine: str, settings: Settings) -> str:
    name = f"spillway_adapters.query.{engine.replace('-', '_')}"
    module = importlib.import_module(name) if importlib.util.find_spec(name) else None
    if not callable(getattr(module, "compile", None)):
        raise Refused("", f"{engine} does not do queries yet")
    try:
        return module.compile(found, settings)  # type: ignore[union-attr]
    except Refused:
        raise
    except Exception as error:  # A compiler's mistake leaves the other engines their plan.
        traceback.print_exc()
        reason = f"its compiler failed, a bug of Spillway: {type(error).__name__}: {error}"
        raise Refused("", reason) from None


def main() -> None:
    # What a library prints on import is no part of the answer.
    with contextlib.redirect_stdout(sys.stderr):
        said = answer(sys.stdin.buffer.read(MAX_BYTES + 1))
    sys.stdout.write(json.dumps(said) + "\n")


if __name__ == "__main__":
    main()
