"""Some rows of CSV files: enough to see how its values are written, within a moment.

A piece in the middle of a file may begin inside quotes: rows that have more or fewer fields than
there are columns are left out.
"""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

#: Of the beginning of the first file and of the end of the last.
END_BYTES = 256 * 1024
#: Of places evenly between them, over all files.
PLACES = 14
PLACE_BYTES = 64 * 1024
#: In place of an empty field in quotes, which csv does not tell from one without.
EMPTY_IN_QUOTES = "\ue000"

Row = list[str]


class Dialect(Protocol):
    """What a specification's Dataset has, and whatever has the same."""

    @property
    def delimiter(self) -> str: ...
    @property
    def quote(self) -> str: ...
    @property
    def header(self) -> bool: ...
    @property
    def comment(self) -> str: ...
    @property
    def skip_rows(self) -> int: ...
    @property
    def encoding(self) -> str: ...


def ends(paths: Sequence[str], dialect: Dialect, width: int) -> list[Row]:
    """Of the beginning of the first file and of the end of the last; `width`: the number of
    columns."""
    sizes = [Path(path).stat().st_size for path in (paths[0], paths[-1])]
    rows = _rows(dialect, width, paths[0], 0, END_BYTES)
    if len(paths) > 1 or sizes[0] > END_BYTES:
        rows += _rows(dialect, width, paths[-1], max(0, sizes[1] - END_BYTES), END_BYTES)
    return rows


def spread(paths: Sequence[str], dialect: Dialect, width: int) -> Iterator[list[Row]]:
    """Of many places; all of a small table. Empty fields in quotes are EMPTY_IN_QUOTES."""
    sizes = [Path(path).stat().st_size for path in paths]
    whole = sum(sizes) <= 2 * END_BYTES + PLACES * PLACE_BYTES
    if whole:
        for path, size in zip(paths, sizes, strict=True):
            yield _rows(dialect, width, path, 0, size, marked=True)
        return
    yield _rows(dialect, width, paths[0], 0, END_BYTES, marked=True)
    for place in range(1, PLACES + 1):
        offset = sum(sizes) * place // (PLACES + 1)
        for path, size in zip(paths, sizes, strict=True):
            if offset < size:
                yield _rows(dialect, width, path, offset, PLACE_BYTES, marked=True)
                break
            offset -= size
    last = max(0, sizes[-1] - END_BYTES)
    yield _rows(dialect, width, paths[-1], last, END_BYTES, marked=True)


def _rows(
    dialect: Dialect, width: int, path: str, begin: int, length: int, marked: bool = False
) -> list[Row]:
    """The whole rows among these bytes of a file, without its header."""
    with Path(path).open("rb") as file:
        file.seek(begin)
        data = file.read(length)
        at_end = not file.read(1)
    # A part of a line at either end.
    if begin:
        data = data.split(b"\n", 1)[-1]
    if not at_end:
        data = data.rpartition(b"\n")[0]
    encoding = "utf-8-sig" if dialect.encoding == "utf-8" else dialect.encoding
    text = data.decode(encoding, "replace")
    skipped = 0 if begin else dialect.skip_rows
    rows = (fields if marked else _fields)(text, dialect, skipped)
    if not begin and dialect.header:
        rows = rows[1:]
    return [row for row in rows if len(row) == width]


def fields(text: str, dialect: Dialect, skipped: int = 0) -> list[Row]:
    """The rows of a text. Empty fields in quotes are EMPTY_IN_QUOTES."""
    if dialect.quote and dialect.quote * 2 in text:
        text = _marked(text, dialect)
    return _fields(text, dialect, skipped)


def _marked(text: str, dialect: Dialect) -> str:
    quote, delimiter = re.escape(dialect.quote), re.escape(dialect.delimiter)
    empty = rf"(?:^|(?<={delimiter})){quote}{quote}(?={delimiter}|\r?$)"
    return re.sub(empty, EMPTY_IN_QUOTES, text, flags=re.MULTILINE)


def _fields(text: str, dialect: Dialect, skipped: int) -> list[Row]:
    lines = itertools.islice(io.StringIO(text, newline=""), skipped, None)
    kept = (x for x in lines if not (dialect.comment and x.startswith(dialect.comment)))
    quoting = csv.QUOTE_MINIMAL if dialect.quote else csv.QUOTE_NONE
    quote = dialect.quote or None
    return [*csv.reader(kept, delimiter=dialect.delimiter, quotechar=quote, quoting=quoting)]
