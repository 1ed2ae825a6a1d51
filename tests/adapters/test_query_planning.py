"""A query when it is planned: what the planner answers."""

from __future__ import annotations

import ast
import json
import sys
import types
from pathlib import Path
from typing import Any

import pytest

import query_try
from spillway_adapters import planner
from spillway_adapters.query import job as jobs
from spillway_adapters.query import planning
from spillway_adapters.query.language import Input, Job, Refused, Settings

STEPS = [
    {"from": "data"},
    {"filter": "a > 1 and day >= '2024-01-01'"},
    {"group": {"by": ["s"], "agg": {"n": "count()"}}},
    {"sort": ["-n"]},
]


def request(path: Path, job: Any = None, sql: str = "", **more: Any) -> dict[str, Any]:  # noqa: ANN401
    path.write_text("a,s,day,unread\n1,x,2024-01-31,q\n2,y,,q\n")
    types = {"a": "integer", "s": "text", "day": "text", "unread": "text"}
    dialect = {"delimiter": ",", "quote": '"', "header": True}
    table = {
        "name": "data",
        "paths": [str(path)],
        "bytes": path.stat().st_size,
        "dialect": dialect,
        "columns": [{"name": name, "type": kind} for name, kind in types.items()],
    }
    text = job if isinstance(job, str) else json.dumps(job or {"steps": STEPS})
    return {
        "kind": "query",
        "workload": {"job": "" if sql else text, "sql": sql},
        "inputs": {"data": table},
        "engines": [],
        **more,
    }


def engine(id: str) -> dict[str, Any]:
    return {"id": id, "profile": "default", "workers": 2, "memory_bytes": None}


def test_a_plan_has_the_spelling_the_steps_and_what_is_read(tmp_path: Path) -> None:
    found = planner.answer(request(tmp_path / "data.csv"))
    spelled = json.loads(found["parameters"]["job"])
    assert spelled["steps"][1] == {"filter": "a > 1 and day >= date '2024-01-01'"}
    assert spelled["inputs"] == {"data": {"columns": {"a": "int64", "s": "text", "day": "date"}}}
    assert found["inputs"] == {"data": ["a", "s", "day"]}
    assert found["notes"] == ['data: "day" is read as date.']
    assert found["columns"] == [{"name": "s", "type": "text"}, {"name": "n", "type": "int64"}]
    assert found["sorted_by"] == [{"column": "n", "descending": True, "nulls_first": False}]
    assert [step["text"] for step in found["steps"]][::3] == ["read data", "sort by n descending"]
    assert found["steps"][2]["place"] == "step 3 (group)"


def test_the_spelling_is_planned_as_the_job_was(tmp_path: Path) -> None:
    first = planner.answer(request(tmp_path / "data.csv"))
    again = planner.answer(request(tmp_path / "data.csv", first["parameters"]["job"]))
    assert again["parameters"] == first["parameters"]


def test_the_file_of_a_job_that_ships_is_a_job(tmp_path: Path) -> None:
    plain = planner.answer(request(tmp_path / "data.csv"))
    file = {
        "title": "Rows by s",
        "shows": "…",
        "suite": "x",
        "tables": "x",
        "job": {"steps": STEPS},
    }
    assert planner.answer(request(tmp_path / "data.csv", file)) == plain
    other = planner.answer(request(tmp_path / "data.csv", {**file, "steps": STEPS}))
    assert "error" in other


def test_a_job_that_names_a_type_has_it(tmp_path: Path) -> None:
    job = {"inputs": {"data": {"columns": {"day": "text"}}}, "steps": STEPS}
    found = planner.answer(request(tmp_path / "data.csv", job))
    spelled = json.loads(found["parameters"]["job"])
    assert spelled["steps"][1] == {"filter": "a > 1 and day >= '2024-01-01'"}
    assert found["notes"] == []


def test_a_refused_job_is_an_answer_with_a_place_a_way_out_and_a_caret(tmp_path: Path) -> None:
    job = {"steps": [{"from": "data"}, {"filter": "b > 1"}]}
    assert planner.answer(request(tmp_path / "data.csv", job)) == {
        "error": {
            "message": 'There is no column "b".',
            "place": "step 2 (filter), column 1",
            "remedy": "There is: a, s, day, unread.",
            "excerpt": "  b > 1\n  ^",
        }
    }
    bad = planner.answer(request(tmp_path / "data.csv", '{"steps": [}'))["error"]
    assert (bad["place"], bad["excerpt"]) == (
        "line 1, column 12",
        '  {"steps": [}\n             ^',
    )


@pytest.mark.parametrize(
    "form", ["nullif({}, 1)", "cast({} / 3 as int64)", "cast({} in (1, 2) as int64)"]
)
@pytest.mark.parametrize("name", ["duckdb", "polars", "pandas", "pyspark", "dask", "ray", "modin"])
def test_what_an_engine_writes_twice_at_every_level_ends_soon(name: str, form: str) -> None:
    expression = "i"
    for _ in range(30):
        expression = form.format(expression)
    table = Input("t", ("t.parquet",), "parquet", {"i": "int64"}, ("i",), rows=2)
    made = jobs.parse({"steps": [{"from": "t"}, {"derive": {"a": expression}}]}, {"t": table})
    try:
        assert len(query_try.program(name, made)) < 300_000
    except Refused as refused:
        assert "nests too deep" in str(refused)


def test_refused_sql_has_the_line_with_a_caret(tmp_path: Path) -> None:
    pytest.importorskip("sqlglot")
    sql = "SELECT s,\n  sum(aa) AS n FROM data GROUP BY s"
    bad = planner.answer(request(tmp_path / "data.csv", sql=sql))["error"]
    assert bad["place"].startswith("line 2")
    assert bad["excerpt"].startswith("    sum(aa) AS n FROM data")
    assert bad["remedy"]
    deep = "SELECT " + "abs(" * 500 + "a" + ")" * 500 + " FROM data"
    assert (
        "too deep" in planner.answer(request(tmp_path / "data.csv", sql=deep))["error"]["message"]
    )
    # A sum of many is no deep nesting to its author; it must not take for ever either.
    long = "SELECT " + " + ".join(["a"] * 90) + " AS n FROM data"
    assert "parameters" in planner.answer(request(tmp_path / "data.csv", sql=long))
    twice = "a"
    for _ in range(30):
        twice = f"(CASE WHEN {twice} BETWEEN 1 AND 2 THEN 1 ELSE 2 END)"
    assert "error" in planner.answer(
        request(tmp_path / "data.csv", sql=f"SELECT {twice} AS x FROM data")
    )


def test_a_planner_that_stays_has_every_compiler_ready() -> None:
    package = Path(planning.__file__).parents[2]
    manifests = package.parent / "core/workloads/query/engines"
    assert set(planning.engines_here()) == {file.stem for file in manifests.glob("*.json")}


def test_every_engine_answers_with_its_program_or_a_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(job: Job, settings: Settings) -> str:
        raise KeyError("x")

    broken = types.ModuleType("spillway_adapters.query.broken")
    broken.compile = fail  # type: ignore[attr-defined]
    broken.__spec__ = types.SimpleNamespace(name=broken.__name__)  # type: ignore[assignment]
    monkeypatch.setitem(sys.modules, broken.__name__, broken)
    engines = [engine("duckdb"), engine("native-cpp"), engine("job"), engine("broken")]
    found = planner.answer(request(tmp_path / "data.csv", engines=engines))["engines"]
    ast.parse(found[0]["code"])
    assert found[0]["hash"] == planning.hash_of(found[0]["code"])
    assert "refused" not in found[0]
    for each, reason in zip(found[1:], ("yet", "yet", "bug of Spillway"), strict=True):
        assert reason in each["refused"]["reason"]
        assert "code" not in each


# --- Parquet -------------------------------------------------------------------------------------
