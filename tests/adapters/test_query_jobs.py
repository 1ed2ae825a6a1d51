"""The jobs that ship: each is a job, compiles, and DuckDB and Polars answer alike, from CSV and
from Parquet."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

import query_cases
import shipped_jobs
from spillway_adapters.query import duckdb, polars
from spillway_adapters.query import job as jobs
from spillway_adapters.query.language import Settings

HERE = Path(__file__).parent
ROWS = "10k"
#: At 10,000 rows no order is that large.
EMPTY = ("tpch/q18",)


@pytest.fixture(scope="session")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tables of every suite, as the program writes them."""
    program = os.environ.get("SPILLWAY_PROGRAM")
    if not program:
        pytest.skip("SPILLWAY_PROGRAM is not set")
    folder = tmp_path_factory.mktemp("tables")
    for suite in shipped_jobs.SUITES:
        subprocess.run(
            [program, "job", "tables", suite, str(folder / suite), "--rows", ROWS], check=True
        )
        shipped_jobs.write_parquet(suite, folder / suite)
    return folder


def answers(engine: str, format: str, tables: Path) -> dict[str, dict[str, Any]]:
    python = os.environ[f"SPILLWAY_PYTHON_{engine.upper()}"]
    path = f"{HERE.parents[1] / 'adapters'}:{HERE}"
    ran = subprocess.run(
        [python, str(HERE / "shipped_try.py"), "--format", format, engine, str(tables)],
        env={**os.environ, "PYTHONPATH": path},
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    found = [json.loads(line) for line in ran.stdout.splitlines()]
    return {one["job"]: one for one in found}


@pytest.mark.parametrize("name", shipped_jobs.JOBS)
def test_is_a_job_that_compiles(name: str) -> None:
    file = shipped_jobs.shipped(name)
    assert set(file) == {"title", "shows", "suite", "tables", "job"}
    assert file["suite"] == file["tables"] == name.split("/")[0]
    assert file["shows"].endswith(".")
    job = jobs.parse(file["job"], shipped_jobs.inputs(file["suite"], HERE))
    assert jobs.parse(jobs.canonical(job), shipped_jobs.inputs(file["suite"], HERE)) == job
    for compiler in (duckdb, polars):
        compile(compiler.compile(job, Settings("default", 2, None)), name, "exec")


def test_every_sentence_is_its_own() -> None:
    sentences = [shipped_jobs.shipped(name)["shows"] for name in shipped_jobs.JOBS]
    assert len(set(sentences)) == len(sentences)


@pytest.mark.parametrize("suite", shipped_jobs.SUITES)
def test_every_table_is_read(suite: str) -> None:
    read = set()
    for name in shipped_jobs.JOBS:
        if name.startswith(suite + "/"):
            file = shipped_jobs.shipped(name)
            read |= set(jobs.parse(file["job"], shipped_jobs.inputs(suite, HERE)).inputs)
    assert read == set(shipped_jobs.inputs(suite, HERE))


@pytest.fixture(scope="session")
def expected(tables: Path) -> dict[str, dict[str, Any]]:
    return answers("duckdb", "csv", tables)


@pytest.mark.parametrize(
    ("engine", "format"), [("duckdb", "parquet"), ("polars", "csv"), ("polars", "parquet")]
)
def test_engines_answer_alike_from_either_format(
    engine: str, format: str, tables: Path, expected: dict[str, dict[str, Any]]
) -> None:
    found = answers(engine, format, tables)
    assert set(expected) == set(found) == set(shipped_jobs.JOBS)
    for name in shipped_jobs.JOBS:
        assert "rows" in expected[name] and "rows" in found[name], name
        rows = [tuple(row) for row in expected[name]["rows"]]
        assert bool(rows) != (name in EMPTY), name
        job = jobs.parse(
            shipped_jobs.shipped(name)["job"], shipped_jobs.inputs(name.split("/")[0], HERE)
        )
        order = [list(job.schema).index(each.column) for each in job.sorted_by]
        got = [tuple(row) for row in found[name]["rows"]]
        wrong = query_cases.differences(rows, got, order)
        assert not wrong, f"{name}: {wrong[:3]}"
