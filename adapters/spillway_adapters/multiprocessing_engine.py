"""multiprocessing.Pool, of Python's standard library."""

from __future__ import annotations

import platform
from collections.abc import Callable
from typing import Any

from spillway_adapters.multiprocessing_pool import WatchedPool
from spillway_adapters.pool_engine import START_METHOD, PoolEngine
from spillway_adapters.protocol import Run, serve


class Multiprocessing(PoolEngine):
    name = "multiprocessing"
    version = platform.python_version()
    whose = "the pool"

    def open(self, run: Run, job: Any, initializer: Callable[[], None]) -> WatchedPool:  # noqa: ANN401
        return WatchedPool(run.spec.workers, START_METHOD, initializer)


if __name__ == "__main__":
    serve(Multiprocessing())
