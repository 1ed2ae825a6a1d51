"""Column means with NumPy alone: in one thread, in several, or through a file that is mapped into
memory."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from spillway_adapters.array.result import result, tell
from spillway_adapters.protocol import Answer, Run, Unsupported
from spillway_adapters.stamps import balance

if TYPE_CHECKING:
    import numpy as np

    from spillway_adapters.array.chunks import Summed


class Job:
    def __init__(self, run: Run) -> None:
        profile = run.spec.profile
        if profile not in ("threads", "one-thread", "memmap"):
            raise Unsupported(f'The array has no profile "{profile}".')
        self._threads = run.spec.workers if profile == "threads" else 1
        self._mapped = profile == "memmap"
        if self._mapped and not run.spec.workload.loaded:
            raise Unsupported("A file that is mapped holds all chunks: materialise=loaded.")

    def set_up(self, run: Run) -> dict[str, Any]:
        from spillway_adapters.array import chunks

        chunks.ready()
        return {"threads": self._threads}

    def work(self, run: Run) -> Answer:
        begin = time.perf_counter()
        with ThreadPoolExecutor(self._threads) as pool:
            parts = self._loaded(run, pool) if run.spec.workload.loaded else _streamed(run, pool)
        from spillway_adapters.array.chunks import means

        found, stamps = means(run.spec.workload, parts)
        seconds = time.perf_counter() - begin
        tell(run, stamps)
        even = balance(run.spec.workers, stamps) if self._threads == run.spec.workers else None
        return lambda: result(run, found, seconds, even)

    def _loaded(self, run: Run, pool: ThreadPoolExecutor) -> list[Summed]:
        import numpy as np

        from spillway_adapters.array.chunks import chunk, place, summed_given

        spec, array = run.spec, run.spec.workload
        shape = (array.n, array.n)
        whole: np.ndarray
        if self._mapped:
            whole = np.memmap(spec.scratch / "array", np.float64, "w+", shape=shape)
        else:
            whole = np.empty(shape)

        def make(k: int) -> None:
            whole[place(array, k)] = chunk(spec.seed, array, k)

        with run.phase("load"):
            _each(run, pool, make, array.chunks)
        with run.phase("compute"):
            return _each(
                run, pool, lambda k: summed_given(whole[place(array, k)], array, k), array.chunks
            )


def _streamed(run: Run, pool: ThreadPoolExecutor) -> list[Summed]:
    from spillway_adapters.array.chunks import summed

    spec = run.spec
    with run.phase("compute"):
        return _each(run, pool, lambda k: summed(spec.seed, spec.workload, k), spec.workload.chunks)


def _each(run: Run, pool: ThreadPoolExecutor, work: Callable[[int], Any], count: int) -> list[Any]:
    done = []
    for one in pool.map(work, range(count)):
        done.append(one)
        run.progress(len(done), count, "chunks")
    return done
