"""Watches a Dask computation while it runs, from what the scheduler reports.

Everything happens in the waiting thread: between two polls it sends the task stream, progress and
counters, and ends the run when a worker is lost or there is no more progress.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from spillway_adapters.dask_cluster import Cluster
from spillway_adapters.protocol import MOST_SPANS, Run, RunError, Span, begin

#: Seconds between two looks.
INTERVAL = 0.25
#: No task ends for this long while every worker is paused: stalled (docs/measurement.md).
STALL_SECONDS = 30.0


class Watch:
    def __init__(self, run: Run, cluster: Cluster) -> None:
        self._run = run
        self._cluster = cluster
        self._client = cluster.client
        self._members = set(cluster.workers())
        self._lanes: dict[tuple[str, int], int] = {}
        self._ended = 0  #: tasks since go
        self._stream = self._sync("get_task_stream_index")
        self._total: int | None = None
        self._last_look = -INTERVAL
        self._last_end = time.monotonic()
        self._looks = 0  #: since the last task ended
        self._paused = dict.fromkeys(self._members, 0)  #: of these, looks that found it paused
        self._counted: dict[str, int] = {}

    def expect(self, tasks: int | None) -> None:
        """Expected number of tasks, for progress; nothing: progress is reported elsewhere."""
        self._total = None if tasks is None else self._ended + tasks

    def wait(self, futures: Sequence[Any]) -> None:
        """Waits until all have ended, successfully or not."""
        ended = threading.Semaphore(0)
        for future in futures:
            future.add_done_callback(lambda _future: ended.release())
        left = len(futures)
        while left:
            if ended.acquire(timeout=INTERVAL):
                left -= 1
            self.look()

    def gather(self, futures: Sequence[Any]) -> list[Any]:
        self.wait(futures)
        return self._client.gather(list(futures))

    def during(self, work: Callable[[], Any]) -> None:
        """Watches a library's call that computes by itself."""
        answer = begin(work)
        while not answer.done():
            with contextlib.suppress(TimeoutError):
                answer.exception(timeout=INTERVAL)
            self.look()
        answer.result()

    def finish(self, **counted: int) -> None:
        self.look(final=True)
        self._run.counters(final=True, **counted)

    def look(self, final: bool = False) -> None:
        now = time.monotonic()
        if not final and now - self._last_look < INTERVAL:
            return
        self._last_look = now
        self._send_tasks(self._sync("get_task_stream", start_index=self._stream))
        workers = self._cluster.workers()
        self._send_counters(workers)
        if self._total is not None:
            self._run.progress(min(self._ended, self._total), self._total, "tasks")
        if self._members - workers.keys():
            raise self.lost_worker()
        self._check_stall(workers)

    def lost_worker(self) -> RunError:
        """Why a worker is gone; its tasks are not run again."""
        limited = self._run.spec.memory_limit is not None
        local = self._cluster.local
        if local is not None and local.scheduler.get_events("worker-restart-memory"):
            return RunError(
                "memory-limit" if limited else "out-of-memory",
                "A worker went above 95 % of its memory limit and was killed by Dask.",
                "Give more memory, or fewer workers.",
            )
        # Whether the kernel ended it for its memory the host can tell: it sees the processes.
        return RunError("engine-failed", "A Dask worker ended in the middle of the run.")

    def _check_stall(self, workers: dict[str, dict[str, Any]]) -> None:
        self._looks += 1
        for address in self._members & workers.keys():
            self._paused[address] += workers[address]["status"] == "paused"
        # Near its limit a worker may also pause and resume without getting anywhere.
        stuck = all(2 * paused > self._looks for paused in self._paused.values())
        if stuck and time.monotonic() - self._last_end > STALL_SECONDS:
            raise RunError(
                "memory-limit",
                f"Stalled: no task ended for {STALL_SECONDS:.0f} s while every worker was paused "
                "at 80 % of its memory limit.",
                "Give more memory, or fewer workers.",
            )

    def _send_tasks(self, records: Sequence[dict[str, Any]]) -> None:
        if not records:
            return
        from dask.utils import key_split

        self._stream += len(records)
        self._ended += len(records)
        self._last_end = time.monotonic()
        self._looks = 0
        self._paused = dict.fromkeys(self._members, 0)
        every = -(-len(records) // MOST_SPANS)
        # The workers' clock is that of the day.
        shift = time.monotonic() - time.time()
        spans: list[Span] = []
        for record in records[::every]:
            lane = self._lane(record["worker"], record["thread"])
            kind = str(key_split(record["key"]))
            for part in record["startstops"]:
                name = kind if part["action"] == "compute" else part["action"]
                spans.append((lane, name, part["start"] + shift, part["stop"] + shift))
        self._run.tasks(spans, None if every == 1 else 1 / every)

    def _lane(self, worker: str, thread: int) -> int:
        return self._lanes.setdefault((worker, thread), len(self._lanes))

    def _send_counters(self, workers: dict[str, dict[str, Any]]) -> None:
        metrics = [worker["metrics"] for worker in workers.values()]
        counted = {"tasks": self._ended}
        if self._cluster.local is None:
            counted["store_bytes"] = sum(metric["memory"] for metric in metrics)
            counted["spilled_bytes"] = sum(metric["spilled_bytes"]["disk"] for metric in metrics)
        else:
            counted["store_bytes"] = sum(metric["managed_bytes"] for metric in metrics)
            counted["spilled_bytes"] = self._moved("disk-write")
            counted["restored_bytes"] = self._moved("disk-read")
        if self._total is not None:
            counted["queued"] = max(self._total - self._ended, 0)
        self._counted = counted
        self._run.counters(**counted)

    def _moved(self, what: str) -> int:
        """Bytes to or from disk since the cluster began, over all workers."""
        totals = self._cluster.local.scheduler.cumulative_worker_metrics
        return int(
            sum(
                value
                for name, value in totals.copy().items()
                if isinstance(name, tuple) and what in name and name[-1] == "bytes"
            )
        )

    def _sync(self, call: str, **arguments: Any) -> Any:  # noqa: ANN401 (Dask's plain data)
        return self._client.sync(getattr(self._client.scheduler, call), **arguments)
