"""Plays the host for one run of an adapter, as docs/protocol.md has it: specification on stdin,
events on stdout, go, stop. Standard library only, so that any interpreter can run the tests.

The interpreter of an engine comes from SPILLWAY_PYTHON_<ID>; without it the engine's tests are
skipped. The adapters are those of this checkout.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import queue
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

ADAPTERS = Path(__file__).resolve().parents[2] / "adapters"
#: A run that takes longer than this many seconds hangs.
PATIENCE = 300.0
#: A stop is the end of stdin, and SIGTERM this many seconds later (docs/protocol.md). The guard
#: allows one second more before it kills; the tests do not measure how fast the machine is.
SIGTERM_AFTER = 0.5
STOPPED = 130  #: the exit code of an adapter that was stopped
FIELDS = {
    "hello": {"engine", "version", "libraries", "pid"},
    "ready": {"settings"},
    "phase": {"name", "state"},
    "progress": {"done", "total", "unit"},
    "counters": set(),
    "tasks": {"spans"},
    "series": {"name", "points"},
    "log": {"level", "message"},
    "serving": {"url", "replicas"},
    "done": set(),
    "result": {"result", "timings"},
    "error": {"code", "message", "phase", "remedy"},
    "bye": set(),
}

PR_SET_CHILD_SUBREAPER = 36
# What a run leaves behind becomes a child of the tests, as it becomes one of the guard.
ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)

Event = dict[str, Any]


def python_of(engine: str) -> str:
    """The interpreter with this engine installed; skips the test when there is none."""
    variable = f"SPILLWAY_PYTHON_{engine.upper().replace('-', '_')}"
    python = os.environ.get(variable)
    if not python:
        pytest.skip(f"{variable} is not set")
    return python


# --- Specifications ------------------------------------------------------------------------------


def dataset(
    paths: Path | list[Path],
    columns: dict[str, str],
    *,
    delimiter: str = ",",
    quote: str = '"',
    header: bool = True,
    rows: int | None = None,
) -> dict[str, Any]:
    """`columns`: name to "integer", "real" or "text", in file order."""
    files = paths if isinstance(paths, list) else [paths]
    return {
        "name": files[0].name,
        "paths": [str(path) for path in files],
        "schema": {
            "delimiter": delimiter,
            "quote": quote,
            "header": header,
            "columns": [{"name": name, "type": kind} for name, kind in columns.items()],
        },
        "rows": rows,
        "bytes": sum(path.stat().st_size for path in files),
        "fingerprint": "",
    }


def parquet(
    paths: Path | list[Path],
    columns: dict[str, str],
    *,
    folders: Sequence[str] = (),
    rows: int | None = None,
) -> dict[str, Any]:
    """One of version 2's inputs. `columns`: also "boolean", "date", "timestamp"; those that are
    names of folders last."""
    files = paths if isinstance(paths, list) else [paths]
    return {
        "name": files[0].name,
        "paths": [str(path) for path in files],
        "format": "parquet",
        "folders": list(folders),
        "columns": [{"name": name, "type": kind} for name, kind in columns.items()],
        "rows": rows,
        "bytes": sum(path.stat().st_size for path in files),
        "fingerprint": "",
    }


def etl(group_by: str, values: list[str], materialise: str = "streamed") -> dict[str, Any]:
    return {"kind": "etl", "group_by": group_by, "values": values, "materialise": materialise}


def logreg(label: str, features: list[str], **changes: Any) -> dict[str, Any]:  # noqa: ANN401
    """At convergence unless changed."""
    workload = {
        "kind": "logreg",
        "label": label,
        "features": features,
        "solver": "lbfgs",
        "max_iterations": 200,
        "tolerance": 1e-8,
        "c": 1.0,
        "standardise": True,
        "test_fraction": 0.2,
    }
    return {**workload, **changes}


def spec(data: dict[str, Any], workload: dict[str, Any], **changes: Any) -> dict[str, Any]:  # noqa: ANN401
    """One run's specification; `changes`: workers, memory_limit, seed, profile, address."""
    fields = {
        "protocol": 1,
        "run_id": "test",
        "dataset": data,
        "workload": workload,
        "workers": 2,
        "memory_limit": None,
        "seed": 1,
        "profile": "default",
        "address": None,
    }
    return {**fields, **changes}


def spec_of_inputs(
    data: dict[str, Any],
    workload: dict[str, Any],
    **changes: Any,  # noqa: ANN401
) -> dict[str, Any]:
    """As spec(), in version 2 of the protocol, which Parquet needs."""
    fields = spec(data, workload, **changes)
    del fields["dataset"], fields["workload"]
    columns = {"group_by", "values", "label", "features"}
    return fields | {
        "protocol": 2,
        "inputs": {"data": data},
        "kind": workload["kind"],
        "columns": {name: value for name, value in workload.items() if name in columns},
        "parameters": {
            name: value for name, value in workload.items() if name not in {"kind", *columns}
        },
    }


#: Of most files of the tests.
COLUMNS = {"id": "integer", "x": "real", "y": "real", "category": "text"}


def grouped(files: Path | list[Path], materialise: str = "streamed", **changes: Any) -> Event:  # noqa: ANN401
    """Means of x and y by category, by the tuned profile where an engine has one."""
    workload = etl("category", ["x", "y"], materialise)
    return spec(dataset(files, COLUMNS), workload, **{"profile": "tuned", **changes})


# --- A run ---------------------------------------------------------------------------------------


@dataclass
class Outcome:
    """How a run ended, and all it said."""

    events: list[Event]
    exit_code: int
    stderr: str
    group_rows: list[Event] = field(default_factory=list)  #: of groups.jsonl

    def all(self, kind: str) -> list[Event]:
        return [event for event in self.events if event["type"] == kind]

    def one(self, kind: str) -> Event:
        found = self.all(kind)
        assert len(found) == 1, f"{len(found)} of {kind}; {self}"
        return found[0]

    @property
    def result(self) -> dict[str, Any]:
        return self.one("result")["result"]

    @property
    def groups(self) -> list[dict[str, Any]]:
        """The rows of an ETL result, wherever they travelled."""
        return self.result.get("groups", self.group_rows)

    @property
    def settings(self) -> dict[str, str]:
        return self.one("ready")["settings"]

    def __str__(self) -> str:
        errors = self.all("error")
        return f"exit {self.exit_code}, errors {errors}, stderr:\n{self.stderr[-3000:]}"


class Child:
    """One running adapter. Leave it through `close`, which ends all of it."""

    def __init__(self, command: list[str], fields: dict[str, Any]) -> None:
        self.events: list[Event] = []
        #: Processes of the test's own, such as a cluster that the run uses.
        self._others = set(descendants())
        self._scratch = tempfile.TemporaryDirectory(prefix="spillway-test-")
        self.scratch = Path(self._scratch.name)
        self._stderr = tempfile.TemporaryFile()  # noqa: SIM115 (closed by close)
        self._lines: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._stderr,
            cwd=self.scratch,
            env={**os.environ, "PYTHONPATH": str(ADAPTERS), "PYTHONSAFEPATH": "1"},
            start_new_session=True,
        )
        self.pid = self._process.pid
        threading.Thread(target=self._read, daemon=True).start()
        self._write({**fields, "scratch": str(self.scratch)})

    def processes(self) -> list[int]:
        """Those of the run that are alive, the adapter's own included."""
        return [pid for pid in descendants() if pid not in self._others]

    def until(self, reached: str | Callable[[Event], bool]) -> Event:
        """Waits for the first event of this type, or for which this holds."""
        deadline = time.monotonic() + PATIENCE
        while True:
            line = self._lines.get(timeout=max(deadline - time.monotonic(), 0.001))
            assert line is not None, f"ended before {reached}; {self.outcome()}"
            event = _checked(line, self.events)
            if event["type"] == reached or (callable(reached) and reached(event)):
                return event

    def go(self) -> None:
        self._write({"go": True})

    def reach(self, moment: str) -> None:
        """Lets the run go on until its first event of this type."""
        for event in ("hello", "ready"):
            self.until(event)
            if event == moment:
                return
        self.go()
        self.until(moment)

    def finish(self) -> Outcome:
        """All that is said until the end."""
        deadline = time.monotonic() + PATIENCE
        while (
            line := self._lines.get(timeout=max(deadline - time.monotonic(), 0.001))
        ) is not None:
            _checked(line, self.events)
        self._process.wait(max(deadline - time.monotonic(), 0.001))
        return self.outcome()

    def stop(self) -> None:
        """As the host does, and the guard without its last means; waits for the adapter's end."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(SIGTERM_AFTER)
        except subprocess.TimeoutExpired:
            _signal_all(self.processes(), signal.SIGTERM)
            self._process.wait(PATIENCE)

    def wait_until_gone(self) -> None:
        """What was killed may take a moment to end."""
        _reap(self.processes())
        assert self.processes() == []

    def outcome(self) -> Outcome:
        self._stderr.seek(0)
        text = self._stderr.read().decode(errors="replace")
        rows = self.scratch / "groups.jsonl"
        lines = rows.read_text(encoding="utf-8").split("\n")[:-1] if rows.exists() else []
        code = self._process.wait(PATIENCE)
        return Outcome(self.events, code, text, [json.loads(line) for line in lines])

    def close(self) -> None:
        while left := self.processes():
            # As the guard does: they remove what the others leave in /dev/shm, and end then.
            trackers = [pid for pid in left if "resource_tracker import main" in command_line(pid)]
            others = [pid for pid in left if pid not in trackers]
            _signal_all(others, signal.SIGKILL)
            _reap(others or trackers)
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout, self._stderr):
            with contextlib.suppress(BrokenPipeError):
                stream.close()
        self._scratch.cleanup()

    def _read(self) -> None:
        assert self._process.stdout is not None
        with contextlib.suppress(ValueError):  # closed
            for line in self._process.stdout:
                self._lines.put(line)
        self._lines.put(None)

    def _write(self, fields: dict[str, Any]) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(fields).encode() + b"\n")
        self._process.stdin.flush()


def module(engine: str) -> list[str]:
    """The command of an engine that comes with Spillway."""
    return [python_of(engine), "-m", f"spillway_adapters.{engine}_engine"]


@contextlib.contextmanager
def started(command: list[str], fields: dict[str, Any]) -> Iterator[Child]:
    child = Child(command, fields)
    try:
        yield child
    finally:
        child.close()


def run(command: list[str], fields: dict[str, Any]) -> Outcome:
    """A whole run. Asserts what holds for every run that was not stopped."""
    with started(command, fields) as child:
        first = child.until(lambda event: event["type"] in ("ready", "error"))
        if first["type"] == "ready":
            child.go()
        outcome = child.finish()
    kinds = [event["type"] for event in outcome.events]
    assert kinds[0] == "hello" and kinds[-1] == "bye", f"{kinds}; {outcome}"
    assert ("result" in kinds) != ("error" in kinds), f"{kinds}; {outcome}"
    assert outcome.exit_code == 0, str(outcome)
    if "result" in kinds:
        # Also of a phase that failed and was begun again: what comes after done is in none.
        before = outcome.events[: kinds.index("done")]
        states = [event["state"] for event in before if "state" in event]
        assert states.count("begin") == states.count("end"), str(outcome)
    return outcome


def failure(command: list[str], fields: dict[str, Any]) -> Event:
    """The error event of a run that has to fail."""
    return run(command, fields).one("error")


def _checked(line: bytes, events: list[Event]) -> Event:
    assert len(line) <= 1 << 20, "a line above 1 MiB"
    event = json.loads(line, parse_constant=lambda name: pytest.fail(f"{name} in a line"))
    assert event["type"] in FIELDS, event
    assert FIELDS[event["type"]] <= event.keys(), event
    assert isinstance(event["t"], float), event
    events.append(event)
    return event


# --- Processes -----------------------------------------------------------------------------------


def descendants() -> list[int]:
    """Living processes below the tests; only one run at a time."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        with contextlib.suppress(OSError):
            state, parent = (entry / "stat").read_text().rsplit(")", 1)[1].split()[:2]
            # One whose first thread has ended may have others, which have its descriptors.
            if state != "Z" or len(list((entry / "task").iterdir())) > 1:
                parents[int(entry.name)] = int(parent)
    below = {os.getpid()}
    while more := {pid for pid, parent in parents.items() if parent in below} - below:
        below |= more
    return sorted(below - {os.getpid()})


def command_line(pid: int) -> str:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    return ""


def _signal_all(pids: list[int], number: int) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


def _reap(pids: list[int]) -> None:
    for pid in pids:
        with contextlib.suppress(ChildProcessError):
            os.waitpid(pid, 0)
