"""Column means of a large array of random numbers, made in chunks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

#: Rows and columns of the whole array.
SIDES = {"quick": 4_000, "normal": 10_000, "full": 40_000}


@dataclass(frozen=True)
class Array:
    n: int  #: rows, and columns
    c: int  #: rows, and columns, of a chunk; those at the edges have what is left
    loaded: bool  #: all chunks are held before the first one is added up

    @property
    def chunks_a_side(self) -> int:
        return -(-self.n // self.c)

    @property
    def chunks(self) -> int:
        return self.chunks_a_side**2


def read(fields: dict[str, Any]) -> Array:
    n = int(fields["n"]) or SIDES[fields["size"]]
    return Array(n, int(fields["c"]), fields["materialise"] == "loaded")
