"""Groups of a table as groups of its parts."""

from __future__ import annotations

from spillway_adapters.query.language import (
    Aggregate,
    Call,
    Column,
    Derive,
    Expression,
    Group,
    Select,
    Step,
)
from spillway_adapters.query.python_layout import fresh

#: Aggregates that can be made of those of parts.
DECOMPOSABLE = ("count", "sum", "mean", "min", "max")


class SumOfCounts(Aggregate):
    """A sum that does not overflow."""


def split(group: Group) -> tuple[Group, list[Step]] | None:
    """The same group as one of each chunk, and what makes the whole of those: another group, and
    the means, if any, in the order of the columns."""
    if any(aggregate.name not in DECOMPOSABLE for aggregate in group.aggregates.values()):
        return None
    parts: dict[str, Aggregate] = {}
    totals: dict[str, Aggregate] = {}
    means: dict[str, Expression] = {}
    keys = {key: group.schema[key] for key in group.by}
    for name, aggregate in group.aggregates.items():
        if aggregate.name == "mean":
            argument = counted = aggregate.argument
            assert argument is not None
            if argument.type == "int64":
                argument = Call("cast", (argument,), "float64")
            total, count = (
                fresh(f"{name} sum", group.schema),
                fresh(f"{name} count", group.schema),
            )
            parts[total] = Aggregate("sum", argument, "float64")
            parts[count] = Aggregate("count", counted, "int64")
            totals[total] = Aggregate("sum", Column(total, "float64"), "float64")
            totals[count] = SumOfCounts("sum", Column(count, "int64"), "int64")
            pair = (Column(total, "float64"), Call("cast", (Column(count, "int64"),), "float64"))
            means[name] = Call("/", pair, "float64")
        else:
            parts[name] = aggregate
            own = Column(name, aggregate.type)
            totals[name] = (
                SumOfCounts("sum", own, "int64")
                if aggregate.name == "count"
                else Aggregate(aggregate.name, own, aggregate.type)
            )
    part_schema = {**keys, **{name: a.type for name, a in parts.items()}}
    place = group.place
    part = Group(part_schema, place, group.by, parts)
    whole = Group(part_schema, place, group.by, totals)
    if not means:
        return part, [whole]
    derived = {**part_schema, **dict.fromkeys(means, "float64")}
    derive = Derive(derived, place, means)
    select = Select(group.schema, place, {name: name for name in group.schema})
    return part, [whole, derive, select]
