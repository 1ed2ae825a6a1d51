"""The steps of one list as a chain of methods. A window is a sort and over(): Polars keeps the rows
of a group in their order."""

from __future__ import annotations

import dataclasses
import itertools
from typing import TYPE_CHECKING, TypeVar

from spillway_adapters.query.language import (
    Aggregate,
    Attach,
    Call,
    Column,
    Derive,
    Distinct,
    Expression,
    Filter,
    From,
    Group,
    Join,
    Limit,
    Order,
    Refused,
    Schema,
    Select,
    Sort,
    Step,
    Union,
    Window,
    WindowCall,
)
from spillway_adapters.query.polars_aggregates import aggregated
from spillway_adapters.query.polars_layout import call, column, is_name, named, sort_arguments
from spillway_adapters.query.polars_windows import finished, has_peers, windowed
from spillway_adapters.query.python_layout import fresh
from spillway_adapters.query.python_text import string

if TYPE_CHECKING:
    from spillway_adapters.query.polars_code import Program

Function = TypeVar("Function", Aggregate, WindowCall)


class Chain:
    """The steps of one list as links of a chain."""

    def __init__(self, program: Program, title: str) -> None:
        self._program = program
        self._writer = program.writer
        self._links: list[str] = []
        self._aside: list[str] = []  #: columns that are dropped after the step
        self._order: tuple[Order, ...] = ()  #: of the rows, as far as it is known

    def steps(self, steps: tuple[Step, ...]) -> list[str]:
        before: Schema = {}
        for place, step in enumerate(steps):
            follower = steps[place + 1] if place + 1 < len(steps) else None
            # An order that nothing asks for is none.
            if isinstance(step, Sort) and follower and not isinstance(follower, Limit):
                continue
            self._step(step, before)
            self._order = self._order_after(step)
            before = step.schema
        return self._links

    def _order_after(self, step: Step) -> tuple[Order, ...]:
        match step:
            case Sort():
                return step.order
            case Filter() | Limit():
                return self._order
            case Derive() | Window():
                order = step.order if isinstance(step, Window) and step.order else self._order
                changed = set(step.columns)
            case Select():
                order = self._order
                changed = {name for name in step.schema if step.columns[name] != name}
            case _:
                return ()
        kept = itertools.takewhile(
            lambda one: one.column in step.schema and one.column not in changed, order
        )
        return tuple(kept)

    def _add(self, method: str, arguments: list[str]) -> None:
        self._links.append(call(f".{method}", arguments, 8))

    def _step(self, step: Step, before: Schema) -> None:
        match step:
            case From():
                self._links.append(self._program.tables[step.name])
            case Filter():
                self._add("filter", [self._writer.text(step.condition)])
            case Derive():
                items = {name: self._writer.text(e) for name, e in step.columns.items()}
                self._add("with_columns", named(items))
            case Select():
                self._select(step, before)
            case Join():
                self._join(step)
            case Attach():
                table = self._program.tables[step.table]
                one = f"{table}.select(pl.all().item(allow_empty=True))"
                self._add("join", [one, 'how="cross"'])
            case Union():
                self._union(step, before)
            case Group():
                self._group(step)
            case Distinct():
                self._add("unique", [])
            case Window():
                self._window(step)
            case Sort():
                self._add("sort", sort_arguments(step.order))
            case Limit():
                if step.offset:
                    self._add("slice", [str(step.offset), str(step.rows)])
                else:
                    self._add("head", [str(step.rows)])
            case _:
                raise Refused(step.place, "Polars' compiler does not know it.")

    def _select(self, step: Select, before: Schema) -> None:
        renamed = [new != old for new, old in step.columns.items()]
        if not any(renamed):
            if list(step.columns) != list(before):
                self._add("select", [string(name) for name in step.columns])
        elif all(map(is_name, step.columns)) and renamed == sorted(renamed):
            # Those with a new name are named arguments, which come last.
            items = [
                string(new) if new == old else f"{new}={string(old)}"
                for new, old in step.columns.items()
            ]
            self._add("select", items)
        else:
            items = [
                string(new) if new == old else f"{column(old)}.alias({string(new)})"
                for new, old in step.columns.items()
            ]
            self._add("select", items)

    def _join(self, step: Join) -> None:
        table = self._program.tables[step.table]
        lefts, rights = [a for a, _ in step.on], [b for _, b in step.on]
        if lefts == rights:
            on = [f"on={_names(lefts)}"]
        else:
            on = [f"left_on={_names(lefts)}", f"right_on={_names(rights)}"]
        options = [table, *on, f'how="{step.how}"']
        if step.how == "full":  # The others leave the right keys away without being told.
            options.append("coalesce=True")
        self._add("join", options)
        if step.null_aware:
            # NOT IN: a null among the values makes it null for every row.
            rows, nulls = fresh("rows", step.schema), fresh("nulls", step.schema)
            facts = named({rows: "pl.len()", nulls: f"{column(rights[0])}.null_count()"})
            self._add("join", [f"{table}.select({', '.join(facts)})", 'how="cross"'])
            kept = f"({column(nulls)} == 0) & {column(lefts[0])}.is_not_null()"
            self._add("filter", [f"({column(rows)} == 0) | ({kept})"])
            self._add("drop", [string(rows), string(nulls)])

    def _union(self, step: Union, before: Schema) -> None:
        own = list(step.schema.items())
        if before != step.schema:
            casts = {
                name: f"{column(name)}.cast(pl.Float64)"
                for name, kind in own
                if before[name] != kind
            }
            self._add("with_columns", named(casts))
        parts = []
        for table, schema in zip(step.tables, step.table_schemas, strict=True):
            items = {}
            for (name, kind), (theirs, theirs_kind) in zip(own, schema.items(), strict=True):
                cast = "" if kind == theirs_kind else ".cast(pl.Float64)"
                items[name] = f"{column(theirs)}{cast}"
            plain = all(column(name) == text for name, text in items.items())
            named_items = [string(name) for name in items] if plain else named(items)
            parts.append(f"{self._program.tables[table]}.select({', '.join(named_items)})")
        self._links = [
            f"pl.concat([\n            {_whole(self._links)},\n"
            + "".join(f"            {part},\n" for part in parts)
            + "        ])"
        ]

    def _group(self, step: Group) -> None:
        if not step.aggregates:
            self._add("select", [string(name) for name in step.by])
            self._add("unique", [])
            return
        aggregates = self._without_constants(step.aggregates, step.schema)
        items = {name: aggregated(self._writer, a) for name, a in aggregates.items()}
        self._aside.clear()
        if not step.by:
            self._add("select", named(items))
            return
        self._add("group_by", [string(name) for name in step.by])
        self._add("agg", named(items))

    def _without_constants(self, calls: dict[str, Function], schema: Schema) -> dict[str, Function]:
        """Of what reads no column Polars would aggregate one value: it becomes a column first."""
        made: dict[str, str] = {}
        found = dict(calls)
        for name, one in calls.items():
            if one.argument is not None and not _reads(one.argument):
                own = fresh(f"{name}_value", {**schema, **made})
                made[own] = self._writer.text(one.argument)
                found[name] = dataclasses.replace(one, argument=Column(own, one.argument.type))
        if made:
            self._add("with_columns", named(made))
            self._aside += made
        return found

    # --- Windows ---------------------------------------------------------------------------------

    def _window(self, step: Window) -> None:
        partition = list(step.partition)
        over = f".over({', '.join(map(string, partition))})" if partition else ""
        columns = self._without_constants(step.columns, step.schema)
        if self._order[: len(step.order)] != step.order:
            self._add("sort", sort_arguments(step.order))
        keys = [*partition, *(one.column for one in step.order)]
        #: First values in the order of the rows, then what makes those of equal rows one.
        items: dict[str, str] = {}
        peers: dict[str, str] = {}
        alike = f".over({', '.join(map(string, keys))})"
        two = any(has_peers(function, step.frame) for function in columns.values())
        aside, self._aside = self._aside, []
        for name, function in columns.items():
            text, after = windowed(self._writer, function, step, over)
            own = name
            if two and name in keys:  # The second round needs the keys as they were.
                own = fresh(f"{name}_new", {**step.schema, **items})
                aside.append(own)
                after = after or "{}"
            items[own] = text
            if after == "{}":
                peers[name] = column(own)
            elif after:
                text = f"{column(own)}.{after}(){alike}"
                last = after == "last"
                peers[name] = finished(self._writer, function, text) if last else text
        self._add("with_columns", named(items))
        if peers:
            # Rows that the order does not tell apart have the value of their last, or first.
            self._add("with_columns", named(peers))
        if aside:
            self._add("drop", [string(name) for name in aside])


def _names(columns: list[str]) -> str:
    if len(columns) == 1:
        return string(columns[0])
    return f"[{', '.join(map(string, columns))}]"


def _whole(links: list[str]) -> str:
    return links[0] if len(links) == 1 else "".join(links)


def _reads(expression: Expression) -> bool:
    if isinstance(expression, Column):
        return True
    return isinstance(expression, Call) and any(map(_reads, expression.arguments))
