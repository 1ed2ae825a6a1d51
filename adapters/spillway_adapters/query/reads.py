"""Which columns a job reads: an input has only these, so that engines need not find out."""

from __future__ import annotations

from spillway_adapters.query.language import (
    Attach,
    Derive,
    Distinct,
    Filter,
    From,
    Group,
    Join,
    Schema,
    Select,
    Sort,
    Step,
    Union,
    Window,
    columns_of,
)


def needs(steps: tuple[Step, ...], dropped: set[int], wanted: set[str]) -> dict[str, set[str]]:
    """The columns of every table that these steps read, when `wanted` of their result are. What a
    step names is read, also when nobody looks at its result. `dropped`: steps that were a drop."""
    tables: dict[str, set[str]] = {}

    def need(table: str, columns: set[str]) -> None:
        tables.setdefault(table, set()).update(columns)

    for i in range(len(steps) - 1, -1, -1):
        step = steps[i]
        wanted = wanted & set(step.schema) or {cheapest(step.schema)}
        if isinstance(step, From):
            need(step.name, wanted)
        elif isinstance(step, Filter):
            wanted = wanted | columns_of(step.condition)
        elif isinstance(step, Derive):
            wanted = wanted - _added(steps, i)
            for expression in step.columns.values():
                wanted |= columns_of(expression)
        elif isinstance(step, Select):
            if i not in dropped:
                wanted = set(step.columns.values())
        elif isinstance(step, Join):
            keys = {r for _, r in step.on}
            added = set(step.table_schema) - keys if step.how not in ("semi", "anti") else set()
            need(step.table, keys | (wanted & added))
            wanted = (wanted - added) | {left for left, _ in step.on}
        elif isinstance(step, Attach):
            need(step.table, wanted & set(step.table_schema))
            wanted = wanted - set(step.table_schema)
        elif isinstance(step, Union):
            for table, schema in zip(step.tables, step.table_schemas, strict=True):
                need(table, set(schema))
            wanted = set(step.schema)
        elif isinstance(step, Group):
            wanted = set(step.by)
            for aggregate in step.aggregates.values():
                wanted |= columns_of(aggregate.argument)
        elif isinstance(step, Distinct):
            wanted = set(step.schema)
        elif isinstance(step, Window):
            wanted = (wanted - _added(steps, i)) | set(step.partition)
            wanted |= {o.column for o in step.order}
            for call in step.columns.values():
                wanted |= columns_of(call.argument)
        elif isinstance(step, Sort):
            wanted = wanted | {o.column for o in step.order}
    return tables


def _added(steps: tuple[Step, ...], place: int) -> set[str]:
    """Columns that a step adds. One that it replaces is read, though nobody looks at it: without it
    the new one would stand at the end, and union goes by position."""
    step, before = steps[place], steps[place - 1]
    assert isinstance(step, Derive | Window)
    return set(step.columns) - set(before.schema)


def cheapest(schema: Schema) -> str:
    """A column to count rows by."""
    return next((c for c, kind in schema.items() if kind != "text"), next(iter(schema)))


def _reads(steps: tuple[Step, ...]) -> list[str]:
    """The tables of these steps, in their order."""
    found: list[str] = []
    for step in steps:
        if isinstance(step, From):
            found.append(step.name)
        elif isinstance(step, Join | Attach):
            found.append(step.table)
        elif isinstance(step, Union):
            found.extend(step.tables)
    return list(dict.fromkeys(found))
