"""Expressions in pieces, each with its offset; texts and names for messages."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from spillway_adapters.query.language import Schema

MAX_CHARACTERS = 100_000


class BadExpression(Exception):
    def __init__(self, message: str, offset: int, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset
        self.remedy = remedy


@dataclass(frozen=True)
class Token:
    kind: Literal["name", "quoted", "text", "number", "operator", "end"]
    text: str  #: of names and texts: without their quotes
    offset: int
    end: int

    @property
    def word(self) -> str:
        """A keyword or a function's name, in small letters."""
        return self.text.lower() if self.kind == "name" else ""


_PIECES = re.compile(
    r"""(?P<space>\s+)
    |(?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
    |(?P<name>[^\W0-9]\w*)
    |(?P<quoted>"(?:[^"]|"")*")
    |(?P<text>'(?:[^']|'')*')
    |(?P<operator>::|\|\||<>|!=|<=|>=|==|//|[-+*/%=<>(),.])""",
    re.VERBOSE,
)


def tokens(text: str) -> list[Token]:
    if len(text) > MAX_CHARACTERS:
        raise BadExpression(
            f"The expression has {len(text):,} characters, the most is {MAX_CHARACTERS:,}",
            0,
            "Derive parts of it first.",
        )
    found: list[Token] = []
    at = 0
    while at < len(text):
        match = _PIECES.match(text, at)
        if not match:
            raise _no_token(text, at)
        kind = match.lastgroup
        piece = match.group()
        if kind == "number":
            rest = text[match.end() : match.end() + 1]
            if rest.isalnum() or rest in ("_", "."):
                raise BadExpression(f"{quoted(piece + rest)} is no number", at, _NAME_REMEDY)
        if kind == "quoted":
            piece = piece[1:-1].replace('""', '"')
            if not piece:
                raise BadExpression("A column's name is empty", at, "Write it between the quotes.")
        elif kind == "text":
            piece = piece[1:-1].replace("''", "'")
        if kind in ("quoted", "text"):
            complain = bad_text(piece)
            if complain:
                raise BadExpression(f"A text in quotes {complain}", at, "Take it out.")
        if kind != "space":
            found.append(Token(kind, piece, at, match.end()))  # type: ignore[arg-type]
        at = match.end()
    found.append(Token("end", "", len(text), len(text)))
    return found


_NAME_REMEDY = 'Write a name with such characters in double quotes: "2nd".'


def _no_token(text: str, at: int) -> BadExpression:
    character = text[at]
    if character in "'\"":
        what = "text" if character == "'" else "name"
        return BadExpression(
            f"The {what} that begins here does not end",
            at,
            f"Close it with {character}; inside, write {character} twice.",
        )
    remedies = {
        "`": 'Write names in double quotes: "a b".',
        "[": "There are no lists; in takes literals in round brackets: a in (1, 2).",
        "^": "Write pow(x, y).",
        "&": "Write and.",
        "|": "Write or; || puts texts together.",
        "!": "Write not, or <> for not equal.",
        ";": "One expression, without a semicolon.",
    }
    remedy = remedies.get(character, _NAME_REMEDY)
    return BadExpression(f"{quoted(character)} has no meaning here", at, remedy)


def bad_text(text: str) -> str:
    """Why a name or a text cannot stand in a job; nothing: it can."""
    if "\0" in text:
        return "has a zero character, which engines cut off or refuse"
    if any("\ud800" <= c <= "\udfff" for c in text):
        return "has half a character (a lone surrogate), which is no Unicode text"
    return ""


def quoted(text: str, most: int = 60) -> str:
    """For messages: in quotes, on one line, cut when long."""
    shown = text if len(text) <= most else text[: most - 1] + "…"
    plain = "".join(
        c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode("ascii")
        for c in shown
    )
    return f'"{plain}"'


def unknown(name: str, known: Sequence[str] | Schema) -> str:
    """What was meant, and what there is."""
    names = list(known)
    if not names:
        return "There are none here."
    # Comparing takes time with the square of the names' lengths.
    lower = {n.lower(): n for n in names[:1000] if len(n) <= 60}
    near = difflib.get_close_matches(name[:60].lower(), lower, 1)
    listed = ", ".join(quoted(n, 30)[1:-1] for n in names[:12])
    more = f" and {len(names) - 12:,} more" if len(names) > 12 else ""
    meant = f"Did you mean {quoted(lower[near[0]])}? " if near else ""
    return f"{meant}There is: {listed}{more}."
