"""Where a step stands while it is read: its columns, its tables, the step before it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from spillway_adapters.query import checks, expressions
from spillway_adapters.query.bad_job import BadJob, at_expression
from spillway_adapters.query.language import (
    Schema,
    Step,
)
from spillway_adapters.query.tokens import BadExpression, quoted, unknown

T = TypeVar("T")


@dataclass(frozen=True)
class Tables:
    """What a step can read: the inputs and the lists before it."""

    schemas: dict[str, Schema]

    def schema(self, value: object, place: str) -> tuple[str, Schema]:
        name = checks.a_text(value, "The name of a table", place)
        if name not in self.schemas:
            raise BadJob(f"There is no table {quoted(name)}", place, unknown(name, self.schemas))
        return name, self.schemas[name]


@dataclass(frozen=True)
class At:
    """Where a step stands: what it gets, and what was before it."""

    schema: Schema
    place: str
    tables: Tables
    before: Step | None
    #: The columns that nothing reads have been taken from the inputs, so drop finds some no more.
    pruned: bool

    def column(self, value: object, what: str) -> str:
        name = checks.a_text(value, what, self.place)
        if name not in self.schema:
            raise BadJob(
                f"There is no column {quoted(name)}", self.place, unknown(name, self.schema)
            )
        return name

    def columns(self, value: object, what: str) -> list[str]:
        names = [
            self.column(x, f"A column of {what}") for x in checks.a_list(value, what, self.place)
        ]
        checks.without_doubles(names, what, self.place)
        return names

    def keys(self, names: Iterable[str], what: str) -> None:
        for name in names:
            if self.schema[name] == "float64":
                raise BadJob(
                    f"{quoted(name)} is float64, which is no {what}: computed values differ in "
                    "the last digit",
                    self.place,
                    f"Derive a whole number from it: cast(round({expressions.name(name)} * 100) "
                    "as int64)",
                )

    def parsed(self, how: Callable[[str, Schema], T], value: object, what: str) -> T:
        text = checks.a_text(
            value, what or "The expression", self.place, 'Write it in quotes: "a > 1"'
        )
        try:
            return how(text, self.schema)
        except BadExpression as bad:
            raise at_expression(bad, text, self.place, what) from None

    def named(self, value: object, what: str) -> dict[str, Any]:
        found = checks.an_object(
            value, what, self.place, 'Write {"name": "expression"}, one for each column'
        )
        if not found:
            raise BadJob(f"{what} is empty", self.place, "Name a column, or leave the step away")
        for name in found:
            checks.a_name(name, "The name of a column", self.place)
        return found
