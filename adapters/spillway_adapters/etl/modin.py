"""Group-by mean on Modin.

streamed: read_csv, or read_parquet, and groupby are submitted to Ray one after the other without
waiting. loaded: the table is complete before the groupby begins.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from spillway_adapters import csv_plain, modin_csv, modin_parquet, parquet_text, shape
from spillway_adapters.etl import Etl, groups
from spillway_adapters.protocol import Answer, Run


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
        if run.spec.dataset.format == "parquet":
            table = _of_parquet(run, workload)
        else:
            table = _of_csv(run, workload)
        return partial(_result, run, workload, table)

    def after(self, run: Run) -> None:
        shape.check(run.spec.dataset)


def _of_csv(run: Run, workload: Etl) -> Any:  # noqa: ANN401
    data = csv_plain.copied(run, csv_plain.SKIPS)
    key, *values = data.places(workload.columns)

    def answer(as_text: bool) -> Any:  # noqa: ANN401
        return _answer(
            run, lambda: modin_csv.read(data, key, values, as_text), key, values, dropna=True
        )

    try:
        return answer(as_text=False)
    except ValueError as failure:
        run.log(f"Reading again, numbers as text, then as numbers: {failure}")
        return answer(as_text=True)


def _of_parquet(run: Run, workload: Etl) -> Any:  # noqa: ANN401
    spec = run.spec
    key, *values = (str(j) for j in range(len(workload.columns)))
    return _answer(
        run,
        lambda: modin_parquet.read(spec.dataset, workload.columns, spec.scratch),
        key,
        values,
        dropna=False,
    )


def _answer(run: Run, read: Callable[[], Any], key: str, values: list[str], *, dropna: bool) -> Any:  # noqa: ANN401
    """A row per group, in this process's memory: rows, then mean and present values by column."""
    workload = run.spec.workload
    assert isinstance(workload, Etl)
    if workload.loaded:
        from modin.utils import execute

        with run.phase("load"):
            frame = read()
            execute(frame)
    with run.phase("compute"):
        if not workload.loaded:
            frame = read()
        grouped = frame.groupby(key, dropna=dropna)
        means, present = grouped[values].mean(), grouped[values].count()
        return (
            grouped.size().modin.to_pandas(),
            means.modin.to_pandas(),
            present.modin.to_pandas(),
        )


def _result(run: Run, workload: Etl, table: Any) -> dict[str, Any]:  # noqa: ANN401
    counts, means, present = table
    keys = _spelled(run, workload, counts.index)
    rows = zip(keys, counts.tolist(), means.to_numpy().tolist(), strict=True)
    missing = groups.missing_counts(int(counts.sum()), present.sum().tolist())
    return groups.etl_result(rows, workload.values, missing, run.spec.scratch)


def _spelled(run: Run, workload: Etl, keys: Any) -> list[str]:  # noqa: ANN401
    data = run.spec.dataset
    if data.format == "csv":
        return keys.tolist()
    from spillway_adapters import pandas_parquet

    return pandas_parquet.spelled(keys, parquet_text.type_of(data, workload.group_by))
