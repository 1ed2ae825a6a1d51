"""Group-by mean on Modin.

streamed: read_csv and groupby are submitted to Ray one after the other without waiting. loaded: the
table is complete before the groupby begins.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from spillway_adapters import csv_plain, modin_csv, shape
from spillway_adapters.etl import Etl, groups
from spillway_adapters.protocol import Answer, Run
from spillway_adapters.spec import Dataset


class Job:
    def __init__(self, run: Run) -> None:
        pass

    def set_up(self, run: Run) -> dict[str, Any]:
        """A small file has been read and aggregated."""
        import modin.pandas

        file = run.spec.scratch / "warm.csv"
        file.write_text("".join(f"k{i},{i}\n" for i in range(1000 * run.spec.workers)))
        frame = modin.pandas.read_csv(file, names=["key", "v"], dtype={"key": str, "v": "float64"})
        frame.groupby("key")["v"].mean().modin.to_pandas()
        return {}

    def work(self, run: Run, own_cluster: bool) -> Answer:
        workload = run.spec.workload
        assert isinstance(workload, Etl)
        data = csv_plain.copied(run, csv_plain.SKIPS)
        try:
            table = _answer(run, data, workload, as_text=False)
        except ValueError as failure:
            run.log(f"Reading again, numbers as text, then as numbers: {failure}")
            table = _answer(run, data, workload, as_text=True)
        return partial(_result, run, workload, table)

    def after(self, run: Run) -> None:
        shape.check(run.spec.dataset)


def _answer(run: Run, data: Dataset, workload: Etl, *, as_text: bool) -> Any:  # noqa: ANN401
    """A row per group, in this process's memory: rows, then mean and present values by column."""
    key, *values = data.places(workload.columns)
    if workload.loaded:
        from modin.utils import execute

        with run.phase("load"):
            frame = modin_csv.read(data, key, values, as_text)
            execute(frame)
    with run.phase("compute"):
        if not workload.loaded:
            frame = modin_csv.read(data, key, values, as_text)
        grouped = frame.groupby(key)
        means, present = grouped[values].mean(), grouped[values].count()
        return (
            grouped.size().modin.to_pandas(),
            means.modin.to_pandas(),
            present.modin.to_pandas(),
        )


def _result(run: Run, workload: Etl, table: Any) -> dict[str, Any]:  # noqa: ANN401
    counts, means, present = table
    rows = zip(counts.index.tolist(), counts.tolist(), means.to_numpy().tolist(), strict=True)
    missing = groups.missing_counts(int(counts.sum()), present.sum().tolist())
    return groups.etl_result(rows, workload.values, missing, run.spec.scratch)
