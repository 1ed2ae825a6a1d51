"""What the driver watches beside its work: Ray's own processes, the store's figures, the tasks."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ray

from spillway_adapters import overseen
from spillway_adapters.protocol import Run, Span

#: Seconds between two questions for the store's figures and for tasks that have ended.
ASK_EVERY = 0.5
TASKS_EVERY = 2.0
#: Ray's workers hand in what they did once a second; on a busy machine it takes longer.
HANDED_IN, HANDED_IN_LATE = 1.5, 6.0
#: Most spans of one run that are reported.
MOST_TASKS = 10_000


class ProcessWatch:
    """Calls `died(name, status)` once if the raylet or the GCS ends, for whose answers the driver
    would wait forever. Both are its children."""

    def __init__(self, died: Callable[[str, str], None]) -> None:
        self._died = died
        self._over = threading.Event()
        self._end, self._ended = os.pipe()
        node = ray._private.worker.global_worker.node
        self._processes = [
            (name, info.process.pid)
            for name in ("raylet", "gcs_server")
            for info in node.all_processes.get(name, [])
        ]
        for name, pid in self._processes:
            overseen.depends_on(name, pid)
        threading.Thread(target=self._watch, name="ray-processes", daemon=True).start()

    def stop(self) -> None:
        os.close(self._ended)

    def kill(self) -> None:
        """Kills the run's whole Ray cluster, whose files are in the scratch directory, without its
        orderly shutdown, which takes a second, and a minute for the agents, the raylet's children.
        """
        node = ray._private.worker.global_worker.node
        below = [child for _, pid in self._processes for child in _children(pid)]
        for processes in node.all_processes.values():
            for info in processes:
                info.process.kill()
        for pid in below:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def ended(self, patience: float) -> bool:
        """Whether one has ended, or does so within these seconds."""
        return self._over.wait(patience)

    def _watch(self) -> None:
        poll = select.poll()
        poll.register(self._end, select.POLLHUP)
        watched = {}
        for name, pid in self._processes:
            descriptor = os.pidfd_open(pid)
            watched[descriptor] = name, pid
            poll.register(descriptor, select.POLLIN)
        for descriptor, _ in poll.poll():
            if descriptor in watched:
                name, pid = watched[descriptor]
                status = overseen.how_ended(pid)
                self._over.set()
                self._died(name, status)
                return


def _children(pid: int) -> list[int]:
    found: list[int] = []
    with contextlib.suppress(OSError):  # It, or one of its threads, has ended.
        for thread in Path(f"/proc/{pid}/task").iterdir():
            with contextlib.suppress(OSError):
                found += map(int, (thread / "children").read_text().split())
    return found


class Figures:
    """Spilled, restored and stored bytes and the task stream, reported by Ray during the work."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._over = threading.Event()
        self._workers: dict[str, int] = {}
        self._seen: set[tuple[str, int]] = set()  #: worker and begin of spans that were reported
        self._reported = 0
        self._begun = time.time_ns()
        self._before: Any = None  #: an existing cluster counts from its own start
        with contextlib.suppress(Exception):  # Ray's client does not know them.
            self._before = _store_figures()
        self._thread = threading.Thread(target=self._ask, name="ray-figures", daemon=True)

    def start(self) -> None:
        self._begun = time.time_ns()
        self._thread.start()

    def stop(self) -> None:
        """The last figures, once Ray's workers have handed theirs in."""
        self._over.set()
        self._thread.join()
        with contextlib.suppress(Exception):
            self._ask_store(final=True)
            begun = time.monotonic()
            while (waited := time.monotonic() - begun) < HANDED_IN_LATE:
                more = self._ask_tasks()
                if waited > HANDED_IN and self._reported and not more:
                    break
                time.sleep(ASK_EVERY)

    def _ask(self) -> None:
        tasks_at = time.monotonic() + TASKS_EVERY
        while not self._over.wait(ASK_EVERY):
            # Figures beside the work: when Ray is going down, the work tells why.
            with contextlib.suppress(Exception):
                self._ask_store()
                if time.monotonic() >= tasks_at:
                    self._ask_tasks()
                    tasks_at = time.monotonic() + TASKS_EVERY

    def _ask_store(self, final: bool = False) -> None:
        now, before = _store_figures(), self._before
        self._run.counters(
            final=final,
            # A node that is lost takes its totals along; a count is never negative.
            spilled_bytes=max(0, now.spilled_bytes_total - before.spilled_bytes_total),
            restored_bytes=max(0, now.restored_bytes_total - before.restored_bytes_total),
            store_bytes=now.object_store_bytes_used,
        )

    def _ask_tasks(self) -> bool:
        """Reports executions that have ended since the last time; whether there are any."""
        state = ray._private.state.state
        state._connect_and_get_accessor()
        spans: list[Span] = []
        for worker, events in state.profile_events().items():
            for event in events:
                key = worker, event["start_time"]
                timed = event["start_time"] >= self._begun  # what warmed up is not
                if timed and _is_work(event["event_type"]) and key not in self._seen:
                    self._seen.add(key)
                    number = self._workers.setdefault(worker, len(self._workers))
                    spans.append(_span(number, event))
        kept = spans[: max(MOST_TASKS - self._reported, 0)]
        self._reported += len(kept)
        if kept:
            share = len(kept) / len(spans)
            self._run.tasks(kept, None if share == 1 else share)
        return bool(spans)


def _store_figures() -> Any:  # noqa: ANN401 (Ray's message)
    from ray._private.internal_api import get_memory_info_reply, get_state_from_address

    # Without it Ray would look for any cluster on this machine.
    address = ray.get_runtime_context().gcs_address
    return get_memory_info_reply(get_state_from_address(address)).store_stats


def _is_work(kind: str) -> bool:
    """Not what asks the samplers (ray_memory)."""
    return kind.startswith("task::") and not kind.endswith("node_bytes")


def _span(worker: int, event: dict[str, Any]) -> Span:
    """Ray stamps wall-clock nanoseconds."""
    shift = time.monotonic() - time.time()
    kind = event["event_type"].removeprefix("task::").rsplit(".", 1)[-1]
    return worker, kind, event["start_time"] / 1e9 + shift, event["end_time"] / 1e9 + shift
