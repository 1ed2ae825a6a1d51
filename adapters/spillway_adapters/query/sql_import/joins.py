"""FROM and WHERE as joins.

Tables that are joined by commas and inner joins make a run: its conditions are a pool out of which
filters of single tables are taken first, then equalities as keys, the rest when all its tables are
there. What WHERE asks is in the pool, too, unless a later right or full join could still add rows.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from sqlglot import exp

from spillway_adapters.query.sql_import.casts import cast_to
from spillway_adapters.query.sql_import.places import no_float, place, refuse
from spillway_adapters.query.sql_import.relation import (
    ATOM,
    Piece,
    Relation,
    column,
    fresh,
    uses,
)
from spillway_adapters.query.sql_import.scalar import Writer
from spillway_adapters.query.sql_import.scope import Joined, Query, Select, Source

Builder = Any


class From:
    """Builds the relation of a SELECT's FROM and WHERE."""

    def __init__(self, builder: Builder, select: Select, where: list[exp.Expression]) -> None:
        self._builder = builder
        self._select = select
        self._where = [part for condition in where for part in common(condition)]
        self._spine: Relation | None = None
        self._placed: set[str] = set()  #: uids in the spine
        self._uses = _uses(select, builder.subqueries)
        self._crowded = _crowded([j.source for j in select.joined])

    def build(self) -> Relation:
        joined = list(self._select.joined)
        while joined:
            run = [joined.pop(0)]
            if run[0].how in ("from", "inner"):
                while joined and joined[0].how == "inner":
                    run.append(joined.pop(0))
                safe = not any(j.how in ("right", "full") for j in joined)
                self._run(run, safe)
            else:
                self._outer(run[0])
        assert self._spine is not None
        spine, self._where = self._spine, self._where
        for condition in self._where:
            self._builder.filter(spine, condition)
        return spine

    # --- Tables ---

    def _table(self, source: Source) -> Relation:
        relation = self._builder.table(source)
        if source.uid in self._crowded:
            used = [c for c in source.columns.values() if c in source.used]
            if used:
                relation.select({c: c for c in used})
        relation.known = {
            key: piece
            for key, piece in relation.known.items()
            if not piece.name or piece.name in relation.schema
        }
        return relation

    def _refs(self, condition: exp.Expression) -> set[str]:
        return self._builder.references(condition) & self._select.own()

    # --- Inner joins ---

    def _run(self, run: list[Joined], safe: bool) -> None:
        pool = [part for j in run for condition in j.on for part in common(condition)]
        if safe:
            pool += self._where
            self._where = []
        sources = [j.source for j in run]
        relations = {}
        for source in sources:
            relations[source.uid] = self._table(source)
            for condition in [c for c in pool if self._refs(c) == {source.uid}]:
                self._builder.filter(relations[source.uid], condition)
                pool.remove(condition)
        if self._spine is None:
            first = sources.pop(0)
            self._spine = relations[first.uid]
            self._placed.add(first.uid)
        while sources:
            found = self._next(sources, pool, relations)
            source, keys = found
            sources.remove(source)
            self._add(source, relations[source.uid], keys, pool)
            self._placed.add(source.uid)
            for condition in [c for c in pool if self._refs(c) <= self._placed]:
                self._builder.filter(self._spine, condition)
                pool.remove(condition)
        # Those of tables that come later, and those of none of these.
        self._where = pool + self._where

    def _next(
        self, sources: list[Source], pool: list[exp.Expression], relations: dict[str, Relation]
    ) -> tuple[Source, list[tuple[exp.Expression, exp.EQ, exp.Expression]]]:
        for source in sources:
            keys = self._keys(source, pool, relations[source.uid])
            if keys:
                return source, keys
        for source in sources:
            if relations[source.uid].one_row:
                return source, []
        refuse(
            sources[0].node,
            f"{sources[0].alias} is joined without an equality",
            "Join it ON or USING columns that are equal in both tables.",
        )

    def _keys(
        self, source: Source, pool: list[exp.Expression], relation: Relation
    ) -> list[tuple[exp.Expression, exp.EQ, exp.Expression]]:
        """Equalities between what is there and this table: left side, condition, right side."""
        found = []
        for condition in pool:
            sides = self._sides(condition, source.uid, relation)
            if sides is not None:
                found.append((sides[0], condition, sides[1]))
        return found

    def _sides(
        self, condition: exp.Expression, uid: str, relation: Relation
    ) -> tuple[exp.Expression, exp.Expression] | None:
        if not isinstance(condition, exp.EQ):
            return None
        if condition.find(exp.Placeholder):
            return None
        sides = condition.this, condition.expression
        refs = [self._refs(side) for side in sides]
        if refs[0] == {uid}:
            sides, refs = sides[::-1], refs[::-1]
        if refs[1] != {uid} or not refs[0] or not refs[0] <= self._placed:
            return None
        # float64 is no key; beside another one it can be a filter after the join.
        assert self._spine is not None
        types = Writer(self._spine).write(sides[0]).type, Writer(relation).write(sides[1]).type
        return None if "float64" in types else sides

    def _add(
        self,
        source: Source,
        relation: Relation,
        keys: list[tuple[exp.Expression, exp.EQ, exp.Expression]],
        pool: list[exp.Expression],
    ) -> None:
        assert self._spine is not None
        if not keys:
            self._builder.attach(self._spine, relation, source.alias)
            return
        for _, condition, _ in keys:
            pool.remove(condition)
        pairs = [(left, right) for left, _, right in keys]
        self._join(source, relation, pairs, "inner", [c for _, c, _ in keys])

    # --- Outer, semi and anti joins ---

    def _outer(self, joined: Joined) -> None:
        assert self._spine is not None
        source, how = joined.source, joined.how
        relation = self._table(source)
        pairs, conditions, left_only = [], [], []
        for condition in joined.on:
            sides = self._sides(condition, source.uid, relation)
            refs = self._refs(condition)
            if sides is not None:
                pairs.append(sides)
                conditions.append(condition)
            elif refs == {source.uid} and how in ("left", "semi", "anti"):
                self._builder.filter(relation, condition)
            elif refs <= self._placed and how in ("left", "semi", "anti", "right"):
                left_only.append(condition)
            else:
                refuse(
                    condition,
                    f"A {how} join takes equalities between both tables (not of float64) and "
                    "conditions of one",
                    "Filter before the join, in a subquery.",
                )
        if not pairs:
            refuse(
                joined.node,
                f"{source.alias} is joined without an equality",
                "Join it ON or USING columns that are equal in both tables.",
            )
        if how == "right":
            for condition in left_only:
                self._builder.filter(self._spine, condition)
            self._right(source, relation, pairs, conditions)
        elif left_only:
            self._guarded(source, relation, pairs, conditions, left_only, how)
        else:
            self._join(source, relation, pairs, how, conditions, joined)
        self._placed.add(source.uid)

    def _right(
        self,
        source: Source,
        relation: Relation,
        pairs: list[tuple[exp.Expression, exp.Expression]],
        conditions: list[exp.Expression],
    ) -> None:
        """A right join is a left join from the other side."""
        left, self._spine = self._spine, relation
        assert left is not None
        placed, self._placed = self._placed, {source.uid}
        swapped = [(b, a) for a, b in pairs]
        self._join(source, left, swapped, "left", conditions, alias="joined")
        self._placed |= placed

    def _guarded(
        self,
        source: Source,
        relation: Relation,
        pairs: list[tuple[exp.Expression, exp.Expression]],
        conditions: list[exp.Expression],
        guards: list[exp.Expression],
        how: str,
    ) -> None:
        """A condition of the left table alone keeps its row but matches nothing: its key is null,
        and nulls never join."""
        assert self._spine is not None
        writer = Writer(self._spine)
        texts = [writer.condition(g) for g in guards]
        guard = " and ".join(t.at(3) for t in texts)
        key = writer.write(pairs[0][0])
        text = f"case when {guard} then {key.text} end"
        name = fresh("key", self._spine.schema)
        self._spine.derive({name: Piece(text, key.type, ATOM, uses([key, *texts]))})
        guarded = exp.Column(
            this=exp.Identifier(this=name, quoted=True),
            table=exp.Identifier(this="", quoted=True),
        )
        self._spine.known[guarded] = column(name, key.type)
        self._join(source, relation, [(guarded, pairs[0][1]), *pairs[1:]], how, conditions)

    # --- Every join ---

    def _join(
        self,
        source: Source,
        right: Relation,
        pairs: list[tuple[exp.Expression, exp.Expression]],
        how: str,
        conditions: list[exp.Expression],
        joined: Joined | None = None,
        alias: str = "",
    ) -> None:
        """`pairs` are of the spine and of `right`. Keys of the right that are read later, where
        they are not the left's, are kept as columns of their own."""
        spine = self._spine
        assert spine is not None
        within = Counter(c for condition in conditions for c in condition.find_all(exp.Column))
        keys = join_keys(spine, right, pairs)
        names = [(left.name or "", r.name or "") for left, r in keys]
        # The left's column of each key, where the coalesced one will be.
        written = {left: spine.known[left].name or "" for left, _ in pairs if left in spine.known}
        read = {c for c, n in self._uses.items() if n > within.get(c, 0)}
        if how in ("left", "full"):
            keep_keys(right, [r for _, r in names], read)
        if how == "full":
            keep_keys(spine, [left for left, _ in names], read)
        alias = alias or source.alias
        self._builder.join(spine, right, names, how, alias)
        if joined is not None:
            for merged, left in joined.coalesced.items():
                name = written[left]
                spine.known[merged] = column(name, spine.schema[name])


def join_keys(
    left: Relation, right: Relation, pairs: list[tuple[exp.Expression, exp.Expression]]
) -> list[tuple[Piece, Piece]]:
    """The columns that hold both sides of every pair, of one type each."""
    result: list[tuple[Piece, Piece]] = []
    for left_node, right_node in pairs:
        a, b = Writer(left).write(left_node), Writer(right).write(right_node)
        for piece, node in ((a, left_node), (b, right_node)):
            no_float(piece.type, node if place(node) else left_node, "joins")
        kinds = {a.type, b.type}
        if kinds == {"date", "timestamp"}:
            a, b = cast_to(a, "timestamp", left_node), cast_to(b, "timestamp", right_node)
        elif "text" in kinds and len(kinds) == 2 and None not in kinds:
            other = next(k for k in kinds if k != "text")
            a, b = cast_to(a, str(other), left_node), cast_to(b, str(other), right_node)
        names = left.name_of(a, "key"), right.name_of(b, "key")
        pair = (column(names[0], a.type), column(names[1], b.type))
        if pair not in result:
            result.append(pair)
    return _once_each(left, right, result)


def _once_each(
    left: Relation, right: Relation, pairs: list[tuple[Piece, Piece]]
) -> list[tuple[Piece, Piece]]:
    """A column is a key once; a second time it is a copy."""
    seen: tuple[set[str], set[str]] = (set(), set())
    result = []
    for pair in pairs:
        names = []
        for side, piece in enumerate(pair):
            name = piece.name or ""
            relation = (left, right)[side]
            if name in seen[side]:
                copy = fresh(name, relation.schema)
                relation.derive({copy: piece})
                name = copy
            seen[side].add(name)
            names.append(column(name, piece.type))
        result.append((names[0], names[1]))
    return result


def keep_keys(relation: Relation, keys: list[str], read: set[exp.Expression]) -> None:
    """Copies of these keys for what reads them after a join that changes them."""
    for node, piece in list(relation.known.items()):
        if piece.name in keys and node in read:
            name = fresh(f"{piece.name}_own", relation.schema)
            relation.derive({name: piece})
            relation.known[node] = column(name, piece.type)


def common(condition: exp.Expression) -> list[exp.Expression]:
    """(a AND b) OR (a AND c) is a AND (b OR c): so equalities within OR are found."""
    if not isinstance(condition, exp.Or):
        return [condition]
    arms = [_flat(arm, exp.And) for arm in _flat(condition, exp.Or)]
    shared = [c for c in dict.fromkeys(arms[0]) if all(c in arm for arm in arms[1:])]
    if not shared:
        return [condition]
    rest = [[c for c in arm if c not in shared] for arm in arms]
    if all(rest):
        parts = [_combined(exp.And, arm) for arm in rest]
        shared.append(_combined(exp.Or, parts))
    return shared


def _flat(node: exp.Expression, kind: type[exp.Expression]) -> list[exp.Expression]:
    if isinstance(node, kind):
        return _flat(node.this, kind) + _flat(node.expression, kind)
    return [node]


def _combined(kind: type[exp.Expression], parts: list[exp.Expression]) -> exp.Expression:
    result = parts[0].copy()
    for part in parts[1:]:
        result = kind(this=result, expression=part.copy())
    return result


def _uses(select: Select, subqueries: dict[str, Query]) -> Counter[exp.Column]:
    """How often the SELECT names each column, its subqueries' outer columns with it."""
    parts: list[exp.Expression] = [*select.items, *select.where, *select.having, *select.qualify]
    parts += select.group or []
    parts += [o.expression for o in select.order]
    parts += [condition for j in select.joined for condition in j.on]
    counted: Counter[exp.Column] = Counter()
    for part in parts:
        counted.update(part.find_all(exp.Column))
        for placeholder in part.find_all(exp.Placeholder):
            query = subqueries.get(placeholder.name)
            if query is not None:
                counted.update(query.outer)
    return counted


def _crowded(sources: list[Source]) -> set[str]:
    """Sources that have a column's name in common with another: only what is used of them is
    kept, so that fewer names meet."""
    result = set()
    for source in sources:
        for other in sources:
            if other is not source and set(source.columns) & set(other.columns):
                result.add(source.uid)
    return result
