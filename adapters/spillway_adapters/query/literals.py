"""Literals: numbers within 64 bits, dates and timestamps; and their one spelling."""

from __future__ import annotations

import datetime
import math

from spillway_adapters.query.language import (
    Constant,
    Type,
    Value,
)
from spillway_adapters.query.tokens import BadExpression, quoted

INT64 = range(-(2**63), 2**63)


def no_moment(text: str, kind: str, offset: int) -> BadExpression:
    example = "2024-02-29" if kind == "date" else "2024-02-29 23:59:59"
    return BadExpression(
        f"{quoted(text)} is no {kind}", offset, f"Write {kind} '{example}', from year 1 to 9999."
    )


def is_float(text: str) -> bool:
    return any(c in text for c in ".eE")


def float_of(text: str, offset: int) -> float:
    value = float(text)
    if math.isinf(value):
        raise BadExpression(f"{text} is beyond float64", offset, "The largest is about 1.8e308.")
    return value


def integer(text: str, offset: int) -> Constant:
    # Without converting it: Python refuses numbers of very many digits.
    digits = text.lstrip("-").lstrip("0") or "0"
    if len(digits) > 19 or int(text[: text.startswith("-")] + digits) not in INT64:
        raise beyond(text, offset)
    return Constant(int(text[: text.startswith("-")] + digits), "int64")


def beyond(text: str, offset: int) -> BadExpression:
    return BadExpression(
        f"{quoted(text, 30)[1:-1]} is beyond 64 bits",
        offset,
        "Integers go from -9223372036854775808 to 9223372036854775807; write 1e30 for a float64.",
    )


def literal(value: Value, kind: Type) -> str:
    if value is None:
        return f"cast(null as {kind})"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    if isinstance(value, datetime.datetime):
        return f"timestamp '{value.isoformat(' ')}'"
    if isinstance(value, datetime.date):
        return f"date '{value.isoformat()}'"
    return repr(value)
