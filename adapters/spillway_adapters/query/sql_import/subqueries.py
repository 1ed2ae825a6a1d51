"""Subqueries in expressions: joins of their own.

x IN (…) and EXISTS that must be true are semi joins, their opposites anti joins. Elsewhere a
subquery becomes a column: of one row for all (attach), or of a left join by the equalities with
which it refers to the query around it.
"""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from spillway_adapters.query.sql_import.aggregates import Aggregates
from spillway_adapters.query.sql_import.correlation import (
    Correlation,
    correlated,
    plain_select,
    refuse_comparison,
)
from spillway_adapters.query.sql_import.joins import From, join_keys
from spillway_adapters.query.sql_import.places import refuse
from spillway_adapters.query.sql_import.relation import (
    ATOM,
    COMPARE,
    OR,
    Piece,
    Relation,
    call,
    column,
    fresh,
    operation,
    quoted,
    word,
)
from spillway_adapters.query.sql_import.scalar import Writer
from spillway_adapters.query.sql_import.scope import Query, Select
from spillway_adapters.query.sql_import.trees import aggregates, has_aggregate

Builder = Any

_LOW_HIGH = {
    # How "some value of the group is … the outer one" follows from the least and the greatest.
    exp.LT: ("<", "min"),
    exp.LTE: ("<=", "min"),
    exp.GT: (">", "max"),
    exp.GTE: (">=", "max"),
}


class Subqueries:
    def __init__(self, builder: Builder) -> None:
        self._builder = builder

    # --- Conditions that must be true ---

    def filter(self, relation: Relation, condition: exp.Expression) -> None:
        """Keeps the rows for which this is true."""
        node, wanted = condition, True
        while isinstance(node, exp.Not):
            node, wanted = node.this, not wanted
        joined = False
        if isinstance(node, exp.Exists) and self._query(node.this):
            joined = self._exists_join(relation, node, wanted)
        elif isinstance(node, exp.In) and self._query(node.args.get("query")):
            joined = self._in_join(relation, node, wanted)
        if joined:
            return
        self.make_columns(relation, [condition])
        relation.filter(Writer(relation).condition(condition))

    def _query(self, node: exp.Expression | None) -> Query | None:
        if isinstance(node, exp.Placeholder):
            return self._builder.subqueries.get(node.name)
        return None

    def _exists_join(self, relation: Relation, node: exp.Exists, wanted: bool) -> bool:
        query = self._query(node.this)
        assert query is not None
        if not query.outer:
            return False
        select = plain_select(query, node)
        correlation = correlated(self._builder, select)
        if correlation.compared:
            return False
        inner = From(self._builder, select, correlation.inner).build()
        self._semi(relation, inner, correlation.pairs, wanted, node)
        return True

    def _in_join(self, relation: Relation, node: exp.In, wanted: bool) -> bool:
        query = self._query(node.args["query"])
        assert query is not None
        _one_column(query, node)
        if not query.outer:
            inner = self._builder.query(query)
            name = next(iter(inner.schema))
            value = _named_column(name)
            inner.known[value] = column(name, inner.schema[name])
            self._semi(relation, inner, [(node.this, value)], wanted, node, null_aware=not wanted)
            return True
        if not wanted:
            return False
        select = plain_select(query, node)
        correlation = correlated(self._builder, select)
        if correlation.compared:
            refuse_comparison(node)
        inner = From(self._builder, select, correlation.inner).build()
        pairs = [(node.this, select.items[0]), *correlation.pairs]
        self._semi(relation, inner, pairs, True, node)
        return True

    def _semi(
        self,
        relation: Relation,
        inner: Relation,
        pairs: list[tuple[exp.Expression, exp.Expression]],
        wanted: bool,
        node: exp.Expression,
        null_aware: bool = False,
    ) -> None:
        keys = join_keys(relation, inner, pairs)
        names = [(a.name or "", b.name or "") for a, b in keys]
        how = "semi" if wanted else "anti"
        self._builder.join(relation, inner, names, how, "subquery", null_aware=null_aware)

    # --- Columns ---

    def make_columns(self, relation: Relation, expressions: list[exp.Expression]) -> None:
        """Makes every subquery in these known in the relation."""
        for expression in expressions:
            for node in list(expression.walk()):
                if node in relation.known:
                    continue
                if isinstance(node, exp.Exists) and self._query(node.this):
                    relation.known[node] = self._exists_column(relation, node)
                elif isinstance(node, exp.In) and self._query(node.args.get("query")):
                    relation.known[node] = self._in_column(relation, node)
                elif self._query(node) and not _is_part(node):
                    relation.known[node] = self._scalar_column(relation, node)

    def _scalar_column(self, relation: Relation, node: exp.Placeholder) -> Piece:
        query = self._query(node)
        assert query is not None
        _one_column(query, node)
        if not query.outer:
            inner = self._builder.query(query)
            old = next(iter(inner.schema))
            name = fresh(old, relation.schema)
            inner.select({name: old})
            self._builder.attach(relation, inner, name)
            return column(name, relation.schema[name])
        select = plain_select(query, node, grouped=True)
        item = select.items[0]
        if not has_aggregate(item):
            refuse(
                node,
                "A subquery that may have several rows for one of the query around it",
                "Use an aggregate in it, or join the table in FROM.",
            )
        return self._grouped_column(relation, select, item, node)

    def _grouped_column(
        self, relation: Relation, select: Select, item: exp.Expression, node: exp.Expression
    ) -> Piece:
        """An aggregate of the rows that belong to each row: grouped by their keys, joined, and
        what is made of the aggregates after that: a count of no rows is 0."""
        correlation = correlated(self._builder, select)
        if correlation.compared:
            refuse_comparison(node)
        inner = From(self._builder, select, correlation.inner).build()
        keys, pairs = self._key_names(inner, correlation)
        found = list(dict.fromkeys(aggregates(item)))
        group = Aggregates(Writer(inner), set(relation.schema) | set(keys), {})
        pieces = {a: group.add(a) for a in found}
        self._group(inner, keys, group)
        self._left_join(relation, inner, keys, pairs)
        view = Relation(relation.steps, relation.schema, dict(relation.known))
        for aggregate, piece in pieces.items():
            view.known[aggregate] = _counted_zero(aggregate, piece)
        return _atom(Writer(view).write(item))

    def _exists_column(self, relation: Relation, node: exp.Exists) -> Piece:
        query = self._query(node.this)
        assert query is not None
        if not query.outer:
            inner = self._builder.query(query)
            name = fresh("rows", relation.schema)
            inner.steps.append({"group": {"by": [], "agg": {name: "count()"}}})
            inner.schema, inner.one_row = {name: "int64"}, True
            self._builder.attach(relation, inner, name)
            return Piece(f"{quoted(name)} > 0", "bool", COMPARE, frozenset([name]))
        select = plain_select(query, node)
        correlation = correlated(self._builder, select)
        inner = From(self._builder, select, correlation.inner).build()
        keys, pairs = self._key_names(inner, correlation)
        if not correlation.compared:
            name = fresh("found", [*relation.schema, *keys])
            inner.steps.append({"group": {"by": keys, "agg": {name: "count()"}}})
            inner.schema = {**{k: inner.schema[k] for k in keys}, name: "int64"}
            self._left_join(relation, inner, keys, pairs)
            return Piece(f"{quoted(name)} is not null", "bool", COMPARE, frozenset([name]))
        return self._compared_column(relation, inner, keys, pairs, correlation, node)

    def _compared_column(
        self,
        relation: Relation,
        inner: Relation,
        keys: list[str],
        pairs: list[exp.Expression],
        correlation: Correlation,
        node: exp.Expression,
    ) -> Piece:
        """Some row of the group has a value that is less, greater, or another than the outer one:
        then its least or its greatest is."""
        if len(correlation.compared) > 1:
            refuse_comparison(node)
        kind, outer, value = correlation.compared[0]
        written = Writer(inner).write(value)
        taken = [*relation.schema, *keys]
        low, high = fresh("least", taken), fresh("greatest", taken)
        needed = {exp.NEQ: ("min", "max")}.get(kind) or (_LOW_HIGH[kind][1],)
        names = {"min": low, "max": high}
        agg = {names[f]: f"{f}({written.text})" for f in needed}
        inner.steps.append({"group": {"by": keys, "agg": agg}})
        inner.schema = {**{k: inner.schema[k] for k in keys}, **{n: written.type for n in agg}}
        self._left_join(relation, inner, keys, pairs)
        other = Writer(relation).write(outer)
        if kind is exp.NEQ:
            parts = [
                operation(COMPARE, "bool", "{} <> {}", column(n, written.type), other) for n in agg
            ]
            found = operation(OR, "bool", "{} or {}", *parts)
        else:
            sign = _LOW_HIGH[kind][0]
            name = next(iter(agg))
            found = operation(
                COMPARE, "bool", f"{{}} {sign} {{}}", column(name, written.type), other
            )
        return call("coalesce", "bool", found, Piece("false", "bool"))

    def _in_column(self, relation: Relation, node: exp.In) -> Piece:
        """x IN (…) with its third value: null when x is null and there are rows, or when it is not
        found and a null is among them."""
        query = self._query(node.args["query"])
        assert query is not None
        _one_column(query, node)
        if query.outer:
            correlation = correlated(self._builder, select := plain_select(query, node))
            if correlation.compared:
                refuse_comparison(node)
            inner = From(self._builder, select, correlation.inner).build()
            value = Writer(inner).write(select.items[0])
        else:
            correlation = Correlation([], [], [])
            inner = self._builder.query(query)
            name = next(iter(inner.schema))
            value = column(name, inner.schema[name])
        named = inner.name_of(value, "value")
        keys, pairs = self._key_names(inner, correlation)
        base = self._builder.let("values", inner)
        rows, present = (fresh(n, relation.schema) for n in ("rows", "values"))
        counts = Relation([{"from": base}], dict(inner.schema))
        agg = {rows: "count()", present: f"count({quoted(named)})"}
        counts.steps.append({"group": {"by": keys, "agg": agg}})
        counts.schema = {**{k: inner.schema[k] for k in keys}, rows: "int64", present: "int64"}
        counts.one_row = not keys
        if keys:
            self._left_join(relation, counts, keys, pairs)
        else:
            self._builder.attach(relation, counts, rows)
        found = fresh("found", relation.schema)
        matches = Relation([{"from": base}], dict(inner.schema))
        all_keys = list(dict.fromkeys([named, *keys]))
        matches.steps.append({"group": {"by": all_keys, "agg": {found: "count()"}}})
        matches.schema = {**{k: inner.schema[k] for k in all_keys}, found: "int64"}
        # The value may be a key, too: it equals both then.
        self._left_join(relation, matches, [named, *keys], [node.this, *pairs])
        subject = Writer(relation).write(node.this)
        text = (
            f"case when {quoted(found)} is not null then true "
            f"when coalesce({quoted(rows)}, 0) = 0 then false "
            f"when {subject.at(COMPARE + 1)} is null or {quoted(present)} < {quoted(rows)} "
            "then cast(null as bool) else false end"
        )
        columns = subject.columns | {found, rows, present}
        return Piece(text, "bool", ATOM, columns)

    # --- Parts ---

    def _key_names(
        self, inner: Relation, correlation: Correlation
    ) -> tuple[list[str], list[exp.Expression]]:
        """Columns of the inner relation that are keys, and what they equal outside."""
        keys: list[str] = []
        outer: list[exp.Expression] = []
        for out, value in correlation.pairs:
            name = inner.name_of(Writer(inner).write(value), "key")
            if name in keys:
                copy = fresh(name, inner.schema)
                inner.derive({copy: column(name, inner.schema[name])})
                name = copy
            keys.append(name)
            outer.append(out)
        return keys, outer

    @staticmethod
    def _group(inner: Relation, keys: list[str], group: Aggregates) -> None:
        inner.steps.append({"group": {"by": keys, "agg": dict(group.texts)}})
        inner.schema = {**{k: inner.schema[k] for k in keys}, **group.types}

    def _left_join(
        self, relation: Relation, inner: Relation, keys: list[str], outer: list[exp.Expression]
    ) -> None:
        pairs = []
        for key, value in zip(keys, outer, strict=True):
            node = _named_column(key)
            inner.known[node] = column(key, inner.schema[key])
            pairs.append((value, node))
        joined = join_keys(relation, inner, pairs)
        names = [(a.name or "", b.name or "") for a, b in joined]
        self._builder.join(relation, inner, names, "left", "subquery")


def _is_part(node: exp.Expression) -> bool:
    """Whether the subquery is that of EXISTS or IN, not a value."""
    return isinstance(node.parent, exp.Exists) or node.arg_key == "query"


def _one_column(query: Query, node: exp.Expression) -> None:
    if len(query.outputs) != 1:
        refuse(node, f"A subquery of {len(query.outputs)} columns where one is needed")
    # Nobody names it: a plain word is easier to read in the steps.
    query.outputs[0] = word(query.outputs[0])


def _named_column(name: str) -> exp.Column:
    """A node for a column of the pipeline that stands for nothing in the SQL."""
    return exp.Column(
        this=exp.Identifier(this=name, quoted=True), table=exp.Identifier(this="", quoted=True)
    )


def _counted_zero(aggregate: exp.Expression, piece: Piece) -> Piece:
    inner = aggregate.this if isinstance(aggregate, exp.Filter) else aggregate
    if isinstance(inner, exp.Count | exp.CountIf):
        return call("coalesce", "int64", piece, Piece("0", "int64"))
    return piece


def _atom(piece: Piece) -> Piece:
    if piece.level >= ATOM:
        return piece
    return Piece(f"({piece.text})", piece.type, ATOM, piece.columns, piece.name)
