"""Steps that read another table: join, attach, union."""

from __future__ import annotations

from spillway_adapters.query import checks, expressions
from spillway_adapters.query.bad_job import BadJob
from spillway_adapters.query.language import (
    Attach,
    Join,
    Schema,
    Step,
    Union,
)
from spillway_adapters.query.step_place import At
from spillway_adapters.query.tokens import quoted, unknown


def join(at: At, value: object) -> Step:
    fields = checks.an_object(value, "join", at.place, 'Write {"with": "table", "on": ["key"]}')
    checks.only_fields(fields, ("with", "on", "how", "null_aware"), "join", at.place)
    for field in ("with", "on"):
        if field not in fields:
            raise BadJob(
                f"join has no {quoted(field)}", at.place, 'Write {"with": "table", "on": ["key"]}'
            )
    table, right = at.tables.schema(fields["with"], at.place)
    how = fields.get("how", "inner")
    if how not in ("inner", "left", "full", "semi", "anti"):
        shown = quoted(how) if isinstance(how, str) else checks.kind(how)
        remedy = "how is inner, left, full, semi or anti"
        if how == "right":
            remedy = "Begin with the other table and join left"
        elif how == "cross":
            remedy = "A table of one row can be attached; other tables need a key"
        elif how in ("outer", "full outer"):
            remedy = "Write full"
        raise BadJob(f"how is {shown}", at.place, remedy)
    on = _pairs(at, fields["on"], table, right)
    null_aware = checks.a_truth(fields.get("null_aware", False), "null_aware", at.place)
    if null_aware and (how != "anti" or len(on) != 1):
        raise BadJob(
            "null_aware is NOT IN: an anti join by one key",
            at.place,
            "Leave it away, or join anti on one column",
        )
    schema = dict(at.schema)
    if how not in ("semi", "anti"):
        keys = {r for _, r in on}
        others = {name: kind for name, kind in right.items() if name not in keys}
        clash = [name for name in others if name in schema]
        if clash:
            one = expressions.quoted(clash[0])
            raise BadJob(
                f"Both tables have a column {one}"
                + (f", and {len(clash) - 1} more in common" if len(clash) > 1 else ""),
                at.place,
                f'Select or rename before: a list in "let" that reads {quoted(table)} and '
                f'selects {{"other_name": {one}}}',
            )
        schema |= others
    return Join(schema, at.place, table, on, how, null_aware, right)


def _pairs(at: At, value: object, table: str, right: Schema) -> tuple[tuple[str, str], ...]:
    if isinstance(value, dict):
        pairs = list(checks.an_object(value, "on", at.place).items())
    else:
        pairs = [
            (x, x)
            for x in checks.a_list(value, "on", at.place, 'Write ["key"] or {"left": "right"}')
        ]
    if not pairs:
        raise BadJob("on is empty", at.place, "A join needs a key that is equal in both tables")
    for left_key, right_key in pairs:
        at.column(left_key, "A key of the left table")
        checks.a_text(right_key, "A key of the right table", at.place)
        if right_key not in right:
            raise BadJob(
                f"There is no column {quoted(right_key)} in {quoted(table)}",
                at.place,
                unknown(right_key, right),
            )
        kinds = at.schema[left_key], right[right_key]
        if "float64" in kinds:
            at.keys([left_key], "key")
            raise BadJob(
                f"{quoted(right_key)} of {quoted(table)} is float64, which is no key: computed "
                "values differ in the last digit",
                at.place,
                "Derive a whole number from it before",
            )
        if kinds[0] != kinds[1]:
            raise BadJob(
                f"{quoted(left_key)} is {kinds[0]}, {quoted(right_key)} of {quoted(table)} is "
                f"{kinds[1]}",
                at.place,
                "Derive a key of the same type before, with cast",
            )
    checks.without_doubles((a for a, _ in pairs), "on", at.place)
    checks.without_doubles((b for _, b in pairs), "on, at the right,", at.place)
    return tuple(pairs)


def attach(at: At, value: object) -> Step:
    name, other = at.tables.schema(value, at.place)
    clash = [column for column in other if column in at.schema]
    if clash:
        raise BadJob(
            f"{quoted(name)} has a column {quoted(clash[0])}, which is here already",
            at.place,
            f'Rename it in the list {quoted(name)} with a select: {{"other_name": '
            f"{quoted(clash[0])}}}",
        )
    return Attach({**at.schema, **other}, at.place, name, other)


def union(at: At, value: object) -> Step:
    names = checks.a_list(value, "union", at.place, 'Write {"union": ["table"]}')
    if not names:
        raise BadJob("union is empty", at.place, "Name a table, or leave the step away")
    kinds = list(at.schema.values())
    found: list[tuple[str, Schema]] = []
    for each in names:
        name, other = at.tables.schema(each, at.place)
        if len(other) != len(kinds):
            raise BadJob(
                f"{quoted(name)} has {len(other)} columns, here are {len(kinds)}",
                at.place,
                "union goes by position: select the same columns of both before",
            )
        for i, (column, kind) in enumerate(other.items()):
            if {kind, kinds[i]} == {"int64", "float64"}:
                kinds[i] = "float64"
            elif kind != kinds[i]:
                raise BadJob(
                    f"Column {i + 1} is {kinds[i]} ({quoted(list(at.schema)[i])}) here and {kind} "
                    f"({quoted(column)}) in {quoted(name)}",
                    at.place,
                    "union goes by position: select in the same order, or derive with cast before",
                )
        found.append((name, other))
    schema = dict(zip(at.schema, kinds, strict=True))
    return Union(schema, at.place, tuple(n for n, _ in found), tuple(s for _, s in found))
