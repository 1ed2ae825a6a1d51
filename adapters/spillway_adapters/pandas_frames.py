"""CSV files as DataFrames of pandas, in chunks or whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from spillway_adapters import csv_plain, pandas_csv, shape
from spillway_adapters.protocol import Answer, Run, stoppable

#: Rows at a time: 1 M rows of three columns are some 25 MB.
CHUNK_ROWS = 1_000_000


class Frames:
    """The columns that the work reads, called by their places in the file: one of text, then
    numbers."""

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


def answer(run: Run, work: Callable[[Frames], Answer]) -> Answer:
    """What `work` makes of the frames, again as text where pandas cannot read the numbers."""
    run.afterwards = lambda: shape.check(run.spec.dataset)
    try:
        return work(Frames(run, as_text=False))
    except ValueError as failure:
        run.log(f"Reading again, numbers as text, then as numbers: {failure}")
        return work(Frames(run, as_text=True))


def _next(chunks: Any) -> Any:  # noqa: ANN401
    return stoppable(lambda: next(chunks, None))
