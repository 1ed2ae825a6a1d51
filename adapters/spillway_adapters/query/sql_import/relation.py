"""A table while its steps are written: the pipeline's side of the import."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlglot import exp

from spillway_adapters.query.bad_job import BadJob
from spillway_adapters.query.expression_text import name as quoted
from spillway_adapters.query.tokens import MAX_CHARACTERS

#: How tightly an expression holds together.
OR, AND, NOT, COMPARE, SUM, PRODUCT, SIGN, ATOM = range(1, 9)

__all__ = [
    "AND", "ATOM", "COMPARE", "NOT", "OR", "PRODUCT", "SIGN", "SUM", "Piece", "Relation",
    "call", "column", "fresh", "operation", "quoted", "text_literal", "uses", "word",
]  # fmt: skip


def text_literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


@dataclass(frozen=True)
class Piece:
    """An expression of the pipeline. `type` is nothing for a bare null. `name` is the column that
    it is, if it is one."""

    text: str
    type: str | None
    level: int = ATOM
    columns: frozenset[str] = frozenset()
    name: str | None = None

    def __post_init__(self) -> None:
        # BETWEEN and the like name an operand twice: a short text may nest to one without end.
        if len(self.text) > MAX_CHARACTERS:
            raise BadJob(
                f"An expression of the SQL becomes more than {MAX_CHARACTERS:,} characters",
                "",
                "Give parts of it a name: WITH part AS (SELECT …)",
            )

    def at(self, level: int) -> str:
        """Its text as an operand of this level."""
        return self.text if self.level >= level else f"({self.text})"


def column(name: str, type: str | None) -> Piece:
    return Piece(quoted(name), type, ATOM, frozenset([name]), name)


def operation(level: int, type: str | None, form: str, *operands: Piece) -> Piece:
    """`form` with its operands in place: "{} + {}". The first may be of the same level, the others
    must hold together more tightly."""
    texts = [o.at(level if i == 0 else level + 1) for i, o in enumerate(operands)]
    return Piece(form.format(*texts), type, level, uses(operands))


def call(name: str, type: str | None, *arguments: Piece) -> Piece:
    text = f"{name}({', '.join(a.text for a in arguments)})"
    return Piece(text, type, ATOM, uses(arguments))


def uses(pieces: Iterable[Piece]) -> frozenset[str]:
    return frozenset().union(*(p.columns for p in pieces))


def word(text: str) -> str:
    """A name of letters, digits and _ out of this."""
    name = re.sub(r"\W+", "_", text, flags=re.ASCII).strip("_")[:40].rstrip("_").lower()
    return name if name and name[0].isalpha() else f"t_{name}".rstrip("_")


def fresh(name: str, taken: Iterable[str]) -> str:
    """`name`, or with a number behind it."""
    taken = {t.lower() for t in taken}
    if name.lower() not in taken:
        return name
    number = 2
    while f"{name}_{number}".lower() in taken:
        number += 1
    return f"{name}_{number}"


@dataclass
class Relation:
    """`known` has what the resolved expressions of the SQL are in this table: columns of its
    sources, later keys, aggregates, windows and subqueries."""

    steps: list[dict[str, Any]]
    schema: dict[str, str | None]
    known: dict[exp.Expression, Piece] = field(default_factory=dict)
    one_row: bool = False  #: exactly one, whatever the data
    last_derive: frozenset[str] = frozenset()  #: what the last step derives, if it is a derive
    last_filter: Piece | None = None

    def derive(self, columns: dict[str, Piece]) -> None:
        if not columns:
            return
        texts = {name: piece.text for name, piece in columns.items()}
        last = self.steps[-1]
        if "derive" in last and not self.last_derive & (uses(columns.values()) | set(columns)):
            last["derive"].update(texts)
            self.last_derive |= set(columns)
        else:
            self.steps.append({"derive": texts})
            self.last_derive = frozenset(columns)
        self.schema.update({name: piece.type for name, piece in columns.items()})

    def filter(self, condition: Piece) -> None:
        if condition.text == "true":
            return
        if "filter" in self.steps[-1] and self.last_filter:
            before = self.last_filter.at(AND)
            condition = Piece(f"{before} and {condition.at(AND)}", "bool", AND)
            self.steps.pop()
        self.steps.append({"filter": condition.text})
        self.last_filter = condition

    def select(self, columns: dict[str, str]) -> None:
        """New name: old name."""
        if list(columns.items()) == [(name, name) for name in self.schema]:
            return
        same = all(new == old for new, old in columns.items())
        self.steps.append({"select": list(columns) if same else dict(columns)})
        self.schema = {new: self.schema[old] for new, old in columns.items()}

    def name_of(self, piece: Piece, wish: str) -> str:
        """The column that holds this, made when there is none."""
        if piece.name is not None:
            return piece.name
        name = fresh(wish, self.schema)
        self.derive({name: piece})
        return name
