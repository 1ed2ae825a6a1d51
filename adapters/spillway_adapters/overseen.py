"""Serves an adapter from a child process of one that outlives it.

Ray kills a driver that has lost its object store at once (QuickExit in its C++ core), whatever
Python still had to report. The process that the host started then reports what the driver could
not.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import select
import signal
import subprocess
import sys
import time

from spillway_adapters.protocol import Adapter, serve

DRIVER = "--driver="
PR_SET_CHILD_SUBREAPER = 36


def serve_overseen(adapter: Adapter) -> None:
    """Like serve(), which it calls in the process below. Exits."""
    if sys.argv[1:] and sys.argv[1].startswith(DRIVER):
        os.set_inheritable(_overseer(), False)
        serve(adapter)
    # What the driver leaves behind comes here, with how it ended.
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    # A stop goes to every process, and the driver's end is this one's.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    told, tell = os.pipe()
    command = [*sys.orig_argv, f"{DRIVER}{tell}"]
    driver = subprocess.Popen(command, pass_fds=[tell], restore_signals=True)
    os.close(tell)
    lost = _lost_before_end(driver.pid, told)
    code = driver.wait()
    if code == 1 and lost:
        _tell(f"{lost} Ray therefore killed its driver.")
        code = 0
    if code < 0:
        with contextlib.suppress(OSError):  # SIGKILL cannot be handled anyhow.
            signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    os._exit(code)


def depends_on(name: str, pid: int) -> None:
    """Called by the driver: it may be ended when this process, a child of it, ends."""
    if sys.argv[1:] and sys.argv[1].startswith(DRIVER):
        os.write(_overseer(), f"{name} {pid}\n".encode())


def _overseer() -> int:
    return int(sys.argv[1].removeprefix(DRIVER))


def _lost_before_end(driver: int, told: int) -> str:
    """Waits for the driver's end. How the first process that it depends on ended, if one did so
    before the driver: those that are left are killed by the driver's end."""
    poll = select.poll()
    ended = os.pidfd_open(driver)
    poll.register(ended, select.POLLIN)
    poll.register(told, select.POLLIN)
    watched: dict[int, tuple[str, int]] = {}
    first: tuple[str, int] | None = None
    over = False
    while not over:
        ready = dict(poll.poll())
        if told in ready:
            lines = os.read(told, 4096).decode().splitlines()
            if not lines:
                poll.unregister(told)
            for name, pid in map(str.split, lines):
                with contextlib.suppress(ProcessLookupError):
                    watched[os.pidfd_open(int(pid))] = name, int(pid)
            for each in watched:
                poll.register(each, select.POLLIN)
            # What was told and has ended since this process was last on a processor.
            ready |= dict(poll.poll(0))
        for descriptor in ready:
            if descriptor == ended:
                over = True
            elif descriptor in watched:
                poll.unregister(descriptor)
                first = first or watched[descriptor]
    return "" if first is None else f"Ray's {first[0]} ended: {how_ended(first[1])}."


def how_ended(pid: int) -> str:
    """Of a child, once it has ended. It stays to be waited for: another may ask too."""
    try:
        ended = os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    except ChildProcessError:
        return "nobody knows how"
    assert ended is not None
    killed = ended.si_code != os.CLD_EXITED
    return f"{'killed by signal' if killed else 'exit code'} {ended.si_status}"


def _tell(cause: str) -> None:
    now = time.monotonic()
    error = {"type": "error", "t": now, "code": "engine-failed", "message": cause}
    print(json.dumps({**error, "phase": "", "remedy": ""}))
    print(json.dumps({"type": "bye", "t": now}), flush=True)
