"""Every way to write a file, on every engine: the same groups, or the same refusal."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dialects import CASES, FEW, FEW_FITS, FITS, Case, Fit
from host import ADAPTERS, failure, module, python_of, run

MANY = Path(__file__).with_name("many.py")
#: Engine, class of its adapter, profile, cases.
ENGINES = {
    "pandas": ("pandas", "Pandas", "default", CASES),
    "polars": ("polars", "Polars", "default", CASES),
    "duckdb": ("duckdb", "DuckDB", "default", CASES),
    "dask tuned": ("dask", "Dask", "tuned", CASES),
    "dask naive": ("dask", "Dask", "naive", CASES),
    "ray core": ("ray", "Ray", "tuned", FEW),  # its reader of ranges is Dask's
    "ray data": ("ray", "Ray", "naive", FEW),
    "modin": ("modin", "Modin", "default", FEW),
    "pyspark": ("pyspark", "PySpark", "default", CASES),  # skipped unless it is set up
}
#: Engines without a regression, or whose regression is not set up by the same start.
NO_FITS = ("polars", "duckdb", "modin", "ray core")


@pytest.mark.parametrize("engine", ENGINES)
def test_what_a_file_says(engine: str, tmp_path: Path) -> None:
    name, adapter, profile, cases = ENGINES[engine]
    fits = {} if engine in NO_FITS else FEW_FITS if cases is FEW else FITS
    jobs: dict[str, Case | Fit] = {**cases, **fits}
    specs = []
    for label, case in jobs.items():
        directory = tmp_path / label
        directory.mkdir()
        fields = case.spec(directory, profile=profile)
        specs.append({**fields, "scratch": str(directory / "scratch")})
    wrong = {}
    for (label, case), events in zip(jobs.items(), answers(name, adapter, specs), strict=True):
        judge = fit_is_wrong if isinstance(case, Fit) else groups_are_wrong
        if fault := judge(name, case, events):
            wrong[label] = fault
    assert not wrong


def test_ray_core_refuses_an_infinite_feature(tmp_path: Path) -> None:
    """Its actors are made for one dataset, before the work."""
    outcome = run(module("ray"), FITS["infinite"].spec(tmp_path, profile="tuned"))
    assert not fit_is_wrong("ray", FITS["infinite"], outcome.events)


def answers(
    engine: str, adapter: str, specs: list[dict[str, Any]]
) -> Iterator[list[dict[str, Any]]]:
    """What each run said, on one started engine."""
    done = subprocess.run(
        [python_of(engine), MANY, f"{engine}_engine", adapter],
        input="".join(json.dumps(fields) + "\n" for fields in specs),
        env={**os.environ, "PYTHONPATH": str(ADAPTERS), "PYTHONSAFEPATH": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    lines = done.stdout.splitlines()
    assert len(lines) == len(specs), f"{lines[-1:]}; {done.stderr[-3000:]}"
    return map(json.loads, lines)


def groups_are_wrong(engine: str, case: Case, events: list[dict[str, Any]]) -> str:
    said = {event["type"]: event for event in events}
    error = said.get("error", {"code": "", "message": ""})
    if engine in case.blind:
        blind = error["code"] == "unsupported" if case.groups is not None else "result" in said
        return "" if blind else f"no longer blind: {error}"
    if case.groups is None:
        message = error["message"]
        refused = error["code"] == "data-unreadable" and "line " in message
        return "" if refused and case.refused in message else f"{error} {said.get('result')}"
    try:
        case.assert_groups(said["result"]["result"]["groups"])
    except (AssertionError, KeyError) as wrong:
        return f"{wrong} {error}"
    return ""


def fit_is_wrong(_: str, fit: Fit, events: list[dict[str, Any]]) -> str:
    said = {event["type"]: event for event in events}
    if fit.refused:
        message = said["error"]["message"] if "error" in said else f"{said.get('result')}"
        return "" if all(word in message for word in fit.refused) else message
    if "result" not in said:
        return f"{said.get('error')}"
    result = said["result"]["result"]
    found = result["classes"], result["dropped_rows"], result["loss"] is not None
    return "" if found == (fit.classes, fit.dropped, True) else f"{found}"


@pytest.mark.parametrize("engine", ["dask", "ray"])
def test_copies_are_out_of_a_clusters_reach(engine: str, tmp_path: Path) -> None:
    fields = CASES["all_options"].spec(tmp_path, profile="naive", address="127.0.0.1:1")
    error = failure(module(engine), fields)
    assert error["code"] == "unsupported"
    assert "comment, encoding, missing" in error["message"]
