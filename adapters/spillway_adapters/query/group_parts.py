"""A group in parts: partial aggregates of each partition and what is made of them where those with
equal keys have come together, all said in steps of the language; and what engines' own group-bys
leave to do."""

from __future__ import annotations

from dataclasses import dataclass

from spillway_adapters.query.language import (
    Aggregate,
    Call,
    Column,
    Constant,
    Derive,
    Expression,
    Group,
    Schema,
    Select,
    Step,
    Type,
    Window,
    WindowCall,
)
from spillway_adapters.query.new_expressions import cast, divide, times


@dataclass(frozen=True)
class PartialGroup(Group):
    """Of a part of the rows: its sums may be beyond float64, and come back with others."""


def partial_group(step: Group, schema: Schema) -> tuple[list[Step], list[Step]]:
    """Steps of each partition, and those where partial results with equal keys have come together.
    The variance by Chan, Golub and LeVeque's update: sums of squares would lose its digits."""
    parts = _Parts(step, schema)
    finals = {name: parts.final(wanted) for name, wanted in step.aggregates.items()}
    keys = {key: schema[key] for key in step.by}
    place = step.place
    now = keys | parts.schema
    before: list[Step] = [PartialGroup(now, place, step.by, parts.partial)]
    after: list[Step] = []
    if parts.squares:
        now = now | dict.fromkeys(parts.all, "float64")
        after.append(Window(now, place, step.by, (), "all", parts.all))
        now = now | dict.fromkeys(parts.squares, "float64")
        after.append(Derive(now, place, parts.squares))
    now = keys | {name: aggregate.type for name, aggregate in parts.total.items()}
    after.append(Group(now, place, step.by, parts.total))
    return before, [*after, *finished(step, now, finals)]


def finished(step: Group, now: Schema, finals: dict[str, Expression]) -> list[Step]:
    """The columns of a group, made of parts."""
    steps: list[Step] = []
    made = {name: part for name, part in finals.items() if not isinstance(part, Column)}
    if made:
        types = {name: part.type for name, part in made.items()}
        steps.append(Derive(now | types, step.place, made))
    # Parts have names that no column of the job has.
    plain = {name: part.name for name, part in finals.items() if isinstance(part, Column)}
    chosen = {name: plain.get(name, name) for name in step.schema}
    return [*steps, Select(step.schema, step.place, chosen)]


def is_simple(wanted: Aggregate) -> bool:
    """Whether engines have this aggregate with our semantics, once nulls are seen to."""
    if wanted.name in ("min", "max"):
        return wanted.type in ("int64", "float64")
    return wanted.name in ("count", "sum", "mean")


class NativeParts:
    """Aggregates of plain columns for an engine's own group-by, and what is made of them."""

    def __init__(self, step: Group, schema: Schema) -> None:
        self._taken = {*schema, *step.schema}
        self._columns: dict[Expression | None, str] = {}
        self._names: dict[tuple[str, str], str] = {}
        self.arguments: dict[str, Expression] = {}
        self.total: dict[str, Aggregate] = {}
        self.checks: dict[str, str] = {}
        for wanted in step.aggregates.values():
            self.final(wanted)

    def final(self, wanted: Aggregate) -> Expression:
        argument = wanted.argument
        if wanted.name == "count":
            return self._total("count", argument, "int64")
        assert argument is not None
        present = self._total("count", argument, "int64")
        # Engines add up whole numbers for a mean, and the sum may wrap.
        wraps = wanted.name == "mean" and argument.type == "int64"
        read = cast(argument, "float64") if wraps else argument
        found = self._total(wanted.name, read, wanted.type)
        if wanted.name == "sum" and wanted.type == "int64":
            exact = self._total("sum", cast(argument, "float64"), "float64")
            self.checks[found.name] = exact.name
        # Of nothing, engines make 0 or NaN.
        nothing = Call("=", (present, Constant(0, "int64")), "bool")
        return Call("case", (nothing, Constant(None, wanted.type), found), wanted.type)

    def _total(self, what: str, argument: Expression | None, kind: Type) -> Column:
        column = self._column(argument)
        if (what, column.name) not in self._names:
            name = self._free(f"{what} {len(self._names) + 1}")
            self._names[what, column.name] = name
            self.total[name] = Aggregate(what, column, kind)
        return Column(self._names[what, column.name], kind)

    def _column(self, argument: Expression | None) -> Column:
        if isinstance(argument, Column):
            return argument
        value = argument if argument is not None else Constant(1, "int64")
        if argument not in self._columns:
            name = self._free(f"value {len(self._columns) + 1}")
            self._columns[argument] = name
            self.arguments[name] = value
        return Column(self._columns[argument], value.type)

    def _free(self, wanted: str) -> str:
        while wanted in self._taken:
            wanted += "'"
        self._taken.add(wanted)
        return wanted


class _Parts:
    """The partial aggregates of a group, each once."""

    def __init__(self, step: Group, schema: Schema) -> None:
        self._taken = {*schema, *step.schema}
        self._names: dict[tuple[str, Expression | None], str] = {}
        self.partial: dict[str, Aggregate] = {}
        self.schema: Schema = {}
        self.all: dict[str, WindowCall] = {}  #: sums over all parts of a group
        self.squares: dict[str, Expression] = {}  #: of a part around the mean of its group
        self.total: dict[str, Aggregate] = {}

    def final(self, wanted: Aggregate) -> Expression:
        argument = wanted.argument
        match wanted.name:
            case "count":
                return self._summed("count", argument, "int64")
            case "sum":
                return self._summed("sum", argument, wanted.type)
            case "min" | "max":
                return self._summed(wanted.name, argument, wanted.type, again=wanted.name)
            case "mean":
                assert argument is not None
                total = self._summed("sum", cast(argument, "float64"), "float64")
                rows = self._summed("count", argument, "int64")
                return divide(total, rows)
            case "std" | "var":
                assert argument is not None
                variance = self._variance(argument)
                if wanted.name == "var":
                    return variance
                return Call("sqrt", (variance,), "float64")
            case _:
                raise AssertionError(wanted.name)

    def _name(self, what: str, argument: Expression | None) -> tuple[str, bool]:
        """And whether it is new."""
        key = what, argument
        if key in self._names:
            return self._names[key], False
        count = sum(known[0] == what for known in self._names) + 1
        name = f"{what} {count}"
        while name in self._taken:
            count += 1
            name = f"{what} {count}"
        self._taken.add(name)
        self._names[key] = name
        return name, True

    def _part(self, what: str, argument: Expression | None, kind: Type) -> str:
        name, new = self._name(what, argument)
        if new:
            self.partial[name] = Aggregate(what, argument, kind)
            self.schema[name] = kind
        return name

    def _summed(
        self, what: str, argument: Expression | None, kind: Type, again: str = "sum"
    ) -> Column:
        name = self._part(what, argument, kind)
        self.total[name] = Aggregate(again, Column(name, kind), kind)
        return Column(name, kind)

    def _variance(self, argument: Expression) -> Expression:
        argument = cast(argument, "float64")
        rows = Column(self._part("count", argument, "int64"), "int64")
        mean = Column(self._part("mean", argument, "float64"), "float64")
        inner = Column(self._part("var", argument, "float64"), "float64")
        all_rows, _ = self._name("all rows", argument)
        all_sum, _ = self._name("all sum", argument)
        squares, new = self._name("squares", argument)
        self.total[rows.name] = Aggregate("sum", rows, "int64")
        if new:
            number = cast(rows, "float64")
            one = Constant(1.0, "float64")
            self.all[all_rows] = WindowCall("sum", number, "float64")
            self.all[all_sum] = WindowCall("sum", times(number, mean), "float64")
            center = divide(Column(all_sum, "float64"), Column(all_rows, "float64"))
            off = Call("-", (mean, center), "float64")
            within = times(inner, Call("-", (number, one), "float64"))
            # One row has no variance, and no square either.
            within = Call("coalesce", (within, Constant(0.0, "float64")), "float64")
            self.squares[squares] = Call("+", (within, times(number, times(off, off))), "float64")
            self.total[squares] = Aggregate("sum", Column(squares, "float64"), "float64")
        less = Call("-", (cast(rows, "float64"), Constant(1.0, "float64")), "float64")
        return divide(Column(squares, "float64"), less)
