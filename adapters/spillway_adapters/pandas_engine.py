"""pandas, with scikit-learn for the regression: one process, one computing thread.

streamed: read_csv in chunks of rows, each aggregated at once (pandas' guide "Scaling to large
datasets"). loaded: one DataFrame of the needed columns, then one groupby.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from spillway_adapters import csv_plain, groups, pandas_csv, pandas_logreg, shape
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
        run.afterwards = lambda: shape.check(run.spec.dataset)
        try:
            return _answer(run, as_text=False)
        except ValueError as failure:
            run.log(f"Reading again, numbers as text, then as numbers: {failure}")
            return _answer(run, as_text=True)

    def error_code(self, failure: Exception) -> str | None:
        readable = (ValueError, OSError)
        return "data-unreadable" if isinstance(failure, readable) else None

    def close(self, run: Run) -> None:
        pass


def _answer(run: Run, *, as_text: bool) -> Answer:
    workload = run.spec.workload
    frames = Frames(run, as_text)
    if isinstance(workload, Logreg):
        # The split goes by the features' bits: they have to be rounded correctly.
        frames.options["float_precision"] = "round_trip"
        return pandas_logreg.fit(run, workload, frames.chunks())
    return _loaded(run, workload, frames) if workload.loaded else _streamed(run, workload, frames)


# --- Reading -------------------------------------------------------------------------------------


class Frames:
    """The needed columns, called by their places in the file."""

    def __init__(self, run: Run, as_text: bool) -> None:
        data = run.spec.dataset
        text, *numbers = run.spec.workload.columns
        self.text, *self.numbers = data.places([text, *numbers])
        self.options = pandas_csv.options(
            data, self.text, self.numbers, names=data.all_places, as_text=as_text
        )
        self._run = run
        self._column = text
        self._as_text = as_text

    def chunks(self) -> Iterator[Any]:
        """Frames of rows, in order; counts them."""
        import pandas

        rows = 0
        for path in self._run.spec.dataset.paths:
            with self._open(path) as file:
                if not file.any():
                    yield self._nothing()
                    continue
                chunks = pandas.read_csv(file, chunksize=CHUNK_ROWS, **self.options)
                while (chunk := _next(chunks)) is not None:
                    yield self._numbers(chunk)
                    rows += len(chunk)
                    self._run.counters(rows=rows)
                    self._run.progress(rows, self._run.spec.dataset.rows, "rows")
        self._run.counters(rows=rows, final=True)

    def whole(self, path: str) -> Any:  # noqa: ANN401
        import pandas

        with self._open(path) as file:
            if not file.any():
                return self._nothing()
            return self._numbers(pandas.read_csv(file, **self.options))

    def _open(self, path: str) -> csv_plain.Plain:
        return csv_plain.Plain(path, self._run.spec.dataset, self._column)

    def _nothing(self) -> Any:  # noqa: ANN401
        """A frame without a row; pandas refuses to read such a file."""
        import pandas

        types = {self.text: "str", **dict.fromkeys(self.numbers, "float64")}
        return pandas.DataFrame(
            {name: pandas.Series([], dtype=kind) for name, kind in types.items()}
        )

    def _numbers(self, frame: Any) -> Any:  # noqa: ANN401
        if not self._as_text:
            return frame
        return pandas_csv.as_numbers(frame, self.numbers, self._run.spec.dataset)


def _next(chunks: Any) -> Any:  # noqa: ANN401
    return stoppable(lambda: next(chunks, None))


# --- ETL -----------------------------------------------------------------------------------------


def _streamed(run: Run, workload: Etl, frames: Frames) -> Answer:
    import pandas

    with run.phase("compute"):
        parts = [_aggregated(chunk, frames) for chunk in frames.chunks()]
        total = pandas.concat(parts).groupby(level=0, sort=False).sum()
        return partial(_result, run, workload, total)


def _loaded(run: Run, workload: Etl, frames: Frames) -> Answer:
    import pandas

    with run.phase("load"):
        paths = run.spec.dataset.paths
        parts = stoppable(lambda: [frames.whole(path) for path in paths])
        frame = parts[0] if len(parts) == 1 else pandas.concat(parts, ignore_index=True)
        run.counters(rows=len(frame), final=True)
    with run.phase("compute"):
        return partial(_result, run, workload, stoppable(lambda: _aggregated(frame, frames)))


def _aggregated(frame: Any, frames: Frames) -> Any:  # noqa: ANN401 (pandas is imported late)
    """A row per group: rows, then sum and present values of each column, columns by number."""
    grouped = frame.groupby(frames.text, sort=False, dropna=False)
    table = grouped.size().to_frame("rows")
    for j, name in enumerate(frames.numbers):
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
