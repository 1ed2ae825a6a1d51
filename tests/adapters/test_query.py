"""The kind `query`: every engine gives the answers that query_cases.py has worked out, alone and
through the host's protocol."""

from __future__ import annotations

import datetime
import importlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from host import ADAPTERS, Event, failure, module, python_of, run, started

sys.path.insert(0, str(ADAPTERS))
import query_cases
import query_fuzz
from query_cases import Case, Table
from spillway_adapters import planner
from spillway_adapters import spec as specs
from spillway_adapters.query import job as jobs
from spillway_adapters.query.inputs import inputs_of
from spillway_adapters.query.language import Settings
from spillway_adapters.query.program import hash_of

HERE = Path(__file__).resolve().parent
#: Engines whose cases run here; those with clusters have tests of their own.
ENGINES = ("duckdb", "polars")
TYPES = {"int64": "integer", "float64": "real", "text": "text"}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_every_case_is_answered_as_the_language_has_it(engine: str, form: str) -> None:
    path = os.pathsep.join([str(ADAPTERS), str(HERE)])
    command = [python_of(engine), str(HERE / "query_try.py"), engine, f"--{form}"]
    ended = subprocess.run(
        command, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr[-2000:]
    assert " 0 wrong, 0 refused" in ended.stdout


def test_engines_agree_on_random_jobs() -> None:
    for engine in ENGINES:
        python_of(engine)
    for seed, wrong in query_fuzz.run(range(50), list(ENGINES)):
        assert wrong == [], f"job {seed}"


# --- Through the protocol ------------------------------------------------------------------------


def spec(
    case: Case,
    folder: Path,
    *,
    sql: str = "",
    **changes: Any,  # noqa: ANN401
) -> Event:
    """Version 2: several tables."""
    inputs = {}
    for name, table in query_cases.write(case, folder).items():
        inputs[name] = {
            "name": name,
            "paths": list(table.paths),
            "dialect": {"delimiter": ",", "quote": '"', "header": True},
            "columns": [
                {"name": column, "type": TYPES.get(kind, "text")}
                for column, kind in table.columns.items()
            ],
            "rows": table.rows,
            "bytes": table.bytes,
        }
    job = {"inputs": {n: {"columns": t.columns} for n, t in case.tables.items()}, **case.pipeline}
    fields = {
        "protocol": 2,
        "run_id": "test",
        "inputs": inputs,
        "kind": "query",
        "parameters": {"job": json.dumps(job), "sql": sql},
        "columns": {},
        "workers": 2,
        "memory_limit": None,
        "seed": 1,
        "profile": "default",
        "address": None,
    }
    return {**fields, **changes}


def case_of(steps: list[dict[str, Any]], table: Table, **more: Any) -> Case:  # noqa: ANN401
    return Case("test", {"t": table}, [{"from": "t"}, *steps], [], **more)


SOME = Table(
    {"k": "text", "x": "int64", "d": "date"},
    [("a", 1, datetime.date(2024, 2, 29)), ("b", 2, None), (None, 3, datetime.date(2024, 1, 1))],
)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_small_answer_travels_whole_and_in_order(engine: str, tmp_path: Path) -> None:
    case = case_of([{"derive": {"f": "x / 2", "b": "x > 1"}}, {"sort": ["-x"]}], SOME)
    outcome = run(module(engine), spec(case, tmp_path))
    assert outcome.result == {
        "kind": "query",
        "rows": 3,
        "measures": {"result_rows": 3},
        "detail": {"sorted_by": ["x"], "limited": False, "offset": False},
        "table": {
            "columns": [
                {"name": name, "type": kind}
                for name, kind in {**SOME.columns, "f": "float64", "b": "bool"}.items()
            ],
            "rows": [
                [None, 3, "2024-01-01", 1.5, True],
                ["b", 2, None, 1.0, True],
                ["a", 1, "2024-02-29", 0.5, False],
            ],
        },
    }
    phases = [phase["name"] for phase in outcome.all("phase")]
    assert phases == ["compute", "compute"]


@pytest.mark.parametrize("engine", ENGINES)
def test_words_for_nothing_are_read_by_the_program_that_is_shown(
    engine: str, tmp_path: Path
) -> None:
    table = Table(
        {"k": "text", "x": "int64", "y": "float64"}, text='k,x,y\nNA,n/a,""\nb, 2,.5\nc,,'
    )
    fields = spec(case_of([], table), tmp_path)
    plan = planner.answer(
        {
            "kind": "query",
            "workload": fields["parameters"],
            "inputs": fields["inputs"],
            "engines": [{"id": engine, "profile": "default", "workers": 2, "memory_bytes": None}],
        }
    )
    words = "is read as text, then as {}: words or spaces are among its values."
    assert plan["notes"] == [f't: "x" {words.format("int64")}', f't: "y" {words.format("float64")}']
    outcome = run(module(engine), fields | {"job": {"program": plan["engines"][0]["hash"]}})
    rows = sorted(outcome.result["table"]["rows"])
    assert rows == [["NA", None, None], ["b", 2, 0.5], ["c", None, None]]
    assert not any("Reading again" in log["message"] for log in outcome.all("log"))


@pytest.mark.parametrize("engine", ENGINES)
def test_words_that_the_planner_has_not_seen_are_read_the_second_time(
    engine: str, tmp_path: Path
) -> None:
    lines = ["a,1\n"] * 2_000_000
    lines[100_000] = "b, NA \n"  # Behind the beginning, before the next place.
    table = Table({"k": "text", "x": "int64"}, text="k,x\n" + "".join(lines))
    case = case_of([{"group": {"by": ["k"], "agg": {"n": "count()", "x": "sum(x)"}}}], table)
    outcome = run(module(engine), spec(case, tmp_path))
    rows = sorted(outcome.result["table"]["rows"])
    assert rows == [["a", 1_999_999, 1_999_999], ["b", 1, None]]
    assert any("Reading again" in log["message"] for log in outcome.all("log"))


@pytest.mark.parametrize("engine", ENGINES)
def test_a_dialect_that_the_reader_lacks_is_read_from_copies(engine: str, tmp_path: Path) -> None:
    text = "made by hand\nk;x;d\n# a remark\n\u00e9;1;2024-01-31\nb;2;\n"
    table = Table({"k": "text", "x": "int64", "d": "date"}, text=text)
    fields = spec(case_of([], table), tmp_path)
    (path,) = fields["inputs"]["t"]["paths"]
    Path(path).write_bytes(text.encode("latin-1"))
    fields["inputs"]["t"]["dialect"] |= {
        "delimiter": ";",
        "comment": "#",
        "skip_rows": 1,
        "encoding": "latin-1",
    }
    outcome = run(module(engine), fields)
    rows = outcome.result["table"]["rows"]
    assert sorted(rows) == [["b", 2, None], ["\u00e9", 1, "2024-01-31"]]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_large_answer_goes_to_a_file(engine: str, tmp_path: Path) -> None:
    table = Table({"k": "text", "x": "int64"}, [(f"k{i}", i) for i in range(1500)])
    case = case_of([{"sort": ["x"]}], table)
    with started(module(engine), spec(case, tmp_path)) as child:
        child.until("ready")
        child.go()
        outcome = child.finish()
        lines = (child.scratch / "table.jsonl").read_text().splitlines()
    assert outcome.result["table"]["file"] == "table.jsonl"
    assert outcome.result["measures"] == {"result_rows": 1500}
    assert [json.loads(line) for line in lines] == [[f"k{i}", i] for i in range(1500)]


@pytest.mark.parametrize("engine", ENGINES)
def test_what_was_written_is_read_back_and_removed(engine: str, tmp_path: Path) -> None:
    output = {"to": "parquet", "partition_by": ["k"]}
    with started(module(engine), spec(case_of([], SOME, output=output), tmp_path)) as child:
        child.until("ready")
        child.go()
        outcome = child.finish()
        assert not (child.scratch / "output").exists()
    rows = outcome.result["table"]["rows"]
    assert sorted(map(str, rows)) == sorted(
        map(str, [["a", 1, "2024-02-29"], ["b", 2, None], [None, 3, "2024-01-01"]])
    )
    measures = outcome.result["measures"]
    assert measures["written_files"] == 3 == len(outcome.result["files"])
    assert measures["written_bytes"] == sum(file["bytes"] for file in outcome.result["files"])


@pytest.mark.parametrize("engine", ENGINES)
def test_an_overflow_fails_and_is_no_fault_of_the_data(engine: str, tmp_path: Path) -> None:
    table = Table({"x": "int64", "k": "text"}, [(2**62, "a"), (2**62, "a")])
    case = case_of([{"group": {"by": ["k"], "agg": {"s": "sum(x)"}}}], table)
    error = failure(module(engine), spec(case, tmp_path))
    assert error["code"] == "engine-failed"
    assert "integer overflow" in error["message"]


@pytest.mark.parametrize("engine", ENGINES)
def test_another_program_than_the_planned_one_does_not_run(engine: str, tmp_path: Path) -> None:
    fields = spec(case_of([], SOME), tmp_path)
    settings = Settings(fields.get("profile", "default"), fields["workers"], None)
    job = jobs.parse(
        json.loads(fields["parameters"]["job"]), inputs_of(specs.tables_of(fields["inputs"]))
    )
    compiled = importlib.import_module(f"spillway_adapters.query.{engine}").compile(job, settings)
    planned = {"job": {"program": hash_of(compiled)}}
    outcome = run(module(engine), fields | planned)
    assert outcome.result["table"]["rows"]
    code = [line.strip() for line in compiled.splitlines() if line.strip()]
    wordless = [line for line in code if not line.startswith(("#", '"""'))]
    assert outcome.settings["program_lines"] == str(len(wordless))
    error = failure(module(engine), fields | {"job": {"program": "0" * 64}})
    assert "not the one that was planned" in error["message"]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_number_that_is_none_is_a_fault_of_the_data(engine: str, tmp_path: Path) -> None:
    table = Table({"k": "text", "x": "int64"}, text="k,x\na,1\nb,two\n")
    error = failure(module(engine), spec(case_of([], table), tmp_path))
    assert error["code"] == "data-unreadable"


def test_the_oracle_runs_the_sql_as_typed(tmp_path: Path) -> None:
    """Which says another thing than the job here, so that one sees which of them ran."""
    sql = 'SELECT k, x * 10 AS x, d FROM t WHERE x < 3 ORDER BY "x"'
    case = case_of([{"sort": ["x"]}], SOME)
    outcome = run(module("duckdb"), spec(case, tmp_path, sql=sql, profile="oracle"))
    assert outcome.result["table"]["rows"] == [["a", 10, "2024-02-29"], ["b", 20, None]]


def test_sql_as_typed_reads_no_other_file(tmp_path: Path) -> None:
    other = tmp_path / "other.csv"
    other.write_text("k,x,d\na,1,\n")
    sql = f"SELECT k, x, d FROM read_csv('{other}')"
    error = failure(module("duckdb"), spec(case_of([], SOME), tmp_path, sql=sql, profile="oracle"))
    assert "disabled" in error["message"]


def test_sql_as_typed_reads_words_for_nothing(tmp_path: Path) -> None:
    table = Table({"k": "text", "x": "int64"}, text="k,x\nNA,n/a\nb,2\n")
    sql = "SELECT k, x FROM t"
    outcome = run(module("duckdb"), spec(case_of([], table), tmp_path, sql=sql, profile="oracle"))
    assert outcome.result["table"]["rows"] == [["NA", None], ["b", 2]]
