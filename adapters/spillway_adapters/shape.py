"""Defects that some engines miss in a file: a row with a wrong number of fields, a quote where none
is allowed, a lone carriage return, a byte that is not text. By the native reader's grammar.

`check` is not part of an engine's timed work: it runs after `done`, and only for files that have no
manifest of Spillway's own. Two seconds a GB with NumPy alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np
import numpy.typing as npt

from spillway_adapters import csv_plain
from spillway_adapters.protocol import RunError
from spillway_adapters.spec import Dataset

STRIPE = 1 << 22
#: A row may be as long as for the native reader.
LONGEST_ROW = 16 << 20
NEWLINE = ord("\n")
Bytes = npt.NDArray[np.uint8]
Marks = npt.NDArray[np.bool_]


def with_quotes(dataset: Dataset) -> list[str]:
    """Files with a quote in them: whether a line break ends a row is unknown there."""
    quote = dataset.quote.encode()
    return [path for path in dataset.paths if quote and _holds(path, quote)]


def _holds(path: str, byte: bytes) -> bool:
    with Path(path).open("rb", buffering=0) as file:
        while content := file.read(1 << 20):
            if byte in content:
                return True
    return False


def check(dataset: Dataset, *, blank_lines: bool = True) -> None:
    """Every row has as many fields as there are columns; `blank_lines`: the engine skips them."""
    if dataset.rows is not None or dataset.format != "csv":
        return
    for path in dataset.paths:
        if not _Regular(path, dataset).holds():
            _judge(path, dataset, blank_lines)


@dataclass
class _Regular:
    """Whether a file is seen at once to be well formed: separators alternate as in a file without
    blank lines and comments, and quotes stand at the ends of fields. What is not may still be."""

    path: str
    dataset: Dataset
    quoted: int = 0  #: 1 within a quoted field
    open_fields: int = 0  #: of the row that is under way
    last: bytes = b"\n"  #: byte before the stripe
    row_bytes: int = 0  #: of the row that is under way, at least

    def holds(self) -> bool:
        if self.dataset.comment:
            return False
        with Path(self.path).open("rb", buffering=0) as file:
            file.seek(csv_plain.data_begin(self.path, self.dataset))
            if file.tell() == 0:
                file.seek(csv_plain.mark_length(file.read(3)))
            if not all(self._stripe(*stripe) for stripe in self._stripes(file)):
                return False
        ended = self.last == b"\n"
        return not self.quoted and self.open_fields == (
            0 if ended else len(self.dataset.columns) - 1
        )

    def _stripes(self, file: IO[bytes]) -> Iterator[tuple[bytes, bool]]:
        """The rest of the file, and whether it is known to end with this stripe. None ends with a
        byte whose meaning the next one decides."""
        open_ends = tuple(byte.encode() for byte in ("\r", self.dataset.quote) if byte)
        while stripe := file.read(STRIPE):
            more = stripe
            while more and stripe.endswith(open_ends):
                more = file.read(1)
                stripe += more
            yield stripe, not more

    def _stripe(self, stripe: bytes, at_end: bool) -> bool:
        alone = stripe.count(b"\r") != stripe.count(b"\r\n") if b"\r" in stripe else False
        if b"\0" in stripe or alone:
            return False
        content = np.frombuffer(stripe, np.uint8)
        separator = (content == NEWLINE) | (content == ord(self.dataset.delimiter))
        if not self._quotes(content, separator, at_end):
            return False
        columns = len(self.dataset.columns)
        ends = content[separator] == NEWLINE
        ends = np.concatenate([np.zeros(self.open_fields, np.bool_), ends])
        whole = len(ends) // columns * columns
        rows = ends[:whole].reshape(-1, columns)
        if not rows[:, -1].all() or rows[:, :-1].any() or ends[whole:].any():
            return False
        self.open_fields = len(ends) - whole
        self.last = stripe[-1:]
        self.row_bytes = 0 if whole else self.row_bytes + len(stripe)
        return self.row_bytes < LONGEST_ROW - 2 * STRIPE

    def _quotes(self, content: Bytes, separator: Marks, at_end: bool) -> bool:
        """Takes the separators within quotes out. False where a quote is neither at an end of a
        field nor doubled."""
        if not self.dataset.quote:
            return True
        quotes = content == ord(self.dataset.quote)
        if not quotes.any():
            if self.quoted:
                separator[:] = False
            return True
        inside = (np.cumsum(quotes, dtype=np.int64) + self.quoted) & 1
        separator &= inside == 0
        self.quoted = int(inside[-1])
        at = np.flatnonzero(quotes)
        opens = inside[at] == 1
        ends = separator | quotes | (content == ord("\r"))
        before = np.concatenate([[self.last in self._edges()], ends[:-1]])[at]
        after = np.concatenate([ends[1:], [at_end]])[at]
        return bool(np.where(opens, before, after).all())

    def _edges(self) -> tuple[bytes, ...]:
        return (b"\n", self.dataset.delimiter.encode("latin-1"), self.dataset.quote.encode())


def _judge(path: str, dataset: Dataset, blank_lines: bool) -> None:
    for row in csv_plain.data_rows(path, dataset):
        check_row(path, row, dataset)
        if not row.fields and not blank_lines:
            raise RunError("unsupported", f"{path}, line {row.line} is blank: read as a row.")


def check_row(path: str, row: csv_plain.Row, dataset: Dataset) -> None:
    fields, columns = len(row.fields), len(dataset.columns)
    fault = ""
    if fields and fields != columns:
        fault = f"{fields} fields instead of {columns}"
    elif b"\0" in row.content:
        fault = "a NUL byte"
    elif row.content.endswith(b"\r"):
        fault = "a carriage return alone"
    elif len(row.content) > LONGEST_ROW:
        fault = f"a row of more than {LONGEST_ROW >> 20} MiB"
    if fault:
        raise RunError("data-unreadable", f"{path}, line {row.line}: {fault}.")
