"""Queries on Ray: Ray Data in the naive profile, Ray Core in the tuned one."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any

from spillway_adapters import existing_cluster
from spillway_adapters.query import partitioned, program
from spillway_adapters.query.language import Job as QueryJob
from spillway_adapters.query.language import Settings
from spillway_adapters.query.ray_datasets import Datasets
from spillway_adapters.query.ray_tasks import Tasks

if TYPE_CHECKING:
    from spillway_adapters.protocol import Answer, Run


def compile(job: QueryJob, settings: Settings) -> str:
    made = Datasets if settings.profile == "naive" else Tasks
    return made(job, settings).text()


class Job:
    def __init__(self, run: Run) -> None:
        naive = run.spec.profile == "naive"
        self._program = program.of(run, compile)
        #: What Arrow's reader, or the program's own, knows of a file's dialect.
        self._able = ("header", "skip_rows", "encoding") + ("comment",) * (not naive)

    def set_up(self, run: Run) -> dict[str, Any]:
        import ray

        from spillway_adapters import ray_core

        if run.spec.address is not None and program.shares_scratch(self._program.job, self._able):
            existing_cluster.check_scratch(run.spec.scratch, ray_core.nodes_with(run.spec.scratch))
        if run.spec.profile == "naive":
            import ray.data
        prepare_worker(0)
        ray_core.warm_workers(run.spec.workers, ray.remote(max_retries=0)(prepare_worker))
        return {}

    def work(self, run: Run, own_cluster: bool) -> Answer:
        return program.work(
            run,
            self._program,
            call=lambda work: work(),
            reads_again=_is_unreadable,
            words=partitioned.words,
            able=self._able,
        )

    def after(self, run: Run) -> None:
        partitioned.check(self._program.job)


def prepare_worker(pause: float) -> tuple[int]:
    """What a stage imports; the pause keeps the worker busy, so that another one gets the next of
    these tasks."""
    import pandas  # noqa: F401
    import pyarrow.compute
    import pyarrow.csv
    import pyarrow.dataset
    import pyarrow.parquet

    pyarrow.set_cpu_count(1)
    pyarrow.set_io_thread_count(1)
    time.sleep(pause)
    return (os.getpid(),)


def _is_unreadable(failure: Exception) -> bool:
    """A field that is no number, also within what Ray makes of a failure."""
    return isinstance(failure, ValueError) or "ArrowInvalid" in str(failure)
