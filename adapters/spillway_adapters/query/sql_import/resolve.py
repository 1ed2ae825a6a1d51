"""Names of SQL, resolved as DuckDB does: columns of FROM first, then aliases of the select list,
then the queries around; ORDER BY looks at aliases first. Letter case does not matter."""

from __future__ import annotations

import difflib
import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlglot import exp

from spillway_adapters.query.language import Input
from spillway_adapters.query.sql_import.places import first_meta, refuse
from spillway_adapters.query.sql_import.scope import (
    Cte,
    How,
    Joined,
    Ordering,
    Query,
    Resolved,
    Select,
    Source,
    Union,
    conjuncts,
)
from spillway_adapters.query.sql_import.star import expand_stars
from spillway_adapters.query.sql_import.trees import (
    has_aggregate,
    has_window,
    output_name,
    rebuilt,
)

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


class Resolver:
    def __init__(self, inputs: dict[str, Input]) -> None:
        self._inputs = inputs
        self._subqueries: dict[str, Query] = {}
        self._numbers = itertools.count(1)

    def resolve(self, node: exp.Expression) -> Resolved:
        query = self._query(node, None, {})
        return Resolved(query, self._subqueries)

    # --- Queries ---

    def _query(self, node: exp.Expression, parent: Scope | None, ctes: Ctes) -> Query:
        if node.args.get("with_"):
            ctes = self._with(node.args["with_"], parent, ctes)
        if isinstance(node, exp.Subquery):
            inner = self._query(node.this, parent, ctes)
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
        refuse(node, f"{_kind(node)} is not a SELECT", "Write one SELECT.")

    def _with(self, node: exp.With, parent: Scope | None, ctes: Ctes) -> Ctes:
        if node.args.get("recursive"):
            refuse(node, "Recursion is not supported")
        ctes = dict(ctes)
        for cte in node.expressions:
            name = cte.alias
            query = self._query(cte.this, None, ctes)
            _rename(query, cte.args["alias"].args.get("columns") or [])
            ctes[name.lower()] = Cte(name, query)
        return ctes

    def _union(self, node: exp.Union, parent: Scope | None, ctes: Ctes) -> Union:
        if node.args.get("by_name"):
            refuse(node, "UNION BY NAME is not supported", "Name the columns in the same order.")
        left = self._query(node.this, parent, ctes)
        right = self._query(node.expression, parent, ctes)
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
        for ordered in _ordered(node):
            place = _ordinal(ordered.this, len(query.outputs))
            if place is None and isinstance(ordered.this, exp.Column):
                lower = [o.lower() for o in query.outputs]
                name = ordered.this.name.lower()
                place = lower.index(name) if name in lower and not ordered.this.table else None
            if place is None:
                refuse(ordered, "ORDER BY of a UNION takes names and numbers of its columns")
            query.order.append(
                Ordering(ordered.this, bool(ordered.args.get("desc")), _nulls_first(ordered), place)
            )
        return query

    def _select(self, node: exp.Select, parent: Scope | None, ctes: Ctes) -> Select:
        _refuse_parts(node)
        scope = Scope(parent, ctes)
        joined = self._from(node, scope)
        for window in node.args.get("windows") or []:
            scope.windows[window.this.name.lower()] = window
        items, outputs = [], []
        for written in expand_stars(node.expressions, scope):
            outputs.append(output_name(written, scope))
            inner = written.this if isinstance(written, exp.Alias) else written
            item = self._expression(inner, scope)
            items.append(item)
            if isinstance(written, exp.Alias) and written.alias.lower() not in scope.aliases:
                scope.aliases[written.alias.lower()] = item
                scope.places[written.alias.lower()] = len(items) - 1
        query = Select(outputs=_distinct_names(outputs), node=node, joined=joined, items=items)
        for part in conjuncts(_this(node, "where")):
            query.where.append(self._expression(part, scope))
        query.group = self._group(node, query, scope)
        grouped = query.group is not None or any(has_aggregate(i) for i in items)
        if grouped or node.args.get("having"):
            query.group = query.group or []
            scope.keys = query.group
        for part in conjuncts(_this(node, "having")):
            query.having.append(self._expression(part, scope))
        for part in conjuncts(_this(node, "qualify")):
            query.qualify.append(self._expression(part, scope))
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

    # --- FROM ---

    def _from(self, node: exp.Select, scope: Scope) -> list[Joined]:
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
        side, kind = join.side.lower(), join.kind.lower()
        method = join.args.get("method")
        if method:
            refuse(join, f"{method} joins are not supported", "Name the columns with USING or ON.")
        if kind not in ("", "inner", "outer", "cross", "semi", "anti"):
            refuse(join, f"{kind.upper()} joins are not supported")
        how: How = "inner"
        if side in ("left", "right", "full"):
            how = side  # type: ignore[assignment]
        if kind in ("semi", "anti"):
            how = kind  # type: ignore[assignment]
        before = list(scope.sources)
        result = self._joined(join.this, how, scope)
        for identifier in join.args.get("using") or []:
            self._using(identifier, result, before, scope)
        for part in conjuncts(join.args.get("on")):
            result.on.append(self._expression(part, scope))
        if how in ("semi", "anti"):
            result.source.visible = False
        return result

    def _joined(self, node: exp.Expression, how: How, scope: Scope) -> Joined:
        source = self._source(node, scope)
        if any(s.alias.lower() == source.alias.lower() for s in scope.sources):
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
        uid = f"{next(self._numbers)}"
        if isinstance(node, exp.Subquery):
            _only(node, _TABLE_PARTS)
            alias = node.args.get("alias")
            query = self._query(node.this, None, scope.ctes)
            _rename(query, alias.args.get("columns") or [] if alias else [])
            columns = {o.lower(): o for o in query.outputs}
            return Source(uid, node.alias or f"subquery {uid}", columns, query, node)
        if not isinstance(node, exp.Table) or not isinstance(node.this, exp.Identifier):
            refuse(node, f"{_kind(node)} in FROM is not supported", "Name an input.")
        _only(node, _TABLE_PARTS)
        name = node.name
        alias = node.alias or name
        cte = scope.ctes.get(name.lower()) if not node.db else None
        origin: str | Cte
        if cte is not None:
            origin, names = cte, list(cte.query.outputs)
        else:
            origin = self._input(node)
            names = list(self._inputs[origin].columns)
        columns = {n.lower(): n for n in names}
        renamed = node.args["alias"].args.get("columns") if node.args.get("alias") else None
        if renamed:
            refuse(node, "Columns renamed behind a table's name", "Rename in a subquery.")
        return Source(uid, alias, columns, origin, node)

    def _input(self, node: exp.Table) -> str:
        if node.db:
            refuse(node, f"{node.sql('duckdb')} names a schema", "Name an input.")
        found = [i for i in self._inputs if i.lower() == node.name.lower()]
        if not found:
            known = ", ".join(self._inputs) or "none"
            refuse(
                node,
                f"There is no table {node.name}",
                f"Inputs are named by --input NAME=PATH; there are: {known}.",
            )
        return found[0]

    # --- GROUP BY and ORDER BY ---

    def _group(self, node: exp.Select, query: Select, scope: Scope) -> list[exp.Expression] | None:
        group = node.args.get("group")
        if group is None:
            return None
        for word in ("grouping_sets", "cube", "rollup", "totals"):
            if group.args.get(word):
                refuse(group, f"{word.upper().replace('_', ' ')} is not supported")
        if group.args.get("all"):
            return _once(
                i
                for i in query.items
                if not has_aggregate(i) and not has_window(i) and i.find(exp.Column)
            )
        keys = []
        for part in group.expressions:
            if isinstance(part, exp.Rollup | exp.Cube | exp.GroupingSets):
                refuse(part, f"{_kind(part)} is not supported", "Group by columns.")
            place = _ordinal(part, len(query.items))
            keys.append(self._expression(part, scope) if place is None else query.items[place])
            if has_aggregate(keys[-1]) or has_window(keys[-1]):
                refuse(part, "GROUP BY of an aggregate or a window")
        return _once(keys)

    def _order(self, node: exp.Select, query: Select, scope: Scope) -> None:
        for ordered in _ordered(node):
            written = ordered.this
            place = _ordinal(written, len(query.items))
            everything = isinstance(written, exp.Var) and written.name.upper() == "ALL"
            alias = isinstance(written, exp.Column) and not written.table
            if place is None and alias and written.name.lower() in scope.aliases:
                place = scope.places[written.name.lower()]
            places: list[int | None] = list(range(len(query.items))) if everything else [place]
            for at in places:
                expression = query.items[at] if at is not None else None
                if expression is None:
                    expression = self._expression(written, scope)
                    at = query.items.index(expression) if expression in query.items else None
                if at is None and query.distinct:
                    refuse(ordered, "SELECT DISTINCT is ordered by what is not selected")
                descending = bool(ordered.args.get("desc"))
                query.order.append(Ordering(expression, descending, _nulls_first(ordered), at))

    # --- Expressions ---

    def _expression(self, node: exp.Expression, scope: Scope) -> exp.Expression:
        if isinstance(node, exp.Paren):
            return self._expression(node.this, scope)
        if isinstance(node, exp.Column):
            return self._column(node, scope)
        if node.args.get("negate"):
            # NOT LIKE and the like, as the parser writes them.
            return exp.Not(this=self._expression(rebuilt(node, negate=None), scope))
        if isinstance(node, exp.Exists):
            return rebuilt(node, this=self._subquery(node.this, scope))
        if isinstance(node, exp.Subquery | exp.Select | exp.Union):
            return self._subquery(node, scope)
        if isinstance(node, exp.In) and node.args.get("query"):
            value = self._expression(node.this, scope)
            return rebuilt(node, this=value, query=self._subquery(node.args["query"], scope))
        if isinstance(node, exp.Any | exp.All):
            refuse(node, f"{_kind(node)} is not supported", "Use IN or NOT IN.")
        if isinstance(node, exp.EQ) and isinstance(node.expression, exp.Any):
            value = self._expression(node.this, scope)
            return exp.In(this=value, query=self._subquery(node.expression.this, scope))
        if isinstance(node, exp.NEQ) and isinstance(node.expression, exp.All):
            value = self._expression(node.this, scope)
            return exp.Not(
                this=exp.In(this=value, query=self._subquery(node.expression.this, scope))
            )
        if isinstance(node, exp.Window):
            node = _with_named_window(node, scope)
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
                changed[key] = self._expression(value, scope)
            elif isinstance(value, list):
                changed[key] = [
                    self._expression(v, scope) if isinstance(v, exp.Expression) else v
                    for v in value
                ]
        return rebuilt(node, **changed)

    def _subquery(self, node: exp.Expression, scope: Scope) -> exp.Placeholder:
        query = self._query(node, scope, scope.ctes)
        key = f"subquery {next(self._numbers)}"
        self._subqueries[key] = query
        own = {s.uid for s in scope.sources}
        scope.outer |= {c for c in query.outer if c.table.rstrip("+") not in own}
        placeholder = exp.Placeholder(this=key)
        placeholder.meta.update(first_meta(node))
        return placeholder

    def _column(self, node: exp.Column, scope: Scope) -> exp.Expression:
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


def _with_named_window(node: exp.Window, scope: Scope) -> exp.Window:
    name = node.args.get("alias")
    if name is None:
        return node
    window = scope.windows.get(name.name.lower())
    if window is None:
        refuse(node, f"There is no window {name.name}", _nearest(name.name, scope.windows))
    parts = {k: v for k, v in window.args.items() if k in ("partition_by", "order", "spec") and v}
    return rebuilt(node, alias=None, **parts)


#: What may stand in a SELECT, and with a table: the parser knows more, of other dialects too.
_PARTS = frozenset(
    [
        "with_", "distinct", "expressions", "from_", "joins", "where", "group", "having", "windows",
        "qualify", "order", "limit", "offset", "hint", "operation_modifiers",
    ]
)  # fmt: skip
_TABLE_PARTS = frozenset(["this", "db", "alias", "joins"])


def _only(node: exp.Expression, parts: frozenset[str]) -> None:
    for key, value in node.args.items():
        if value and key not in parts:
            at = value[0] if isinstance(value, list) else value
            word = key.upper().rstrip("_S")
            refuse(at if isinstance(at, exp.Expression) else node, f"{word} is not supported")


def _refuse_parts(node: exp.Select) -> None:
    _only(node, _PARTS)
    distinct = node.args.get("distinct")
    if distinct is not None and distinct.args.get("on"):
        refuse(distinct, "DISTINCT ON is not supported", "Use QUALIFY row_number() OVER (…) = 1.")


def _this(node: exp.Expression, part: str) -> exp.Expression | None:
    found = node.args.get(part)
    return found.this if found is not None else None


def _ordered(node: exp.Expression) -> list[exp.Ordered]:
    order = node.args.get("order")
    return list(order.expressions) if order is not None else []


def _nulls_first(ordered: exp.Ordered) -> bool:
    return bool(ordered.args.get("nulls_first"))


def _ordinal(node: exp.Expression, count: int) -> int | None:
    """The place in the select list that a number means."""
    if not isinstance(node, exp.Literal) or node.is_string:
        return None
    if not node.this.isdigit() or not 1 <= int(node.this) <= count:
        refuse(node, f"There is no column number {node.this}", f"There are {count}.")
    return int(node.this) - 1


def _once(items: object) -> list[exp.Expression]:
    return list(dict.fromkeys(items))  # type: ignore[call-overload]


def _distinct_names(names: list[str]) -> list[str]:
    """As DuckDB names them in a subquery: id, id_1."""
    taken: set[str] = set()
    result = []
    for name in names:
        number, unique = 0, name
        while unique.lower() in taken:
            number += 1
            unique = f"{name}_{number}"
        taken.add(unique.lower())
        result.append(unique)
    return result


def _rename(query: Query, columns: list[exp.Identifier]) -> None:
    if len(columns) > len(query.outputs):
        refuse(columns[-1], f"{len(columns)} names for {len(query.outputs)} columns")
    for place, column in enumerate(columns):
        query.outputs[place] = column.name


def _nearest(name: str, known: object) -> str:
    close = difflib.get_close_matches(name, list(known), 1)  # type: ignore[call-overload]
    return f"Did you mean {close[0]}?" if close else ""


def _kind(node: exp.Expression) -> str:
    return type(node).__name__.upper()
