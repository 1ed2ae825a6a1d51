"""Memory of a run on a cluster: a sampler beside the workers of each node (node_sampler.py),
queried during the run and ended with it."""

from __future__ import annotations

import contextlib
import os
import select
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from spillway_adapters.protocol import Run

#: Seconds between two questions, and in which a sampler answers one.
ASK_EVERY = 0.25
ANSWER_WITHIN = 2.0
#: Seconds that the last answers may take.
LAST_WITHIN = 10.0


def source() -> str:
    """The sampler's program: nodes need not have the adapters."""
    return (Path(__file__).parent / "node_sampler.py").read_text()


class NodeSampler:
    """On a node, in one of its workers: the program, and its answers."""

    def __init__(self, program: str, arguments: list[str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-c", program, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert self._process.stdin is not None and self._process.stdout is not None
        self._ask, self._answer = self._process.stdin.fileno(), self._process.stdout.fileno()
        self._poll = select.poll()
        self._poll.register(self._answer, select.POLLIN)

    def ask(self) -> int | None:
        """The most bytes since the last time; nothing without an answer, which counts with the
        next."""
        with contextlib.suppress(OSError):
            os.write(self._ask, b"\n")
            said = b""
            while not said.endswith(b"\n"):
                more = self._poll.poll(ANSWER_WITHIN * 1000) and os.read(self._answer, 4096)
                if not more:
                    return None
                said += more
            return max(map(int, said.split()))
        return None

    def stop(self) -> None:
        self._process.kill()
        self._process.communicate()


class NodeMemory:
    """Queries every node in a separate thread, and reports. `ask` returns the bytes by node, and
    nothing for a node that did not answer; a node that never answered is an OSError."""

    def __init__(self, run: Run, ask: Callable[[], dict[str, int | None]]) -> None:
        self._run = run
        self._ask = ask
        self._over = threading.Event()
        self._most: dict[str, int] = {}  #: since the last report, of nodes that have answered
        if not self._report(ask()):
            raise OSError("a node does not report its memory")
        self._thread = threading.Thread(target=self._watch, name="node-memory", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """The last answers. Without those of every node there is no figure."""
        self._over.set()
        self._thread.join(LAST_WITHIN)
        last: dict[str, int | None] = {}
        if not self._thread.is_alive():
            with contextlib.suppress(Exception):
                last = self._ask()
        if not self._report(last):
            self._run.log("A node did not report its memory: there is no figure for this run.")
            self._run.node_memory({})

    def end(self) -> None:
        """The figures are no longer needed."""
        self._over.set()

    def _watch(self) -> None:
        while not self._over.wait(ASK_EVERY):
            with contextlib.suppress(Exception):  # Beside the work, which tells what is wrong.
                self._report(self._ask())

    def _report(self, told: dict[str, int | None]) -> bool:
        # A sampler that did not answer keeps its largest figure for the next question, one that did
        # has begun anew.
        for node, bytes_ in told.items():
            if bytes_ is not None:
                self._most[node] = max(bytes_, self._most.get(node, 0))
        if not told or None in told.values():
            return False
        self._run.node_memory(self._most)
        self._most = {}
        return True


def stop_after_done(run: Run, memory: NodeMemory) -> None:
    """The last figures belong to the run, but collecting them is not part of its seconds."""
    after = run.afterwards

    def afterwards() -> None:
        memory.stop()
        after()

    run.afterwards = afterwards


def named(hosts: list[str]) -> list[str]:
    """Names of nodes by their hosts, which may be alike."""
    seen: dict[str, int] = {}
    names = []
    for host in hosts:
        seen[host] = seen.get(host, 0) + 1
        names.append(host if seen[host] == 1 else f"{host} #{seen[host]}")
    return names
