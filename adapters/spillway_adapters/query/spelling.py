"""The one spelling of a job, and its steps in words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from spillway_adapters.query import expressions
from spillway_adapters.query.language import (
    Aggregate,
    Attach,
    Derive,
    Distinct,
    Expression,
    Filter,
    From,
    Group,
    Input,
    Job,
    Join,
    Limit,
    Order,
    Select,
    Sort,
    Step,
    Union,
    Window,
    WindowCall,
)
from spillway_adapters.query.tokens import quoted


def canonical(job: Job) -> dict[str, Any]:
    """Without paths and what the host found out; with the types of the columns that are read."""
    found: dict[str, Any] = {
        "inputs": {
            name: {"columns": {c: table.columns[c] for c in _told(table)}}
            for name, table in sorted(job.inputs.items())
        }
    }
    if job.let:
        found["let"] = {name: [_json(step) for step in steps] for name, steps in job.let.items()}
    found["steps"] = [_json(step) for step in job.steps]
    if job.output:
        output: dict[str, Any] = {"to": job.output.format}
        if job.output.partition_by:
            output["partition_by"] = list(job.output.partition_by)
        if job.output.codec != "snappy":
            output["codec"] = job.output.codec
        if job.output.row_group_rows is not None:
            output["row_group_rows"] = job.output.row_group_rows
        found["output"] = output
    return found


def _told(table: Input) -> Iterable[str]:
    """Columns without a header have their names from the job, by position: all of them."""
    return table.columns if table.csv and not table.csv.header else table.used


def _json(step: Step) -> dict[str, Any]:
    if isinstance(step, From):
        return {"from": step.name}
    if isinstance(step, Filter):
        return {"filter": expressions.text(step.condition)}
    if isinstance(step, Derive):
        return {"derive": _texts(step.columns)}
    if isinstance(step, Select):
        # A list, because objects have no order in JSON.
        return {"select": [n if n == o else {n: o} for n, o in step.columns.items()]}
    if isinstance(step, Join):
        same = all(left == right for left, right in step.on)
        join: dict[str, Any] = {
            "with": step.table,
            "on": [left for left, _ in step.on] if same else dict(step.on),
        }
        if step.how != "inner":
            join["how"] = step.how
        if step.null_aware:
            join["null_aware"] = True
        return {"join": join}
    if isinstance(step, Attach):
        return {"attach": step.table}
    if isinstance(step, Union):
        return {"union": list(step.tables)}
    if isinstance(step, Group):
        return {"group": {"by": list(step.by), "agg": _texts(step.aggregates)}}
    if isinstance(step, Distinct):
        return {"distinct": True}
    if isinstance(step, Window):
        window: dict[str, Any] = {}
        if step.partition:
            window["partition"] = list(step.partition)
        if step.order:
            window["order"] = _order_json(step.order)
        if step.frame not in ("all", "range"):
            window["frame"] = step.frame
        return {"window": {**window, "cols": _texts(step.columns)}}
    if isinstance(step, Sort):
        return {"sort": _order_json(step.order)}
    assert isinstance(step, Limit)
    return {"limit": step.rows, **({"offset": step.offset} if step.offset else {})}


def _texts(
    columns: dict[str, Expression] | dict[str, Aggregate] | dict[str, WindowCall],
) -> dict[str, str]:
    return {name: expressions.text(e) for name, e in columns.items()}


def _order_json(order: tuple[Order, ...]) -> list[Any]:
    found: list[Any] = []
    for key in order:
        name = "-" * key.descending + key.column
        found.append({name: "nulls first"} if key.nulls_first else name)
    return found


# --- In words ------------------------------------------------------------------------------------


def words(step: Step) -> str:
    """The step in a line, for people: "keep rows where a > 1"."""
    if isinstance(step, From):
        return f"read {step.name}"
    if isinstance(step, Filter):
        return f"keep rows where {expressions.text(step.condition)}"
    if isinstance(step, Derive):
        return _assignments(step.columns)
    if isinstance(step, Select):
        names = (
            _shown(n) if n == o else f"{_shown(o)} as {_shown(n)}" for n, o in step.columns.items()
        )
        return f"keep columns {', '.join(names)}"
    if isinstance(step, Join):
        return _join_words(step)
    if isinstance(step, Attach):
        return f"attach the row of {step.table}"
    if isinstance(step, Union):
        return f"add the rows of {', '.join(step.tables)}"
    if isinstance(step, Group):
        if not step.by:
            return f"over all rows: {_assignments(step.aggregates)}"
        return f"by {_names(step.by)}: {_assignments(step.aggregates)}"
    if isinstance(step, Distinct):
        return "keep each row once"
    if isinstance(step, Window):
        return _window_words(step)
    if isinstance(step, Sort):
        return f"sort by {_order_words(step.order)}"
    assert isinstance(step, Limit)
    skipped = f" after the first {step.offset:,}" if step.offset else ""
    return f"keep the first {step.rows:,} rows{skipped}"


def _shown(column: str) -> str:
    written = expressions.name(column)
    return written if written.isprintable() else quoted(column)


def _names(columns: Iterable[str]) -> str:
    return ", ".join(_shown(c) for c in columns)


def _assignments(columns: dict[str, Any]) -> str:
    return ", ".join(f"{_shown(n)} = {expressions.text(e)}" for n, e in columns.items())


def _join_words(step: Join) -> str:
    on = ", ".join(
        _shown(left) if left == right else f"{_shown(left)} = {_shown(right)}"
        for left, right in step.on
    )
    if step.how == "semi":
        return f"keep rows that have a match in {step.table} on {on}"
    if step.how == "anti":
        nulls = ", as NOT IN does with nulls" if step.null_aware else ""
        return f"keep rows without a match in {step.table} on {on}{nulls}"
    how = {"inner": "", "left": ", keeping all rows", "full": ", keeping all rows of both"}[
        step.how
    ]
    return f"join {step.table} on {on}{how}"


def _window_words(step: Window) -> str:
    parts = [f"within {_names(step.partition)}"] if step.partition else ["over all rows"]
    if step.order:
        parts.append(f"in the order of {_order_words(step.order)}")
    if step.frame == "rows":
        parts.append("row by row")
    elif isinstance(step.frame, int):
        parts.append(f"over {step.frame:,} rows before and the row itself")
    return f"{' '.join(parts)}: {_assignments(step.columns)}"


def _order_words(order: tuple[Order, ...]) -> str:
    return ", ".join(
        _shown(o.column)
        + (" descending" if o.descending else "")
        + (", nulls first" if o.nulls_first else "")
        for o in order
    )
