"""How many tasks of which kind; core/workloads/tasks/tasks_oracle.cpp has the same numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass

from spillway_adapters.tasks.functions import Task, mixed

#: Iterations that are called a millisecond: about what CPython does in one on a core of 2024. A
#: fixed number, so that every run of every engine does the same work; a run measures how long they
#: take where it runs.
ITERATIONS_A_MS = 2000
#: Bytes of one argument, and of the data that all tasks share.
PAYLOAD, SHARED = 1_000_000, 16_000_000
ACTORS = 2
LONG_MS, SHORT_MS, LONG_TASKS = 100, 1, 2
#: Durations from 1 ms on, with P(longer than t) = 1 ms / t, cut at this.
LONGEST_MS = 100.0


@dataclass(frozen=True)
class Size:
    even: dict[int, int]  #: milliseconds: number of tasks
    latencies: int
    leaves: int
    payloads: int
    shares: int
    pareto: int
    short: int  #: before the long ones
    calls: int  #: of each actor


SIZES = {
    "quick": Size({0: 200, 1: 100, 10: 20, 100: 2}, 20, 64, 10, 4, 40, 40, 50),
    "normal": Size({0: 2000, 1: 1000, 10: 200, 100: 20}, 200, 512, 100, 40, 200, 200, 500),
    "full": Size({0: 10000, 1: 5000, 10: 1000, 100: 100}, 1000, 2048, 400, 160, 1000, 1000, 2500),
}
#: Numbers of the parts, from which their tasks' states are made.
LATENCY, TREE, PARETO, LONG_LAST, BODY = 201, 202, 203, 204, 205


def state(seed: int, part: int, place: int) -> int:
    """Where the generator of a task begins."""
    return mixed(mixed(seed) ^ (part << 32) ^ place)


def even(seed: int, ms: int, count: int) -> list[Task]:
    return [(state(seed, ms, i), ms * ITERATIONS_A_MS) for i in range(count)]


def pareto(seed: int, count: int) -> list[Task]:
    """Most are short, a few take as long as all others together."""
    tasks = []
    for i in range(count):
        begin = state(seed, PARETO, i)
        share = (mixed(begin) >> 11) * 2.0**-53
        ms = min(LONGEST_MS, 1.0 / (1.0 - share))
        tasks.append((begin, math.floor(ms * ITERATIONS_A_MS)))
    return tasks


def long_last(seed: int, count: int) -> list[Task]:
    """Short ones, and two long ones after them."""
    lengths = [SHORT_MS] * count + [LONG_MS] * LONG_TASKS
    return [(state(seed, LONG_LAST, i), ms * ITERATIONS_A_MS) for i, ms in enumerate(lengths)]


def body(seed: int) -> bytes:
    """A payload's bytes after its number: random, so that nothing can be gained by compression."""
    words = (PAYLOAD - 8) // 8
    return b"".join(state(seed, BODY, i).to_bytes(8, "little") for i in range(words))


def payload(body_bytes: bytes, number: int) -> bytes:
    return number.to_bytes(8, "little") + body_bytes


def shared(body_bytes: bytes) -> bytes:
    whole = payload(body_bytes, 0)
    return whole * (SHARED // len(whole))
