"""What Parquet files say of themselves, and CSV that becomes Parquet."""

from __future__ import annotations

import datetime
import json
import os
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from spillway_adapters import parquet, spec, tool
from spillway_adapters.parquet_description import UnreadableError, describe
from spillway_adapters.query.inputs import inputs_of


def asked(tmp_path: Path, **request: Any) -> dict[str, Any]:  # noqa: ANN401
    """As the host asks, by files."""
    question, answer = tmp_path / "request.json", tmp_path / "answer.json"
    question.write_text(json.dumps(request))
    tool.reply(parquet.answer, str(question), str(answer))
    return json.loads(answer.read_text())


def described(tmp_path: Path, *paths: Path, root: str = "") -> dict[str, Any]:
    return asked(
        tmp_path, task="describe", paths=[str(each) for each in paths], root=root, preview=3
    )


def table_of(path: Path, columns: dict[str, str], **dialect: Any) -> dict[str, Any]:  # noqa: ANN401
    """One of the inputs of a specification."""
    return {
        "name": path.name,
        "paths": [str(path)],
        "format": "csv",
        "bytes": path.stat().st_size,
        "dialect": {"delimiter": ",", "quote": '"', "header": True, **dialect},
        "columns": [{"name": name, "type": kind} for name, kind in columns.items()],
    }


def converted(
    tmp_path: Path, table: dict[str, Any], *partition_by: str, row_group_bytes: int = 1 << 20
) -> dict[str, Any]:
    return asked(
        tmp_path,
        task="convert",
        input=table,
        format="parquet",
        output=str(tmp_path / "out.parquet"),
        partition_by=list(partition_by),
        row_group_bytes=row_group_bytes,
    )


# --- Description ---------------------------------------------------------------------------------


def test_types_are_widened_with_a_note_and_folders_are_columns(tmp_path: Path) -> None:
    columns = {
        "small": pa.array([1, 2], pa.int16()),
        "money": pa.array([1, 2], pa.decimal128(10, 2)),
        "word": pa.array(["x", None]).dictionary_encode(),
        "day": pa.array([datetime.date(2024, 1, 1)] * 2),
        "at": pa.array([0, 1_500], pa.timestamp("ms", "Europe/Rome")),
        "list": pa.array([[1], [2]]),
        "sure": pa.array([True, None]),
        "year": pa.array([2023, 2023]),
        "town": pa.array(["A=b", "A=b"]),
    }
    pq.write_to_dataset(pa.table(columns), tmp_path / "t", partition_cols=["year", "town"])
    files = sorted((tmp_path / "t").rglob("*.parquet"))
    found = described(tmp_path, *files, root=str(tmp_path / "t"))
    assert {each["name"]: each["type"] for each in found["columns"]} == {
        "small": "integer",
        "money": "real",
        "word": "text",
        "day": "date",
        "at": "timestamp",
        "sure": "boolean",
        "year": "integer",
        "town": "text",
    }
    assert (found["folders"], found["rows"]) == (["year", "town"], 2)
    assert [note.split('"')[1] for note in found["notes"]] == [
        "small",
        "money",
        "word",
        "at",
        "list",
    ]
    assert found["notes"][-1].startswith('"list" is left out')
    assert found["preview"] == [
        ["1", "1.00", "x", "2024-01-01", "1970-01-01 00:00:00", "true", "2023", "A=b"],
        ["2", "2.00", "", "2024-01-01", "1970-01-01 00:00:01.500000", "", "2023", "A=b"],
    ]


def test_a_query_reads_below_the_folder_that_its_partitions_are_in(tmp_path: Path) -> None:
    pq.write_to_dataset(pa.table({"a": [1], "k": ["x"]}), tmp_path / "t", partition_cols=["k"])
    (file,) = (tmp_path / "t").rglob("*.parquet")
    found = described(tmp_path, file)
    fields = {"name": "t", "paths": [str(file)], "format": "parquet", "bytes": 1, **found}
    (table,) = inputs_of(spec.tables_of({"t": fields})).values()
    assert (table.format, table.hive, table.root) == ("parquet", ("k",), str(tmp_path / "t"))
    assert table.columns == {"a": "int64", "k": "text"}


@pytest.mark.parametrize("root", ["t", "t/a=1"])
def test_no_folder_above_the_named_one_is_a_column(tmp_path: Path, root: str) -> None:
    folder = tmp_path / "t" / "a=1" / "b=2"
    folder.mkdir(parents=True)
    pq.write_table(pa.table({"x": [1]}), folder / "part.parquet")
    found = describe([str(folder / "part.parquet")], str(tmp_path / root))
    assert found.folders == (["a", "b"] if root == "t" else ["b"])


def test_files_of_different_folders_have_no_folder_columns(tmp_path: Path) -> None:
    for name in ("a=1", "b=1"):
        (tmp_path / name).mkdir()
        pq.write_table(pa.table({"x": [1]}), tmp_path / name / "part.parquet")
    found = describe([str(each) for each in sorted(tmp_path.rglob("*.parquet"))])
    assert (found.columns, found.folders, found.rows) == ({"x": "integer"}, [], 2)


def test_files_that_cannot_be_one_table_are_refused(tmp_path: Path) -> None:
    one, other, none = (tmp_path / f"{name}.parquet" for name in ("one", "other", "none"))
    pq.write_table(pa.table({"a": [1]}), one)
    pq.write_table(pa.table({"a": ["x"]}), other)
    none.write_text("PAR1, but no more")
    assert "other columns" in described(tmp_path, one, other)["error"]["message"]
    for path in (none, tmp_path / "missing.parquet"):
        with pytest.raises(UnreadableError, match="cannot be read as Parquet"):
            describe([str(path)])


def test_a_file_without_a_readable_column_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "lists.parquet"
    pq.write_table(pa.table({"a": [[1]]}), path)
    assert "no column that can be read" in described(tmp_path, path)["error"]["message"]


# --- Conversion ----------------------------------------------------------------------------------


def test_missing_values_numbers_and_moments_are_those_of_a_query(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(
        "n,x,s,day,at,sure\n"
        "1, +2.5 ,x,2024-02-29,2024-02-29 23:59:59,TRUE\n"
        'NA,"n/a","",,2024-02-29T23:59:59+01:00,\n'
        ",1e3,NA,1969-12-31,2024-02-29 12:00:00.25,false\n"
    )
    kinds = {"n": "integer", "x": "real", **dict.fromkeys(("s", "day", "at", "sure"), "text")}
    found = converted(tmp_path, table_of(path, kinds))
    assert found == {
        "rows": 3,
        "files": 1,
        "bytes": (tmp_path / "out.parquet").stat().st_size,
    }
    read = pq.read_table(tmp_path / "out.parquet").to_pydict()
    day = datetime.datetime(2024, 2, 29, 23, 59, 59)
    assert read == {
        "n": [1, None, None],
        "x": [2.5, None, 1000.0],
        "s": ["x", "", "NA"],
        "day": [datetime.date(2024, 2, 29), None, datetime.date(1969, 12, 31)],
        "at": [
            day,
            day - datetime.timedelta(hours=1),
            datetime.datetime(2024, 2, 29, 12, 0, 0, 250_000),
        ],
        "sure": [True, None, False],
    }


def test_the_dialect_of_the_file_is_obeyed(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes("made by hand\n# a comment\nk;x\nÄ;1,5\n'a;b';-\n".encode("latin-1"))
    dialect = {
        "delimiter": ";",
        "quote": "'",
        "comment": "#",
        "skip_rows": 1,
        "decimal": ",",
        "encoding": "latin-1",
        "missing": ["-"],
    }
    converted(tmp_path, table_of(path, {"k": "text", "x": "real"}, **dialect))
    assert pq.read_table(tmp_path / "out.parquet").to_pydict() == {
        "k": ["Ä", "a;b"],
        "x": [1.5, None],
    }


def test_a_field_of_another_type_is_named_with_the_way_out(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("a\n1\nx y\n")
    error = converted(tmp_path, table_of(path, {"a": "integer"}))["error"]
    assert 'column "a"' in error["message"]
    assert "x y" in error["message"]
    assert "--column a=text" in error["remedy"]


def test_a_row_of_another_width_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("a,b\n1,2\n3\n")
    error = converted(tmp_path, table_of(path, {"a": "integer", "b": "integer"}))["error"]
    assert "Expected 2 columns" in error["message"]


def test_folders_hold_the_rows_of_their_value(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    rows = [f"{i},{'xyz'[i % 3]}" for i in range(300)]
    path.write_text("\n".join(["a,k", *rows, "300,"]) + "\n")
    found = converted(tmp_path, table_of(path, {"a": "integer", "k": "text"}), "k")
    assert (found["rows"], found["files"]) == (301, 4)
    files = sorted((tmp_path / "out.parquet").rglob("*.parquet"))
    again = described(tmp_path, *files, root=str(tmp_path / "out.parquet"))
    assert (again["folders"], again["rows"]) == (["k"], 301)
    (of_y,) = (tmp_path / "out.parquet" / "k=y").iterdir()
    assert pq.ParquetFile(of_y).read().column("a").to_pylist() == list(range(1, 300, 3))


def test_files_and_their_names_in_folders_are_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "t.csv"
    path.write_text("a,k\n1,x\n2,y\n3,x\n")
    synced, fsync = set(), os.fsync

    def seen(descriptor: int) -> None:
        synced.add(Path(f"/proc/self/fd/{descriptor}").readlink())
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", seen)
    converted(tmp_path, table_of(path, {"a": "integer", "k": "text"}), "k")
    output = tmp_path / "out.parquet"
    assert {output / "k=x", output / "k=y"} < set(output.rglob("*"))
    assert synced == {output, *output.rglob("*")}


@pytest.mark.parametrize(
    ("by", "reason"),
    [(["none"], "no column"), (["x"], "float64"), (["k", "x"], "float64"), (["k", "a"], "")],
)
def test_what_no_folder_can_be_named_by_is_refused(
    tmp_path: Path, by: list[str], reason: str
) -> None:
    path = tmp_path / "t.csv"
    path.write_text("a,k,x\n1,u,0.5\n")
    table = table_of(path, {"a": "integer", "k": "text", "x": "real"})
    found = converted(tmp_path, table, *by)
    assert ("error" in found) == bool(reason)
    if reason:
        assert reason in found["error"]["message"]


def test_more_folders_than_files_can_be_open_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("a,k\n" + "".join(f"1,{i}\n" for i in range(1100)))
    error = converted(tmp_path, table_of(path, {"a": "integer", "k": "integer"}), "k")["error"]
    assert "fewer values" in error["remedy"]


def test_row_groups_are_about_as_large_as_asked(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("a\n" + "".join(f"{i:09}\n" for i in range(100_000)))
    converted(tmp_path, table_of(path, {"a": "integer"}), row_group_bytes=100_000)
    metadata = pq.read_metadata(tmp_path / "out.parquet")
    assert metadata.num_rows == 100_000
    assert 5 <= metadata.num_row_groups <= 20


def test_an_empty_table_has_its_columns(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("a,b\n")
    found = converted(tmp_path, table_of(path, {"a": "integer", "b": "text"}))
    assert found["rows"] == 0
    assert pq.read_schema(tmp_path / "out.parquet").names == ["a", "b"]


def back(tmp_path: Path, paths: list[Path], columns: dict[str, str], *folders: str) -> str:
    table = {
        "name": "t",
        "paths": [str(each) for each in paths],
        "format": "parquet",
        "bytes": 1,
        "folders": list(folders),
        "columns": [{"name": name, "type": kind} for name, kind in columns.items()],
    }
    place = tmp_path / "back.csv"
    found = asked(tmp_path, task="convert", input=table, format="csv", output=str(place),
                  partition_by=[], row_group_bytes=1)  # fmt: skip
    assert found["bytes"] == place.stat().st_size
    return place.read_text()


def test_parquet_as_csv_tells_the_empty_text_from_a_missing_one(tmp_path: Path) -> None:
    columns = {
        "s": pa.array(["a,b", "", None, 'say "x"']),
        "x": pa.array([1.5, float("nan"), None, -2.0]),
        "n": pa.array([1, 2, None, 4], pa.int32()),
        "day": pa.array([datetime.date(2024, 2, 29), None, None, None]),
        "at": pa.array([1_500_000_001, None, None, None], pa.timestamp("ns")),
        "sure": pa.array([True, None, False, None]),
    }
    path = tmp_path / "t.parquet"
    pq.write_table(pa.table(columns), path)
    kinds = dict(zip(columns, ("text", "real", "integer", "date", "timestamp", "boolean"),
                     strict=True))  # fmt: skip
    assert back(tmp_path, [path], kinds).splitlines() == [
        '"s","x","n","day","at","sure"',
        '"a,b",1.5,1,2024-02-29,1970-01-01 00:00:01.500000,true',
        '"",,2,,,',
        ",,,,,false",
        '"say ""x""",-2,4,,,',
    ]


def test_folders_of_parquet_are_columns_of_the_csv(tmp_path: Path) -> None:
    pq.write_to_dataset(
        pa.table({"a": [1, 2, 3], "k": ["x", "y", None]}), tmp_path / "t", partition_cols=["k"]
    )
    files = sorted((tmp_path / "t").rglob("*.parquet"))
    text = back(tmp_path, files, {"a": "integer", "k": "text"}, "k")
    assert sorted(text.splitlines()[1:]) == ['1,"x"', '2,"y"', "3,"]
