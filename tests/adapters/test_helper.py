"""A planner or preview that stays: many requests, none of which touches the next."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from host import ADAPTERS, python_of


@contextmanager
def helper(folder: Path, environment: str, name: str) -> Iterator[tuple[Any, int]]:
    """What asks it, and its process."""
    code = (
        f"import sys; sys.path.insert(0, {str(ADAPTERS)!r}); from spillway_adapters import helper"
    )
    code += f"; helper.main({name!r})"
    work = folder / "work"
    work.mkdir()
    process = subprocess.Popen(
        [sys.executable if environment == "planner" else python_of(environment), "-I", "-c", code],
        cwd=work,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )

    def ask(request: dict[str, Any] | str) -> tuple[str, Any]:
        question, answer = folder / "request.json", folder / "answer.json"
        answer.unlink(missing_ok=True)
        text = request if isinstance(request, str) else json.dumps(request)
        question.write_text(text)
        assert process.stdin and process.stdout
        process.stdin.write(json.dumps({"request": str(question), "answer": str(answer)}) + "\n")
        process.stdin.flush()
        said = process.stdout.readline().strip()
        assert not list(work.iterdir()), "nothing is left in the working directory"
        return said, json.loads(answer.read_text()) if answer.exists() else None

    try:
        yield ask, process.pid
    finally:
        assert process.stdin and process.stdout
        process.stdin.close()
        assert process.wait(20) == 0
        process.stdout.close()


def table(path: Path) -> dict[str, Any]:
    return {
        "name": "data",
        "paths": [str(path)],
        "bytes": path.stat().st_size,
        "dialect": {"delimiter": ",", "quote": '"', "header": True},
        "columns": [{"name": "id", "type": "integer"}, {"name": "x", "type": "real"}],
    }


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "data.csv"
    path.write_text("id,x\n1,0.5\n2,1.5\n")
    return path


def test_a_planner_answers_again_and_again(tmp_path: Path, data: Path) -> None:
    engine = {"id": "duckdb", "profile": "default", "workers": 2, "memory_bytes": None}
    asked = {"kind": "query", "inputs": {"data": table(data)}, "engines": [engine]}
    with helper(tmp_path, "planner", "planner") as (ask, _):
        said, found = ask({**asked, "workload": {"sql": "SELECT id FROM data"}})
        assert said == "done"
        assert "import duckdb" in found["engines"][0]["code"]
        said, found = ask({**asked, "workload": {"sql": "SELECT idd FROM data"}})
        assert said == "done"
        assert "line 1, column 8" in found["error"]["place"]
        # A request that nobody can read fails alone.
        assert ask("no JSON") == ("failed", None)
        said, found = ask({**asked, "workload": {"sql": "SELECT x FROM data"}})
        assert (said, found["columns"]) == ("done", [{"name": "x", "type": "float64"}])


def test_limits_of_one_preview_do_not_hold_for_the_next(tmp_path: Path, data: Path) -> None:
    job = json.dumps({"steps": [{"from": "data"}, {"filter": "x > 1"}]})
    asked = {"kind": "query", "workload": {"job": job}, "inputs": {"data": table(data)}}
    limits = resource.RLIMIT_CPU, resource.RLIMIT_AS, resource.RLIMIT_DATA
    with helper(tmp_path, "duckdb", "preview") as (ask, pid):
        for _ in range(30):
            said, found = ask(asked)
            assert (said, found["rows"]) == ("done", [[2, 1.5]])
        # A preview limits its own processor time.
        own = [resource.getrlimit(which) for which in limits]
        assert [resource.prlimit(pid, which) for which in limits] == own
        missing = {"data": table(data) | {"paths": ["/no/such"]}}
        assert ask({**asked, "inputs": missing}) == ("failed", None)
        assert ask(asked)[1]["rows"] == [[2, 1.5]]


def test_there_is_no_other_helper(tmp_path: Path) -> None:
    code = (
        f"import sys; sys.path.insert(0, {str(ADAPTERS)!r}); from spillway_adapters import helper"
    )
    code += "; helper.main('os')"
    ran = subprocess.run(
        [sys.executable, "-I", "-c", code], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 1
    assert "no helper 'os'" in ran.stderr
