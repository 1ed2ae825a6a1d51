"""Which columns of CSV files are read as text: those with values that are not written plainly."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from spillway_adapters import csv_sample
from spillway_adapters.query import csv_numbers
from spillway_adapters.query import job as jobs
from spillway_adapters.query.language import Csv, Input, Settings, Type, columns_as_text


def table(paths: list[Path], columns: dict[str, Type], **dialect: Any) -> Input:  # noqa: ANN401
    texts = tuple(map(str, paths))
    return Input("t", texts, "csv", columns, tuple(columns), Csv(**dialect))


def as_text(path: Path, text: str, columns: dict[str, Type], **dialect: Any) -> tuple[str, ...]:  # noqa: ANN401
    path.write_text(text, newline="")
    inputs = {"t": table([path], columns, **dialect)}
    job = csv_numbers.looked_at(jobs.parse({"steps": [{"from": "t"}]}, inputs))
    return job.inputs["t"].as_text


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("int64", "1 -2 007"),
        ("float64", "1 -2.5 .5 1e3 1.5E-7"),
        ("bool", "true False TRUE"),
        ("date", "2024-02-29"),
        ("timestamp", "2024-02-29T10:00:00.5 2024-02-29 2024-02-29T10:00"),
        ("timestamp", "2024-02-29T10:00:00Z 2024-02-29T10:00:00.123456+02:00"),
    ],
)
def test_what_is_written_plainly_is_read_as_it_is(kind: Type, values: str, tmp_path: Path) -> None:
    quoted = "".join(f'"{value}",x\n' for value in values.split())
    text = "v,s\n" + "".join(f"{value},NA\n" for value in [*values.split(), ""]) + quoted
    assert as_text(tmp_path / "t.csv", text, {"v": kind, "s": "text"}) == ()


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        *((kind, word) for kind in ("int64", "float64", "date") for word in ("NA", "n/a", '""')),
        *(("int64", value) for value in (" 1", "1 ", "+1", "1.5", "1_0", '" 1"', '"NULL"')),
        *(("float64", value) for value in ("inf", "1.#IND", "5.", "1d", "0x1F")),
        *(("bool", value) for value in ("t", "1", "yes", "tRUE")),
        *(("date", value) for value in ("2024-1-2", "02/03/2024")),
        *(("timestamp", value) for value in ("2024-02-29T10", "2024-02-29 10:00:00 Z")),
    ],
)
def test_anything_else_is_read_as_text(kind: Type, value: str, tmp_path: Path) -> None:
    plain = {"date": "2024-02-29", "timestamp": "2024-02-29 10:00:00", "bool": "true"}.get(
        kind, "1"
    )
    text = f"v,s,w\n{plain},x,1\n{value},x,1\n{plain},x,1\n"
    assert as_text(tmp_path / "t.csv", text, {"v": kind, "s": "text", "w": "int64"}) == ("v",)


def test_times_with_and_without_a_zone_in_one_column_are_read_as_text(tmp_path: Path) -> None:
    text = "v\n2024-02-29 10:00:00\n2024-02-29 10:00:00Z\n"
    assert as_text(tmp_path / "t.csv", text, {"v": "timestamp"}) == ("v",)


def test_the_dialect_says_what_a_number_is(tmp_path: Path) -> None:
    columns: dict[str, Type] = {"v": "float64", "w": "int64"}
    text = "by hand\nv;w\n# NA;NA\n1,5;1\n2;'3'\n"
    dialect = {"delimiter": ";", "decimal": ",", "comment": "#", "skip_rows": 1, "quote": "'"}
    assert as_text(tmp_path / "t.csv", text, columns, **dialect) == ()
    assert as_text(tmp_path / "t.csv", text + "1.5;''\n", columns, **dialect) == ("v", "w")


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ('s,v\n"",1\n', True),
        ('v,s\n1,""', True),
        ('v,s,w\n1,"",2\r\n', True),
        ("s,v\n,1\n", False),
        ('s,v\na,""\n', False),
        ('s,v\n"a, ""b"" c",1\n', False),
        ('v,s\n1,"""a"""\n', False),
    ],
)
def test_an_empty_text_in_quotes_is_seen(text: str, seen: bool, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(text, newline="")
    kinds: dict[str, Type] = {"s": "text", "v": "int64", "w": "int64"}
    columns = {name: kinds[name] for name in text.split("\n", 1)[0].split(",")}
    inputs = {"t": table([path], columns)}
    job = csv_numbers.looked_at(jobs.parse({"steps": [{"from": "t"}]}, inputs))
    assert job.inputs["t"].empty_texts is seen


def test_only_columns_that_are_used_count(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("a,b\nNA,NA\n")
    steps = [{"from": "t"}, {"select": ["b"]}]
    inputs = {"t": table([path], {"a": "int64", "b": "int64"})}
    job = csv_numbers.looked_at(jobs.parse({"steps": steps}, inputs))
    assert job.inputs["t"].as_text == ("b",)


def test_a_word_in_any_of_many_places_is_seen(tmp_path: Path) -> None:
    """Rows inside quotes and headers of parts are none."""
    row = '1,"a, b\nNA,c"\n'
    paths = [tmp_path / f"{part}.csv" for part in range(3)]
    for path in paths:
        path.write_text("v,s\n" + row * 400_000)
    size = sum(path.stat().st_size for path in paths)
    read = csv_sample.PLACES * csv_sample.PLACE_BYTES + 2 * csv_sample.END_BYTES
    assert size > 4 * read

    def seen() -> bool:
        inputs = {"t": table(paths, {"v": "int64", "s": "text"})}
        job = csv_numbers.looked_at(jobs.parse({"steps": [{"from": "t"}]}, inputs))
        return job.inputs["t"].as_text == ("v",)

    for place in range(1, csv_sample.PLACES + 1):
        offset = size * place // (csv_sample.PLACES + 1) + csv_sample.PLACE_BYTES // 2
        path = paths[offset // paths[0].stat().st_size]
        with path.open("r+b") as file:
            file.seek((offset % path.stat().st_size) // len(row) * len(row) + len("v,s\n"))
            file.write(b"x")
            assert seen() is (file.flush() is None)
            file.seek(-1, 1)
            file.write(b"1")


def test_a_program_reads_as_text_what_was_seen_or_all(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("a,b,s\nNA,1,x\n")
    inputs = {"t": table([path], {"a": "int64", "b": "int64", "s": "text"})}
    seen = csv_numbers.looked_at(jobs.parse({"steps": [{"from": "t"}]}, inputs)).inputs["t"]
    settings = Settings("default", 2, None)
    assert columns_as_text(seen, settings) == {"a"}
    again = dataclasses.replace(settings, numbers_as_text=True)
    assert columns_as_text(seen, again) == {"a", "b"}
