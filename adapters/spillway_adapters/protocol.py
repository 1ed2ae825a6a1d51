"""The run protocol, version 1, from the engine's side (docs/protocol.md).

An adapter is an `Adapter` handed to `serve()`. serve() says hello, reads the specification, sets
the engine up, waits for go, runs it, and reports; whatever happens it closes the engine. Stop (the
end of stdin, or SIGTERM) raises `Stopped` in the main thread.

The pipes to the host are out of every engine's reach (channel.py). Engines are imported in
`Adapter.start`, which runs after the thread pools of BLAS and Arrow have been bounded by the worker
count.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.metadata
import json
import math
import os
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, wait
from types import ModuleType
from typing import Any, Protocol, TypeVar

from spillway_adapters import spec as specs
from spillway_adapters import system_error
from spillway_adapters.channel import STOPPED, Channel, Stopped, end, print_failure
from spillway_adapters.spec import Spec

#: At most this many spans a line, and this often a progress or counters line (seconds).
MOST_SPANS = 2000
MOST_POINTS = 2000
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


class RunError(Exception):
    """A failure to report as it is; `code` is one of core/base/error.h's names."""

    def __init__(self, code: str, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.remedy = remedy

    def __reduce__(self) -> tuple[Any, ...]:
        """Also when it comes from a worker process."""
        return RunError, (self.code, str(self), self.remedy)


class Unsupported(RunError):
    """The engine does not support this; nothing was run. A regular answer, not a failure."""

    def __init__(self, message: str) -> None:
        super().__init__("unsupported", message)


class Run:
    """What an adapter sees of its run: the specification, and where to report. Thread-safe. In a
    process that an engine forks it reports nothing and takes no lock."""

    def __init__(self, channel: Channel, spec: Spec) -> None:
        self.spec = spec
        self.phase_now = ""
        self.timings: dict[str, float] = {}
        #: What a kind of work has to say beside the engine's settings.
        self.settings: dict[str, Any] = {}
        #: Called between done and the result: checks that are no part of the timed work.
        self.afterwards: Callable[[], None] = lambda: None
        self._channel = channel
        self._lock = threading.Lock()
        #: An error, or the last line, was sent: what threads still count is of no interest.
        self._failed = self._ended = False
        self._left: list[tuple[str, float]] = []  #: phases that a failure has left, and their begin
        self._counters: dict[str, int] = {}
        self._last: dict[str, float] = defaultdict(lambda: -math.inf)
        self._points: dict[str, list[tuple[float, float]]] = defaultdict(list)  #: not yet sent

    @contextlib.contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """The engine is in this phase while the block runs: load, compute, fit, score. After a
        failure it stays, as where the run ended, until another phase begins or the work is done:
        the engine tried again."""
        self._end_left()
        begun = time.monotonic()
        self.phase_now = name
        self.send("phase", name=name, state="begin")
        try:
            yield
        except BaseException:
            self._left.append((name, begun))
            raise
        self._end_phase(name, begun)

    def _end_left(self) -> None:
        while self._left:
            self._end_phase(*self._left.pop(0))

    def _end_phase(self, name: str, begun: float) -> None:
        self.send("phase", name=name, state="end")
        self.timings[name] = self.timings.get(name, 0.0) + time.monotonic() - begun
        self.phase_now = ""

    def done(self) -> None:
        """The driver holds the answer."""
        self._end_left()
        for name in self._points:
            self._send_points(name)
        self.send("done")

    def serve(self, url: str, replicas: Sequence[int]) -> None:
        """The server at this address on loopback, and the processes that answer, one of which may
        be killed, are the host's until it has measured them."""
        self.send("serving", url=url, replicas=list(replicas))
        self._channel.stop_serving.wait()

    def progress(self, done: int, total: int | None, unit: str) -> None:
        """May be called as often as convenient; at most ten a second are sent."""
        if self._due("progress", force=done == total):
            self.send("progress", done=int(done), total=total, unit=unit)

    def counters(self, final: bool = False, **values: int) -> None:
        """rows, bytes_read, spilled_bytes, restored_bytes, store_bytes, tasks, queued."""
        if not self._channel.here():
            return
        with self._lock:
            self._counters.update({name: int(value) for name, value in values.items()})
        if self._due("counters", force=final):
            self.send("counters", **self._counters)

    def node_memory(self, nodes: dict[str, int]) -> None:
        """For a run on a cluster: maximum bytes by node since the last call. Empty: not, or no
        longer, available."""
        if self._channel.here():
            self._last["counters"] = time.monotonic()
            self.send("counters", **self._counters, node_memory=nodes)

    def tasks(self, spans: Sequence[Span], sampled: float | None = None) -> None:
        """The task stream; `sampled` is the fraction that is reported when not all are."""
        extra = {} if sampled is None else {"sampled": sampled}
        for at in range(0, len(spans), MOST_SPANS):
            self.send("tasks", spans=[list(span) for span in spans[at : at + MOST_SPANS]], **extra)

    def point(self, name: str, seconds: float, value: float) -> None:
        """Of a curve that the window draws meanwhile; seconds since go, ascending. May be called as
        often as convenient; at most ten lines a second are sent."""
        self._points[name].append((seconds, value))
        if self._due(name, force=False):
            self._send_points(name)

    def _send_points(self, name: str) -> None:
        points = self._points[name]
        for at in range(0, len(points), MOST_POINTS):
            self.send("series", name=name, points=points[at : at + MOST_POINTS])
        points.clear()

    def log(self, message: str, level: str = "info") -> None:
        self.send("log", level=level, message=message)

    def send(self, kind: str, **fields: Any) -> None:  # noqa: ANN401 (JSON values)
        if not self._channel.here():
            return
        line = json.dumps(_plain({"type": kind, "t": time.monotonic(), **fields}), allow_nan=False)
        with self._lock:
            if self._ended or (self._failed and kind not in ("log", "bye")):
                return
            self._failed = kind == "error" or self._failed
            self._ended = kind == "bye"
            written = self._channel.write(line)
        written.result()

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
        """The timed part, from go until the driver holds the answer, as the kind of work has it."""
        ...

    def error_code(self, failure: Exception) -> str | None:
        """The code for an exception of the engine's own; nothing: decided here. What the system
        refused (system_error) does not come here."""
        ...

    def close(self, run: Run) -> None:
        """Ends everything that start() began; called also after a failure in start()."""
        ...


def begin(work: Callable[[], T]) -> Future[T]:
    """Runs `work` in a daemon thread, which does not keep the process alive."""
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
    code = 0
    try:
        channel = Channel()
        _send_hello(channel, adapter)
        if not (line := channel.spec()):
            raise Stopped
        run = Run(channel, specs.parse(line))
        _bound_threads(run.spec.workers)
        _run_engine(adapter, run, channel)
    except Stopped:
        code = STOPPED
    except BrokenPipeError:
        code = 1
    except BaseException as failure:
        print_failure(failure)
        code = 1
    end(code)


def _run_engine(adapter: Adapter, run: Run, channel: Channel) -> None:
    try:
        try:
            settings = adapter.start(run)
            channel.end_forked()
            run.send("ready", settings=_texts({**run.settings, **settings}))
            channel.go.wait()
            answer = adapter.work(run)
            channel.end_forked()
            if channel.stopped:
                raise Stopped  # The engine's code has swallowed the first.
            run.done()
            run.afterwards()
            result = answer() if callable(answer) else answer
            run.send("result", result=result, timings=run.timings)
        finally:
            channel.end_forked()
            # The first stop has done its work; a second one must not interrupt cleaning up.
            channel.begin_end()
            _close(adapter, run)
    except Stopped:
        raise
    except BaseException as failure:
        if channel.stopped:
            raise Stopped from failure
        _report(adapter, run, failure)
    run.send("bye")


def _close(adapter: Adapter, run: Run) -> None:
    """A failure here neither invalidates an answer nor hides an earlier failure or stop."""
    try:
        adapter.close(run)
    except BaseException as failure:
        print_failure(failure)


def _report(adapter: Adapter, run: Run, failure: BaseException) -> None:
    print_failure(failure)
    if isinstance(failure, RunError):
        code, remedy = failure.code, failure.remedy
    else:
        code, remedy = _code_of(adapter, run.spec, failure), system_error.remedy_of(failure)
    message = str(failure).strip() or type(failure).__name__
    if isinstance(failure, SystemExit):
        message = f"The engine ended itself ({failure.code})."
    elif not isinstance(failure, RunError):
        message = f"{type(failure).__name__}: {message}"
        if code == "data-unreadable":
            from spillway_adapters import fault

            code, message = fault.explain(run.spec, message)
    run.send("error", code=code, message=message[:4000], phase=run.phase_now, remedy=remedy)


def _code_of(adapter: Adapter, spec: Spec, failure: BaseException) -> str:
    """Errors from the system say nothing about the data, however the engine reports them."""
    if code := system_error.code_of(failure, spec.paths):
        return code
    if isinstance(failure, Exception) and (code := adapter.error_code(failure)):
        # What an engine takes for bad data where there are none is its work's own failure.
        return code if spec.tables or code != "data-unreadable" else "engine-failed"
    return "out-of-memory" if isinstance(failure, MemoryError) else "engine-failed"


def _send_hello(channel: Channel, adapter: Adapter) -> None:
    libraries = {"python": sys.version.split()[0]}
    for name in adapter.libraries:
        libraries[name] = importlib.metadata.version(name)
    version = getattr(adapter, "version", None) or importlib.metadata.version(adapter.package)
    hello = {"type": "hello", "t": time.monotonic(), "engine": adapter.name, "version": version}
    channel.write(json.dumps({**hello, "libraries": libraries, "pid": os.getpid()})).result()


def _bound_threads(workers: int) -> None:
    for name in THREAD_VARIABLES:
        os.environ[name] = str(workers)


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
