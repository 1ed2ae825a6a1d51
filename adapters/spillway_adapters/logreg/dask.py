"""Logistic regression on Dask (dask_blocks)."""

from __future__ import annotations

from typing import Any

from spillway_adapters import csv_plain, shape
from spillway_adapters.dask_cluster import Cluster
from spillway_adapters.dask_watch import Watch
from spillway_adapters.logreg import Logreg
from spillway_adapters.protocol import Answer, Run, Unsupported


class Job:
    imports = (
        "numpy",
        "pandas",
        "pyarrow.csv",
        "pyarrow.parquet",
        "dask.dataframe",
        "dask.array",
        "scipy.optimize",
        "spillway_adapters.logreg.dask_blocks",
    )
    one_process = False
    shares_scratch = False

    def __init__(self, run: Run) -> None:
        workload = run.spec.workload
        assert isinstance(workload, Logreg)
        if workload.solver != "lbfgs":
            raise Unsupported(f"Dask fits with lbfgs here, not with {workload.solver}.")
        if run.spec.profile in ("naive", "one-vs-rest"):
            csv_plain.check(run, csv_plain.SKIPS)

    def set_up(self, run: Run, cluster: Cluster) -> dict[str, Any]:
        return {}

    def work(self, run: Run, cluster: Cluster, watch: Watch) -> Answer:
        from spillway_adapters.logreg.dask_blocks import logreg

        run.afterwards = lambda: shape.check(run.spec.dataset)
        return logreg(run, cluster, watch)
