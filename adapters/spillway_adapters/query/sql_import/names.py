"""What a name means, as in DuckDB: columns of FROM first, then aliases of the select list, then the
queries around. Letter case does not matter."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlglot import exp

from spillway_adapters.query.sql_import.places import refuse
from spillway_adapters.query.sql_import.scope import Cte, Source
from spillway_adapters.query.sql_import.trees import rebuilt

Ctes = Mapping[str, Cte]


@dataclass(eq=False)
class Scope:
    """What names mean within one SELECT."""

    parent: Scope | None
    ctes: Ctes
    sources: list[Source] = field(default_factory=list)
    #: Unqualified names that mean one column of several: keys of USING.
    merged: dict[str, exp.Column] = field(default_factory=dict)
    aliases: dict[str, exp.Expression] = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=dict)  #: of aliases, in the select list
    windows: dict[str, exp.Window] = field(default_factory=dict)
    #: HAVING and ORDER BY of a group: a column that is no key there gives way to an alias.
    keys: list[exp.Expression] | None = None
    outer: set[exp.Column] = field(default_factory=set)


def make_column(source: Source, name: str, like: exp.Expression | None = None) -> exp.Column:
    source.used.add(name)
    identifier = exp.Identifier(this=name, quoted=True)
    if like is not None:
        identifier.meta.update(_place_of(like))
    return exp.Column(this=identifier, table=exp.Identifier(this=source.uid, quoted=True))


def _place_of(node: exp.Expression) -> dict[str, int]:
    inner = node.this if isinstance(node, exp.Column) else node
    return {k: v for k, v in inner.meta.items() if k in ("line", "col", "start", "end")}


def resolved(node: exp.Column, scope: Scope) -> exp.Expression:
    if isinstance(node.this, exp.Star) or node.args.get("db"):
        refuse(node, f"{node.sql('duckdb')} cannot stand here")
    found = _lookup(node, scope)
    if found is not None:
        return found
    names = {s.alias for s in scope.sources if s.visible}
    if node.table and node.table.lower() not in {n.lower() for n in names}:
        refuse(node, f"There is no table {node.table}", _nearest(node.table, names))
    columns = {c for s in scope.sources if s.visible for c in s.columns.values()}
    columns |= set(scope.aliases)
    refuse(node, f"There is no column {node.sql('duckdb')}", _nearest(node.name, columns))


def _lookup(node: exp.Column, scope: Scope) -> exp.Expression | None:
    own = _own_column(node, scope)
    alias = scope.aliases.get(node.name.lower()) if not node.table else None
    if own is not None and not (
        alias is not None and scope.keys is not None and own not in scope.keys
    ):
        return own
    if alias is not None:
        return alias.copy()
    if scope.parent is None:
        return None
    parent = scope.parent
    found = _lookup(node, parent)
    if found is not None:
        scope.outer |= set(found.find_all(exp.Column))
    return found


def _own_column(node: exp.Column, scope: Scope) -> exp.Column | None:
    name = node.name.lower()
    visible = [s for s in scope.sources if s.visible]
    if node.table:
        for source in visible:
            if source.alias.lower() == node.table.lower() and name in source.columns:
                return make_column(source, source.columns[name], node)
        return None
    if name in scope.merged:
        return scope.merged[name].copy()
    found = [s for s in visible if name in s.columns]
    if len(found) > 1:
        names = " and ".join(s.alias for s in found)
        refuse(node, f"{node.name} is a column of {names}", f"Write {found[0].alias}.{node.name}.")
    return make_column(found[0], found[0].columns[name], node) if found else None


def with_named_window(node: exp.Window, scope: Scope) -> exp.Window:
    name = node.args.get("alias")
    if name is None:
        return node
    window = scope.windows.get(name.name.lower())
    if window is None:
        refuse(node, f"There is no window {name.name}", _nearest(name.name, scope.windows))
    parts = {k: v for k, v in window.args.items() if k in ("partition_by", "order", "spec") and v}
    return rebuilt(node, alias=None, **parts)


def _nearest(name: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(name, list(known), 1)
    return f"Did you mean {close[0]}?" if close else ""
