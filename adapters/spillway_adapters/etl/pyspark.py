"""Group-by mean on Spark.

streamed: one query scans and aggregates. loaded: the needed columns are persisted first, in memory
or on disk as Spark decides, then aggregated.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from spillway_adapters import parquet_text, shape, spark_scan
from spillway_adapters.etl import Etl, groups
from spillway_adapters.protocol import Answer, Run


class Job:
    def __init__(self, run: Run) -> None:
        self.settings = spark_scan.settings(run.spec)

    def warm(self, run: Run, spark: Any) -> None:  # noqa: ANN401 (Spark is imported late)
        _means(spark_scan.one_row(spark, run.spec), _workload(run))

    def work(self, run: Run, spark: Any) -> Answer:  # noqa: ANN401
        return spark_scan.answer(run, spark, lambda rows: self._work(run, rows))

    def after(self, run: Run) -> None:
        shape.check(run.spec.dataset)

    def _work(self, run: Run, rows: Any) -> Answer:  # noqa: ANN401
        workload = _workload(run)
        if workload.loaded:
            with run.phase("load"):
                rows.persist().count()
        with run.phase("compute"):
            return partial(_result, run, workload, _means(rows, workload))


def _workload(run: Run) -> Etl:
    assert isinstance(run.spec.workload, Etl)
    return run.spec.workload


def _means(rows: Any, workload: Etl) -> list[Any]:  # noqa: ANN401
    """A row a group: key, rows, mean0, present0, …"""
    from pyspark.sql import functions as F

    columns = [F.count("*")]
    for j in range(len(workload.values)):
        columns += [F.avg(f"v{j}"), F.count(f"v{j}")]
    return rows.groupBy("key").agg(*columns).collect()


def _result(run: Run, workload: Etl, table: list[Any]) -> dict[str, Any]:
    columns = range(len(workload.values))
    total = sum(row[1] for row in table)
    present = [sum(row[3 + 2 * j] for row in table) for j in columns]
    means = ([float("nan") if mean is None else mean for mean in row[2::2]] for row in table)
    keys = (parquet_text.spelled(row[0]) for row in table)
    rows = zip(keys, (row[1] for row in table), means, strict=True)
    missing = groups.missing_counts(total, present)
    return groups.etl_result(rows, workload.values, missing, run.spec.scratch)
