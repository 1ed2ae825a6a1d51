"""Dask's compiler on the cases that all engines share, and through the host's protocol."""

from __future__ import annotations

from pathlib import Path

import pytest

import query_on_cluster
from host import failure, module, run
from query_cases import Table
from query_on_cluster import PROFILES, Run, runs
from test_query import SOME, case_of, spec

#: What is refused beside the wide functions: folders of Parquet in the naive profile.
REFUSED = {
    "folders name columns",
    "a filter of folders and one of their files",
    "groups by folders, null among them",
    "folders alone are read",
}


@pytest.mark.parametrize("one", runs("dask"), ids=str)
def test_every_case_is_answered_as_expected_or_refused(one: Run) -> None:
    query_on_cluster.check(one, REFUSED)


@pytest.mark.parametrize("profile", PROFILES)
def test_an_answer_travels_whole_and_in_order(profile: str, tmp_path: Path) -> None:
    case = case_of([{"derive": {"f": "x / 2", "b": "x > 1"}}, {"sort": ["-x"]}], SOME)
    outcome = run(module("dask"), spec(case, tmp_path, profile=profile))
    assert outcome.result["table"]["rows"] == [
        [None, 3, "2024-01-01", 1.5, True],
        ["b", 2, None, 1.0, True],
        ["a", 1, "2024-02-29", 0.5, False],
    ]


def test_a_comment_and_another_encoding_are_read(tmp_path: Path) -> None:
    text = "made by hand\nk;x;d\n# a remark\n\u00e9;1;2024-01-31\nb;n/a;\n"
    table = Table({"k": "text", "x": "int64", "d": "date"}, text=text)
    fields = spec(case_of([], table), tmp_path, profile="tuned")
    (path,) = fields["inputs"]["t"]["paths"]
    Path(path).write_bytes(text.encode("latin-1"))
    fields["inputs"]["t"]["dialect"] |= {
        "delimiter": ";",
        "comment": "#",
        "skip_rows": 1,
        "encoding": "latin-1",
    }
    rows = run(module("dask"), fields).result["table"]["rows"]
    assert sorted(rows) == [["b", None, None], ["\u00e9", 1, "2024-01-31"]]


def test_a_sum_that_overflows_is_an_error_that_says_so(tmp_path: Path) -> None:
    table = Table({"x": "int64"}, [(2**62,), (2**62,)])
    case = case_of([{"group": {"by": [], "agg": {"s": "sum(x)"}}}], table)
    error = failure(module("dask"), spec(case, tmp_path, profile="tuned"))
    assert error["code"] == "engine-failed" and "integer overflow" in error["message"]
