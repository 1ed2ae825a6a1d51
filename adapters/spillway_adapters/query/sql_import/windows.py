"""Window functions of SQL as window steps: one step for all with the same partition, order and
frame."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlglot import exp

from spillway_adapters.query.sql_import.places import no_float, refuse
from spillway_adapters.query.sql_import.relation import (
    ATOM,
    Piece,
    Relation,
    column,
    fresh,
    uses,
)
from spillway_adapters.query.sql_import.scalar import Writer
from spillway_adapters.query.sql_import.trees import windows

_RANKS = {exp.RowNumber: "row_number", exp.Rank: "rank", exp.DenseRank: "dense_rank"}
_VALUES = {exp.FirstValue: "first_value", exp.LastValue: "last_value"}
_SHIFTS = {exp.Lag: "lag", exp.Lead: "lead"}
_SUMS = {exp.Sum: "sum", exp.Avg: "mean", exp.Min: "min", exp.Max: "max", exp.Count: "count"}


@dataclass(frozen=True)
class Frame:
    partition: tuple[str, ...]
    order: tuple[Any, ...]  #: as the pipeline has it, frozen
    frame: str | int


def add_windows(
    relation: Relation, expressions: list[exp.Expression], wishes: dict[exp.Expression, str]
) -> None:
    """Adds a column for every window function in these, and makes them known."""
    found = list(dict.fromkeys(w for e in expressions for w in windows(e)))
    steps: dict[Frame, dict[str, str]] = {}
    pending: dict[exp.Expression, str] = {}
    types: dict[str, str | None] = {}
    adder = _Adder(relation, steps, types)
    for window in found:
        pending_piece = adder.add(window, wishes.get(window, ""))
        relation.known[window] = pending_piece
        pending[window] = pending_piece.text
    for frame, columns in steps.items():
        step: dict[str, Any] = {}
        if frame.partition:
            step["partition"] = list(frame.partition)
        if frame.order:
            step["order"] = [dict([o]) if isinstance(o, tuple) else o for o in frame.order]
        if frame.frame not in ("all" if not frame.order else "range",):
            step["frame"] = frame.frame
        relation.steps.append({"window": {**step, "cols": columns}})
        relation.schema.update({c: types[c] for c in columns})


class _Adder:
    def __init__(
        self,
        relation: Relation,
        steps: dict[Frame, dict[str, str]],
        types: dict[str, str | None],
    ) -> None:
        self._relation = relation
        self._writer = Writer(relation)
        self._steps = steps
        self._types = types

    def add(self, window: exp.Window, wish: str) -> Piece:
        function, condition = window.this, None
        if isinstance(function, exp.IgnoreNulls | exp.RespectNulls):
            refuse(window, "IGNORE NULLS is not supported")
        if isinstance(function, exp.Filter):
            condition = self._writer.condition(function.expression.this)
            function = function.this
        partition = self._partition(window)
        order_node = window.args.get("order")
        ordered = list(order_node.expressions) if order_node is not None else []
        frame = _frame(window, bool(ordered))
        for kind, name in _RANKS.items():
            if isinstance(function, kind):
                self._needs_order(window, ordered, name)
                return self._made(
                    Frame(partition, self._order(ordered), "range"),
                    f"{name}()",
                    "int64",
                    wish or name,
                )
        for kind, name in _SHIFTS.items():
            if isinstance(function, kind):
                self._needs_order(window, ordered, name)
                return self._shift(function, name, partition, ordered, wish)
        for kind, name in _VALUES.items():
            if isinstance(function, kind):
                self._needs_order(window, ordered, name)
                return self._value(function, name, partition, ordered, frame, wish)
        name = next((n for k, n in _SUMS.items() if isinstance(function, k)), None)
        if name is None:
            called = function.sql_name().lower() if isinstance(function, exp.Func) else "this"
            refuse(window, f"The window function {called}() is not supported")
        if frame == "all":
            ordered = []
        over = Frame(partition, self._order(ordered), frame)
        return self._sum(function, name, condition, over, wish)

    def _partition(self, window: exp.Window) -> tuple[str, ...]:
        names = []
        for part in window.args.get("partition_by") or []:
            piece = self._writer.write(part)
            no_float(piece.type, part, "PARTITION BY")
            names.append(self._relation.name_of(piece, "part"))
        return tuple(dict.fromkeys(names))

    def _sum(
        self, function: exp.Expression, name: str, condition: Piece | None, over: Frame, wish: str
    ) -> Piece:
        value = function.this
        if isinstance(value, exp.Distinct):
            refuse(function, "DISTINCT in a window is not supported")
        constant = isinstance(value, exp.Literal | exp.Boolean)
        if name == "count" and (value is None or isinstance(value, exp.Star) or constant):
            if condition is None:
                return self._made(over, "count()", "int64", wish or "count")
            inner = Piece("1", "int64")
        else:
            inner = self._writer.write(value)
        if inner.type == "bool" and name != "count":
            inner = Piece(f"cast({inner.text} as int64)", "int64", ATOM, inner.columns)
        if condition is not None:
            text = f"case when {condition.text} then {inner.text} end"
            inner = Piece(text, inner.type, ATOM, uses([condition, inner]))
        type_ = {"count": "int64", "mean": "float64"}.get(name, inner.type)
        return self._made(over, f"{name}({inner.text})", type_, wish or name)

    def _shift(
        self,
        function: exp.Expression,
        name: str,
        partition: tuple[str, ...],
        ordered: list[exp.Ordered],
        wish: str,
    ) -> Piece:
        value = self._writer.write(function.this)
        offset = function.args.get("offset")
        if offset is not None and not (isinstance(offset, exp.Literal) and offset.this.isdigit()):
            refuse(function, f"The distance of {name}() must be a number")
        distance = int(offset.this) if offset is not None else 1
        over = Frame(partition, self._order(ordered), "range")
        text = f"{name}({value.text})" if distance == 1 else f"{name}({value.text}, {distance})"
        default = function.args.get("default")
        if default is None or isinstance(default, exp.Null):
            return self._made(over, text, value.type, wish or name)
        # The default is for rows that have none so far away, not for those whose value is null.
        shifted = self._made(over, text, value.type, name)
        number = self._made(over, "row_number()", "int64", "row_number")
        if name == "lag":
            outside, numbers = f"{number.text} <= {distance}", [number]
        else:
            count = self._made(Frame(partition, (), "all"), "count()", "int64", "count")
            outside = f"{number.text} > {count.text} - {distance}"
            numbers = [number, count]
        other = self._writer.write(default)
        text = f"case when {outside} then {other.text} else {shifted.text} end"
        type_ = "float64" if {value.type, other.type} == {"int64", "float64"} else value.type
        return Piece(text, type_, ATOM, uses([shifted, other, *numbers]))

    def _value(
        self,
        function: exp.Expression,
        name: str,
        partition: tuple[str, ...],
        ordered: list[exp.Ordered],
        frame: str | int,
        wish: str,
    ) -> Piece:
        value = self._writer.write(function.this)
        order = self._order(ordered)
        if frame == "all" and name == "first_value":
            frame = "rows"
        elif frame == "all":
            # The last of all is the first in the opposite order.
            name, frame, order = "first_value", "rows", self._order(ordered, backwards=True)
        over = Frame(partition, order, frame)
        return self._made(over, f"{name}({value.text})", value.type, wish or name)

    def _order(self, ordered: list[exp.Ordered], backwards: bool = False) -> tuple[Any, ...]:
        result = []
        for part in ordered:
            if isinstance(part.this, exp.Literal):
                continue  # a constant orders nothing
            name = self._relation.name_of(self._writer.write(part.this), "order")
            down = bool(part.args.get("desc")) != backwards
            first = bool(part.args.get("nulls_first")) != backwards
            result.append(order_key(name, down, first))
        return tuple(next(iter(o.items())) if isinstance(o, dict) else o for o in result)

    @staticmethod
    def _needs_order(window: exp.Window, ordered: list[exp.Ordered], name: str) -> None:
        if not ordered:
            refuse(
                window,
                f"{name}() without ORDER BY gives other rows in every run",
                "Add ORDER BY within OVER.",
            )

    def _made(self, over: Frame, text: str, type: str | None, wish: str) -> Piece:
        columns = self._steps.setdefault(over, {})
        for known, other in columns.items():
            if other == text:
                return column(known, type)
        taken = [*self._relation.schema, *self._types]
        name = fresh(wish, taken)
        columns[name] = text
        self._types[name] = type
        return column(name, type)


def order_key(name: str, descending: bool, nulls_first: bool) -> str | dict[str, str]:
    text = f"-{name}" if descending else name
    return {text: "nulls first"} if nulls_first else text


def _frame(window: exp.Window, ordered: bool) -> str | int:
    spec = window.args.get("spec")
    if spec is None:
        return "range" if ordered else "all"
    if spec.args.get("exclude"):
        refuse(window, "EXCLUDE in a frame is not supported")
    kind = (spec.args.get("kind") or "").upper()
    start, end = spec.args.get("start"), spec.args.get("end")
    start_side = (spec.args.get("start_side") or "").upper()
    end_side = (spec.args.get("end_side") or "").upper()
    if end is None:
        end, end_side = "CURRENT ROW", ""
    unbounded = start == "UNBOUNDED" and start_side == "PRECEDING"
    if unbounded and end == "UNBOUNDED" and end_side == "FOLLOWING":
        return "all"
    if end == "CURRENT ROW" and unbounded:
        if not ordered:
            refuse(window, "A running frame without ORDER BY", "Add ORDER BY within OVER.")
        return "range" if kind == "RANGE" else _rows(window, kind)
    if end == "CURRENT ROW" and isinstance(start, exp.Literal) and start_side == "PRECEDING":
        if not start.this.isdigit() or not ordered:
            refuse(window, "This frame is not supported")
        if _rows(window, kind):
            return int(start.this)
    refuse(
        window,
        "This frame is not supported",
        "Frames go from UNBOUNDED or a number PRECEDING to CURRENT ROW, or over the partition.",
    )


def _rows(window: exp.Window, kind: str) -> str:
    if kind != "ROWS":
        refuse(window, f"{kind} frames with a number are not supported", "Use ROWS.")
    return "rows"
