"""A job cut into stages, for engines that work on partitions and move rows between them.

A stage is work that each partition does alone; between two stages rows move. Everything that a
stage does is said in the steps of the language, so that one printer of steps serves all of them:
an aggregate becomes partial aggregates before the rows move and their sums after it.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import Literal

from spillway_adapters.query.group_parts import NativeParts, finished, is_simple, partial_group
from spillway_adapters.query.language import (
    Attach,
    Column,
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
    Schema,
    Select,
    Sort,
    Step,
    Union,
    Window,
    columns_of,
)
from spillway_adapters.query.new_expressions import all_of, cast, present

#: Aggregates that need all rows of a group in one place.
WHOLE = ("count_distinct", "median", "quantile")
#: A table of at most so many bytes is sent to every partition of what it is joined with.
SMALL_BYTES = 20_000_000


@dataclass(frozen=True)
class Feed:
    """How the rows of a table come to a stage: "same": a partition stays one. "hash": those with
    equal keys come together. "one": all into a single partition. "range": by an order, so that the
    partitions follow each other. "every": all of them to each partition of the other feed."""

    table: str
    how: Literal["same", "hash", "one", "range", "every"]
    schema: Schema = field(compare=False)
    keys: tuple[str, ...] = ()
    order: tuple[Order, ...] = ()


@dataclass(frozen=True)
class Stage:
    """`steps` of each partition. With two feeds the first step is a Join or an Attach whose table
    is the second."""

    name: str
    feeds: tuple[Feed, ...]
    steps: tuple[Step, ...]
    schema: Schema
    says: str  #: for people


@dataclass(frozen=True)
class Both:
    """The partitions of several tables of one schema, one after the other."""

    name: str
    tables: tuple[str, ...]
    schema: Schema


@dataclass(frozen=True)
class Native:
    """A step that the engine has an operation for, as its documentation shows it: of a group whose
    aggregates are of plain columns, a join, distinct rows, a sort, or its first rows."""

    name: str
    step: Group | Join | Distinct | Sort
    tables: tuple[str, ...]
    schema: Schema
    #: Of a group: columns of sums of int64, with those of the same sums as float64.
    checks: tuple[tuple[str, str], ...] = ()
    rows: int | None = None  #: of a sort: how many of the first are wanted


Node = Stage | Both | Native


@dataclass(frozen=True)
class Plan:
    inputs: tuple[Input, ...]  #: those that are read
    nodes: tuple[Node, ...]  #: in an order in which they can be done
    result: str  #: the table that is the answer
    schema: Schema
    ordered: bool  #: its partitions are in the order of the job


def plan(job: Job, native: frozenset[str] = frozenset()) -> Plan:
    """`native`: steps that the engine does by itself where it can: group, join, distinct, sort, or
    sort by numbers."""
    return _Builder(job, native).plan()


class _Builder:
    def __init__(self, job: Job, native: frozenset[str]) -> None:
        self._job = job
        self._native = native
        self._nodes: list[Node] = []
        self._lists: dict[str, tuple[str, Schema]] = {}  #: of let: its table
        self._read: dict[str, Input] = {}
        self._names: set[str] = set()
        self._alone: dict[str, str] = {}
        self._feeds: tuple[Feed, ...] = ()
        self._steps: list[Step] = []
        self._places: list[str] = []
        self._schema: Schema = {}

    def plan(self) -> Plan:
        for name, steps in self._job.let.items():
            self._list(steps)
            self._lists[name] = self._end(), self._schema
        self._list(self._job.steps)
        result = self._end()
        return Plan(
            tuple(self._read.values()),
            tuple(self._nodes),
            result,
            self._schema,
            bool(self._job.sorted_by),
        )

    def _list(self, steps: tuple[Step, ...]) -> None:
        following = [*steps[1:], None]
        for step, after in zip(steps, following, strict=True):
            self._places.append(f"{_word(step)} ({step.place})")
            match step:
                case From():
                    self._places.pop()
                    self._begin(*self._table(step.name), "same")
                case Group():
                    self._group(step)
                case Distinct() if "distinct" in self._native:
                    self._do_native(step)
                case Distinct():
                    self._add(step)
                    self._move("hash", keys=tuple(self._schema))
                    self._add(step)
                case Join():
                    self._join(step)
                case Attach():
                    name, schema = self._table(step.table)
                    self._pair(Feed(self._read_alone(name), "every", schema), step)
                case Union():
                    self._union(step)
                case Window():
                    self._move("hash" if step.partition else "one", keys=step.partition)
                    self._add(step)
                case Sort() if self._sorts_natively(step):
                    most = after.rows + after.offset if isinstance(after, Limit) else None
                    self._do_native(step, rows=most)
                case Sort() if isinstance(after, Limit):
                    # A partition's first rows are enough of it.
                    self._add(step)
                    most = after.rows + after.offset
                    self._add(Limit(step.schema, after.place, most))
                    self._move("one")
                    self._add(step)
                case Sort():
                    self._move("range", order=step.order)
                    self._add(step)
                case Filter() | Derive() | Select() | Limit():
                    self._add(step)
                case _:
                    raise AssertionError(step)

    # --- Stages ---

    def _table(self, name: str) -> tuple[str, Schema]:
        if name in self._lists:
            return self._lists[name]
        source = self._job.inputs[name]
        self._read[name] = source
        return name, {column: source.columns[column] for column in source.used}

    def _read_alone(self, table: str) -> str:
        """An input that is only read is a stage, too."""
        if table not in self._job.inputs or table in self._lists:
            return table
        if table not in self._alone:
            self._alone[table] = self._name(f"read_{len(self._alone) + 1}")
            schema = self._table(table)[1]
            feed = Feed(table, "same", schema)
            self._nodes.append(Stage(self._alone[table], (feed,), (), schema, "read"))
        return self._alone[table]

    def _begin(self, table: str, schema: Schema, how: str, **more: object) -> None:
        self._feeds = (Feed(table, how, schema, **more),)  # type: ignore[arg-type]
        self._schema = schema

    def _add(self, step: Step) -> None:
        self._steps.append(step)
        self._schema = step.schema

    def _end(self) -> str:
        """Closes the stage; the name of its table."""
        if not self._steps and len(self._feeds) == 1 and self._feeds[0].how == "same":
            return self._read_alone(self._feeds[0].table)
        last = self._steps[-1] if self._steps else None
        name = self._name(f"{_word(last)}_{_number(last)}" if last is not None else "rows")
        says = ", ".join(dict.fromkeys(self._places))
        self._nodes.append(Stage(name, self._feeds, tuple(self._steps), self._schema, says))
        self._steps, self._places = [], []
        return name

    def _name(self, wanted: str) -> str:
        name, count = wanted, 1
        taken = self._names | set(self._job.inputs)
        while name in taken:
            count += 1
            name = f"{wanted}_{count}"
        self._names.add(name)
        return name

    def _sorts_natively(self, step: Sort) -> bool:
        kind = self._schema[step.order[0].column]
        able = "sort" in self._native or (
            "sort by numbers" in self._native and kind in ("int64", "float64")
        )
        return able and _nulls_alike(step.order)

    def _do_native(self, step: Group | Distinct | Sort, **more: object) -> None:
        places = self._places[-1:]
        node = Native(
            self._name(f"{_word(step)}_{_number(step)}"),
            step,
            (self._end(),),
            step.schema,
            **more,  # type: ignore[arg-type]
        )
        self._nodes.append(node)
        self._begin(node.name, step.schema, "same")
        self._places = places

    def _move(self, how: str, keys: tuple[str, ...] = (), order: tuple[Order, ...] = ()) -> None:
        places = self._places[-1:]
        self._begin(self._end(), self._schema, how, keys=keys, order=order)
        self._places = places

    def _pair(self, other: Feed, step: Step) -> None:
        places = self._places[-1:]
        here = self._end()
        how = "same" if other.how == "every" else "hash"
        keys = tuple(left for left, _ in step.on) if isinstance(step, Join) else ()
        first = Feed(here, how, self._schema, keys if how == "hash" else ())  # type: ignore[arg-type]
        self._feeds = (first, other)
        self._places = places
        self._add(dataclasses.replace(step, table=other.table, table_schema=other.schema))

    # --- Steps that move rows ---

    def _join(self, step: Join) -> None:
        if "join" in self._native and step.how == "inner":
            self._native_join(step)
            return
        name, schema = self._table(step.table)
        small = name in self._job.inputs and self._job.inputs[name].bytes <= SMALL_BYTES
        everywhere = step.null_aware or (small and step.how != "full")
        keys = tuple(right for _, right in step.on)
        if step.how in ("semi", "anti") and set(schema) != set(keys):
            # Only the keys are looked at.
            name, schema = self._keys_of(name, schema, step)
        name = self._read_alone(name)
        if everywhere:
            self._pair(Feed(name, "every", schema), step)
        else:
            self._pair(Feed(name, "hash", schema, keys), step)

    def _native_join(self, step: Join) -> None:
        """Of tables whose keys have the same names, and no nulls, which engines would join."""
        place = step.place
        table, schema = self._table(step.table)
        there = all_of(present(left, self._schema) for left, _ in step.on)
        self._add(Filter(self._schema, place, there))
        names = {right: left for left, right in step.on}
        chosen = {names.get(column, column): column for column in schema}
        renamed = {name: schema[column] for name, column in chosen.items()}
        filters = all_of(present(right, schema) for _, right in step.on)
        steps = (Filter(schema, place, filters), Select(renamed, place, chosen))
        other = self._name(f"other_{_number(step)}")
        feed = Feed(table, "same", schema)
        self._nodes.append(Stage(other, (feed,), steps, renamed, f"keys without nulls ({place})"))
        places = self._places[-1:]
        on = tuple((left, left) for left, _ in step.on)
        native = dataclasses.replace(step, table=other, on=on, table_schema=renamed)
        node = Native(
            self._name(f"join_{_number(step)}"), native, (self._end(), other), step.schema
        )
        self._nodes.append(node)
        self._begin(node.name, step.schema, "same")
        self._places = places

    def _keys_of(self, table: str, schema: Schema, step: Join) -> tuple[str, Schema]:
        keys = {right: schema[right] for _, right in step.on}
        select = Select(keys, step.place, {key: key for key in keys})
        distinct = Distinct(keys, step.place)
        name = self._name(f"keys_{_number(step)}")
        feed = Feed(table, "same", schema)
        self._nodes.append(Stage(name, (feed,), (select, distinct), keys, f"keys ({step.place})"))
        return name, keys

    def _union(self, step: Union) -> None:
        schema = step.schema
        tables = [self._adapted(self._end(), self._schema, schema, step)]
        tables += [self._adapted(*self._table(name), schema, step) for name in step.tables]
        name = self._name(f"union_{_number(step)}")
        self._nodes.append(Both(name, tuple(tables), schema))
        self._begin(name, schema, "same")
        self._places = []

    def _adapted(self, table: str, schema: Schema, wanted: Schema, step: Union) -> str:
        """Under the names and types of a union."""
        if list(schema.items()) == list(wanted.items()):
            return self._read_alone(table)
        names = dict(zip(wanted, schema, strict=True))
        selected = {name: schema[old] for name, old in names.items()}
        steps: list[Step] = [Select(selected, step.place, names)]
        wider: dict[str, Expression] = {
            name: cast(Column(name, kind), wanted[name])
            for name, kind in selected.items()
            if kind != wanted[name]
        }
        if wider:
            steps.append(Derive(wanted, step.place, wider))
        made = self._name(f"part_{_number(step)}")
        feed = Feed(table, "same", schema)
        self._nodes.append(Stage(made, (feed,), tuple(steps), wanted, _word(step)))
        return made

    def _group(self, step: Group) -> None:
        if (
            "group" in self._native
            and step.by
            and step.aggregates
            and all(map(is_simple, step.aggregates.values()))
        ):
            self._native_group(step)
            return
        if any(wanted.name in WHOLE for wanted in step.aggregates.values()):
            used = set(step.by)
            for wanted in step.aggregates.values():
                used |= columns_of(wanted.argument)
            if used and used != set(self._schema):
                kept = {name: kind for name, kind in self._schema.items() if name in used}
                self._add(Select(kept, step.place, {name: name for name in kept}))
            self._move("hash" if step.by else "one", keys=step.by)
            self._add(step)
            return
        before, after = partial_group(step, self._schema)
        for each in before:
            self._add(each)
        self._move("hash" if step.by else "one", keys=step.by)
        for each in after:
            self._add(each)

    def _native_group(self, step: Group) -> None:
        parts = NativeParts(step, self._schema)
        if parts.arguments:
            types = {name: part.type for name, part in parts.arguments.items()}
            self._add(Derive(self._schema | types, step.place, parts.arguments))
        finals = {name: parts.final(wanted) for name, wanted in step.aggregates.items()}
        keys = {key: self._schema[key] for key in step.by}
        now = keys | {name: aggregate.type for name, aggregate in parts.total.items()}
        checks = tuple(parts.checks.items())
        self._do_native(Group(now, step.place, step.by, parts.total), checks=checks)
        for each in finished(step, now, finals):
            self._add(each)


def _nulls_alike(order: tuple[Order, ...]) -> bool:
    return not any(key.nulls_first for key in order)


def _word(step: Step | None) -> str:
    return type(step).__name__.lower()


def _number(step: Step) -> str:
    """Of "step 3"; of another place its letters and digits."""
    return "_".join(part for part in step.place.split() if part != "step" and part.isalnum())
