"""A stop at any moment ends an engine without the guard's force, and leaves no process."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from host import STOPPED, dataset, descendants, etl, module, spec, started

ENGINES = ["pandas", "polars", "duckdb"]
COLUMNS = {"id": "integer", "x": "real", "category": "text"}


@pytest.fixture
def fields(csv: Callable[..., Path]) -> dict[str, Any]:
    """Enough rows that no engine has read them when the stop comes."""
    block = "".join(f"{i},{i / 7},k{i % 5}\n" for i in range(100_000))
    return spec(dataset(csv("id,x,category\n" + block * 30), COLUMNS), etl("category", ["x"]))


@pytest.mark.parametrize("moment", ["hello", "ready", "phase"])
@pytest.mark.parametrize("engine", ENGINES)
def test_a_stop_leaves_nothing(engine: str, moment: str, fields: dict[str, Any]) -> None:
    with started(module(engine), fields) as child:
        child.reach(moment)
        child.stop()
        assert not descendants()
        outcome = child.finish()
    assert not outcome.all("result") and not outcome.all("error")
    assert outcome.exit_code == STOPPED, str(outcome)
