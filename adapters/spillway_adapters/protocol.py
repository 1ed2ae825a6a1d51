"""The run protocol, version 1, from the engine's side (docs/protocol.md).

An adapter is an `Adapter` handed to `serve()`. serve() says hello, reads the specification, sets
the engine up, waits for go, runs it, and reports; whatever happens it closes the engine. Stop (the
end of stdin, or SIGTERM) raises `Stopped` in the main thread.

Descriptor 1 is moved aside before any engine is imported, so that a library's print lands in stderr
and cannot break a line. For the same reason engines are imported in `Adapter.start`, which runs
after the thread pools of BLAS and Arrow have been bounded by the worker count.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.metadata
import json
import math
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, wait
from types import ModuleType
from typing import Any, Protocol, TextIO, TypeVar

from spillway_adapters import spec as specs
from spillway_adapters.spec import Spec

#: At most this many spans a line, and this often a progress or counters line (seconds).
MOST_SPANS = 2000
SHORTEST_INTERVAL = 0.1
#: Seconds that an interrupted call has before it is interrupted again.
INTERRUPT_EVERY = 0.05
#: Environment variables by which numeric libraries bound their thread pools.
THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMEXPR_MAX_THREADS",
    "NUMBA_NUM_THREADS",
    "ARROW_NUM_THREADS",
)

T = TypeVar("T")
#: A result as in docs/protocol.md, or what makes it, after done, of the answer the driver holds.
Answer = dict[str, Any] | Callable[[], dict[str, Any]]
Span = tuple[int, str, float, float]  #: worker, kind, begin, end (CLOCK_MONOTONIC seconds)


class Stopped(BaseException):
    """The host wants the run to end. Not an Exception: no library may swallow it."""


class RunError(Exception):
    """A failure to report as it is; `code` is one of core/base/error.h's names."""

    def __init__(self, code: str, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.remedy = remedy


class Unsupported(RunError):
    """The engine cannot do this; nothing was run. A calm answer, not a failure."""

    def __init__(self, message: str) -> None:
        super().__init__("unsupported", message)


class Run:
    """What an adapter sees of its run: the specification, and where to report. Thread-safe."""

    def __init__(self, out: TextIO, spec: Spec) -> None:
        self.spec = spec
        self.phase_now = ""
        self.timings: dict[str, float] = {}
        #: Called between done and the result: checks that are no part of the timed work.
        self.afterwards: Callable[[], None] = lambda: None
        self._out = out
        self._lock = threading.Lock()
        self._counters: dict[str, int] = {}
        self._last = {"progress": -math.inf, "counters": -math.inf}

    @contextlib.contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """The engine is in this phase while the block runs: load, compute, fit, score."""
        begun = time.monotonic()
        self.phase_now = name
        self.send("phase", name=name, state="begin")
        yield  # After a failure the phase stays: it is where the run ended.
        self.send("phase", name=name, state="end")
        self.timings[name] = self.timings.get(name, 0.0) + time.monotonic() - begun
        self.phase_now = ""

    def progress(self, done: int, total: int | None, unit: str) -> None:
        """May be called as often as convenient; at most ten a second are sent."""
        if self._due("progress", force=done == total):
            self.send("progress", done=int(done), total=total, unit=unit)

    def counters(self, final: bool = False, **values: int) -> None:
        """rows, bytes_read, spilled_bytes, restored_bytes, store_bytes, tasks, queued."""
        with self._lock:
            self._counters.update({name: int(value) for name, value in values.items()})
        if self._due("counters", force=final):
            self.send("counters", **self._counters)

    def tasks(self, spans: Sequence[Span], sampled: float | None = None) -> None:
        """The task stream; `sampled` is the fraction that is reported when not all are."""
        extra = {} if sampled is None else {"sampled": sampled}
        for at in range(0, len(spans), MOST_SPANS):
            self.send("tasks", spans=[list(span) for span in spans[at : at + MOST_SPANS]], **extra)

    def log(self, message: str, level: str = "info") -> None:
        self.send("log", level=level, message=message)

    def send(self, kind: str, **fields: Any) -> None:  # noqa: ANN401 (JSON values)
        line = json.dumps(_plain({"type": kind, "t": time.monotonic(), **fields}), allow_nan=False)
        with self._lock:
            self._out.write(line + "\n")
            self._out.flush()

    def _due(self, kind: str, force: bool) -> bool:
        now = time.monotonic()
        if not force and now - self._last[kind] < SHORTEST_INTERVAL:
            return False
        self._last[kind] = now
        return True


class Adapter(Protocol):
    """One engine. Methods are called once each, in this order, in the main thread."""

    name: str  #: the manifest's id
    #: The distribution whose version is the engine's; one that has none has an attribute `version`.
    package: str
    libraries: tuple[str, ...]  #: other distributions whose versions explain a result

    def start(self, run: Run) -> dict[str, Any]:
        """Imports, cluster start, imports in every worker. Returns the settings as the engine
        confirmed them. Raises Unsupported when it cannot do what is asked."""
        ...

    def work(self, run: Run) -> Answer:
        """The timed part, from go until the driver holds the answer, from groups.etl_result() or
        logreg.result()."""
        ...

    def error_code(self, failure: Exception) -> str | None:
        """The code for an exception of the engine's own; nothing: decided here."""
        ...

    def close(self, run: Run) -> None:
        """Ends everything that start() began; called also after a failure in start()."""
        ...


def begin(work: Callable[[], T]) -> Future[T]:
    """Runs `work` in a thread of its own, which does not keep the process."""
    answer: Future[T] = Future()

    def call() -> None:
        try:
            answer.set_result(work())
        except BaseException as failure:
            answer.set_exception(failure)

    threading.Thread(target=call, name="work", daemon=True).start()
    return answer


def stoppable(work: Callable[[], T], interrupt: Callable[[], None] | None = None) -> T:
    """Begins `work` and waits, so that a stop need not wait for a library's long call: Python
    raises Stopped in the main thread only, and only between its own instructions. Where the library
    can `interrupt` the call, the call has ended when Stopped goes on."""
    answer = begin(work)
    try:
        return answer.result()
    except Stopped:
        while interrupt is not None and not answer.done():
            interrupt()  # Again, should the call not have begun the last time.
            wait([answer], INTERRUPT_EVERY)
        raise


def imported(name: str) -> ModuleType:
    """A library whose import a stop may interrupt: Stopped, raised inside an extension's own
    initialisation, aborts the process."""
    return stoppable(lambda: importlib.import_module(name))


def serve(adapter: Adapter) -> None:
    """The whole life of a run's child process. Exits."""
    out = _stdout_moved_aside()
    run: Run | None = None
    code = 0
    try:
        signal.signal(signal.SIGTERM, _raise_stopped)
        _send_hello(out, adapter)
        run = Run(out, specs.parse(sys.stdin.readline()))
        _bound_threads(run.spec.workers)
        go = _watch_stdin()
        code = _run_engine(adapter, run, go)
    except Stopped:
        code = 130
    except BrokenPipeError:
        code = 1
    except Exception:
        traceback.print_exc()
        code = 1
    # Threads that a library left behind must not keep the process.
    sys.stderr.flush()
    os._exit(code)


def _run_engine(adapter: Adapter, run: Run, go: threading.Event) -> int:
    try:
        try:
            run.send("ready", settings=_texts(adapter.start(run)))
            go.wait()
            answer = adapter.work(run)
            run.send("done")
            run.afterwards()
            result = answer() if callable(answer) else answer
            run.send("result", result=result, timings=run.timings)
        finally:
            # The first stop has done its work; a second one must not interrupt cleaning up.
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            _close(adapter, run)
    except Exception as failure:
        _report(adapter, run, failure)
    run.send("bye")
    return 0


def _close(adapter: Adapter, run: Run) -> None:
    """What fails here neither undoes an answer nor hides the failure or the stop before it."""
    try:
        adapter.close(run)
    except Exception:
        traceback.print_exc()


def _report(adapter: Adapter, run: Run, failure: Exception) -> None:
    traceback.print_exception(failure)
    if isinstance(failure, RunError):
        code, remedy = failure.code, failure.remedy
    else:
        own = adapter.error_code(failure)
        memory = isinstance(failure, MemoryError)
        code, remedy = own or ("out-of-memory" if memory else "engine-failed"), ""
    message = str(failure).strip() or type(failure).__name__
    if not isinstance(failure, RunError):
        message = f"{type(failure).__name__}: {message}"
    run.send("error", code=code, message=message[:4000], phase=run.phase_now, remedy=remedy)


def _stdout_moved_aside() -> TextIO:
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return out


def _send_hello(out: TextIO, adapter: Adapter) -> None:
    libraries = {"python": sys.version.split()[0]}
    for name in adapter.libraries:
        libraries[name] = importlib.metadata.version(name)
    version = getattr(adapter, "version", None) or importlib.metadata.version(adapter.package)
    hello = {"type": "hello", "t": time.monotonic(), "engine": adapter.name, "version": version}
    out.write(json.dumps({**hello, "libraries": libraries, "pid": os.getpid()}) + "\n")
    out.flush()


def _bound_threads(workers: int) -> None:
    for name in THREAD_VARIABLES:
        os.environ[name] = str(workers)


def _watch_stdin() -> threading.Event:
    """Set at go. The end of stdin is the host's stop, also when the host died."""
    go = threading.Event()

    def watch() -> None:
        for line in sys.stdin:
            if line.strip() and json.loads(line).get("go") is True:
                go.set()
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="stdin", daemon=True).start()
    return go


def _raise_stopped(_signal: int, _frame: object) -> None:
    raise Stopped


def _texts(settings: dict[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in settings.items()}


def _plain(value: Any) -> Any:  # noqa: ANN401 (JSON values)
    """NumPy's scalars and arrays as Python's, NaN and infinities as null."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, str | bool | int | None):
        return value
    if hasattr(value, "tolist"):
        return _plain(value.tolist())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
