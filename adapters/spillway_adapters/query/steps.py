"""Steps from JSON to typed ones."""

from __future__ import annotations

from collections.abc import Callable

from spillway_adapters.query import checks, expressions, steps_joining, steps_ordered
from spillway_adapters.query.bad_job import BadJob
from spillway_adapters.query.language import (
    Derive,
    Distinct,
    Filter,
    From,
    Group,
    Select,
    Step,
)
from spillway_adapters.query.step_place import At, Tables
from spillway_adapters.query.tokens import quoted, unknown

MAX_STEPS = 500
MAX_COLUMNS = 10_000


def _from(at: At, value: object) -> Step:
    name, schema = at.tables.schema(value, at.place)
    return From(dict(schema), at.place, name)


def _filter(at: At, value: object) -> Step:
    return Filter(at.schema, at.place, at.parsed(expressions.condition, value, ""))


def _derive(at: At, value: object) -> Step:
    columns = {
        name: at.parsed(expressions.scalar, text, f"column {quoted(name)}")
        for name, text in at.named(value, "derive").items()
    }
    schema = {**at.schema, **{name: e.type for name, e in columns.items()}}
    return Derive(schema, at.place, columns)


def _select(at: At, value: object) -> Step:
    columns: dict[str, str] = {}
    parts = (
        [value]
        if isinstance(value, dict)
        else checks.a_list(value, "select", at.place, 'Write ["a", "b"] or {"new": "old"}')
    )
    for part in parts:
        for new, old in part.items() if isinstance(part, dict) else [(part, part)]:
            old = at.column(old, "A column of select")
            new = checks.a_name(new, "The name of a column", at.place)
            if new in columns:
                raise BadJob(
                    f"select has {quoted(new)} twice", at.place, "Give one of them another name"
                )
            columns[new] = old
    if not columns:
        raise BadJob("select is empty", at.place, "Name the columns to keep")
    return Select({new: at.schema[old] for new, old in columns.items()}, at.place, columns)


def _drop(at: At, value: object) -> Step:
    dropped = set(value if at.pruned else at.columns(value, "drop"))  # type: ignore[call-overload]
    kept = {name: name for name in at.schema if name not in dropped}
    if not dropped:
        raise BadJob("drop is empty", at.place, "Name a column, or leave the step away")
    if not kept:
        raise BadJob("drop leaves no column", at.place, "Keep at least one")
    return Select({name: at.schema[name] for name in kept}, at.place, kept)


def _group(at: At, value: object) -> Step:
    example = 'Write {"by": ["a"], "agg": {"total": "sum(b)"}}'
    fields = checks.an_object(value, "group", at.place, example)
    checks.only_fields(fields, ("by", "agg"), "group", at.place)
    by = at.columns(fields.get("by", []), "by")
    at.keys(by, "key of groups")
    if "agg" not in fields:
        raise BadJob("group has no agg", at.place, f"{example}; {{}} gives the keys alone")
    found = checks.an_object(fields["agg"], "agg", at.place, example)
    if not found and not by:
        raise BadJob("group has neither keys nor aggregates", at.place, example)
    found = at.named(found, "agg") if found else {}
    for name in found:
        if name in by:
            raise BadJob(
                f"{quoted(name)} is a key and an aggregate",
                at.place,
                "Call the aggregate otherwise",
            )
    aggregates = {
        name: at.parsed(expressions.aggregate, text, f"column {quoted(name)}")
        for name, text in found.items()
    }
    schema = {k: at.schema[k] for k in by} | {name: a.type for name, a in aggregates.items()}
    return Group(schema, at.place, tuple(by), aggregates)


def _distinct(at: At, value: object) -> Step:
    if value is not True:
        raise BadJob(
            f"distinct is {checks.kind(value)}",
            at.place,
            'Write {"distinct": true}; it looks at all columns, select them before',
        )
    at.keys(at.schema, "key of distinct")
    return Distinct(at.schema, at.place)


_STEPS: dict[str, Callable[..., Step]] = {
    "from": _from,
    "filter": _filter,
    "derive": _derive,
    "select": _select,
    "drop": _drop,
    "join": steps_joining.join,
    "attach": steps_joining.attach,
    "union": steps_joining.union,
    "group": _group,
    "distinct": _distinct,
    "window": steps_ordered.window,
    "sort": steps_ordered.sort,
    "limit": steps_ordered.limit,
}


def step_list(value: object, what: str, tables: Tables, pruned: bool) -> tuple[Step, ...]:
    """`what`: nothing for the job's own steps, the name of a list of let."""
    of = f" of {quoted(what)}" if what else ""
    found = checks.a_list(
        value, f"The list{of}" if what else '"steps"', f"let{of}" if what else "steps"
    )
    if not found:
        raise BadJob(
            f"There are no steps{of}", f"let{of}" if what else "steps", 'Begin with {"from": NAME}'
        )
    if len(found) > MAX_STEPS:
        raise BadJob(
            f"There are {len(found):,} steps{of}",
            f"let{of}" if what else "steps",
            f"The most is {MAX_STEPS}",
        )
    steps: list[Step] = []
    for i, part in enumerate(found, 1):
        steps.append(_step(part, f"step {i}", of, steps[-1] if steps else None, tables, pruned))
    return tuple(steps)


def _step(
    part: object, number: str, of: str, before: Step | None, tables: Tables, pruned: bool
) -> Step:
    fields = checks.an_object(
        part, "A step", f"{number}{of}", 'Write {"filter": "a > 1"}, for instance'
    )
    kinds = [k for k in fields if k != "offset"]
    if len(kinds) != 1:
        which = f"{', '.join(quoted(k) for k in kinds[:5])}" if kinds else "none"
        raise BadJob(
            f"A step has one field, this one has {which}",
            f"{number}{of}",
            "Make each a step of its own" if kinds else f"Steps are {', '.join(_STEPS)}",
        )
    kind = kinds[0]
    if kind not in _STEPS:
        raise BadJob(f"There is no step {quoted(kind)}", f"{number}{of}", unknown(kind, _STEPS))
    place = f"{number} ({kind}){of}"
    if "offset" in fields and kind != "limit":
        raise BadJob(f"{kind} has no offset", place, "offset goes with limit")
    if (kind == "from") != (before is None):
        raise BadJob(
            "The first step is not from" if before is None else "from stands only at the beginning",
            place,
            'Begin with {"from": NAME}'
            if before is None
            else "Join or union the other table, or read it in a list of let",
        )
    at = At(before.schema if before else {}, place, tables, before, pruned)
    more = {"offset": fields["offset"]} if "offset" in fields else {}
    step = _STEPS[kind](at, fields[kind], **more)
    if len(step.schema) > MAX_COLUMNS:
        raise BadJob(
            f"There are {len(step.schema):,} columns", place, f"The most is {MAX_COLUMNS:,}"
        )
    return step
