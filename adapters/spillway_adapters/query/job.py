"""A query job as people write it (JSON) to the typed one that compilers read, and back.

parse() is the only judge of names, types and what may follow what. canonical() is the one spelling
of a job: parse(canonical(job), inputs) == job, and jobs that mean the same steps have the same one.
words() says a step in a line.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from spillway_adapters.query import checks, declarations, expressions, reads
from spillway_adapters.query.bad_job import BadJob
from spillway_adapters.query.language import (
    Input,
    Job,
    Output,
    Schema,
    Step,
)
from spillway_adapters.query.spelling import canonical, words
from spillway_adapters.query.step_place import At, Tables
from spillway_adapters.query.steps import step_list
from spillway_adapters.query.tokens import quoted

__all__ = ["BadJob", "canonical", "parse", "words"]

MAX_TABLES = 100
#: Of all lists together, each of which has a limit of its own (steps.py).
MAX_STEPS_IN_ALL = 1000

CODECS = ("snappy", "zstd", "gzip", "lz4", "none")


def parse(pipeline: object, inputs: dict[str, Input]) -> Job:
    """`inputs`: what the host found out about the tables; all their columns. Out comes a job that
    has only the tables, lists and columns that are read; raises BadJob."""
    fields = checks.an_object(pipeline, "The job", "job")
    checks.only_fields(fields, ("inputs", "let", "steps", "output"), "The job", "job")
    if "steps" not in fields:
        raise BadJob("The job has no steps", "job", 'Write {"steps": [{"from": "data"}, …]}')
    known = _inputs(fields.get("inputs", {}), inputs)
    lists = _lists(fields.get("let", {}), known)
    parts = [fields["steps"], *fields.get("let", {}).values()]
    steps_in_all = sum(len(part) for part in parts if isinstance(part, list | tuple))
    if steps_in_all > MAX_STEPS_IN_ALL:
        raise BadJob(
            f"There are {steps_in_all:,} steps", "job", f"The most is {MAX_STEPS_IN_ALL:,} in all"
        )
    schemas = {name: table.columns for name, table in known.items()}
    let, steps = _resolve(fields, lists, schemas, False)
    output = _output(fields.get("output", "rows"), steps[-1].schema)
    needed = _needed(let, steps, fields)
    kept = {name: known[name] for name in known if name in needed}
    schemas = {
        name: {c: kind for c, kind in table.columns.items() if c in needed[name]}
        for name, table in kept.items()
    }
    lists = [name for name in lists if name in needed]
    let, steps = _resolve(fields, lists, schemas, True)
    read = {
        name: dataclasses.replace(table, used=tuple(schemas[name])) for name, table in kept.items()
    }
    return Job(read, let, steps, output)


def _inputs(value: object, given: dict[str, Input]) -> dict[str, Input]:
    declared = checks.an_object(value, '"inputs"', "inputs")
    names = list(dict.fromkeys([*given, *declared]))
    if len(names) > MAX_TABLES:
        raise BadJob(f"There are {len(names):,} inputs", "inputs", f"The most is {MAX_TABLES}")
    checks.without_doubles(
        (n.lower() for n in names), "The inputs' names (letter case aside)", "inputs"
    )
    found: dict[str, Input] = {}
    for name in names:
        checks.a_table_name(name, "A table", "inputs")
        found[name] = declarations.declared(name, declared.get(name, {}), given.get(name))
        if not found[name].columns:
            raise BadJob(f"The table {quoted(name)} has no columns", "inputs", "Give another file")
        for column in found[name].columns:
            checks.a_name(column, f"A column of {quoted(name)}", f"input {quoted(name)}")
    return found


def _lists(value: object, inputs: dict[str, Input]) -> list[str]:
    """The lists of let, each after those that it reads: in JSON objects have no order."""
    lists = checks.an_object(value, '"let"', "let")
    if len(lists) > MAX_TABLES:
        raise BadJob(f"There are {len(lists):,} lists in let", "let", f"The most is {MAX_TABLES}")
    taken = {name.lower(): name for name in inputs}
    for name in lists:
        checks.a_table_name(name, "A list", "let")
        if name.lower() in taken:
            twin = quoted(taken[name.lower()])
            raise BadJob(
                f"{quoted(name)} and {twin} have one name, letter case aside",
                "let",
                "Call one of them otherwise",
            )
        taken[name.lower()] = name
    ordered: list[str] = []
    state: dict[str, bool] = {}  # False: under way.
    for first in lists:
        waiting = [first]
        while waiting:
            name = waiting[-1]
            if name in state:
                waiting.pop()
                if not state[name]:
                    state[name] = True
                    ordered.append(name)
                continue
            state[name] = False
            for other in _names_read(lists[name]):
                if other not in lists:
                    continue
                if state.get(other) is False:
                    raise BadJob(
                        f"{quoted(name)} reads {quoted(other)}, which reads it in turn",
                        "let",
                        "There is no recursion: read an input at the beginning",
                    )
                if other not in state:
                    waiting.append(other)
    return ordered


def _names_read(steps: object) -> list[str]:
    """Tables that a list names, before it is checked: what is wrong is found later."""
    found: list[object] = []
    for step in steps if isinstance(steps, list | tuple) else []:
        if not isinstance(step, dict):
            continue
        found += [step.get("from"), step.get("attach")]
        join, union = step.get("join"), step.get("union")
        found += [join.get("with")] if isinstance(join, dict) else []
        found += list(union) if isinstance(union, list | tuple) else []
    return [name for name in found if isinstance(name, str)]


def _resolve(
    fields: dict[str, Any], lists: list[str], schemas: dict[str, Schema], pruned: bool
) -> tuple[dict[str, tuple[Step, ...]], tuple[Step, ...]]:
    tables = Tables(dict(schemas))
    let: dict[str, tuple[Step, ...]] = {}
    for name in lists:
        let[name] = step_list(fields["let"][name], name, tables, pruned)
        tables.schemas[name] = let[name][-1].schema
    return let, step_list(fields["steps"], "", tables, pruned)


def _needed(
    let: dict[str, tuple[Step, ...]], steps: tuple[Step, ...], fields: dict[str, Any]
) -> dict[str, set[str]]:
    """Tables and lists that the result depends on, with their columns."""

    def drops(raw: Sequence[Any]) -> set[int]:
        return {i for i, step in enumerate(raw) if "drop" in step}

    needed = reads.needs(steps, drops(fields["steps"]), set(steps[-1].schema))
    for name in reversed(let):
        if name in needed:
            inner = reads.needs(let[name], drops(fields["let"][name]), needed[name])
            for table, columns in inner.items():
                needed.setdefault(table, set()).update(columns)
    return {
        name: columns or {reads.cheapest(let[name][-1].schema)} if name in let else columns
        for name, columns in needed.items()
    }


def _output(value: object, schema: Schema) -> Output | None:
    place = "output"
    if value == "rows":
        return None
    fields = checks.an_object(value, "output", place, 'Write "rows" or {"to": "parquet"}')
    checks.only_fields(fields, ("to", "partition_by", "codec", "row_group_rows"), "output", place)
    form = fields.get("to")
    if form not in ("parquet", "csv"):
        shown = quoted(form) if isinstance(form, str) else checks.kind(form)
        raise BadJob(f"to is {shown}", place, "Write csv or parquet")
    at = At(schema, place, Tables({}), None, False)
    by = at.columns(fields.get("partition_by", []), "partition_by")
    at.keys(by, "name of folders")
    for name in by:
        if schema[name] == "timestamp":
            raise BadJob(
                f"{quoted(name)} is a timestamp, engines write its folders differently",
                place,
                f"Derive a date from it: cast({expressions.name(name)} as date)",
            )
    if len(by) == len(schema):
        raise BadJob("All columns are names of folders", place, "Leave one of them for the files")
    if form == "csv":
        for field in ("codec", "row_group_rows"):
            if field in fields:
                raise BadJob(f"CSV files have no {field}", place, "It goes with parquet")
    codec = fields.get("codec", "snappy")
    if codec not in CODECS:
        shown = quoted(codec) if isinstance(codec, str) else checks.kind(codec)
        raise BadJob(f"codec is {shown}", place, f"It is one of {', '.join(CODECS)}")
    rows = fields.get("row_group_rows")
    if rows is not None:
        rows = checks.a_whole_number(rows, "row_group_rows", place, 1)
    return Output(form, tuple(by), codec, rows)
