"""What holds for pandas in particular; what holds for every engine is in test_etl.py."""

from __future__ import annotations

import json
import math
import os
import random
import subprocess
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

import parquet_tables
from host import (
    ADAPTERS,
    dataset,
    etl,
    failure,
    logreg,
    module,
    python_of,
    run,
    spec,
    spec_of_inputs,
)
from truth import assert_groups

COLUMNS = {"id": "integer", "x": "real", "category": "text"}


@pytest.mark.parametrize("materialise", ["streamed", "loaded"])
def test_means_of_groups(csv: Callable[..., Path], materialise: str) -> None:
    file = csv("id,x,category\n0,0.5,A\n1,0.25,B\n2,0.75,A\n")
    fields = spec(dataset(file, COLUMNS), etl("category", ["x"], materialise))
    outcome = run(module("pandas"), fields)
    assert_groups(outcome.groups, fields)
    assert outcome.result["rows"] == 3 and outcome.result["missing"] == [0]


FLOWERS = {"a": "real", "b": "real", "kind": "text"}


def flowers(csv: Callable[..., Path], classes: int) -> Path:
    """Overlapping clouds of points, some values missing; names that look like numbers."""
    draw = random.Random(7)
    rows = ["a,b,kind"]
    for i in range(4000):
        k = i % classes
        rows.append(f"{draw.gauss(k, 1.5)!r},{draw.gauss(-k, 1.5)!r},0{k}")
    rows += ["NA,1,01", "1,,01", "1,1,", "1,1,NA"]
    return csv("\n".join(rows) + "\n")


@pytest.mark.parametrize("classes", [2, 3])
def test_lbfgs_minimises_the_definition(csv: Callable[..., Path], classes: int) -> None:
    """At the minimum scikit-learn's loss is that of SciPy's L-BFGS over regression.evaluate."""
    file = flowers(csv, classes)
    result = run(module("pandas"), spec(dataset(file, FLOWERS), logreg("kind", ["a", "b"]))).result
    assert result["classes"] == [f"0{k}" for k in range(classes)]
    assert result["dropped_rows"] == 4 and result["rows"] == 4000
    assert result["converged"]
    judge = json.loads(
        subprocess.run(
            [python_of("pandas"), "-c", JUDGE, str(file), str(classes)],
            env={**os.environ, "PYTHONPATH": str(ADAPTERS)},
            check=True,
            capture_output=True,
        ).stdout
    )
    assert result["train_rows"] == judge["rows"]
    assert math.isclose(result["loss"], judge["loss"], rel_tol=1e-6)
    assert math.isclose(result["objective"], judge["objective"], rel_tol=1e-9)


JUDGE = """
import csv, json, sys
from pathlib import Path
import numpy as np
from spillway_adapters.logreg import Logreg, regression

rows = [row for row in list(csv.reader(open(sys.argv[1])))[1:] if row[2].startswith("0")]
rows = [row for row in rows if row[0] not in ("", "NA") and row[1] not in ("", "NA")]
block = regression.Block(np.array([[float(a), float(b)] for a, b, _ in rows]),
                     np.array([int(kind) for _, _, kind in rows]))
train, _ = regression.split(block, 0.2)
regression.standardise(train, regression.Moments.of(train.features))
work = Logreg("kind", ["a", "b"], "lbfgs", 500, 1e-9, 1.0, True, 0.2)
shape = regression.parameter_shape(int(sys.argv[2]), 2)
fit = regression.fit_lbfgs(lambda p: regression.evaluate(train, p), work, shape, len(train))
print(json.dumps({"rows": len(train), "loss": fit.loss, "objective": fit.objective}))
"""


def test_sgd_says_that_its_model_is_another(csv: Callable[..., Path]) -> None:
    workload = logreg("kind", ["a", "b"], solver="sgd", max_iterations=3)
    result = run(module("pandas"), spec(dataset(flowers(csv, 3), FLOWERS), workload)).result
    assert result["warnings"][0] == "one-vs-rest"
    assert result["accuracy"] > result["majority_accuracy"]
    assert len(result["loss_history"]) == result["iterations"]


def test_sgd_averaged_is_unsupported(csv: Callable[..., Path]) -> None:
    workload = logreg("kind", ["a", "b"], solver="sgd-averaged")
    error = failure(module("pandas"), spec(dataset(flowers(csv, 3), FLOWERS), workload))
    assert error["code"] == "unsupported"


@pytest.mark.parametrize("classes", [2, 3])
def test_the_regression_of_parquet_is_that_of_csv(tmp_path: Path, classes: int) -> None:
    """The same rows on the same sides: every number is the same to the last bit."""
    written = parquet_tables.flowers(tmp_path / "flowers", classes)
    workload = logreg("kind", ["a.x", "b"])
    result = run(module("pandas"), spec_of_inputs(written.input, workload)).result
    parquet_tables.assert_regression(result, written, "kind", ["a.x", "b"])
    of_csv = parquet_tables.as_csv(tmp_path / "flowers.csv", written)
    again = run(module("pandas"), spec(of_csv, workload)).result
    assert result.pop("loss_history") == again.pop("loss_history")
    assert result == again


def test_a_feature_of_parquet_that_is_not_finite(tmp_path: Path) -> None:
    table = pa.table({"x": [1.0, math.inf, 2.0], "kind": ["a", "b", "a"]})
    written = parquet_tables.one_file(tmp_path / "infinite.parquet", table)
    fields = spec_of_inputs(written.input, logreg("kind", ["x"], test_fraction=0.0))
    error = failure(module("pandas"), fields)
    assert error["code"] == "invalid-argument" and "'x'" in error["message"]
