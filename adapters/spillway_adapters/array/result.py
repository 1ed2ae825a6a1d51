"""The result of a run: the mean of each column, and how the workers shared the work."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from spillway_adapters.protocol import Run
from spillway_adapters.result_rows import rows_of

if TYPE_CHECKING:
    import numpy as np

    from spillway_adapters.array.chunks import Summed

BYTES_A_NUMBER = 8


def result(run: Run, means: np.ndarray, seconds: float, balance: float | None) -> dict[str, Any]:
    """`seconds`: from the first chunk to the last sum."""
    array = run.spec.workload
    measures = {"gb_per_second": array.n**2 * BYTES_A_NUMBER / 1e9 / seconds}
    if balance is not None:
        measures["balance"] = balance
    return {
        "kind": run.spec.kind,
        "rows": 0,
        "measures": measures,
        "facts": {"Array": f"{array.n:,} rows and columns in {array.chunks:,} chunks"},
        "table": {
            "columns": [{"name": "column", "type": "int64"}, {"name": "mean", "type": "float64"}],
            **rows_of(run.spec.scratch, list(enumerate(means.tolist()))),
        },
    }


def balance_of(run: Run, parts: Sequence[Summed]) -> float:
    """The busiest worker's CPU time divided by the mean of all; a worker that had nothing
    counts."""
    busy: dict[tuple[int, int], float] = defaultdict(float)
    for part in parts:
        busy[part.pid, part.tid] += part.cpu
    return max(busy.values()) * run.spec.workers / sum(busy.values())


def tell(run: Run, parts: Sequence[Summed]) -> None:
    """The task stream, for engines that do not report one."""
    lanes: dict[tuple[int, int], int] = {}
    for part in parts:
        lanes.setdefault((part.pid, part.tid), len(lanes))
    run.tasks([(lanes[part.pid, part.tid], "chunk", part.begin, part.end) for part in parts])
    run.counters(final=True, tasks=len(parts))
