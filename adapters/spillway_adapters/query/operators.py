"""The operators of the query language."""

from __future__ import annotations

from typing import Literal

from spillway_adapters.query.language import Type
from spillway_adapters.query.signatures import (
    DAY,
    ORDERED,
    UNITS,
    Function,
    Parameter,
    Tier,
    count,
    number,
    parameter,
    real,
    text,
    word,
)


def _operator(
    name: str,
    written: str,
    parameters: tuple[Parameter, ...],
    result: Type | Literal["same"],
    what: str,
    *,
    unify: bool = False,
    tier: Tier = "core",
) -> Function:
    return Function(name, "operator", tier, parameters, result, what, unify, written)


_A, _B = number("a"), number("b")
_TRUTH = (parameter("a", "bool"), parameter("b", "bool"))
_ALIKE = (parameter("a"), parameter("b"))
_SORTABLE = (parameter("a", *ORDERED), parameter("b", *ORDERED))

OPERATORS = (
    _operator("+", "a + b", (_A, _B), "same", "Sum.", unify=True),
    _operator("-", "a - b", (_A, _B), "same", "Difference.", unify=True),
    _operator("*", "a * b", (_A, _B), "same", "Product.", unify=True),
    _operator("/", "a / b", (real("a"), real("b")), "float64", "Quotient; null when b is 0."),
    _operator(
        "//",
        "a // b",
        (parameter("a", "int64"), parameter("b", "int64")),
        "int64",
        "Quotient without its fraction, towards 0: -7 // 2 is -3; null when b is 0.",
        tier="wide",
    ),
    _operator(
        "mod",
        "a % b",
        (_A, _B),
        "same",
        "Rest of the division, with the sign of a: -7 % 2 is -1; null when b is 0. Also mod(a, b).",
        unify=True,
    ),
    _operator("neg", "-a", (_A,), "same", "The number with the other sign."),
    _operator(
        "||",
        "a || b",
        (text("a"), text("b")),
        "text",
        "Both texts in a row; null when one is.",
        tier="wide",
    ),
    _operator("=", "a = b", _ALIKE, "bool", "Equal.", unify=True),
    _operator("<>", "a <> b", _ALIKE, "bool", "Not equal. Also a != b.", unify=True),
    _operator("<", "a < b", _SORTABLE, "bool", "Less; text by its bytes.", unify=True),
    _operator("<=", "a <= b", _SORTABLE, "bool", "Less or equal.", unify=True),
    _operator(">", "a > b", _SORTABLE, "bool", "Greater.", unify=True),
    _operator(">=", "a >= b", _SORTABLE, "bool", "Greater or equal.", unify=True),
    _operator(
        "and", "a and b", _TRUTH, "bool", "False when one is false, else null when one is null."
    ),
    _operator("or", "a or b", _TRUTH, "bool", "True when one is true, else null when one is null."),
    _operator("not", "not a", (_TRUTH[0],), "bool", "The opposite; null stays null."),
    _operator("is_null", "a is null", (parameter("a"),), "bool", "Never null. Also a is not null."),
    _operator(
        "in",
        "a in (1, 2)",
        (parameter("a"), parameter("b", constant=True, repeated=True)),
        "bool",
        "Equal to one of these literals. Also a not in (1, 2).",
        unify=True,
    ),
    _operator(
        "like",
        "a like 'b%'",
        (text("a"), word("b")),
        "bool",
        "The whole text is like this: % stands for any characters, _ for one. Nothing escapes "
        "them, a backslash is a backslash. Also a not like 'b%'.",
        tier="wide",
    ),
    _operator(
        "date_add",
        "a + interval 3 month",
        (
            parameter("a", *DAY),
            count("n", -1_000_000_000, high=1_000_000_000),
            word("unit", words=UNITS),
        ),
        "same",
        "Later, or earlier with -, by a number of years, quarters, months, weeks, days, and of a "
        "timestamp hours, minutes or seconds. A day that the month does not have becomes its last.",
        tier="wide",
    ),
)
