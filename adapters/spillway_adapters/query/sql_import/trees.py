"""Questions about sqlglot's trees."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlglot import exp

#: Aggregates that sqlglot does not know by class.
_NAMED = frozenset(["mean", "first", "last", "any_value", "arbitrary", "histogram", "sem"])


def rebuilt(node: exp.Expression, **changed: Any) -> exp.Expression:  # noqa: ANN401
    """The node with other arguments, at its place."""
    args = {**node.args, **changed}
    copies = {
        k: v.copy() if isinstance(v, exp.Expression) and v.parent is not None else v
        for k, v in args.items()
        if v is not None
    }
    new = type(node)(**copies)
    new.meta.update(node.meta)
    return new


def is_aggregate(node: exp.Expression) -> bool:
    if isinstance(node, exp.Filter | exp.WithinGroup):
        return is_aggregate(node.this)
    if isinstance(node, exp.Anonymous):
        return node.name.lower() in _NAMED
    if isinstance(node, exp.IgnoreNulls | exp.RespectNulls):
        return is_aggregate(node.this)
    return isinstance(node, exp.AggFunc)


def aggregates(node: exp.Expression) -> Iterator[exp.Expression]:
    """Aggregates of a group; what a window computes is none, its arguments may have some."""
    if isinstance(node, exp.Window):
        function = node.this
        parts = [v for v in node.iter_expressions() if v is not function]
        while isinstance(function, exp.Filter | exp.IgnoreNulls | exp.RespectNulls):
            parts += [v for v in function.iter_expressions() if v is not function.this]
            function = function.this
        for part in [*parts, *function.iter_expressions()]:
            yield from aggregates(part)
    elif is_aggregate(node):
        yield node
    else:
        for part in node.iter_expressions():
            yield from aggregates(part)


def has_aggregate(node: exp.Expression) -> bool:
    return next(aggregates(node), None) is not None


def windows(node: exp.Expression) -> Iterator[exp.Window]:
    return node.find_all(exp.Window)


def has_window(node: exp.Expression) -> bool:
    return next(windows(node), None) is not None


def output_name(node: exp.Expression, scope: Any) -> str:  # noqa: ANN401
    """What DuckDB calls this column of a select list, nearly: its alias, the column's own name,
    else the expression."""
    if isinstance(node, exp.Alias):
        return node.alias
    if isinstance(node, exp.Column):
        for source in scope.sources:
            here = not node.table or node.table.lower() == source.alias.lower()
            if here and source.visible and node.name.lower() in source.columns:
                return source.columns[node.name.lower()]
        return node.name
    if isinstance(node, exp.Count) and isinstance(node.this, exp.Star):
        return "count_star()"
    return node.sql(dialect="duckdb", normalize_functions="lower")
