"""The two pipes to the host, protected from what engines and users' code do to a process.

Orders (originally stdin) and lines (originally stdout) each belong to one thread with its own
descriptor table (unshare(2) with CLONE_FILES): nobody can close them there, a forked child does not
have them, and started programs do not inherit them. If the system refuses that, they are high
descriptors, close-on-exec, and closed in forked children.

Afterwards descriptor 0 is /dev/null and descriptor 1 is stderr, so that a library's print cannot
break a line. sys.stdin is never read: a thread waiting in it would hold its lock, and a child
forked meanwhile (multiprocessing's default on Linux until Python 3.14) would wait for the lock
forever.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import queue
import resource
import signal
import sys
import threading
import traceback
from concurrent.futures import Future

CLONE_FILES = 0x400
#: Where the descriptors go: above what a program closes that closes "everything".
HIGH = 1000
#: The host's stop reaches the main thread as this signal, which nobody else uses: SIGTERM may have
#: been given another meaning, or none.
STOP = signal.SIGRTMAX - 3
#: Seconds that the main thread has to begin its end once the host wants it. The guard kills half a
#: second later.
END_WITHIN = 1.0
#: The exit code of a run that was stopped.
STOPPED = 130


class Stopped(BaseException):
    """The host wants the run to end. Not an Exception: no library may swallow it."""


class Channel:
    """Created once, in the main thread, before any engine's or user's code runs."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.stop_serving = threading.Event()  #: the host has put the server under load
        self.stopped = False  #: the host wants the run to end, whatever became of the exception
        self._pid = os.getpid()
        self._main = threading.get_ident()
        self._spec: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._waiting: queue.SimpleQueue[tuple[bytes, Future[None]]] = queue.SimpleQueue()
        self._ending = threading.Event()
        for number in (signal.SIGTERM, STOP):
            signal.signal(number, _raise_stopped)
        orders, lines = _moved(0), _moved(1)
        null = os.open(os.devnull, os.O_RDWR)
        os.dup2(null, 0)
        os.close(null)
        os.dup2(2, 1)
        own = [self._begin(self._read_orders, orders), self._begin(self._write_lines, lines)]
        self._shared = [] if all(own) else [orders, lines]
        if all(own):
            os.close(orders)
            os.close(lines)
        os.register_at_fork(after_in_child=self._forked)

    def spec(self) -> str:
        """The host's first line; empty if the host ended the run before it."""
        return self._spec.get()

    def write(self, line: str) -> Future[None]:
        """Returns when the line is in the host's pipe; raises BrokenPipeError when the host is
        gone. Writes in a forked child are discarded."""
        written: Future[None] = Future()
        if self.here():
            self._waiting.put((line.encode() + b"\n", written))
        else:
            written.set_result(None)
        return written

    def here(self) -> bool:
        """Whether this is the original process, not one that it forked."""
        return os.getpid() == self._pid

    def end_forked(self) -> None:
        """Ends a forked child whose code has returned, or raised, into code that belongs to the run
        itself."""
        if self.here():
            return
        failure = sys.exc_info()[1]
        if failure is not None:
            print_failure(failure)
        end(0 if failure is None else 1)

    def begin_end(self) -> None:
        """The run is ending, successfully or not: a stop has nothing left to interrupt."""
        self._ending.set()
        for number in (signal.SIGTERM, STOP):
            signal.signal(number, signal.SIG_IGN)

    def _begin(self, work: object, descriptor: int) -> bool:
        """Whether the thread has its own descriptor table."""
        told: queue.SimpleQueue[bool] = queue.SimpleQueue()

        def call() -> None:
            own = _unshare_descriptors()
            if own:
                os.closerange(3, descriptor)
                os.closerange(descriptor + 1, os.sysconf("SC_OPEN_MAX"))
            told.put(own)
            work(descriptor)  # type: ignore[operator]

        threading.Thread(target=call, name="protocol", daemon=True).start()
        return told.get()

    def _read_orders(self, orders: int) -> None:
        """The end of the host's messages means stop, also when the host died."""
        try:
            rest, first = b"", True
            while chunk := os.read(orders, 1 << 16):
                *lines, rest = (rest + chunk).split(b"\n")
                for line in lines:
                    if first:
                        self._spec.put(line.decode())
                    elif line.strip():
                        self._obey(json.loads(line))
                    first = False
        finally:
            self.stopped = True
            self._spec.put("")
            signal.pthread_kill(self._main, STOP)
            if not self._ending.wait(END_WITHIN):
                os._exit(STOPPED)

    def _obey(self, order: dict[str, object]) -> None:
        if order.get("go") is True:
            self.go.set()
        if order.get("stop_serving") is True:
            self.stop_serving.set()

    def _write_lines(self, descriptor: int) -> None:
        while True:
            line, written = self._waiting.get()
            try:
                while line:
                    line = line[os.write(descriptor, line) :]
            except OSError as failure:
                written.set_exception(failure)
            else:
                written.set_result(None)

    def _forked(self) -> None:
        """In a forked child: drops what belongs to the run alone."""
        for descriptor in self._shared:
            with contextlib.suppress(OSError):
                os.close(descriptor)
        for number in (signal.SIGTERM, STOP):
            with contextlib.suppress(ValueError):  # forked by another thread
                if signal.getsignal(number) is _raise_stopped:
                    signal.signal(number, signal.SIG_DFL)


def print_failure(failure: BaseException) -> None:
    """Prints to stderr, even if it was closed or redirected."""
    with contextlib.suppress(Exception):
        traceback.print_exception(failure)


def end(code: int) -> None:
    """Ends the process: threads and children left behind by a library must not keep it alive."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(Exception):
            stream.flush()
    os._exit(code)


def _moved(descriptor: int) -> int:
    highest = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    lowest = HIGH if highest == resource.RLIM_INFINITY else max(3, min(HIGH, highest // 2))
    return fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, lowest)


def _unshare_descriptors() -> bool:
    """Gives the calling thread its own descriptor table; False if the system refuses."""
    with contextlib.suppress(OSError, ImportError, AttributeError):
        if hasattr(os, "unshare"):
            os.unshare(CLONE_FILES)
            return True
        import ctypes

        return ctypes.CDLL(None).unshare(CLONE_FILES) == 0
    return False


def _raise_stopped(_signal: int, _frame: object) -> None:
    raise Stopped
