"""What holds for PySpark in particular; a JVM takes long to start, so every run checks a lot."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

import parquet_tables
from host import (
    ADAPTERS,
    COLUMNS,
    dataset,
    etl,
    failure,
    grouped,
    logreg,
    module,
    python_of,
    run,
    spec,
    spec_of_inputs,
    started,
)
from truth import assert_groups

Csv = Callable[..., Path]
needs_java = pytest.mark.skipif(shutil.which("java") is None, reason="there is no Java")


@needs_java
def test_traps_of_text_missing_values_and_quotes(traps: Callable[..., list[Path]]) -> None:
    # Spark would skip the first name and unpack the second.
    files = traps("_1.csv", "[2].csv.gz", header_end="\r\n")
    fields = grouped(files, "loaded")
    outcome = run(module("pyspark"), fields)
    assert_groups(outcome.groups, fields)
    assert outcome.result["missing"][1] == 100
    assert outcome.settings["threads"] == "2"
    counters = outcome.all("counters")[-1]
    assert counters["tasks"] > 0 and counters["store_bytes"] > 0
    go, done = outcome.one("ready")["t"], outcome.one("done")["t"]
    spans = [span for event in outcome.all("tasks") for span in event["spans"]]
    assert spans and all(go < span[2] <= span[3] < done for span in spans)


@needs_java
@pytest.mark.parametrize(("key", "materialise"), [("code", "streamed"), ("town", "loaded")])
def test_parquet_in_folders(tmp_path: Path, key: str, materialise: str) -> None:
    written = parquet_tables.trips(tmp_path / "trips")
    numbers = parquet_tables.NUMBERS
    workload = etl(key, numbers, materialise)
    outcome = run(module("pyspark"), spec_of_inputs(written.input, workload))
    parquet_tables.assert_means(outcome.groups, written, key, numbers)
    assert outcome.all("counters")[-1]["rows"] >= 240


@needs_java
def test_the_regression_of_parquet(tmp_path: Path) -> None:
    written = parquet_tables.flowers(tmp_path / "flowers")
    workload = logreg("kind", ["a.x", "b"], tolerance=1e-10)
    result = run(module("pyspark"), spec_of_inputs(written.input, workload)).result
    parquet_tables.assert_regression(result, written, "kind", ["a.x", "b"])


@needs_java
def test_a_number_that_is_text_is_an_error(csv: Csv) -> None:
    file = csv("id,x,y,category\n1,1.5,1,A\n3,12x,1,A\n")
    fields = spec(dataset(file, COLUMNS), etl("category", ["x"]), memory_limit=1_000_000_000)
    outcome = run(module("pyspark"), fields)
    error = outcome.one("error")
    assert error["code"] == "data-unreadable" and "12x" in error["message"]
    assert abs(int(outcome.settings["heap_bytes"]) - 800_000_000) < 20_000_000


@needs_java
def test_the_regression_minimises_the_definition(csv: Csv) -> None:
    draw = random.Random(7)
    rows = [f"{draw.gauss(i % 3, 1.5)!r},{draw.gauss(-i % 3, 1.5)!r},0{i % 3}" for i in range(6000)]
    rows[0] = "-0.0,0,00"
    file = csv("\n".join(["a,b,kind", *rows, "NA,1,01", "1,,01", "1,1,", "1,1,NA"]) + "\n")
    data = dataset(file, {"a": "real", "b": "real", "kind": "text"})
    workload = logreg("kind", ["a", "b"], tolerance=1e-10)
    result = run(module("pyspark"), spec(data, workload)).result
    assert result["classes"] == ["00", "01", "02"] and result["converged"]
    assert (result["rows"], result["dropped_rows"], result["warnings"][1:]) == (6000, 4, [])
    judge = json.loads(
        subprocess.run(
            [python_of("pyspark"), "-c", JUDGE],
            input=json.dumps([rows, result["coefficients"], result["intercepts"]]),
            env={**os.environ, "PYTHONPATH": str(ADAPTERS)},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
    )
    assert result["train_rows"] == judge["rows"]
    assert result["loss"] == pytest.approx(judge["loss"], rel=1e-9)
    assert result["train_accuracy"] == pytest.approx(judge["accuracy"], abs=1e-12)
    assert judge["gradient"] < 1e-6


#: The definition's loss, and the gradient of its objective, at Spark's coefficients.
JUDGE = """
import json, sys
import numpy as np
from spillway_adapters.logreg import regression
from spillway_adapters.logreg.regression import Block, Moments

rows, coefficients, intercepts = json.load(sys.stdin)
rows = [row.split(",") for row in rows]
block = Block(np.array([[float(a), float(b)] for a, b, _ in rows]),
              np.array([int(kind) for *_, kind in rows]))
train, _ = regression.split(block, 0.2)
moments = Moments.of(train.features)
weights, intercepts = np.array(coefficients), np.array(intercepts)
intercepts += weights @ moments.mean
parameters = np.hstack([weights * moments.scale, intercepts[:, None]])
regression.standardise(train, moments)
sums = regression.evaluate(train, parameters)
sums.gradient[:, :-1] += parameters[:, :-1]
print(json.dumps({"rows": len(train), "loss": sums.loss / len(train),
                  "gradient": abs(sums.gradient).max() / len(train),
                  "accuracy": regression.score(train, parameters).correct / len(train)}))
"""


@needs_java
def test_a_stop_leaves_no_process(large: Path) -> None:
    with started(module("pyspark"), grouped(large)) as child:
        child.reach("phase")
        child.stop()
        child.wait_until_gone()


@needs_java
@pytest.mark.parametrize(
    ("limit", "code"), [(600_000_000, "memory-limit"), (None, "out-of-memory")]
)
def test_a_heap_that_is_too_small_is_a_result_with_its_cause(
    tmp_path: Path, limit: int | None, code: str
) -> None:
    file = tmp_path / "long.csv"
    with file.open("wb") as text:
        text.write(b"id,x,y,category\n1,1,1,")
        for _ in range(700):  # A task holds the whole line, of more bytes than Spark's own heap.
            text.write(b"A" * 1_000_000)
    with started(module("pyspark"), grouped(file, memory_limit=limit)) as child:
        child.reach("ready")
        child.go()
        error = child.finish().one("error")
        assert child.processes() == []
    assert error["code"] == code and "memory" in error["message"].lower(), error


def test_without_java_the_error_says_how_to_get_it(
    csv: Csv, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = module("pyspark")
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    fields = spec(dataset(csv("x,k\n1,a\n"), {"x": "real", "k": "text"}), etl("k", ["x"]))
    error = failure(command, fields)
    assert error["code"] == "not-found" and "openjdk-17-jre-headless" in error["remedy"]


def test_gradient_descent_is_unsupported(csv: Csv) -> None:
    data = dataset(csv("x,k\n1,a\n2,b\n"), {"x": "real", "k": "text"})
    error = failure(module("pyspark"), spec(data, logreg("k", ["x"], solver="sgd")))
    assert error["code"] == "unsupported"
