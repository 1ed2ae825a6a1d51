"""Regular expressions that mean the same in every engine, and how each wants them written.

The language has what RE2 (DuckDB, Arrow), Rust's regex (Polars), Java (Spark) and Python share,
with one meaning: \\d \\w \\s \\b are ASCII, . is anything but a line feed, ^ and $ are the
beginning and the end of the text, (?i) at the beginning is about A to Z alone. check() refuses
the rest; written() rewrites what an engine reads otherwise, and leaves the text where it can.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterable
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, Literal

from spillway_adapters.query.pattern_pieces import BadPattern, members, parts, pieces

Dialect = Literal["re2", "rust", "java", "python"]

#: RE2's own limit, of nested ones together.
MOST_REPEATS = 1000
MAX_CHARACTERS = 1000
MAX_GROUPS = 30


# --- Checks --------------------------------------------------------------------------------------


def check(pattern: str) -> int:
    """The number of its groups; raises BadPattern."""
    if len(pattern) > MAX_CHARACTERS:
        raise BadPattern(f"It has more than {MAX_CHARACTERS:,} characters", 0, "Match a part of it")
    for _ in pieces(pattern):
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
    for part, offset in parts(new):
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

_CLASSES = {"d": "0-9", "w": "0-9A-Za-z_", "s": r"\t\n\x0b\f\r "}


def written(pattern: str, dialect: Dialect) -> str:
    """For that engine; the pattern has been checked."""
    insensitive = pattern.startswith("(?i)")
    rewrite = _Rewriter(dialect, insensitive)
    return "".join(rewrite.piece(kind, text) for kind, text, _ in pieces(pattern))


def replacement(new: str, dialect: Dialect) -> str:
    """The new text of a replacement, in which \\1 is the first group."""
    after_group = False
    found: list[str] = []
    for part, _ in parts(new):
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


def rust_replacement(new: str) -> str:
    return replacement(new, "rust")


def python_replacement(new: str) -> str:
    return replacement(new, "python")


def java_replacement(new: str) -> str:
    return replacement(new, "java")


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
            "any": lambda _: "[^\\n]" if self.dialect == "java" else ".",
            "end": lambda _: {"python": "\\Z", "re2": "$"}.get(self.dialect, "\\z"),
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
        for member in members(text[1 + negated : -1], 0):
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
