"""A query when it is planned: its one spelling, its steps in words, and each engine's program.

The request has "workload" (with the texts "sql" and "job"), "inputs" as in the specification of a
run, and "engines": [{"id", "profile", "workers", "memory_bytes"}]. The answer is one of

    {"parameters": {"job": text}, "steps": [{"place", "text", "columns": [{"name", "type"}]}],
     "columns": [{"name", "type"}],
     "engines": [{"id", "profile", "code", "hash"} or {"id", "profile", "refused": {…}}]}
    {"error": {"message", "place", "remedy"}}
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import json
from typing import Any

from spillway_adapters import spec
from spillway_adapters.query import job as jobs
from spillway_adapters.query.language import Input, Job, Refused, Schema, Settings


def answer(request: dict[str, Any]) -> dict[str, Any]:
    try:
        job = _read(request["workload"], spec.inputs_of(spec.tables_of(request["inputs"])))
    except jobs.BadJob as bad:
        return {"error": {"message": bad.message, "place": bad.place, "remedy": bad.remedy}}
    steps = [step for each in (*job.let.values(), job.steps) for step in each]
    return {
        "parameters": {"job": json.dumps(jobs.canonical(job), ensure_ascii=False)},
        "steps": [
            {"place": step.place, "text": jobs.words(step), "columns": _columns(step.schema)}
            for step in steps
        ],
        "columns": _columns(job.schema),
        "engines": [_program(job, engine) for engine in request["engines"]],
    }


def _read(workload: dict[str, Any], inputs: dict[str, Input]) -> Job:
    """The job as JSON goes first: it is what was made of the SQL when it was planned before."""
    if workload.get("job"):
        try:
            pipeline = json.loads(workload["job"])
        except (ValueError, RecursionError) as failure:
            raise jobs.BadJob(f"The job is no JSON: {failure}") from None
    else:
        from spillway_adapters.query import sql_import

        pipeline = sql_import.pipeline(workload["sql"], inputs)
    return jobs.parse(pipeline, inputs)


def _columns(schema: Schema) -> list[dict[str, str]]:
    return [{"name": name, "type": kind} for name, kind in schema.items()]


def _program(job: Job, engine: dict[str, Any]) -> dict[str, Any]:
    named = {"id": engine["id"], "profile": engine["profile"]}
    module = f"{__package__}.{engine['id'].replace('-', '_')}"
    if importlib.util.find_spec(module) is None:
        return {**named, "refused": {"step": "", "reason": "it does not do queries yet"}}
    settings = Settings(engine["profile"], engine["workers"], engine["memory_bytes"])
    try:
        text = importlib.import_module(module).compile(job, settings)
    except Refused as refused:
        return {**named, "refused": {"step": refused.step, "reason": refused.reason}}
    return {**named, "code": text, "hash": hash_of(text)}


def hash_of(text: str) -> str:
    """Of a program."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]
