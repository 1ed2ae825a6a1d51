"""Byte ranges of a file hold each of its rows once, wherever they are cut."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from host import ADAPTERS

pytest.importorskip("pyarrow")
sys.path.insert(0, str(ADAPTERS))
from spillway_adapters import csv_plain, csv_ranges
from spillway_adapters.csv_ranges import Quoted, Range
from spillway_adapters.spec import Column, Dataset

Csv = Callable[..., Path]


def dataset(file: Path, header: bool = True) -> Dataset:
    columns = [Column("key", "text"), Column("skipped", "text"), Column("x", "real")]
    return Dataset(file.name, [str(file)], ",", '"', header, columns, None, file.stat().st_size)


def rows(part: Range, data: Dataset) -> list[tuple[str, float | None]]:
    found = []
    for batch in csv_ranges.batches(part, data, "key", ["x"]):
        found += [(row["0"], row["1"]) for row in batch.to_pylist()]
    return found


@pytest.mark.parametrize(
    "text",
    [
        "key,skipped,x\nA,s,1\nBB,,2.5\n,s,\nNA,s,NA\n",
        "key,skipped,x\nA,s,1\nBB,,2.5",
        "key,skipped,x\r\nA,s,1\r\n\r\nBB,,2.5\r\n",
        "\ufeffkey,skipped,x\nA,s,1\n\n\nBB,,2.5\n\n",
        "key,skipped,x\n",
    ],
    ids=["plain", "no last newline", "CRLF", "byte order mark", "no row"],
)
def test_every_cut_holds_each_row_once(csv: Csv, text: str) -> None:
    file = csv(text)
    data = dataset(file)
    size = file.stat().st_size
    whole = rows(Range.whole(str(file)), data)
    begin = csv_plain.data_begin(str(file), data)
    for first in range(begin, size):
        for second in range(first, size):
            cuts = [begin, first, second, size]
            parts = [Range(str(file), *cut, 0) for cut in itertools.pairwise(cuts)]
            assert [row for part in parts for row in rows(part, data)] == whole, cuts


def test_a_row_may_be_longer_than_what_is_read_at_once(csv: Csv) -> None:
    long = "y" * (csv_ranges.SLACK * 3)
    file = csv(f"A,,1\n{long},,2\nB,,3\n")
    data = dataset(file, header=False)
    size = file.stat().st_size
    for cut in (4, 5, 6, size // 2, size - 6, size - 5):
        parts = [Range(str(file), 0, cut, 0), Range(str(file), cut, size, 0)]
        assert [key for part in parts for key, _ in rows(part, data)] == ["A", long, "B"]


def test_a_range_with_a_quote_is_refused_and_others_are_not(csv: Csv) -> None:
    text = 'key,skipped,x\nA,s,1\n"B\nB",s,2\n'
    file = csv(text)
    data = dataset(file)
    begin, quote = csv_plain.data_begin(str(file), data), text.index('"')
    assert rows(Range(str(file), begin, quote, 0), data) == [("A", 1)]
    with pytest.raises(Quoted):
        rows(Range(str(file), quote, len(text), 0), data)
    assert rows(Range.whole(str(file)), data) == [("A", 1), ("B\nB", 2)]


def test_a_malformed_row_says_where(csv: Csv) -> None:
    file = csv("key,skipped,x\nA,s,1\nB,s,two\n")
    with pytest.raises(ValueError, match=r"data\.csv, bytes 14 to 28.*two"):
        rows(Range(str(file), 14, file.stat().st_size, 0), dataset(file))
