"""Group-by mean on Polars.

streamed: one lazy query scans and aggregates. loaded: the needed columns are collected into a
DataFrame first, which Polars cannot spill, then aggregated.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from spillway_adapters import parquet_text, polars_csv, polars_parquet
from spillway_adapters.etl import Etl, groups
from spillway_adapters.protocol import Answer, Run, stoppable


class Job:
    def __init__(self, run: Run) -> None:
        pass

    def work(self, run: Run) -> Answer:
        workload = run.spec.workload
        assert isinstance(workload, Etl)
        read = polars_csv.read if run.spec.dataset.format == "csv" else polars_parquet.read
        means = read(run, lambda scan: _means(run, workload, scan))
        return partial(_result, run, workload, means)


def _means(run: Run, workload: Etl, scan: Any) -> Any:  # noqa: ANN401
    """A row a group: key, rows, mean0, present0, …"""
    import polars as pl

    if workload.loaded:
        with run.phase("load"):
            scan = stoppable(lambda: scan.collect(engine="streaming")).lazy()
    columns = [pl.len().alias("rows")]
    for j in range(len(workload.values)):
        columns += [pl.mean(f"v{j}").alias(f"mean{j}"), pl.count(f"v{j}").alias(f"present{j}")]
    with run.phase("compute"):
        query = scan.group_by("key").agg(columns)
        return stoppable(lambda: query.collect(engine="streaming"))


def _result(run: Run, workload: Etl, table: Any) -> dict[str, Any]:  # noqa: ANN401
    columns = range(len(workload.values))
    total = table["rows"].sum()
    present = [table[f"present{j}"].sum() for j in columns]
    means = zip(*(table[f"mean{j}"].fill_null(float("nan")) for j in columns), strict=True)
    keys = map(parquet_text.spelled, table["key"])
    rows = zip(keys, table["rows"], means, strict=True)
    run.counters(final=True, rows=total)
    missing = groups.missing_counts(total, present)
    return groups.etl_result(rows, workload.values, missing, run.spec.scratch)
