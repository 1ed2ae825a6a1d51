"""SQL as it was typed, run by DuckDB beside the pipeline that was made of it: so the import itself
is checked. Without sqlglot: the text goes to DuckDB as it is."""

from __future__ import annotations

from typing import Any

from spillway_adapters.query.duckdb_sql import TYPES, name
from spillway_adapters.query.language import Schema

#: What makes DuckDB keep the language's semantics: x / 0 is null, also of whole numbers, and no
#: result is infinite or no number. Without the optimizer that takes some filters for true
#: (duckdb_filters.py).
SETTINGS = (
    "SET error_on_division_by_zero = false",
    "SET ieee_floating_point_ops = false",
    "SET disabled_optimizers = 'statistics_propagation'",
)


def relation(connection: Any, sql: str, schema: Schema) -> Any:  # noqa: ANN401 (DuckDB's own)
    """Its rows in their order, with the columns of the pipeline's result. By position: SQL may
    give two columns one name, and names what has none. DuckDB makes timestamps of truncated dates
    and integers of 128 bits of sums, which the language does not."""
    typed = connection.sql(sql)
    if len(typed.columns) != len(schema):
        raise ValueError(
            f"The SQL has {len(typed.columns)} columns, the pipeline made of it {len(schema)}."
        )
    columns = (
        f"CAST(#{place} AS {TYPES[kind]}) AS {name(column)}"
        for place, (column, kind) in enumerate(schema.items(), 1)
    )
    return typed.project(", ".join(columns))
