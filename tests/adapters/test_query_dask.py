"""Dask's compiler on the cases that all engines share, and through the host's protocol."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import query_on_cluster
import query_promises
from clusters import dask_cluster
from query_on_cluster import PROFILES, Run, runs

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
    query_promises.answer_in_order("dask", profile, tmp_path)


def test_a_comment_and_another_encoding_are_read(tmp_path: Path) -> None:
    query_promises.comment_and_encoding("dask", tmp_path)


def test_a_sum_that_overflows_is_an_error_that_says_so(tmp_path: Path) -> None:
    query_promises.overflow("dask", tmp_path)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with dask_cluster(tmp_path_factory.mktemp("cluster")) as (found, _):
        yield found


@pytest.mark.parametrize("profile", PROFILES)
def test_a_cluster_of_two_workers_gives_the_answer_and_writes_the_files(
    profile: str, address: str, tmp_path: Path
) -> None:
    query_promises.work_of_a_cluster("dask", profile, address, tmp_path)
