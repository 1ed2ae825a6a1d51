"""SQL as a pipeline: one SELECT in DuckDB's dialect.

pipeline() parses with sqlglot, resolves the names (resolve.py) and builds steps (build.py). What
the pipeline does not have is refused by name and place. as_typed.py beside this package runs the
SQL as it is, so that the import is checked, too.
"""

from __future__ import annotations

from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError, TokenError
from sqlglot.tokens import TokenType

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


#: Functions whose first argument is a unit.
_UNITS = frozenset(["date_trunc", "datetrunc", "date_part", "datepart", "date_diff", "datediff"])


def _refuse_units(sql: str) -> None:
    """date_trunc(u, d) with a column u: the parser makes a unit of it, as if it were 'u'."""
    tokens = sqlglot.tokenize(sql, dialect="duckdb")
    for call, bracket, unit in zip(tokens, tokens[1:], tokens[2:], strict=False):
        named = call.text.lower() in _UNITS and bracket.token_type == TokenType.L_PAREN
        if named and unit.token_type != TokenType.STRING:
            where = f"line {unit.line}, column {unit.col - (unit.end - unit.start)}"
            remedy = f"Write it in quotes, as {call.text}('month', …)."
            raise BadJob(f"The unit of {call.text}() must be a literal", where, remedy)


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
    _refuse_units(sql)
    if len(statements) != 1:
        message = "There is no statement" if not statements else "There are several statements"
        raise BadJob(message, "", "Write one SELECT.")
    statement = statements[0]
    if not isinstance(statement, exp.Query):
        refuse(statement, f"{statement.key.upper()} is not a SELECT", "Write one SELECT.")
    return statement
