"""Byte ranges of CSV files cut at row ends, and their rows as Arrow batches.

For engines whose tasks read a file's ranges themselves. A row belongs to the range that holds its
first byte. Whether a line break ends a row is unknown where quotes may hold line breaks, so a range
with a quote in it is rejected (`Quoted`) and its file is read whole, by one task.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.csv

from spillway_adapters import csv_plain
from spillway_adapters.csv_number import Numbers
from spillway_adapters.spec import Dataset

#: Bytes parsed at a time. A range's text is in memory whole, its columns batch by batch.
PARSE_BYTES = 4 << 20
#: The same where a row may take as many bytes as the native reader allows.
LONG_ROW_BYTES = 16 << 20
#: Read beyond a range's end in the hope of its last row's end.
SLACK = 1 << 16


class Quoted(Exception):
    """The range contains a quote: its file has to be read whole."""


@dataclass(frozen=True)
class Range:
    """Rows whose first byte lies in [begin, end); the whole file when `end` is None. The `bytes` of
    all ranges of a file are its size."""

    path: str
    begin: int
    end: int | None
    bytes: int

    @staticmethod
    def whole(path: str) -> Range:
        return Range(path, 0, None, Path(path).stat().st_size)


def plan(dataset: Dataset, largest: int, least_ranges: int) -> list[Range]:
    """Ranges of at most `largest` bytes, at least `least_ranges` of them if the files allow it."""
    sizes = {path: Path(path).stat().st_size for path in dataset.paths}
    largest = max(min(largest, sum(sizes.values()) // least_ranges), 1 << 20)
    ranges = []
    for path in dataset.paths:
        size = sizes[path]
        start = csv_plain.data_begin(path, dataset)
        parts = max(-(-(size - start) // largest), 1)
        cuts = [start + (size - start) * part // parts for part in range(parts + 1)]
        for begin, end in itertools.pairwise(cuts):
            before = begin if begin == start else 0  # read on the way to the first row
            ranges.append(Range(path, begin, end, end - begin + before))
    return ranges


def batches(
    part: Range, dataset: Dataset, text: str, numbers: list[str]
) -> Iterator[pyarrow.RecordBatch]:
    """Columns "0" (the raw text of `text`), "1", "2", … (`numbers`, null where missing)."""
    content = None if part.end is None else _rows(part, dataset, text)
    if content is not None and content.size == 0:
        return
    done = 0
    try:
        for batch in _parsed(part, content, dataset, text, numbers, as_text=False):
            yield batch
            done += len(batch)
        return
    except pyarrow.ArrowInvalid:
        pass
    # A number that Arrow does not know as one, a long row, or a malformed one.
    convert = NumbersOfText(dataset)
    try:
        for batch in _parsed(part, content, dataset, text, numbers, as_text=True):
            rest = batch.slice(min(done, len(batch)))
            done -= len(batch) - len(rest)
            if len(rest):
                yield convert(rest)
    except pyarrow.ArrowInvalid as invalid:
        place = "" if part.end is None else f", bytes {part.begin} to {part.end}"
        raise pyarrow.ArrowInvalid(f"{part.path}{place}: {invalid}") from None


def _parsed(
    part: Range,
    content: pyarrow.Buffer | None,
    dataset: Dataset,
    text: str,
    numbers: list[str],
    *,
    as_text: bool,
) -> Iterator[pyarrow.RecordBatch]:
    kind = pyarrow.string() if as_text else pyarrow.float64()
    names = [str(j) for j in range(len(numbers) + 1)]
    schema = pyarrow.schema([("0", pyarrow.string()), *((name, kind) for name in names[1:])])
    wanted = options(dataset, text, numbers, whole=content is None, as_text=as_text)
    source: Any = csv_plain.Plain(part.path, dataset, text) if content is None else content
    if content is None and not source.any():
        return
    opened = pyarrow.PythonFile(source, "r") if content is None else pyarrow.BufferReader(content)
    with opened, pyarrow.csv.open_csv(opened, **wanted) as reader:
        for batch in reader:
            yield pyarrow.RecordBatch.from_arrays(batch.columns, schema=schema)


class NumbersOfText:
    """Converts a batch whose numbers are text into numbers, by the native reader's rules."""

    def __init__(self, dataset: Dataset) -> None:
        self._number = Numbers(dataset)

    def __call__(self, batch: pyarrow.RecordBatch) -> pyarrow.RecordBatch:
        columns = [batch.column(0), *(self.column(column) for column in batch.columns[1:])]
        return pyarrow.RecordBatch.from_arrays(columns, names=batch.schema.names)

    def column(self, texts: pyarrow.Array) -> pyarrow.Array:
        encoded = texts.dictionary_encode()
        try:
            found = [self._number(text) for text in encoded.dictionary.to_pylist()]
        except ValueError as invalid:
            raise pyarrow.ArrowInvalid(str(invalid)) from None
        return pyarrow.array(found, pyarrow.float64(), from_pandas=True).take(encoded.indices)


def options(
    dataset: Dataset, text: str, numbers: list[str], *, whole: bool, as_text: bool = False
) -> dict[str, Any]:
    """Arrow's for the data rows of a file (`whole`) or of a part without quotes: only these columns
    are converted, the numbers too when not `as_text`."""
    wanted = dataset.places([text, *numbers])
    types = dict.fromkeys(wanted, pyarrow.string() if as_text else pyarrow.float64())
    types[wanted[0]] = pyarrow.string()
    return {
        "read_options": pyarrow.csv.ReadOptions(
            use_threads=False,
            block_size=LONG_ROW_BYTES if whole or as_text else PARSE_BYTES,
            column_names=dataset.all_places,
        ),
        "parse_options": pyarrow.csv.ParseOptions(
            delimiter=dataset.delimiter,
            quote_char=dataset.quote or False,
            newlines_in_values=whole and bool(dataset.quote),
        ),
        "convert_options": pyarrow.csv.ConvertOptions(
            include_columns=wanted,
            column_types=types,
            null_values=dataset.missing_spellings,
            strings_can_be_null=False,
            decimal_point=dataset.decimal,
        ),
    }


def _rows(part: Range, dataset: Dataset, text: str) -> pyarrow.Buffer:
    """The plain bytes of the range's rows, first to last."""
    assert part.end is not None
    # The byte before the range tells whether a row begins with it.
    before = int(part.begin > 0)
    length = part.end - part.begin + before
    with Path(part.path).open("rb", buffering=0) as file:
        file.seek(part.begin - before)
        content = _read(file, length + SLACK)
        first = content.find(b"\n", 0, length) + 1 if before else csv_plain.mark_length(content)
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
    lines = memoryview(content)[first:last]
    if csv_plain.filters(dataset, text):
        lines = csv_plain.plain_lines(bytes(lines), dataset, text)
    return pyarrow.py_buffer(lines)


def _read(file: Any, length: int) -> bytes:  # noqa: ANN401 (an unbuffered file)
    """Reads up to `length` bytes."""
    content = file.read(length)
    while content and len(content) < length and (more := file.read(length - len(content))):
        content += more
    return content
