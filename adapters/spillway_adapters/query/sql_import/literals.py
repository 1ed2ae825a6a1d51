"""Literals, and how a text literal takes the type of what stands beside it, as in SQL."""

from __future__ import annotations

import datetime
from decimal import Decimal

from sqlglot import exp

from spillway_adapters.query.sql_import.places import refuse
from spillway_adapters.query.sql_import.relation import SIGN, Piece, text_literal

_FOLDED = {
    exp.Add: lambda a, b: a + b,
    exp.Sub: lambda a, b: a - b,
    exp.Mul: lambda a, b: a * b,
}


def number(node: exp.Expression) -> Decimal | None:
    """The exact value of a number or of sums and products of numbers: 0.06 - 0.01 is 0.05 in SQL,
    which has decimals, and is not in float64."""
    if isinstance(node, exp.Literal) and not node.is_string and "e" not in node.this.lower():
        return Decimal(node.this)
    if isinstance(node, exp.Neg):
        value = number(node.this)
        return -value if value is not None else None
    fold = _FOLDED.get(type(node))
    if fold is None:
        return None
    left, right = number(node.this), number(node.expression)
    return fold(left, right) if left is not None and right is not None else None


def number_piece(value: Decimal, node: exp.Expression) -> Piece:
    whole = value.as_tuple().exponent == 0
    if whole and not -(2**63) <= value < 2**63:
        refuse(node, f"{value} is beyond 64 bits")
    text = f"{value:f}"
    return Piece(text, "int64" if whole else "float64", SIGN if value < 0 else SIGN + 1)


def literal(node: exp.Literal) -> Piece:
    if node.is_string:
        return Piece(text_literal(node.this), "text")
    value = number(node)
    if value is not None:
        return number_piece(value, node)
    return Piece(node.this.lower(), "float64")


def day_piece(value: datetime.date) -> Piece:
    if isinstance(value, datetime.datetime):
        return Piece(f"timestamp '{value.isoformat(sep=' ')}'", "timestamp")
    return Piece(f"date '{value.isoformat()}'", "date")


def typed(text: str, type: str, node: exp.Expression) -> Piece:
    """The text as a literal of this type; refused where SQL fails, too."""
    if type == "text":
        return Piece(text_literal(text), "text")
    try:
        if type == "date":
            return day_piece(datetime.date.fromisoformat(text.strip()[:10]))
        if type == "timestamp":
            moment = datetime.datetime.fromisoformat(text.strip())
            if moment.tzinfo is not None:
                refuse(node, "Time zones are not supported", "Write the time in UTC.")
            return day_piece(moment)
        if type in ("int64", "float64"):
            value = Decimal(text.strip())
            if not value.is_finite():
                refuse(node, f"'{text}' is no number that the language has")
            return number_piece(Decimal(round(value)) if type == "int64" else value, node)
        if type == "bool" and text.strip().lower() in ("true", "false"):
            return Piece(text.strip().lower(), "bool")
    except (ValueError, ArithmeticError):
        pass
    refuse(node, f"'{text}' is no {type}")


def day_value(node: exp.Expression) -> datetime.date | None:
    """The value of date '…' or timestamp '…', also with intervals added."""
    if isinstance(node, exp.Cast) and isinstance(node.this, exp.Literal) and node.this.is_string:
        kind = node.to.this
        try:
            if kind == exp.DataType.Type.DATE:
                return datetime.date.fromisoformat(node.this.this.strip()[:10])
            if kind in (exp.DataType.Type.TIMESTAMP, exp.DataType.Type.TIMESTAMPNTZ):
                return datetime.datetime.fromisoformat(node.this.this.strip())
        except ValueError:
            refuse(node, f"'{node.this.this}' is no date")
    if isinstance(node, exp.Add | exp.Sub) and isinstance(node.expression, exp.Interval):
        start = day_value(node.this)
        if start is not None:
            count, unit = interval(node.expression)
            return _moved(start, count if isinstance(node, exp.Add) else -count, unit)
    return None


def interval(node: exp.Interval) -> tuple[int, str]:
    """Number and unit."""
    unit = node.args.get("unit")
    value = node.this
    if isinstance(value, exp.Neg) and isinstance(value.this, exp.Literal):
        text = f"-{value.this.this}"
    elif isinstance(value, exp.Literal):
        text = value.this
    else:
        refuse(node, "An interval that is not a number and a unit")
    try:
        return int(text), unit.name.lower().rstrip("s")
    except (ValueError, AttributeError):
        refuse(node, "An interval that is not a whole number and a unit", "As INTERVAL 3 MONTH.")


def _moved(start: datetime.date, count: int, unit: str) -> datetime.date | None:
    months = {"month": 1, "quarter": 3, "year": 12}.get(unit)
    if months:
        place = start.year * 12 + start.month - 1 + count * months
        year, month = divmod(place, 12)
        for day in range(start.day, 27, -1):
            try:
                return start.replace(year=year, month=month + 1, day=day)
            except ValueError:
                continue
        return start.replace(year=year, month=month + 1)
    if unit in ("day", "week"):
        return start + datetime.timedelta(days=count * (7 if unit == "week" else 1))
    if not isinstance(start, datetime.datetime):
        start = datetime.datetime.combine(start, datetime.time())
    if unit in ("hour", "minute", "second"):
        return start + datetime.timedelta(**{f"{unit}s": count})
    return None
