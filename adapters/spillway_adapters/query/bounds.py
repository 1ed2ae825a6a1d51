"""How large a number can become: whether an expression can leave the range of its type.

No value of the language is infinite or NaN, and no integer wraps. A compiler asks here where its
engine has to be held to that, so that `1 - discount` stays as short as it is written and
`price * quantity` does not.
"""

from __future__ import annotations

import math

from spillway_adapters.query.language import Call, Column, Constant, Expression

LARGEST_INTEGER = 2**63 - 1
LARGEST_FLOAT = 1.7976931348623157e308
#: Of what comes out of these, whatever goes in.
_SMALL = {
    "year": 10_000_000,
    "month": 12,
    "day": 31,
    "weekday": 7,
    "hour": 23,
    "minute": 59,
    "second": 59,
    "quarter": 4,
    "length": 2**40,
    "position": 2**40,
    "days": 2**40,
    "date_diff": 2**62,
    "sign": 1,
}


def bound(expression: Expression) -> float:
    """No value is farther from 0; infinity: it can be beyond float64, or be no number."""
    if isinstance(expression, Constant):
        return abs(float(expression.value or 0)) if _is_number(expression) else math.inf
    if isinstance(expression, Column):
        return _column(expression)
    if expression.name in _SMALL:
        return float(_SMALL[expression.name])
    if expression.type == "int64":
        return min(_call(expression), float(LARGEST_INTEGER))
    return _call(expression)


def finite(expression: Expression) -> bool:
    """Whether a number of float64 surely is one, in an engine that has infinity and NaN."""
    return bound(expression) <= LARGEST_FLOAT


def overflows(call: Call) -> bool:
    """Whether this operator on integers can leave 64 bits."""
    return call.type == "int64" and _call(call) > float(2**62)


def never_zero(expression: Expression) -> bool:
    return isinstance(expression, Constant) and bool(expression.value)


def _is_number(constant: Constant) -> bool:
    return constant.type in ("int64", "float64")


def _column(column: Column) -> float:
    return float(LARGEST_INTEGER) if column.type == "int64" else LARGEST_FLOAT


def _call(call: Call) -> float:
    sizes = [bound(argument) for argument in call.arguments]
    match call.name:
        case "+" | "-":
            return sizes[0] + sizes[1]
        case "*":
            return sizes[0] * sizes[1] if all(sizes) else 0.0
        case "/":
            divisor = call.arguments[1]
            if not never_zero(divisor):
                return math.inf
            assert isinstance(divisor, Constant)
            return sizes[0] / abs(float(divisor.value))  # type: ignore[arg-type]
        case "neg" | "abs" | "floor" | "ceil" | "trunc" | "cast":
            return sizes[0] if call.arguments[0].type != "text" else _typed(call)
        case "round":
            return sizes[0]
        case "mod":
            return sizes[0] if never_zero(call.arguments[1]) else math.inf
        case "//":
            return sizes[0]
        case "coalesce" | "greatest" | "least" | "nullif":
            return max(sizes)
        case "case":
            values = [*call.arguments[1::2], call.arguments[-1]]
            return max(bound(value) for value in values)
        case "epoch_us":
            return float(LARGEST_INTEGER)
        case _:
            return _typed(call)


def _typed(call: Call) -> float:
    return float(LARGEST_INTEGER) if call.type == "int64" else math.inf
