"""pandas, and the libraries that work on its frames: one process, one computing thread."""

from __future__ import annotations

from typing import Any, Protocol

from spillway_adapters import kinds
from spillway_adapters.protocol import Answer, Run, serve


class Job(Protocol):
    """What a kind of work has pandas do."""

    def set_up(self) -> dict[str, Any]:
        """Imports what it needs; settings of its own."""
        ...

    def work(self, run: Run) -> Answer: ...


class Pandas:
    name = "pandas"
    package = "pandas"
    libraries = ("numpy", "scikit-learn", "scipy", "pyarrow")

    def start(self, run: Run) -> dict[str, Any]:
        self._job: Job = kinds.job(run, self.name)
        import pandas

        return {
            "threads": 1,
            "string_storage": pandas.options.mode.string_storage,
            **self._job.set_up(),
        }

    def work(self, run: Run) -> Answer:
        return self._job.work(run)

    def error_code(self, failure: Exception) -> str | None:
        readable = (ValueError, OSError)
        return "data-unreadable" if isinstance(failure, readable) else None

    def close(self, run: Run) -> None:
        pass


if __name__ == "__main__":
    serve(Pandas())
