"""What holds for pandas in particular; what holds for every engine is in test_etl.py."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from host import dataset, etl, module, run, spec
from truth import assert_groups

COLUMNS = {"id": "integer", "x": "real", "category": "text"}


@pytest.mark.parametrize("materialise", ["streamed", "loaded"])
def test_means_of_groups(csv: Callable[..., Path], materialise: str) -> None:
    file = csv("id,x,category\n0,0.5,A\n1,0.25,B\n2,0.75,A\n")
    fields = spec(dataset(file, COLUMNS), etl("category", ["x"], materialise))
    outcome = run(module("pandas"), fields)
    assert_groups(outcome.groups, fields)
    assert outcome.result["rows"] == 3 and outcome.result["missing"] == [0]
