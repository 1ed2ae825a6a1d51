"""Chunks and what is added up of them, with NumPy; any worker process can import it.

Chunk k, counted along the rows, is that of `dask.array.random.default_rng(seed).random((n, n),
chunks=c)`, to the last bit: every engine adds up the same numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.random import PCG64, Generator, SeedSequence

from spillway_adapters import stamps
from spillway_adapters.array import Array
from spillway_adapters.stamps import Stamp


class Summed(NamedTuple):
    """Of a chunk, and who did it."""

    column: int  #: of chunks
    sums: np.ndarray
    stamp: Stamp


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
    begun = stamps.begin()
    sums = chunk(seed, array, k).sum(axis=0)
    return Summed(k % array.chunks_a_side, sums, stamps.end(begun))


def summed_each(seed: int, array: Array, chunks: Sequence[int]) -> list[Summed]:
    """Several chunks as one task."""
    return [summed(seed, array, k) for k in chunks]


def summed_given(data: np.ndarray, array: Array, k: int) -> Summed:
    """Adds up a chunk that is there."""
    begun = stamps.begin()
    return Summed(k % array.chunks_a_side, data.sum(axis=0), stamps.end(begun))


def means(array: Array, parts: Iterable[Summed]) -> tuple[np.ndarray, list[Stamp]]:
    """Of the whole array's columns, and who did what; parts are added in the order in which they
    come, and none is kept."""
    sums, found = np.zeros(array.n), []
    for part in parts:
        first = part.column * array.c
        sums[first : first + len(part.sums)] += part.sums
        found.append(part.stamp)
    return sums / array.n, found


def ready() -> None:
    """Has a worker import NumPy's generator and use it."""
    chunk(1, Array(10, 10, loaded=False), 0).sum(axis=0)
