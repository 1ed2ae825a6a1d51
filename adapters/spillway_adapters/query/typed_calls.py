"""Calls with their types: arguments checked and widened to what a function takes."""

from __future__ import annotations

import datetime
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from spillway_adapters.moments import read_moment
from spillway_adapters.query import functions, patterns
from spillway_adapters.query.functions import Function, Parameter
from spillway_adapters.query.language import (
    Call,
    Constant,
    Expression,
    Type,
)
from spillway_adapters.query.literals import literal, no_moment
from spillway_adapters.query.tokens import BadExpression, quoted

#: Programs nest as deep as expressions, and Python's own parser ends at 200 brackets.
MAX_DEPTH = 100
MAX_PARTS = 10_000

Loose = Type | Literal["null"]  #: null: of a type that it does not know yet


@dataclass(frozen=True)
class Node:
    expression: Expression
    offset: int
    depth: int = 1
    parts: int = 1

    @property
    def type(self) -> Loose:
        return self.expression.type

    @property
    def is_constant(self) -> bool:
        return isinstance(self.expression, Constant)


def call(function: Function, arguments: list[Node], offset: int) -> Node:
    """Checks the arguments, widens them, and says what comes out."""
    arguments = checked(function, arguments, offset)
    if function.name in ("date_add", "date_trunc", "date_diff"):
        _check_unit(arguments)
    if any(p.pattern for p in function.parameters):
        _check_pattern(function, arguments)
    result = function.result
    if result == "same":
        position = next(i for i, p in enumerate(function.parameters) if not p.constant)
        result = arguments[position].type  # type: ignore[assignment]
    if function.name in ("round", "floor", "ceil", "trunc") and result == "int64":
        return arguments[0]  # A whole number is one already.
    return made(function.name, arguments, result, offset)


def checked(function: Function, arguments: list[Node], offset: int) -> list[Node]:
    name = shown(function)
    parameters = _spread(function, arguments, offset)
    found = [
        Node(functions.default_of(p), offset) if node is None else taken(name, p, node)
        for p, node in parameters
    ]
    if function.unify:
        several = [i for i, (p, _) in enumerate(parameters) if not p.words]
        if function.name in _COMPARES and any(
            n.is_constant and n.expression.value is None  # type: ignore[union-attr]
            for n in found
        ):
            raise BadExpression(
                f"{function.name} with null is always null", offset, "Write x is null."
            )
        alike_ones = alike(name, [found[i] for i in several])
        for i, node in zip(several, alike_ones, strict=True):
            found[i] = node
    for node in found:
        if node.type == "null":
            raise untyped_null(node.offset)
    return found


def taken(name: str, parameter: Parameter, node: Node) -> Node:
    """The argument as that parameter wants it."""
    if parameter.constant:
        node = _alias(parameter, node)
        _check_constant(name, parameter, node)
    if node.type == "null":
        if len(parameter.types) == 1:
            return Node(Constant(None, parameter.types[0]), node.offset)
        return node
    if node.type == "int64" and parameter.types == ("float64",):
        return widened(node, "float64")
    if node.type not in parameter.types:
        if node.is_constant and node.type == "text" and parameter.types == functions.DAY:
            raise BadExpression(
                f"{name} takes a date or a timestamp, this is text",
                node.offset,
                "Write date before it: date '2024-02-29'.",
            )
        raise BadExpression(
            f"{name} takes {_either(parameter.types)}, this is {node.type}",
            node.offset,
            _remedy(node.type, parameter.types),
        )
    return node


def alike(what: str, nodes: list[Node]) -> list[Node]:
    """Widened to one type: int64 to float64, date to timestamp, null to what the others are;
    a literal text to the date or timestamp beside it."""
    types = {n.type for n in nodes if n.type != "null"}
    if not types:
        raise untyped_null(nodes[0].offset)
    days = types & {"date", "timestamp"}
    if days and types - days == {"text"}:
        target = "timestamp" if "timestamp" in days else "date"
        nodes = [_as_moment(n, target) for n in nodes]  # type: ignore[arg-type]
        types = days
    for wide, narrow in _WIDER:
        if wide in types:
            types.discard(narrow)
    if len(types) > 1:
        first = next(n.type for n in nodes if n.type != "null")
        odd = next(n for n in nodes if n.type != "null" and not _go_together(first, n.type))
        raise BadExpression(
            f"{what} has {first} beside {odd.type}",
            odd.offset,
            _remedy(odd.type, (first,)) or _remedy(first, (odd.type,)),
        )
    target = types.pop()
    return [widened(n, target) for n in nodes]  # type: ignore[arg-type]


def widened(node: Node, target: Type) -> Node:
    """Literals by themselves, the rest in a cast."""
    value = node.expression
    if node.type == target:
        return node
    if not isinstance(value, Constant):
        return made("cast", [node], target, node.offset)
    if value.value is None:
        return Node(Constant(None, target), node.offset)
    if target == "float64":
        return Node(Constant(float(value.value), target), node.offset)  # type: ignore[arg-type]
    day: datetime.date = value.value  # type: ignore[assignment]
    midnight = datetime.datetime(day.year, day.month, day.day)
    return Node(Constant(midnight, target), node.offset)


def made(name: str, arguments: list[Node], result: Type, offset: int) -> Node:
    depth = 1 + max(x.depth for x in arguments)
    parts = 1 + sum(x.parts for x in arguments)
    if depth > MAX_DEPTH:
        raise too_deep(offset)
    if parts > MAX_PARTS:
        raise BadExpression(
            f"The expression has more than {MAX_PARTS:,} parts",
            offset,
            "Derive parts of it first, or join a table of the values.",
        )
    call = Call(name, tuple(x.expression for x in arguments), result)
    return Node(call, offset, depth, parts)


def truth(node: Node, what: str, offset: int) -> Node:
    if node.type == "null":
        return Node(Constant(None, "bool"), node.offset)
    if node.type != "bool":
        raise BadExpression(
            f"{what} needs a condition (bool), this is {node.type}",
            node.offset,
            "Compare it with something: x <> 0, x is not null.",
        )
    return node


def converted(inner: Node, target: Type, offset: int) -> Node:
    value = inner.expression
    if inner.type == "null" or (isinstance(value, Constant) and value.value is None):
        return Node(Constant(None, target), offset)
    if inner.type == target:
        return inner
    if (target, inner.type) in _WIDER:
        return widened(inner, target)
    if target == "bool" and inner.type in functions.NUMBER:
        zero = Node(Constant(0, "int64"), offset)
        return call(functions.OPERATORS["<>"], [inner, zero], offset)
    if inner.type == "bool" and target == "float64":
        inner = converted(inner, "int64", offset)
    if (inner.type, target) not in functions.CASTS:
        raise BadExpression(
            f"{inner.type} cannot be cast to {target}",
            offset,
            _NO_CAST.get((inner.type, target), "Cast it to another type first."),  # type: ignore[arg-type]
        )
    return made("cast", [inner], target, offset)


#: What is widened to what.
_WIDER = (("float64", "int64"), ("timestamp", "date"))


def _go_together(a: str, b: str) -> bool:
    return a == b or (a, b) in _WIDER or (b, a) in _WIDER


_COMPARES = ("=", "<>", "<", "<=", ">", ">=")


_NO_CAST = {
    ("float64", "text"): "Engines write floats differently: round it and cast it to int64 first.",
    ("timestamp", "text"): "Engines write times differently: cast(cast(t as date) as text).",
    ("date", "int64"): "Write days(d).",
    ("timestamp", "int64"): "Write epoch_us(t).",
    ("int64", "date"): "Write make_date(y, m, d).",
    ("int64", "timestamp"): "Keep the number, or cast the text of the time.",
}


_SHOWN = {"neg": "-", "mod": "%", "is_null": "is null", "date_add": "interval"}


def shown(function: Function) -> str:
    """For messages: sum(), or the operator."""
    if function.kind == "operator":
        return _SHOWN.get(function.name, function.name)
    return f"{function.name}()"


def _either(types: Sequence[str]) -> str:
    return types[0] if len(types) == 1 else f"{', '.join(types[:-1])} or {types[-1]}"


def _remedy(found: str, wanted: Sequence[str]) -> str:
    if tuple(wanted) == ("bool",):
        return "Compare it with something: x <> 0, x is not null."
    for target in wanted:
        if (found, target) in functions.CASTS:
            return f"Cast it: cast(… as {target})."
    return "Use another column or another function."


def _spread(
    function: Function, arguments: list[Node], offset: int
) -> list[tuple[Parameter, Node | None]]:
    """Parameters with their arguments; an optional one with a default, without."""
    parameters = function.parameters
    least = sum(not p.optional for p in parameters)
    repeats = bool(parameters) and parameters[-1].repeated
    if len(arguments) < least or (not repeats and len(arguments) > len(parameters)):
        names = ", ".join(f"[{p.name}]" if p.optional else p.name for p in parameters)
        wanted = f"{function.name}({names}{', …' if repeats else ''})"
        count = f"{len(arguments)} argument{'' if len(arguments) == 1 else 's'}"
        raise BadExpression(f"{function.name}() has {count}", offset, f"Write {wanted}.")
    pairs: list[tuple[Parameter, Node | None]] = [
        *zip(functions.each_parameter(parameters, len(arguments)), arguments, strict=True)
    ]
    pairs += [(p, None) for p in parameters[len(arguments) :] if p.default is not None]
    return pairs


#: SQL's flags of regexp_replace.
_FLAGS = {"g": "all", "": "first"}


def _alias(parameter: Parameter, node: Node) -> Node:
    """A word in its one spelling: in small letters."""
    value = node.expression
    if not parameter.words or not isinstance(value, Constant) or not isinstance(value.value, str):
        return node
    word = value.value.lower()
    if word not in parameter.words:
        word = _FLAGS.get(word, word) if "all" in parameter.words else word.removesuffix("s")
    return Node(Constant(word, "text"), node.offset) if word in parameter.words else node


def _check_constant(name: str, parameter: Parameter, node: Node) -> None:
    value = node.expression
    if not isinstance(value, Constant) or value.value is None:
        raise BadExpression(
            f"{parameter.name} of {name} is a literal, engines need it before they read",
            node.offset,
            "Write the value itself.",
        )
    if value.type == "text":
        if parameter.words and value.value not in parameter.words:
            raise BadExpression(
                f"{parameter.name} of {name} is not {quoted(str(value.value))}",
                node.offset,
                f"It is one of {', '.join(parameter.words)}.",
            )
        if not parameter.empty and not value.value:
            raise BadExpression(
                f"{parameter.name} of {name} is empty", node.offset, "Write at least a character."
            )
    elif value.type in functions.NUMBER and parameter.low is not None:
        low, high = parameter.low, parameter.high
        if not low <= value.value <= (math.inf if high is None else high):  # type: ignore[operator]
            raise BadExpression(
                f"{parameter.name} of {name} is {literal(value.value, value.type)}",
                node.offset,
                f"It goes from {low:,} to {high:,}.",
            )


def _check_pattern(function: Function, arguments: list[Node]) -> None:
    """The regular expression of regexp_…(), with what else depends on it."""
    pattern = str(arguments[1].expression.value)  # type: ignore[union-attr]
    # An offset is of the literal; of the sign inside it, while no quote before it is doubled.
    place = arguments[1].offset
    try:
        groups = patterns.check(pattern)
        if function.name == "regexp_replace":
            new, which = (x.expression.value for x in arguments[2:])  # type: ignore[union-attr]
            if which == "all" and patterns.can_be_empty(pattern):
                raise BadExpression(
                    "The pattern matches nothing, too, where engines differ in what they replace",
                    place,
                    "Write + in place of *, or replace the first alone",
                )
            place = arguments[2].offset
            patterns.check_replacement(str(new), groups)
    except patterns.BadPattern as bad:
        inside = place + 1 + bad.offset + pattern[: bad.offset].count("'")
        raise BadExpression(f"Regular expression: {bad.message}", inside, bad.remedy) from None
    if function.name == "regexp_extract":
        group: int = arguments[2].expression.value  # type: ignore[union-attr, assignment]
        if group > groups:
            raise BadExpression(
                f"The pattern has no group {group}",
                arguments[2].offset,
                f"It has {groups or 'none'}",
            )


def _check_unit(arguments: list[Node]) -> None:
    unit = next(n for n in arguments if n.type == "text")
    moments = [n for n in arguments if n.type in functions.DAY]
    value = unit.expression.value  # type: ignore[union-attr]
    if value not in functions.DATE_UNITS and moments and moments[0].type == "date":
        raise BadExpression(f"A date has no {value}s", unit.offset, "Cast it to timestamp first.")


def _as_moment(node: Node, target: Literal["date", "timestamp"]) -> Node:
    """A literal text beside dates is one of them."""
    if node.type != "text":
        return node
    value = node.expression
    if not isinstance(value, Constant):
        raise BadExpression(
            f"text stands beside {target}", node.offset, f"Cast it: cast(… as {target})."
        )
    if value.value is None:
        return Node(Constant(None, target), node.offset)
    found = read_moment(str(value.value), target)
    if found is None:
        raise no_moment(str(value.value), target, node.offset)
    return Node(Constant(found, target), node.offset)


def too_deep(offset: int) -> BadExpression:
    return BadExpression(
        f"The expression is nested deeper than {MAX_DEPTH} levels",
        offset,
        "Derive parts of it first; a chain of equalities is a in (1, 2, …).",
    )


def untyped_null(offset: int) -> BadExpression:
    return BadExpression(
        "This null has no type", offset, "Say which: cast(null as int64), for instance."
    )
