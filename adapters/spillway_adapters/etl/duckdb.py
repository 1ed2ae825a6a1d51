"""Group-by mean on DuckDB.

streamed: one query scans the files and aggregates. loaded: CREATE TEMP TABLE of the needed columns,
which spills beyond the memory limit, then the query over the table.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from spillway_adapters import duckdb_csv, duckdb_parquet, parquet_text
from spillway_adapters.etl import Etl, groups
from spillway_adapters.protocol import Answer, Run

if TYPE_CHECKING:
    from spillway_adapters.duckdb_engine import Session


class Job:
    def __init__(self, run: Run) -> None:
        pass

    def work(self, run: Run, session: Session) -> Answer:
        if run.spec.dataset.format == "parquet":
            return duckdb_parquet.read(run, lambda source: _means(run, session, source.query()))
        return duckdb_csv.read(run, lambda source: _means(run, session, source.query()))


def _means(run: Run, session: Session, table: str) -> Answer:
    """`table`: a subquery for key, v0, v1, …"""
    workload = run.spec.workload
    assert isinstance(workload, Etl)
    if workload.loaded:
        with run.phase("load"):
            session.ask(f"CREATE OR REPLACE TEMP TABLE loaded AS SELECT * FROM {table}")
        table = "loaded"
    with run.phase("compute"):
        return partial(_result, run, workload, session.ask(_query(table, workload)))


def _query(table: str, workload: Etl) -> str:
    columns = "".join(f", avg(v{j}), count(v{j})" for j in range(len(workload.values)))
    return f"SELECT key, count(*){columns} FROM {table} GROUP BY key"


def _result(run: Run, workload: Etl, rows: list[tuple[Any, ...]]) -> dict[str, Any]:
    total = sum(row[1] for row in rows)
    present = [sum(row[3 + 2 * j] for row in rows) for j in range(len(workload.values))]
    keys = (parquet_text.spelled(row[0]) for row in rows)
    means = ([_number(mean) for mean in row[2::2]] for row in rows)
    found = zip(keys, (row[1] for row in rows), means, strict=True)
    run.counters(final=True, rows=total)
    missing = groups.missing_counts(total, present)
    return groups.etl_result(found, workload.values, missing, run.spec.scratch)


def _number(mean: float | None) -> float:
    return float("nan") if mean is None else mean
