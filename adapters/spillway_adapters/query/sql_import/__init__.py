"""SQL as a pipeline: one SELECT in DuckDB's dialect.

pipeline() parses with sqlglot, resolves the names (resolve.py) and builds steps (build.py). What
the pipeline does not have is refused by name and place. The other way round, typed_sql() is the
statement for DuckDB to run as it was written, with the names and types of the pipeline's result.
"""

from __future__ import annotations

from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError, TokenError

from spillway_adapters.query.bad_job import BadJob
from spillway_adapters.query.language import Input
from spillway_adapters.query.sql_import.build import Builder
from spillway_adapters.query.sql_import.places import refuse
from spillway_adapters.query.sql_import.resolve import Resolver


def pipeline(sql: str, inputs: dict[str, Input]) -> dict[str, Any]:
    """The pipeline's JSON, with `inputs` by name alone. Raises BadJob."""
    resolved = Resolver(inputs).resolve(_parse(sql))
    builder = Builder(inputs, resolved)
    relation = builder.query(resolved.query, last=True)
    result: dict[str, Any] = {"inputs": {name: {} for name in builder.reads}}
    if builder.lists:
        result["let"] = builder.lists
    return {**result, "steps": relation.steps}


def _parse(sql: str) -> exp.Expression:
    try:
        statements = [s for s in sqlglot.parse(sql, dialect="duckdb") if s is not None]
    except ParseError as error:
        first = error.errors[0] if error.errors else {}
        line, column = first.get("line"), first.get("col")
        where = f"line {line}, column {column}" if line else ""
        message = first.get("description") or str(error)
        raise BadJob(f"This is no SQL: {message}", where, "") from None
    except TokenError as error:
        raise BadJob(f"This is no SQL: {error}", "", "") from None
    if len(statements) != 1:
        message = "There is no statement" if not statements else "There are several statements"
        raise BadJob(message, "", "Write one SELECT.")
    statement = statements[0]
    if not isinstance(statement, exp.Query):
        refuse(statement, f"{statement.key.upper()} is not a SELECT", "Write one SELECT.")
    return statement
