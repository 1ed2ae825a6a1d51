"""The first rows of a query while it is typed: by the real DuckDB, on the first rows of tables."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from host import ADAPTERS, python_of
from spillway_adapters.query import preview

COLUMNS = {"id": "integer", "k": "text", "x": "real"}


def asked(path: Path, steps: list[Any], **more: Any) -> dict[str, Any]:  # noqa: ANN401
    dialect = {"delimiter": ",", "quote": '"', "header": True, **more.pop("dialect", {})}
    table = {
        "name": "data",
        "paths": [str(path)],
        "bytes": path.stat().st_size,
        "dialect": dialect,
        "columns": [{"name": name, "type": kind} for name, kind in COLUMNS.items()],
    }
    job = json.dumps({"let": more.pop("let", {}), "steps": steps})
    return {"kind": "query", "workload": {"job": job}, "inputs": {"data": table}, **more}


def answered(folder: Path, request: dict[str, Any]) -> dict[str, Any]:
    """As the window asks."""
    work = folder / "work"
    work.mkdir(exist_ok=True)
    question, answer = folder / "request.json", folder / "answer.json"
    question.write_text(json.dumps(request))
    code = f"import sys; sys.path.insert(0, {str(ADAPTERS)!r}); "
    code += "from spillway_adapters import preview, tool; "
    code += f"tool.reply(preview.answer, {str(question)!r}, {str(answer)!r})"
    subprocess.run([python_of("duckdb"), "-I", "-c", code], cwd=work, check=True)
    found: dict[str, Any] = json.loads(answer.read_text())
    return found


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "data.csv"
    rows = (f"{i},{'' if i % 3 else 'a'},{i / 2}\n" for i in range(preview.SAMPLED_ROWS + 5))
    path.write_text("id,k,x\n" + "".join(rows))
    return path


def test_rows_are_of_the_first_rows_of_the_table(tmp_path: Path, data: Path) -> None:
    steps = [{"from": "data"}, {"group": {"by": ["k"], "agg": {"n": "count()", "last": "max(id)"}}}]
    found = answered(tmp_path, asked(data, [*steps, {"sort": ["-n"]}]))
    last = preview.SAMPLED_ROWS - 1
    assert found["rows"] == [[None, 6666, last - 1], ["a", 3334, last]]
    assert found["tables"] == [{"name": "data", "rows": preview.SAMPLED_ROWS, "whole": False}]
    assert not found["more"]
    assert [column["type"] for column in found["columns"]] == ["text", "int64", "int64"]


def test_rows_after_a_step_are_those_of_the_step(tmp_path: Path, data: Path) -> None:
    let = {"few": [{"from": "data"}, {"filter": "id < 3"}]}
    steps = [{"from": "few"}, {"derive": {"y": "x * 2"}}, {"select": ["y"]}]
    request = asked(data, steps, let=let)
    assert answered(tmp_path, {**request, "step": 0})["more"]
    filtered = answered(tmp_path, {**request, "step": 1})
    assert filtered["rows"] == [[0, 0.0], [1, 0.5], [2, 1.0]]
    derived = answered(tmp_path, {**request, "step": 3})
    assert [row[-1] for row in derived["rows"]] == [0.0, 1.0, 2.0]
    assert len(derived["columns"]) > 1
    assert answered(tmp_path, request)["rows"] == [[0.0], [1.0], [2.0]]


def test_no_more_rows_than_are_shown(tmp_path: Path, data: Path) -> None:
    found = answered(tmp_path, asked(data, [{"from": "data"}, {"select": ["id"]}]))
    assert found["rows"] == [[i] for i in range(preview.SHOWN_ROWS)]
    assert found["more"]


def test_a_dialect_is_read_as_it_is_said(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_bytes("# ä\nid;k;x\n1;-;1,5\n# no row\n2;ü;-\n".encode("latin-1"))
    dialect = {
        "delimiter": ";",
        "decimal": ",",
        "comment": "#",
        "encoding": "latin-1",
        "missing": ["-"],
    }
    found = answered(tmp_path, asked(path, [{"from": "data"}], dialect=dialect))
    assert found["rows"] == [[1, None, 1.5], [2, "ü", None]]
    assert found["tables"] == [{"name": "data", "rows": 2, "whole": True}]


def test_words_for_missing_numbers_are_read_as_text_first(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_text("id,k,x\n1,a,NA\n2,NA, 2.5\n")
    found = answered(tmp_path, asked(path, [{"from": "data"}]))
    assert found["rows"] == [[1, "a", None], [2, "NA", 2.5]]


def test_what_takes_too_much_is_said(tmp_path: Path) -> None:
    """A join of everything with everything, sorted."""
    path = tmp_path / "data.csv"
    path.write_text("id,k,x\n" + "".join(f"{i},a,{i}\n" for i in range(9_000)))
    join = {"join": {"with": "other", "on": ["k"], "how": "inner"}}
    let = {"other": [{"from": "data"}, {"select": {"k": "k", "z": "x"}}]}
    window = {"window": {"order": ["x", "z"], "cols": {"n": "row_number()"}}}
    found = answered(tmp_path, asked(path, [{"from": "data"}, join, window], let=let))
    assert found["error"]["message"] in (
        "These rows take more than 512 MB of memory.",
        "These rows take longer than 5 s.",
    )


def test_a_row_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_text('id,k,x\n1,"a,2\n')
    found = answered(tmp_path, asked(path, [{"from": "data"}]))
    assert "line 2" in found["error"]["message"]


def test_parquet_is_sampled_and_folders_are_columns(tmp_path: Path) -> None:
    root = tmp_path / "d"
    query = "SELECT i AS id, i / 2 AS x, 1 + i % 2 AS k FROM range(30000) AS t(i)"
    write = f"COPY ({query}) TO '{root}' (FORMAT parquet, PARTITION_BY (k))"
    subprocess.run(
        [python_of("duckdb"), "-c", f"import duckdb; duckdb.execute({write!r})"], check=True
    )
    paths = sorted(map(str, root.rglob("*.parquet")))
    request = asked(Path(paths[0]), [{"from": "data"}, {"filter": "id < 3"}, {"sort": ["id"]}])
    table = request["inputs"]["data"]
    del table["dialect"]
    types = {"id": "integer", "x": "real", "k": "integer"}
    columns = [{"name": name, "type": kind} for name, kind in types.items()]
    table.update(paths=paths, format="parquet", folders=["k"], columns=columns)
    found = answered(tmp_path, request)
    # The first 10,000 rows are of the first folder.
    assert found["rows"] == [[0, 0.0, 1], [2, 1.0, 1]]
    assert found["tables"] == [{"name": "data", "rows": preview.SAMPLED_ROWS, "whole": False}]
