"""The one spelling of expressions: brackets only where they are needed, casts left away where they
come by themselves."""

from __future__ import annotations

import re
from collections.abc import Callable

from spillway_adapters.query import functions
from spillway_adapters.query.language import (
    Aggregate,
    Call,
    Column,
    Constant,
    Expression,
    WindowCall,
)
from spillway_adapters.query.literals import literal

#: A column of this name is written in double quotes.
RESERVED = frozenset(
    word
    for words in (
        "and between case else end false in interval is",
        "like not null or then true when",
    )
    for word in words.split()
)


#: How tight binary operators bind; all are left-associative, but comparisons do not chain.
BINDING = {
    "or": 1,
    "and": 2,
    "=": 4,
    "==": 4,
    "<>": 4,
    "!=": 4,
    "<": 4,
    "<=": 4,
    ">": 4,
    ">=": 4,
    "is": 4,
    "in": 4,
    "between": 4,
    "like": 4,
    "not": 4,  #: x not in, x not between, x not like
    "||": 5,
    "+": 6,
    "-": 6,
    "*": 7,
    "/": 7,
    "//": 7,
    "%": 7,
    "::": 9,
}
NOT, COMPARISON, NEGATION = 3, 4, 8


def name(column: str) -> str:
    """As it is written in an expression."""
    plain = re.fullmatch(r"[^\W0-9]\w*", column) and column.lower() not in RESERVED
    return column if plain else '"' + column.replace('"', '""') + '"'


def text(expression: Expression | Aggregate | WindowCall) -> str:
    """The one spelling: brackets only where they are needed, casts left away where they come by
    themselves."""
    if isinstance(expression, Aggregate):
        arguments = [] if expression.argument is None else [text(expression.argument)]
        if expression.quantile is not None:
            arguments.append(repr(expression.quantile))
        return f"{expression.name}({', '.join(arguments)})"
    if isinstance(expression, WindowCall):
        arguments = [] if expression.argument is None else [text(expression.argument)]
        if expression.offset is not None:
            arguments.append(str(expression.offset))
        return f"{expression.name}({', '.join(arguments)})"
    return _text(expression)[0]


_ATOM = 10


def _text(expression: Expression) -> tuple[str, int]:
    """With how tight it binds."""
    if isinstance(expression, Column):
        return name(expression.name), _ATOM
    if isinstance(expression, Constant):
        written = literal(expression.value, expression.type)
        return written, NEGATION if written.startswith("-") else _ATOM
    writer = _WRITERS.get(expression.name)
    if writer:
        return writer(expression)
    if expression.name in _SYMBOLS:
        return _binary(expression)
    arguments = [_text(x)[0] for x in _implied(expression)]
    parameters = functions.FUNCTIONS[expression.name].parameters
    while len(arguments) == len(parameters) and parameters[-1].default is not None:
        if expression.arguments[-1] != functions.default_of(parameters[-1]):
            break
        arguments.pop()
        parameters = parameters[:-1]
    return f"{expression.name}({', '.join(arguments)})", _ATOM


_SYMBOLS = {"or", "and", "=", "<>", "<", "<=", ">", ">=", "||", "+", "-", "*", "/", "//", "mod"}


def _in(expression: Expression, binding: int) -> str:
    """In brackets when it binds less than that."""
    written, own = _text(expression)
    return written if own >= binding else f"({written})"


def _binary(call: Call) -> tuple[str, int]:
    symbol = "%" if call.name == "mod" else call.name
    binding = BINDING[symbol]
    left, right = _implied(call)
    # Comparisons do not chain, the others are left-associative.
    first = _in(left, binding + (binding == COMPARISON))
    return f"{first} {symbol} {_in(right, binding + 1)}", binding


def _write_not(call: Call) -> tuple[str, int]:
    inner = call.arguments[0]
    if isinstance(inner, Call):
        if inner.name == "is_null":
            return f"{_in(inner.arguments[0], COMPARISON + 1)} is not null", COMPARISON
        if inner.name in ("in", "like"):
            return _WRITERS[inner.name](inner, "not ")
    return f"not {_in(inner, NOT)}", NOT


def _write_negative(call: Call) -> tuple[str, int]:
    written, binding = _text(call.arguments[0])
    if binding < NEGATION or written.startswith("-"):
        written = f"({written})"
    return f"-{written}", NEGATION


def _write_null(call: Call) -> tuple[str, int]:
    return f"{_in(call.arguments[0], COMPARISON + 1)} is null", COMPARISON


def _write_in(call: Call, negation: str = "") -> tuple[str, int]:
    value, *constants = _implied(call)
    listed = ", ".join(_text(x)[0] for x in constants)
    return f"{_in(value, COMPARISON + 1)} {negation}in ({listed})", COMPARISON


def _write_like(call: Call, negation: str = "") -> tuple[str, int]:
    value, pattern = call.arguments
    written = _in(value, COMPARISON + 1)
    return f"{written} {negation}like {_text(pattern)[0]}", COMPARISON


def _write_case(call: Call) -> tuple[str, int]:
    arguments = _implied(call)
    pairs = zip(arguments[:-1:2], arguments[1:-1:2], strict=True)
    written = " ".join(f"when {_text(c)[0]} then {_text(v)[0]}" for c, v in pairs)
    otherwise = arguments[-1]
    if not (isinstance(otherwise, Constant) and otherwise.value is None):
        written += f" else {_text(otherwise)[0]}"
    return f"case {written} end", _ATOM


def _write_cast(call: Call) -> tuple[str, int]:
    return f"cast({_text(call.arguments[0])[0]} as {call.type})", _ATOM


def _write_later(call: Call) -> tuple[str, int]:
    moment, number, unit = call.arguments
    value: int = number.value  # type: ignore[union-attr, assignment]
    sign = "-" if value < 0 else "+"
    interval = f"interval {abs(value)} {unit.value}"  # type: ignore[union-attr]
    return f"{_in(moment, BINDING['+'])} {sign} {interval}", BINDING["+"]


_WRITERS: dict[str, Callable[..., tuple[str, int]]] = {
    "not": _write_not,
    "neg": _write_negative,
    "is_null": _write_null,
    "in": _write_in,
    "like": _write_like,
    "case": _write_case,
    "cast": _write_cast,
    "date_add": _write_later,
}


def _implied(call: Call) -> list[Expression]:
    """The arguments without the casts that reading puts there again: those to a parameter that
    takes float64 alone, and those beside an argument that has the wide type by itself."""
    arguments = list(call.arguments)
    if call.name == "case":
        positions = [*range(1, len(arguments) - 1, 2), len(arguments) - 1]
    else:
        function = functions.OPERATORS.get(call.name) or functions.FUNCTIONS[call.name]
        wanted = function.parameters
        if not function.unify:
            return [
                x.arguments[0] if _widens(x) and p.types == ("float64",) else x
                for x, p in zip(
                    arguments, functions.each_parameter(wanted, len(arguments)), strict=True
                )
            ]
        each = functions.each_parameter(wanted, len(arguments))
        positions = [i for i, parameter in enumerate(each) if not parameter.words]
    if any(not _widens(arguments[i]) and not _is_null(arguments[i]) for i in positions):
        for i in positions:
            if _widens(arguments[i]):
                arguments[i] = arguments[i].arguments[0]
    return arguments


def _widens(expression: Expression) -> bool:
    return (
        isinstance(expression, Call)
        and expression.name == "cast"
        and (expression.arguments[0].type, expression.type)
        in (("int64", "float64"), ("date", "timestamp"))
    )


def _is_null(expression: Expression) -> bool:
    return isinstance(expression, Constant) and expression.value is None
