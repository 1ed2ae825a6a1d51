"""What some engines do not see in a file: quotes, and rows with too few or too many fields.

`check` is not part of an engine's timed work: it runs after `done`, for engines that read such rows
without a word, and only for files that have no manifest of Spillway's own. Two seconds a GB with
NumPy alone.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt

from spillway_adapters.protocol import RunError
from spillway_adapters.spec import Dataset

STRIPE = 1 << 22
NEWLINE = ord("\n")


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
    if dataset.rows is not None:
        return
    for path in dataset.paths:
        if not _regular(path, dataset):
            _judge(path, dataset, blank_lines)


def _regular(path: str, dataset: Dataset) -> bool:
    """Whether separators alternate as in a file without blank lines or stray quotes."""
    columns = len(dataset.columns)
    quoted = 0
    open_fields = 0
    with Path(path).open("rb") as file:
        while stripe := file.read(STRIPE):
            content = np.frombuffer(stripe, np.uint8)
            separator = (content == NEWLINE) | (content == ord(dataset.delimiter))
            if dataset.quote and (quotes := content == ord(dataset.quote)).any():
                inside = (np.cumsum(quotes, dtype=np.int64) + quoted) & 1
                separator &= inside == 0
                quoted = int(inside[-1])
            elif quoted:
                continue
            ends = _line_ends(content, separator, open_fields)
            whole = len(ends) // columns * columns
            rows = ends[:whole].reshape(-1, columns)
            if not rows[:, -1].all() or rows[:, :-1].any() or ends[whole:].any():
                return False
            open_fields = len(ends) - whole
    return not quoted and open_fields in (0, columns - 1)


def _line_ends(
    content: npt.NDArray[np.uint8], separator: npt.NDArray[np.bool_], open_fields: int
) -> npt.NDArray[np.bool_]:
    """For each separator, those of the row begun before included: whether it ends a line."""
    ends = content[separator] == NEWLINE
    return np.concatenate([np.zeros(open_fields, np.bool_), ends])


def _judge(path: str, dataset: Dataset, blank_lines: bool) -> None:
    csv.field_size_limit(sys.maxsize)
    columns = len(dataset.columns)
    quoting = csv.QUOTE_MINIMAL if dataset.quote else csv.QUOTE_NONE
    with Path(path).open(encoding="utf-8", errors="replace", newline="") as lines:
        rows = csv.reader(
            lines, delimiter=dataset.delimiter, quotechar=dataset.quote or None, quoting=quoting
        )
        for row in rows:
            if not row and not blank_lines:
                raise RunError(
                    "unsupported", f"{path}, line {rows.line_num} is blank: read as a row."
                )
            if row and len(row) != columns:
                raise RunError(
                    "data-unreadable",
                    f"{path}, line {rows.line_num}: {len(row)} fields instead of {columns}.",
                )
