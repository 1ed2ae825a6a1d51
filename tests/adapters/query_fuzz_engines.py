"""Processes of engines' own interpreters that take one query after the other.

With an engine's name as its only argument this file is such a process: a cluster or a session is
started once, then every line on stdin is a `Request` and every line on stdout a `Said`.
"""

from __future__ import annotations

import contextlib
import dataclasses
import importlib
import json
import logging
import os
import queue
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve()
ADAPTERS = HERE.parents[2] / "adapters"
ENGINES = ("duckdb", "polars", "pandas", "pyspark", "modin", "dask", "ray")
#: Those that have them.
PROFILES = {"dask": ("tuned", "naive"), "ray": ("tuned", "naive")}
#: Whose reader makes nanoseconds of a timestamp's text, which begin in 1677 and end in 2262.
NANOSECONDS = ("modin",)
#: Seconds for one job, and for a cluster or a session to begin, on a machine that is busy.
PATIENCE = 600.0
BEGINNING = 1200.0
#: They begin one after the other: all at the same time would take longer.
_STARTING = threading.Lock()


@dataclasses.dataclass(frozen=True)
class Variant:
    """What a job's answer must not depend on."""

    workers: int = 2
    cuts: int = 4  #: parts of the files that Dask or Ray read, and partitions, at most
    small_bytes: int = 0  #: of a table that they send everywhere in place of moving rows
    chunk_rows: int = 1_000_000  #: that pandas reads at a time
    memory: int | None = None

    def __str__(self) -> str:
        fields = dataclasses.fields(self)
        values = ((f.name, getattr(self, f.name), f.default) for f in fields)
        said = [f"{name}={value}" for name, value, default in values if value != default]
        return " ".join(said) or "as usual"


@dataclasses.dataclass(frozen=True)
class Request:
    engine: str  #: "dask:tuned"
    pipeline: dict[str, Any]
    inputs: dict[str, dict[str, Any]]  #: fields of language.Input
    variant: Variant


@dataclasses.dataclass
class Said:
    """Rows, or why there are none."""

    rows: list[tuple[Any, ...]] | None = None
    refused: str = ""
    failed: str = ""
    means: str = ""  #: of a failure: that it is one which the language asks for
    seconds: float = 0.0
    once: str = ""  #: why it failed before it was asked again
    late: bool = False  #: the time was over before it was asked


def known() -> list[str]:
    """Engines whose interpreter SPILLWAY_PYTHON_<ENGINE> names, with their profiles."""
    found = [name for name in ENGINES if os.environ.get(f"SPILLWAY_PYTHON_{name.upper()}")]
    return [
        f"{name}:{profile}" if profile else name
        for name in found
        for profile in PROFILES.get(name, ("",))
    ]


# --- In the interpreter of who asks --------------------------------------------------------------


class Process:
    """Of one interpreter, which all profiles of an engine share. Jobs wait in a queue; each answer
    goes to who asked. A process that dies, or that takes too long, is started anew."""

    def __init__(self, name: str, patience: float = PATIENCE) -> None:
        self.name = name
        self.starts = 0
        self.waiting = 0  #: jobs
        self.over = False  #: those that still wait are not asked
        self._patience = patience
        self._waiting: queue.SimpleQueue[tuple[Request, Callable[[Said], None]] | None]
        self._waiting = queue.SimpleQueue()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def ask(self, request: Request, answered: Callable[[Said], None]) -> None:
        """`answered` is called by another thread."""
        self.waiting += 1
        self._waiting.put((request, answered))

    def close(self) -> None:
        self._waiting.put(None)
        self._thread.join()

    def _work(self) -> None:
        while (item := self._waiting.get()) is not None:
            request, answered = item
            said = Said(late=True) if self.over else self._tried(request)
            if said.failed and not said.means:
                # A machine that is out of threads or of time is no difference; it is counted.
                self._end(kill=False)
                again = self._tried(request)
                said = dataclasses.replace(again, once=said.failed)
            self.waiting -= 1
            answered(said)
        self._end(kill=False)

    def _tried(self, request: Request) -> Said:
        try:
            return self._said(request)
        except Exception as failure:
            return Said(failed=f"of the process: {failure!r}")

    def _said(self, request: Request) -> Said:
        begin = time.monotonic()
        if self._process is None:
            self._start()
        assert self._process is not None and self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(dataclasses.asdict(request)).encode() + b"\n")
            self._process.stdin.flush()
            line = self._line(self._patience)
        except BrokenPipeError:
            line = b""
        seconds = time.monotonic() - begin
        if line is None:
            self._end(kill=True)
            return Said(failed=f"no answer within {self._patience:.0f} s", seconds=seconds)
        if not line:
            code = self._process.wait()
            self._end(kill=True)
            return Said(failed=f"the process ended ({code})", seconds=seconds)
        fields = json.loads(line)
        rows = None if fields["rows"] is None else [tuple(row) for row in fields["rows"]]
        return Said(rows, fields["refused"], fields["failed"], fields["means"], seconds)

    def _start(self) -> None:
        self.starts += 1
        python = os.environ[f"SPILLWAY_PYTHON_{self.name.upper()}"]
        # The paths of Ray's sockets have at most 107 bytes.
        self._folder = tempfile.mkdtemp(prefix="q")
        path = os.pathsep.join([str(ADAPTERS), str(HERE.parent)])
        with _STARTING:
            self._launch(python, path)
            first = self._line(BEGINNING)
        if first != b"ready":
            self._end(kill=True)
            raise RuntimeError(f"{self.name} did not start")

    def _launch(self, python: str, path: str) -> None:
        log = os.environ.get("SPILLWAY_FUZZ_LOG")
        with Path(f"{log}-{self.name}" if log else os.devnull).open("ab") as errors:
            self._process = subprocess.Popen(
                [python, "-W", "ignore", str(HERE), self.name],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                env={**os.environ, "PYTHONPATH": path, "TMPDIR": self._folder},
                cwd=self._folder,
                start_new_session=True,
            )
        self._rest = b""

    def _line(self, patience: float) -> bytes | None:
        """Without its end; nothing when it does not come in time, empty at the end."""
        assert self._process is not None and self._process.stdout is not None
        stream, end = self._process.stdout.fileno(), time.monotonic() + patience
        while b"\n" not in self._rest:
            ready, _, _ = select.select([stream], [], [], max(end - time.monotonic(), 0))
            if not ready:
                return None
            some = os.read(stream, 1 << 16)
            if not some:
                return b""
            self._rest += some
        line, self._rest = self._rest.split(b"\n", 1)
        return line

    def _end(self, kill: bool) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        assert process.stdin is not None and process.stdout is not None
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()
        if not kill:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(20)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # Its own session: what it started, too.
        process.wait()
        process.stdout.close()
        shutil.rmtree(self._folder, ignore_errors=True)


# --- In an engine's interpreter ------------------------------------------------------------------


@contextlib.contextmanager
def begun(engine: str) -> Iterator[None]:
    """With what the adapter makes at set-up."""
    match engine:
        case "dask" | "ray":
            import query_on_cluster

            with query_on_cluster.cluster(engine):
                yield
            return
        case "modin":
            os.environ.update(MODIN_ENGINE="ray", MODIN_CPUS="2", RAY_USAGE_STATS_ENABLED="0")
            import ray

            ray.init(
                "local",
                num_cpus=2,
                include_dashboard=False,
                log_to_driver=False,
                object_store_memory=200_000_000,
            )
        case "pyspark":
            from pyspark.sql import SparkSession

            settings = {
                "spark.ui.enabled": "false",
                "spark.driver.host": "127.0.0.1",
                # Faster for a few rows than compiled code.
                "spark.sql.codegen.wholeStage": "false",
                "spark.sql.codegen.factoryMode": "NO_CODEGEN",
            }
            builder = SparkSession.builder.master("local[2]")
            for name, value in settings.items():
                builder = builder.config(name, value)
            builder.getOrCreate().sparkContext.setLogLevel("OFF")
    yield


def answered(fields: dict[str, Any], scratch: Path) -> Said:
    import query_try
    from spillway_adapters.query import csv_numbers, language, pandas_reads_csv, partitioned, stages
    from spillway_adapters.query import job as jobs

    engine, _, profile = fields["engine"].partition(":")
    module = importlib.import_module(f"spillway_adapters.query.{engine}")
    variant = Variant(**fields["variant"])
    stages.SMALL_BYTES = variant.small_bytes
    pandas_reads_csv.CHUNK_ROWS = variant.chunk_rows
    pandas_reads_csv.CHUNK_ROWS_UNDER_LIMIT = variant.chunk_rows
    inputs = {name: input_of(one) for name, one in fields["inputs"].items()}
    said = Said()

    try:
        job = csv_numbers.looked_at(jobs.parse(fields["pipeline"], inputs))
        whole = sum(one.bytes for one in job.inputs.values())
        partitioned.LEAST_PART_BYTES = max(whole // variant.cuts, 32)
        paths = {name: list(one.paths) for name, one in job.inputs.items()}
        settings = language.Settings(profile or "default", variant.workers, variant.memory)
        text = module.compile(job, settings)
        found = query_try.executed(text, paths, scratch, variant.workers, variant.memory)
        said.rows = query_try.rows_of(found, job)
    except language.Refused as refused:
        said.refused = str(refused)
    except BaseException as failure:
        words = getattr(module, "words", None) or partitioned.words
        said.means = (words(failure) if isinstance(failure, Exception) else None) or ""
        said.failed = f"{type(failure).__name__}: {failure}"
        said.failed = said.failed[:1000] + (" … " + said.failed[-800:]) * (len(said.failed) > 1000)
    return said


def input_of(fields: dict[str, Any]) -> Any:  # noqa: ANN401 (language.Input)
    from spillway_adapters.query import language

    csv = fields["csv"]
    tuples = {name: tuple(fields[name]) for name in ("paths", "used", "hive")}
    return language.Input(
        **{**fields, **tuples, "csv": None if csv is None else language.Csv(**csv)}
    )


def serve(engine: str) -> None:
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # What an engine prints is no answer.
    with begun(engine):
        logging.disable(logging.CRITICAL)
        answers.write("ready\n")
        answers.flush()
        for line in sys.stdin:
            with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
                said = answered(json.loads(line), Path(folder))
            answers.write(json.dumps(dataclasses.asdict(said)) + "\n")
            answers.flush()


if __name__ == "__main__":
    serve(sys.argv[1])
