"""What the tasks do. Plain Python, the same for every engine; nothing but the standard library, so
that any worker process can import it.

A task works for a fixed number of iterations and never watches a clock: a slow machine takes
longer, and an engine that starts two at a time on one core pays for it.
"""

from __future__ import annotations

import os
import signal
import zlib
from collections.abc import Callable, Sequence
from typing import Any

from spillway_adapters import stamps
from spillway_adapters.stamps import Stamp

#: splitmix64 (Steele, Lea and Flood, 2014).
MASK = (1 << 64) - 1
GAMMA = 0x9E3779B97F4A7C15
#: In place of a number of iterations: what a task does that is asked to fail.
RAISES, EXITS = -1, -2

Task = tuple[int, int]  #: where the generator begins, and its iterations
Called = tuple[int, Stamp]  #: what it gives, and who did it


class TaskFailed(Exception):
    """What a task raises that is asked to."""


def mixed(x: int) -> int:
    """The output of splitmix64 for the state x."""
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9 & MASK
    x = (x ^ (x >> 27)) * 0x94D049BB133111EB & MASK
    return x ^ (x >> 31)


def worked(state: int, iterations: int) -> int:
    """All outputs of so many iterations, combined by exclusive or with the mixed state itself."""
    found = mixed(state)
    for _ in range(iterations):
        state = (state + GAMMA) & MASK
        x = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9 & MASK
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB & MASK
        found ^= x ^ (x >> 31)
    return found


def call(task: Task) -> Called:
    """One task, with who did it and when."""
    begun = stamps.begin()
    state, iterations = task
    if iterations < 0:
        _fail(iterations)
    return worked(state, iterations), stamps.end(begun)


def leaf(state: int) -> int:
    return mixed(state)


def both(left: int, right: int) -> int:
    """A node of the tree, whose sides cannot be swapped."""
    return (mixed(left) + right) & MASK


def digest(data: bytes) -> int:
    return zlib.adler32(data)


def digest_of_shared(data: bytes, number: int) -> int:
    return zlib.adler32(data) + number


def digest_with(pair: tuple[bytes, int]) -> int:
    """The shared data travel with each task, where an engine knows nothing better."""
    return digest_of_shared(*pair)


def each(function: Callable[[Any], Any], batch: Sequence[Any]) -> list[Any]:
    """Several calls as one task."""
    return [function(task) for task in batch]


def ready() -> None:
    """A worker that is asked for it has imported this module."""


class Counter:
    """The state of an actor."""

    def __init__(self) -> None:
        self.total = 0

    def add(self, number: int) -> int:
        self.total += number
        return self.total


def _fail(how: int) -> None:
    if how == EXITS:
        os.kill(os.getpid(), signal.SIGKILL)
    raise TaskFailed("A task failed, as it was asked to.")
