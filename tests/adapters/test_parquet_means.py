"""The group-by mean of Parquet files, by every engine.

Engines with clusters, which take seconds to start, are asked less often: they join the first tests
through SPILLWAY_TEST_ENGINES.
"""

from __future__ import annotations

import datetime
import decimal
import math
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pytest

import parquet_tables
from host import COLUMNS, Outcome, dataset, etl, module, run, spec, spec_of_inputs
from parquet_tables import Written
from truth import assert_groups

Csv = Callable[..., Path]
QUICK = ["pandas", "polars", "duckdb"]
ENGINES = os.environ.get("SPILLWAY_TEST_ENGINES", " ".join(QUICK)).split()


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """An id, and a profile after a colon where it has several."""
    name = request.param.split(":")[0]
    if name == "pyspark" and shutil.which("java") is None:
        pytest.skip("there is no Java")
    return request.param


@pytest.fixture(params=["streamed", "loaded"])
def materialise(request: pytest.FixtureRequest) -> str:
    return request.param


def asked(
    engine: str, written: Written, key: str, values: list[str], how: str = "streamed"
) -> Outcome:
    name, _, profile = engine.partition(":")
    workload = etl(key, values, how)
    changes = {"profile": profile or "default"}
    return run(module(name), spec_of_inputs(written.input, workload, **changes))


def checked(
    engine: str, written: Written, key: str, values: list[str], how: str = "streamed"
) -> Outcome:
    outcome = asked(engine, written, key, values, how)
    parquet_tables.assert_means(outcome.groups, written, key, values)
    missing = [sum(parquet_tables.number(x) is None for x in written.rows[v]) for v in values]
    assert outcome.result["missing"] == missing
    assert outcome.result["rows"] == len(written.rows[key])
    return outcome


def points(count: int = 1000) -> pa.Table:
    """Text keys that look like numbers or missing values, nulls and NaN among the numbers."""
    keys = ["NA", "01", "1", "", None, "nan", "null", "1.0", "true", "é", "a b", 'a,"b"', "x\ny"]
    x = [[i / 7, None, math.nan, -i / 3, 1e300, -0.0][i % 6] for i in range(count)]
    return pa.table(
        {
            "id": pa.array(range(count), pa.int64()),
            "unread": pa.array([[1, 2]] * count),
            "x": pa.array(x, pa.float64()),
            "y": pa.array([i if i % 11 else None for i in range(count)], pa.int64()),
            "category": pa.array([keys[i % len(keys)] for i in range(count)], pa.string()),
        }
    )


def test_a_file_with_nulls_and_nan(engine: str, tmp_path: Path, materialise: str) -> None:
    written = parquet_tables.one_file(tmp_path / "a [1]*.parquet", points())
    checked(engine, written, "category", ["x", "y"], materialise)


def test_a_folder_of_parts(engine: str, tmp_path: Path, materialise: str) -> None:
    written = parquet_tables.parts(tmp_path / "parts", points(), 300)
    checked(engine, written, "category", ["y", "x"], materialise)


def test_folders_are_columns(engine: str, tmp_path: Path, materialise: str) -> None:
    """As keys and as values; one of them is null."""
    table = points(120).drop_columns(["unread"])
    year = pa.array([2020 + i % 3 for i in range(120)], pa.int64())
    town = pa.array([["Bari", None, "a/b=c %2*[x]", "01"][i % 4] for i in range(120)])
    table = table.append_column("year", year).append_column("town", town)
    written = parquet_tables.hive(tmp_path / "trips", table, ["year", "town"])
    checked(engine, written, "town", ["x", "year"], materialise)
    checked(engine, written, "year", ["y"], materialise)
    checked(engine, written, "category", ["x"], materialise)


def test_a_folder_can_be_a_date(engine: str, tmp_path: Path) -> None:
    table = points(60).drop_columns(["unread"])
    days = [datetime.date(2024, 2, 28) + datetime.timedelta(i % 3) for i in range(60)]
    written = parquet_tables.hive(
        tmp_path / "d", table.append_column("day", pa.array(days)), ["day"]
    )
    checked(engine, written, "day", ["x"])


NARROW = {
    "int8": pa.int8(),
    "uint16": pa.uint16(),
    "int32": pa.int32(),
    "uint32": pa.uint32(),
    "float32": pa.float32(),
    "decimal": pa.decimal128(9, 2),
}


def narrow(count: int = 400) -> pa.Table:
    columns = {}
    for name, kind in NARROW.items():
        numbers: list[Any] = [i % 100 for i in range(count)]
        if name == "float32":
            numbers = [n / 8 for n in numbers]
        elif name == "decimal":
            numbers = [decimal.Decimal(n).scaleb(-2) for n in numbers]
        columns[name] = pa.array([n if i % 9 else None for i, n in enumerate(numbers)], kind)
    keys = pa.array(["A", "b", None, "ü"] * (count // 4)).dictionary_encode()
    return pa.table({**columns, "kind": keys})


def test_narrow_types_are_widened(engine: str, tmp_path: Path, materialise: str) -> None:
    written = parquet_tables.one_file(tmp_path / "narrow.parquet", narrow())
    assert written.columns["decimal"] == "real" and written.columns["kind"] == "text"
    checked(engine, written, "kind", list(NARROW), materialise)


def typed(count: int = 300) -> pa.Table:
    """Columns that are no text, by their types; each has nulls."""
    moment = datetime.datetime(2024, 2, 28, 23, 59, 58, 250_000)
    step = datetime.timedelta(seconds=0.75)
    nanoseconds = [1_709_164_798_250_000_999, None, 1_709_164_799_000_000_500]
    values = {
        "int64": (pa.int64(), [-(2**53) - 1, 5, 0, None, 2**53 + 1]),
        "int16": (pa.int16(), [-5, 5, 0, None]),
        "bool": (pa.bool_(), [True, False, None]),
        "date": (pa.date32(), [datetime.date(1969, 12, 31), None, datetime.date(2024, 2, 29)]),
        "us": (pa.timestamp("us"), [moment, None, moment + step]),
        "ms": (pa.timestamp("ms"), [moment, None, moment + step]),
        "ns": (pa.timestamp("ns"), nanoseconds),
        "zone": (pa.timestamp("ns", "Europe/Rome"), nanoseconds),
    }
    columns = {
        name: pa.array([each[i % len(each)] for i in range(count)], kind)
        for name, (kind, each) in values.items()
    }
    return pa.table({**columns, "x": pa.array([i / 7 for i in range(count)])})


@pytest.mark.parametrize("key", ["int64", "int16", "bool", "date", "us", "ms", "ns", "zone"])
def test_keys_of_other_types_are_spelled(
    engine: str, tmp_path: Path, key: str, materialise: str
) -> None:
    written = parquet_tables.one_file(tmp_path / "typed.parquet", typed())
    outcome = checked(engine, written, key, ["x"], materialise)
    assert outcome.groups[0]["key"] == ""


def test_names_of_columns_may_be_anything(engine: str, tmp_path: Path) -> None:
    names = [
        "^x.*$",
        "*",
        'say "y"',
        "it's",
        "a.b",
        "a",
        "`t`",
        "key",
        "v0",
        "0",
        "rows",
        "$1",
        "é",
    ]
    table = pa.table({name: [1.5 * i, 2.0, None, i] for i, name in enumerate(names)})
    table = table.append_column("gr.oup `by`", pa.array(["A", "B", "A", "B"]))
    written = parquet_tables.one_file(tmp_path / "names.parquet", table)
    checked(engine, written, "gr.oup `by`", names)


def test_a_float_is_no_key(engine: str, tmp_path: Path) -> None:
    written = parquet_tables.one_file(tmp_path / "x.parquet", points(10))
    error = asked(engine, written, "x", ["y"]).one("error")
    assert error["code"] == "unsupported" and '"x"' in error["message"]


def test_what_is_no_parquet_is_an_error(engine: str, tmp_path: Path) -> None:
    written = parquet_tables.parts(tmp_path / "parts", points(90), 30)
    written.paths[1].write_bytes(b"PAR1" + bytes(5000) + b"PAR1")
    error = asked(engine, written, "category", ["x"]).one("error")
    assert error["code"] == "data-unreadable", error


def test_a_table_without_rows_has_no_groups(engine: str, tmp_path: Path) -> None:
    written = parquet_tables.one_file(tmp_path / "none.parquet", points(0))
    checked(engine, written, "category", ["x"])


def test_the_answer_is_that_of_the_csv_file(
    engine: str, traps: Callable[..., list[Path]], tmp_path: Path, materialise: str
) -> None:
    """Both files, each a part of the table, have words for missing numbers and keys in quotes."""
    files = traps("1.csv", "2.csv")
    of_csv = spec(dataset(files, COLUMNS), etl("category", ["x", "y"], materialise))
    table = pa.concat_tables(map(of_text, files))
    written = parquet_tables.parts(tmp_path / "copy", table, 150)
    outcome = asked(engine, written, "category", ["x", "y"], materialise)
    assert_groups(outcome.groups, of_csv)


def of_text(file: Path) -> pa.Table:
    """As `spillway convert` makes it."""
    words = ["", "NA", "nan", "null", "N/A"]
    options = pyarrow.csv.ConvertOptions(
        column_types={
            "id": pa.int64(),
            "x": pa.float64(),
            "y": pa.float64(),
            "category": pa.string(),
        },
        null_values=words,
        strings_can_be_null=False,
    )
    parse = pyarrow.csv.ParseOptions(newlines_in_values=True)
    return pyarrow.csv.read_csv(file, parse_options=parse, convert_options=options)
