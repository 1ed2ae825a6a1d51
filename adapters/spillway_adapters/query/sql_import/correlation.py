"""How a subquery refers to the query around it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlglot import exp

from spillway_adapters.query.sql_import.joins import common
from spillway_adapters.query.sql_import.places import refuse
from spillway_adapters.query.sql_import.scope import Query, Select

Builder = Any

_MIRRORED = {exp.LT: exp.GT, exp.LTE: exp.GTE, exp.GT: exp.LT, exp.GTE: exp.LTE, exp.NEQ: exp.NEQ}


@dataclass
class Correlation:
    """How a subquery refers to the query around it: pairs (outer, inner) that are equal, and
    comparisons (kind, outer, inner) that say "inner … outer"."""

    inner: list[exp.Expression]
    pairs: list[tuple[exp.Expression, exp.Expression]]
    compared: list[tuple[type[exp.Expression], exp.Expression, exp.Expression]]


def correlated(builder: Builder, select: Select) -> Correlation:
    own = select.own()
    result = Correlation([], [], [])
    for joined in select.joined:
        for condition in joined.on:
            if builder.references(condition) - own:
                refuse(condition, "ON refers to the query around", "Say it in WHERE.")
    for condition in [part for c in select.where for part in common(c)]:
        refs = builder.references(condition)
        if not refs - own:
            result.inner.append(condition)
            continue
        kind = type(condition)
        if kind is not exp.EQ and kind not in _MIRRORED:
            _refuse_correlation(condition)
        left, right = condition.this, condition.expression
        left_refs = builder.references(left)
        right_refs = builder.references(right)
        if left_refs and left_refs <= own and not right_refs & own:
            inner, outer = left, right
        elif right_refs and right_refs <= own and not left_refs & own:
            inner, outer = right, left
            kind = _MIRRORED.get(kind, kind)
        else:
            _refuse_correlation(condition)
        if kind is exp.EQ:
            result.pairs.append((outer, inner))
        else:
            result.compared.append((kind, outer, inner))
    if not result.pairs:
        refuse(select.node, "A subquery that refers to the query around without an equality")
    return result


def plain_select(query: Query, node: exp.Expression, grouped: bool = False) -> Select:
    """The subquery as one SELECT of rows, as far as its references to the query around allow."""
    if not isinstance(query, Select):
        refuse(node, "A UNION that refers to the query around it")
    if query.having or query.qualify or query.limit is not None or (query.group and not grouped):
        refuse(
            node,
            "GROUP BY, HAVING, QUALIFY or LIMIT in a subquery that refers to the query around it",
        )
    if not grouped and query.group is not None:
        refuse(node, "An aggregate in a subquery that refers to the query around it")
    if grouped and query.group:
        refuse(node, "GROUP BY in a subquery that refers to the query around it")
    return query


def refuse_comparison(node: exp.Expression) -> None:
    refuse(
        node,
        "A subquery that refers to the query around it by more than equalities",
        "EXISTS takes one other comparison besides them.",
    )


def _refuse_correlation(node: exp.Expression) -> None:
    refuse(
        node,
        "This refers to the query around it in another way than by an equality",
        "Compare a column of the subquery with one of the query around it.",
    )
