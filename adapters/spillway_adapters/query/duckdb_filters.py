"""Filters that DuckDB 2.0.0 takes for true wherever their columns are not null.

Of CASE WHEN a > 1 THEN 'x' END it remembers the only text that it can be, and forgets that it can
be null: a filter such as … IN ('x', 'y') or … LIKE 'x%' on it becomes a IS NOT NULL, also when the
text is a column of an earlier SELECT. What the filter asks has to be inside IS TRUE.
"""

from __future__ import annotations

from collections.abc import Iterator

from spillway_adapters.query.language import (
    Call,
    Derive,
    Expression,
    Filter,
    Group,
    Job,
    Step,
    Window,
)

_MAY_BE_NULL = frozenset({"case", "nullif"})
_MISREAD = frozenset({"in", "like", "contains", "starts_with", "ends_with", "regexp_matches"})


def makes_such_texts(job: Job) -> bool:
    steps = [step for each in (*job.let.values(), job.steps) for step in each]
    return any(
        call.name in _MAY_BE_NULL and call.type == "text"
        for step in steps
        for expression in _expressions(step)
        for call in _calls(expression)
    )


def can_be_misread(condition: Expression) -> bool:
    return any(
        call.name in _MISREAD and call.arguments[0].type == "text" for call in _calls(condition)
    )


def _expressions(step: Step) -> Iterator[Expression | None]:
    match step:
        case Filter():
            yield step.condition
        case Derive():
            yield from step.columns.values()
        case Group():
            yield from (aggregate.argument for aggregate in step.aggregates.values())
        case Window():
            yield from (call.argument for call in step.columns.values())


def _calls(expression: Expression | None) -> Iterator[Call]:
    waiting = [expression]
    seen: set[int] = set()  # an expression may stand in several places of another
    while waiting:
        part = waiting.pop()
        if isinstance(part, Call) and id(part) not in seen:
            seen.add(id(part))
            waiting.extend(part.arguments)
            yield part
