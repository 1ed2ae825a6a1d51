"""The parts of a run, one after the other, on whatever pool of workers an engine has."""

from __future__ import annotations

import math
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from spillway_adapters.protocol import Run
from spillway_adapters.tasks import functions, sizes
from spillway_adapters.tasks.functions import MASK, Called, Task
from spillway_adapters.tasks.sizes import ITERATIONS_A_MS, Size

#: The share of a bucket of the latencies' histogram in a decade.
BUCKETS_A_DECADE = 10
CALIBRATIONS = 9
#: Milliseconds whose iterations are timed.
CALIBRATED_MS = 5


@dataclass(frozen=True)
class ActorCalls:
    start_seconds: float  #: until each has answered once
    seconds: float  #: of all calls
    totals: list[int]  #: the state of each, in the end


class Pool(Protocol):
    """What an engine offers, by one of its profiles."""

    #: How the shared data come to the tasks, and where a tree is added up: for a person.
    sharing: str
    summing: str

    def all(self, function: Callable[[Any], Any], tasks: Sequence[Any], ms: float) -> list[Any]:
        """All of them at once, and the answers in their order; a task takes about so many
        milliseconds."""
        ...

    def one(self, function: Callable[[Any], Any], task: Any) -> Any:  # noqa: ANN401
        """A single one, and its answer."""
        ...

    def tree(self, leaves: Sequence[int]) -> int:
        """Their leaf() added up in pairs."""
        ...

    def share(self, data: bytes, numbers: Sequence[int]) -> list[int]:
        """digest_of_shared() of the data with each of the numbers."""
        ...

    def actors(self, count: int, calls: int) -> ActorCalls | None:
        """So many with a state of their own; each gets the next call when all have answered the
        last. Nothing: the engine has none."""
        ...


def seconds_a_ms() -> float:
    """How long the iterations of one nominal millisecond take on a core of this machine: CPU time,
    which is the same when other programs run, too."""
    times = []
    for number in range(CALIBRATIONS):
        begin = time.thread_time()
        functions.worked(number, CALIBRATED_MS * ITERATIONS_A_MS)
        times.append(time.thread_time() - begin)
    return statistics.median(times) / CALIBRATED_MS


def measured(run: Run, pool: Pool, ms: float, tells_spans: bool) -> dict[str, Any]:
    """The result of the run; `ms`: seconds_a_ms(). An engine whose tasks are reported by itself
    has no spans told here."""
    return _Parts(run, pool, ms, tells_spans).result()


class _Parts:
    def __init__(self, run: Run, pool: Pool, ms: float, tells_spans: bool) -> None:
        self._run, self._pool, self._ms, self._tells_spans = run, pool, ms, tells_spans
        self._size: Size = sizes.SIZES[run.spec.workload.size]
        self._seed = run.spec.seed
        self._body = sizes.body(self._seed)
        self._lanes: dict[tuple[int, int], int] = {}
        self._measures: dict[str, float] = {}
        self._facts: dict[str, str] = {}
        self._rows: list[list[Any]] = []
        self._series: list[dict[str, Any]] = []
        self._done = 0
        self._parts = (
            *(lambda ms=ms: self._even(ms) for ms in self._size.even),
            *(self._latency, self._tree, self._payloads, self._shared),
            *(self._pareto, self._long_last, self._actors),
        )

    def result(self) -> dict[str, Any]:
        for place, part in enumerate(self._parts):
            part()
            self._run.progress(place + 1, len(self._parts), "parts")
            self._run.counters(final=True, tasks=self._done)
        return {
            "kind": self._run.spec.kind,
            "rows": 0,
            "measures": self._measures,
            "facts": {
                "A millisecond": f"{ITERATIONS_A_MS:,} iterations, which take "
                f"{self._ms * 1e3:.3g} ms here",
                "Shared data": self._pool.sharing,
                "Tree": self._pool.summing,
                **self._facts,
            },
            "series": self._series,
            "table": {
                "columns": [
                    {"name": "part", "type": "text"},
                    {"name": "tasks", "type": "int64"},
                    {"name": "seconds", "type": "float64"},
                    {"name": "checksum", "type": "text"},
                ],
                "rows": self._rows,
            },
            "detail": {"iterations_a_ms": ITERATIONS_A_MS},
        }

    # --- Parts -----------------------------------------------------------------------------------

    def _even(self, ms: int) -> None:
        tasks = sizes.even(self._seed, ms, self._size.even[ms])
        if ms == 1:
            tasks = self._with_fault(tasks)
        name = f"{ms} ms"
        called, seconds = self._called(name, tasks, ms)
        self._measures[f"tasks_per_second_{ms}ms"] = len(tasks) / seconds
        if ms == 0:
            return
        ideal = self._ideal(tasks)
        self._measures[f"efficiency_{ms}ms"] = ideal / seconds
        if ms == 1:
            lost = (seconds - ideal) * self._run.spec.workers
            self._measures["overhead_us"] = lost / len(tasks) * 1e6
        if ms == 10:
            self._measures["balance_10ms"] = self._balance(called)

    def _latency(self) -> None:
        tasks = [
            (sizes.state(self._seed, sizes.LATENCY, i), 0) for i in range(self._size.latencies)
        ]
        times, found = [], 0
        with self._part("latency", len(tasks)) as row:
            for task in tasks:
                begin = time.perf_counter()
                value = self._pool.one(functions.call, task)[0]
                times.append((time.perf_counter() - begin) * 1e3)
                found += value
            row.append(found)
        self._measures["latency_p50_ms"] = _quantile(times, 0.5)
        self._measures["latency_p99_ms"] = _quantile(times, 0.99)
        self._series.append({"name": "Latency, ms: calls", "points": _histogram(times)})

    def _tree(self) -> None:
        leaves = [sizes.state(self._seed, sizes.TREE, i) for i in range(self._size.leaves)]
        with self._part("tree", 2 * len(leaves) - 1) as row:
            row.append(self._pool.tree(leaves))
        self._measures["tree_s"] = self._rows[-1][2]

    def _payloads(self) -> None:
        data = [sizes.payload(self._body, i) for i in range(self._size.payloads)]
        with self._part("1 MB each", len(data)) as row:
            row.append(sum(self._pool.all(functions.digest, data, 1)))
        self._measures["payload_mb_per_second"] = (
            sizes.PAYLOAD * len(data) / 1e6 / self._rows[-1][2]
        )

    def _shared(self) -> None:
        data = sizes.shared(self._body)
        numbers = list(range(self._size.shares))
        with self._part("16 MB shared", len(numbers)) as row:
            row.append(sum(self._pool.share(data, numbers)))
        self._measures["shared_s"] = self._rows[-1][2]

    def _pareto(self) -> None:
        tasks = sizes.pareto(self._seed, self._size.pareto)
        called, seconds = self._called("uneven", tasks, sum(n for _, n in tasks) / len(tasks)
                                       / ITERATIONS_A_MS)  # fmt: skip
        self._measures["efficiency_uneven"] = self._ideal(tasks) / seconds
        self._measures["balance"] = self._balance(called)

    def _long_last(self) -> None:
        tasks = sizes.long_last(self._seed, self._size.short)
        called, seconds = self._called("long last", tasks, sizes.SHORT_MS)
        self._measures["efficiency_long_last"] = self._ideal(tasks) / seconds
        self._measures["balance_long_last"] = self._balance(called)

    def _actors(self) -> None:
        with self._run.phase("actors"):
            calls = self._pool.actors(sizes.ACTORS, self._size.calls)
        if calls is None:
            self._facts["Actors"] = "the engine has none"
            return
        total = sum(calls.totals) & MASK
        count = sizes.ACTORS * self._size.calls
        self._rows.append(["actors", count, calls.seconds, f"{total:016x}"])
        self._done += count
        self._measures["actor_calls_per_second"] = count / calls.seconds
        self._measures["actor_start_s"] = calls.start_seconds

    # --- What they share -------------------------------------------------------------------------

    @contextmanager
    def _part(self, name: str, tasks: int) -> Iterator[list[int]]:
        """A timed part, which puts the sum of its tasks' values into the list."""
        found: list[int] = []
        with self._run.phase(name):
            begin = time.perf_counter()
            yield found
            seconds = time.perf_counter() - begin
        self._rows.append([name, tasks, seconds, f"{found[0] & MASK:016x}"])
        self._done += tasks

    def _called(self, name: str, tasks: list[Task], ms: float) -> tuple[list[Called], float]:
        with self._part(name, len(tasks)) as row:
            called = self._pool.all(functions.call, tasks, ms)
            row.append(sum(one[0] for one in called))
        if self._tells_spans:
            self._tell(name, called)
        return called, self._rows[-1][2]

    def _tell(self, name: str, called: list[Called]) -> None:
        spans = []
        for _, pid, tid, begin, end, _ in called:
            lane = self._lanes.setdefault((pid, tid), len(self._lanes))
            spans.append((lane, name, begin, end))
        self._run.tasks(spans)

    def _ideal(self, tasks: list[Task]) -> float:
        """Seconds in which the workers would do this without any overhead, evenly spread."""
        iterations = sum(n for _, n in tasks)
        return iterations / ITERATIONS_A_MS * self._ms / self._run.spec.workers

    def _balance(self, called: list[Called]) -> float:
        """The busiest worker's share of work in terms of the mean, 1 when all had the same. By CPU
        time: a thread that waits for the interpreter's lock looks busy by the clock. A worker that
        had none counts."""
        busy: dict[tuple[int, int], float] = defaultdict(float)
        for _, pid, tid, _, _, cpu in called:
            busy[pid, tid] += cpu
        return max(busy.values()) * self._run.spec.workers / sum(busy.values())

    def _with_fault(self, tasks: list[Task]) -> list[Task]:
        how = {"raise": functions.RAISES, "exit": functions.EXITS}.get(
            self._run.spec.workload.fault
        )
        if how is None:
            return tasks
        middle = len(tasks) // 2
        return [*tasks[:middle], (0, how), *tasks[middle + 1 :]]


def batched(tasks: Sequence[Any], workers: int, ms: float) -> list[Sequence[Any]]:
    """As their authors advise for short tasks: calls of at least 10 ms together, as long as every
    worker still gets several."""
    many = max(1, len(tasks) // (8 * workers))
    size = min(many, max(1, math.ceil(10 / ms))) if ms > 0 else many
    return [tasks[i : i + size] for i in range(0, len(tasks), size)]


def _quantile(times: list[float], share: float) -> float:
    """The nearest rank."""
    ordered = sorted(times)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def _histogram(times: list[float]) -> list[list[float]]:
    """Upper bounds of buckets that are equally wide on a logarithmic scale, and how many."""
    counts: dict[int, int] = defaultdict(int)
    for one in times:
        counts[math.ceil(math.log10(max(one, 1e-6)) * BUCKETS_A_DECADE)] += 1
    return [[10 ** (bucket / BUCKETS_A_DECADE), n] for bucket, n in sorted(counts.items())]
