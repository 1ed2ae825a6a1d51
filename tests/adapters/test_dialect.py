"""Every way to write a file, on every engine: the same groups or the same refusal.

Engines with clusters, which take seconds to start, join through SPILLWAY_TEST_ENGINES.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dialects import ALL_OPTIONS, FILES, OPTIONS, Case
from host import module, run

ENGINES = os.environ.get("SPILLWAY_TEST_ENGINES", "pandas polars duckdb").split()
CASES = {**FILES, **OPTIONS, "all_options": ALL_OPTIONS}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_what_a_file_says(engine: str, case: Case, tmp_path: Path) -> None:
    profile = os.environ.get("SPILLWAY_TEST_PROFILE", "tuned")
    outcome = run(module(engine), case.spec(tmp_path, profile=profile))
    if engine in case.blind:
        return
    if case.groups is not None:
        case.assert_groups(outcome.groups)
    else:
        error = outcome.one("error")
        assert error["code"] == "data-unreadable" and case.refused in error["message"], error
