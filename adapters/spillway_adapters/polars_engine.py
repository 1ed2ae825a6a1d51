"""Polars: scan_csv with its schema given, on the streaming engine.

streamed: one lazy query scans and aggregates. loaded: the needed columns are collected into a
DataFrame first, which Polars cannot spill, then aggregated.
"""

from __future__ import annotations

import os
from typing import Any

from spillway_adapters import groups, shape
from spillway_adapters.protocol import Run, Unsupported, serve, stoppable
from spillway_adapters.spec import MISSING, Etl, Spec

MEBIBYTE = 1 << 20


class Polars:
    name = "polars"
    package = "polars"
    libraries = ()

    def start(self, run: Run) -> dict[str, Any]:
        spec = run.spec
        if not isinstance(spec.workload, Etl):
            raise Unsupported("Polars has no logistic regression.")
        # Polars reads its settings when it is imported.
        os.environ["POLARS_MAX_THREADS"] = str(spec.workers)
        spill = spec.scratch / "polars"
        spill.mkdir()
        os.environ["POLARS_OOC_SPILL_DIR"] = str(spill)
        budget = "none"
        if spec.engine_memory is not None:
            budget = str(max(spec.engine_memory // MEBIBYTE, 1))
            os.environ["POLARS_OOC_MEMORY_BUDGET_MB"] = budget
        import polars

        return {
            "threads": polars.thread_pool_size(),
            "engine": "streaming",
            "memory_budget_mb": budget,
            "spill_dir": spill,
        }

    def work(self, run: Run) -> dict[str, Any]:
        workload = run.spec.workload
        assert isinstance(workload, Etl)
        run.afterwards = lambda: shape.check(run.spec.dataset)
        scan = _scan(run.spec, workload)
        if workload.loaded:
            with run.phase("load"):
                scan = stoppable(lambda: scan.collect(engine="streaming")).lazy()
        with run.phase("compute"):
            table = stoppable(lambda: _means(scan, workload).collect(engine="streaming"))
        return _result(run, workload, table)

    def error_code(self, failure: Exception) -> str | None:
        import polars.exceptions as known

        if isinstance(failure, known.ComputeError | known.NoDataError | known.ShapeError | OSError):
            return "data-unreadable"
        return None

    def close(self, run: Run) -> None:
        pass


def _scan(spec: Spec, workload: Etl) -> Any:  # noqa: ANN401 (Polars is imported late)
    """The needed columns, named key, v0, v1, …"""
    import polars as pl

    data = spec.dataset
    numbers = dict.fromkeys(workload.values, pl.Float64)
    scan = pl.scan_csv(
        data.paths,
        has_header=data.header,
        separator=data.delimiter,
        quote_char=data.quote or None,
        schema={name: numbers.get(name, pl.String) for name in data.names},
        null_values=dict.fromkeys(workload.values, MISSING),
        missing_utf8_is_empty_string=True,
        glob=False,
    )
    values = [pl.col(name).alias(f"v{j}") for j, name in enumerate(workload.values)]
    return scan.select(pl.col(workload.group_by).alias("key"), *values)


def _means(scan: Any, workload: Etl) -> Any:  # noqa: ANN401
    import polars as pl

    columns = [pl.len().alias("rows")]
    for j in range(len(workload.values)):
        columns += [pl.mean(f"v{j}").alias(f"mean{j}"), pl.count(f"v{j}").alias(f"present{j}")]
    return scan.group_by("key").agg(columns)


def _result(run: Run, workload: Etl, table: Any) -> dict[str, Any]:  # noqa: ANN401
    columns = range(len(workload.values))
    total = table["rows"].sum()
    present = [table[f"present{j}"].sum() for j in columns]
    means = zip(*(table[f"mean{j}"].fill_null(float("nan")) for j in columns), strict=True)
    rows = zip(table["key"], table["rows"], means, strict=True)
    run.counters(final=True, rows=total)
    missing = groups.missing_counts(total, present)
    return groups.etl_result(rows, workload.values, missing, run.spec.scratch)


if __name__ == "__main__":
    serve(Polars())
