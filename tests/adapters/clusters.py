"""Clusters on loopback that were there before a run, and know nothing of Spillway."""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from host import descendants, python_of

# --- Dask ----------------------------------------------------------------------------------------


@contextlib.contextmanager
def dask_cluster(folder: Path, *options: str) -> Iterator[tuple[str, list[subprocess.Popen[str]]]]:
    """Address and processes of a scheduler with two workers; `options` are theirs."""
    python = python_of("dask")
    with contextlib.ExitStack() as stack:

        def start(*arguments: str) -> subprocess.Popen[str]:
            command = [python, "-m", "distributed.cli." + arguments[0], *arguments[1:]]
            process = subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE, text=True)
            stack.callback(process.wait)
            stack.callback(process.kill)
            return process

        loopback = ["--host", "127.0.0.1", "--no-dashboard"]
        scheduler = start("dask_scheduler", *loopback, "--port", "0")
        assert scheduler.stderr is not None
        line = next(line for line in scheduler.stderr if "Scheduler at:" in line)
        found = line.split("Scheduler at:")[1].strip()
        workers = []
        for _ in range(2):
            worker = start(
                "dask_worker", found, *loopback, "--nthreads", "1", "--no-nanny", *options
            )
            assert worker.stderr is not None
            next(line for line in worker.stderr if "Registered to:" in line)
            workers.append(worker)
        yield found, [scheduler, *workers]


# --- Ray -----------------------------------------------------------------------------------------


@dataclass
class Head:
    """Of a cluster with two processors."""

    address: str
    client: str  #: of Ray's client
    token: Path  #: of the cluster's own; its users bring it with them


@contextlib.contextmanager
def ray_cluster(folder: Path, nodes: int = 1) -> Iterator[Head]:
    """Of one node on 127.0.0.1, or several from 127.0.0.2 on: Ray does not believe that two nodes
    have 127.0.0.1."""
    with contextlib.ExitStack() as free:
        sockets = [free.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(2)]
        port, client = (each.getsockname()[1] for each in sockets)
    token = folder / "token"
    token.touch(mode=0o600)
    token.write_text(secrets.token_hex(32))
    (folder / "ray").mkdir()
    hosts = ["127.0.0.1"] if nodes == 1 else [f"127.0.0.{2 + i}" for i in range(nodes)]
    common = ["--block", f"--num-cpus={2 // nodes}", "--object-store-memory=200000000"]
    options = ["--head", f"--port={port}", f"--ray-client-server-port={client}"]
    # Ray's sockets need a short path.
    options += ["--include-dashboard=false", f"--temp-dir=/proc/{os.getpid()}/cwd/ray"]
    environment = os.environ | with_token(token)
    # How full this machine's disk is does not matter to these tests.
    environment |= {"RAY_local_fs_capacity_threshold": "0.999"}
    if nodes > 1:
        del environment["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"]
    before, directory = set(descendants()), Path.cwd()
    os.chdir(folder)
    started = []
    try:
        for place, host in enumerate(hosts):
            where = [f"--address={hosts[0]}:{port}"] if place else options
            arguments = [*where, *common, f"--node-ip-address={host}"]
            started.append(_node(arguments, environment))
        yield Head(f"{hosts[0]}:{port}", f"ray://127.0.0.1:{client}", token)
    finally:
        while left := [pid for pid in descendants() if pid not in before]:
            for pid in left:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                with contextlib.suppress(ChildProcessError):
                    os.waitpid(pid, 0)
        for node in started:
            assert node.stdout is not None
            node.stdout.close()
            node.wait()
        os.chdir(directory)


def _node(options: list[str], environment: dict[str, str]) -> subprocess.Popen[str]:
    """One that is ready."""
    start = "import ray.scripts.scripts as s; s.main()"
    node = subprocess.Popen(
        [python_of("ray"), "-c", start, "start", *options],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert node.stdout is not None
    said = []
    for line in node.stdout:
        said.append(line)
        if "--block" in line:
            return node
    pytest.fail("".join(said))


def with_token(token: Path) -> dict[str, str]:
    """For the environment of who uses a cluster."""
    return {
        "RAY_AUTH_MODE": "token",
        "RAY_AUTH_TOKEN_PATH": str(token),
        "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",
        "RAY_USAGE_STATS_ENABLED": "0",
    }
