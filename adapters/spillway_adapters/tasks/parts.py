"""The parts of a run, one after the other, on whatever pool of workers an engine has."""

from __future__ import annotations

import math
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from spillway_adapters.protocol import Run
from spillway_adapters.stamps import Stamp, Stream, balance
from spillway_adapters.tasks import functions, sizes
from spillway_adapters.tasks.functions import MASK, Task
from spillway_adapters.tasks.inputs import Inputs
from spillway_adapters.tasks.sizes import ITERATIONS_A_MS

#: Buckets of the latencies' histogram in a decade.
BUCKETS_A_DECADE = 10

T = TypeVar("T")


@dataclass(frozen=True)
class ActorCalls:
    start_seconds: float  #: until each has answered once
    seconds: float  #: of all calls
    totals: list[int]  #: the state of each, in the end


class Pool(Protocol):
    """What an engine offers, by one of its profiles."""

    #: How the shared data come to the tasks, and where a tree is put together: for a person.
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
        """Their leaf() put together by both(), in pairs."""
        ...

    def share(self, data: bytes, numbers: Sequence[int]) -> list[int]:
        """digest_of_shared() of the data with each of the numbers."""
        ...

    def actors(self, count: int, calls: int) -> ActorCalls | None:
        """So many with a state of their own; each gets the next call when all have answered the
        last. Nothing: the engine has none."""
        ...


def measured(run: Run, pool: Pool, inputs: Inputs, *, tells_spans: bool) -> dict[str, Any]:
    """The result of the run. An engine whose tasks are reported by itself has no spans told
    here."""
    return _Parts(run, pool, inputs, tells_spans).result()


class _Parts:
    def __init__(self, run: Run, pool: Pool, inputs: Inputs, tells_spans: bool) -> None:
        self._run, self._pool, self._inputs, self._tells_spans = run, pool, inputs, tells_spans
        self._stream = Stream(run)
        self._measures: dict[str, float] = {}
        self._facts: dict[str, str] = {}
        self._rows: list[list[Any]] = []
        self._series: list[dict[str, Any]] = []
        self._done = 0
        self._parts = (
            *(lambda ms=ms: self._even(ms) for ms in inputs.even),
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
                f"{self._inputs.seconds_a_ms * 1e3:.3g} ms here",
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
        tasks = self._inputs.even[ms]
        name = f"{ms} ms"
        found, seconds = self._called(name, tasks, ms)
        self._measures[f"tasks_per_second_{ms}ms"] = len(tasks) / seconds
        if ms == 0:
            return
        ideal = self._ideal(tasks)
        self._measures[f"efficiency_{ms}ms"] = ideal / seconds
        if ms == 1:
            lost = (seconds - ideal) * self._run.spec.workers
            self._measures["overhead_us"] = lost / len(tasks) * 1e6
        if ms == 10:
            self._measures["balance_10ms"] = balance(self._run.spec.workers, found)

    def _latency(self) -> None:
        def each() -> list[tuple[int, float]]:
            answers = []
            for task in self._inputs.latencies:
                begin = time.perf_counter()
                value = self._pool.one(functions.call, task)[0]
                answers.append((value, (time.perf_counter() - begin) * 1e3))
            return answers

        answers, seconds = self._timed("latency", each)
        self._row("latency", [value for value, _ in answers], seconds)
        times = [ms for _, ms in answers]
        self._measures["latency_p50_ms"] = _quantile(times, 0.5)
        self._measures["latency_p99_ms"] = _quantile(times, 0.99)
        self._series.append({"name": "Latency, ms: calls", "points": _histogram(times)})

    def _tree(self) -> None:
        leaves = self._inputs.leaves
        root, seconds = self._timed("tree", lambda: self._pool.tree(leaves))
        self._row("tree", [root], seconds, tasks=2 * len(leaves) - 1)
        self._measures["tree_s"] = seconds

    def _payloads(self) -> None:
        # Nobody needs them again: in the full size they are 400 MB.
        data, self._inputs.payloads = self._inputs.payloads, []
        found, seconds = self._timed("1 MB each", lambda: self._pool.all(functions.digest, data, 1))
        self._row("1 MB each", found, seconds)
        self._measures["payload_mb_per_second"] = sizes.PAYLOAD * len(data) / 1e6 / seconds

    def _shared(self) -> None:
        numbers = list(range(self._inputs.size.shares))
        found, seconds = self._timed(
            "16 MB shared", lambda: self._pool.share(self._inputs.shared, numbers)
        )
        self._row("16 MB shared", found, seconds)
        self._measures["shared_s"] = seconds

    def _pareto(self) -> None:
        tasks = self._inputs.pareto
        found, seconds = self._called("uneven", tasks, sum(n for _, n in tasks) / len(tasks)
                                       / ITERATIONS_A_MS)  # fmt: skip
        self._measures["efficiency_uneven"] = self._ideal(tasks) / seconds
        self._measures["balance"] = balance(self._run.spec.workers, found)

    def _long_last(self) -> None:
        tasks = self._inputs.long_last
        found, seconds = self._called("long last", tasks, sizes.SHORT_MS)
        self._measures["efficiency_long_last"] = self._ideal(tasks) / seconds
        self._measures["balance_long_last"] = balance(self._run.spec.workers, found)

    def _actors(self) -> None:
        with self._run.phase("actors"):
            calls = self._pool.actors(sizes.ACTORS, self._inputs.size.calls)
        if calls is None:
            self._facts["Actors"] = "the engine has none"
            return
        count = len(calls.totals) * self._inputs.size.calls
        self._row("actors", calls.totals, calls.seconds, tasks=count)
        self._measures["actor_calls_per_second"] = count / calls.seconds
        self._measures["actor_start_s"] = calls.start_seconds

    # --- What they share -------------------------------------------------------------------------

    def _timed(self, name: str, work: Callable[[], T]) -> tuple[T, float]:
        with self._run.phase(name):
            begin = time.perf_counter()
            found = work()
            return found, time.perf_counter() - begin

    def _row(
        self, name: str, answers: Sequence[int], seconds: float, tasks: int | None = None
    ) -> None:
        """Of a part; as many tasks as answers, unless some have none of their own."""
        done = len(answers) if tasks is None else tasks
        self._rows.append([name, done, seconds, f"{checksum(answers):016x}"])
        self._done += done

    def _called(self, name: str, tasks: list[Task], ms: float) -> tuple[list[Stamp], float]:
        called, seconds = self._timed(name, lambda: self._pool.all(functions.call, tasks, ms))
        self._row(name, [value for value, _ in called], seconds)
        found = [stamp for _, stamp in called]
        if self._tells_spans:
            self._stream.tell(name, found)
        return found, seconds

    def _ideal(self, tasks: list[Task]) -> float:
        """Seconds in which the workers would do this without any overhead, evenly spread."""
        iterations = sum(n for _, n in tasks)
        return iterations / ITERATIONS_A_MS * self._inputs.seconds_a_ms / self._run.spec.workers


def checksum(answers: Sequence[int]) -> int:
    """Depends on each answer and on its place: beside their number it shows one that is lost, done
    twice, wrong or swapped with another."""
    return (
        sum(functions.mixed((value ^ place) & MASK) for place, value in enumerate(answers)) & MASK
    )


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
