"""Refusals of SQL, with the place in the text."""

from __future__ import annotations

from typing import NoReturn

from sqlglot import exp

from spillway_adapters.query.bad_job import BadJob


def place(node: exp.Expression) -> str:
    """Line and column where `node` begins, as far as the parser has kept them: its own, else the
    first of what is in it, else of what it is in."""
    found = first_meta(node)
    if found:
        # The parser keeps the column of a word's last letter.
        return f"line {found['line']}, column {found['col'] - (found['end'] - found['start'])}"
    return place(node.parent) if node.parent else ""


def first_meta(node: exp.Expression) -> dict[str, int]:
    """The place of what comes first in it, in the parser's words."""
    metas = (n.meta for n in node.walk() if "start" in n.meta)
    return min(metas, key=lambda meta: meta["start"], default={})


def refuse(node: exp.Expression, message: str, remedy: str = "") -> NoReturn:
    raise BadJob(message, place(node), remedy)


def no_float(type: str | None, node: exp.Expression, use: str) -> None:
    """Refuses float64 as a key."""
    if type == "float64":
        refuse(
            node,
            f"float64 is no key of {use}: computed values differ in the last digit",
            "Make a whole number of it: CAST(round(x * 100) AS BIGINT).",
        )
