"""One SELECT as steps: FROM and WHERE, groups, windows, the select list, order."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from spillway_adapters.query.sql_import.aggregates import Aggregates
from spillway_adapters.query.sql_import.joins import From
from spillway_adapters.query.sql_import.places import no_float
from spillway_adapters.query.sql_import.relation import Piece, Relation, column, fresh
from spillway_adapters.query.sql_import.scalar import Writer
from spillway_adapters.query.sql_import.scope import Select
from spillway_adapters.query.sql_import.trees import aggregates
from spillway_adapters.query.sql_import.windows import add_windows, order_key

Builder = Any


def finish(builder: Builder, select: Select, last: bool) -> Relation:
    relation = From(builder, select, list(select.where)).build()
    ordered = select.order if last or select.limit is not None else []
    order = [o.expression for o in ordered]
    outputs = [*select.items, *order, *select.qualify]
    wishes = _wishes(select)
    if select.group is not None:
        relation = _group(relation, select, [*outputs, *select.having], wishes)
        for condition in select.having:
            builder.filter(relation, condition)
    builder.make_columns(relation, outputs)
    add_windows(relation, outputs, wishes)
    for condition in select.qualify:
        builder.filter(relation, condition)
    _outputs(builder, relation, select, ordered)
    return relation


def _wishes(select: Select) -> dict[exp.Expression, str]:
    wishes: dict[exp.Expression, str] = {}
    for item, name in zip(select.items, select.outputs, strict=True):
        wishes.setdefault(item, name)
    return wishes


def _group(
    relation: Relation,
    select: Select,
    expressions: list[exp.Expression],
    wishes: dict[exp.Expression, str],
) -> Relation:
    writer = Writer(relation)
    keys: dict[exp.Expression, Piece] = {}
    pieces = {key: writer.write(key) for key in select.group or []}
    # A constant makes no groups; alone it would make none of no rows, so it stays then.
    varying = {k: p for k, p in pieces.items() if p.columns} or pieces
    derived: dict[str, Piece] = {}
    for key, piece in varying.items():
        no_float(piece.type, key, "GROUP BY")
        if piece.name is None:
            name = fresh(wishes.get(key, "key"), [*relation.schema, *derived])
            derived[name] = piece
            piece = column(name, piece.type)
        keys[key] = piece
    relation.derive(derived)
    by = list(dict.fromkeys(p.name or "" for p in keys.values()))
    group = Aggregates(writer, set(by), wishes)
    known: dict[exp.Expression, Piece] = dict(keys)
    for expression in expressions:
        for aggregate in aggregates(expression):
            if aggregate not in known:
                known[aggregate] = group.add(aggregate)
    for key, piece in pieces.items():
        if key not in known:
            known[key] = piece
    if by and not group.texts:
        # Groups alone are what is different.
        relation.select({name: name for name in by})
        relation.steps.append({"distinct": True})
    else:
        texts = dict(group.texts) or {"rows": "count()"}
        relation.steps.append({"group": {"by": by, "agg": texts}})
    schema = {**{name: relation.schema[name] for name in by}, **group.types}
    return Relation(relation.steps, schema, known, one_row=not select.group)


def _outputs(builder: Builder, relation: Relation, select: Select, ordered: list[Any]) -> None:
    """The select list under its names, DISTINCT, order and limit."""
    writer = Writer(relation)
    written = [writer.write(item) for item in select.items]
    hidden = [
        (o, writer.write(o.expression))
        for o in ordered
        if o.output is None and not isinstance(o.expression, exp.Literal)
    ]
    if select.distinct:
        for item, piece in zip(select.items, written, strict=True):
            no_float(piece.type, item, "DISTINCT")
    direct = {p.name for p in written if p.name} | {p.name for _, p in hidden if p.name}
    taken = {n for n in direct if n}
    derived: dict[str, Piece] = {}
    columns: dict[str, str] = {}
    for name, piece in zip(select.outputs, written, strict=True):
        if piece.type is None:
            piece = Piece("cast(null as text)" if not piece.columns else piece.text, None)
        if piece.name is None:
            made = (
                name
                if name not in taken and name not in derived
                else fresh(name, [*relation.schema, *derived, *select.outputs])
            )
            derived[made] = piece
            columns[name] = made
        else:
            columns[name] = piece.name
    keys: dict[str, str] = {}
    for ordering, piece in hidden:
        made = piece.name
        if made is None:
            made = fresh("order", [*relation.schema, *derived, *columns])
            derived[made] = piece
        keys[made] = made
        ordering.made = made
    relation.derive(derived)
    extra = {}
    for name in keys:
        at = next((new for new, old in columns.items() if old == name), None)
        extra[name] = at or fresh(name, [*columns, *extra.values()])
    shown = dict(columns)
    shown.update({new: old for old, new in extra.items() if new not in shown})
    relation.select(shown)
    if select.distinct:
        relation.steps.append({"distinct": True})
        relation.one_row = relation.one_row and True
    _sort(builder, relation, select, ordered, extra)
    relation.select({name: name for name in select.outputs})
    relation.known = {}


def _sort(
    builder: Builder, relation: Relation, select: Select, ordered: list[Any], extra: dict[str, str]
) -> None:
    order = []
    seen = set()
    for ordering in ordered:
        if ordering.output is not None:
            name = select.outputs[ordering.output]
        elif isinstance(ordering.expression, exp.Literal):
            continue
        else:
            name = extra[ordering.made]
        if name not in seen:
            seen.add(name)
            order.append(order_key(name, ordering.descending, ordering.nulls_first))
    if order and not (relation.one_row and select.limit is None):
        relation.steps.append({"sort": order})
    if select.limit is not None and relation.one_row and not select.offset and select.limit > 0:
        if order and "sort" in relation.steps[-1]:
            relation.steps.pop()
        return
    builder.limit(relation, select)
