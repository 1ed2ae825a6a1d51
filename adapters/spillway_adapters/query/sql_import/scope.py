"""A query whose names are resolved: what resolve.py makes and the other files read.

Expressions are sqlglot's, with three changes: a column is always Column(table=the source's uid,
this=its exact name); parentheses and aliases are gone; a subquery is a Placeholder of its key in
`Resolved.subqueries`. So equal expressions are equal trees, wherever they stand.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from sqlglot import exp

How = Literal["from", "inner", "left", "right", "full", "semi", "anti"]


@dataclass(eq=False)
class Cte:
    name: str
    query: Query


@dataclass(eq=False)
class Source:
    """A table of FROM. `columns` are by lower-case name, in order."""

    uid: str
    alias: str
    columns: dict[str, str]
    origin: str | Cte | Query  #: an input's name, or what makes it
    node: exp.Expression
    used: set[str] = field(default_factory=set)
    visible: bool = True  #: not for names: the right of a semi or anti join, after its ON


@dataclass(eq=False)
class Joined:
    """A source and how it joins what stands before it. `coalesced` are the keys of a full join by
    USING: the column that unqualified names mean, and the left's."""

    source: Source
    how: How
    on: list[exp.Expression]
    node: exp.Expression
    coalesced: dict[exp.Column, exp.Column] = field(default_factory=dict)


@dataclass(eq=False)
class Ordering:
    """`output` is the place in the select list that it is, if it is one."""

    expression: exp.Expression
    descending: bool
    nulls_first: bool
    output: int | None


@dataclass(eq=False, kw_only=True)
class Query:
    outputs: list[str]  #: names, each once
    node: exp.Expression
    order: list[Ordering] = field(default_factory=list)
    limit: int | None = None
    offset: int = 0
    outer: set[exp.Column] = field(default_factory=set)  #: columns of queries around it


@dataclass(eq=False, kw_only=True)
class Select(Query):
    joined: list[Joined]
    items: list[exp.Expression]
    where: list[exp.Expression] = field(default_factory=list)
    group: list[exp.Expression] | None = None
    having: list[exp.Expression] = field(default_factory=list)
    qualify: list[exp.Expression] = field(default_factory=list)
    distinct: bool = False

    def own(self) -> set[str]:
        return {j.source.uid for j in self.joined}


@dataclass(eq=False, kw_only=True)
class Union(Query):
    """`distinct`: what stands between is UNION, without ALL."""

    left: Query
    right: Query
    distinct: bool


@dataclass(eq=False)
class Resolved:
    query: Query
    subqueries: dict[str, Query]


def conjuncts(node: exp.Expression | None) -> list[exp.Expression]:
    """What must all be true."""
    if node is None:
        return []
    if isinstance(node, exp.Paren):
        return conjuncts(node.this)
    if isinstance(node, exp.And):
        return conjuncts(node.this) + conjuncts(node.expression)
    return [node]
