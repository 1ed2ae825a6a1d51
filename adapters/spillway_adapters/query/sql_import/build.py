"""A resolved query as steps."""

from __future__ import annotations

import re
from typing import Any

from sqlglot import exp

from spillway_adapters.query.language import Input
from spillway_adapters.query.sql_import.places import no_float, refuse
from spillway_adapters.query.sql_import.relation import Piece, Relation, column, fresh, word
from spillway_adapters.query.sql_import.scope import Cte, Query, Resolved, Select, Source, Union
from spillway_adapters.query.sql_import.select_list import finish
from spillway_adapters.query.sql_import.subqueries import Subqueries
from spillway_adapters.query.sql_import.windows import order_key

_LIST = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,40}")


class Builder:
    """`lists` are those of `let`."""

    def __init__(self, inputs: dict[str, Input], resolved: Resolved) -> None:
        self._inputs = inputs
        self._resolved = resolved
        self._ctes: dict[Cte, Relation] = {}
        self._subqueries = Subqueries(self)
        self.lists: dict[str, list[dict[str, Any]]] = {}
        self.reads: list[str] = []  #: inputs, in the order in which they are met

    @property
    def subqueries(self) -> dict[str, Query]:
        return self._resolved.subqueries

    def references(self, node: exp.Expression) -> set[str]:
        """Sources whose columns it needs, also through its subqueries."""
        result = {c.table.rstrip("+") for c in node.find_all(exp.Column)}
        for placeholder in node.find_all(exp.Placeholder):
            query = self.subqueries.get(placeholder.name)
            if query is not None:
                result |= {c.table.rstrip("+") for c in query.outer}
        return result

    # --- Queries ---

    def query(self, query: Query, last: bool = False) -> Relation:
        """`last`: nothing follows, so that the order of the rows matters."""
        if isinstance(query, Union):
            return self._union(query, last)
        assert isinstance(query, Select)
        return finish(self, query, last)

    def _union(self, query: Union, last: bool) -> Relation:
        arms = _arms(query)
        relations = [self.query(arm) for arm in arms]
        first = relations[0]
        first.select(dict(zip(query.outputs, list(first.schema), strict=True)))
        for other in relations[1:]:
            for place, (name, other_name) in enumerate(
                zip(list(first.schema), list(other.schema), strict=True)
            ):
                self._widen(first, name, other, other_name, arms[0].node, place)
        names = [self.let("part", r) for r in relations[1:]]
        first.steps.append({"union": names})
        if query.distinct:
            for types in zip(*(r.schema.values() for r in relations), strict=True):
                for type_ in types:
                    no_float(type_, query.node, "UNION without ALL")
            first.steps.append({"distinct": True})
        first.known, first.one_row = {}, False
        first.last_derive, first.last_filter = frozenset(), None
        if query.order and (last or query.limit is not None):
            order = []
            for ordering in query.order:
                assert ordering.output is not None
                name = query.outputs[ordering.output]
                order.append(order_key(name, ordering.descending, ordering.nulls_first))
            first.steps.append({"sort": order})
        self.limit(first, query)
        return first

    @staticmethod
    def _widen(
        first: Relation, name: str, other: Relation, other_name: str, node: exp.Expression, _: int
    ) -> None:
        """A column of nulls takes the type of the other part."""
        types = first.schema[name], other.schema[other_name]
        if types[0] is None and types[1] is not None:
            first.derive({name: Piece(f"cast(null as {types[1]})", types[1])})
        elif types[1] is None and types[0] is not None:
            other.derive({other_name: Piece(f"cast(null as {types[0]})", types[0])})

    def limit(self, relation: Relation, query: Query) -> None:
        if query.limit is None:
            return
        if not query.order:
            refuse(
                query.node.args["limit"],
                "LIMIT without ORDER BY keeps other rows in every run",
                "Add ORDER BY.",
            )
        step = {"limit": query.limit}
        if query.offset:
            step["offset"] = query.offset
        relation.steps.append(step)

    # --- Tables ---

    def table(self, source: Source) -> Relation:
        origin = source.origin
        if isinstance(origin, Cte):
            made = self._cte(origin)
            relation = Relation(list(made.steps), dict(made.schema), one_row=made.one_row)
        elif isinstance(origin, Query):
            relation = self.query(origin)
        else:
            if origin not in self.reads:
                self.reads.append(origin)
            schema = {c: str(t) for c, t in self._inputs[origin].columns.items()}
            relation = Relation([{"from": origin}], dict(schema))
        relation.known = {
            _column(source, name): column(name, relation.schema[name])
            for name in source.columns.values()
        }
        return relation

    def _cte(self, cte: Cte) -> Relation:
        """A list of its own, made once; what comes back reads it."""
        if cte not in self._ctes:
            relation = self.query(cte.query)
            name = self.let(cte.name, relation, always=True)
            self._ctes[cte] = Relation(
                [{"from": name}], dict(relation.schema), one_row=relation.one_row
            )
        return self._ctes[cte]

    def let(self, wish: str, relation: Relation, always: bool = False) -> str:
        """The name of a list that makes this; that of the table where there is nothing to do."""
        if len(relation.steps) == 1 and "from" in relation.steps[0] and not always:
            return relation.steps[0]["from"]
        for name, steps in self.lists.items():
            if steps == relation.steps and not always:
                return name
        wish = wish if _LIST.fullmatch(wish) else word(wish)
        name = fresh(wish, [*self.lists, *self._inputs])
        self.lists[name] = relation.steps
        return name

    # --- Joins ---

    def filter(self, relation: Relation, condition: exp.Expression) -> None:
        self._subqueries.filter(relation, condition)

    def make_columns(self, relation: Relation, expressions: list[exp.Expression]) -> None:
        self._subqueries.make_columns(relation, expressions)

    def join(
        self,
        left: Relation,
        right: Relation,
        keys: list[tuple[str, str]],
        how: str,
        wish: str,
        null_aware: bool = False,
    ) -> None:
        """Joins, and makes what the right one knows known in the left."""
        right_keys = {r: left_name for left_name, r in keys}
        if how not in ("semi", "anti"):
            self._part(left, right, set(right_keys), wish)
            renamed = right.schema
            for node, piece in right.known.items():
                if piece.name in right_keys:
                    name = right_keys[piece.name]
                    left.known[node] = column(name, left.schema[name])
                else:
                    left.known[node] = piece
            left.schema.update({c: t for c, t in renamed.items() if c not in right_keys})
        on: Any = [left_name for left_name, _ in keys]
        if any(a != b for a, b in keys):
            on = dict(keys)
        step = {"with": self.let(wish, right), "on": on}
        if how != "inner":
            step["how"] = how
        if null_aware:
            step["null_aware"] = True
        left.steps.append({"join": step})
        left.one_row = False
        left.last_derive, left.last_filter = frozenset(), None

    def attach(self, left: Relation, right: Relation, wish: str) -> None:
        self._part(left, right, set(), wish)
        left.known.update(right.known)
        left.schema.update(right.schema)
        left.steps.append({"attach": self.let(wish, right)})
        left.last_derive, left.last_filter = frozenset(), None

    @staticmethod
    def _part(left: Relation, right: Relation, keys: set[str], wish: str) -> None:
        """Renames columns of the right that the left has, too."""
        taken = {c.lower() for c in left.schema}
        clashing = [c for c in right.schema if c not in keys and c.lower() in taken]
        if not clashing:
            return
        names: dict[str, str] = {}
        for name in right.schema:
            new = name
            if name in clashing:
                base = f"{wish}_{name}"
                new = fresh(base, [*left.schema, *right.schema, *names])
            names[new] = name
        right.select(names)
        olds = {old: new for new, old in names.items()}
        right.known = {
            node: column(olds[p.name], p.type) if p.name in olds else p
            for node, p in right.known.items()
        }


def _column(source: Source, name: str) -> exp.Column:
    return exp.Column(
        this=exp.Identifier(this=name, quoted=True),
        table=exp.Identifier(this=source.uid, quoted=True),
    )


def _arms(query: Union) -> list[Query]:
    """a UNION ALL b UNION ALL c is one step; so is UNION, where the last one is: it takes
    duplicates out of everything before."""
    left = query.left
    if isinstance(left, Union) and left.limit is None and (query.distinct or not left.distinct):
        return [*_arms(left), query.right]
    return [left, query.right]
