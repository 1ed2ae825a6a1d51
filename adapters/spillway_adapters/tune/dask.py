"""Search over Dask's futures, on processes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from spillway_adapters.dask_cluster import Cluster
from spillway_adapters.dask_watch import Watch
from spillway_adapters.protocol import Answer, Run
from spillway_adapters.tune.profiles import check


class Job:
    imports = ("numpy", "spillway_adapters.tune.training")
    one_process = False
    shares_scratch = False

    def __init__(self, run: Run) -> None:
        self._how = check(run)

    def set_up(self, run: Run, cluster: Cluster) -> dict[str, Any]:
        from spillway_adapters.tune import training

        self._workers = Futures(cluster.client)
        cluster.in_every_worker(training.ready, (run.spec.seed, run.spec.workload.rows))
        return {}

    def work(self, run: Run, cluster: Cluster, watch: Watch) -> Answer:
        from spillway_adapters.tune.search import Search
        from spillway_adapters.tune.training import nothing

        result = Search(run, self._workers, tells_spans=False).result(self._how, nothing)
        watch.finish()
        return result


class Futures:
    def __init__(self, client: Any) -> None:  # noqa: ANN401 (Dask's)
        from distributed import as_completed

        self._client, self._done = client, as_completed()

    def submit(self, function: Callable[[Any], Any], task: Any) -> None:  # noqa: ANN401
        self._done.add(self._client.submit(function, task, pure=False))

    def next(self) -> Any:  # noqa: ANN401
        return next(self._done).result()
