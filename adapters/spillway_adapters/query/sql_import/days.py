"""Dates and timestamps: sums with intervals, differences, parts.

A date with an interval of days, or truncated, stays a date here; DuckDB makes the timestamp of its
midnight of it.
"""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from spillway_adapters.query.sql_import import literals
from spillway_adapters.query.sql_import.casts import cast_to
from spillway_adapters.query.sql_import.places import refuse
from spillway_adapters.query.sql_import.relation import (
    PRODUCT,
    SUM,
    Piece,
    call,
    operation,
    text_literal,
)

_DAY = ("date", "timestamp")
_UNITS = ("year", "quarter", "month", "week", "day", "hour", "minute", "second")
#: What DuckDB also calls them.
_SHORT = {
    "y": "year", "yr": "year", "mon": "month", "q": "quarter", "w": "week", "d": "day",
    "h": "hour", "hr": "hour", "m": "minute", "min": "minute", "sec": "second", "s": "second",
    "dayofweek": "dow", "weekday": "dow", "dayofyear": "doy",
}  # fmt: skip

Writer = Any


def sum_of_days(writer: Writer, node: exp.Binary) -> Piece | tuple[Piece, Piece]:
    """A sum or difference with a date; both operands when it is none: written once, since twice at
    every level of a long sum takes for ever."""
    value = literals.day_value(node)
    if value is not None:
        return literals.day_piece(value)
    if isinstance(node.this, exp.Interval) or isinstance(node.expression, exp.Interval):
        return _with_interval(writer, node)
    left, right = writer.write(node.this), writer.write(node.expression)
    if left.type in _DAY and right.type in _DAY and isinstance(node, exp.Sub):
        if "timestamp" in (left.type, right.type):
            refuse(node, "A difference of timestamps", "Use date_diff('second', a, b).")
        return operation(
            SUM, "int64", "{} - {}", call("days", "int64", left), call("days", "int64", right)
        )
    if left.type == "date" and right.type == "int64":
        number = literals.number(node.expression)
        if number is None:
            refuse(node.expression, "Days from a column added to a date")
        return _add(left, int(number), "day", node)
    return left, right


def _with_interval(writer: Writer, node: exp.Binary) -> Piece:
    base, span = node.this, node.expression
    if isinstance(base, exp.Interval):
        if isinstance(node, exp.Sub):
            refuse(node, "An interval less something")
        base, span = span, base
    if not isinstance(span, exp.Interval):
        refuse(node, "A sum of an interval and this")
    count, unit = literals.interval(span)
    piece = writer.write(base)
    if piece.type not in _DAY:
        refuse(base, f"An interval added to {piece.type}", "Cast it to date or timestamp.")
    if piece.type == "date" and unit in ("hour", "minute", "second"):
        piece = cast_to(piece, "timestamp", base)
    return _add(piece, count, unit, node)


def _add(piece: Piece, count: int, unit: str, node: exp.Expression) -> Piece:
    if unit not in _UNITS:
        refuse(node, f"Intervals of {unit}s are not supported")
    if isinstance(node, exp.Sub):
        count = -count
    sign = "-" if count < 0 else "+"
    return operation(SUM, piece.type, f"{{}} {sign} interval {abs(count)} {unit}", piece)


def unit_of(node: exp.Expression | None, at: exp.Expression) -> str:
    if not isinstance(node, exp.Literal | exp.Var | exp.Column | exp.Identifier):
        refuse(at, "The unit must be a word")
    word = node.name.lower()
    word = _SHORT.get(word, word)
    return word.rstrip("s") if word.rstrip("s") in _UNITS else word


def moment(writer: Writer, node: exp.Expression) -> Piece:
    """A date or timestamp; a text is read as one."""
    piece = writer.write(node)
    if piece.type in _DAY or piece.type is None:
        return piece
    if piece.type == "text" and isinstance(node, exp.Literal):
        kind = "date" if len(node.this.strip()) == 10 else "timestamp"
        return literals.typed(node.this, kind, node)
    refuse(node, f"A date or timestamp is needed, this is {piece.type}", "Cast it.")


def part(writer: Writer, unit: str, value: exp.Expression, node: exp.Expression) -> Piece:
    """extract(unit FROM value)."""
    piece = moment(writer, value)
    if unit in ("year", "month", "day", "quarter"):
        return call(unit, "int64", piece)
    if unit in ("hour", "minute", "second"):
        return call(unit, "int64", cast_to(piece, "timestamp", value))
    if unit == "isodow":
        return call("weekday", "int64", piece)
    if unit == "dow":
        # 0 is Sunday; weekday() has 7 for it.
        return operation(PRODUCT, "int64", "{} % 7", call("weekday", "int64", piece))
    if unit == "epoch":
        epoch = call("epoch_us", "int64", cast_to(piece, "timestamp", value))
        return operation(PRODUCT, "float64", "{} / 1000000", epoch)
    day = cast_to(piece, "date", value)
    if unit == "doy":
        return _day_of_year(day)
    if unit == "week":
        # ISO 8601: the week is that of its Thursday.
        monday = call("date_trunc", "date", Piece("'week'", "text"), day)
        thursday = operation(SUM, "date", "{} + interval 3 day", monday)
        doy = _day_of_year(thursday)
        return Piece(f"({doy.text} - 1) // 7 + 1", "int64", SUM, doy.columns)
    refuse(node, f"{unit} of a date is not supported")


def _day_of_year(day: Piece) -> Piece:
    first = call("date_trunc", "date", Piece("'year'", "text"), day)
    text = f"days({day.text}) - days({first.text}) + 1"
    return Piece(text, "int64", SUM, day.columns)


def truncated(writer: Writer, unit: str, value: exp.Expression, node: exp.Expression) -> Piece:
    if unit not in _UNITS:
        refuse(node, f"date_trunc to the {unit} is not supported")
    piece = moment(writer, value)
    if unit in ("hour", "minute", "second"):
        piece = cast_to(piece, "timestamp", value)
    return call("date_trunc", piece.type, Piece(f"'{unit}'", "text"), piece)


def difference(
    writer: Writer, unit: str, start: exp.Expression, end: exp.Expression, node: exp.Expression
) -> Piece:
    if unit not in _UNITS:
        refuse(node, f"date_diff in {unit}s is not supported")
    first, second = moment(writer, start), moment(writer, end)
    if first.type != second.type or unit in ("hour", "minute", "second"):
        first = cast_to(first, "timestamp", start)
        second = cast_to(second, "timestamp", end)
    return call("date_diff", "int64", Piece(f"'{unit}'", "text"), first, second)


def last_day(writer: Writer, value: exp.Expression) -> Piece:
    day = cast_to(moment(writer, value), "date", value)
    month = call("date_trunc", "date", Piece("'month'", "text"), day)
    return operation(SUM, "date", "{} + interval 1 month - interval 1 day", month)


_DIRECTIVES = {"Y": (1, 4), "m": (6, 2), "d": (9, 2)}
_CLOCK = {"H": "hour", "M": "minute", "S": "second"}


def formatted(writer: Writer, value: exp.Expression, format: str, node: exp.Expression) -> Piece:
    """strftime() of numbers that need no names: out of the date's own text, 2024-02-29."""
    piece = moment(writer, value)
    day = cast_to(cast_to(piece, "date", value), "text", value)
    rest = format
    pieces: list[Piece] = []
    for whole, length in (("%Y-%m-%d", 10), ("%Y-%m", 7)):
        if rest.startswith(whole):
            part = (
                day
                if length == 10
                else Piece(f"substr({day.text}, 1, {length})", "text", columns=day.columns)
            )
            pieces.append(part)
            rest = rest[len(whole) :]
    while rest:
        if rest[0] != "%":
            end = rest.find("%") if "%" in rest else len(rest)
            pieces.append(Piece(text_literal(rest[:end]), "text"))
            rest = rest[end:]
        elif rest[1:2] in _DIRECTIVES:
            start, length = _DIRECTIVES[rest[1]]
            text = f"substr({day.text}, {start}, {length})"
            pieces.append(Piece(text, "text", columns=day.columns))
            rest = rest[2:]
        elif rest[1:2] in _CLOCK:
            clock = call(_CLOCK[rest[1]], "int64", cast_to(piece, "timestamp", value))
            text = f"right('0' || cast({clock.text} as text), 2)"
            pieces.append(Piece(text, "text", columns=clock.columns))
            rest = rest[2:]
        else:
            refuse(node, f"strftime() with {rest[:2]} is not supported", "As '%Y-%m-%d'.")
    if len(pieces) == 1:
        return pieces[0]
    return _joined(pieces)


def _joined(pieces: list[Piece]) -> Piece:
    columns = frozenset().union(*(p.columns for p in pieces))
    return Piece("(" + " || ".join(p.text for p in pieces) + ")", "text", columns=columns)
