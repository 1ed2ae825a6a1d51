"""The result of a run: the mean of each column, and how the workers shared the work."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from spillway_adapters.protocol import Run
from spillway_adapters.result_rows import rows_of
from spillway_adapters.stamps import Stamp, Stream

if TYPE_CHECKING:
    import numpy as np

BYTES_A_NUMBER = 8


def result(run: Run, means: np.ndarray, seconds: float, evenness: float | None) -> dict[str, Any]:
    """`seconds`: from the first chunk to the last sum."""
    array = run.spec.workload
    measures = {"gb_per_second": array.n**2 * BYTES_A_NUMBER / 1e9 / seconds}
    if evenness is not None:
        measures["balance"] = evenness
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


def tell(run: Run, stamps: Sequence[Stamp]) -> None:
    """The task stream, for engines that do not report one."""
    Stream(run).tell("chunk", stamps)
    run.counters(final=True, tasks=len(stamps))
