"""Whatever a script does to its process, the protocol goes on and a stop ends it."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from host import ADAPTERS, Child, dataset, descendants, etl, run, spec, started
from truth import assert_groups

FIELDS = {"k": "text", "x": "real"}
ROWS = "k,x\nA,1\nB,2.5\nA,3\n"
ANSWER = "{'A': {'x': 2.0, 'count': 2}, 'B': {'x': 2.5, 'count': 1}}"
Script = Callable[..., list[str]]


@pytest.fixture
def fields(csv: Callable[..., Path]) -> dict[str, Any]:
    return spec(dataset(csv(ROWS), FIELDS), etl("k", ["x"]))


@pytest.fixture
def script(csv: Callable[..., Path]) -> Script:
    """The command of a script whose function does this before it answers; `as_host`: as the host
    starts it, isolated."""

    def command(body: str, as_host: bool = False) -> list[str]:
        lines = "".join(f"    {line}\n" for line in body.strip().splitlines())
        file = csv(
            "import os, signal, sys, threading, time, subprocess, multiprocessing\n"
            "def double(x):\n    return 2 * x\n"
            "def loop(path):\n"
            "    open(path, 'w').close()\n    time.sleep(1000)\n"
            "def run(paths, workers, memory_bytes, scratch):\n" + lines + f"    return {ANSWER}\n",
            "job.py",
        )
        if as_host:
            return [sys.executable, "-I", str(ADAPTERS), "script_engine", str(file)]
        return [sys.executable, "-m", "spillway_adapters.script_engine", str(file)]

    return command


POOL = """
with multiprocessing.get_context('METHOD').Pool(2) as pool:
    assert pool.map(double, range(50)) == [2 * x for x in range(50)]
"""

HARMLESS = {
    "a pool that is forked": POOL.replace("METHOD", "fork"),
    "a pool that is spawned": POOL.replace("METHOD", "spawn"),
    "a pool of the fork server": POOL.replace("METHOD", "forkserver"),
    "forks while threads run": """
threads = [threading.Thread(target=time.sleep, args=(0.1,)) for _ in range(8)]
[thread.start() for thread in threads]
for _ in range(20):
    pid = os.fork()
    if pid == 0:
        sys.stdin.close(); sys.stdout.write('child'); sys.stdout.flush(); os._exit(0)
    assert os.waitpid(pid, 0)[1] == 0
""",
    "a forked child that returns": "os.fork()",
    "a forked child that raises": """
pid = os.fork()
if pid == 0:
    raise ValueError('in the child')
assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 1
""",
    "a forked child that leaves": """
pid = os.fork()
if pid == 0:
    sys.exit(3)
os.waitpid(pid, 0)
""",
    "a forked child that outlives the run": """
if os.fork() == 0:
    os.setsid(); time.sleep(1000)
""",
    "a shell": "subprocess.run('cat; echo to stdout; echo {} >&1', shell=True, check=True)",
    "reading stdin": "assert sys.stdin.read() == '' and os.read(0, 9) == b''",
    "closed streams": "sys.stdin.close(); sys.stdout.close(); sys.stderr.close()",
    "closed descriptors": "os.close(0); os.close(1); os.close(2)",
    "every low descriptor closed": "os.closerange(0, 256)",
    "every descriptor closed": "os.closerange(0, 1 << 20)",
    "streams of no value": "sys.stdin = sys.stdout = sys.stderr = None",
    "redirected streams": """
file = open(scratch + '/log', 'w')
sys.stdout = sys.stderr = file
[os.dup2(file.fileno(), fd) for fd in (0, 1, 2)]
file.close()
""",
    "another directory": "os.mkdir(scratch + '/a'); os.chdir(scratch + '/a'); os.rmdir('../a')",
    "no environment": "os.environ.clear()",
    "SIGTERM of its own": "signal.signal(signal.SIGTERM, lambda *_: None)",
    "SIGTERM ignored": "signal.signal(signal.SIGTERM, signal.SIG_IGN)",
    "every signal as at first": """
for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
    signal.signal(number, signal.SIG_DFL)
""",
    "every signal blocked": "signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())",
    "a descriptor that is woken": """
reader, writer = os.pipe()
os.set_blocking(writer, False)
signal.set_wakeup_fd(writer)
""",
    "threads that stay": "threading.Thread(target=time.sleep, args=(1000,)).start()",
    "prints": "print('{\"type\":', end=''); os.write(1, b'raw\\n'); os.system('echo shell')",
    "few descriptors": """
import resource
resource.setrlimit(resource.RLIMIT_NOFILE, (16, 16))
""",
}


@pytest.mark.parametrize("what", HARMLESS)
def test_the_answer_arrives_after(script: Script, fields: dict[str, Any], what: str) -> None:
    outcome = run(script(HARMLESS[what]), fields)
    assert_groups(outcome.groups, fields)
    assert [event["type"] for event in outcome.events].count("result") == 1


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_pools_work_as_the_host_starts_a_script(
    script: Script, fields: dict[str, Any], method: str
) -> None:
    outcome = run(script(POOL.replace("METHOD", method), as_host=True), fields)
    assert_groups(outcome.groups, fields)


FAILURES = {
    "sys.exit('enough')": "ended itself (enough)",
    "raise SystemExit": "ended itself",
    "raise KeyboardInterrupt('no')": "KeyboardInterrupt: no",
    "raise GeneratorExit": "GeneratorExit",
    "raise BrokenPipeError('a pipe of its own')": "a pipe of its own",
    "sys.stderr.close(); raise ValueError('said nowhere')": "said nowhere",
    "os.closerange(0, 1 << 20); raise ValueError('closed')": "closed",
}


@pytest.mark.parametrize("body", FAILURES)
def test_an_end_of_its_own_is_an_error_that_is_told(
    script: Script, fields: dict[str, Any], body: str
) -> None:
    error = run(script(body), fields).one("error")
    assert error["code"] == "engine-failed" and FAILURES[body] in error["message"]
    assert error["phase"] == "compute"


@pytest.mark.parametrize("at_import", [False, True])
def test_an_exit_at_once_leaves_what_was_said(
    csv: Callable[..., Path], fields: dict[str, Any], at_import: bool
) -> None:
    text = "import os\n" + ("os._exit(7)\n" if at_import else "")
    file = csv(
        text + "def run(paths, workers, memory_bytes, scratch):\n    os._exit(7)\n", "job.py"
    )
    command = [sys.executable, "-m", "spillway_adapters.script_engine", str(file)]
    with started(command, fields) as child:
        if not at_import:
            child.reach("phase")
        outcome = child.finish()
    assert outcome.exit_code == 7
    kinds = [event["type"] for event in outcome.events]
    assert kinds == (["hello"] if at_import else ["hello", "ready", "phase"])


# --- Stop ----------------------------------------------------------------------------------------

WAIT = "\nopen(scratch + '/../waits', 'w').close()\nwhile True:\n    time.sleep(1000)"
STUBBORN = {
    "nothing": "",
    "SIGTERM ignored": HARMLESS["SIGTERM ignored"],
    "SIGTERM of its own": HARMLESS["SIGTERM of its own"],
    "every signal ignored": """
for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
    signal.signal(number, signal.SIG_IGN)
""",
    "every signal blocked": HARMLESS["every signal blocked"],
    "every descriptor closed": HARMLESS["every descriptor closed"],
    "closed streams": HARMLESS["closed streams"],
    "a session of its own": "os.setpgid(0, 0) if os.getpid() != os.getpgrp() else None",
    "forked children": """
if os.fork() == 0:
    loop(scratch + '/child')
while not os.path.exists(scratch + '/child'):
    time.sleep(0.01)
""",
}


def wait_for(child: Child, name: str) -> None:
    while not (child.scratch / name).exists():
        assert child.processes(), child.outcome()


@pytest.mark.parametrize("what", STUBBORN)
def test_the_end_of_stdin_stops_after(script: Script, fields: dict[str, Any], what: str) -> None:
    with started(script(STUBBORN[what] + WAIT), fields) as child:
        child.reach("phase")
        wait_for(child, "waits")
        child.stop()
        outcome = child.finish()
    assert outcome.exit_code == 130, str(outcome)
    assert not outcome.all("error") and not outcome.all("result")


@pytest.mark.parametrize("swallowing", ["pass", "return " + ANSWER, "time.sleep(1000)"])
def test_a_stop_that_is_swallowed_is_a_stop(
    script: Script, fields: dict[str, Any], swallowing: str
) -> None:
    body = (
        "open(scratch + '/../waits', 'w').close()\n"
        f"while True:\n    try:\n        time.sleep(1000)\n    except BaseException:\n"
        f"        {swallowing}"
    )
    with started(script(body), fields) as child:
        child.reach("phase")
        wait_for(child, "waits")
        child.stop()
        outcome = child.finish()
    assert outcome.exit_code == 130, str(outcome)
    assert not outcome.all("result")


def test_a_pool_is_stopped_with_the_run(script: Script, fields: dict[str, Any]) -> None:
    body = """
with multiprocessing.get_context('fork').Pool(2) as pool:
    pool.map(loop, [scratch + '/../first', scratch + '/../second'])
"""
    with started(script(body), fields) as child:
        child.reach("phase")
        wait_for(child, "first")
        wait_for(child, "second")
        child.stop()
        child.wait_until_gone()
        assert child.outcome().exit_code == 130
    assert not descendants()


def test_a_forked_child_says_nothing(csv: Callable[..., Path], fields: dict[str, Any]) -> None:
    engine = """
import os, sys
from spillway_adapters.etl import groups
from spillway_adapters.protocol import serve

class Engine:
    name, package, libraries = "engine", "pytest", ()
    def start(self, run):
        return {}
    def work(self, run):
        with run.phase("compute"):
            pid = os.fork()
            run.progress(1, 2, "rows")
            run.counters(rows=1, final=True)
            run.log("from a fork")
        if pid:
            os.waitpid(pid, 0)
        return groups.etl_result([], ["x"], [0], run.spec.scratch)
    def error_code(self, failure):
        return None
    def close(self, run):
        run.log(f"closed by {os.getpid() == os.getsid(0)}")

serve(Engine())
"""
    outcome = run([sys.executable, str(csv(engine, "engine.py"))], fields)
    assert [event["message"] for event in outcome.all("log")] == ["from a fork", "closed by True"]
    for kind in ("counters", "progress", "done", "result", "bye"):
        outcome.one(kind)


def test_nothing_is_said_after_bye(csv: Callable[..., Path], fields: dict[str, Any]) -> None:
    """Whatever a library's thread still counts, on a busy machine after everything else."""
    engine = """
import threading
from spillway_adapters import protocol
from spillway_adapters.etl import groups

ended, spoke = threading.Event(), threading.Event()

class Engine:
    name, package, libraries = "engine", "pytest", ()
    def start(self, run):
        return {}
    def work(self, run):
        def count():
            while True:
                late = ended.is_set()
                run.counters(rows=1, final=True)
                if late:
                    spoke.set()
        threading.Thread(target=count, daemon=True).start()
        return groups.etl_result([], ["x"], [0], run.spec.scratch)
    def error_code(self, failure):
        return None
    def close(self, run):
        pass

def end_after_it(code, end=protocol.end):
    ended.set()
    assert spoke.wait(60)  # the thread has had its turn
    end(code)

protocol.end = end_after_it
protocol.serve(Engine())
"""
    run([sys.executable, str(csv(engine, "engine.py"))], fields)  # asserts that bye is the last


def test_a_phase_that_failed_ends_when_another_begins(
    csv: Callable[..., Path], fields: dict[str, Any]
) -> None:
    engine = """
import contextlib, time
from spillway_adapters.etl import groups
from spillway_adapters.protocol import serve

class Engine:
    name, package, libraries = "engine", "pytest", ()
    def start(self, run):
        return {}
    def work(self, run):
        with contextlib.suppress(ValueError), run.phase("load"), run.phase("convert"):
            raise ValueError
        with run.phase("load"):
            pass
        with contextlib.suppress(ValueError), run.phase("compute"):
            raise ValueError
        return groups.etl_result([], ["x"], [0], run.spec.scratch)
    def error_code(self, failure):
        return None
    def close(self, run):
        pass

serve(Engine())
"""
    outcome = run([sys.executable, str(csv(engine, "engine.py"))], fields)
    said = [(event.get("name"), event.get("state")) for event in outcome.events]
    assert said[2:-3] == [
        *(("load", "begin"), ("convert", "begin"), ("convert", "end"), ("load", "end")),
        *(("load", "begin"), ("load", "end"), ("compute", "begin"), ("compute", "end")),
    ]


def test_without_tables_of_their_own_the_pipes_are_kept_from_forks(
    script: Script, fields: dict[str, Any], tmp_path: Path
) -> None:
    """As where unshare(2) is refused (a container's filter)."""
    module = [sys.executable, "-c"]
    refused = (
        "import sys; sys.argv[1:] = [sys.argv[-1]]\n"
        "from spillway_adapters import channel\n"
        "channel._unshare_descriptors = lambda: False\n"
        "import runpy; runpy.run_module('spillway_adapters.script_engine', run_name='__main__')"
    )
    for what in (
        "a pool that is forked",
        "forks while threads run",
        "a forked child that outlives the run",
        "every low descriptor closed",
        "closed streams",
        "a shell",
    ):
        path = script(HARMLESS[what])[-1]
        assert_groups(run([*module, refused, path], fields).groups, fields)


def test_the_host_is_not_kept_by_what_a_script_leaves(
    script: Script, fields: dict[str, Any]
) -> None:
    """A program that outlives the run has neither pipe."""
    body = "subprocess.Popen(['sleep', '1000'], start_new_session=True, close_fds=False)"
    with started(script(body), fields) as child:
        child.reach("ready")
        child.go()
        outcome = child.finish()  # until the end of stdout
        assert outcome.exit_code == 0
        left = [pid for pid in child.processes() if pid != child.pid]
        assert len(left) == 1
        held = [str(entry.readlink()) for entry in Path(f"/proc/{left[0]}/fd").iterdir()]
        assert not any(name.startswith("pipe:") for name in held)
        os.kill(left[0], signal.SIGKILL)
