"""A user's script as an engine, and the documented example of a manifest with its own adapter."""

from __future__ import annotations

import importlib.util
import json
import py_compile
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from host import Outcome, dataset, descendants, etl, logreg, python_of, run, spec, started
from truth import assert_groups

EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples"
COLUMNS = {"id": "integer", "x": "real", "y": "real", "category": "text"}
ROWS = "id,x,y,category\n1,1.5,2,NA\n2,2.5,3,01\n3,3,4,NA\n4,4,5,\n"


@pytest.fixture
def fields(csv: Callable[..., Path]) -> dict[str, Any]:
    return spec(dataset(csv(ROWS), COLUMNS), etl("category", ["x", "y"]))


@pytest.fixture
def script(csv: Callable[..., Path]) -> Callable[[str], list[str]]:
    """The command of a script with this text."""

    def command(text: str, python: str = sys.executable) -> list[str]:
        module = "spillway_adapters.script_engine"
        return [python, "-m", module, str(csv(text, "my job.py"))]

    return command


def returning(answer: str) -> str:
    return f"def run(paths, workers, memory_bytes, scratch):\n    return {answer}\n"


GOOD = "{'': G(4, 5, 1), '01': G(2.5, 3, 1), 'NA': G(2.25, 3, 2)}"
HELP = "def G(x, y, n):\n    return {'x': x, 'y': y, 'count': n}\n"


def test_the_documented_script_runs(fields: dict[str, Any]) -> None:
    command = [sys.executable, "-m", "spillway_adapters.script_engine"]
    assert_groups(run([*command, str(EXAMPLES / "group_means.py")], fields).groups, fields)


@pytest.mark.parametrize(
    "answer",
    [GOOD, f"[dict(g, category=k, id=7) for k, g in {GOOD}.items()]"],
    ids=["dict", "rows"],
)
def test_groups_and_rows_are_accepted(
    script: Callable[[str], list[str]], fields: dict[str, Any], answer: str
) -> None:
    outcome = run(script(HELP + returning(answer)), fields)
    assert_groups(outcome.groups, fields)
    assert outcome.one("hello")["engine"] == "my job"
    assert len(outcome.one("hello")["version"]) == 12


FRAMES = {
    "pandas": """
import pandas
def run(paths, workers, memory_bytes, scratch):
    frame = pandas.read_csv(paths[0], dtype={'category': str}, keep_default_na=False)
    groups = frame.groupby('category')
    return groups[['x', 'y']].mean().assign(count=groups.size())
""",
    "polars": """
import polars as pl
def run(paths, workers, memory_bytes, scratch):
    frame = pl.read_csv(paths[0], schema_overrides={'category': pl.String},
                        empty_string_is_null=False)
    return frame.group_by('category').agg(pl.mean('x', 'y'), count=pl.len())
""",
}


@pytest.mark.parametrize("library", FRAMES)
def test_frames_are_accepted(
    script: Callable[..., list[str]], fields: dict[str, Any], library: str
) -> None:
    outcome = run(script(FRAMES[library], python_of(library)), fields)
    assert_groups(outcome.groups, fields)
    assert library in outcome.settings


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (returning("{'A': {'x': 1, 'y': 2}}"), "'count'"),
        (returning("{'A': {'x': 1, 'count': 2}}"), "'y'"),
        (returning("{1: {'x': 1, 'y': 1, 'count': 2}}"), "no text"),
        (returning("{'A': 1.5}"), "not a mapping"),
        (returning("{'A': {'x': 'much', 'y': 1, 'count': 2}}"), "much"),
        (returning("[{'x': 1, 'y': 1, 'count': 2}]"), "no column 'category'"),
        (returning("[{'category': 'A', 'x': 1, 'y': 1, 'count': 2}] * 2"), "different keys"),
        (returning("None"), "NoneType"),
        (returning("1 / 0"), "ZeroDivisionError"),
        ("import sys\n" + returning("sys.exit('enough')"), "enough"),
        ("raise SystemExit(3)", "ended itself"),
        ("run = 3", "no function run"),
        ("def run(:", "SyntaxError"),
    ],
)
def test_what_is_no_answer_is_an_error_that_says_why(
    script: Callable[[str], list[str]], fields: dict[str, Any], text: str, says: str
) -> None:
    error = run(script(text), fields).one("error")
    assert error["code"] == "engine-failed"
    assert says in error["message"]


def test_a_wrong_shape_comes_with_a_remedy(
    script: Callable[[str], list[str]], fields: dict[str, Any]
) -> None:
    assert "count" in run(script(returning("3")), fields).one("error")["remedy"]


def test_prints_do_not_break_lines(
    script: Callable[[str], list[str]], fields: dict[str, Any]
) -> None:
    text = HELP + (
        "import os\nprint('{at import')\n"
        "def run(paths, workers, memory_bytes, scratch):\n"
        "    print('half a line', end='')\n    os.write(1, b'raw')\n    os.system('echo shell')\n"
        f"    return {GOOD}\n"
    )
    outcome = run(script(text), fields)
    assert_groups(outcome.groups, fields)
    assert "half a line" in outcome.stderr and "shell" in outcome.stderr


def test_the_function_gets_what_the_run_was_asked_for(
    script: Callable[[str], list[str]], fields: dict[str, Any]
) -> None:
    text = HELP + (
        "import os\n"
        "def run(paths, workers, memory_bytes, scratch):\n"
        "    assert workers == 3 and memory_bytes == 10**9, (workers, memory_bytes)\n"
        "    assert os.path.isdir(scratch) and os.path.isfile(paths[0])\n"
        f"    return {GOOD}\n"
    )
    outcome = run(script(text), {**fields, "workers": 3, "memory_limit": 10**9})
    assert_groups(outcome.groups, fields)


def test_more_groups_than_fit_a_line(
    script: Callable[..., list[str]], fields: dict[str, Any]
) -> None:
    text = returning("{f'k{i}': {'x': i / 3, 'y': i, 'count': 1} for i in range(2000)}")
    outcome: Outcome = run(script(text, python_of("pandas")), fields)
    assert outcome.result["groups_count"] == 2000 == len(outcome.group_rows)


def test_the_regression_is_unsupported(
    script: Callable[[str], list[str]], fields: dict[str, Any]
) -> None:
    asked = {**fields, "workload": logreg("category", ["x"])}
    assert run(script(returning("{}")), asked).one("error")["code"] == "unsupported"


def test_a_stop_ends_a_script_and_what_it_started(
    script: Callable[[str], list[str]], fields: dict[str, Any]
) -> None:
    text = (
        "import subprocess, threading\n"
        "def run(paths, workers, memory_bytes, scratch):\n"
        "    subprocess.Popen(['sleep', '1000'])\n    threading.Event().wait()\n"
    )
    with started(script(text), fields) as child:
        child.until("ready")
        child.go()
        child.until("phase")
        child.stop()
        assert child.outcome().exit_code != 0
    assert not descendants()


# --- The example of a manifest with its own adapter ----------------------------------------------


def test_the_documented_adapter_runs(fields: dict[str, Any]) -> None:
    manifest = json.loads((EXAMPLES / "minimal_engine.json").read_text())
    arguments = [*manifest["arguments"][:-1], str(EXAMPLES / "minimal_engine.py")]
    outcome = run([sys.executable, *arguments], fields)
    assert_groups(outcome.groups, fields)
    assert outcome.one("hello")["engine"] == manifest["id"]


def test_the_documented_adapter_stops(fields: dict[str, Any]) -> None:
    with started([sys.executable, str(EXAMPLES / "minimal_engine.py")], fields) as child:
        child.until("ready")
        child.stop()
        assert child.outcome().exit_code == 0
    assert not descendants()


def test_modules_beside_it_are_those_that_were_trusted(
    csv: Callable[..., Path], fields: dict[str, Any]
) -> None:
    csv("def answer(G):\n    return " + GOOD + "\n", "helper.py")
    csv("raise SystemExit('a stranger was run')\n", "stranger.py")
    text = HELP + "import helper\nimport importlib\n" + returning("helper.answer(G)")
    module = [sys.executable, "-m", "spillway_adapters.script_engine"]
    path = str(csv(text, "trusted.py"))
    assert_groups(run([*module, path, "helper"], fields).groups, fields)
    assert "helper is beside the script" in run([*module, path], fields).one("error")["message"]
    hidden = text.replace("    return ", "    importlib.import_module('stranger')\n    return ")
    outcome = run([*module, str(csv(hidden, "hidden.py")), "helper"], fields)
    assert "stranger is beside the script" in outcome.one("error")["message"]


def test_bytecode_beside_a_module_is_not_its_source(
    csv: Callable[..., Path], fields: dict[str, Any]
) -> None:
    source = csv("def answer(G):\n    return {}\n", "cached.py")
    py_compile.compile(str(source))
    good = "def answer(G):\n    return " + GOOD + "\n"
    source.write_text(good)
    cache = Path(importlib.util.cache_from_source(str(source)))
    data = bytearray(cache.read_bytes())  # pretends to be of the source as it is now
    data[8:16] = int(source.stat().st_mtime).to_bytes(4, "little") + len(good).to_bytes(4, "little")
    cache.write_bytes(data)
    text = HELP + "import cached\n" + returning("cached.answer(G)")
    command = [sys.executable, "-m", "spillway_adapters.script_engine"]
    outcome = run([*command, str(csv(text, "caching.py")), "cached"], fields)
    assert_groups(outcome.groups, fields)
