"""Polars: scan_csv with its schema given, on the streaming engine.

streamed: one lazy query scans and aggregates. loaded: the needed columns are collected into a
DataFrame first, which Polars cannot spill, then aggregated.
"""

from __future__ import annotations

import os
import re
import threading
from functools import partial
from typing import Any

from spillway_adapters import groups, shape
from spillway_adapters.protocol import Answer, Run, Unsupported, serve, stoppable
from spillway_adapters.spec import MISSING, Dataset, Etl, Spec

MEBIBYTE = 1 << 20
MEGABYTE = 1_000_000
SPILLED = re.compile(rb"file_mb\(written=([0-9.]+), read=([0-9.]+)\)")


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
            os.environ["POLARS_OOC_LOG_METRICS"] = "1"
            _count_spilled(run)
        import polars

        return {
            "threads": polars.thread_pool_size(),
            "engine": "streaming",
            "memory_budget_mb": budget,
            "spill_dir": spill,
        }

    def work(self, run: Run) -> Answer:
        workload = run.spec.workload
        assert isinstance(workload, Etl)
        run.afterwards = lambda: shape.check(run.spec.dataset, blank_lines=False)
        import polars.exceptions

        try:
            table = _means(run, workload, _scan(run.spec, workload))
        except polars.exceptions.ComputeError:
            run.log(
                "A numeric column may have words; reading its numbers as text, then as numbers."
            )
            table = _means(run, workload, _scan_of_words(run.spec, workload))
        return partial(_result, run, workload, table)

    def error_code(self, failure: Exception) -> str | None:
        import polars.exceptions as known

        if isinstance(failure, known.PolarsError | OSError):
            return "data-unreadable"
        return None

    def close(self, run: Run) -> None:
        pass


# --- Figures -------------------------------------------------------------------------------------


def _count_spilled(run: Run) -> None:
    """Polars tells what it spilled on stderr only, at the end of each operator: descriptor 2 goes
    through a pipe, and on as it is."""
    source, sink = os.pipe()
    onward = os.dup(2)
    os.dup2(sink, 2)
    os.close(sink)

    def read() -> None:
        written = restored = 0
        with open(source, "rb") as lines:  # noqa: PTH123 (a descriptor)
            for line in lines:
                os.write(onward, line)
                if found := SPILLED.search(line):
                    written += int(float(found[1]) * MEGABYTE)
                    restored += int(float(found[2]) * MEGABYTE)
                    run.counters(final=True, spilled_bytes=written, restored_bytes=restored)

    threading.Thread(target=read, name="stderr", daemon=True).start()


# --- Queries -------------------------------------------------------------------------------------


def _scan(spec: Spec, workload: Etl) -> Any:  # noqa: ANN401 (Polars is imported late)
    """The needed columns, named key, v0, v1, …, numbers parsed by the reader, which takes an empty
    field as null and refuses other words (null_values would apply to the key as well)."""
    import polars as pl

    values = [pl.col(name).fill_nan(None).alias(f"v{j}") for j, name in enumerate(workload.values)]
    file = _read_csv(spec.dataset, set(workload.values) - {workload.group_by})
    return file.select(pl.col(workload.group_by).alias("key"), *values)


def _scan_of_words(spec: Spec, workload: Etl) -> Any:  # noqa: ANN401
    """The same for columns with words for missing values."""
    import polars as pl

    values = []
    for j, name in enumerate(workload.values):
        present = pl.when(~pl.col(name).is_in(MISSING)).then(pl.col(name))
        values.append(present.cast(pl.Float64, strict=True).fill_nan(None).alias(f"v{j}"))
    file = _read_csv(spec.dataset, set())
    return file.select(pl.col(workload.group_by).alias("key"), *values)


def _read_csv(data: Dataset, numbers: set[str]) -> Any:  # noqa: ANN401
    import polars as pl

    return pl.scan_csv(
        data.paths,
        # Columns go by position, whatever the first line says.
        has_header=False,
        skip_rows=1 if data.header else 0,
        separator=data.delimiter,
        quote_char=data.quote or None,
        schema={name: pl.Float64 if name in numbers else pl.String for name in data.names},
        empty_string_is_null=False,
        glob=False,
    )


def _means(run: Run, workload: Etl, scan: Any) -> Any:  # noqa: ANN401
    """A row a group: key, rows, mean0, present0, …"""
    import polars as pl

    if workload.loaded:
        with run.phase("load"):
            scan = stoppable(lambda: scan.collect(engine="streaming")).lazy()
    columns = [pl.len().alias("rows")]
    for j in range(len(workload.values)):
        columns += [pl.mean(f"v{j}").alias(f"mean{j}"), pl.count(f"v{j}").alias(f"present{j}")]
    with run.phase("compute"):
        query = scan.group_by("key").agg(columns)
        return stoppable(lambda: query.collect(engine="streaming"))


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
