"""Parts of sqlglot's queries: which there are, and which are taken."""

from __future__ import annotations

from collections.abc import Iterable

from sqlglot import exp

from spillway_adapters.query.sql_import.places import refuse
from spillway_adapters.query.sql_import.scope import Query

#: What may stand in a SELECT, and with a table: the parser knows more, of other dialects too.
_PARTS = frozenset(
    [
        "with_", "distinct", "expressions", "from_", "joins", "where", "group", "having", "windows",
        "qualify", "order", "limit", "offset", "hint", "operation_modifiers",
    ]
)  # fmt: skip
TABLE_PARTS = frozenset(["this", "db", "alias", "joins"])


def only(node: exp.Expression, parts: frozenset[str]) -> None:
    for key, value in node.args.items():
        if value and key not in parts:
            at = value[0] if isinstance(value, list) else value
            word = key.upper().rstrip("_S")
            refuse(at if isinstance(at, exp.Expression) else node, f"{word} is not supported")


def refuse_parts(node: exp.Select) -> None:
    only(node, _PARTS)
    distinct = node.args.get("distinct")
    if distinct is not None and distinct.args.get("on"):
        refuse(distinct, "DISTINCT ON is not supported", "Use QUALIFY row_number() OVER (…) = 1.")


def this(node: exp.Expression, part: str) -> exp.Expression | None:
    found = node.args.get(part)
    return found.this if found is not None else None


def ordered(node: exp.Expression) -> list[exp.Ordered]:
    order = node.args.get("order")
    return list(order.expressions) if order is not None else []


def nulls_first(ordered: exp.Ordered) -> bool:
    return bool(ordered.args.get("nulls_first"))


def ordinal(node: exp.Expression, count: int) -> int | None:
    """The place in the select list that a number means."""
    if not isinstance(node, exp.Literal) or node.is_string:
        return None
    if not node.this.isdigit() or not 1 <= int(node.this) <= count:
        refuse(node, f"There is no column number {node.this}", f"There are {count}.")
    return int(node.this) - 1


def once(items: Iterable[exp.Expression]) -> list[exp.Expression]:
    return list(dict.fromkeys(items))


def distinct_names(names: list[str]) -> list[str]:
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


def rename(query: Query, columns: list[exp.Identifier]) -> None:
    if len(columns) > len(query.outputs):
        refuse(columns[-1], f"{len(columns)} names for {len(query.outputs)} columns")
    for place, column in enumerate(columns):
        query.outputs[place] = column.name


def kind(node: exp.Expression) -> str:
    return type(node).__name__.upper()
