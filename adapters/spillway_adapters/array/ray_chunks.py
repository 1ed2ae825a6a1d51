"""Ray's tasks over chunks."""

from __future__ import annotations

import os
from contextlib import nullcontext

import numpy as np
import ray

from spillway_adapters.array import Array, chunks
from spillway_adapters.array.chunks import Summed
from spillway_adapters.protocol import Run
from spillway_adapters.ray_core import once


@once
def prepare_worker(pause: float) -> tuple[int]:
    chunks.ready(pause)
    return (os.getpid(),)


summed_each = once(chunks.summed_each)
chunk = once(chunks.chunk)


@once
def summed_given(data: np.ndarray, array: Array, k: int) -> Summed:
    return chunks.summed_given(data, array, k)


def fused(run: Run, tasks: int) -> list[Summed]:
    """Each task makes chunks and adds them up; nothing but sums leaves it."""
    spec = run.spec
    every = range(spec.workload.chunks)
    size = max(1, len(every) // tasks)
    shares = [every[i : i + size] for i in range(0, len(every), size)]
    made = [summed_each.remote(spec.seed, spec.workload, list(share)) for share in shares]
    return [part for parts in ray.get(made) for part in parts]


def objects(run: Run) -> list[Summed]:
    """As NumPy's users would write it: a task makes each chunk, another one adds it up."""
    spec, array = run.spec, run.spec.workload
    with run.phase("load") if array.loaded else nullcontext():
        made = [chunk.remote(spec.seed, array, k) for k in range(array.chunks)]
        if array.loaded:
            ray.wait(made, num_returns=len(made), fetch_local=False)
    with run.phase("compute"):
        sums = []
        while made:  # Nobody else keeps a chunk that has been added up.
            sums.append(summed_given.remote(made.pop(0), array, len(sums)))
        return ray.get(sums)
