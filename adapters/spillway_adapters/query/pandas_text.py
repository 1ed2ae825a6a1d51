"""Functions of text as code over a pandas frame."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from spillway_adapters.query import patterns
from spillway_adapters.query.language import Call, Constant
from spillway_adapters.query.python_code import ADD, COMPARE, Code
from spillway_adapters.query.python_layout import quoted, raw

if TYPE_CHECKING:
    from spillway_adapters.query.pandas_expressions import Expressions


def _joined(at: Expressions, call: Call) -> Code:
    left, right = at.operands(call.arguments)
    return Code(f"{left.within(ADD)} + {right.within(ADD + 1)}", ADD)


def _string(at: Expressions, call: Call, method: str, *arguments: object) -> Code:
    text = at.column(call.arguments[0]).atom
    return Code(f"{text}.str.{method}({', '.join(map(str, arguments))})")


def _length(at: Expressions, call: Call) -> Code:
    return Code(f'{_string(at, call, "len")}.astype("Int64")')


def _lower(at: Expressions, call: Call) -> Code:
    return _string(at, call, "lower")


def _upper(at: Expressions, call: Call) -> Code:
    return at.helper("upper", at.column(call.arguments[0]))


def _substr(at: Expressions, call: Call) -> Code:
    start, *length = (each.value for each in call.arguments[1:] if isinstance(each, Constant))
    assert isinstance(start, int)
    begin = str(start - 1) if start > 1 else ""
    end = str(start - 1 + length[0]) if length else ""
    return Code(f"{at.column(call.arguments[0]).atom}.str[{begin}:{end}]")


def _left(at: Expressions, call: Call) -> Code:
    return Code(f"{at.column(call.arguments[0]).atom}.str[:{_word(at, call, 1)}]")


def _right(at: Expressions, call: Call) -> Code:
    count = _word(at, call, 1)
    part = f"-{count}:" if count != "0" else ":0"
    return Code(f"{at.column(call.arguments[0]).atom}.str[{part}]")


def _word(at: Expressions, call: Call, place: int) -> str:
    constant = call.arguments[place]
    assert isinstance(constant, Constant)
    return at.literal(constant.value)


def _contains(at: Expressions, call: Call) -> Code:
    return _string(at, call, "contains", _word(at, call, 1), "regex=False")


def _starts_with(at: Expressions, call: Call) -> Code:
    return _string(at, call, "startswith", _word(at, call, 1))


def _ends_with(at: Expressions, call: Call) -> Code:
    return _string(at, call, "endswith", _word(at, call, 1))


def _trim(at: Expressions, call: Call) -> Code:
    return _string(at, call, "strip", '" "')


def _replace(at: Expressions, call: Call) -> Code:
    old, new = _word(at, call, 1), _word(at, call, 2)
    return _string(at, call, "replace", old, new, "regex=False")


def _position(at: Expressions, call: Call) -> Code:
    return at.helper("position_of", at.column(call.arguments[0]), _word(at, call, 1))


def _concat(at: Expressions, call: Call) -> Code:
    # A null is left out.
    known = [a for a in call.arguments if not isinstance(a, Constant) or a.value is not None]
    parts = []
    for argument in known:
        if isinstance(argument, Constant):
            parts.append(at.literal(argument.value))
        else:
            parts.append(f'{at.column(argument).atom}.fillna("")')
    if all(isinstance(argument, Constant) for argument in known):
        parts[:1] = [str(at.column(known[0] if known else Constant("", "text")))]
    return Code(" + ".join(parts), ADD)


def _like(at: Expressions, call: Call) -> Code:
    pattern = call.arguments[1]
    assert isinstance(pattern, Constant)
    text = str(pattern.value)
    inner = text.strip("%")
    if "%" not in inner and "_" not in inner and text:
        word = quoted(inner)
        match (text.startswith("%"), text.endswith("%")):
            case (True, True):
                return _string(at, call, "contains", word, "regex=False")
            case (False, True):
                return _string(at, call, "startswith", word)
            case (True, False):
                return _string(at, call, "endswith", word)
        return Code(f"{at.column(call.arguments[0]).within(COMPARE + 1)} == {word}", COMPARE)
    at.helpers.module("re")
    words = "".join({"%": ".*", "_": "."}.get(mark, re.escape(mark)) for mark in text)
    return _string(at, call, "fullmatch", raw(words), "flags=re.DOTALL")


def _pattern(at: Expressions, call: Call) -> str:
    """As Python writes it; a flag keeps pandas from handing it to another library."""
    at.helpers.module("re")
    pattern = call.arguments[1]
    assert isinstance(pattern, Constant)
    return patterns.python(str(pattern.value))


def _regexp_matches(at: Expressions, call: Call) -> Code:
    pattern = _pattern(at, call)
    return at.helper("matches", at.column(call.arguments[0]), raw(pattern))


def _regexp_replace(at: Expressions, call: Call) -> Code:
    pattern = _pattern(at, call)
    new, *which = (each.value for each in call.arguments[2:] if isinstance(each, Constant))
    count = ["n=1"] if not which or which[0] == "first" else []
    arguments = [raw(pattern), raw(patterns.python_replacement(str(new))), *count]
    return _string(at, call, "replace", *arguments, "flags=re.ASCII", "regex=True")


def _regexp_extract(at: Expressions, call: Call) -> Code:
    pattern = _pattern(at, call)
    group = next((c.value for c in call.arguments[2:] if isinstance(c, Constant)), 0)
    return at.helper("extract", at.column(call.arguments[0]), raw(pattern), group)


CALLS: dict[str, Callable[[Expressions, Call], Code]] = {
    "||": _joined,
    "length": _length,
    "lower": _lower,
    "upper": _upper,
    "substr": _substr,
    "left": _left,
    "right": _right,
    "contains": _contains,
    "starts_with": _starts_with,
    "ends_with": _ends_with,
    "trim": _trim,
    "replace": _replace,
    "position": _position,
    "concat": _concat,
    "like": _like,
    "regexp_matches": _regexp_matches,
    "regexp_replace": _regexp_replace,
    "regexp_extract": _regexp_extract,
}
