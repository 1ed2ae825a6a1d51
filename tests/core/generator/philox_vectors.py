#!/usr/bin/env python3
"""Prints the known answers of philox_test.cpp and generator_test.cpp, made with NumPy.

NumPy increments its 256-bit counter before it draws a block, so block c is what
numpy.random.Philox(key, counter=c - 1) yields first.
"""

from __future__ import annotations

import numpy as np

WORD = 2**64


def block(counter: int, key: list[int]) -> list[int]:
    """The four words of the block with `counter`, a number below 2^256."""
    before = (counter - 1) % 2**256
    words = [before >> (64 * i) & (WORD - 1) for i in range(4)]
    generator = np.random.Philox(
        key=np.array(key, dtype=np.uint64), counter=np.array(words, dtype=np.uint64)
    )
    return [int(word) for word in generator.random_raw(4)]


def row(seed: int, index: int, categories: int, features: int) -> str:
    """A row of a generated file without signal."""
    words = []
    for part in range(features // 4 + 1):
        words += block(index + part * WORD, [seed, 0])
    values = [np.format_float_positional((w >> 11) * 2.0**-53, trim="-") for w in words[:features]]
    category = words[features] * categories >> 64
    return ",".join([str(index), *values, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[category]])


if __name__ == "__main__":
    print(f"NumPy {np.__version__}")
    for key, counter in [
        ([0, 0], 0),
        ([0, 0], 1),
        ([1, 0], 6),
        ([0xDEADBEEF, 0], WORD),
        ([WORD - 1, WORD - 1], 2**256 - 1),
        ([42, 7], 3 + 5 * WORD + 7 * WORD**2 + 11 * WORD**3),
    ]:
        print([hex(k) for k in key], hex(counter), [hex(w) for w in block(counter, key)])
    generator = np.random.Generator(np.random.Philox(key=[1, 0], counter=[5, 0, 0, 0]))
    print([x.hex() for x in generator.random(4)])
    for spec in [
        (1, 0, 4, 2),
        (1, 9999, 4, 2),
        (1, 10000, 4, 2),
        (2026, 123456789012, 26, 3),
        (7, 5, 26, 7),
    ]:
        print(spec, row(*spec))
