"""Serves an adapter from a process of its own, below one that outlives it.

Ray ends a driver that has lost its object store at once (QuickExit in its C++ core), whatever
Python had still to say. The process that the host started then says what the driver could not.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from spillway_adapters.protocol import Adapter, serve

DRIVER = "--driver"
#: Which processes of the engine a driver does not survive, by the kernel's name of them.
VITAL = ("raylet", "gcs_server")
PR_SET_CHILD_SUBREAPER = 36


def serve_overseen(adapter: Adapter) -> None:
    """Like serve(), which it calls in the process below. Exits."""
    if sys.argv[1:] == [DRIVER]:
        serve(adapter)
    # What the driver leaves behind comes here, with how it ended.
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    # A stop goes to every process, and the driver's end is this one's.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    driver = subprocess.Popen([*sys.orig_argv, DRIVER], restore_signals=True)
    code = driver.wait()
    cause = _vital_end() if code == 1 else ""
    if cause:
        _tell(cause)
        code = 0
    if code < 0:
        with contextlib.suppress(OSError):  # SIGKILL cannot be handled anyhow.
            signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    os._exit(code)


def _vital_end() -> str:
    """Of the processes that came here from the driver, how a vital one ended; empty: none has."""
    for pid in _children():
        with contextlib.suppress(OSError):
            name = Path(f"/proc/{pid}/comm").read_text().strip()
            if name not in VITAL:
                continue
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                return f"Ray's {name} ended: {_words(status)}. Ray ended its driver for that."
    return ""


def _children() -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError):
            parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            if parent == os.getpid():
                found.append(int(entry.name))
    return found


def _words(status: int) -> str:
    if os.WIFSIGNALED(status):
        return f"killed by signal {os.WTERMSIG(status)}"
    return f"exit code {os.WEXITSTATUS(status)}"


def _tell(cause: str) -> None:
    now = time.monotonic()
    error = {"type": "error", "t": now, "code": "engine-failed", "message": cause}
    print(json.dumps({**error, "phase": "", "remedy": ""}))
    print(json.dumps({"type": "bye", "t": now}), flush=True)
