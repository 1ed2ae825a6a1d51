"""Regular expressions as each engine needs them for one meaning: \\d, \\w, \\s and \\b are ASCII, $
is the end of the text, a point is any character but \\n.

What the engines do not share is refused: look-around, back-references, possessive and atomic
groups, classes by name or property, flags, and intersections of classes.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_CLASSES = {"d": "0-9", "w": "0-9A-Za-z_", "s": " \\t\\n\\r\\f\\x0b"}
#: Escapes that mean the same in every engine.
_SHARED = set("tnrf")
_PUNCTUATION = set("\\.+*?()|[]{}^$-/\"'!#%&,:;<=>@_`~ ")


class BadPattern(ValueError):
    """`offset` in the pattern."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.offset = offset


def check(pattern: str) -> None:
    """BadPattern where the engines do not share it."""
    _translated(pattern, lambda token: token)


def rust(pattern: str) -> str:
    """Of Polars."""
    special = {"$": "\\z", "\\b": "(?-u:\\b)", "\\B": "(?-u:\\B)"}
    return _translated(pattern, lambda token: special.get(token, token))


def re2(pattern: str) -> str:
    """Of DuckDB. Its $ and \\b are so already."""
    return _translated(pattern, lambda token: "\\z" if token == "$" else token)


def python(pattern: str) -> str:
    """Of re, without flags."""
    special = {"$": "\\Z", "\\b": "(?a:\\b)", "\\B": "(?a:\\B)"}
    return _translated(pattern, lambda token: special.get(token, token))


def java(pattern: str) -> str:
    """Of Spark, whose point leaves other ends of lines out, too."""
    ascii_end = "(?:(?<=[0-9A-Za-z_])(?![0-9A-Za-z_])|(?<![0-9A-Za-z_])(?=[0-9A-Za-z_]))"
    inside = "(?:(?<=[0-9A-Za-z_])(?=[0-9A-Za-z_])|(?<![0-9A-Za-z_])(?![0-9A-Za-z_]))"
    special = {"$": "\\z", ".": "[^\\n]", "\\b": ascii_end, "\\B": inside}
    return _translated(pattern, lambda token: special.get(token, token))


def groups(pattern: str) -> int:
    return re.compile(pattern).groups


def replacement(new: str, group: Callable[[str], str], plain: Callable[[str], str]) -> str:
    """A replacement in which \\1 is a group and \\\\ a backslash."""
    parts = []
    for found in re.finditer(r"\\(\d)|\\(\\)|\\|[^\\]+", new):
        parts.append(group(found[1]) if found[1] else plain("\\" if found[2] else found[0]))
    return "".join(parts)


def rust_replacement(new: str) -> str:
    return replacement(new, lambda digit: f"${{{digit}}}", lambda text: text.replace("$", "$$"))


def python_replacement(new: str) -> str:
    return replacement(new, lambda digit: f"\\g<{digit}>", lambda text: text.replace("\\", "\\\\"))


def java_replacement(new: str) -> str:
    return replacement(
        new,
        lambda digit: f"${digit}",
        lambda text: text.replace("\\", "\\\\").replace("$", "\\$"),
    )


def re2_replacement(new: str) -> str:
    return replacement(new, lambda digit: f"\\{digit}", lambda text: text.replace("\\", "\\\\"))


def of_like(pattern: str) -> str:
    """The regular expression of Rust, RE2 or Python for the whole text."""
    parts = {"%": ".*", "_": "."}
    return "(?s)^" + "".join(parts.get(mark, _escaped(mark)) for mark in pattern) + "\\z"


def _escaped(mark: str) -> str:
    return f"\\{mark}" if mark in "\\.+*?()|[]{}^$#&-~" else mark


# --- Translation ---------------------------------------------------------------------------------


def _translated(pattern: str, token: Callable[[str], str]) -> str:
    """`token` says what becomes of $, ., \\b and \\B."""
    try:
        re.compile(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        raise BadPattern(
            f"It is no regular expression: {error}", getattr(error, "pos", 0) or 0
        ) from None
    parts: list[str] = []
    place = 0
    while place < len(pattern):
        text, place = _next(pattern, place, token)
        parts.append(text)
    return "".join(parts)


def _next(pattern: str, place: int, token: Callable[[str], str]) -> tuple[str, int]:
    mark = pattern[place]
    if mark == "\\":
        return _escape(pattern, place, token)
    if mark == "[":
        return _set(pattern, place)
    if mark == "(" and pattern.startswith("(?", place):
        if not pattern.startswith("(?:", place):
            raise BadPattern("Groups are (…) and (?:…) alone in every engine", place)
        return "(?:", place + 3
    if mark in "*+?}" and pattern.startswith("+", place + 1):
        raise BadPattern("A quantifier with + is not in every engine", place)
    if mark in "$.":
        return token(mark), place + 1
    if mark == "{" and not re.match(r"\{\d+(,\d*)?\}", pattern[place:]):
        return "\\{", place + 1
    if mark == "}" and "{" not in pattern[:place]:
        return "\\}", place + 1
    return mark, place + 1


def _escape(pattern: str, place: int, token: Callable[[str], str]) -> tuple[str, int]:
    mark = pattern[place + 1]
    if mark in "dws":
        return f"[{_CLASSES[mark]}]", place + 2
    if mark in "DWS":
        return f"[^{_CLASSES[mark.lower()]}]", place + 2
    if mark in "bB":
        return token(f"\\{mark}"), place + 2
    return _plain_escape(pattern, place), place + 2


def _plain_escape(pattern: str, place: int) -> str:
    mark = pattern[place + 1]
    if mark in _SHARED:
        return f"\\{mark}"
    if mark in _PUNCTUATION:
        return f"\\{mark}" if mark in "\\.+*?()|[]{}^$-" else mark
    what = "A back-reference" if mark.isdigit() else f"\\{mark}"
    raise BadPattern(f"{what} is not in every engine", place)


def _set(pattern: str, place: int) -> tuple[str, int]:
    """[…], with classes written out."""
    begin = place
    place += 1
    text = "["
    if pattern.startswith("^", place):
        text, place = "[^", place + 1
    first = True
    while first or pattern[place] != "]":
        first = False
        mark = pattern[place]
        if mark == "\\":
            kind = pattern[place + 1]
            if kind in "dws":
                text += _CLASSES[kind]
            elif kind in "DWSbB":
                raise BadPattern(f"\\{kind} within [ ] is not in every engine", place)
            else:
                text += _plain_escape(pattern, place)
            place += 2
            continue
        if mark == "[" and pattern.startswith("[:", place):
            raise BadPattern("A class by name is not in every engine", place)
        if pattern[place : place + 2] in ("&&", "--", "~~", "||"):
            raise BadPattern("An operation of classes is not in every engine", place)
        text += f"\\{mark}" if mark in "[]^&~" else mark
        place += 1
    if place - begin > 10_000:
        raise BadPattern("It is too long", begin)
    return text + "]", place + 1
