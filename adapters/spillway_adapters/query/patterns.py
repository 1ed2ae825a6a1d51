"""Regular expressions that mean the same in every engine, and how each wants them written.

The language has what RE2 (DuckDB, Arrow), Rust's regex (Polars), Java (Spark) and Python share,
with one meaning: \\d \\w \\s \\b are ASCII, . is anything but a line feed, ^ and $ are the
beginning and the end of the text, (?i) at the beginning is about A to Z alone. check() refuses
the rest; written() rewrites what an engine reads otherwise, and leaves the text where it can.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterable, Iterator
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, Literal

Dialect = Literal["re2", "rust", "java", "python"]

#: RE2's own limit, of nested ones together.
MOST_REPEATS = 1000
MAX_CHARACTERS = 1000
MAX_GROUPS = 30


class BadPattern(Exception):
    """`offset` into the pattern."""

    def __init__(self, message: str, offset: int, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset
        self.remedy = remedy


# --- Checks --------------------------------------------------------------------------------------


def check(pattern: str) -> int:
    """The number of its groups; raises BadPattern."""
    if len(pattern) > MAX_CHARACTERS:
        raise BadPattern(f"It has more than {MAX_CHARACTERS:,} characters", 0, "Match a part of it")
    for _ in _pieces(pattern):
        pass
    tree = _tree(pattern)
    _walk(tree, 1)
    groups: int = tree.state.groups - 1
    if groups > MAX_GROUPS:
        raise BadPattern(f"It has more than {MAX_GROUPS} groups", 0, "Write (?: for the others")
    return groups


def can_be_empty(pattern: str) -> bool:
    """Engines differ in what they replace there."""
    return _tree(pattern).getwidth()[0] == 0


def check_replacement(new: str, groups: int) -> None:
    for part, offset in _parts(new):
        if isinstance(part, int) and part > groups:
            raise BadPattern(
                f"The pattern has no group {part}", offset, f"It has {groups or 'none'}"
            )


def _tree(pattern: str) -> Any:  # noqa: ANN401 (Python's own, without a public type)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return parser.parse(pattern)
    except re.error as error:
        message = error.msg[:1].upper() + error.msg[1:]
        raise BadPattern(message, error.pos or 0, "Mend the pattern") from None
    except (FutureWarning, DeprecationWarning, OverflowError) as error:
        raise BadPattern(str(error), 0, "Escape the sign with \\") from None
    except RecursionError:
        raise BadPattern("Groups are nested too deep", 0, "Match a part of it first") from None


def _walk(tree: Iterable[Any], repeats: int) -> None:
    for code, detail in tree:
        if code in (codes.MAX_REPEAT, codes.MIN_REPEAT):
            low, high, inner = detail
            most = low if high is codes.MAXREPEAT else high
            if repeats * max(int(most), 1) > MOST_REPEATS:
                raise BadPattern(
                    f"It repeats more than {MOST_REPEATS:,} times", 0, "Write + or * in its place"
                )
            _walk(inner, repeats * max(int(most), 1))
        elif code is codes.SUBPATTERN:
            _walk(detail[3], repeats)
        elif code is codes.BRANCH:
            for branch in detail[1]:
                _walk(branch, repeats)


# --- Rewriting -----------------------------------------------------------------------------------

_Piece = tuple[Literal["escape", "class", "any", "end", "letter", "flag", "other"], str]

_CLASSES = {"d": "0-9", "w": "0-9A-Za-z_", "s": r"\t\n\x0b\f\r "}
_SIGNS = {"t", "n", "r", "f"}
_QUANTIFIER = re.compile(r"\{([0-9]+)(,[0-9]*)?\}")


def written(pattern: str, dialect: Dialect) -> str:
    """For that engine; the pattern has been checked."""
    insensitive = pattern.startswith("(?i)")
    rewrite = _Rewriter(dialect, insensitive)
    return "".join(rewrite.piece(kind, text) for kind, text, _ in _pieces(pattern))


def replacement(new: str, dialect: Dialect) -> str:
    """The new text of a replacement, in which \\1 is the first group."""
    after_group = False
    found: list[str] = []
    for part, _ in _parts(new):
        if isinstance(part, int):
            forms = {"re2": f"\\{part}", "rust": f"${{{part}}}", "java": f"${part}"}
            found.append(forms.get(dialect, f"\\g<{part}>"))
        elif dialect == "rust":
            found.append(part.replace("$", "$$"))
        elif dialect == "java":
            # A digit behind a group would belong to its number.
            text = re.sub(r"([\\$])", r"\\\1", part)
            found.append(f"\\{text}" if after_group and text[:1].isdigit() else text)
        else:
            found.append(part.replace("\\", "\\\\"))
        after_group = isinstance(part, int)
    return "".join(found)


def rust(pattern: str) -> str:
    """Of Polars."""
    return written(pattern, "rust")


def re2(pattern: str) -> str:
    """Of DuckDB and Arrow."""
    return written(pattern, "re2")


def python(pattern: str) -> str:
    """Of re, without flags."""
    return written(pattern, "python")


def java(pattern: str) -> str:
    """Of Spark."""
    return written(pattern, "java")


def groups(pattern: str) -> int:
    return re.compile(pattern).groups


def rust_replacement(new: str) -> str:
    return replacement(new, "rust")


def python_replacement(new: str) -> str:
    return replacement(new, "python")


def java_replacement(new: str) -> str:
    return replacement(new, "java")


def re2_replacement(new: str) -> str:
    return replacement(new, "re2")


def of_like(pattern: str) -> str:
    """The regular expression of Rust, RE2 or Java for the whole text."""
    parts = {"%": ".*", "_": "."}
    return "(?s)^" + "".join(parts.get(sign, _plain(sign)) for sign in pattern) + "\\z"


def _plain(sign: str) -> str:
    return f"\\{sign}" if sign in "\\.+*?()|[]{}^$#&-~" else sign


class _Rewriter:
    def __init__(self, dialect: Dialect, insensitive: bool) -> None:
        self.dialect = dialect
        self.insensitive = insensitive

    def piece(self, kind: str, text: str) -> str:
        rewrite: dict[str, Callable[[str], str]] = {
            "escape": self.escape,
            "class": self.set,
            "any": lambda _: "[^\\n]" if self.dialect in ("java", "re2") else ".",
            "end": lambda _: "\\Z" if self.dialect == "python" else "\\z",
            "letter": lambda x: f"[{x.lower()}{x.upper()}]" if self.insensitive else x,
            "flag": lambda _: "",
            "other": lambda x: x,
        }
        return rewrite[kind](text)

    def escape(self, text: str) -> str:
        sign = text[1]
        if sign == "v":
            return "\\x0b"
        if sign == "b":
            return {
                "rust": "(?-u:\\b)",
                "python": "(?a:\\b)",
                "java": "(?:(?<=\\w)(?!\\w)|(?<!\\w)(?=\\w))",
            }.get(self.dialect, "\\b")
        inside = _CLASSES.get(sign.lower())
        if not inside or sign not in "dwsDWS":
            return text
        if self.dialect in ("re2", "java") and sign in "dDwW":
            return text
        return f"[{'^' if sign.isupper() else ''}{inside}]"

    def set(self, text: str) -> str:
        """[…], its members one by one."""
        negated = text.startswith("[^")
        found: list[str] = []
        for member in _members(text[1 + negated : -1], 0):
            found.append(self.member(member))
        return f"[{'^' if negated else ''}{''.join(found)}]"

    def member(self, member: str) -> str:
        if member in ("\\d", "\\w", "\\s"):
            return _CLASSES[member[1]]
        if member == "-":
            return "\\-"
        member = member.replace("\\v", "\\x0b")
        if (
            self.insensitive
            and member[-1].isascii()
            and member[-1].isalpha()
            and (not member.startswith("\\"))
        ):
            return member.lower() + member.upper()
        return member


# --- Pieces --------------------------------------------------------------------------------------


def _pieces(pattern: str) -> Iterator[tuple[Any, str, int]]:
    """Kind, text and offset of every piece; raises BadPattern for what engines do not share."""
    at = 0
    insensitive = pattern.startswith("(?i)")
    if insensitive:
        yield "flag", "(?i)", 0
        at = 4
    while at < len(pattern):
        sign = pattern[at]
        kind, end = "other", at + 1
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
    for member in _members(pattern[start:end], start):
        if insensitive:
            _check_range(member, at)
    return end + 1


def _members(inside: str, offset: int) -> Iterator[str]:
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


def _parts(new: str) -> list[tuple[str | int, int]]:
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
