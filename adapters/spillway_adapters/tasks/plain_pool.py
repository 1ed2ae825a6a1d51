"""What pools of processes have in common that know tasks and nothing else: no data that tasks
share, no tasks that wait for others, no state."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from spillway_adapters.tasks import functions
from spillway_adapters.tasks.parts import ActorCalls


class PlainPool:
    sharing = "sent with every task"
    summing = "leaves are tasks, the driver adds them up: a task cannot wait for others"

    def all(self, function: Callable[[Any], Any], tasks: Sequence[Any], ms: float) -> list[Any]:
        raise NotImplementedError

    def tree(self, leaves: Sequence[int]) -> int:
        return in_pairs(self.all(functions.leaf, leaves, 0), functions.both)

    def share(self, data: bytes, numbers: Sequence[int]) -> list[int]:
        return self.all(functions.digest_with, [(data, number) for number in numbers], 10)

    def actors(self, count: int, calls: int) -> ActorCalls | None:
        return None


def in_pairs(values: Sequence[Any], both: Callable[[Any, Any], Any]) -> Any:  # noqa: ANN401
    """Adds neighbours until one is left; what `both` returns may be a task's result to come."""
    level = list(values)
    while len(level) > 1:
        above = [both(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
        level = above + level[len(above) * 2 :]
    return level[0]
