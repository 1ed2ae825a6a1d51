"""Ray's tasks over chunks."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import ray

from spillway_adapters.array import Array, chunks
from spillway_adapters.array.chunks import Summed
from spillway_adapters.protocol import Run
from spillway_adapters.ray_core import Ref, busy, once
from spillway_adapters.ray_place import Place, in_order


@once
def prepare_worker(pause: float) -> tuple[int]:
    chunks.ready()
    return (busy(pause),)


summed_each = once(chunks.summed_each)
chunk = once(chunks.chunk)


@once
def summed_given(data: np.ndarray, array: Array, k: int) -> Summed:
    return chunks.summed_given(data, array, k)


def fused(run: Run, place: Place, tasks: int) -> Iterator[Summed]:
    """Each task makes chunks and adds them up; nothing but sums leaves it."""
    spec, remote = run.spec, place.of(summed_each)
    every = range(spec.workload.chunks)
    size = max(1, len(every) // tasks)
    shares = [list(every[i : i + size]) for i in range(0, len(every), size)]
    found = in_order(lambda s: remote.remote(spec.seed, spec.workload, s), shares, len(shares))
    return (part for parts in found for part in parts)


# As NumPy's users would write it: a task makes each chunk, another one adds it up.


def streamed(run: Run, place: Place, most: int) -> Iterator[Summed]:
    """Chunks are made as those before them are added up."""
    spec, make, add_up = run.spec, place.of(chunk), place.of(summed_given)

    def both(k: int) -> Ref:
        return add_up.remote(make.remote(spec.seed, spec.workload, k), spec.workload, k)

    return in_order(both, range(spec.workload.chunks), most)


def loaded(run: Run, place: Place) -> list[Ref]:
    """All chunks, which are there."""
    spec, make = run.spec, place.of(chunk)
    made = [make.remote(spec.seed, spec.workload, k) for k in range(spec.workload.chunks)]
    ray.wait(made, num_returns=len(made), fetch_local=False)
    return made


def of_held(run: Run, place: Place, held: list[Ref]) -> Iterator[Summed]:
    """Adds them up; they are given away."""
    array, add_up = run.spec.workload, place.of(summed_given)
    held.reverse()  # Nobody else keeps a chunk that has been added up.
    every = range(array.chunks)
    return in_order(lambda k: add_up.remote(held.pop(), array, k), every, len(every))
