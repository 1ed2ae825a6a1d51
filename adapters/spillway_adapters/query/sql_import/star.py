"""The * of a select list."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlglot import exp

from spillway_adapters.query.sql_import.places import refuse


def expand_stars(items: list[exp.Expression], scope: Any) -> Iterator[exp.Expression]:  # noqa: ANN401
    """The items, with names for every *. A key of USING comes once, where the left's is."""
    for item in items:
        if isinstance(item, exp.Star):
            yield from _star(item, item, None, scope)
        elif isinstance(item, exp.Column) and isinstance(item.this, exp.Star):
            yield from _star(item, item.this, item.table, scope)
        elif item.find(exp.Columns):
            refuse(item, "COLUMNS() is not supported", "Name the columns.")
        else:
            yield item


def _star(
    item: exp.Expression,
    star: exp.Star,
    table: str | None,
    scope: Any,  # noqa: ANN401
) -> Iterator[exp.Expression]:
    sources = [s for s in scope.sources if s.visible]
    if table:
        sources = [s for s in sources if s.alias.lower() == table.lower()]
        if not sources:
            refuse(item, f"There is no table {table}")
    left_out = {(e.text("table").lower(), e.name.lower()) for e in star.args.get("except_") or []}
    replaced = {a.alias.lower(): a for a in star.args.get("replace") or []}
    renamed = {a.this.name.lower(): a.alias for a in star.args.get("rename") or []}
    seen = set()
    for source in sources:
        for key, name in source.columns.items():
            merged = not table and key in scope.merged
            named = ("", key), (source.alias.lower(), key)
            if any(n in left_out for n in named) or (merged and key in seen):
                continue
            seen.add(key)
            if key in replaced:
                yield replaced[key]
                continue
            qualifier = None if merged else exp.to_identifier(source.alias, quoted=True)
            column = exp.Column(this=exp.to_identifier(name, quoted=True), table=qualifier)
            column.this.meta.update({k: v for k, v in star.meta.items() if k != "nonnull"})
            yield exp.alias_(column, renamed[key], quoted=True) if key in renamed else column
