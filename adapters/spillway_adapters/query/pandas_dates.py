"""Dates and timestamps as code over a pandas frame."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from spillway_adapters.query.language import Call, Constant
from spillway_adapters.query.python_code import ADD, Code
from spillway_adapters.query.python_layout import quoted

if TYPE_CHECKING:
    from spillway_adapters.query.pandas_expressions import Expressions

#: Letters of NumPy's and pandas' units.
FLOORS = {"day": "D", "hour": "h", "minute": "min", "second": "s"}
STEPS = {"week": "W", "day": "D", "hour": "h", "minute": "m", "second": "s"}
MONTHS = {"month": 1, "quarter": 3, "year": 12}


def _part(at: Expressions, call: Call) -> Code:
    found = at.column(call.arguments[0]).atom
    return Code(f'{found}.dt.{call.name}.astype("Int64")')


def _weekday(at: Expressions, call: Call) -> Code:
    return Code(f"{_part(at, call)} + 1", ADD)


def _number(at: Expressions, call: Call) -> Code:
    unit = '"us"' if call.name == "epoch_us" else '"D"'
    return at.helper("number_of", at.column(call.arguments[0]), unit)


def _date_trunc(at: Expressions, call: Call) -> Code:
    word, moment = call.arguments
    assert isinstance(word, Constant)
    unit, found = str(word.value), at.column(moment)
    if unit in FLOORS:
        if unit == "day" and moment.type == "date":
            return found
        return Code(f'{found.atom}.dt.floor("{FLOORS[unit]}")')
    if unit == "week":
        return at.helper("start_of_week", found)
    return at.helper("start_of_months", found, MONTHS[unit])


def _date_diff(at: Expressions, call: Call) -> Code:
    word, begin, end = call.arguments
    assert isinstance(word, Constant)
    unit = str(word.value)
    numbers = []
    for moment in (end, begin):
        found = at.column(moment)
        if unit in MONTHS:
            months = str(at.helper("number_of", found, '"M"'))
            every = MONTHS[unit]
            numbers.append(f"{months} // {every}" if every > 1 else months)
        elif unit == "week":
            # Weeks begin on Mondays; day 0 was a Thursday.
            numbers.append(f"({at.helper('number_of', found, quoted('D'))} + 3) // 7")
        else:
            letter = quoted(STEPS[unit])
            numbers.append(str(at.helper("number_of", found, letter)))
    return Code(" - ".join(numbers), ADD)


def _date_add(at: Expressions, call: Call) -> Code:
    moment, count, word = call.arguments
    assert isinstance(word, Constant) and isinstance(count, Constant)
    unit, number = str(word.value), count.value
    assert isinstance(number, int)
    found = at.column(moment).within(ADD)
    if unit in MONTHS:
        return Code(f"{found} + pd.DateOffset(months={number * MONTHS[unit]})", ADD)
    at.helpers.numpy()
    return Code(f'{found} + np.timedelta64({number}, "{STEPS[unit]}")', ADD)


def _make_date(at: Expressions, call: Call) -> Code:
    return at.helper("date_of", *map(at.column, call.arguments))


CALLS: dict[str, Callable[[Expressions, Call], Code]] = {
    "year": _part,
    "quarter": _part,
    "month": _part,
    "day": _part,
    "hour": _part,
    "minute": _part,
    "second": _part,
    "weekday": _weekday,
    "epoch_us": _number,
    "days": _number,
    "date_trunc": _date_trunc,
    "date_diff": _date_diff,
    "date_add": _date_add,
    "make_date": _make_date,
}
