"""A SELECT with every name resolved."""

from __future__ import annotations

import itertools

from sqlglot import exp

from spillway_adapters.query.language import Input
from spillway_adapters.query.sql_import.names import Ctes, Scope, resolved, with_named_window
from spillway_adapters.query.sql_import.parts import (
    distinct_names,
    kind,
    nulls_first,
    once,
    ordered,
    ordinal,
    refuse_parts,
    rename,
    this,
)
from spillway_adapters.query.sql_import.places import first_meta, refuse
from spillway_adapters.query.sql_import.scope import (
    Cte,
    Ordering,
    Query,
    Resolved,
    Select,
    Union,
    conjuncts,
)
from spillway_adapters.query.sql_import.sources import Sources
from spillway_adapters.query.sql_import.star import expand_stars
from spillway_adapters.query.sql_import.trees import (
    has_aggregate,
    has_window,
    output_name,
    rebuilt,
)


class Resolver:
    def __init__(self, inputs: dict[str, Input]) -> None:
        self.inputs = inputs
        self._subqueries: dict[str, Query] = {}
        self.numbers = itertools.count(1)

    def resolve(self, node: exp.Expression) -> Resolved:
        query = self.query(node, None, {})
        return Resolved(query, self._subqueries)

    # --- Queries ---

    def query(self, node: exp.Expression, parent: Scope | None, ctes: Ctes) -> Query:
        if node.args.get("with_"):
            ctes = self._with(node.args["with_"], parent, ctes)
        if isinstance(node, exp.Subquery):
            inner = self.query(node.this, parent, ctes)
            if node.args.get("order") or node.args.get("limit") or node.args.get("offset"):
                refuse(node, "ORDER BY or LIMIT behind parentheses", "Put it inside them.")
            return inner
        if isinstance(node, exp.Union):
            return self._union(node, parent, ctes)
        if isinstance(node, exp.Intersect | exp.Except):
            word = type(node).__name__.upper()
            refuse(node, f"{word} is not supported", "Use IN, NOT IN or a semi or anti join.")
        if isinstance(node, exp.Select):
            return self._select(node, parent, ctes)
        refuse(node, f"{kind(node)} is not a SELECT", "Write one SELECT.")

    def _with(self, node: exp.With, parent: Scope | None, ctes: Ctes) -> Ctes:
        if node.args.get("recursive"):
            refuse(node, "Recursion is not supported")
        ctes = dict(ctes)
        for cte in node.expressions:
            name = cte.alias
            query = self.query(cte.this, None, ctes)
            rename(query, cte.args["alias"].args.get("columns") or [])
            ctes[name.lower()] = Cte(name, query)
        return ctes

    def _union(self, node: exp.Union, parent: Scope | None, ctes: Ctes) -> Union:
        if node.args.get("by_name"):
            refuse(node, "UNION BY NAME is not supported", "Name the columns in the same order.")
        left = self.query(node.this, parent, ctes)
        right = self.query(node.expression, parent, ctes)
        if len(left.outputs) != len(right.outputs):
            refuse(
                node.expression,
                f"The second SELECT of UNION has {len(right.outputs)} columns, the first "
                f"{len(left.outputs)}",
            )
        query = Union(
            outputs=list(left.outputs),
            node=node,
            left=left,
            right=right,
            distinct=bool(node.args.get("distinct")),
            outer=left.outer | right.outer,
        )
        self._limit(node, query)
        for part in ordered(node):
            place = ordinal(part.this, len(query.outputs))
            if place is None and isinstance(part.this, exp.Column):
                lower = [o.lower() for o in query.outputs]
                name = part.this.name.lower()
                place = lower.index(name) if name in lower and not part.this.table else None
            if place is None:
                refuse(part, "ORDER BY of a UNION takes names and numbers of its columns")
            query.order.append(
                Ordering(part.this, bool(part.args.get("desc")), nulls_first(part), place)
            )
        return query

    def _select(self, node: exp.Select, parent: Scope | None, ctes: Ctes) -> Select:
        refuse_parts(node)
        scope = Scope(parent, ctes)
        joined = Sources(self).build(node, scope)
        for window in node.args.get("windows") or []:
            scope.windows[window.this.name.lower()] = window
        items, outputs = [], []
        for written in expand_stars(node.expressions, scope):
            outputs.append(output_name(written, scope))
            inner = written.this if isinstance(written, exp.Alias) else written
            item = self.expression(inner, scope)
            items.append(item)
            if isinstance(written, exp.Alias) and written.alias.lower() not in scope.aliases:
                scope.aliases[written.alias.lower()] = item
                scope.places[written.alias.lower()] = len(items) - 1
        query = Select(outputs=distinct_names(outputs), node=node, joined=joined, items=items)
        for part in conjuncts(this(node, "where")):
            query.where.append(self.expression(part, scope))
        query.group = self._group(node, query, scope)
        grouped = query.group is not None or any(has_aggregate(i) for i in items)
        if grouped or node.args.get("having"):
            query.group = query.group or []
            scope.keys = query.group
        for part in conjuncts(this(node, "having")):
            query.having.append(self.expression(part, scope))
        for part in conjuncts(this(node, "qualify")):
            query.qualify.append(self.expression(part, scope))
        query.distinct = bool(node.args.get("distinct"))
        self._limit(node, query)
        self._order(node, query, scope)
        query.outer = scope.outer
        return query

    def _limit(self, node: exp.Expression, query: Query) -> None:
        for word in ("limit", "offset"):
            part = node.args.get(word)
            if part is None:
                continue
            number = part.args.get("count") if isinstance(part, exp.Fetch) else part.expression
            options = part.args.get("limit_options")
            if options is not None and (
                options.args.get("percent") or options.args.get("with_ties")
            ):
                refuse(part, "LIMIT with a share or with ties is not supported")
            if not isinstance(number, exp.Literal) or not number.this.isdigit():
                refuse(part, f"{word.upper()} must be a whole number")
            setattr(query, word, int(number.this))
        if query.offset and query.limit is None:
            refuse(node.args["offset"], "OFFSET without LIMIT", "Add a LIMIT.")

    # --- GROUP BY and ORDER BY ---

    def _group(self, node: exp.Select, query: Select, scope: Scope) -> list[exp.Expression] | None:
        group = node.args.get("group")
        if group is None:
            return None
        for word in ("grouping_sets", "cube", "rollup", "totals"):
            if group.args.get(word):
                refuse(group, f"{word.upper().replace('_', ' ')} is not supported")
        if group.args.get("all"):
            return once(
                i
                for i in query.items
                if not has_aggregate(i) and not has_window(i) and i.find(exp.Column)
            )
        keys = []
        for part in group.expressions:
            if isinstance(part, exp.Rollup | exp.Cube | exp.GroupingSets):
                refuse(part, f"{kind(part)} is not supported", "Group by columns.")
            place = ordinal(part, len(query.items))
            keys.append(self.expression(part, scope) if place is None else query.items[place])
            if has_aggregate(keys[-1]) or has_window(keys[-1]):
                refuse(part, "GROUP BY of an aggregate or a window")
        return once(keys)

    def _order(self, node: exp.Select, query: Select, scope: Scope) -> None:
        for part in ordered(node):
            written = part.this
            place = ordinal(written, len(query.items))
            everything = isinstance(written, exp.Var) and written.name.upper() == "ALL"
            alias = isinstance(written, exp.Column) and not written.table
            if place is None and alias and written.name.lower() in scope.aliases:
                place = scope.places[written.name.lower()]
            places: list[int | None] = list(range(len(query.items))) if everything else [place]
            for at in places:
                expression = query.items[at] if at is not None else None
                if expression is None:
                    expression = self.expression(written, scope)
                    at = query.items.index(expression) if expression in query.items else None
                if at is None and query.distinct:
                    refuse(part, "SELECT DISTINCT is ordered by what is not selected")
                descending = bool(part.args.get("desc"))
                query.order.append(Ordering(expression, descending, nulls_first(part), at))

    # --- Expressions ---

    def expression(self, node: exp.Expression, scope: Scope) -> exp.Expression:
        if isinstance(node, exp.Paren):
            return self.expression(node.this, scope)
        if isinstance(node, exp.Column):
            return resolved(node, scope)
        if node.args.get("negate"):
            # NOT LIKE and the like, as the parser writes them.
            return exp.Not(this=self.expression(rebuilt(node, negate=None), scope))
        if isinstance(node, exp.Exists):
            return rebuilt(node, this=self._subquery(node.this, scope))
        if isinstance(node, exp.Subquery | exp.Select | exp.Union):
            return self._subquery(node, scope)
        if isinstance(node, exp.In) and node.args.get("query"):
            value = self.expression(node.this, scope)
            return rebuilt(node, this=value, query=self._subquery(node.args["query"], scope))
        if isinstance(node, exp.Any | exp.All):
            refuse(node, f"{kind(node)} is not supported", "Use IN or NOT IN.")
        if isinstance(node, exp.EQ) and isinstance(node.expression, exp.Any):
            value = self.expression(node.this, scope)
            return exp.In(this=value, query=self._subquery(node.expression.this, scope))
        if isinstance(node, exp.NEQ) and isinstance(node.expression, exp.All):
            value = self.expression(node.this, scope)
            return exp.Not(
                this=exp.In(this=value, query=self._subquery(node.expression.this, scope))
            )
        if isinstance(node, exp.Window):
            node = with_named_window(node, scope)
        if isinstance(node, exp.AggFunc) and scope.keys is not None:
            keys, scope.keys = scope.keys, None
            done = self._children(node, scope)
            scope.keys = keys
            return done
        return self._children(node, scope)

    def _children(self, node: exp.Expression, scope: Scope) -> exp.Expression:
        changed = {}
        for key, value in node.args.items():
            if isinstance(value, exp.Expression):
                changed[key] = self.expression(value, scope)
            elif isinstance(value, list):
                changed[key] = [
                    self.expression(v, scope) if isinstance(v, exp.Expression) else v for v in value
                ]
        return rebuilt(node, **changed)

    def _subquery(self, node: exp.Expression, scope: Scope) -> exp.Placeholder:
        query = self.query(node, scope, scope.ctes)
        key = f"subquery {next(self.numbers)}"
        self._subqueries[key] = query
        own = {s.uid for s in scope.sources}
        scope.outer |= {c for c in query.outer if c.table.rstrip("+") not in own}
        placeholder = exp.Placeholder(this=key)
        placeholder.meta.update(first_meta(node))
        return placeholder
