"""Aggregates of SQL as those of the pipeline."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlglot import exp

from spillway_adapters.query.sql_import.casts import cast_to
from spillway_adapters.query.sql_import.places import no_float, refuse
from spillway_adapters.query.sql_import.relation import (
    ATOM,
    COMPARE,
    Piece,
    column,
    fresh,
    quoted,
    uses,
)

_PLAIN = {
    exp.Sum: "sum",
    exp.Avg: "mean",
    exp.Min: "min",
    exp.Max: "max",
    exp.Stddev: "std",
    exp.StddevSamp: "std",
    exp.Variance: "var",
    exp.Median: "median",
}
_FLOAT = ("mean", "std", "var", "median", "quantile")
_REMEDY = {
    exp.AnyValue: "Use min() or max(): which value is kept differs between engines.",
    exp.First: "Use min() or max(): which row is first differs between engines.",
    exp.Last: "Use min() or max(): which row is last differs between engines.",
    exp.ArgMax: "Use QUALIFY row_number() OVER (…) = 1.",
    exp.ArgMin: "Use QUALIFY row_number() OVER (…) = 1.",
    exp.ApproxDistinct: "Use count(DISTINCT x).",
}


@dataclass
class Aggregates:
    """The aggregates of one group, each once. `wishes` are names for some of them."""

    writer: Any
    keys: set[str]
    wishes: dict[exp.Expression, str]
    texts: dict[str, str] = field(default_factory=dict)  #: column: aggregate
    types: dict[str, str | None] = field(default_factory=dict)

    def add(self, node: exp.Expression) -> Piece:
        """What this aggregate is, in the table that the group makes."""
        condition, wish = None, self.wishes.get(node, "")
        written = node
        if isinstance(node, exp.Filter):
            condition = self.writer.condition(node.expression.this)
            node = node.this
        if isinstance(node, exp.IgnoreNulls | exp.RespectNulls):
            node = node.this
        if isinstance(node, exp.WithinGroup):
            return self._within_group(node, condition, wish)
        if isinstance(node, exp.Count):
            return self._count(node, condition, wish)
        if isinstance(node, exp.CountIf):
            value = _when(condition, self.writer.condition(node.this))
            return self._made("count", _when(value, Piece("1", "int64")), "int64", wish)
        if isinstance(node, exp.LogicalOr | exp.LogicalAnd):
            name = "max" if isinstance(node, exp.LogicalOr) else "min"
            return self._of_bool(name, node, condition, wish)
        if isinstance(node, exp.PercentileCont | exp.Quantile):
            return self._quantile(node, node.this, node.expression, condition, wish)
        if isinstance(node, exp.Corr):
            return self._correlation(node, condition)
        if isinstance(node, exp.StddevPop | exp.VariancePop):
            return self._of_population(node, condition)
        if isinstance(node, exp.Anonymous) and node.name.lower() == "mean":
            node = exp.Avg(this=node.expressions[0])
        name = _PLAIN.get(type(node))
        if name is None or len(node.expressions) > 0:
            refuse(written, f"The aggregate {_called(node)}() is not supported", _remedy(node))
        if isinstance(node.this, exp.Distinct):
            if name not in ("min", "max"):
                refuse(written, f"{_called(node)}(DISTINCT) is not supported")
            node = type(node)(this=node.this.expressions[0].copy())
        if node.args.get("count") or isinstance(node.this, exp.Order):
            refuse(written, f"{_called(node)}() with more than a value is not supported")
        value = self.writer.write(node.this)
        if value.type == "bool":
            if name in ("min", "max"):
                return self._of_bool(name, node, condition, wish)
            value = cast_to(value, "int64", node)
        type_ = "float64" if name in _FLOAT else value.type
        return self._made(name, _when(condition, value), type_, wish)

    def _count(self, node: exp.Count, condition: Piece | None, wish: str) -> Piece:
        value = node.this
        if isinstance(value, exp.Distinct):
            if len(value.expressions) != 1:
                refuse(node, "count(DISTINCT) of several values is not supported")
            inner = self.writer.write(value.expressions[0])
            no_float(inner.type, value.expressions[0], "count(DISTINCT)")
            return self._made("count_distinct", _when(condition, inner), "int64", wish)
        if node.expressions:
            refuse(node, "count() of several values is not supported")
        literal = isinstance(value, exp.Literal | exp.Boolean)
        if value is None or isinstance(value, exp.Star) or literal:
            inner = _when(condition, Piece("1", "int64")) if condition else None
            return self._made("count", inner, "int64", wish)
        return self._made("count", _when(condition, self.writer.write(value)), "int64", wish)

    def _within_group(self, node: exp.WithinGroup, condition: Piece | None, wish: str) -> Piece:
        ordered = node.expression.expressions[0]
        if not isinstance(node.this, exp.PercentileCont):
            refuse(node, f"{_called(node.this)}() is not supported", "Use percentile_cont().")
        share = node.this.this
        if ordered.args.get("desc"):
            share = exp.Literal.number(str(1 - float(share.this)))
        return self._quantile(node, ordered.this, share, condition, wish)

    def _quantile(
        self,
        node: exp.Expression,
        value: exp.Expression,
        share: exp.Expression | None,
        condition: Piece | None,
        wish: str,
    ) -> Piece:
        if isinstance(node, exp.Quantile):
            refuse(node, "quantile() takes the value at a place", "Use quantile_cont().")
        if not isinstance(share, exp.Literal) or share.is_string:
            refuse(node, "The share of a quantile must be a number")
        inner = _when(condition, self.writer.write(value))
        text = Piece(f"{inner.text}, {share.this}", inner.type, columns=inner.columns)
        return self._made("quantile", text, "float64", wish)

    def _of_bool(
        self, name: str, node: exp.Expression, condition: Piece | None, wish: str
    ) -> Piece:
        value = cast_to(self.writer.condition(node.this), "int64", node)
        number = self._made(name, _when(condition, value), "int64", "")
        return Piece(f"{number.text} = 1", "bool", COMPARE, number.columns)

    def _of_population(self, node: exp.Expression, condition: Piece | None) -> Piece:
        """With n in place of n - 1; 0 of one row."""
        value = _when(condition, self.writer.write(node.this))
        count = self._made("count", value, "int64", "")
        variance = self._made("var", value, "float64", "")
        text = f"{variance.text} * ({count.text} - 1) / {count.text}"
        if isinstance(node, exp.StddevPop):
            text = f"sqrt({text})"
        text = f"case when {count.text} = 1 then 0.0 else {text} end"
        return Piece(text, "float64", ATOM, uses([count, variance]))

    def _correlation(self, node: exp.Corr, condition: Piece | None) -> Piece:
        """Of the rows that have both: the covariance over the standard deviations."""
        x, y = self.writer.write(node.this), self.writer.write(node.expression)
        x, y = cast_to(x, "float64", node), cast_to(y, "float64", node)
        both = Piece(f"{x.at(4)} is not null and {y.at(4)} is not null", "bool", 2)
        if condition is not None:
            both = Piece(f"{both.text} and {condition.at(3)}", "bool", 2)
        left, right = _when(both, x), _when(both, y)
        product = _when(both, Piece(f"{x.at(6)} * {y.at(7)}", "float64", 6))
        parts = [
            self._made("count", left, "int64", ""),
            self._made("mean", product, "float64", ""),
            self._made("mean", left, "float64", ""),
            self._made("mean", right, "float64", ""),
            self._made("std", left, "float64", ""),
            self._made("std", right, "float64", ""),
        ]
        n, xy, mean_x, mean_y, std_x, std_y = (p.text for p in parts)
        text = f"({xy} - {mean_x} * {mean_y}) * {n} / ({n} - 1) / ({std_x} * {std_y})"
        return Piece(text, "float64", 6, uses(parts))

    def _made(self, name: str, value: Piece | None, type: str | None, wish: str) -> Piece:
        text = f"{name}({value.text if value else ''})"
        for known, other in self.texts.items():
            if other == text:
                return column(known, self.types[known])
        base = wish or (f"{name}_{value.name}" if value is not None and value.name else name)
        made = fresh(base, [*self.texts, *self.keys])
        self.texts[made] = text
        self.types[made] = type
        return Piece(quoted(made), type, ATOM, frozenset([made]), made)


def _when(condition: Piece | None, value: Piece) -> Piece:
    """FILTER: the value, or null where the condition is not true."""
    if condition is None:
        return value
    text = f"case when {condition.text} then {value.text} end"
    return Piece(text, value.type, ATOM, uses([condition, value]))


def _called(node: exp.Expression) -> str:
    if isinstance(node, exp.Anonymous):
        return node.name.lower()
    return node.sql_name().lower() if isinstance(node, exp.Func) else type(node).__name__.lower()


def _remedy(node: exp.Expression) -> str:
    return next((text for kind, text in _REMEDY.items() if isinstance(node, kind)), "")
