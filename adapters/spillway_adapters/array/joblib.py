"""Column means on joblib: a call for each chunk, which makes it and adds it up."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from spillway_adapters.array.result import result, tell
from spillway_adapters.protocol import Answer, Run, Unsupported
from spillway_adapters.stamps import balance


class Job:
    batch_size = "auto"

    def __init__(self, run: Run) -> None:
        if run.spec.workload.loaded:
            raise Unsupported("joblib's workers hold nothing between two calls.")

    def preparation(self, run: Run) -> Callable[[], Any]:
        from spillway_adapters.array import chunks

        return chunks.ready

    def set_up(self, run: Run, parallel: Any) -> dict[str, Any]:  # noqa: ANN401 (joblib's)
        import joblib

        self._parallel, self._delayed = parallel, joblib.delayed
        return {}

    def work(self, run: Run) -> Answer:
        from spillway_adapters.array.chunks import means, summed

        spec, array = run.spec, run.spec.workload
        begin = time.perf_counter()
        with run.phase("compute"):
            call = self._delayed(summed)
            parts = self._parallel(call(spec.seed, array, k) for k in range(array.chunks))
            found, stamps = means(array, parts)
        seconds = time.perf_counter() - begin
        tell(run, stamps)
        return lambda: result(run, found, seconds, balance(run.spec.workers, stamps))
