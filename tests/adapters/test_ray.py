"""What holds for Ray in particular: both profiles, its processes' ends, existing clusters."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

import parquet_tables
from clusters import Head, ray_cluster, with_token
from host import (
    ADAPTERS,
    COLUMNS,
    Child,
    Outcome,
    command_line,
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
Traps = Callable[..., list[Path]]
Fields = dict[str, Any]


# --- Group-by mean -------------------------------------------------------------------------------


@pytest.mark.parametrize(("profile", "materialise"), [("tuned", "loaded"), ("naive", "streamed")])
def test_traps_of_text_missing_values_and_quotes(
    traps: Traps, profile: str, materialise: str
) -> None:
    fields = grouped(traps("1.csv", "2.csv", "3.csv"), materialise, profile=profile)
    outcome = run(module("ray"), fields)
    assert_groups(outcome.groups, fields)
    assert outcome.result["missing"][1] == 200
    if profile == "tuned":
        assert ["2.csv" in event["message"] for event in outcome.all("log")] == [True]


@pytest.mark.parametrize(
    ("profile", "key", "materialise"),
    [("tuned", "code", "streamed"), ("tuned", "town", "loaded"), ("naive", "town", "streamed")],
)
def test_parquet_in_folders(tmp_path: Path, profile: str, key: str, materialise: str) -> None:
    written = parquet_tables.trips(tmp_path / "trips")
    numbers = parquet_tables.NUMBERS
    workload = etl(key, numbers, materialise)
    outcome = run(module("ray"), spec_of_inputs(written.input, workload, profile=profile))
    parquet_tables.assert_means(outcome.groups, written, key, numbers)
    assert outcome.all("counters")[-1]["rows"] == outcome.result["rows"] == 240
    if profile == "tuned":
        progress = outcome.all("progress")[-1]
        assert progress["done"] == progress["total"] > 0


@pytest.mark.parametrize("profile", ["tuned", "naive"])
def test_the_regression_of_parquet(tmp_path: Path, profile: str) -> None:
    written = parquet_tables.flowers(tmp_path / "flowers")
    workload = logreg("kind", ["a.x", "b"], solver="lbfgs" if profile == "tuned" else "sgd")
    workload["max_iterations"] = 200 if profile == "tuned" else 3
    result = run(module("ray"), spec_of_inputs(written.input, workload, profile=profile)).result
    parquet_tables.assert_regression(
        result, written, "kind", ["a.x", "b"], fitted=profile == "tuned"
    )


def test_many_ranges_of_one_file_and_what_is_told_of_them(large: Path) -> None:
    outcome = run(module("ray"), grouped(large))
    assert [row["key"] for row in outcome.groups] == list("ABCD")
    assert len({row["count"] for row in outcome.groups}) == 1
    for k, row in enumerate(outcome.groups):
        assert row["mean"] == pytest.approx({"x": (k + 49998) / 7, "y": (k + 49998) / 3}, rel=1e-9)
    assert outcome.settings["num_cpus"] == "2"
    assert_task_stream(outcome, "_scan")
    counters = outcome.all("counters")[-1]
    assert counters["tasks"] >= 7 and counters["rows"] == outcome.result["rows"]
    assert counters["bytes_read"] == large.stat().st_size
    progress = outcome.all("progress")[-1]
    assert progress["done"] == progress["total"]


@pytest.mark.parametrize(
    ("profile", "row", "named"),
    [
        ("tuned", "3,abc,1,A", "abc"),
        ("naive", "3,1,1,A,more", "data.csv"),
    ],
)
def test_a_malformed_row_is_an_error(csv: Csv, profile: str, row: str, named: str) -> None:
    file = csv(f"id,x,y,category\n1,1.5,1,A\n2,2.5,2,B\n{row}\n4,1,1,A\n")
    error = failure(module("ray"), grouped(file, profile=profile))
    assert error["code"] == "data-unreadable" and named in error["message"]


def assert_task_stream(outcome: Outcome, kind: str) -> None:
    """Both workers took part, within the time from go to done."""
    spans = [span for event in outcome.all("tasks") for span in event["spans"] if span[1] == kind]
    assert {span[0] for span in spans} == {0, 1}
    go, done = outcome.one("ready")["t"], outcome.one("done")["t"]
    assert all(go < span[2] <= span[3] < done for span in spans)


# --- Logistic regression -------------------------------------------------------------------------

#: Writes example NAME to a file, and to stdout scikit-learn's loss on all of it. In the engine's
#: own interpreter, which has scikit-learn.
JUDGE = """
import json, sys
import numpy as np
from sklearn import datasets
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
name, path = sys.argv[1:]
if name == "signal":
    random = np.random.default_rng(1)
    X = random.random((20_000, 2))
    scores = (X - 0.5) @ random.normal(size=(2, 4)) * 4
    y = (scores + random.gumbel(size=scores.shape)).argmax(axis=1)
else:
    X, y = getattr(datasets, "load_" + name)(return_X_y=True)
scaled = (X - X.mean(axis=0)) / X.std(axis=0)
model = LogisticRegression(tol=1e-9, max_iter=10_000).fit(scaled, y)
with open(path, "w") as file:
    file.write(",".join([*(f"f{j}" for j in range(X.shape[1])), "label"]) + "\\n")
    for row, label in zip(X.tolist(), y.tolist()):
        file.write(",".join([*map(repr, row), f"class {label}"]) + "\\n")
print(json.dumps([X.shape[1], log_loss(y, model.predict_proba(scaled))]))
"""


def example(name: str, path: Path, **changes: Any) -> tuple[Fields, float]:  # noqa: ANN401
    """The regression of an example, and the least loss on it."""
    command = [python_of("ray"), "-c", JUDGE, name, str(path)]
    features, loss = json.loads(subprocess.check_output(command))
    names = [f"f{j}" for j in range(features)]
    data = dataset(path, {**dict.fromkeys(names, "real"), "label": "text"})
    profile = changes.pop("profile", "tuned")
    workload = logreg("label", names, **{"test_fraction": 0.0, **changes})
    return spec(data, workload, profile=profile), loss


@pytest.mark.parametrize("name", ["signal", "wine"])
def test_tuned_finds_the_loss_of_scikit_learn(tmp_path: Path, name: str) -> None:
    fields, least = example(name, tmp_path / "data.csv")
    outcome = run(module("ray"), fields)
    assert outcome.result["converged"] and outcome.result["warnings"] == []
    assert outcome.result["loss"] == pytest.approx(least, rel=1e-6)
    assert outcome.settings["actors"] == "2"
    assert set(outcome.result.keys()) >= {"coefficients", "train_accuracy", "data_passes"}


def test_naive_is_marked_as_one_vs_rest(tmp_path: Path) -> None:
    fields, least = example("signal", tmp_path / "data.csv", profile="naive", tolerance=1e-4)
    result = run(module("ray"), fields).result
    assert result["warnings"][0].startswith("one-vs-rest")
    assert len(result["coefficients"]) == 4
    assert least < result["loss"] < least * 1.1


def test_rows_with_missing_words_are_dropped_and_counted(csv: Csv) -> None:
    rows = [f"{i / 99},{i % 7},{'ab'[i * i % 3 % 2]}" for i in range(99)]
    file = csv("f0,f1,label\n" + "\n".join([*rows, "NA,1,a", "1,,b", "1,1,NA", "1,1,"]) + "\n")
    data = dataset(file, {"f0": "real", "f1": "real", "label": "text"})
    result = run(module("ray"), spec(data, logreg("label", ["f0", "f1"]), profile="tuned")).result
    assert result["dropped_rows"] == 4 and result["rows"] == 99
    assert result["classes"] == ["a", "b"] and len(result["coefficients"]) == 1


def test_gradient_descent_on_ray_core_is_a_calm_no(csv: Csv) -> None:
    data = dataset(csv("x,label\n1,a\n2,b\n"), {"x": "real", "label": "text"})
    fields = spec(data, logreg("label", ["x"], solver="sgd"), profile="tuned")
    assert failure(module("ray"), fields)["code"] == "unsupported"


# --- How a run ends ------------------------------------------------------------------------------


@pytest.mark.parametrize("moment", ["hello", "ready", "progress"])
def test_stop_leaves_no_process(large: Path, moment: str) -> None:
    with started(module("ray"), grouped(large)) as child:
        child.reach(moment)
        if moment == "hello":
            wait_for(child, "gcs_server")
        agents = [pid for pid in child.processes() if "Agent" in command_line(pid)]
        assert agents or moment == "hello"
        child.stop()
        # By themselves they would end a minute after the raylet, with another code.
        for pid in agents:
            try:
                status = os.waitpid(pid, 0)[1]
            except ChildProcessError:
                # Its raylet lived long enough to see it end.
                assert not Path(f"/proc/{pid}").exists()
            else:
                assert os.waitstatus_to_exitcode(status) == -signal.SIGKILL
        child.wait_until_gone()


@pytest.mark.parametrize(
    ("profile", "victim"),
    [("tuned", "raylet/raylet"), ("tuned", "gcs_server"), ("naive", "raylet/raylet")],
)
def test_a_killed_raylet_or_gcs_is_an_error_with_its_cause(
    large: Path, profile: str, victim: str
) -> None:
    outcome = killed(grouped(large, profile=profile), victim)
    error = outcome.one("error")
    assert error["code"] == "engine-failed"
    assert victim.split("/")[0] in error["message"] and "signal 9" in error["message"]


@pytest.mark.parametrize("profile", ["tuned", "naive"])
def test_a_killed_worker_is_an_error_with_its_cause(large: Path, profile: str) -> None:
    busy = {"tuned": r"ray::_scan", "naive": r"ray::ReadCSV"}[profile]
    error = killed(grouped(large, profile=profile), busy).one("error")
    assert error["code"] == "engine-failed"
    assert "SIGKILL" in error["message"] or "died" in error["message"]


def test_a_killed_actor_is_an_error_with_its_cause(large: Path) -> None:
    workload = logreg("category", ["x", "y"])
    fields = spec(dataset(large, COLUMNS), workload, profile="tuned")
    error = killed(fields, r"ray::Holder").one("error")
    assert error["code"] == "engine-failed" and "Actor" in error["message"]


@pytest.mark.parametrize("profile", ["tuned", "naive"])
def test_a_worker_that_ray_ends_for_memory_is_out_of_memory(
    large: Path, monkeypatch: pytest.MonkeyPatch, profile: str
) -> None:
    # Ray's own monitor ends workers when the machine's memory is this full.
    monkeypatch.setenv("RAY_memory_usage_threshold", "0.001")
    fields = grouped(large, "loaded", profile=profile)
    error = failure(module("ray"), fields)
    assert error["code"] == "out-of-memory"
    sentence = r"Ray killed a worker because the machine ran out of memory, \S+GB of \S+GB used\."
    assert re.fullmatch(sentence, error["message"])


def test_a_limit_just_above_the_floor_spills_and_ends(large: Path) -> None:
    limits = {"memory_floor": 600_000_000, "memory_limit": 720_000_000}
    outcome = run(module("ray"), grouped(large, "loaded", **limits))
    assert outcome.settings["object_store_memory"] == "78643200"
    if outcome.all("error"):
        assert outcome.one("error")["code"] in ("memory-limit", "out-of-memory")
    else:
        assert max(event.get("spilled_bytes", 0) for event in outcome.all("counters")) > 0


def killed(fields: Fields, victim: str) -> Outcome:
    """A run during which a process of this kind is killed."""
    with started(module("ray"), fields) as child:
        child.reach("ready")
        child.go()
        os.kill(wait_for(child, victim), signal.SIGKILL)
        outcome = child.finish()
    assert outcome.exit_code == 0
    assert outcome.events[-1]["type"] == "bye"
    return outcome


def wait_for(child: Child, pattern: str) -> int:
    """The first process of the run with this in its command line."""
    while True:
        for pid in child.processes():
            if re.search(pattern, command_line(pid)):
                return pid


# --- Existing clusters ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def head(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Head]:
    """Of a cluster of one node, for all tests of a file that do not end it."""
    with ray_cluster(tmp_path_factory.mktemp("head")) as found:
        yield found


@pytest.fixture
def address(head: Head, monkeypatch: pytest.MonkeyPatch) -> str:
    """Of the cluster, for who has its token."""
    for name, value in with_token(head.token).items():
        monkeypatch.setenv(name, value)
    return head.address


def test_an_existing_cluster_does_the_work_and_survives(
    large: Path, tmp_path: Path, address: str
) -> None:
    for profile in ("tuned", "naive"):
        outcome = run(module("ray"), grouped(large, "loaded", address=address, profile=profile))
        assert {row["key"] for row in outcome.groups} == set("ABCD")
        assert max(sum(nodes.values()) for nodes in told_of_nodes(outcome)) > 200_000_000
        kinds = {span[1] for event in outcome.all("tasks") for span in event["spans"]}
        assert not any("node_bytes" in kind for kind in kinds)
        assert outcome.settings["object_store_memory"] == "200000000"
        assert outcome.all("counters")[-1]["spilled_bytes"] > 0
    fields, least = example("iris", tmp_path / "data.csv")
    outcome = run(module("ray"), {**fields, "address": address})
    assert outcome.result["loss"] == pytest.approx(least, rel=1e-6)
    # What others had spilled on that cluster before is not this run's.
    assert outcome.all("counters")[-1]["spilled_bytes"] == 0


WITHOUT_DATA = [
    ("tasks", "batched", {"size": "quick", "fault": "none"}),
    ("tasks", "singly", {"size": "quick", "fault": "none"}),
    ("tune", "full", {"size": "quick"}),
    ("array", "fused", {"size": "quick", "materialise": "streamed", "n": 900, "c": 100}),
    ("array", "objects", {"size": "quick", "materialise": "streamed", "n": 900, "c": 100}),
    ("array", "objects", {"size": "quick", "materialise": "loaded", "n": 900, "c": 100}),
]


@pytest.mark.parametrize(("kind", "profile", "parameters"), WITHOUT_DATA)
def test_work_without_data_has_as_many_of_a_clusters_processors_as_it_has_workers(
    kind: str, profile: str, parameters: dict[str, Any], address: str
) -> None:
    fields = {**NO_DATA, "kind": kind, "profile": profile, "parameters": parameters}
    outcome = run(module("ray"), {**fields, "address": address})
    assert outcome.result["measures"]
    spans = [span for event in outcome.all("tasks") for span in event["spans"]]
    # An actor has no processor of its own. The clocks of two processes may differ a little.
    tasks = sorted((begin, end) for _, what, begin, end in spans if what not in ACTORS)
    assert len(tasks) > 5
    for (_, end), (begin, _) in pairwise(tasks):
        assert begin > end - 0.001, "two at a time, of one worker"


ACTORS = {"__init__", "add"}
NO_DATA = {
    "protocol": 2,
    "run_id": "test",
    "inputs": {},
    "columns": {},
    "workers": 1,
    "memory_limit": None,
    "memory_floor": None,
    "seed": 3,
}


def test_a_cluster_without_so_many_processors_is_refused(address: str) -> None:
    fields = {**NO_DATA, "kind": "tune", "profile": "full", "parameters": {"size": "quick"}}
    error = failure(module("ray"), {**fields, "address": address, "workers": 3})
    assert error["code"] == "unsupported"
    assert "can do 2 tasks at a time, and 3 workers were asked for" in error["message"]


def told_of_nodes(outcome: Outcome) -> list[dict[str, int]]:
    return [event["node_memory"] for event in outcome.all("counters") if "node_memory" in event]


def test_a_run_beside_another_cluster_has_its_own(
    csv: Csv, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAY_ADDRESS", address)
    file = csv("id,x,y,category\n" + "1,1.5,1,A\n" * 200_000)
    outcome = run(module("ray"), grouped(file, "loaded"))
    assert outcome.settings["object_store_memory"] != "200000000"  # the other's
    assert outcome.all("counters")[-1]["store_bytes"] > 4_000_000


def test_a_cluster_without_its_token_says_what_it_wants(
    csv: Csv, tmp_path: Path, head: Head, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER", "0")
    missing = tmp_path / "no token"
    ways: dict[str, Fields] = {
        "token is missing or incorrect": {},
        "token is missing": {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": "f" * 64},
        "couldn't find an authentication token": {"RAY_AUTH_MODE": "token"},
        str(missing): {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN_PATH": str(missing)},
    }
    fields = grouped(csv("id,x,y,category\n1,1.5,1,A\n"))
    for said, brought in ways.items():
        with monkeypatch.context() as environment:
            for name, value in brought.items():
                environment.setenv(name, value)
            error = failure(module("ray"), {**fields, "address": head.address})
        assert error["code"] == "not-permitted", error
        assert head.address in error["message"] and said in error["message"], error
        assert "RAY_AUTH_MODE" in error["remedy"] and "RAY_AUTH_TOKEN_PATH" in error["remedy"]
    error = failure(module("ray"), {**fields, "address": head.client})
    assert error["code"] == "not-permitted", error
    assert head.client in error["message"] and "missing authentication token" in error["message"]


def test_a_run_through_the_client_with_the_token(csv: Csv, address: str, head: Head) -> None:
    fields = grouped(csv("id,x,y,category\n1,1.5,1,A\n"), address=head.client)
    assert_groups(run(module("ray"), fields).groups, fields)


@pytest.mark.parametrize(("aborted", "outcome"), [(2, "joined"), (3, "not-found")])
def test_a_clients_server_that_does_not_start_is_asked_for_again(
    aborted: int, outcome: str
) -> None:
    command = [python_of("ray"), "-I", "-c", JOINER, str(ADAPTERS), str(aborted)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout.split() == [outcome], done.stdout + done.stderr[-2000:]


JOINER = """
import sys
sys.path.insert(0, sys.argv[1])
import ray
from spillway_adapters import ray_address
from spillway_adapters.protocol import RunError

left = int(sys.argv[2])

def init(**settings):
    global left
    left -= 1
    if left >= 0:
        raise ConnectionAbortedError("Initialization failure from server")

ray.init = init
try:
    ray_address.join("ray://cluster:port", {})
    print("joined")
except RunError as failure:
    print(failure.code)
"""


def test_ray_data_through_the_client_is_a_calm_no(csv: Csv) -> None:
    file = csv("id,x,y,category\n1,1.5,1,A\n")
    fields = grouped(file, profile="naive", address="ray://127.0.0.1:9")
    assert failure(module("ray"), fields)["code"] == "unsupported"


def test_no_cluster_at_the_address_is_said(csv: Csv) -> None:
    file = csv("id,x,y,category\n1,1.5,1,A\n")
    error = failure(module("ray"), grouped(file, address="127.0.0.1:9"))
    assert error["code"] == "not-found" and "127.0.0.1:9" in error["message"]
    assert "RAY_AUTH_TOKEN_PATH" in error["remedy"]


def test_what_a_clusters_workers_get_needs_no_package_of_ours() -> None:
    """Every task and actor of every kind of work, read by a Python that does not have it."""
    kinds = [file.parent.name for file in (ADAPTERS / "spillway_adapters").glob("*/ray.py")]
    command = [python_of("ray"), "-I", "-c", SENDER, str(ADAPTERS), *kinds]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert {"_scan", "_load", "_aggregate", "Holder"} <= set(done.stdout.split())


SENDER = """
import importlib, pathlib, subprocess, sys
from ray import cloudpickle
from ray.actor import ActorClass
from ray.remote_function import RemoteFunction
sys.path.insert(0, sys.argv[1])
import ray
from spillway_adapters import ray_engine

RECEIVER = '''
import sys
sys.path[:] = [place for place in sys.path if place != sys.argv[1]]
from ray import cloudpickle
cloudpickle.loads(sys.stdin.buffer.read())
assert not [name for name in sys.modules if name.startswith("spillway")]
'''
ray_engine._carry_modules(ray)
for kind in sys.argv[2:]:
    for file in pathlib.Path(sys.argv[1], "spillway_adapters", kind).glob("ray_*.py"):
        module = importlib.import_module(f"spillway_adapters.{kind}.{file.stem}")
        for name, each in vars(module).items():
            if isinstance(each, RemoteFunction):
                sent = each._function
            elif isinstance(each, ActorClass):
                sent = each.__ray_metadata__.modified_class
            else:
                continue
            receive = [sys.executable, "-I", "-c", RECEIVER, sys.argv[1]]
            subprocess.run(receive, input=cloudpickle.dumps(sent), check=True)
            print(name)
"""
