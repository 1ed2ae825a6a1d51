"""What holds for Dask in particular; what holds for every engine's groups is in test_etl.py."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import parquet_tables
from clusters import dask_cluster
from host import (
    Event,
    command_line,
    dataset,
    descendants,
    etl,
    failure,
    grouped,
    logreg,
    module,
    run,
    spec,
    spec_of_inputs,
)
from host import started as begun
from truth import assert_groups

Csv = Callable[..., Path]
Fields = dict[str, Any]


# --- Group-by mean -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("profile", "materialise"), [("tuned", "loaded"), ("naive", "streamed"), ("naive", "loaded")]
)
def test_traps_of_text_and_missing_values(csv: Csv, profile: str, materialise: str) -> None:
    keys = ["NA", "01", "1", "", "nan", "None", "1.0", "true", "é", "a b"]
    words = ["", "NA", "nan", "null", "N/A", "1e3", "-.5"]
    rows = "".join(f"{i},{words[i % 7]},{i / 7},{key}\r\n" for i, key in enumerate(keys * 20))
    fields = grouped(csv("id,x,y,category\r\n\r\n" + rows), materialise, profile=profile)
    outcome = run(module("dask"), fields)
    assert_groups(outcome.groups, fields)
    assert outcome.result["rows"] == 200


@pytest.mark.parametrize("profile", ["tuned", "naive"])
def test_a_file_with_quotes_is_read_whole(csv: Csv, profile: str) -> None:
    keys = ['"line\nbreak"', '"a,b"', '"say ""hi"""', "plain"]
    rows = "".join(f"{i},{i},{i / 3},{key}\n" for i, key in enumerate(keys * 30_000))
    fields = grouped(csv("id,x,y,category\n" + rows), profile=profile)
    outcome = run(module("dask"), fields)
    assert_groups(outcome.groups, fields)
    assert any("blocksize=None" in event["message"] for event in outcome.all("log"))


@pytest.mark.parametrize(
    ("profile", "key", "materialise"),
    [("tuned", "code", "streamed"), ("tuned", "town", "loaded"), ("naive", "code", "loaded")],
)
def test_parquet_in_folders(tmp_path: Path, profile: str, key: str, materialise: str) -> None:
    written = parquet_tables.trips(tmp_path / "trips", null_folders=profile == "tuned")
    numbers = parquet_tables.NUMBERS
    workload = etl(key, numbers, materialise)
    outcome = run(module("dask"), spec_of_inputs(written.input, workload, profile=profile))
    parquet_tables.assert_means(outcome.groups, written, key, numbers)
    assert outcome.all("counters")[-1]["rows"] == outcome.result["rows"] == 240


def test_naive_reads_parquet_of_a_date_and_has_no_null_folders(tmp_path: Path) -> None:
    written = parquet_tables.trips(tmp_path / "trips")
    workload = etl("day", ["miles", "people"])
    outcome = run(module("dask"), spec_of_inputs(written.input, workload, profile="naive"))
    parquet_tables.assert_means(outcome.groups, written, "day", ["miles", "people"])
    fields = spec_of_inputs(written.input, etl("town", ["miles"]), profile="naive")
    assert failure(module("dask"), fields)["code"] == "unsupported"


@pytest.mark.parametrize("profile", ["tuned", "naive", "one-vs-rest"])
def test_the_regression_of_parquet(tmp_path: Path, profile: str) -> None:
    written = parquet_tables.flowers(tmp_path / "flowers")
    fitted = profile == "tuned"
    workload = logreg("kind", ["a.x", "b"], max_iterations=200 if fitted else 3)
    fields = spec_of_inputs(written.input, workload, profile=profile)
    result = run(module("dask"), fields).result
    parquet_tables.assert_regression(result, written, "kind", ["a.x", "b"], fitted=fitted)


@pytest.mark.parametrize("row", ["3,1,1", "3,abc,1,A"])
def test_naive_refuses_a_malformed_row(csv: Csv, row: str) -> None:
    file = csv(f"id,x,y,category\n1,1.5,1,A\n2,2.5,2,B\n{row}\n4,1,1,A\n")
    assert failure(module("dask"), grouped(file, profile="naive"))["code"] == "data-unreadable"


@pytest.mark.parametrize("profile", ["tuned", "naive"])
def test_workers_are_what_the_scheduler_confirms(large: Path, profile: str) -> None:
    outcome = run(module("dask"), grouped(large, profile=profile, workers=2))
    processes = {"tuned": "1", "naive": "2"}[profile]
    assert outcome.settings["processes"] == processes and outcome.settings["threads"] == "2"
    spans = [span for event in outcome.all("tasks") for span in event["spans"]]
    assert {span[0] for span in spans} == {0, 1}
    go, done = outcome.one("ready")["t"], outcome.one("done")["t"]
    assert all(go < span[2] <= span[3] < done + 1 for span in spans)
    counters = outcome.all("counters")[-1]
    assert counters["tasks"] >= 4 and counters["rows"] == outcome.result["rows"]
    progress = outcome.all("progress")[-1]
    assert progress["done"] == progress["total"]


# --- Logistic regression -------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["signal", "two classes"])
def test_tuned_finds_the_loss_of_scikit_learn(csv: Csv, name: str) -> None:
    features, labels = example(name)
    fields = regression(csv, features, labels, profile="tuned", test_fraction=0.0)
    result = run(module("dask"), fields).result
    assert result["converged"]
    assert result["loss"] == pytest.approx(loss_of_scikit_learn(features, labels), rel=1e-6)
    assert result["warnings"] == []


def test_naive_is_marked_as_one_binary_model(csv: Csv) -> None:
    features, labels = example("signal")
    result = run(module("dask"), regression(csv, features, labels, profile="naive")).result
    assert "binary" in result["warnings"][0]
    assert [len(row) for row in result["coefficients"]] == [2, 2, 2, 2]
    assert result["intercepts"][2:] == [-1e300, -1e300]
    # Rows of classes 2 and 3, about half of all, have no probability by it: 36 each.
    assert 12 < result["loss"] < 30
    assert len(result["classes"]) == 4


def test_one_vs_rest_is_marked_and_close_to_softmax(csv: Csv) -> None:
    features, labels = example("signal")
    result = run(module("dask"), regression(csv, features, labels, profile="one-vs-rest")).result
    assert result["warnings"][0] == "one-vs-rest"
    assert len(result["coefficients"]) == 4
    best = loss_of_scikit_learn(features, labels)
    assert best * 0.9 < result["loss"] < best * 1.1


def test_other_solvers_are_a_calm_no(csv: Csv) -> None:
    features, labels = example("iris")
    fields = regression(csv, features, labels, solver="sgd")
    assert failure(module("dask"), fields)["code"] == "unsupported"


def example(name: str) -> tuple[Any, Any]:
    """Features (n x p) and labels."""
    import numpy as np
    from sklearn import datasets

    if name in ("iris", "wine"):
        return getattr(datasets, f"load_{name}")(return_X_y=True)
    random = np.random.default_rng(1)
    features = random.random((20_000, 2))
    scores = (features - 0.5) @ random.normal(size=(2, 4 if name == "signal" else 2)) * 4
    return features, (scores + random.gumbel(size=scores.shape)).argmax(axis=1)


def regression(csv: Csv, features: Any, labels: Any, **changes: Any) -> Fields:  # noqa: ANN401
    names = [f"f{j}" for j in range(features.shape[1])]
    rows = (
        ",".join([*(repr(float(value)) for value in row), f"class {label}"])
        for row, label in zip(features, labels, strict=True)
    )
    file = csv("\n".join([",".join([*names, "label"]), *rows]) + "\n")
    columns = {**dict.fromkeys(names, "real"), "label": "text"}
    profile = changes.pop("profile", "tuned")
    return spec(dataset(file, columns), logreg("label", names, **changes), profile=profile)


def loss_of_scikit_learn(features: Any, labels: Any) -> float:  # noqa: ANN401
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import log_loss

    scaled = (features - features.mean(axis=0)) / features.std(axis=0)
    model = LogisticRegression(tol=1e-9, max_iter=10_000).fit(scaled, labels)
    return log_loss(labels, model.predict_proba(scaled))


# --- How a run ends ------------------------------------------------------------------------------


@pytest.mark.parametrize("moment", ["hello", "ready", "tasks"])
def test_stop_leaves_no_process(large: Path, moment: str) -> None:
    with begun(module("dask"), grouped(large)) as child:
        child.reach(moment)
        child.stop()
        child.wait_until_gone()


@pytest.mark.parametrize("end", ["by itself", "killed"])
def test_nothing_is_left_in_the_directory_of_temporary_files(
    csv: Csv, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    with begun(module("dask"), grouped(csv("id,x,y,category\n1,1.5,1,A\n"))) as child:
        child.reach("phase")
        if end == "killed":
            os.kill(child.pid, signal.SIGKILL)
        child.finish()
    assert list(temporary.iterdir()) == []


def test_a_killed_worker_is_an_error_with_a_cause(large: Path) -> None:
    with begun(module("dask"), grouped(large, profile="naive")) as child:
        child.until("ready")
        workers = [pid for pid in descendants() if "spawn_main" in command_line(pid)]
        child.go()
        child.until("tasks")
        os.kill(workers[0], signal.SIGKILL)
        outcome = child.finish()
    error = outcome.one("error")
    assert error["code"] in ("engine-failed", "out-of-memory")
    assert error["message"]


def test_a_tight_memory_limit_ends_the_run_somehow(large: Path) -> None:
    floor = 300_000_000
    limits = {"memory_floor": floor, "memory_limit": int(floor * 1.25)}
    outcome = run(module("dask"), grouped(large, "loaded", **limits))
    if outcome.all("error"):
        assert outcome.one("error")["code"] in ("memory-limit", "out-of-memory")


def test_a_limit_without_room_for_the_workers_is_unsupported(csv: Csv) -> None:
    file = csv("id,x,y,category\n1,1.5,1,A\n")
    limits = {"memory_floor": 300_000_000, "memory_limit": 400_000_000, "workers": 8}
    error = failure(module("dask"), grouped(file, profile="naive", **limits))
    assert error["code"] == "unsupported" and "needs at least" in error["message"]


# --- Existing clusters ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def cluster(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[str, list[subprocess.Popen[str]]]]:
    """Address and processes of a scheduler with two workers on loopback, which know nothing of
    Spillway."""
    with dask_cluster(tmp_path_factory.mktemp("cluster")) as found:
        yield found


def test_an_existing_cluster_does_the_work_and_survives(large: Path, cluster: Any) -> None:  # noqa: ANN401
    address, processes = cluster
    with begun(module("dask"), grouped(large, address=address)) as child:
        child.until("ready")
        child.go()
        outcome = child.finish()
        assert [process.poll() for process in processes] == [None] * 3
    assert {row["key"] for row in outcome.groups} == set("ABCD")
    told = [event["node_memory"] for event in outcome.all("counters") if "node_memory" in event]
    assert max(sum(nodes.values()) for nodes in told) > 200_000_000
    assert outcome.settings["processes"] == "2"
    stored = [event.get("store_bytes", 0) for event in outcome.all("counters")]
    assert max(stored) > 100_000_000


def test_a_regression_on_an_existing_cluster(csv: Csv, cluster: Any) -> None:  # noqa: ANN401
    features, labels = example("iris")
    fields = {**regression(csv, features, labels, test_fraction=0.0), "address": cluster[0]}
    result = run(module("dask"), fields).result
    assert result["loss"] == pytest.approx(loss_of_scikit_learn(features, labels), rel=1e-6)


def test_workers_that_are_paused_before_the_work_are_an_error(csv: Csv, tmp_path: Path) -> None:
    file = csv("id,x,y,category\n1,1.5,1,A\n")
    with dask_cluster(tmp_path, "--memory-limit", "100MB") as (address, _):
        error = failure(module("dask"), grouped(file, address=address))
    assert error["code"] == "memory-limit" and "had paused before" in error["message"]


def test_a_cluster_with_fewer_workers_refuses(csv: Csv, cluster: Any) -> None:  # noqa: ANN401
    file = csv("id,x,y,category\n1,1.5,1,A\n")
    error = failure(module("dask"), grouped(file, address=cluster[0], workers=8))
    assert error["code"] == "unsupported"
    assert "can do 2 tasks at a time, and 8 workers were asked for" in error["message"]


def test_no_scheduler_at_the_address_is_said(csv: Csv) -> None:
    file = csv("id,x,y,category\n1,1.5,1,A\n")
    error: Event = failure(module("dask"), grouped(file, address="tcp://127.0.0.1:9"))
    assert error["code"] == "not-found" and "127.0.0.1:9" in error["message"]
