"""Checks of what stands in a job's JSON. Each gives the value, of its type, or raises BadJob."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from spillway_adapters.query.bad_job import BadJob
from spillway_adapters.query.tokens import bad_text, quoted, unknown

MAX_NAME = 1_000


def kind(value: object) -> str:
    """How JSON calls it."""
    if value is None:
        return "null"
    for kind, word in (
        (bool, "true or false"),
        (int, "a whole number"),
        (float, "a number"),
        (str, "a text"),
        (list, "a list"),
        (dict, "an object"),
    ):
        if isinstance(value, kind):
            return word
    return type(value).__name__


def an_object(
    value: object, what: str, place: str, remedy: str = 'Write {"name": …} in its place'
) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise BadJob(f"{what} is {kind(value)}, not an object", place, remedy)
    for key in value:
        if not isinstance(key, str):
            raise BadJob(
                f"{what} has a key that is {kind(key)}, not a text", place, "Write it in quotes"
            )
    return value


def a_list(
    value: object, what: str, place: str, remedy: str = 'Write ["…"] in its place'
) -> list[Any]:
    if not isinstance(value, list | tuple):
        raise BadJob(f"{what} is {kind(value)}, not a list", place, remedy)
    return list(value)


def a_text(value: object, what: str, place: str, remedy: str = 'Write "…" in its place') -> str:
    if not isinstance(value, str):
        raise BadJob(f"{what} is {kind(value)}, not a text", place, remedy)
    return value


def only_fields(value: dict[str, Any], known: Sequence[str], what: str, place: str) -> None:
    for key in value:
        if key not in known:
            raise BadJob(f"{what} has no field {quoted(key)}", place, unknown(key, known))


def a_whole_number(value: object, what: str, place: str, low: int = 0) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise BadJob(f"{what} is {kind(value)}, not a whole number", place, "Write it in digits")
    if not low <= value < 2**63:
        shown = str(value) if abs(value) < 10**30 else "a number of many digits"
        raise BadJob(f"{what} is {shown}", place, f"It goes from {low} to {2**63 - 1}")
    return value


def a_truth(value: object, what: str, place: str) -> bool:
    if not isinstance(value, bool):
        raise BadJob(f"{what} is {kind(value)}", place, "Write true or false, without quotes")
    return value


def a_name(value: object, what: str, place: str) -> str:
    """Of a column: anything that engines can hold."""
    name = a_text(value, what, place)
    if not name:
        raise BadJob(f"{what} is empty", place, "Give it a name")
    if len(name) > MAX_NAME:
        raise BadJob(f"{what} has {len(name):,} characters", place, f"The most is {MAX_NAME:,}")
    complain = bad_text(name)
    if complain:
        raise BadJob(f"{what} {complain}", place, "Give it another name")
    return name


def a_table_name(name: str, what: str, place: str) -> str:
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,62}", name):
        raise BadJob(
            f"{what} cannot be called {quoted(name)}",
            place,
            "Use letters, digits and _, a letter first, at most 63",
        )
    return name


def without_doubles(names: Iterable[str], what: str, place: str) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise BadJob(f"{what} has {quoted(name)} twice", place, "Leave one of them away")
        seen.add(name)
