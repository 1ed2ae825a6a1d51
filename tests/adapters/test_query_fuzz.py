"""Random jobs: what they reach, and how their answers are compared. The engines themselves are
compared in test_query.py, for longer by query_fuzz.py."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "adapters"))
import pytest

import query_fuzz
import query_fuzz_coverage
import query_fuzz_jobs
import query_fuzz_minimal
from query_cases import Case, Table, differences
from query_fuzz_engines import Said, Variant
from query_fuzz_jobs import Files, Made
from spillway_adapters.query import job as jobs

#: Jobs among which every function has to come up.
ENOUGH = 800
TABLE = Table({"k": "text", "n": "int64", "x": "float64"}, [("a", 1, 0.5), ("b", 2, 0.5)])


def made(*steps: dict[str, object], exact: str = "x") -> Made:
    case = Case("job", {"data": TABLE}, [{"from": "data"}, *steps], [])
    return Made(0, case, frozenset({exact}), Files("csv"), Variant())


def wrong(one: Made, **rows: Said | list[tuple[object, ...]]) -> dict[str, str]:
    job = jobs.parse(one.case.pipeline, query_fuzz_minimal._inputs(one.case))
    said = {name: r if isinstance(r, Said) else Said(rows=r) for name, r in rows.items()}
    return query_fuzz.compared(one, job, said).wrong


def test_jobs_reach_every_step_and_function() -> None:
    coverage, bad = query_fuzz_coverage.Coverage(), 0
    for seed in range(ENOUGH):
        case = query_fuzz_jobs.made(seed).case
        try:
            coverage.add(jobs.parse(case.pipeline, query_fuzz_minimal._inputs(case)))
        except jobs.BadJob as refused:
            assert "null" in str(refused), f"job {seed}: {refused}"
            bad += 1
    assert [name for name, count in coverage.counts.items() if not count] == []
    assert bad < ENOUGH / 20


def test_a_number_makes_the_same_job() -> None:
    assert query_fuzz_jobs.made(7) == query_fuzz_jobs.made(7)
    assert query_fuzz_jobs.made(7) != query_fuzz_jobs.made(8)


def test_rows_in_another_order_are_the_same_unless_sorted() -> None:
    rows = [("a", 1, 0.5), ("b", 2, 0.5)]
    assert wrong(made(), duckdb=rows, polars=rows[::-1]) == {}
    assert set(wrong(made({"sort": ["n"]}), duckdb=rows, polars=rows[::-1])) == {"polars"}
    assert wrong(made({"sort": ["x"]}), duckdb=rows, polars=rows[::-1]) == {}


def test_a_limit_through_a_tie_keeps_any_of_its_rows() -> None:
    limited = made({"sort": ["x"]}, {"limit": 1})
    assert wrong(limited, duckdb=[("a", 1, 0.5)], polars=[("b", 2, 0.5)]) == {}
    other = wrong(limited, duckdb=[("a", 1, 0.5)], polars=[("b", 2, 0.75)])
    assert set(other) == {"polars"}


def test_ties_in_folders_are_found_by_the_order_of_the_job() -> None:
    limited = made({"sort": ["x"]}, {"limit": 2, "offset": 1})
    case = dataclasses.replace(limited.case, output={"to": "csv", "partition_by": ["k"]})
    limited = dataclasses.replace(limited, case=case)
    # By folders: the rows that are cut are neither the first nor the last ones.
    some, others = [("a", 1, 0.75), ("b", 2, 0.5)], [("a", 1, 0.75), ("b", 9, 0.5)]
    assert wrong(limited, duckdb=some, polars=others) == {}
    assert set(wrong(limited, duckdb=some, polars=[*others[:1], ("b", 2, 0.6)])) == {"polars"}


def test_exact_floats_are_compared_in_every_bit() -> None:
    near = 0.1 + 0.2
    assert differences([(0.3,)], [(near,)]) == []
    assert differences([(0.3,)], [(near,)], exact=[0]) != []
    assert differences([(0.0,)], [(-0.0,)], exact=[0]) == []


@pytest.mark.parametrize("others", [2, 3])
def test_who_answers_alone_where_the_others_overflow_is_wrong(others: int) -> None:
    met = Said(failed="OverflowError", means="integer overflow")
    said = {f"engine {n}": met for n in range(others)}
    found = wrong(made(), duckdb=[("a", 1, 0.5)], **said)
    assert bool(found) == (others > 2)


def test_a_failure_that_the_language_does_not_ask_for_is_wrong() -> None:
    failed = wrong(made(), duckdb=[], polars=Said(failed="PanicException"))
    assert set(failed) == {"polars"}
