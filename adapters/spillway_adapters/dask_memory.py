"""Samplers on the nodes of an existing Dask cluster: one per node, owned by one of its workers,
over the processes of all of them."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Any

from spillway_adapters import node_memory
from spillway_adapters.node_memory import NodeMemory, NodeSampler
from spillway_adapters.protocol import Run, begin

#: Seconds in which samplers are started, asked or ended.
WITHIN = 10.0
#: In a worker: samplers by the run that asked for them.
_held: dict[str, NodeSampler] = {}


class DaskMemory:
    def __init__(self, run: Run, client: Any) -> None:  # noqa: ANN401 (distributed's)
        """Raises where a worker has no /proc."""
        self._client = client
        self._run_id = f"{run.spec.run_id} {os.getpid()} {id(self)}"
        nodes: dict[str, list[tuple[str, int]]] = {}
        for address, (node, pid) in client.run(_where).items():
            nodes.setdefault(node, []).append((address, pid))
        holders = [workers[0][0] for workers in nodes.values()]
        hosts = [address.rpartition("://")[2].rpartition(":")[0] for address in holders]
        self._names = dict(zip(holders, node_memory.named(hosts), strict=True))
        program = node_memory.source()
        for holder, workers in zip(holders, nodes.values(), strict=True):
            arguments = ["workers", *(str(pid) for _, pid in workers)]
            client.run(_start, self._run_id, program, arguments, workers=[holder])
        self.memory = NodeMemory(run, self._ask)

    def end(self) -> None:
        """Ends at once; an unreachable sampler ends itself when it is no longer queried."""
        self.memory.end()
        ended = begin(lambda: self._client.run(_stop, self._run_id, workers=list(self._names)))
        with contextlib.suppress(Exception):
            ended.result(WITHIN / 10)

    def _ask(self) -> dict[str, int | None]:
        asked = begin(lambda: self._everywhere(_ask))
        return {self._names[holder]: bytes_ for holder, bytes_ in asked.result(WITHIN).items()}

    def _everywhere(self, ask: Any) -> dict[str, int | None]:  # noqa: ANN401
        return self._client.run(ask, self._run_id, workers=list(self._names))


# --- In a worker ---------------------------------------------------------------------------------


def _where() -> tuple[str, int]:
    """Identifies nodes, including containers on one machine, and this worker."""
    boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    return f"{boot} {Path('/proc/self/ns/pid').readlink()}", os.getpid()


def _start(run: str, program: str, arguments: list[str]) -> None:
    _held[run] = NodeSampler(program, arguments)


def _ask(run: str) -> int | None:
    return _held[run].ask()


def _stop(run: str) -> None:
    _held.pop(run).stop()
