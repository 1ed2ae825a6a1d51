"""Modin: the pandas interface over Ray, on the run's own cluster.

Modin keeps the whole table in Ray's object store.
"""

from __future__ import annotations

import os
import time
import warnings
from typing import Any

from spillway_adapters.overseen import serve_overseen
from spillway_adapters.protocol import Answer, Run
from spillway_adapters.ray_engine import Ray


class Modin(Ray):
    """Start, end and failures of Ray are handled as in the engine Ray."""

    name = "modin"
    package = "modin"
    libraries = ("ray", "pandas", "numpy", "pyarrow", "grpcio")

    def start(self, run: Run) -> dict[str, Any]:
        # Settings of the user's own are not this run's.
        for name in [name for name in os.environ if name.startswith("MODIN_")]:
            del os.environ[name]
        os.environ["MODIN_ENGINE"] = "ray"
        os.environ["MODIN_CPUS"] = str(run.spec.workers)
        return super().start(run)

    def error_code(self, failure: Exception) -> str | None:
        code = super().error_code(failure)
        return "data-unreadable" if code is None and isinstance(failure, ValueError) else code

    def _set_up(self, run: Run) -> dict[str, Any]:
        import modin.config
        import ray

        from spillway_adapters import ray_core, ray_watch

        ray_core.warm_workers(run.spec.workers, ray_core.once(_prepare_worker))
        own = self._job.set_up(run)
        self._figures = ray_watch.Figures(run)
        return {
            "threads": int(ray.cluster_resources()["CPU"]),
            "object_store_memory": int(ray.cluster_resources()["object_store_memory"]),
            "heap": "not bounded by Ray",
            "partitions": modin.config.NPartitions.get(),
            "engine": modin.config.Engine.get(),
            "max_retries": 0,
            **own,
        }

    def _profile(self, run: Run) -> Answer:
        warnings.showwarning = lambda message, *_: run.log(str(message), "warning")
        return super()._profile(run)


def _prepare_worker(pause: float) -> tuple[int]:
    """As ray_core.prepare_worker."""
    import modin.pandas  # noqa: F401

    time.sleep(pause)
    return (os.getpid(),)


if __name__ == "__main__":
    serve_overseen(Modin())
