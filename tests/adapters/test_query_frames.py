"""Queries by engines of data frames: pandas, Modin and PySpark; types of Parquet by DuckDB and
Polars, too. What every engine has to answer is in query_cases.py."""

from __future__ import annotations

import datetime
import decimal
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from host import ADAPTERS, Outcome, module, python_of, run

Csv = Callable[..., Path]
ENGINES = [
    "pandas",
    pytest.param(
        "pyspark",
        marks=pytest.mark.skipif(shutil.which("java") is None, reason="there is no Java"),
    ),
    "modin",
]

#: Judges cases in one process of the engine's.
JUDGE = """
import json, sys
import query_cases, query_try

engine, form, words = sys.argv[1:]
said = {}
for case in query_cases.CASES:
    # Spark's reader skips no lines: a run gives it copies.
    skips = engine == "pyspark" and any(t.dialect.get("skip_rows") for t in case.tables.values())
    if words in case.name and form in case.formats and not skips:
        wrong = query_try.judge(engine, case, format=form)
        if wrong:
            said[case.name] = wrong
print(json.dumps(said))
"""
START = {
    "pyspark": """
from pyspark.sql import SparkSession
settings = {"spark.ui.enabled": "false", "spark.driver.host": "127.0.0.1",
            # Faster for a few rows than compiled code.
            "spark.sql.codegen.wholeStage": "false", "spark.sql.codegen.factoryMode": "NO_CODEGEN",
            # Otherwise a thousand threads stay for what queries have sent around.
            "spark.sql.shuffleExchange.maxThreadThreshold": "4"}
builder = SparkSession.builder.master("local[2]")
for name, value in settings.items():
    builder = builder.config(name, value)
builder.getOrCreate().sparkContext.setLogLevel("OFF")
""",
    "modin": """
import os
os.environ.update(MODIN_ENGINE="ray", MODIN_CPUS="2", RAY_USAGE_STATS_ENABLED="0")
import ray
ray.init("local", num_cpus=2, include_dashboard=False, log_to_driver=False)
""",
}


def judged(engine: str, form: str, words: str, folder: Path) -> dict[str, str]:
    """What is wrong with the engine's answers, by the case's name."""
    return json.loads(said(engine, JUDGE, [form, words], folder))


def said(engine: str, script: str, arguments: list[str], folder: Path) -> str:
    """The last line of a script in a process of the engine's."""
    # The paths of Ray's sockets have at most 107 bytes.
    with tempfile.TemporaryDirectory(prefix="q") as short:
        return _said(engine, script, arguments, folder, short)


def _said(engine: str, script: str, arguments: list[str], folder: Path, short: str) -> str:
    paths = os.pathsep.join([str(ADAPTERS), str(Path(__file__).parent)])
    done = subprocess.run(
        [
            python_of(engine),
            "-W",
            "ignore",
            "-c",
            START.get(engine, "") + script,
            engine,
            *arguments,
        ],
        env={**os.environ, "PYTHONPATH": paths, "TMPDIR": short},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout.splitlines()[-1]


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_pandas_answers_every_case(form: str, tmp_path: Path) -> None:
    assert judged("pandas", form, "", tmp_path) == {}


@pytest.mark.skipif(shutil.which("java") is None, reason="there is no Java")
def test_spark_answers_every_case(tmp_path: Path) -> None:
    assert judged("pyspark", "csv", "", tmp_path) == {}


@pytest.mark.parametrize("words", ["join", "rank", "group"])
def test_modin_answers(words: str, tmp_path: Path) -> None:
    assert judged("modin", "csv", words, tmp_path) == {}


# --- Parquet of types that the language does not have -------------------------------------------

DAY, AT = datetime.date(2024, 2, 29), datetime.datetime(2024, 1, 2, 3, 4, 5, 6)
NANOSECONDS = 1_704_164_645_000_006_999
#: By name: what a type is widened to, two values of it, and the first of them as it is read.
WIDENED: dict[str, tuple[str, Any, Any]] = {
    "i8": ("int64", pa.array([-128, None], pa.int8()), -128),
    "u32": ("int64", pa.array([2**32 - 1, None], pa.uint32()), 2**32 - 1),
    "u64": ("int64", pa.array([2**63 - 1, None], pa.uint64()), 2**63 - 1),
    "f32": ("float64", pa.array([0.5, float("nan")], pa.float32()), 0.5),
    "money": ("float64", pa.array([decimal.Decimal("12.25"), None], pa.decimal128(9, 2)), 12.25),
    "word": ("text", pa.array(["NA", None]).dictionary_encode(), "NA"),
    "large": ("text", pa.array(["", None], pa.large_string()), ""),
    "d64": ("date", pa.array([DAY, None], pa.date64()), DAY),
    "ms": (
        "timestamp",
        pa.array([AT.replace(microsecond=0), None], pa.timestamp("ms")),
        AT.replace(microsecond=0),
    ),
    "ns": ("timestamp", pa.array([NANOSECONDS, None], pa.timestamp("ns")), AT),
    "zone": ("timestamp", pa.array([AT, None], pa.timestamp("us", "Europe/Rome")), AT),
    "both": ("timestamp", pa.array([NANOSECONDS, None], pa.timestamp("ns", "Europe/Rome")), AT),
}
#: Reads them in a process of the engine's.
ANSWERED = """
import json, pathlib, sys

import query_try
from spillway_adapters.query import job as jobs
from spillway_adapters.query.language import Input

engine, path, schema = sys.argv[1:]
schema = json.loads(schema)
table = Input("t", (path,), "parquet", schema, tuple(schema), rows=2)


def answer(*steps):
    job = jobs.parse({"steps": [{"from": "t"}, *steps]}, {"t": table})
    program = query_try.program(engine, job)
    found = query_try.executed(program, {"t": [path]}, pathlib.Path("scratch"))
    return query_try.rows_of(found, job)


print(json.dumps([answer({"select": ["i8"]}), answer()]))
"""


@pytest.mark.parametrize("engine", [*ENGINES, "duckdb", "polars"])
def test_types_of_parquet_that_the_language_lacks_are_widened(engine: str, tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    pq.write_table(pa.table({name: values for name, (_, values, _) in WIDENED.items()}), path)
    schema = {name: kind for name, (kind, _, _) in WIDENED.items()}
    one, whole = json.loads(said(engine, ANSWERED, [str(path), json.dumps(schema)], tmp_path))
    assert one == [[-128], [None]]
    dated = (datetime.date, datetime.datetime)
    first = [v.isoformat() if isinstance(v, dated) else v for _, _, v in WIDENED.values()]
    assert whole == [first, [None] * len(first)]


# --- Runs ----------------------------------------------------------------------------------------


def query(file: Path, columns: dict[str, str], steps: list[dict[str, Any]]) -> dict[str, Any]:
    """One run's specification: these steps over the table `data`."""
    table = {
        "name": file.name,
        "paths": [str(file)],
        "format": "csv",
        "dialect": {"delimiter": ",", "quote": '"', "header": True},
        "columns": [{"name": name, "type": kind} for name, kind in columns.items()],
        "rows": None,
        "bytes": file.stat().st_size,
        "fingerprint": "",
    }
    return {
        "protocol": 2,
        "run_id": "test",
        "inputs": {"data": table},
        "kind": "query",
        "parameters": {"job": json.dumps({"steps": [{"from": "data"}, *steps]})},
        "columns": {},
        "workers": 2,
        "memory_limit": None,
        "seed": 1,
        "profile": "default",
        "address": None,
    }


def logged(outcome: Outcome) -> str:
    return "\n".join(event["message"] for event in outcome.all("log"))


@pytest.mark.parametrize("engine", ENGINES)
def test_a_query_is_answered_also_with_words_among_numbers(csv: Csv, engine: str) -> None:
    file = csv('k,x,n\na,1.5,1\nb,NA,2\na, 2.5 ,""\n,4,+4\n"",,\n')
    group = {"by": ["k"], "agg": {"rows": "count()", "m": "mean(x)", "s": "sum(n)"}}
    steps = [{"group": group}, {"sort": ["k"]}]
    outcome = run(module(engine), query(file, {"k": "text", "x": "real", "n": "integer"}, steps))
    table = outcome.result["table"]
    assert [column["type"] for column in table["columns"]] == ["text", "int64", "float64", "int64"]
    assert table["rows"] == [
        ["", 1, None, None],
        ["a", 2, 2.0, 1],
        ["b", 1, None, 2],
        [None, 1, 4.0, 4],
    ]
    assert outcome.result["measures"]["result_rows"] == 4
    assert "Reading again" not in logged(outcome)


@pytest.mark.parametrize("engine", ENGINES)
def test_words_that_planning_has_not_seen_are_read_the_second_time(csv: Csv, engine: str) -> None:
    """Then the empty text in quotes is read right, too."""
    lines = ["a,1\n"] * 2_000_000
    lines[100_000:100_002] = ["b, NA \n", '"",2\n']  # Behind the beginning, before the next place.
    steps = [{"group": {"by": ["k"], "agg": {"n": "count()", "x": "sum(x)"}}}, {"sort": ["k"]}]
    columns = {"k": "text", "x": "integer"}
    outcome = run(module(engine), query(csv("k,x\n" + "".join(lines)), columns, steps))
    assert outcome.result["table"]["rows"] == [
        ["", 1, 2],
        ["a", 1_999_998, 1_999_998],
        ["b", 1, None],
    ]
    assert "Reading again" in logged(outcome)


@pytest.mark.parametrize("engine", ["pandas", "modin"])
def test_an_empty_text_in_quotes_that_nobody_has_seen_ends_the_run(csv: Csv, engine: str) -> None:
    lines = ["a,1\n"] * 2_000_000
    lines[100_000] = '"",2\n'
    columns = {"k": "text", "x": "integer"}
    steps = [{"group": {"by": ["k"], "agg": {"n": "count()"}}}]
    error = run(module(engine), query(csv("k,x\n" + "".join(lines)), columns, steps)).one("error")
    assert error["code"] == "unsupported"
    assert "line 100002: an empty text in quotes, which read_csv takes" in error["message"]


@pytest.mark.parametrize("engine", ENGINES)
def test_an_overflow_is_a_failure_with_its_name(csv: Csv, engine: str) -> None:
    file = csv(f"x\n{2**62}\n{2**62}\n")
    steps = [{"group": {"by": [], "agg": {"s": "sum(x)"}}}]
    error = run(module(engine), query(file, {"x": "integer"}, steps)).one("error")
    assert (error["code"], "integer overflow" in error["message"]) == ("engine-failed", True), error
