"""DuckDB, in memory. What it reads is a kind's own business."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol, TypeVar

from spillway_adapters import kinds, system_error
from spillway_adapters.protocol import Answer, Run, imported, serve, stoppable

#: Seconds between two looks at a running query.
LOOK_EVERY = 0.1
SETTINGS = ("threads", "memory_limit", "temp_directory", "preserve_insertion_order")

T = TypeVar("T")


class Session:
    """The connection, whose calls a stop interrupts."""

    def __init__(self, connection: Any, connect: Callable[[], Any]) -> None:  # noqa: ANN401
        self.connection = connection
        self._connect = connect

    def renew(self) -> None:
        """Another database like the first; that of a locked configuration cannot be mended."""
        self.connection = self._connect()

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        return self.call(lambda: self.connection.execute(query).fetchall())

    def call(self, work: Callable[[], T]) -> T:
        return stoppable(work, self.connection.interrupt)


class Job(Protocol):
    """What a kind of work has DuckDB do."""

    def work(self, run: Run, session: Session) -> Answer: ...


class DuckDB:
    name = "duckdb"
    package = "duckdb"
    libraries = ("numpy",)

    def __init__(self) -> None:
        self._connection: Any = None

    def start(self, run: Run) -> dict[str, Any]:
        spec = run.spec
        self._job: Job = kinds.job(run, self.name)
        duckdb = imported("duckdb")
        spill = spec.scratch / "duckdb"
        config = {
            "threads": spec.workers,
            "temp_directory": str(spill),
            "preserve_insertion_order": False,
        }
        if spec.engine_memory is not None:
            config["memory_limit"] = f"{spec.engine_memory}B"
        self._limited = spec.engine_memory is not None

        def connect() -> Any:  # noqa: ANN401
            connection = duckdb.connect(":memory:", config=config)
            # query_progress() knows nothing without the bar, which nobody sees.
            connection.execute("SET enable_progress_bar=true; SET enable_progress_bar_print=false")
            return connection

        self._connect = connect
        self._connection = connect()
        ask = ", ".join(f"current_setting('{name}')" for name in SETTINGS)
        confirmed = self._connection.execute(f"SELECT {ask}").fetchone()
        return dict(zip(SETTINGS, confirmed, strict=True))

    def work(self, run: Run) -> Answer:
        with _watched(run, self._connection):
            return self._job.work(run, Session(self._connection, self._connect))

    def error_code(self, failure: Exception) -> str | None:
        import duckdb

        if isinstance(failure, duckdb.OutOfMemoryException):
            return "memory-limit" if self._limited else "out-of-memory"
        if isinstance(failure, duckdb.InvalidInputException | duckdb.ConversionException):
            return "data-unreadable"
        if isinstance(failure, duckdb.IOException):
            return system_error.code_in(str(failure), spelled=True) or "data-unreadable"
        return "data-unreadable" if isinstance(failure, OSError) else None

    def close(self, run: Run) -> None:
        if self._connection is not None:
            self._connection.close()  # Temporary files stay otherwise.


@contextmanager
def _watched(run: Run, connection: Any) -> Iterator[None]:  # noqa: ANN401 (imported late)
    """Reports the query's progress and the size of temporary files, from DuckDB's own figures."""
    over = threading.Event()
    own = connection.cursor()

    def look() -> None:
        spilled = 0
        while not over.wait(LOOK_EVERY):
            percent = connection.query_progress()
            if percent >= 0:
                run.progress(int(percent), 100, "percent")
            size = own.execute("SELECT sum(size) FROM duckdb_temporary_files()").fetchone()[0]
            spilled = max(spilled, int(size or 0))
            run.counters(spilled_bytes=spilled)

    watcher = threading.Thread(target=look, name="watch", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()
        own.close()


if __name__ == "__main__":
    serve(DuckDB())
