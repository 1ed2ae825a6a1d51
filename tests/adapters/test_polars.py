"""What holds for Polars in particular."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from host import dataset, etl, failure, logreg, module, run, spec
from truth import assert_groups

COLUMNS = {"x": "real", "y": "real", "category": "text"}


def rows(csv: Callable[..., Path], count: int) -> Path:
    lines = (f"{i / 7},{i * 0.37},k{i % 5}\n" for i in range(count))
    return csv("x,y,category\n" + "".join(lines))


def test_what_exceeds_the_budget_spills(csv: Callable[..., Path]) -> None:
    workload = etl("category", ["x", "y"], "loaded")
    fields = spec(dataset(rows(csv, 2_000_000), COLUMNS), workload, memory_limit=10_000_000)
    outcome = run(module("polars"), fields)
    assert_groups(outcome.groups, fields)
    assert outcome.settings["memory_budget_mb"] == "7"
    assert outcome.all("counters")[-1]["spilled_bytes"] > 0
    assert "spill_stats" in outcome.stderr


def test_the_regression_is_unsupported(csv: Callable[..., Path]) -> None:
    fields = spec(dataset(rows(csv, 10), COLUMNS), logreg("category", ["x"]))
    error = failure(module("polars"), fields)
    assert (error["code"], error["message"]) == (
        "unsupported",
        'The engine "polars" does not do work of the kind "logreg".',
    )
