"""CSV and Parquet files as DataFrames of pandas, in chunks or whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Protocol

from spillway_adapters import csv_plain, pandas_csv, parquet_text, shape
from spillway_adapters.protocol import Answer, Run, stoppable

#: Rows at a time: 1 M rows of three columns are some 25 MB.
CHUNK_ROWS = 1_000_000


class Frames(Protocol):
    """The columns that the work reads: one of text, which of Parquet has the file's own type, then
    numbers."""

    text: str  #: what it is called in a frame
    numbers: list[str]

    def chunks(self) -> Iterator[Any]:
        """Frames of rows, in order; counts them."""
        ...

    def whole(self, path: str) -> Any:  # noqa: ANN401 (pandas is imported late)
        """A file as one frame."""
        ...

    def spelled(self, keys: Any) -> list[str]:  # noqa: ANN401
        """What is in the column of text, of an index or an array, as text."""
        ...


class CsvFrames:
    """Columns are called by their places in the file."""

    def __init__(self, run: Run, as_text: bool, **options: str) -> None:
        data = run.spec.dataset
        text, *numbers = run.spec.workload.columns
        self.text, *self.numbers = data.places([text, *numbers])
        self.options = pandas_csv.options(
            data, self.text, self.numbers, names=data.all_places, as_text=as_text
        )
        self.options |= options
        self._run = run
        self._column = text
        self._as_text = as_text

    def chunks(self) -> Iterator[Any]:
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

    def spelled(self, keys: Any) -> list[str]:  # noqa: ANN401
        return keys.tolist()

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


class ParquetFrames:
    """Columns are called "0" and "1", "2", …"""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._data = run.spec.dataset
        self._text, *self._numbers = run.spec.workload.columns
        self.text, *self.numbers = (str(j) for j in range(len(run.spec.workload.columns)))

    def chunks(self) -> Iterator[Any]:
        from spillway_adapters import pandas_parquet

        rows = 0
        for path in self._data.paths:
            found = self._batches(path)
            while (batch := _next(found)) is not None:
                yield pandas_parquet.frame(self._table([batch]))
                rows += len(batch)
                self._run.counters(rows=rows)
                self._run.progress(rows, self._data.rows, "rows")
        if rows == 0:
            yield pandas_parquet.frame(self._table([]))
        self._run.counters(rows=rows, final=True)

    def whole(self, path: str) -> Any:  # noqa: ANN401
        from spillway_adapters import pandas_parquet

        return pandas_parquet.frame(self._table(list(self._batches(path))))

    def spelled(self, keys: Any) -> list[str]:  # noqa: ANN401
        from spillway_adapters import pandas_parquet

        return pandas_parquet.spelled(keys, parquet_text.type_of(self._data, self._text))

    def _batches(self, path: str) -> Iterator[Any]:
        from spillway_adapters import parquet_rows

        data, text, numbers = self._data, self._text, self._numbers
        part = parquet_rows.whole(path, data, [text, *numbers])
        return parquet_rows.batches(part, data, text, numbers, CHUNK_ROWS)

    def _table(self, batches: list[Any]) -> Any:  # noqa: ANN401
        import pyarrow

        from spillway_adapters import parquet_rows

        schema = parquet_rows.schema(self._data, self._text, len(self._numbers))
        return pyarrow.Table.from_batches(batches, schema=schema)


def answer(run: Run, work: Callable[[Frames], Answer], **options: str) -> Answer:
    """What `work` makes of the frames, of CSV again as text where pandas cannot read the numbers.
    `options`: more of read_csv."""
    if run.spec.dataset.format == "parquet":
        return work(ParquetFrames(run))
    run.afterwards = lambda: shape.check(run.spec.dataset)
    try:
        return work(CsvFrames(run, as_text=False, **options))
    except ValueError as failure:
        run.log(f"Reading again, numbers as text, then as numbers: {failure}")
        return work(CsvFrames(run, as_text=True, **options))


def set_up(run: Run) -> None:
    """Imports what reading needs."""
    if run.spec.dataset.format == "parquet":
        from spillway_adapters import pandas_parquet, parquet_rows  # noqa: F401


def _next(chunks: Any) -> Any:  # noqa: ANN401
    return stoppable(lambda: next(chunks, None))
