"""Runs SQL as it is written and the pipeline made of it, both with DuckDB, and compares:

    PYTHONPATH=adapters:tests/adapters PYTHON_WITH_DUCKDB tests/adapters/query_sql_worker.py

One JSON object a line on stdin: the tables once, then {"sql", "pipeline"}; each is answered by a
line: a list of what is different.
"""

from __future__ import annotations

import datetime
import json
import sys
import tempfile
import traceback
from pathlib import Path
from typing import Any

import duckdb

import query_cases
import query_try
from query_cases import Table
from spillway_adapters.query import as_typed, table
from spillway_adapters.query import job as jobs

_TYPES = {
    "int64": "BIGINT",
    "float64": "DOUBLE",
    "text": "VARCHAR",
    "bool": "BOOLEAN",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
}


def value(cell: Any, kind: str) -> Any:  # noqa: ANN401
    if cell is None:
        return None
    if kind == "date":
        return datetime.date.fromisoformat(cell)
    if kind == "timestamp":
        return datetime.datetime.fromisoformat(cell)
    return float(cell) if kind == "float64" else cell


def read(tables: dict[str, Any]) -> dict[str, Table]:
    result = {}
    for name, made in tables.items():
        kinds = list(made["columns"].values())
        rows = [tuple(map(value, row, kinds)) for row in made["rows"]]
        result[name] = Table(made["columns"], rows)
    return result


def connect(tables: dict[str, Table]) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    for setting in as_typed.SETTINGS:
        connection.execute(setting)
    for name, made in tables.items():
        columns = ", ".join(f'"{c}" {_TYPES[t]}' for c, t in made.columns.items())
        connection.execute(f'CREATE TABLE "{name}" ({columns})')
        if made.rows:
            marks = ", ".join("?" for _ in made.columns)
            connection.executemany(f'INSERT INTO "{name}" VALUES ({marks})', made.rows)
    return connection


def compare(
    connection: duckdb.DuckDBPyConnection, case: dict[str, Any], tables: dict[str, Table]
) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        made = query_cases.Case("sql", tables, [], [])
        job = jobs.parse(case["pipeline"], query_cases.write(made, Path(folder)))
        typed = as_typed.relation(connection, case["sql"], job.schema)
        expected = list(table.rows(typed, job.schema))
        found = query_try.answer("duckdb", job, Path(folder) / "scratch")
        names = list(job.schema)
        order = [names.index(o.column) for o in job.sorted_by]
        return query_cases.differences(expected, found, order)


def main() -> None:
    tables = read(json.loads(sys.stdin.readline()))
    connection = connect(tables)
    for line in sys.stdin:
        try:
            answer = compare(connection, json.loads(line), tables)
        except Exception as failure:
            answer = ["".join(traceback.format_exception_only(failure))[-1000:]]
        print(json.dumps(answer, default=str), flush=True)


if __name__ == "__main__":
    main()
