"""Types and literals as Polars' Python has them."""

from __future__ import annotations

import datetime
from typing import Any

from spillway_adapters.query.language import Call, Constant, Expression, Type
from spillway_adapters.query.python_text import string

TYPES: dict[Type, str] = {
    "int64": "pl.Int64",
    "float64": "pl.Float64",
    "text": "pl.String",
    "bool": "pl.Boolean",
    "date": "pl.Date",
    "timestamp": 'pl.Datetime("us")',
}


def literal(value: Constant) -> str:
    """On its own, with its type."""
    if value.value is None:
        return f"pl.lit(None, dtype={TYPES[value.type]})"
    if value.type == "int64":
        return f"pl.lit({raw(value)}, dtype=pl.Int64)"
    return f"pl.lit({raw(value)})"


def raw(value: Constant) -> str:
    """As Python has it."""
    match value.value:
        case bool():
            return str(value.value)
        case datetime.datetime() as moment:
            fields = [moment.year, moment.month, moment.day, moment.hour, moment.minute]
            fields += [moment.second, moment.microsecond]
            while len(fields) > 3 and fields[-1] == 0:
                fields.pop()
            return f"datetime.datetime({', '.join(map(str, fields))})"
        case datetime.date() as day:
            return f"datetime.date({day.year}, {day.month}, {day.day})"
        case str():
            return string(value.value)
        case int():
            return str(value.value) if value.type == "int64" else repr(float(value.value))
    return repr(value.value)


def folded(expression: Expression) -> Constant | None:
    """A constant, also one that was widened."""
    if isinstance(expression, Constant):
        return expression
    if (
        isinstance(expression, Call)
        and expression.name == "cast"
        and expression.type == "float64"
        and isinstance(expression.arguments[0], Constant)
        and isinstance(expression.arguments[0].value, int)
    ):
        return Constant(float(expression.arguments[0].value), "float64")
    if (
        isinstance(expression, Call)
        and expression.name == "neg"
        and isinstance(expression.arguments[0], Constant)
        and isinstance(expression.arguments[0].value, int | float)
    ):
        return Constant(-expression.arguments[0].value, expression.type)
    return None


def impossible(expression: Expression) -> Constant:
    raise AssertionError(f"{expression} is no constant")


def value_of(expression: Expression) -> Any:  # noqa: ANN401 (of any type)
    constant = folded(expression)
    assert constant is not None
    return constant.value


def quoted(expression: Expression) -> str:
    return string(value_of(expression))
