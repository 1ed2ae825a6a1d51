"""Group-by mean on DuckDB.

streamed: one query scans the files and aggregates. loaded: CREATE TEMP TABLE of the needed columns,
which spills beyond the memory limit, then the query over the table.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from spillway_adapters import duckdb_csv, duckdb_parquet, parquet_text
from spillway_adapters.etl import Etl, groups
from spillway_adapters.etl.groups import Group
from spillway_adapters.protocol import Answer, Run

if TYPE_CHECKING:
    from spillway_adapters.duckdb_engine import Session

#: The profile of a run whose answer others are checked against: it also tells the mean of the
#: values' sizes (docs/protocol.md).
REFERENCE = "reference"


class Job:
    def __init__(self, run: Run) -> None:
        pass

    def work(self, run: Run, session: Session) -> Answer:
        if run.spec.dataset.format == "parquet":
            return duckdb_parquet.read(run, partial(_means_of_parquet, run, session))
        return duckdb_csv.read(run, lambda source: _means(run, session, source.query()))


def _means_of_parquet(run: Run, session: Session, source: duckdb_parquet.Source) -> Answer:
    for macro in source.macros():
        session.ask(macro)
    return _means(run, session, source.query())


def _means(run: Run, session: Session, table: str) -> Answer:
    """`table`: a subquery for key, v0, v1, …"""
    workload = run.spec.workload
    assert isinstance(workload, Etl)
    if workload.loaded:
        with run.phase("load"):
            session.ask(f"CREATE OR REPLACE TEMP TABLE loaded AS SELECT * FROM {table}")
        table = "loaded"
    with run.phase("compute"):
        query = _query(table, workload, reference=run.spec.profile == REFERENCE)
        return partial(_result, run, workload, session.ask(query))


def _query(table: str, workload: Etl, *, reference: bool) -> str:
    columns = "".join(f", avg(v{j}), count(v{j})" for j in range(len(workload.values)))
    if reference:  # Also sizes, and sums that lose no digits.
        columns = columns.replace("avg(", "favg(")
        columns += "".join(f", favg(abs(v{j}))" for j in range(len(workload.values)))
    return f"SELECT key, count(*){columns} FROM {table} GROUP BY key"


def _result(run: Run, workload: Etl, rows: list[tuple[Any, ...]]) -> dict[str, Any]:
    values = len(workload.values)
    total = sum(row[1] for row in rows)
    present = [sum(row[3 + 2 * j] for row in rows) for j in range(values)]
    found = (_group(row, values) for row in rows)
    run.counters(final=True, rows=total)
    missing = groups.missing_counts(total, present)
    return groups.etl_result(found, workload.values, missing, run.spec.scratch)


def _group(row: tuple[Any, ...], values: int) -> Group:
    key, count, *figures = row
    means = [_number(mean) for mean in figures[: 2 * values : 2]]
    if len(figures) == 2 * values:
        return parquet_text.spelled(key), count, means
    return parquet_text.spelled(key), count, means, [_number(x) for x in figures[2 * values :]]


def _number(mean: float | None) -> float:
    return float("nan") if mean is None else mean
