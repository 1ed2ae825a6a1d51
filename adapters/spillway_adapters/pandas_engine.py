"""pandas, with scikit-learn for the regression: one process, one thread of its own.

streamed: read_csv in chunks of rows, each aggregated at once (pandas' guide "Scaling to large
datasets"). loaded: one DataFrame of the needed columns, then one groupby.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from spillway_adapters import groups, pandas_csv, pandas_logreg, shape
from spillway_adapters.protocol import Answer, Run, serve, stoppable
from spillway_adapters.spec import Etl, Logreg

#: Rows at a time: 1 M rows of three columns are some 25 MB.
CHUNK_ROWS = 1_000_000


class Pandas:
    name = "pandas"
    package = "pandas"
    libraries = ("numpy", "scikit-learn", "scipy", "pyarrow")

    def start(self, run: Run) -> dict[str, Any]:
        import pandas

        settings = {
            "threads": 1,
            "chunk_rows": CHUNK_ROWS,
            "string_storage": pandas.options.mode.string_storage,
        }
        workload = run.spec.workload
        if isinstance(workload, Logreg):
            import sklearn.linear_model  # noqa: F401 (no part of the timed work)

            pandas_logreg.check(workload)
            settings["solver"] = workload.solver
        return settings

    def work(self, run: Run) -> Answer:
        workload = run.spec.workload
        run.afterwards = lambda: shape.check(run.spec.dataset)
        if isinstance(workload, Logreg):
            options = pandas_csv.options(run.spec.dataset, workload.label, workload.features)
            # The split goes by the features' bits: they have to be rounded correctly.
            options["float_precision"] = "round_trip"
            return pandas_logreg.fit(run, workload, _chunks(run, options))
        return _loaded(run, workload) if workload.loaded else _streamed(run, workload)

    def error_code(self, failure: Exception) -> str | None:
        readable = (ValueError, OSError)
        return "data-unreadable" if isinstance(failure, readable) else None

    def close(self, run: Run) -> None:
        pass


# --- Reading -------------------------------------------------------------------------------------


def _chunks(run: Run, options: dict[str, Any]) -> Iterator[Any]:
    """Frames of rows, in order; counts them."""
    import pandas

    rows = 0
    for path in run.spec.dataset.paths:
        chunks = pandas.read_csv(path, chunksize=CHUNK_ROWS, **options)
        while (chunk := _next(chunks)) is not None:
            yield chunk
            rows += len(chunk)
            run.counters(rows=rows)
            run.progress(rows, run.spec.dataset.rows, "rows")
        chunks.close()  # Not after a stop: the parser may still be at work in its thread.
    run.counters(rows=rows, final=True)


def _next(chunks: Any) -> Any:  # noqa: ANN401
    return stoppable(lambda: next(chunks, None))


# --- ETL -----------------------------------------------------------------------------------------


def _streamed(run: Run, workload: Etl) -> Answer:
    import pandas

    with run.phase("compute"):
        options = pandas_csv.options(run.spec.dataset, workload.group_by, workload.values)
        parts = [_aggregated(chunk, workload) for chunk in _chunks(run, options)]
        total = pandas.concat(parts).groupby(level=0, sort=False).sum()
        return partial(_result, run, workload, total)


def _loaded(run: Run, workload: Etl) -> Answer:
    import pandas

    options = pandas_csv.options(run.spec.dataset, workload.group_by, workload.values)
    with run.phase("load"):
        paths = run.spec.dataset.paths
        frames = stoppable(lambda: [pandas.read_csv(path, **options) for path in paths])
        frame = frames[0] if len(frames) == 1 else pandas.concat(frames, ignore_index=True)
        run.counters(rows=len(frame), final=True)
    with run.phase("compute"):
        return partial(_result, run, workload, stoppable(lambda: _aggregated(frame, workload)))


def _aggregated(frame: Any, workload: Etl) -> Any:  # noqa: ANN401 (pandas is imported late)
    """A row a group: rows, then sum and present values of each column, columns by number."""
    grouped = frame.groupby(workload.group_by, sort=False, dropna=False)
    table = grouped.size().to_frame("rows")
    for j, name in enumerate(workload.values):
        table[f"sum {j}"] = grouped[name].sum()
        table[f"present {j}"] = grouped[name].count()
    return table


def _result(run: Run, workload: Etl, table: Any) -> dict[str, Any]:  # noqa: ANN401
    columns = range(len(workload.values))
    means = [(table[f"sum {j}"] / table[f"present {j}"]).tolist() for j in columns]
    present = [table[f"present {j}"].sum() for j in columns]
    counts = table["rows"].tolist()
    rows = zip(table.index.tolist(), counts, zip(*means, strict=True), strict=True)
    missing = groups.missing_counts(sum(counts), present)
    return groups.etl_result(rows, workload.values, missing, run.spec.scratch)


if __name__ == "__main__":
    serve(Pandas())
