"""What holds for Modin in particular; it takes half a minute a run, so every run checks a lot."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import parquet_tables
from host import (
    COLUMNS,
    dataset,
    etl,
    failure,
    grouped,
    logreg,
    module,
    run,
    spec,
    spec_of_inputs,
    started,
)
from truth import assert_groups

Csv = Callable[..., Path]


def test_traps_of_text_missing_values_and_quotes(traps: Callable[..., list[Path]]) -> None:
    fields = grouped(traps("1.csv", "2.csv"), "loaded")
    outcome = run(module("modin"), fields)
    assert_groups(outcome.groups, fields)
    assert outcome.result["missing"][1] == 100
    assert [event["name"] for event in outcome.all("phase")] == ["load"] * 2 + ["compute"] * 2
    assert (outcome.settings["threads"], outcome.settings["engine"]) == ("2", "Ray")
    assert outcome.all("counters")[-1]["store_bytes"] > 0
    go, done = outcome.one("ready")["t"], outcome.one("done")["t"]
    spans = [span for event in outcome.all("tasks") for span in event["spans"]]
    assert spans and all(go < span[2] <= span[3] < done for span in spans)


@pytest.mark.parametrize(("key", "materialise"), [("code", "streamed"), ("town", "loaded")])
def test_parquet_in_folders(tmp_path: Path, key: str, materialise: str) -> None:
    written = parquet_tables.trips(tmp_path / "trips")
    numbers = parquet_tables.NUMBERS
    workload = etl(key, numbers, materialise)
    outcome = run(module("modin"), spec_of_inputs(written.input, workload))
    parquet_tables.assert_means(outcome.groups, written, key, numbers)
    assert outcome.all("counters")[-1]["store_bytes"] > 0


def test_a_number_that_is_text_is_an_error(csv: Csv) -> None:
    file = csv("id,x,y,category\n1,1.5,1,A\n3,12x,1,A\n")
    error = failure(module("modin"), spec(dataset(file, COLUMNS), etl("category", ["x"])))
    assert error["code"] == "data-unreadable" and "12x" in error["message"]


def test_a_stop_leaves_no_process(large: Path) -> None:
    with started(module("modin"), grouped(large)) as child:
        child.reach("phase")
        child.stop()
        child.wait_until_gone()


def test_the_regression_is_unsupported(csv: Csv) -> None:
    fields = spec(
        dataset(csv("x,label\n1,a\n2,b\n"), {"x": "real", "label": "text"}), logreg("label", ["x"])
    )
    assert failure(module("modin"), fields)["code"] == "unsupported"
