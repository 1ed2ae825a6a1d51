"""What holds for Modin in particular; it takes half a minute a run, so every run checks a lot."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from pathlib import Path

from host import dataset, descendants, etl, failure, logreg, module, run, spec, started
from truth import assert_groups

COLUMNS = {"id": "integer", "x": "real", "y": "real", "category": "text"}
Csv = Callable[..., Path]


def test_traps_of_text_missing_values_and_quotes(csv: Csv) -> None:
    keys = ["NA", "01", "1", "", "nan", "None", "1.0", "true", "é", '"line\nbreak"', '"a,""b"']
    words = ["", "NA", "nan", "null", "N/A", "1e3", "-.5"]
    head = "id,x,y,category\n"
    quoted = "".join(f"{i},{words[i % 7]},{i / 7},{key}\r\n" for i, key in enumerate(keys * 200))
    plain = "".join(f"{i},{words[i % 7]},,{'AB'[i % 2]}\n" for i in range(100))
    files = [csv(head + plain, "1.csv"), csv(head + quoted, "2.csv")]
    fields = spec(dataset(files, COLUMNS), etl("category", ["x", "y"], "loaded"))
    outcome = run(module("modin"), fields)
    assert_groups(outcome.groups, fields)
    assert outcome.result["missing"][1] == 100
    assert [event["name"] for event in outcome.all("phase")] == ["load"] * 2 + ["compute"] * 2
    assert (outcome.settings["threads"], outcome.settings["engine"]) == ("2", "Ray")
    assert outcome.all("counters")[-1]["store_bytes"] > 0
    go, done = outcome.one("ready")["t"], outcome.one("done")["t"]
    spans = [span for event in outcome.all("tasks") for span in event["spans"]]
    assert spans and all(go < span[2] <= span[3] < done for span in spans)


def test_a_number_that_is_text_is_an_error(csv: Csv) -> None:
    file = csv("id,x,y,category\n1,1.5,1,A\n3,12x,1,A\n")
    error = failure(module("modin"), spec(dataset(file, COLUMNS), etl("category", ["x"])))
    assert error["code"] == "data-unreadable" and "12x" in error["message"]


def test_a_stop_leaves_no_process(csv: Csv) -> None:
    rows = "".join(f"{i},{i / 7},{i / 3},{'ABCD'[i % 4]}\n" for i in range(1_000_000))
    fields = spec(dataset(csv("id,x,y,category\n" + rows), COLUMNS), etl("category", ["x", "y"]))
    with started(module("modin"), fields) as child:
        child.until("ready")
        child.go()
        child.until("phase")
        child.stop()
        for pid in child.processes():  # What was killed may take a moment to end.
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, 0)
        assert not descendants()


def test_the_regression_is_unsupported(csv: Csv) -> None:
    fields = spec(
        dataset(csv("x,label\n1,a\n2,b\n"), {"x": "real", "label": "text"}), logreg("label", ["x"])
    )
    assert failure(module("modin"), fields)["code"] == "unsupported"
