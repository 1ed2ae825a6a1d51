"""Chunks and what is added up of them, with NumPy; any worker process can import it.

Chunk k, counted along the rows, is that of `dask.array.random.default_rng(seed).random((n, n),
chunks=c)`, to the last bit: every engine adds up the same numbers.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.random import PCG64, Generator, SeedSequence

from spillway_adapters.array import Array


class Summed(NamedTuple):
    """Of chunks in one column of chunks, and who did it."""

    column: int  #: of chunks
    sums: np.ndarray
    pid: int
    tid: int
    begin: float  #: CLOCK_MONOTONIC seconds
    end: float
    cpu: float  #: seconds of the thread


def chunk(seed: int, array: Array, k: int) -> np.ndarray:
    row, column = divmod(k, array.chunks_a_side)
    shape = tuple(min(array.c, array.n - place * array.c) for place in (row, column))
    return Generator(PCG64(SeedSequence(seed, spawn_key=(k,)))).random(shape)


def place(array: Array, k: int) -> tuple[slice, slice]:
    """Rows and columns of chunk k in the whole array."""
    row, column = divmod(k, array.chunks_a_side)
    return (
        slice(row * array.c, min(array.n, (row + 1) * array.c)),
        slice(column * array.c, min(array.n, (column + 1) * array.c)),
    )


def summed(seed: int, array: Array, k: int) -> Summed:
    """Makes chunk k and adds it up."""
    begin, cpu = time.monotonic(), time.thread_time()
    sums = chunk(seed, array, k).sum(axis=0)
    return _by_whom(array, k, sums, begin, cpu)


def summed_each(seed: int, array: Array, chunks: Sequence[int]) -> list[Summed]:
    """Several chunks as one task."""
    return [summed(seed, array, k) for k in chunks]


def summed_given(data: np.ndarray, array: Array, k: int) -> Summed:
    """Adds up a chunk that is there."""
    begin, cpu = time.monotonic(), time.thread_time()
    return _by_whom(array, k, data.sum(axis=0), begin, cpu)


def means(array: Array, parts: Iterable[Summed]) -> np.ndarray:
    """Of the whole array's columns; parts are added in the order in which they come."""
    sums = np.zeros(array.n)
    for part in parts:
        first = part.column * array.c
        sums[first : first + len(part.sums)] += part.sums
    return sums / array.n


def ready(pause: float) -> int:
    """Has a worker import NumPy's generator and use it; the pause keeps that worker busy, so that
    another one gets the next of these tasks."""
    chunk(1, Array(10, 10, loaded=False), 0).sum(axis=0)
    time.sleep(pause)
    return os.getpid()


def _by_whom(array: Array, k: int, sums: np.ndarray, begin: float, cpu: float) -> Summed:
    used = time.thread_time() - cpu
    column = k % array.chunks_a_side
    who = os.getpid(), threading.get_native_id()
    return Summed(column, sums, *who, begin, time.monotonic(), used)
