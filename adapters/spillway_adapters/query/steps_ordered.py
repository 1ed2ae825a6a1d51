"""Steps that look at the order of rows: window, sort, limit."""

from __future__ import annotations

from typing import Literal

from spillway_adapters.query import checks, expressions, functions
from spillway_adapters.query.bad_job import BadJob
from spillway_adapters.query.language import (
    Limit,
    Order,
    Sort,
    Step,
    Window,
)
from spillway_adapters.query.step_place import At
from spillway_adapters.query.tokens import quoted


def window(at: At, value: object) -> Step:
    fields = checks.an_object(
        value, "window", at.place, 'Write {"order": ["a"], "cols": {"n": "rank()"}}'
    )
    checks.only_fields(fields, ("partition", "order", "frame", "cols"), "window", at.place)
    partition = at.columns(fields.get("partition", []), "partition")
    at.keys(partition, "key of a partition")
    order = _orders(at, fields.get("order", []), "order")
    if "cols" not in fields:
        raise BadJob("window has no cols", at.place, 'Write "cols": {"n": "row_number()"}')
    found = at.named(fields["cols"], "cols")
    columns = {
        name: at.parsed(expressions.window, text, f"column {quoted(name)}")
        for name, text in found.items()
    }
    frame = _frame(at, fields.get("frame"), bool(order))
    for name, call in columns.items():
        what = f"{call.name}() of {quoted(name)}"
        if not order and functions.WINDOW[call.name].ordered:
            raise BadJob(
                f"{what} needs an order of the rows", at.place, 'Write "order": ["column"]'
            )
        if call.name == "cumsum" and isinstance(frame, int):
            raise BadJob(
                f"{what} runs from the first row, the frame is {frame} rows",
                at.place,
                "Write sum(x) for a moving sum, or leave the frame away",
            )
    schema = {**at.schema, **{name: c.type for name, c in columns.items()}}
    return Window(schema, at.place, tuple(partition), order, frame, columns)


def _frame(at: At, value: object, ordered: bool) -> Literal["all", "range", "rows"] | int:
    remedy = 'frame is "range", "rows" or a number of preceding rows'
    if value is None:
        return "range" if ordered else "all"
    if isinstance(value, str):
        if value == "all" and ordered:
            raise BadJob(
                "frame is all, which has no order",
                at.place,
                "Leave the order away, with a window step of its own for what needs it",
            )
        if value not in ("all", "range", "rows"):
            raise BadJob(f"frame is {quoted(value)}", at.place, remedy)
        frame: Literal["all", "range", "rows"] | int = value  # type: ignore[assignment]
    elif isinstance(value, int) and not isinstance(value, bool):
        frame = checks.a_whole_number(value, "frame", at.place)
        if frame > 1_000_000:
            raise BadJob(f"frame is {frame:,} rows", at.place, "The most is 1,000,000")
    else:
        raise BadJob(f"frame is {checks.kind(value)}", at.place, remedy)
    if frame != "all" and not ordered:
        raise BadJob(
            f"frame is {frame}, and the rows have no order", at.place, 'Write "order": ["column"]'
        )
    return frame


def _orders(at: At, value: object, what: str) -> tuple[Order, ...]:
    found: list[Order] = []
    for part in checks.a_list(value, what, at.place, 'Write ["a", "-b"]'):
        nulls_first = False
        if isinstance(part, dict):
            if len(part) != 1:
                raise BadJob(
                    f"A key of {what} has {len(part)} fields",
                    at.place,
                    'Write {"-b": "nulls first"}',
                )
            part, nulls = next(iter(part.items()))
            if nulls not in ("nulls first", "nulls last"):
                raise BadJob(
                    f"{quoted(str(part))} of {what} says "
                    f"{quoted(nulls) if isinstance(nulls, str) else checks.kind(nulls)}",
                    at.place,
                    'Write {"-b": "nulls first"}; last is how it is without',
                )
            nulls_first = nulls == "nulls first"
        name = checks.a_text(part, f"A key of {what}", at.place)
        descending = name.startswith("-")
        column = at.column(name[descending:], f"A key of {what}")
        if column.startswith("-"):
            raise BadJob(
                f"{quoted(column)} begins with -, which means descending here",
                at.place,
                "Rename it before, with select",
            )
        found.append(Order(column, descending, nulls_first))
    checks.without_doubles((o.column for o in found), what, at.place)
    return tuple(found)


def sort(at: At, value: object) -> Step:
    order = _orders(at, value, "sort")
    if not order:
        raise BadJob("sort is empty", at.place, "Name a column, or leave the step away")
    return Sort(at.schema, at.place, order)


def limit(at: At, value: object, offset: object = 0) -> Step:
    rows = checks.a_whole_number(value, "limit", at.place)
    skipped = checks.a_whole_number(offset, "offset", at.place)
    if not isinstance(at.before, Sort):
        raise BadJob(
            "limit has no sort right before it, so which rows stay would be chance",
            at.place,
            'Sort first: {"sort": ["column"]}; other steps go before the sort or after the limit',
        )
    return Limit(at.schema, at.place, rows, skipped)
