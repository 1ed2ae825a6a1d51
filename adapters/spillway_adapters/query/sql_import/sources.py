"""FROM: its tables, and how each joins those before it."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from spillway_adapters.query.sql_import.names import Scope, make_column
from spillway_adapters.query.sql_import.parts import TABLE_PARTS, kind, only, rename
from spillway_adapters.query.sql_import.places import refuse
from spillway_adapters.query.sql_import.scope import Cte, How, Joined, Source, conjuncts

Resolver = Any


class Sources:
    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver

    def build(self, node: exp.Select, scope: Scope) -> list[Joined]:
        start = node.args.get("from_")
        if start is None:
            refuse(node, "A SELECT without FROM reads no table", "Add FROM.")
        joined = [self._joined(start.this, "from", scope)]
        for join in start.this.args.get("joins") or []:
            joined.append(self._join(join, scope))
        for join in node.args.get("joins") or []:
            joined.append(self._join(join, scope))
            for further in join.this.args.get("joins") or []:
                # FROM a, b JOIN c: the parser hangs c below b.
                joined.append(self._join(further, scope))
        return joined

    def _join(self, join: exp.Join, scope: Scope) -> Joined:
        side, word = join.side.lower(), join.kind.lower()
        method = join.args.get("method")
        if method:
            refuse(join, f"{method} joins are not supported", "Name the columns with USING or ON.")
        if word not in ("", "inner", "outer", "cross", "semi", "anti"):
            refuse(join, f"{word.upper()} joins are not supported")
        how: How = "inner"
        if side in ("left", "right", "full"):
            how = side  # type: ignore[assignment]
        if word in ("semi", "anti"):
            how = word  # type: ignore[assignment]
        before = list(scope.sources)
        result = self._joined(join.this, how, scope)
        for identifier in join.args.get("using") or []:
            self._using(identifier, result, before, scope)
        for part in conjuncts(join.args.get("on")):
            result.on.append(self._resolver.expression(part, scope))
        if how in ("semi", "anti"):
            result.source.visible = False
        return result

    def _joined(self, node: exp.Expression, how: How, scope: Scope) -> Joined:
        source = self._source(node, scope)
        if any(s.visible and s.alias.lower() == source.alias.lower() for s in scope.sources):
            refuse(node, f"Two tables are called {source.alias}", "Give one an alias.")
        scope.sources.append(source)
        return Joined(source, how, [], node)

    def _using(
        self, name: exp.Identifier, joined: Joined, before: list[Source], scope: Scope
    ) -> None:
        key = name.name.lower()
        source = joined.source
        holders = [s for s in before if s.visible and key in s.columns]
        if not holders or key not in source.columns:
            refuse(name, f"Not both tables of the join have a column {name.name}")
        left = scope.merged.get(key) or make_column(holders[0], holders[0].columns[key], name)
        right = make_column(source, source.columns[key], name)
        condition = exp.EQ(this=left.copy(), expression=right.copy())
        joined.on.append(condition)
        if joined.how == "right":
            scope.merged[key] = right
        elif joined.how == "full":
            merged = exp.Column(
                this=right.this.copy(), table=exp.Identifier(this=f"{source.uid}+", quoted=True)
            )
            joined.coalesced[merged] = left
            scope.merged[key] = merged
        elif joined.how != "anti" and joined.how != "semi":
            scope.merged[key] = left

    def _source(self, node: exp.Expression, scope: Scope) -> Source:
        uid = f"{next(self._resolver.numbers)}"
        if isinstance(node, exp.Subquery):
            only(node, TABLE_PARTS)
            alias = node.args.get("alias")
            query = self._resolver.query(node.this, None, scope.ctes)
            rename(query, alias.args.get("columns") or [] if alias else [])
            columns = {o.lower(): o for o in query.outputs}
            return Source(uid, node.alias or f"subquery {uid}", columns, query, node)
        if not isinstance(node, exp.Table) or not isinstance(node.this, exp.Identifier):
            refuse(node, f"{kind(node)} in FROM is not supported", "Name an input.")
        only(node, TABLE_PARTS)
        name = node.name
        alias = node.alias or name
        cte = scope.ctes.get(name.lower()) if not node.db else None
        origin: str | Cte
        if cte is not None:
            origin, names = cte, list(cte.query.outputs)
        else:
            origin = self._input(node)
            names = list(self._resolver.inputs[origin].columns)
        columns = {n.lower(): n for n in names}
        renamed = node.args["alias"].args.get("columns") if node.args.get("alias") else None
        if renamed:
            refuse(node, "Columns renamed behind a table's name", "Rename in a subquery.")
        return Source(uid, alias, columns, origin, node)

    def _input(self, node: exp.Table) -> str:
        if node.db:
            refuse(node, f"{node.sql('duckdb')} names a schema", "Name an input.")
        found = [i for i in self._resolver.inputs if i.lower() == node.name.lower()]
        if not found:
            known = ", ".join(self._resolver.inputs) or "none"
            refuse(
                node,
                f"There is no table {node.name}",
                f"Inputs are named by --input NAME=PATH; there are: {known}.",
            )
        return found[0]
