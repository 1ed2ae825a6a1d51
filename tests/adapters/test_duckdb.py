"""What holds for DuckDB in particular."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from host import dataset, etl, failure, logreg, module, run, spec
from truth import assert_groups

COLUMNS = {"x": "real", "y": "real", "category": "text"}


def rows(csv: Callable[..., Path], count: int, times: int = 1) -> Path:
    lines = (f"{i / 7},{i * 0.37},k{i % 5}\n" for i in range(count))
    return csv("x,y,category\n" + "".join(lines) * times)


def test_a_limit_too_small_is_told_as_one(csv: Callable[..., Path]) -> None:
    """DuckDB reads CSV in blocks of 32 MB."""
    file = rows(csv, 100_000, 20)
    fields = spec(dataset(file, COLUMNS), etl("category", ["x"]), memory_limit=20_000_000)
    assert failure(module("duckdb"), fields)["code"] == "memory-limit"


def test_what_exceeds_the_limit_spills(csv: Callable[..., Path]) -> None:
    workload = etl("category", ["x", "y"], "loaded")
    file = dataset(rows(csv, 100_000, 60), COLUMNS)
    fields = spec(file, workload, workers=1, memory_limit=120_000_000, memory_floor=20_000_000)
    outcome = run(module("duckdb"), fields)
    assert_groups(outcome.groups, fields)
    assert outcome.settings["memory_limit"] == "76.2 MiB"
    assert [phase["name"] for phase in outcome.all("phase")][::2] == ["load", "compute"]
    assert outcome.all("counters")[-1]["spilled_bytes"] > 0


def test_a_reference_tells_the_sizes_of_the_values(csv: Callable[..., Path]) -> None:
    file = csv("x,y,category\n-2,1,a\n1,,a\n,,b\n")
    workload = etl("category", ["x", "y"])
    fields = spec(dataset(file, COLUMNS), workload, profile="reference")
    assert run(module("duckdb"), fields).groups == [
        {
            "key": "a",
            "count": 2,
            "mean": {"x": -0.5, "y": 1.0},
            "mean_abs": {"x": 1.5, "y": 1.0},
        },
        {
            "key": "b",
            "count": 1,
            "mean": {"x": None, "y": None},
            "mean_abs": {"x": None, "y": None},
        },
    ]


def test_the_regression_is_unsupported(csv: Callable[..., Path]) -> None:
    fields = spec(dataset(rows(csv, 10), COLUMNS), logreg("category", ["x"]))
    assert failure(module("duckdb"), fields)["code"] == "unsupported"
