"""A served model on every engine that serves one. What is right is worked out here, by NumPy."""

from __future__ import annotations

import contextlib
import http.client
import json
import math
import os
import signal
import socket
import struct
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from host import ADAPTERS, STOPPED, Child, Event, failure, python_of, started

#: Profile of each engine, and workers.
ENGINES = {
    "gunicorn": ("flask", 2),
    "uvicorn": ("fastapi", 2),
    "waitress": ("flask", 1),
    "ray-serve": ("tuned", 2),
    "ray-serve:naive": ("naive", 2),
}
#: A start of Ray Serve takes half a minute, so that all tests would not end within their time:
#: SPILLWAY_ALL_CASES=1 asks everything of both of its profiles.
ALL = "SPILLWAY_ALL_CASES" in os.environ
#: Those that replace a process that has ended.
SUPERVISED = ["gunicorn", "uvicorn", "ray-serve", *(["ray-serve:naive"] if ALL else [])]
ONE_OF_EACH = [engine for engine in ENGINES if engine != "ray-serve:naive"]
STARTED_OFTEN = [engine for engine in ENGINES if ALL or not engine.startswith("ray-serve")]
PREDICTIONS = [
    *((engine, "sklearn") for engine in (ENGINES if ALL else ONE_OF_EACH)),
    *((engine, "weights") for engine in ENGINES if not engine.startswith("ray-serve")),
]


def command(engine: str) -> list[str]:
    name = engine.partition(":")[0]
    return [python_of(name), "-m", f"spillway_adapters.{name.replace('-', '_')}_engine"]


def spec(engine: str, **parameters: Any) -> dict[str, Any]:  # noqa: ANN401
    profile, workers = ENGINES[engine]
    asked = {"size": "quick", "prediction": "sklearn", "port": 0, "fault": "none"}
    return {
        "protocol": 2,
        "run_id": "test",
        "inputs": {},
        "kind": "serve",
        "columns": {},
        "parameters": asked | parameters,
        "workers": workers,
        "memory_limit": None,
        "memory_floor": None,
        "seed": 7,
        "profile": profile,
        "address": None,
    }


@contextlib.contextmanager
def serving(engine: str, **parameters: Any) -> Iterator[tuple[Child, Event]]:  # noqa: ANN401
    with started(command(engine), spec(engine, **parameters)) as child:
        child.reach("ready")
        child.go()
        yield child, child.until("serving")


def port_of(event: Event) -> int:
    url = urlsplit(event["url"])
    assert (url.scheme, url.hostname) == ("http", "127.0.0.1")
    assert url.port is not None
    return url.port


def ask(port: int, features: list[float]) -> tuple[int, dict[str, Any]]:
    """On a connection of its own, so that every process may get it."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    with contextlib.closing(connection):
        body = json.dumps({"features": features})
        connection.request("POST", "/", body, {"Content-Type": "application/json"})
        response = connection.getresponse()
        text = response.read()
    return response.status, json.loads(text) if response.status == 200 else {}


# --- What is right -------------------------------------------------------------------------------


def uniform(seed: int, place: int) -> float:
    ones = 2**64
    z = (seed + (place + 1) * 0x9E3779B97F4A7C15) % ones
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 % ones
    z = (z ^ z >> 27) * 0x94D049BB133111EB % ones
    return ((z ^ z >> 31) >> 11) / 2**53


def right(features: list[float]) -> tuple[int, float]:
    scores = []
    for k in range(4):
        row = [8 * uniform(7, 4 * k + j) - 4 for j in range(4)]
        scores.append(math.fsum(w * x for w, x in zip(row, features, strict=True)))
        scores[k] += 2 * uniform(7, 16 + k) - 1
    shares = [math.exp(score) for score in scores]
    return scores.index(max(scores)), max(shares) / math.fsum(shares)


POINTS = [[0.5, 0.25, 0.125, 0.75], [0.0, 0.0, 0.0, 0.0], [1.0, 0.0, 0.0, 0.0], [0, 0, 1, 0.875]]


# --- Where it listens ----------------------------------------------------------------------------


#: An address of IPv4 on a socket of IPv6.
IPV4_MAPPED = bytes(10) + b"\xff\xff"


def listened_on(pids: list[int]) -> set[tuple[str, int]]:
    """Addresses and ports of IPv4 and IPv6 on which these processes listen."""
    inodes = set()
    for pid in pids:
        with contextlib.suppress(OSError):
            for link in Path(f"/proc/{pid}/fd").iterdir():
                with contextlib.suppress(OSError):
                    inodes.add(str(link.readlink()))
    found = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] != "0A" or f"socket:[{fields[9]}]" not in inodes:
                continue
            address, port = fields[1].split(":")
            words = [address[i : i + 8] for i in range(0, len(address), 8)]
            raw = b"".join(struct.pack("=I", int(word, 16)) for word in words)
            if raw[:12] == IPV4_MAPPED:
                raw = raw[12:]
            family = socket.AF_INET if len(raw) == 4 else socket.AF_INET6
            found.add((socket.inet_ntop(family, raw), int(port, 16)))
    return found


def is_refused(port: int) -> bool:
    with socket.socket() as sock:
        return sock.connect_ex(("127.0.0.1", port)) != 0


# --- A whole run ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("engine", "prediction"), PREDICTIONS)
def test_every_answer_is_right_and_it_listens_on_loopback_while_it_serves(
    engine: str, prediction: str
) -> None:
    with serving(engine, prediction=prediction) as (child, event):
        assert len(event["replicas"]) == ENGINES[engine][1]
        for features in POINTS:
            status, answer = ask(port_of(event), features)
            label, probability = right(features)
            assert (status, answer["label"]) == (200, label)
            assert answer["probability"] == pytest.approx(probability, rel=1e-9)
            assert answer["replica"] in event["replicas"]
        found = listened_on(child.processes())
        assert ("127.0.0.1", port_of(event)) in found
        assert {address for address, _ in found} <= {"127.0.0.1", "::1"}
        child._write({"stop_serving": True})
        outcome = child.finish()
        child.wait_until_gone()
        assert is_refused(port_of(event))
    assert outcome.exit_code == 0
    assert outcome.result["measures"].keys() == {"startup_s"}
    kinds = [each["type"] for each in outcome.events]
    assert kinds == ["hello", "ready", "serving", "done", "result", "bye"]


@pytest.mark.parametrize("engine", ["waitress"])
def test_nothing_listens_after_the_adapter_was_killed(engine: str) -> None:
    """Those that replace their processes do so here first: below."""
    with serving(engine) as (child, event):
        nothing_listens_after_a_kill(child, event)


def nothing_listens_after_a_kill(child: Child, event: Event) -> None:
    """The kernel ends its processes; no guard is needed for that."""
    os.kill(child.pid, signal.SIGKILL)
    child._process.wait()
    child.wait_until_gone()
    assert is_refused(port_of(event))


@pytest.mark.parametrize("engine", STARTED_OFTEN)
def test_a_stop_while_it_serves_leaves_nothing_behind(engine: str) -> None:
    with serving(engine) as (child, event):
        child.stop()
        child.wait_until_gone()
        assert child.outcome().exit_code == STOPPED
        assert is_refused(port_of(event))


# --- Faults --------------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", SUPERVISED)
def test_a_process_that_is_killed_is_replaced_and_goes_with_the_adapter(engine: str) -> None:
    with serving(engine) as (child, event):
        known = set(event["replicas"])
        os.kill(event["replicas"][0], signal.SIGKILL)
        # Waits for the condition: the other one may well answer for a while.
        seen: set[int] = set()
        while not seen - known:
            with contextlib.suppress(OSError, http.client.HTTPException):
                seen.add(ask(port_of(event), POINTS[0])[1].get("replica", 0))
            seen.discard(0)
        nothing_listens_after_a_kill(child, event)


@pytest.mark.parametrize("engine", ONE_OF_EACH)
def test_a_port_in_use_is_the_runs_failure(engine: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        error = failure(command(engine), spec(engine, port=port))
    assert error["code"] == "engine-failed"
    assert (
        f"Port {port} of 127.0.0.1 cannot be listened on: Address already in use"
        in (error["message"])
    )
    assert "0 for any that is free" in error["remedy"]


@pytest.mark.parametrize("engine", STARTED_OFTEN)
def test_a_wrong_label_that_was_asked_for_is_in_every_tenth_answer(engine: str) -> None:
    label, _ = right(POINTS[0])
    with serving(engine, fault="label") as (_, event):
        labels = [ask(port_of(event), POINTS[0])[1]["label"] for _ in range(40)]
        assert set(labels) == {label, (label + 1) % 4}


@pytest.mark.parametrize("engine", STARTED_OFTEN)
def test_a_status_that_was_asked_for_is_in_every_tenth_answer(engine: str) -> None:
    with serving(engine, fault="status") as (_, event):
        assert {ask(port_of(event), POINTS[0])[0] for _ in range(40)} == {200, 500}


def test_waitress_is_one_process() -> None:
    fields = spec("waitress") | {"workers": 2}
    error = failure(command("waitress"), fields)
    assert (error["code"], error["message"]) == (
        "unsupported",
        "Waitress is one process: it serves with 1 worker.",
    )


def test_ray_serve_has_no_other_profile() -> None:
    fields = spec("ray-serve") | {"profile": "flask"}
    error = failure(command("ray-serve"), fields)
    assert (error["code"], error["message"]) == (
        "unsupported",
        'Ray Serve has no profile "flask".',
    )


CONFIGURATION = """
    bind :9101
    bind *:8000
  bind *:8404
    bind 127.0.0.1:8500
    server a 127.0.0.1:30000 check # bind :1
"""


def test_haproxy_listens_on_loopback_wherever_its_configuration_says() -> None:
    sys.path.insert(0, str(ADAPTERS))
    from spillway_adapters.ray_serve_haproxy import on_loopback

    assert (
        on_loopback(CONFIGURATION)
        == """
    bind 127.0.0.1:9101
    bind 127.0.0.1:8000
  bind 127.0.0.1:8404
    bind 127.0.0.1:8500
    server a 127.0.0.1:30000 check # bind :1
"""
    )
