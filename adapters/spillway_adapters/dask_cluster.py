"""The Dask cluster of a run: a LocalCluster of its own, or an existing one that it joins."""

from __future__ import annotations

import importlib
import multiprocessing
import os
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from spillway_adapters.existing_cluster import check_scratch, check_size
from spillway_adapters.protocol import THREAD_VARIABLES, Answer, Run, RunError, Unsupported
from spillway_adapters.spec import Spec

if TYPE_CHECKING:
    from spillway_adapters.dask_watch import Watch

#: An idle worker process after its imports: resident bytes, which Dask's limit of a worker counts,
#: and those of them that are its own, which the limit of a run counts.
WORKER_RESIDENT = 250_000_000
WORKER_OWN = 140_000_000
#: Dask pauses a worker above this share of its limit, all that is resident counted.
PAUSES_AT = 0.8
#: No worker may be paused for so many seconds before it has anything to do.
PAUSED_PATIENCE = 10.0
#: Dask's own default, and how many blocks a worker's memory has to hold for each thread.
BLOCK_BYTES = 64_000_000
BLOCKS_A_THREAD = 20
LEAST_BLOCK_BYTES = 1_000_000
BLOCKS_A_WORKER = 4
#: A shuffle's buffers before what it sends and what it writes to the disk are 1 GiB and 100 MiB by
#: default, whatever the limit; here each is at most this part of a worker's memory.
SHUFFLE_SHARE = 8
SHUFFLE_BUFFERS = ("distributed.p2p.comm.buffer", "distributed.p2p.storage.buffer")


class Job(Protocol):
    """What a kind of work has Dask do."""

    imports: tuple[str, ...]  #: of the driver and every worker, before ready
    #: One worker process with a thread a worker; else processes of one thread.
    one_process: bool
    #: Workers write, or read, files in the run's scratch directory.
    shares_scratch: bool

    def set_up(self, run: Run, cluster: Cluster) -> dict[str, Any]:
        """Every worker has imported what it needs: has it do what is no part of the timed work.
        Settings of the work's own."""
        ...

    def work(self, run: Run, cluster: Cluster, watch: Watch) -> Answer: ...


@dataclass(frozen=True)
class Layout:
    """How the workers of a run become processes and threads, and what each may hold."""

    processes: int
    threads: int
    worker_memory: int | None  #: bytes a process, as Dask counts them; nothing: Dask's own share
    shuffle_memory: int | None  #: most bytes of each of a shuffle's buffers in a process
    block_bytes: int  #: of the file a task


def layout(spec: Spec, one_process: bool) -> Layout:
    processes = 1 if one_process else spec.workers
    threads = spec.workers // processes
    if spec.memory_limit is None:
        return Layout(processes, threads, None, None, BLOCK_BYTES)
    # The floor is measured with one worker process.
    floor = spec.memory_floor + (processes - 1) * WORKER_OWN
    room = int((spec.memory_limit - floor) * 0.8)
    block = room // (spec.workers * BLOCKS_A_THREAD)
    if block < LEAST_BLOCK_BYTES:
        least = floor + spec.workers * BLOCKS_A_THREAD * LEAST_BLOCK_BYTES / 0.8
        raise Unsupported(
            f"Dask with {processes} worker processes needs at least {least / 1e6:.0f} MB."
        )
    # Pausing begins when the data of a worker fill its share of the room.
    worker_memory = int((room // processes + WORKER_RESIDENT) / PAUSES_AT)
    shuffle_memory = room // processes // SHUFFLE_SHARE
    return Layout(processes, threads, worker_memory, shuffle_memory, min(block, BLOCK_BYTES))


class Cluster:
    """A connected client, and what is needed to end it."""

    def __init__(self) -> None:
        self.client: Any = None
        self.local: Any = None  #: the LocalCluster; nothing when the cluster is not ours
        self.layout: Layout | None = None

    def start(self, run: Run, job: Job) -> dict[str, Any]:
        """Settings as the scheduler and its workers confirm them."""
        spec = run.spec
        self.layout = layout(spec, job.one_process)
        if spec.address is None:
            self._start_local(spec)
        else:
            self._join(spec.address, spec.workers)
            if job.shares_scratch:
                sees_it = self.client.run(os.path.isdir, str(spec.scratch))
                check_scratch(spec.scratch, sees_it)
        self._import_everywhere(job.imports)
        return self._settings(spec)

    def close(self) -> None:
        """At once: nothing of our own cluster survives, nothing of an existing one is touched."""
        if self.local is None and self.client is not None:
            self.client.close(timeout=1)
        if self.local is not None:
            for nanny in list(self.local.workers.values()):
                nanny.auto_restart = False
        for child in multiprocessing.active_children():
            child.kill()

    def _start_local(self, spec: Spec) -> None:
        # A task is one thread: the pools of BLAS and Arrow must not add theirs.
        os.environ.update(dict.fromkeys(THREAD_VARIABLES, "1"))
        for name in [name for name in os.environ if name.startswith("DASK_")]:
            del os.environ[name]
        import dask

        dask.config.refresh(paths=[], env={})
        dask.config.set(
            {
                # The default of 3 runs a task again after its worker was ended for its memory.
                "distributed.scheduler.allowed-failures": 0,
                "distributed.diagnostics.nvml": False,
                # No dashboard: its server cannot be left out, but answers nothing.
                "distributed.scheduler.http.routes": [],
                "distributed.worker.http.routes": [],
                # The scheduler's lock files too; nobody else would remove them.
                "temporary-directory": str(spec.scratch / "dask"),
            }
        )
        assert self.layout is not None
        from distributed import Client, LocalCluster

        most = self.layout.shuffle_memory
        if most is not None:
            dask.config.set({name: min(size, most) for name, size in _shuffle_buffers().items()})
        self.local = LocalCluster(
            n_workers=self.layout.processes,
            threads_per_worker=self.layout.threads,
            processes=True,
            memory_limit=self.layout.worker_memory or "auto",
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",
            worker_dashboard_address="127.0.0.1:0",
            local_directory=str(spec.scratch / "dask"),
        )
        self.client = Client(self.local)

    def _join(self, address: str, workers: int) -> None:
        from distributed import Client

        try:
            self.client = Client(address, timeout="10s", set_as_default=True)
        except (OSError, ValueError) as failure:
            raise RunError(
                "not-found", f"There is no Dask scheduler at {address}: {failure}"
            ) from failure
        found = self.workers().values()
        if not found:
            raise RunError("engine-failed", f"The Dask cluster at {address} has no workers.")
        check_size(address, sum(worker["nthreads"] for worker in found), workers)
        self._check_versions(address)
        self._ship_package()

    def _check_versions(self, address: str) -> None:
        """Dask wants the same versions on all sides and fails obscurely without them."""
        versions = self.client.get_versions()
        own = versions["client"]
        for where, there in [("scheduler", versions["scheduler"]), *versions["workers"].items()]:
            for what in ("distributed", "python"):
                kind = "host" if what == "python" else "packages"
                here, found = _version(own, kind, what), _version(there, kind, what)
                if here != found:
                    raise RunError(
                        "engine-failed",
                        f"{where} of {address} runs {what} {found}, this engine {here}; "
                        "Dask needs the same on both.",
                    )

    def _ship_package(self) -> None:
        """Workers elsewhere do not have the adapters: sends them as Dask sends a user's module."""
        source = Path(__file__).parent
        with tempfile.TemporaryDirectory() as folder:
            package = Path(folder) / "spillway_adapters.zip"
            with zipfile.ZipFile(package, "w") as archive:
                for file in sorted(source.rglob("*.py")):
                    archive.write(file, f"{source.name}/{file.relative_to(source)}")
            self.client.upload_file(str(package))

    def _import_everywhere(self, modules: tuple[str, ...]) -> None:
        for name in modules:
            importlib.import_module(name)
        for address, missing in self.client.run(_imports, modules).items():
            if missing:
                raise RunError(
                    "engine-failed",
                    f"The Dask worker {address} cannot import {', '.join(missing)}.",
                    "Install what Spillway's Dask environment has on every worker.",
                )
        # The first task of a worker starts its thread and its serializers.
        self.in_every_worker(_warm)

    def in_every_worker(self, function: Callable[..., Any], *arguments: Any) -> None:  # noqa: ANN401
        """As one task of each worker process; returns when all have ended."""
        made = [
            self.client.submit(function, *arguments, workers=[address], pure=False)
            for address in self.workers()
        ]
        self._wait_unpaused(made)
        self.client.gather(made)

    def _wait_unpaused(self, futures: list[Any]) -> None:
        """A worker that is paused with nothing to do would be waited for forever."""
        from distributed import wait

        paused_since = None
        while True:
            try:
                wait(futures, timeout=PAUSED_PATIENCE / 10)
                return
            except TimeoutError:
                paused = [w for w in self.workers().values() if w["status"] == "paused"]
            paused_since = (paused_since or time.monotonic()) if paused else None
            if paused_since and time.monotonic() - paused_since > PAUSED_PATIENCE:
                limit = paused[0]["memory_limit"]
                raise RunError(
                    "memory-limit",
                    f"{len(paused)} of {len(self.workers())} Dask workers had paused before they "
                    f"had anything to do: they used more than {PAUSES_AT:.0%} of the "
                    f"{limit / 1e6:.0f} MB that each may have.",
                    "Raise the memory limit.",
                )

    def workers(self) -> dict[str, dict[str, Any]]:
        """By address, as reported by the scheduler."""
        # Not scheduler_info(): a refresh in between may leave the workers out of what it returns.
        identity = self.client.sync(self.client.scheduler.identity, n_workers=-1)
        return identity["workers"]

    def _settings(self, spec: Spec) -> dict[str, Any]:
        assert self.layout is not None
        workers = list(self.workers().values())
        limits = sorted({worker["memory_limit"] for worker in workers})
        settings = {
            "processes": len(workers),
            "threads": sum(worker["nthreads"] for worker in workers),
            "worker_memory_limit": ", ".join(f"{limit} bytes" for limit in limits),
            "blocksize": f"{self.layout.block_bytes} bytes; whole files where they have quotes",
            "malloc_trim_threshold": "Dask's default (65536)",
        }
        if self.local is None:
            del settings["malloc_trim_threshold"]
            settings["cluster"] = str(spec.address)
            settings["memory"] = "measured on the workers' nodes, without this driver"
        else:
            import dask

            buffers = _shuffle_buffers().values()
            settings["shuffle_buffers"] = ", ".join(f"{size} bytes" for size in buffers)
            settings["allowed_failures"] = dask.config.get("distributed.scheduler.allowed-failures")
        return settings


def _shuffle_buffers() -> dict[str, int]:
    """As they are set now; distributed brings the defaults when it is imported."""
    import dask
    from dask.utils import parse_bytes

    return {name: parse_bytes(dask.config.get(name)) for name in SHUFFLE_BUFFERS}


def _version(side: dict[str, Any], kind: str, what: str) -> str:
    """For Python, major and minor only."""
    value = str(side[kind][what])
    return ".".join(value.split(".")[:2]) if what == "python" else value


def _imports(modules: tuple[str, ...]) -> list[str]:
    """In a worker: which of the imports fail."""
    failed = []
    for name in modules:
        try:
            importlib.import_module(name)
        except ImportError as failure:
            failed.append(f"{name} ({failure})")
    if "pyarrow" in sys.modules:
        sys.modules["pyarrow"].set_cpu_count(1)
    return failed


def _warm() -> None:
    pass
