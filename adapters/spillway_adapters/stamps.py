"""Who did a piece of work, when, and with how much of a processor; and what follows from that of a
run. Nothing but the standard library, so that any worker process can import it."""

from __future__ import annotations

import os
import threading
import time
from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spillway_adapters.protocol import Run

Begun = tuple[float, float]
#: Process, thread, begin and end (CLOCK_MONOTONIC seconds), CPU seconds of the thread.
Stamp = tuple[int, int, float, float, float]


def begin() -> Begun:
    return time.monotonic(), time.thread_time()


def end(begun: Begun) -> Stamp:
    """Of the work since begin(), by the thread that does both."""
    used = time.thread_time() - begun[1]
    return os.getpid(), threading.get_native_id(), begun[0], time.monotonic(), used


def ended(stamp: Stamp) -> float:
    return stamp[3]


def balance(workers: int, stamps: Iterable[Stamp]) -> float:
    """The busiest worker's share of the work in terms of the mean, 1 when all had the same. By CPU
    time: a thread that waits for the interpreter's lock looks busy by the clock. A worker that had
    none counts."""
    busy: dict[tuple[int, int], float] = defaultdict(float)
    for pid, tid, _, _, cpu in stamps:
        busy[pid, tid] += cpu
    return max(busy.values()) * workers / sum(busy.values())


class Stream:
    """The task stream of engines that report none themselves."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._lanes: dict[tuple[int, int], int] = {}

    def tell(self, kind: str, stamps: Iterable[Stamp]) -> None:
        self._run.tasks(
            [
                (self._lanes.setdefault((pid, tid), len(self._lanes)), kind, begin, end)
                for pid, tid, begin, end, _ in stamps
            ]
        )
