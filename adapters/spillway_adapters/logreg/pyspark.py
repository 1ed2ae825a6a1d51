"""Logistic regression with Spark ML (spark)."""

from __future__ import annotations

from typing import Any

from spillway_adapters import shape, spark_scan
from spillway_adapters.logreg import Logreg
from spillway_adapters.protocol import Answer, Run, Unsupported


class Job:
    def __init__(self, run: Run) -> None:
        workload = run.spec.workload
        assert isinstance(workload, Logreg)
        if workload.solver != "lbfgs":
            raise Unsupported(f"Spark ML fits with L-BFGS; it has no {workload.solver}.")
        self.settings = spark_scan.settings(run.spec)

    def warm(self, run: Run, spark: Any) -> None:  # noqa: ANN401 (Spark is imported late)
        import spillway_adapters.logreg.spark  # noqa: F401 (no part of the timed work)

        spark_scan.one_row(spark, run.spec).groupBy("key").count().collect()

    def work(self, run: Run, spark: Any) -> Answer:  # noqa: ANN401
        from spillway_adapters.logreg.spark import fit

        return spark_scan.answer(run, spark, lambda rows: fit(run, spark, rows), as_text=True)

    def after(self, run: Run) -> None:
        shape.check(run.spec.dataset)
