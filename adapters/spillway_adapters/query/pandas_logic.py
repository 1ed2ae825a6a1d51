"""Conditions, and choices among values, as code over a pandas frame."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from spillway_adapters.query.language import Call, Constant
from spillway_adapters.query.python_code import AND, OR, UNARY, Code

if TYPE_CHECKING:
    from spillway_adapters.query.pandas_expressions import Expressions


def _and(at: Expressions, call: Call) -> Code:
    return at.both(" & ", AND, at.column, call.arguments)


def _or(at: Expressions, call: Call) -> Code:
    return at.both(" | ", OR, at.column, call.arguments)


def _not(at: Expressions, call: Call) -> Code:
    return Code(f"~{at.column(call.arguments[0]).within(UNARY)}", UNARY)


def _is_null(at: Expressions, call: Call) -> Code:
    return Code(f"{at.series(call.arguments[0]).atom}.isna()", nullable=False)


def _in(at: Expressions, call: Call) -> Code:
    return at.null_where(at.isin(call), call.arguments[0])


def _case(at: Expressions, call: Call) -> Code:
    pairs = list(zip(call.arguments[:-1:2], call.arguments[1:-1:2], strict=True))
    otherwise = call.arguments[-1]
    if len(pairs) > 1:
        branches = ", ".join(f"({at.true(c)}, {at.value(v)})" for c, v in pairs)
        return at.helper("case", f"[{branches}]", at.column(otherwise))
    ((condition, value),) = pairs
    values = [each.value for each in (value, otherwise) if isinstance(each, Constant)]
    if call.type == "int64" and values == [1, 0]:
        return Code(f'{at.sure(condition).atom}.astype("Int64")')
    # Where the condition is NA, where() takes the other value.
    found, test = at.column(value).atom, at.true(condition)
    if isinstance(otherwise, Constant) and otherwise.value is None:
        return Code(f"{found}.where({test})")
    return Code(f"{found}.where({test}, {at.value(otherwise)})")


def _coalesce(at: Expressions, call: Call) -> Code:
    first, *others = call.arguments
    code = at.column(first).atom
    for other in others:
        if isinstance(other, Constant) and other.value is None:
            continue
        code = f"{code}.fillna({at.value(other)})"
    return Code(code)


def _nullif(at: Expressions, call: Call) -> Code:
    same = at.sure(Call("=", call.arguments, "bool"))
    return Code(f"{at.column(call.arguments[0]).atom}.mask({same})")


def _greatest(at: Expressions, call: Call) -> Code:
    first, *others = call.arguments
    values = [at.column(first), *map(at.value, others)]
    return at.helper(call.name, *values)


CALLS: dict[str, Callable[[Expressions, Call], Code]] = {
    "and": _and,
    "or": _or,
    "not": _not,
    "is_null": _is_null,
    "in": _in,
    "case": _case,
    "coalesce": _coalesce,
    "nullif": _nullif,
    "greatest": _greatest,
    "least": _greatest,
}
