"""Polars, on the streaming engine. What it reads is a kind's own business."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Callable
from typing import Any, Protocol

from spillway_adapters import kinds, system_error
from spillway_adapters.protocol import Answer, Run, serve

MEBIBYTE = 1 << 20
MEGABYTE = 1_000_000
#: Seconds in which the last of them are read; a process that has its pipe could keep it open.
LAST_WORDS_WITHIN = 5.0
SPILLED = re.compile(rb"file_mb\(written=([0-9.]+), read=([0-9.]+)\)")


class Job(Protocol):
    """What a kind of work has Polars do."""

    def work(self, run: Run) -> Answer: ...


class Polars:
    name = "polars"
    package = "polars"
    libraries = ()

    def __init__(self) -> None:
        self._counting: SpillCount | None = None

    def start(self, run: Run) -> dict[str, Any]:
        spec = run.spec
        self._job: Job = kinds.job(run, self.name)
        # Polars reads its settings when it is imported.
        os.environ["POLARS_MAX_THREADS"] = str(spec.workers)
        spill = spec.scratch / "polars"
        spill.mkdir()
        os.environ["POLARS_OOC_SPILL_DIR"] = str(spill)
        budget = "none"
        if spec.engine_memory is not None:
            budget = str(max(spec.engine_memory // MEBIBYTE, 1))
            os.environ["POLARS_OOC_MEMORY_BUDGET_MB"] = budget
            os.environ["POLARS_OOC_LOG_METRICS"] = "1"
            self._counting = SpillCount(run)
        import polars

        return {
            "threads": polars.thread_pool_size(),
            "engine": "streaming",
            "memory_budget_mb": budget,
            "spill_dir": spill,
        }

    def work(self, run: Run) -> Answer:
        answer = self._job.work(run)
        checks = run.afterwards
        run.afterwards = lambda: self._after(checks)
        return answer

    def _after(self, checks: Callable[[], None]) -> None:
        if self._counting is not None:
            self._counting.finish()
        checks()

    def error_code(self, failure: Exception) -> str | None:
        import polars.exceptions as known

        if isinstance(failure, known.PolarsError | OSError):
            return system_error.code_in(str(failure)) or "data-unreadable"
        return None

    def close(self, run: Run) -> None:
        pass


# --- Figures -------------------------------------------------------------------------------------


class SpillCount:
    """Polars reports what it spilled only on stderr, at the end of each operator: descriptor 2 goes
    through a pipe, and everything is passed on unchanged."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._source, sink = os.pipe()
        self._onward = os.dup(2)
        os.dup2(sink, 2)
        os.close(sink)
        self._reader = threading.Thread(target=self._read, name="stderr", daemon=True)
        self._reader.start()

    def finish(self) -> None:
        """Counts what was reported so far and restores descriptor 2."""
        os.dup2(self._onward, 2)
        self._reader.join(LAST_WORDS_WITHIN)

    def _read(self) -> None:
        written = restored = 0
        with open(self._source, "rb") as lines:  # noqa: PTH123 (a descriptor)
            for line in lines:
                os.write(self._onward, line)
                if found := SPILLED.search(line):
                    written += int(float(found[1]) * MEGABYTE)
                    restored += int(float(found[2]) * MEGABYTE)
                    self._run.counters(final=True, spilled_bytes=written, restored_bytes=restored)


if __name__ == "__main__":
    serve(Polars())
