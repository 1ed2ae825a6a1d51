"""Group-by mean on Dask (dask_frames)."""

from __future__ import annotations

from typing import Any

from spillway_adapters import csv_plain, shape
from spillway_adapters.dask_cluster import Cluster
from spillway_adapters.dask_watch import Watch
from spillway_adapters.protocol import Answer, Run, Unsupported


class Job:
    imports = (
        "numpy",
        "pandas",
        "pyarrow.csv",
        "pyarrow.parquet",
        "dask.dataframe",
        "spillway_adapters.etl.dask_frames",
    )
    shares_scratch = False

    def __init__(self, run: Run) -> None:
        profile = run.spec.profile
        if profile not in ("default", "tuned", "naive"):
            raise Unsupported(f'The group-by mean has no profile "{profile}".')
        self.one_process = profile != "naive"
        if profile == "naive":
            csv_plain.check(run, csv_plain.SKIPS)

    def set_up(self, run: Run, cluster: Cluster) -> dict[str, Any]:
        return {}

    def work(self, run: Run, cluster: Cluster, watch: Watch) -> Answer:
        from spillway_adapters.etl.dask_frames import etl

        run.afterwards = lambda: shape.check(run.spec.dataset)
        return etl(run, cluster, watch)
