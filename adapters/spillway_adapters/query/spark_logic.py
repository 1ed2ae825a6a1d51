"""Conditions, and choices among values, as Spark's columns."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from spillway_adapters.query.language import Call, Constant
from spillway_adapters.query.python_code import AND, OR, UNARY, Code

if TYPE_CHECKING:
    from spillway_adapters.query.spark_expressions import Columns


def _logic(at: Columns, call: Call) -> Code:
    operator, binding = (" & ", AND) if call.name == "and" else (" | ", OR)
    parts = [at.column(argument).within(binding) for argument in call.arguments]
    return Code(operator.join(parts), binding)


def _not(at: Columns, call: Call) -> Code:
    inner = call.arguments[0]
    if isinstance(inner, Call) and inner.name == "is_null":
        return Code(f"{at.column(inner.arguments[0]).atom}.isNotNull()")
    return Code(f"~{at.column(inner).within(UNARY)}", UNARY)


def _is_null(at: Columns, call: Call) -> Code:
    return Code(f"{at.column(call.arguments[0]).atom}.isNull()")


def _in(at: Columns, call: Call) -> Code:
    value, *constants = call.arguments
    listed = ", ".join(str(at.value(constant)) for constant in constants)
    return Code(f"{at.column(value).atom}.isin({listed})")


def _case(at: Columns, call: Call) -> Code:
    pairs = zip(call.arguments[:-1:2], call.arguments[1:-1:2], strict=True)
    values = [*call.arguments[1:-1:2], call.arguments[-1]]
    code = "F"
    for condition, value in pairs:
        code += f".when({at.column(condition)}, {at.value(value)})"
    otherwise = call.arguments[-1]
    if not (isinstance(otherwise, Constant) and otherwise.value is None):
        code += f".otherwise({at.value(otherwise)})"
    if call.type == "int64" and all(isinstance(value, Constant) for value in values):
        code += '.cast("bigint")'
    return Code(code)


def _coalesce(at: Columns, call: Call) -> Code:
    return at.of(call.name, *map(at.column, call.arguments))


# --- Numbers ---------------------------------------------------------------------------------


CALLS: dict[str, Callable[[Columns, Call], Code]] = {
    "and": _logic,
    "or": _logic,
    "not": _not,
    "is_null": _is_null,
    "in": _in,
    "case": _case,
    "coalesce": _coalesce,
    "nullif": _coalesce,
    "greatest": _coalesce,
    "least": _coalesce,
}
