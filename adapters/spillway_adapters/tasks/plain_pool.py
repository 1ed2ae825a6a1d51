"""What engines have in common that are a pool of processes (pool_engine), which knows tasks and
nothing else: no data that tasks share, no tasks that wait for others, no state."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from spillway_adapters.protocol import Answer, Run
from spillway_adapters.tasks import functions, parts
from spillway_adapters.tasks.inputs import Inputs
from spillway_adapters.tasks.parts import ActorCalls


class PlainPool:
    sharing = "sent with every task"
    summing = "leaves are tasks, the driver puts them together: a task cannot wait for others"

    def all(self, function: Callable[[Any], Any], tasks: Sequence[Any], ms: float) -> list[Any]:
        raise NotImplementedError

    def tree(self, leaves: Sequence[int]) -> int:
        return in_pairs(self.all(functions.leaf, leaves, 0), functions.both)

    def share(self, data: bytes, numbers: Sequence[int]) -> list[int]:
        return self.all(functions.digest_with, [(data, number) for number in numbers], 10)

    def actors(self, count: int, calls: int) -> ActorCalls | None:
        return None


def in_pairs(values: Sequence[Any], both: Callable[[Any, Any], Any]) -> Any:  # noqa: ANN401
    """Puts neighbours together until one is left; `both` may return a task's result to come."""
    level = list(values)
    while len(level) > 1:
        above = [both(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
        level = above + level[len(above) * 2 :]
    return level[0]


class PoolJob:
    def preparation(self, run: Run) -> Callable[[], Any]:
        return functions.ready

    def set_up(self, run: Run, library: Any) -> dict[str, Any]:  # noqa: ANN401 (the pool's own)
        self._pool = self.pool(run, library)
        self._inputs = Inputs(run)
        return self.settings(run)

    def work(self, run: Run) -> Answer:
        return parts.measured(run, self._pool, self._inputs, tells_spans=True)

    def pool(self, run: Run, library: Any) -> PlainPool:  # noqa: ANN401
        raise NotImplementedError

    def settings(self, run: Run) -> dict[str, Any]:
        return {}
