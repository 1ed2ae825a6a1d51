"""Modin: the pandas interface over Ray, on the run's own cluster.

Modin keeps the whole table in Ray's object store. streamed: read_csv and groupby are submitted to
Ray one after the other without waiting. loaded: the table is complete before the groupby begins.
"""

from __future__ import annotations

import os
import time
import warnings
from functools import partial
from typing import Any

from spillway_adapters import csv_plain, groups, pandas_csv
from spillway_adapters.csv_number import Numbers
from spillway_adapters.overseen import serve_overseen
from spillway_adapters.protocol import Answer, Run, Unsupported
from spillway_adapters.ray_engine import Ray
from spillway_adapters.spec import Dataset, Etl, Spec


class Modin(Ray):
    """Start, end and failures of Ray are handled as in the engine Ray."""

    name = "modin"
    package = "modin"
    libraries = ("ray", "pandas", "numpy", "pyarrow", "grpcio")

    def start(self, run: Run) -> dict[str, Any]:
        if not isinstance(run.spec.workload, Etl):
            raise Unsupported("Modin has no logistic regression.")
        # Settings of the user's own are not this run's.
        for name in [name for name in os.environ if name.startswith("MODIN_")]:
            del os.environ[name]
        os.environ["MODIN_ENGINE"] = "ray"
        os.environ["MODIN_CPUS"] = str(run.spec.workers)
        return super().start(run)

    def error_code(self, failure: Exception) -> str | None:
        code = super().error_code(failure)
        return "data-unreadable" if code is None and isinstance(failure, ValueError) else code

    def _set_up(self, run: Run) -> dict[str, Any]:
        import modin.config
        import ray

        from spillway_adapters import ray_watch

        _warm(run.spec)
        self._figures = ray_watch.Figures(run)
        return {
            "threads": int(ray.cluster_resources()["CPU"]),
            "object_store_memory": int(ray.cluster_resources()["object_store_memory"]),
            "heap": "not bounded by Ray",
            "partitions": modin.config.NPartitions.get(),
            "engine": modin.config.Engine.get(),
            "max_retries": 0,
        }

    def _profile(self, run: Run) -> Answer:
        warnings.showwarning = lambda message, *_: run.log(str(message), "warning")
        return _etl(run)


def _warm(spec: Spec) -> None:
    """Every worker has Modin, and a small file has been read and aggregated."""
    import modin.pandas

    from spillway_adapters import ray_core

    ray_core.warm_workers(spec.workers, ray_core.once(_prepare_worker))
    file = spec.scratch / "warm.csv"
    file.write_text("".join(f"k{i},{i}\n" for i in range(1000 * spec.workers)))
    frame = modin.pandas.read_csv(file, names=["key", "v"], dtype={"key": str, "v": "float64"})
    frame.groupby("key")["v"].mean().modin.to_pandas()


def _prepare_worker(pause: float) -> tuple[int]:
    """As ray_core.prepare_worker."""
    import modin.pandas  # noqa: F401

    time.sleep(pause)
    return (os.getpid(),)


# --- ETL -----------------------------------------------------------------------------------------


def _etl(run: Run) -> Answer:
    workload = run.spec.workload
    assert isinstance(workload, Etl)
    data = csv_plain.copied(run, csv_plain.SKIPS)
    try:
        table = _answer(run, data, workload, as_text=False)
    except ValueError as failure:
        run.log(f"Reading again, numbers as text, then as numbers: {failure}")
        table = _answer(run, data, workload, as_text=True)
    return partial(_result, run, workload, table)


def _answer(run: Run, data: Dataset, workload: Etl, *, as_text: bool) -> Any:  # noqa: ANN401
    """A row per group, in this process's memory: rows, then mean and present values by column."""
    key, *values = data.places(workload.columns)
    if workload.loaded:
        from modin.utils import execute

        with run.phase("load"):
            frame = _read(data, key, values, as_text)
            execute(frame)
    with run.phase("compute"):
        if not workload.loaded:
            frame = _read(data, key, values, as_text)
        grouped = frame.groupby(key)
        means, present = grouped[values].mean(), grouped[values].count()
        return (
            grouped.size().modin.to_pandas(),
            means.modin.to_pandas(),
            present.modin.to_pandas(),
        )


def _read(data: Dataset, key: str, values: list[str], as_text: bool) -> Any:  # noqa: ANN401
    """The needed columns of all files; the key stays as it is in the file."""
    import modin.pandas

    (skip,) = csv_plain.by_lines_before(data)
    options = pandas_csv.options(data, key, values, names=data.all_places, as_text=as_text)
    options |= {"skiprows": skip, "compression": None}
    frames = [modin.pandas.read_csv(path, **options) for path in data.paths]
    frame = frames[0] if len(frames) == 1 else modin.pandas.concat(frames, ignore_index=True)
    if as_text:
        number = Numbers(data)
        for name in values:
            frame[name] = frame[name].map(number).astype("float64")
    return frame


def _result(run: Run, workload: Etl, table: Any) -> dict[str, Any]:  # noqa: ANN401
    counts, means, present = table
    rows = zip(counts.index.tolist(), counts.tolist(), means.to_numpy().tolist(), strict=True)
    missing = groups.missing_counts(int(counts.sum()), present.sum().tolist())
    return groups.etl_result(rows, workload.values, missing, run.spec.scratch)


if __name__ == "__main__":
    serve_overseen(Modin())
