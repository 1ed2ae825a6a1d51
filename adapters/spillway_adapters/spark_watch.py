"""Progress, counters and the task stream from Spark's status store, which exists even without the
web interface."""

from __future__ import annotations

import contextlib
import threading
import time
from typing import Any

from spillway_adapters.protocol import Run, Span

#: Seconds between two questions.
ASK_EVERY = 0.5
#: Most spans of one run that are reported.
MOST_TASKS = 10_000


class Watch:
    """Polls during the work; stop() returns the last figures and the task stream."""

    def __init__(self, run: Run, context: Any) -> None:  # noqa: ANN401 (SparkContext)
        self._run = run
        self._store = context._jsc.sc().statusStore()
        self._empty = context._jvm.java.util.ArrayList()
        self._over = threading.Event()
        #: What was there before the work began.
        self._first = self._stages()[0].stageId() + 1 if self._stages() else 0
        self._done: dict[int, dict[str, int]] = {}  #: stages that have ended
        self._thread = threading.Thread(target=self._ask, name="spark-figures", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        self._thread.join()
        self._tell(final=True)
        self._tell_tasks()

    def _ask(self) -> None:
        while not self._over.wait(ASK_EVERY):
            # Figures beside the work: when the JVM is going down, the work tells why.
            with contextlib.suppress(Exception):
                self._tell()

    def _stages(self) -> list[Any]:
        """Newest first."""
        store, every = self._store, self._empty
        details, summaries = False, False
        found = store.stageList(
            every, details, summaries, getattr(store, "stageList$default$4")(), every
        )
        return [found.apply(place) for place in range(found.size())]

    def _tell(self, final: bool = False) -> None:
        running: list[dict[str, int]] = []
        for stage in self._stages():
            number = stage.stageId()
            if number < self._first:
                break
            if number in self._done:
                continue
            figures, state = _figures(stage), stage.status().toString()
            if state == "COMPLETE":
                self._done[number] = figures
            elif state == "ACTIVE":
                running.append(figures)
        every = [*self._done.values(), *running]
        total = {name: sum(figures[name] for figures in every) for name in NAMES}
        if total["planned"]:
            self._run.progress(total["tasks"], total["planned"], "tasks")
        stored = self._store.rddList(True)
        caches = [stored.apply(place) for place in range(stored.size())]
        self._run.counters(
            final=final,
            rows=total["rows"],
            bytes_read=total["bytes"],
            tasks=total["tasks"],
            spilled_bytes=total["spilled"] + sum(cache.diskUsed() for cache in caches),
            store_bytes=sum(cache.memoryUsed() for cache in caches),
        )

    def _tell_tasks(self) -> None:
        found: list[tuple[float, float, str]] = []
        shift = time.monotonic() - time.time()
        for stage in sorted(self._done, reverse=True)[:MOST_TASKS]:
            tasks = self._store.taskList(stage, 0, MOST_TASKS - len(found))
            for place in range(tasks.size()):
                task = tasks.apply(place)
                begin = task.launchTime().getTime() / 1000 + shift
                length = task.duration().getOrElse(None) if task.duration().isDefined() else 0
                found.append((begin, begin + length / 1000, "stage"))
            if len(found) >= MOST_TASKS:
                break
        if found:
            self._run.tasks(_lanes(sorted(found)))


def _lanes(tasks: list[tuple[float, float, str]]) -> list[Span]:
    """Spark does not report a task's thread: each task gets the first free lane."""
    free: list[float] = []
    spans: list[Span] = []
    for begin, end, kind in tasks:
        lane = next((lane for lane, until in enumerate(free) if until <= begin), len(free))
        free[lane : lane + 1] = [end]
        spans.append((lane, kind, begin, end))
    return spans


NAMES = ("tasks", "planned", "rows", "bytes", "spilled")


def _figures(stage: Any) -> dict[str, int]:  # noqa: ANN401 (StageData)
    return {
        "tasks": stage.numCompleteTasks(),
        "planned": stage.numTasks(),
        "rows": stage.inputRecords(),
        "bytes": stage.inputBytes(),
        "spilled": stage.diskBytesSpilled(),
    }
