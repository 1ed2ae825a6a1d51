"""What follows from who did which piece of work."""

from __future__ import annotations

import sys
import threading
from types import SimpleNamespace
from typing import Any

import pytest

from host import ADAPTERS

sys.path.insert(0, str(ADAPTERS))
from spillway_adapters import stamps
from spillway_adapters.stamps import Stamp, Stream, balance


def of(worker: int, cpu: float, begin: float = 0.0) -> Stamp:
    return (1, worker, begin, begin + 1, cpu)


@pytest.mark.parametrize(
    ("workers", "cpu", "found"),
    [
        (2, [(1, 1.0), (2, 1.0)], 1.0),
        (2, [(1, 1.0), (1, 2.0), (2, 1.0)], 1.5),
        (4, [(1, 1.0)], 4.0),  # three had nothing
        (3, [(1, 2.0), (2, 1.0)], 2.0),
    ],
)
def test_balance_is_the_busiest_by_the_mean_of_all(
    workers: int, cpu: list[tuple[int, float]], found: float
) -> None:
    assert balance(workers, [of(*each) for each in cpu]) == pytest.approx(found)


def test_threads_of_one_process_and_processes_with_equal_threads_are_workers_apart() -> None:
    apart = [(1, 7, 0.0, 1.0, 1.0), (2, 7, 0.0, 1.0, 1.0), (2, 8, 0.0, 1.0, 1.0)]
    assert balance(3, apart) == pytest.approx(1.0)


def test_a_worker_keeps_its_lane() -> None:
    told: list[Any] = []
    stream = Stream(SimpleNamespace(tasks=told.extend))  # type: ignore[arg-type]
    stream.tell("a", [of(5, 1.0), of(6, 1.0, 2.0)])
    stream.tell("b", [of(6, 1.0, 3.0), of(5, 1.0, 4.0)])
    assert told == [(0, "a", 0.0, 1.0), (1, "a", 2.0, 3.0), (1, "b", 3.0, 4.0), (0, "b", 4.0, 5.0)]


def test_a_stamp_is_of_the_thread_that_did_the_work() -> None:
    made: list[Stamp] = []

    def work() -> None:
        begun = stamps.begin()
        sum(range(100_000))
        made.append(stamps.end(begun))

    for _ in range(2):
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
    work()
    assert made[2][1] == threading.get_native_id() != made[0][1]
    for _, _, begin, end, cpu in made:
        assert 0 < cpu <= end - begin + 0.001
    assert stamps.ended(made[2]) == made[2][3]
