"""A regular expression piece by piece: what engines do not share is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

Kind = Literal["escape", "class", "any", "end", "letter", "flag", "other"]

_QUANTIFIER = re.compile(r"\{([0-9]+)(,[0-9]*)?\}")


class BadPattern(Exception):
    """`offset` into the pattern."""

    def __init__(self, message: str, offset: int, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset
        self.remedy = remedy


def pieces(pattern: str) -> Iterator[tuple[Kind, str, int]]:
    """Kind, text and offset of every piece; raises BadPattern for what engines do not share."""
    at = 0
    insensitive = pattern.startswith("(?i)")
    if insensitive:
        yield "flag", "(?i)", 0
        at = 4
    while at < len(pattern):
        sign = pattern[at]
        kind: Kind = "other"
        end = at + 1
        if sign == "\\":
            kind, end = "escape", _escape(pattern, at)
        elif sign == "[":
            kind, end = "class", _class(pattern, at, insensitive)
        elif sign == ".":
            kind = "any"
        elif sign == "$":
            kind = "end"
        elif sign == "(":
            end = _group(pattern, at)
        elif sign == "{":
            end = _quantifier(pattern, at)
        elif sign == "}":
            raise BadPattern("} closes nothing", at, "Write \\}")
        elif sign == "]":
            raise BadPattern("] closes nothing", at, "Write \\]")
        elif sign == "+" and at and pattern[at - 1] in "*+?}" and not _escaped(pattern, at - 1):
            raise BadPattern("Possessive repeats are not in every engine", at, "Leave the + away")
        elif sign.isalpha():
            _check_letter(sign, at, insensitive)
            kind = "letter" if sign.isascii() else "other"
        yield kind, pattern[at:end], at
        at = end


def _escaped(pattern: str, at: int) -> bool:
    """Whether a backslash makes this sign a plain one."""
    before = pattern[:at]
    return (len(before) - len(before.rstrip("\\"))) % 2 == 1


def _check_letter(sign: str, at: int, insensitive: bool) -> None:
    if insensitive and not sign.isascii() and sign.lower() != sign.upper():
        raise BadPattern(
            f"(?i) is about A to Z, engines differ in {sign}",
            at,
            f"Write both: [{sign.lower()}{sign.upper()}]",
        )


def _escape(pattern: str, at: int) -> int:
    """The end of what the backslash here begins."""
    sign = pattern[at + 1 : at + 2]
    if not sign:
        raise BadPattern("The backslash at the end has nothing behind it", at, "Write \\\\")
    if sign == "x":
        if not re.match(r"x[0-9a-fA-F]{2}", pattern[at + 1 :]):
            raise BadPattern("\\x is followed by two hexadecimal digits", at)
        return at + 4
    if sign.isdigit():
        raise BadPattern(
            f"\\{sign} refers to a group, which RE2 and Rust do not have",
            at,
            "Match the parts with groups and compare what regexp_extract gives",
        )
    if sign in "dDwWsSbtnrfv" or (sign.isascii() and not sign.isalnum() and sign.isprintable()):
        return at + 2
    remedy = {"z": "Write $", "Z": "Write $", "A": "Write ^"}.get(
        sign, "Write the signs themselves"
    )
    if sign in "pP":
        remedy = "List the letters: [A-Za-z]"
    raise BadPattern(f"\\{sign} is not in every engine", at, remedy)


def _group(pattern: str, at: int) -> int:
    if not pattern.startswith("(?", at):
        return at + 1
    if pattern.startswith("(?:", at):
        return at + 3
    what = pattern[at : at + 3]
    if what in ("(?=", "(?!") or pattern[at : at + 4] in ("(?<=", "(?<!"):
        raise BadPattern(
            "Look-around is not in RE2 (DuckDB) and Rust (Polars)",
            at,
            "Match what is around, with a group for what you want, and use regexp_extract",
        )
    if what in ("(?P", "(?<"):
        raise BadPattern("Groups have no names", at, "Write ( alone; groups are \\1, \\2, …")
    raise BadPattern(f"{what} is not in every engine", at, "(?i) stands at the beginning alone")


def _quantifier(pattern: str, at: int) -> int:
    match = _QUANTIFIER.match(pattern, at)
    if not match:
        raise BadPattern("{ begins no repeat such as {2} or {2,5}", at, "Write \\{")
    return match.end()


def _class(pattern: str, at: int, insensitive: bool) -> int:
    start = at + 1 + (pattern[at + 1 : at + 2] == "^")
    end = start
    while True:
        sign = pattern[end : end + 1]
        if not sign:
            raise BadPattern("The [ is not closed", at, "Close it with ], or write \\[")
        if sign == "]":
            break
        end = _escape(pattern, end) if sign == "\\" else end + 1
    if end == start:
        raise BadPattern("The [ ] is empty", at, "To match ], write \\] in it")
    for member in members(pattern[start:end], start):
        if insensitive:
            _check_range(member, at)
    return end + 1


def members(inside: str, offset: int) -> Iterator[str]:
    """A sign, an escape or a range of a class at a time."""
    at = 0
    before = ""
    while at < len(inside):
        where = offset + at
        end = _escape(inside, at) if inside[at] == "\\" else at + 1
        member = inside[at:end]
        if member == "[":
            raise BadPattern("[ inside [ ] is not read alike", where, "Write \\[")
        if inside[at : at + 2] in ("&&", "--", "~~", "||"):
            raise BadPattern(
                f"{inside[at : at + 2]} inside [ ] is not read alike", where, "Escape it"
            )
        if member in ("\\D", "\\W", "\\S", "\\b"):
            raise BadPattern(f"{member} inside [ ] is not read alike", where, "List the signs")
        if member == "-" and before and at + 1 < len(inside):
            # Behind a class or a range it is no range, but engines differ.
            raise BadPattern("This - is no range", where, "Write \\-")
        if inside[end : end + 1] == "-" and end + 1 < len(inside):
            last = end + 1
            end = _escape(inside, last) if inside[last] == "\\" else last + 1
            if member in ("\\d", "\\w", "\\s") or inside[last:end] in ("\\d", "\\w", "\\s"):
                raise BadPattern("A class is no end of a range", where, "Write \\-")
            if inside[last] == "[":
                raise BadPattern("[ inside [ ] is not read alike", where, "Write \\[")
            member = inside[at:end]
        yield member
        before = member
        at = end


def _check_range(member: str, at: int) -> None:
    """Of a case-insensitive pattern: letters of one case, or none."""
    _check_letter(member[0], at, True)
    if len(member) == 3 and member[1] == "-":
        low, high = member[0], member[2]
        inside = range(ord(low), ord(high) + 1)
        letters = any(chr(c).isalpha() for c in (*inside[:300], ord(high)))
        plain = (
            low.isascii()
            and high.isascii()
            and ((low.islower() and high.islower()) or (low.isupper() and high.isupper()))
        )
        if letters and not plain:
            raise BadPattern("With (?i) ranges are a-z, or of no letters", at, "Write [a-z0-9]")
    elif len(member) > 2 and "-" in member[1:]:
        raise BadPattern("With (?i) ranges have no escapes", at, "Write the signs themselves")


def parts(new: str) -> list[tuple[str | int, int]]:
    """Texts and numbers of groups, each with its offset."""
    found: list[tuple[str | int, int]] = []
    at = 0
    text = ""
    start = 0
    while at < len(new):
        if new[at] != "\\":
            text += new[at]
            at += 1
            continue
        sign = new[at + 1 : at + 2]
        if sign == "\\":
            text += "\\"
        elif sign.isascii() and sign.isdigit():
            found += [(text, start)] * bool(text) + [(int(sign), at)]
            text, start = "", at + 2
        else:
            raise BadPattern("A backslash is \\\\ in the new text", at, "\\1 is the first group")
        at += 2
    return found + [(text, start)] * bool(text)
