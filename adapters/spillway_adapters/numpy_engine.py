"""NumPy alone: one process, threads of its own."""

from __future__ import annotations

from typing import Any, Protocol

from spillway_adapters import kinds
from spillway_adapters.protocol import Answer, Run, serve, stoppable


class Job(Protocol):
    """What a kind of work has NumPy do."""

    def set_up(self, run: Run) -> dict[str, Any]:
        """Imports what it needs; settings of its own."""
        ...

    def work(self, run: Run) -> Answer: ...


class NumPy:
    name = "numpy"
    package = "numpy"
    libraries = ()

    def start(self, run: Run) -> dict[str, Any]:
        self._job: Job = kinds.job(run, self.name)
        return self._job.set_up(run)

    def work(self, run: Run) -> Answer:
        return stoppable(lambda: self._job.work(run))

    def error_code(self, failure: Exception) -> str | None:
        return "out-of-memory" if isinstance(failure, MemoryError) else None

    def close(self, run: Run) -> None:
        pass


if __name__ == "__main__":
    serve(NumPy())
