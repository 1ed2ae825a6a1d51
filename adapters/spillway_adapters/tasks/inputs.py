"""What the parts of a run hand to their tasks, made before go: plain Python takes its time."""

from __future__ import annotations

import statistics
import time

from spillway_adapters.protocol import Run
from spillway_adapters.tasks import functions, sizes
from spillway_adapters.tasks.functions import Task
from spillway_adapters.tasks.sizes import ITERATIONS_A_MS

CALIBRATIONS = 9
#: Milliseconds whose iterations are timed.
CALIBRATED_MS = 5


class Inputs:
    def __init__(self, run: Run) -> None:
        seed, self.size = run.spec.seed, sizes.SIZES[run.spec.workload.size]
        body = sizes.body(seed)
        self.even = {ms: sizes.even(seed, ms, count) for ms, count in self.size.even.items()}
        self.even[1] = _with_fault(self.even[1], run.spec.workload.fault)
        self.latencies = [
            (sizes.state(seed, sizes.LATENCY, i), 0) for i in range(self.size.latencies)
        ]
        self.leaves = [sizes.state(seed, sizes.TREE, i) for i in range(self.size.leaves)]
        self.payloads = [sizes.payload(body, i) for i in range(self.size.payloads)]
        self.shared = sizes.shared(body)
        self.pareto = sizes.pareto(seed, self.size.pareto)
        self.long_last = sizes.long_last(seed, self.size.short)
        self.seconds_a_ms = seconds_a_ms()


def seconds_a_ms() -> float:
    """How long the iterations of one nominal millisecond take on a core of this machine: CPU time,
    which is the same when other programs run, too."""
    times = []
    for number in range(CALIBRATIONS):
        begin = time.thread_time()
        functions.worked(number, CALIBRATED_MS * ITERATIONS_A_MS)
        times.append(time.thread_time() - begin)
    return statistics.median(times) / CALIBRATED_MS


def _with_fault(tasks: list[Task], fault: str) -> list[Task]:
    how = {"raise": functions.RAISES, "exit": functions.EXITS}.get(fault)
    if how is None:
        return tasks
    middle = len(tasks) // 2
    return [*tasks[:middle], (0, how), *tasks[middle + 1 :]]
