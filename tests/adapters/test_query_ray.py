"""Ray's compiler on the cases that all engines share, both profiles."""

from __future__ import annotations

import pytest

import query_on_cluster
from query_on_cluster import Run, runs

#: What is refused beside the wide functions.
REFUSED: set[str] = set()


@pytest.mark.parametrize("run", runs("ray"), ids=str)
def test_every_case_is_answered_as_expected_or_refused(run: Run) -> None:
    query_on_cluster.check(run, REFUSED)
