"""Dates and timestamps as Spark's columns."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from spillway_adapters.query.language import Call, Constant, Expression
from spillway_adapters.query.python_code import ADD, Code
from spillway_adapters.query.python_text import string as quoted

if TYPE_CHECKING:
    from spillway_adapters.query.spark_expressions import Columns

MONTHS = {"month": 1, "quarter": 3, "year": 12}


def _part(at: Columns, call: Call) -> Code:
    return at.of(call.name, at.column(call.arguments[0]), long=True)


def _weekday(at: Columns, call: Call) -> Code:
    return Code(f"{_part(at, call)} + 1", ADD)


def _epoch_us(at: Columns, call: Call) -> Code:
    value = at.column(call.arguments[0]).atom
    return Code(f'F.unix_micros({value}.cast("timestamp"))')


def _days(at: Columns, call: Call) -> Code:
    return at.of("unix_date", at.column(call.arguments[0]), long=True)


def _date_trunc(at: Columns, call: Call) -> Code:
    word, moment = call.arguments
    assert isinstance(word, Constant)
    value, unit = at.column(moment), quoted(str(word.value))
    if moment.type == "date":
        return value if word.value == "day" else at.of("trunc", value, unit)
    return Code(f'F.date_trunc({unit}, {value}).cast("timestamp_ntz")')


def _date_diff(at: Columns, call: Call) -> Code:
    word, begin, end = call.arguments
    assert isinstance(word, Constant)
    found = [_number_of(at, str(word.value), moment) for moment in (end, begin)]
    return Code(" - ".join(code.within(ADD + 1) for code in found), ADD)


def _number_of(at: Columns, unit: str, moment: Expression) -> Code:
    value = at.column(moment)
    day = str(value) if moment.type == "date" else f'{value.atom}.cast("date")'
    match unit:
        case "year":
            return at.of("year", value, long=True)
        case "quarter" | "month":
            year = at.of("year", value, long=True)
            return Code(f"{year} * {12 // MONTHS[unit]} + F.{unit}({value})", ADD)
        case "week":
            # Weeks begin on Mondays; day 0 was a Thursday.
            return Code(f"F.floor((F.unix_date({day}) + 3) / 7)")
        case "day":
            return at.of("unix_date", day, long=True)
    seconds = f'F.unix_seconds({value.atom}.cast("timestamp"))'
    every = {"hour": 3600, "minute": 60, "second": 1}[unit]
    return Code(seconds if every == 1 else f"F.floor({seconds} / {every})")


def _date_add(at: Columns, call: Call) -> Code:
    moment, count, word = call.arguments
    assert isinstance(word, Constant) and isinstance(count, Constant)
    unit, number = str(word.value), count.value
    assert isinstance(number, int)
    value = at.column(moment)
    if unit in MONTHS:
        number, unit = number * MONTHS[unit], "month"
    elif unit == "week":
        number, unit = number * 7, "day"
    if moment.type == "date" and unit in ("month", "day"):
        function = "add_months" if unit == "month" else "date_add"
        return at.of(function, value, number)
    return Code(f"{value.within(ADD)} + F.expr(\"INTERVAL '{number}' {unit.upper()}\")", ADD)


def _make_date(at: Columns, call: Call) -> Code:
    return at.helper("date_of", *map(at.column, call.arguments))


CALLS: dict[str, Callable[[Columns, Call], Code]] = {
    "year": _part,
    "quarter": _part,
    "month": _part,
    "day": _part,
    "hour": _part,
    "minute": _part,
    "second": _part,
    "weekday": _weekday,
    "epoch_us": _epoch_us,
    "days": _days,
    "date_trunc": _date_trunc,
    "date_diff": _date_diff,
    "date_add": _date_add,
    "make_date": _make_date,
}
