"""Logistic regression with Spark ML (spark)."""

from __future__ import annotations

from typing import Any

from spillway_adapters.logreg import Logreg
from spillway_adapters.protocol import Answer, Run, Unsupported


class Job:
    def __init__(self, run: Run) -> None:
        workload = run.spec.workload
        assert isinstance(workload, Logreg)
        if workload.solver != "lbfgs":
            raise Unsupported(f"Spark ML fits with L-BFGS; it has no {workload.solver}.")

    def warm(self, run: Run, rows: Any) -> None:  # noqa: ANN401 (Spark is imported late)
        from spillway_adapters.logreg import spark  # noqa: F401 (no part of the timed work)

        rows.groupBy("key").count().collect()

    def work(self, run: Run, spark: Any, rows: Any) -> Answer:  # noqa: ANN401
        from spillway_adapters.logreg.spark import fit

        return fit(run, spark, rows)
