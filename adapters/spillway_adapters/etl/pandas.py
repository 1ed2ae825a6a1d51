"""Group-by mean with pandas.

streamed: read_csv, or Arrow's reader of Parquet, in chunks of rows, each aggregated at once (the
guide "Scaling to large datasets"). loaded: one DataFrame of the needed columns, then one groupby.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from spillway_adapters import pandas_frames
from spillway_adapters.etl import Etl, groups
from spillway_adapters.pandas_frames import CHUNK_ROWS, Frames
from spillway_adapters.protocol import Answer, Run, stoppable


class Job:
    def __init__(self, run: Run) -> None:
        self._run = run

    def set_up(self) -> dict[str, Any]:
        pandas_frames.set_up(self._run)
        return {"chunk_rows": CHUNK_ROWS}

    def work(self, run: Run) -> Answer:
        workload = run.spec.workload
        assert isinstance(workload, Etl)
        means = _loaded if workload.loaded else _streamed
        return pandas_frames.answer(run, partial(means, run, workload))


def _streamed(run: Run, workload: Etl, frames: Frames) -> Answer:
    import pandas

    with run.phase("compute"):
        parts = [_aggregated(chunk, frames) for chunk in frames.chunks()]
        total = pandas.concat(parts).groupby(level=0, sort=False, dropna=False).sum()
        return partial(_result, run, workload, frames, total)


def _loaded(run: Run, workload: Etl, frames: Frames) -> Answer:
    import pandas

    with run.phase("load"):
        paths = run.spec.dataset.paths
        parts = stoppable(lambda: [frames.whole(path) for path in paths])
        frame = parts[0] if len(parts) == 1 else pandas.concat(parts, ignore_index=True)
        run.counters(rows=len(frame), final=True)
    with run.phase("compute"):
        total = stoppable(lambda: _aggregated(frame, frames))
        return partial(_result, run, workload, frames, total)


def _aggregated(frame: Any, frames: Frames) -> Any:  # noqa: ANN401 (pandas is imported late)
    """A row per group: rows, then sum and present values of each column, columns by number."""
    grouped = frame.groupby(frames.text, sort=False, dropna=False)
    table = grouped.size().to_frame("rows")
    for j, name in enumerate(frames.numbers):
        table[f"sum {j}"] = grouped[name].sum()
        table[f"present {j}"] = grouped[name].count()
    return table


def _result(run: Run, workload: Etl, frames: Frames, table: Any) -> dict[str, Any]:  # noqa: ANN401
    columns = range(len(workload.values))
    means = [(table[f"sum {j}"] / table[f"present {j}"]).tolist() for j in columns]
    present = [table[f"present {j}"].sum() for j in columns]
    counts = table["rows"].tolist()
    keys = frames.spelled(table.index)
    rows = zip(keys, counts, zip(*means, strict=True), strict=True)
    missing = groups.missing_counts(sum(counts), present)
    return groups.etl_result(rows, workload.values, missing, run.spec.scratch)
