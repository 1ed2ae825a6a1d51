"""Samplers on the nodes of an existing Ray cluster: on each an actor that reserves no CPU, over the
workers of this job and the segment of the node's object store."""

from __future__ import annotations

import contextlib
import os

import ray
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from spillway_adapters import node_memory
from spillway_adapters.node_memory import NodeMemory, NodeSampler
from spillway_adapters.protocol import Run

#: Seconds in which the actors are there, and in which they answer.
START_WITHIN = 60.0
ANSWER_WITHIN = 5.0


class RayMemory:
    def __init__(self, run: Run) -> None:
        """Raises if an actor cannot be started, or does not measure."""
        job = ray.get_runtime_context().get_job_id()
        nodes = [node for node in ray.nodes() if node["Alive"]]
        self._names = node_memory.named([node["NodeManagerAddress"] for node in nodes])
        program = node_memory.source()
        self._actors = [
            _Sampling.options(
                scheduling_strategy=NodeAffinitySchedulingStrategy(node["NodeID"], soft=False)
            ).remote(program, job)
            for node in nodes
        ]
        self._get(START_WITHIN)
        self.memory = NodeMemory(run, self._ask)

    def end(self) -> None:
        self.memory.end()
        for actor in self._actors:
            with contextlib.suppress(Exception):
                ray.kill(actor)

    def _ask(self) -> dict[str, int | None]:
        return dict(zip(self._names, self._get(ANSWER_WITHIN), strict=True))

    def _get(self, within: float) -> list[int | None]:
        return ray.get([actor.node_bytes.remote() for actor in self._actors], timeout=within)


@ray.remote(num_cpus=0, max_restarts=0)
class _Sampling:
    def __init__(self, program: str, job: str) -> None:
        self._sampler = NodeSampler(program, ["ray", str(os.getppid()), job])

    def node_bytes(self) -> int | None:
        return self._sampler.ask()
