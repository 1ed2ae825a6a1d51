"""An engine that is a server: started before ready on loopback, put under load by the host, ended
at once. It is a process of its own, and so are its replicas where it has some."""

from __future__ import annotations

import contextlib
import ctypes
import http.client
import multiprocessing
import os
import signal
import socket
import time
from collections.abc import Callable
from functools import partial
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Protocol

from spillway_adapters import kinds
from spillway_adapters.protocol import THREAD_VARIABLES, Answer, Run, RunError

LOOPBACK = "127.0.0.1"
PR_SET_PDEATHSIG = 1
#: Seconds between two looks whether a server is ready, and for one answer of it.
LOOK_EVERY = 0.02
ANSWER_WITHIN = 10.0
#: Makes an application as its framework has it, in the process that will answer.
Maker = Callable[[], Any]


class Job(Protocol):
    """What a kind of work has the server answer."""

    port: int  #: 0: any that is free
    question: bytes  #: the body of a request

    def application(self, run: Run) -> Maker: ...

    def result(self) -> dict[str, Any]: ...


def listening(port: int) -> socket.socket:
    """A socket on loopback alone."""
    found = socket.socket()
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((LOOPBACK, port))
    except OSError as failure:
        found.close()
        message = f"Port {port} of {LOOPBACK} cannot be listened on: {failure.strerror}."
        remedy = "Choose another port, or 0 for any that is free."
        raise RunError("engine-failed", message, remedy) from failure
    found.listen(128)
    return found


def end_with_parent() -> None:
    """The kernel kills this process when the one that started it has ended."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def made_replica(folder: str, maker: Maker) -> Any:  # noqa: ANN401 (the framework's)
    """In a process that will answer: the application; the process is known from now on."""
    end_with_parent()
    application = maker()
    (Path(folder) / str(os.getpid())).touch()
    return application


Serve = Callable[[socket.socket, int, Maker], None]


def _main(serve: Serve, sock: socket.socket, workers: int, maker: Maker) -> None:
    end_with_parent()
    serve(sock, workers, maker)


class ServerEngine:
    name: str
    package: str
    libraries: tuple[str, ...] = ("scikit-learn", "numpy")

    def __init__(self) -> None:
        self._process: BaseProcess | None = None

    def server(self) -> Serve:
        """A function of a module: listens until it is killed, with so many workers."""
        raise NotImplementedError

    def settings(self) -> dict[str, Any]:
        raise NotImplementedError

    def start(self, run: Run) -> dict[str, Any]:
        job: Job = kinds.job(run, self.name)
        self._job = job
        os.environ.update(dict.fromkeys(THREAD_VARIABLES, "1"))  # of each replica
        self._folder = run.spec.scratch / "replicas"
        self._folder.mkdir()
        begun = time.monotonic()
        with listening(job.port) as sock:
            self._port = sock.getsockname()[1]
            maker = partial(made_replica, str(self._folder), job.application(run))
            self._process = multiprocessing.get_context("spawn").Process(
                target=_main, args=(self.server(), sock, run.spec.workers, maker)
            )
            self._process.start()
        wait_until_served(
            self._folder, run.spec.workers, self._port, job.question, self._check_process
        )
        self._seconds = time.monotonic() - begun
        return {"address": f"{LOOPBACK}:{self._port}", **self.settings()}

    def work(self, run: Run) -> Answer:
        return served(run, self._job, self._port, replicas(self._folder), self._seconds)

    def error_code(self, failure: Exception) -> str | None:
        return None

    def close(self, run: Run) -> None:
        """Its replicas end with it."""
        if self._process is not None:
            self._process.kill()
            self._process.join()

    def _check_process(self) -> None:
        if self._process is not None and self._process.exitcode is not None:
            ended = f"The server ended before it was ready: {self._process.exitcode}."
            raise RunError("engine-failed", ended)


def replicas(folder: Path) -> list[int]:
    """Processes that answer."""
    found = [int(file.name) for file in folder.iterdir()]
    return sorted(pid for pid in found if Path(f"/proc/{pid}").exists())


def wait_until_served(
    folder: Path, workers: int, port: int, question: bytes, check: Callable[[], None]
) -> None:
    """Until every replica is there and one has answered. `check` raises where that will not be."""
    while len(replicas(folder)) < workers or not answers(port, question):
        check()
        time.sleep(LOOK_EVERY)


def served(run: Run, job: Job, port: int, replicas: list[int], seconds: float) -> dict[str, Any]:
    """The server is the host's until it has measured it."""
    run.serve(f"http://{LOOPBACK}:{port}/", replicas)
    return job.result() | {"measures": {"startup_s": seconds}}


def answers(port: int, question: bytes) -> bool:
    """Whatever the answer is: the load generator judges it."""
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=ANSWER_WITHIN)
    with contextlib.closing(connection), contextlib.suppress(OSError, http.client.HTTPException):
        connection.request("POST", "/", question, {"Content-Type": "application/json"})
        connection.getresponse().read()
        return True
    return False
