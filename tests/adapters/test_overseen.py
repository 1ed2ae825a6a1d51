"""What a driver could not say any more is said by the process above it."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from host import Outcome, dataset, descendants, etl, run, spec, started

#: An engine that depends on two processes; ENDING is what its driver does in the middle of a run.
ENGINE = """
import os, signal, subprocess, sys
from spillway_adapters.etl import groups
from spillway_adapters.overseen import depends_on, serve_overseen

class Engine:
    name, package, libraries = "engine", "pytest", ()
    def start(self, run):
        self.raylet, self.gcs = (subprocess.Popen(["sleep", "1000"]) for _ in "12")
        depends_on("raylet", self.raylet.pid)
        depends_on("gcs_server", self.gcs.pid)
        return {}
    def work(self, run):
        ENDING
        return groups.etl_result([], ["x"], [0], run.spec.scratch)
    def error_code(self, failure):
        return None
    def close(self, run):
        self.raylet.kill()
        self.gcs.kill()

serve_overseen(Engine())
"""


@pytest.fixture
def engine(tmp_path: Path) -> Callable[[str], list[str]]:
    def command(ending: str) -> list[str]:
        file = tmp_path / "engine.py"
        file.write_text(ENGINE.replace("ENDING", ending))
        return [sys.executable, str(file)]

    return command


@pytest.fixture
def fields(csv: Callable[..., Path]) -> dict[str, Any]:
    file = csv("x,category\n1,A\n")
    return spec(dataset(file, {"x": "real", "category": "text"}), etl("category", ["x"]))


def ended(command: list[str], fields: dict[str, Any]) -> Outcome:
    with started(command, fields) as child:
        child.until("ready")
        child.go()
        return child.finish()


def test_a_run_that_works_is_left_alone(
    engine: Callable[[str], list[str]], fields: dict[str, Any]
) -> None:
    outcome = run(engine("pass"), fields)
    assert outcome.result["rows"] == 0


def test_a_driver_that_ended_with_its_raylet_has_a_cause(
    engine: Callable[[str], list[str]], fields: dict[str, Any]
) -> None:
    gone = "os.waitid(os.P_PID, self.raylet.pid, os.WEXITED | os.WNOWAIT)"
    ends = f"self.raylet.kill(); {gone}; self.gcs.kill(); os._exit(1)"
    error = run(engine(ends), fields).one("error")
    assert error["code"] == "engine-failed"
    assert "raylet ended: killed by signal 9" in error["message"]


def test_a_driver_that_ended_by_itself_keeps_its_exit_code(
    engine: Callable[[str], list[str]], fields: dict[str, Any]
) -> None:
    for ending, code in (("os._exit(1)", 1), ("os._exit(7)", 7)):
        outcome = ended(engine(ending), fields)
        assert outcome.exit_code == code
        assert not outcome.all("error")


def test_a_killed_driver_is_a_killed_run(
    engine: Callable[[str], list[str]], fields: dict[str, Any]
) -> None:
    outcome = ended(engine("os.kill(os.getpid(), signal.SIGKILL)"), fields)
    assert outcome.exit_code == -signal.SIGKILL


def test_a_stop_ends_both(engine: Callable[[str], list[str]], fields: dict[str, Any]) -> None:
    with started(engine("import threading; threading.Event().wait()"), fields) as child:
        child.until("ready")
        child.go()
        child.stop()
        assert child.outcome().exit_code == 130
    assert not descendants()
