"""Numbers of the query language, and casts, as code over a pandas frame."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from spillway_adapters.query import bounds
from spillway_adapters.query.language import Call, Constant, Expression, Refused
from spillway_adapters.query.python_code import ADD, MULTIPLY, POWER, UNARY, Code
from spillway_adapters.query.python_layout import quoted

if TYPE_CHECKING:
    from spillway_adapters.query.pandas_expressions import Expressions


def _arithmetic(at: Expressions, call: Call) -> Code:
    operator, binding = call.name, MULTIPLY if call.name == "*" else ADD
    if call.type == "int64" and bounds.overflows(call):
        left, right = at.operands(call.arguments)
        return at.helper("checked", quoted(operator), left, right)
    left, right = _inner(at, call.arguments)
    text = f"{left.within(binding)} {operator} {right.within(binding + 1)}"
    code = Code(text, binding)
    return code if call.type == "int64" else at.finite(call, code)


def _inner(at: Expressions, arguments: tuple[Expression, ...]) -> list[Code]:
    """Operands of sums and products: infinity stays what it is in them, so that one look at the
    whole result is enough."""
    found = []
    for argument in arguments:
        nested = isinstance(argument, Call) and argument.type == "float64"
        if nested and argument.name in ("+", "-", "*"):
            binding = MULTIPLY if argument.name == "*" else ADD
            left, right = _inner(at, argument.arguments)
            text = f"{left.within(binding)} {argument.name} {right.within(binding + 1)}"
            found.append(Code(text, binding, left.scalar and right.scalar))
        else:
            found.append(at.value(argument))
    if all(code.scalar for code in found):
        found[0] = at.column(arguments[0])
    return found


def _divided(at: Expressions, call: Call) -> Code:
    left, right = at.operands(call.arguments)
    text = f"{left.within(MULTIPLY)} / {right.within(UNARY)}"
    divisor = call.arguments[1]
    if isinstance(divisor, Constant) and not divisor.value:
        return at.constant(Constant(None, "float64"))  # Python's own numbers would raise.
    return at.finite(call, Code(text, MULTIPLY))


def _whole_division(at: Expressions, call: Call) -> Code:
    left, right = call.arguments
    return at.helper("whole_division", at.column(left), _divisor(at, right))


def _divisor(at: Expressions, expression: Expression) -> Code:
    found = at.value(expression)
    return found if bounds.never_zero(expression) else at.column(expression)


def _mod(at: Expressions, call: Call) -> Code:
    left, right = call.arguments
    if call.type == "float64":
        at.helpers.silent()
        return Code(f"np.fmod({at.column(left)}, {at.value(right)})")
    return at.helper("remainder", at.column(left), _divisor(at, right))


def _neg(at: Expressions, call: Call) -> Code:
    if call.type == "int64" and bounds.bound(call.arguments[0]) > 2**62:
        return at.helper("checked", '"-"', "0", at.column(call.arguments[0]))
    return Code(f"-{at.column(call.arguments[0]).within(UNARY)}", UNARY)


def _of_numpy(at: Expressions, call: Call, function: str) -> Code:
    at.helpers.numpy()
    (argument,) = call.arguments
    return at.finite(call, Code(f"np.{function}({at.column(argument)})"))


def _silent(at: Expressions, call: Call) -> Code:
    """Of which NumPy warns outside of the domain."""
    at.helpers.silent()
    return _of_numpy(at, call, {"ln": "log"}.get(call.name, call.name))


def _abs(at: Expressions, call: Call) -> Code:
    (argument,) = call.arguments
    return Code(f"{at.column(argument).atom}.abs()")


def _whole(at: Expressions, call: Call) -> Code:
    (argument,) = call.arguments
    if argument.type == "int64":
        return at.column(argument)
    at.helpers.numpy()
    return Code(f"np.{call.name}({at.column(argument)})")


def _round(at: Expressions, call: Call) -> Code:
    argument = call.arguments[0]
    if argument.type == "int64":
        return at.column(argument)
    digits = [each.value for each in call.arguments[1:] if isinstance(each, Constant)]
    return at.helper("round_half_away", at.column(argument), *(digits or [0]))


def _sign(at: Expressions, call: Call) -> Code:
    at.helpers.numpy()
    return Code(f'np.sign({at.column(call.arguments[0])}).astype("Int64")')


def _pow(at: Expressions, call: Call) -> Code:
    at.helpers.silent()
    left, right = call.arguments
    plain = isinstance(right, Constant) and right.value
    if plain:
        return Code(
            f"{at.helpers.use('finite')}({at.column(left).within(POWER + 1)} ** "
            f"{at.value(right).within(UNARY)})"
        )
    return at.helper("power", at.column(left), at.column(right))


def _cast(at: Expressions, call: Call) -> Code:
    (argument,) = call.arguments
    found = at.column(argument)
    match (argument.type, call.type):
        case (a, b) if a == b or (a, b) == ("date", "timestamp"):
            return found
        case ("int64", "float64"):
            return Code(f'{found.atom}.astype("float64")')
        case ("bool", "float64"):
            return Code(f'{found.atom}.astype("float64")')
        case ("float64", "int64"):
            return at.helper("nearest_integer", found)
        case ("bool", "int64"):
            return Code(f'{found.atom}.astype("Int64")')
        case ("int64" | "float64", "bool"):
            return at.value(Call("<>", (argument, Constant(0, argument.type)), "bool"))
        case ("int64", "text"):
            return Code(f'{found.atom}.astype("{at.dtypes["text"]}")')
        case ("bool", "text"):
            return Code(f'{found.atom}.astype("{at.dtypes["text"]}").str.lower()')
        case ("date", "text"):
            dtype = at.dtypes["text"]
            return Code(f'{found.atom}.dt.strftime("%Y-%m-%d").astype("{dtype}")')
        case ("timestamp", "date"):
            return Code(f'{found.atom}.dt.floor("D")')
        case ("text", kind):
            return at.helper(f"{kind}_of_text", found)
    raise Refused("cast()", f"of {argument.type} to {call.type}.")


CALLS: dict[str, Callable[[Expressions, Call], Code]] = {
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
    "sqrt": _silent,
    "ln": _silent,
    "log10": _silent,
    "log2": _silent,
    "exp": _silent,
    "sign": _sign,
    "pow": _pow,
    "cast": _cast,
}
