"""Byte ranges of CSV files cut at row ends, and their rows as Arrow batches.

For engines whose tasks read a file's ranges themselves. A row belongs to the range that holds its
first byte. Whether a line break ends a row is unknown where quotes may hold line breaks, so a range
with a quote in it is refused (`Quoted`) and its file is read whole, by one task.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.csv

from spillway_adapters.spec import MISSING, Dataset

#: Bytes parsed at a time. A range's text is in memory whole, its columns batch by batch.
PARSE_BYTES = 4 << 20
#: A row of a file that is read whole may take this many bytes.
WHOLE_PARSE_BYTES = 16 << 20
#: Read beyond a range's end in the hope of its last row's end.
SLACK = 1 << 16


class Quoted(Exception):
    """The range has a quote in it: its file has to be read whole."""


@dataclass(frozen=True)
class Range:
    """Rows whose first byte lies in [begin, end); the whole file when `end` is None."""

    path: str
    begin: int
    end: int | None
    bytes: int

    @staticmethod
    def whole(path: str) -> Range:
        return Range(path, 0, None, Path(path).stat().st_size)


def plan(paths: list[str], largest: int, least_ranges: int) -> list[Range]:
    """Ranges of at most `largest` bytes; where the files allow it at least `least_ranges`."""
    sizes = {path: Path(path).stat().st_size for path in paths}
    largest = max(min(largest, sum(sizes.values()) // least_ranges), 1 << 20)
    ranges = []
    for path in paths:
        size = sizes[path]
        parts = max(-(-size // largest), 1)
        cuts = [size * part // parts for part in range(parts + 1)]
        for begin, end in itertools.pairwise(cuts):
            ranges.append(Range(path, begin, end, end - begin))
    return ranges


def batches(
    part: Range, dataset: Dataset, text: str, numbers: list[str]
) -> Iterator[pyarrow.RecordBatch]:
    """Columns "0" (the raw text of `text`), "1", "2", … (`numbers`, null where missing)."""
    source: Any = part.path if part.end is None else pyarrow.BufferReader(_rows(part, dataset))
    if part.end is not None and source.size() == 0:
        return
    schema = pyarrow.schema(
        [("0", pyarrow.string()), *((str(j + 1), pyarrow.float64()) for j in range(len(numbers)))]
    )
    wanted = options(dataset, text, numbers, part.end is None)
    wanted["read_options"].skip_rows_after_names = int(dataset.header and part.begin == 0)
    try:
        with pyarrow.csv.open_csv(source, **wanted) as reader:
            for batch in reader:
                yield pyarrow.RecordBatch.from_arrays(batch.columns, schema=schema)
    except pyarrow.ArrowInvalid as invalid:
        place = "" if part.end is None else f", bytes {part.begin} to {part.end}"
        raise pyarrow.ArrowInvalid(f"{part.path}{place}: {invalid}") from None


def places(dataset: Dataset, columns: list[str]) -> list[str]:
    """What these columns are called by a reader with `options`: by their place in the file, since
    names need not be distinct or fit for an engine."""
    return [str(dataset.names.index(column)) for column in columns]


def options(dataset: Dataset, text: str, numbers: list[str], whole: bool) -> dict[str, Any]:
    """Arrow's for a file (`whole`) or a part without quotes: only these columns are converted."""
    wanted = places(dataset, [text, *numbers])
    types = dict.fromkeys(wanted, pyarrow.float64())
    types[wanted[0]] = pyarrow.string()
    return {
        "read_options": pyarrow.csv.ReadOptions(
            use_threads=False,
            block_size=WHOLE_PARSE_BYTES if whole else PARSE_BYTES,
            column_names=[str(place) for place in range(len(dataset.columns))],
            skip_rows_after_names=int(dataset.header),
        ),
        "parse_options": pyarrow.csv.ParseOptions(
            delimiter=dataset.delimiter,
            quote_char=dataset.quote or False,
            newlines_in_values=whole and bool(dataset.quote),
        ),
        "convert_options": pyarrow.csv.ConvertOptions(
            include_columns=wanted,
            column_types=types,
            null_values=MISSING,
            strings_can_be_null=False,
        ),
    }


def _rows(part: Range, dataset: Dataset) -> pyarrow.Buffer:
    """The bytes of the range's rows, first to last."""
    assert part.end is not None
    # The byte before the range tells whether a row begins with it.
    before = int(part.begin > 0)
    length = part.end - part.begin + before
    with Path(part.path).open("rb", buffering=0) as file:
        file.seek(part.begin - before)
        content = _read(file, length + SLACK)
        first = content.find(b"\n", 0, length) + 1 if before else 0
        if (before and first == 0) or first >= length:
            return pyarrow.py_buffer(b"")
        last = content.find(b"\n", length - 1) + 1
        while last == 0:
            searched = len(content)
            content += _read(file, PARSE_BYTES)
            # Without another line break the last row ends with the file.
            at_end = len(content) == searched
            last = searched if at_end else content.find(b"\n", searched) + 1
    if dataset.quote and content.find(dataset.quote.encode(), first, last) >= 0:
        raise Quoted
    return pyarrow.py_buffer(memoryview(content)[first:last])


def _read(file: Any, length: int) -> bytes:  # noqa: ANN401 (an unbuffered file)
    """As many bytes as there are, up to `length`."""
    content = file.read(length)
    while content and len(content) < length and (more := file.read(length - len(content))):
        content += more
    return content
