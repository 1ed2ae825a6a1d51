"""Rows of a result, as the host gets them."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from spillway_adapters.query import job as jobs
from spillway_adapters.query import rows_file, table, written
from spillway_adapters.query.language import Csv, Input, Schema

SCHEMA: Schema = {
    "i": "int64",
    "f": "float64",
    "s": "text",
    "b": "bool",
    "d": "date",
    "t": "timestamp",
}
DAY = datetime.date(2024, 2, 29)
MOMENT = datetime.datetime(1, 1, 1, 23, 59, 59, 5)


def test_a_file_has_the_rows_that_json_would_write(tmp_path: Path) -> None:
    rows: list[tuple[Any, ...]] = [
        (2**63 - 1, 1e-300, 'a "b"\\\n\x00é日', True, DAY.isoformat(), MOMENT.isoformat()),
        (-(2**63), -0.0, "", False, DAY.isoformat(), MOMENT.isoformat()),
        (None,) * 6,
    ]
    # More than are written at a time, and an end between.
    many = rows * (table.BATCH // 2)
    path = tmp_path / "rows"
    assert rows_file.write(path, iter(many), SCHEMA) == len(many)
    lines = path.read_text().split("\n")
    assert lines == [*(json.dumps(row, ensure_ascii=False) for row in many), ""]


def test_no_rows_are_an_empty_file(tmp_path: Path) -> None:
    assert rows_file.write(tmp_path / "rows", iter([]), SCHEMA) == 0
    assert (tmp_path / "rows").read_bytes() == b""


def test_values_are_plain_whether_all_of_a_column_are_or_not() -> None:
    plain = [(1, 0.5, "a", True, DAY, MOMENT), (None,) * 6]
    columns = dict(zip(SCHEMA, map(list, zip(*plain, strict=True)), strict=True))
    as_shown = [(1, 0.5, "a", True, DAY.isoformat(), MOMENT.isoformat()), (None,) * 6]
    assert list(table.rows(pa.table(columns), SCHEMA)) == as_shown
    # Of a number that is no float, of those that are none, and of rows that users' scripts return.
    odd = [(True, "a"), (2.0, "a")]
    with pytest.raises(table.NoTable):
        list(table.rows(odd[:1], {"i": "int64", "s": "text"}))
    assert list(table.rows(odd[1:], {"i": "int64", "s": "text"})) == [(2, "a")]
    unknown = [(float("nan"),), (float("inf"),), (3,), (None,)]
    assert list(table.rows(unknown, {"f": "float64"})) == [(None,), (None,), (3.0,), (None,)]
    floats = [(float("nan"),), (float("-inf"),), (2.5,), (None,)]
    assert list(table.rows(floats, {"f": "float64"})) == [(None,), (None,), (2.5,), (None,)]


def read_back(folder: Path, text: str, columns: Schema) -> list[table.Row]:
    folder.mkdir()
    (folder / "part.csv").write_text(text, newline="")
    inputs = {"t": Input("t", ("t.csv",), "csv", columns, tuple(columns), Csv())}
    job = jobs.parse({"steps": [{"from": "t"}], "output": {"to": "csv"}}, inputs)
    return list(written.rows(folder, job))


def test_written_csv_is_read_a_record_at_a_time(tmp_path: Path) -> None:
    columns: Schema = {"s": "text", "i": "int64"}
    text = 's,i\n"a ""b"",\r\nc\n\n",1\n,2\r\n"",\nplain,-3\n"ends",4'
    expected = [('a "b",\r\nc\n\n', 1), (None, 2), ("", None), ("plain", -3), ("ends", 4)]
    assert read_back(tmp_path / "quotes", text, columns) == expected
    assert read_back(tmp_path / "one", "s\n\nx\n", {"s": "text"}) == [(None,), ("x",)]
    assert read_back(tmp_path / "none", "s,i\n", columns) == []
    assert read_back(tmp_path / "nothing", "", columns) == []
    # A record that has no end is no table, whatever follows.
    with pytest.raises(ValueError, match="substring not found"):
        read_back(tmp_path / "cut", 's,i\n"open,1\nmore,2\n', columns)
