"""Functions of text as Spark's columns."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from spillway_adapters.query import patterns
from spillway_adapters.query.language import Call, Constant
from spillway_adapters.query.python_code import Code
from spillway_adapters.query.python_layout import raw
from spillway_adapters.query.python_text import string as quoted

if TYPE_CHECKING:
    from spillway_adapters.query.spark_expressions import Columns


def _joined(at: Columns, call: Call) -> Code:
    return at.of("concat", *map(at.column, call.arguments))


def _concat(at: Columns, call: Call) -> Code:
    return at.of("concat_ws", '""', *map(at.column, call.arguments))


def _length(at: Columns, call: Call) -> Code:
    return at.of("length", at.column(call.arguments[0]), long=True)


def _lower(at: Columns, call: Call) -> Code:
    return at.helper(call.name, at.column(call.arguments[0]))


def _substr(at: Columns, call: Call) -> Code:
    length = at.word(call, 2) if len(call.arguments) > 2 else str(2**31 - 1)
    return at.of("substring", at.column(call.arguments[0]), at.word(call, 1), length)


def _left(at: Columns, call: Call) -> Code:
    return at.of("substring", at.column(call.arguments[0]), 1, at.word(call, 1))


def _right(at: Columns, call: Call) -> Code:
    return at.of("right", at.column(call.arguments[0]), f"F.lit({at.word(call, 1)})")


def _method(at: Columns, call: Call, method: str, *arguments: str) -> Code:
    return Code(f"{at.column(call.arguments[0]).atom}.{method}({', '.join(arguments)})")


def _contains(at: Columns, call: Call) -> Code:
    return _method(at, call, "contains", at.word(call, 1))


def _starts_with(at: Columns, call: Call) -> Code:
    return _method(at, call, "startswith", at.word(call, 1))


def _ends_with(at: Columns, call: Call) -> Code:
    return _method(at, call, "endswith", at.word(call, 1))


def _like(at: Columns, call: Call) -> Code:
    pattern = call.arguments[1]
    assert isinstance(pattern, Constant)
    # A backslash escapes in Spark's LIKE.
    return _method(at, call, "like", quoted(str(pattern.value).replace("\\", "\\\\")))


def _trim(at: Columns, call: Call) -> Code:
    return at.of("trim", at.column(call.arguments[0]))


def _replace(at: Columns, call: Call) -> Code:
    old, new = (f"F.lit({at.word(call, place)})" for place in (1, 2))
    return at.of("replace", at.column(call.arguments[0]), old, new)


def _position(at: Columns, call: Call) -> Code:
    return at.of("instr", at.column(call.arguments[0]), at.word(call, 1), long=True)


def _pattern(at: Columns, call: Call) -> str:
    pattern = call.arguments[1]
    assert isinstance(pattern, Constant)
    return patterns.java(str(pattern.value))


def _regexp_matches(at: Columns, call: Call) -> Code:
    return _method(at, call, "rlike", raw(_pattern(at, call)))


def _regexp_replace(at: Columns, call: Call) -> Code:
    pattern = _pattern(at, call)
    new, *which = (each.value for each in call.arguments[2:] if isinstance(each, Constant))
    replacement = patterns.java_replacement(str(new))
    if not which or which[0] == "first":
        # regexp_replace() takes all: the first one, and what stands before it.
        pattern = rf"\A((?s:.*?))(?:{pattern})"
        replacement = "$1" + _shifted(replacement)
    value = at.column(call.arguments[0])
    return at.of("regexp_replace", value, raw(pattern), raw(replacement))


def _regexp_extract(at: Columns, call: Call) -> Code:
    group = at.word(call, 2) if len(call.arguments) > 2 else "0"
    value = at.column(call.arguments[0])
    return at.of("regexp_extract", value, raw(_pattern(at, call)), group)


def _shifted(replacement: str) -> str:
    """With the numbers of its groups one higher."""

    def shift(found: re.Match[str]) -> str:
        return found[1] or f"${int(found[2]) + 1}"

    return re.sub(r"(\\.)|\$([0-9])", shift, replacement, flags=re.DOTALL)


CALLS: dict[str, Callable[[Columns, Call], Code]] = {
    "||": _joined,
    "concat": _concat,
    "length": _length,
    "lower": _lower,
    "upper": _lower,
    "substr": _substr,
    "left": _left,
    "right": _right,
    "contains": _contains,
    "starts_with": _starts_with,
    "ends_with": _ends_with,
    "like": _like,
    "trim": _trim,
    "replace": _replace,
    "position": _position,
    "regexp_matches": _regexp_matches,
    "regexp_replace": _regexp_replace,
    "regexp_extract": _regexp_extract,
}
