"""Numbers of the query language, and casts, as Spark's columns."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from spillway_adapters.query import bounds
from spillway_adapters.query.language import Call
from spillway_adapters.query.python_code import ADD, MULTIPLY, UNARY, Code
from spillway_adapters.query.spark_types import TYPES

if TYPE_CHECKING:
    from spillway_adapters.query.spark_expressions import Columns


def _arithmetic(at: Columns, call: Call) -> Code:
    code = _operation(at, call)
    return code if call.type == "int64" else at.finite(call, code)


def _operation(at: Columns, call: Call) -> Code:
    """Infinity stays what it is in sums and products: one look at the result is enough."""
    binding = MULTIPLY if call.name == "*" else ADD
    found = []
    for argument in call.arguments:
        nested = isinstance(argument, Call) and argument.name in ("+", "-", "*")
        found.append(_operation(at, argument) if nested else at.value(argument))
    if all(code.scalar for code in found):
        found = [at.column(argument) for argument in call.arguments]
    left, right = found
    return Code(f"{left.within(binding)} {call.name} {right.within(binding + 1)}", binding)


def _divided(at: Columns, call: Call) -> Code:
    left, right = at.operands(call.arguments)
    if bounds.never_zero(call.arguments[1]):
        text = f"{left.within(MULTIPLY)} / {right.within(UNARY)}"
        return at.finite(call, Code(text, MULTIPLY))
    values = map(at.column, call.arguments)
    return at.helper("finite", at.of("try_divide", *values))


def _whole_division(at: Columns, call: Call) -> Code:
    left, right = map(at.column, call.arguments)
    if not bounds.never_zero(call.arguments[1]):
        right = at.of("nullif", right, "F.lit(0)")
    return at.of("call_function", '"div"', left, right)


def _mod(at: Columns, call: Call) -> Code:
    return at.of("try_mod", *map(at.column, call.arguments))


def _neg(at: Columns, call: Call) -> Code:
    return Code(f"-{at.column(call.arguments[0]).within(UNARY)}", UNARY)


def _abs(at: Columns, call: Call) -> Code:
    return at.of("abs", at.column(call.arguments[0]))


def _whole(at: Columns, call: Call) -> Code:
    (argument,) = call.arguments
    value = at.column(argument)
    if argument.type == "int64":
        return value
    if call.name == "trunc":
        rounded = f"F.when({value} < 0, F.ceil({value})).otherwise(F.floor({value}))"
    else:
        rounded = f"F.{call.name}({value})"
    return at.helper("whole", value, rounded)


def _round(at: Columns, call: Call) -> Code:
    value = at.column(call.arguments[0])
    if call.arguments[0].type == "int64":
        return value
    digits = at.word(call, 1) if len(call.arguments) > 1 else "0"
    return at.helper("round_half_away", value, digits)


def _sign(at: Columns, call: Call) -> Code:
    return at.of("signum", at.column(call.arguments[0]), long=True)


def _cast(at: Columns, call: Call) -> Code:
    (argument,) = call.arguments
    value, kind = at.column(argument), call.type
    match (argument.type, kind):
        case (a, b) if a == b:
            return value
        case ("float64", "int64"):
            return Code(f'F.rint({value}).try_cast("bigint")')
        case ("text", _):
            return at.helper(f"{kind}_of_text", value)
    return Code(f'{value.atom}.cast("{TYPES[kind]}")')


def _plain(at: Columns, call: Call) -> Code:
    """Of the same name and arguments."""
    values = [at.column(argument) for argument in call.arguments]
    return at.finite(call, at.of(call.name, *values))


CALLS: dict[str, Callable[[Columns, Call], Code]] = {
    "+": _arithmetic,
    "-": _arithmetic,
    "*": _arithmetic,
    "/": _divided,
    "//": _whole_division,
    "mod": _mod,
    "neg": _neg,
    "abs": _abs,
    "floor": _whole,
    "ceil": _whole,
    "trunc": _whole,
    "round": _round,
    "sqrt": _plain,
    "exp": _plain,
    "ln": _plain,
    "log10": _plain,
    "log2": _plain,
    "pow": _plain,
    "sign": _sign,
    "cast": _cast,
}
