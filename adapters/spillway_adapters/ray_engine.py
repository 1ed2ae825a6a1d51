"""Ray on this machine or on a running cluster: Ray Core (tuned) and Ray Data (naive)."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
import signal
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError
from pathlib import Path
from typing import Any, Protocol

from spillway_adapters import kinds, node_memory, system_error
from spillway_adapters.overseen import serve_overseen
from spillway_adapters.protocol import Answer, Run, RunError, Unsupported
from spillway_adapters.spec import Spec

#: Ray refuses a smaller object store (bytes).
LEAST_STORE = 78_643_200
#: The store's share of the memory that the engine is told, as Ray's own default.
STORE_SHARE = 0.3
#: Ray's name of the share of a disk from which it is full.
FULL_FROM = "RAY_local_fs_capacity_threshold"
#: Bytes of the disk with the scratch directory that Ray leaves free.
KEPT_FREE = 1_000_000_000
#: Seconds until the end of a process of Ray's own is noticed, after what it brought about.
CAUSE_WITHIN = 0.5
#: What is left of Arrow's reason when Ray Data could not read a file.
UNREADABLE = "Failed to read CSV file"
#: Read by Ray when it is imported and by the processes that it starts.
ENVIRONMENT = {
    "RAY_USAGE_STATS_ENABLED": "0",
    # A failure shows: Ray would run the work again without a word.
    "RAY_TASK_MAX_RETRIES": "0",
    "RAY_task_oom_retries": "0",
    # Workers are processes of one thread.
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}


class Job(Protocol):
    """What a kind of work has Ray do, by either profile."""

    def set_up(self, run: Run) -> dict[str, Any]:
        """Ray is there: imports what the driver needs, has every worker ready. Settings of the
        work's own."""
        ...

    def work(self, run: Run, own_cluster: bool) -> Answer: ...

    def after(self, run: Run) -> None:
        """Checks between done and the result, which are no part of the timed work."""
        ...


class Ray:
    name = "ray"
    package = "ray"
    libraries = ("numpy", "pyarrow", "scikit-learn", "scipy", "grpcio")

    def __init__(self) -> None:
        self._answer: Future[dict[str, Any]] = Future()
        self._processes: Any = None
        self._figures: Any = None
        self._memory: Any = None  #: of a cluster that was there before
        self._limited = False
        self._death: RunError | None = None

    def start(self, run: Run) -> dict[str, Any]:
        spec = run.spec
        self._job: Job = kinds.job(run, self.name)
        _check(spec)
        self._limited = spec.memory_limit is not None
        os.environ.update(ENVIRONMENT)
        if spec.address is None:
            # Everything listens on loopback only.
            os.environ["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"
            _make_token(spec.scratch / "ray-token")
        import ray

        from spillway_adapters import ray_watch

        _connect(spec)
        if spec.address is None:
            self._processes = ray_watch.ProcessWatch(self._died)
        else:
            _carry_modules(ray)
        return self._bounded(lambda: self._set_up(run))

    def work(self, run: Run) -> Answer:
        self._figures.start()
        run.afterwards = lambda: self._after(run)
        if self._memory is not None:
            node_memory.stop_after_done(run, self._memory.memory)
        return self._bounded(lambda: self._profile(run))

    def _after(self, run: Run) -> None:
        self._figures.stop()
        self._job.after(run)

    def error_code(self, failure: Exception) -> str | None:
        import pyarrow
        from ray import exceptions

        if isinstance(failure, exceptions.ObjectStoreFullError):
            return "memory-limit" if self._limited else "out-of-memory"
        if isinstance(failure, exceptions.OutOfDiskError):
            return "no-space"
        if isinstance(failure, exceptions.RayError | MemoryError):
            return None
        if isinstance(failure, pyarrow.ArrowInvalid | OSError):
            return system_error.code_in(str(failure)) or "data-unreadable"
        return None

    def close(self, run: Run) -> None:
        if self._processes is not None:
            self._processes.stop()
            if self._processes.ended(0):
                return  # A shutdown would wait for the dead, or end this process.
            return self._processes.kill()
        if self._memory is not None:
            self._memory.end()
        if "ray" in sys.modules:
            import ray

            with contextlib.suppress(Exception):
                ray.shutdown()

    def _bounded(self, work: Callable[[], Answer]) -> Answer:
        """Runs in a separate thread, so that a stop, or the end of Ray's processes, need not wait
        for it."""
        answer = self._answer = Future()

        def call() -> None:
            try:
                found = work()
            except BaseException as failure:
                # Where a process of Ray's own has ended, that is the cause; _died tells it.
                if self._processes is None or not self._processes.ended(CAUSE_WITHIN):
                    _settle(answer, _cause(failure))
            else:
                _settle(answer, found)

        if self._death is not None:
            raise self._death
        threading.Thread(target=call, name="work", daemon=True).start()
        return answer.result()

    def _died(self, name: str, status: str) -> None:
        self._death = RunError("engine-failed", f"Ray's {name} ended: {status}.")
        _settle(self._answer, self._death)

    def _set_up(self, run: Run) -> dict[str, Any]:
        from spillway_adapters import ray_watch

        spec = run.spec
        settings = _confirmed(spec)
        if spec.profile == "naive":
            from spillway_adapters import ray_data

            settings |= ray_data.configure(spec, spec.address is None)
        settings |= self._job.set_up(run)
        self._figures = ray_watch.Figures(run)
        if spec.address is not None:
            from spillway_adapters import ray_memory

            try:
                self._memory = ray_memory.RayMemory(run)
            except Exception as failure:
                run.log(f"No memory figure: the nodes cannot be read ({failure}).")
        return settings

    def _profile(self, run: Run) -> Answer:
        return self._job.work(run, run.spec.address is None)


def _settle(answer: Future[dict[str, Any]], word: dict[str, Any] | BaseException) -> None:
    """The first outcome counts."""
    with contextlib.suppress(InvalidStateError):
        if isinstance(word, BaseException):
            answer.set_exception(word)
        else:
            answer.set_result(word)


def _check(spec: Spec) -> None:
    if spec.profile == "naive" and (spec.address or "").startswith("ray://"):
        raise Unsupported("Ray Data does not work through Ray's client: give host:port.")


def _connect(spec: Spec) -> None:
    import ray

    common = {"log_to_driver": False, "logging_level": "warning"}
    # Ray takes SIGTERM for itself.
    stop = signal.getsignal(signal.SIGTERM)
    try:
        if spec.address is not None:
            from spillway_adapters import ray_address

            ray_address.join(spec.address, common)
        else:
            ray.init(**common, **_own_cluster(spec))
    finally:
        signal.signal(signal.SIGTERM, stop)


def _own_cluster(spec: Spec) -> dict[str, Any]:
    # Ray makes its sockets in its directory, whose path may have 43 bytes only. The scratch
    # directory has a short name for as long as this process lives, wherever it is.
    os.chdir(spec.scratch)
    os.environ.update({FULL_FROM: _full_from(shutil.disk_usage(spec.scratch).total)})
    Path("ray").mkdir(mode=0o700)
    spill = spec.scratch / "spill"
    spill.mkdir(mode=0o700)
    settings: dict[str, Any] = {
        "address": "local",  # also where RAY_ADDRESS names another
        "num_cpus": spec.workers,
        "include_dashboard": False,
        "object_spilling_directory": str(spill),
        "_temp_dir": f"/proc/{os.getpid()}/cwd/ray",
        "_node_ip_address": "127.0.0.1",
    }
    if spec.engine_memory is not None:
        settings["object_store_memory"] = max(int(spec.engine_memory * STORE_SHARE), LEAST_STORE)
    return settings


def _full_from(total: int) -> str:
    """The share of a disk of this size (bytes) from which Ray takes it for full. Ray's own 95 %
    would end runs with a hundred free gigabytes on a disk of two terabytes."""
    return f"{max(0.95, 1 - KEPT_FREE / total):.6f}"


def _make_token(path: Path) -> None:
    """Only this run may submit work to its cluster. Ray would store a token in the home directory,
    and looks for this one when it is imported."""
    path.touch(mode=0o600)
    path.write_text(secrets.token_hex(32))
    os.environ.pop("RAY_AUTH_TOKEN", None)
    os.environ.update(RAY_AUTH_MODE="token", RAY_AUTH_TOKEN_PATH=str(path))


def _carry_modules(ray: Any) -> None:  # noqa: ANN401 (a module)
    """A cluster's workers have Ray, NumPy and Arrow, but not this package: its functions and
    classes travel by value, with the modules that they name."""
    import spillway_adapters

    ray.cloudpickle.register_pickle_by_value(spillway_adapters)


def _confirmed(spec: Spec) -> dict[str, Any]:
    """What Ray says it has."""
    import ray

    has = ray.cluster_resources()
    settings: dict[str, Any] = {
        "num_cpus": int(has.get("CPU", 0)),
        "object_store_memory": int(has.get("object_store_memory", 0)),
        "heap": "not bounded by Ray",
        "max_retries": 0,
        "task_oom_retries": ENVIRONMENT["RAY_task_oom_retries"],
        "local_fs_capacity_threshold": os.environ.get(FULL_FROM),
    }
    if spec.address is None:
        return settings
    del settings["task_oom_retries"], settings["local_fs_capacity_threshold"]
    nodes = [node for node in ray.nodes() if node["Alive"]]
    return settings | {
        "cluster": spec.address,
        "nodes": len(nodes),
        "workers_used": spec.workers,
        "memory": "measured on the nodes: this job's workers and the object stores",
    }


def _cause(failure: BaseException) -> BaseException:
    """The failure inside a task, without Ray's wrapping and traceback."""
    from ray.exceptions import OutOfMemoryError, RayTaskError

    while isinstance(failure, RayTaskError) and isinstance(failure.cause, BaseException):
        failure = failure.cause
    if isinstance(failure, OutOfMemoryError):
        return RunError("out-of-memory", _ended_for_memory(str(failure)))
    if isinstance(failure, ValueError) and str(failure).startswith(UNREADABLE):
        return OSError(str(failure).split(". Please ")[0] + ".")
    return failure


def _ended_for_memory(report: str) -> str:
    """One sentence from Ray's long message when its monitor kills a worker."""
    figures = re.search(r"was (\S+) used / (\S+) limit", report)
    full = f", {figures[1]} of {figures[2]} used" if figures else ""
    return f"Ray killed a worker because the machine ran out of memory{full}."


if __name__ == "__main__":
    serve_overseen(Ray())
