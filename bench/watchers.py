"""The processor time of those who watch a worker: the program that was started, and its guard."""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass
from pathlib import Path

TICK = 1 / os.sysconf("SC_CLK_TCK")
INTERVAL = 0.05  # seconds between two looks


@dataclass(frozen=True)
class Look:
    """Processor seconds so far of the watchers and of the worker that they watch."""

    seconds: float
    watchers: float
    worker: float


class Watchers:
    """Looks on while a run takes place.

    Counted is the time between the first and the last look at a busy worker that had been busy
    since the look before: so what the program does before go and after done (it asks where the
    file's pages are) does not belong to it.
    """

    def __enter__(self) -> Watchers:
        self._looks: dict[int, list[Look]] = {}  #: of each worker
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look_on)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def share(self) -> float:
        """Processor seconds of the watchers for each second in which a worker was busy."""
        spent = lasted = 0.0
        for looks in self._looks.values():
            busy = [k for k in range(1, len(looks)) if looks[k].worker - looks[k - 1].worker > TICK]
            if len(busy) < 3:
                continue
            first, last = looks[busy[0]], looks[busy[-2]]
            spent += last.watchers - first.watchers
            lasted += last.seconds - first.seconds
        return spent / lasted if lasted else 0.0

    def _look_on(self) -> None:
        while not self._over.wait(INTERVAL):
            for program in _children(os.getpid()):
                for guard in _children(program):
                    for worker in _children(guard):
                        self._look(program, guard, worker)

    def _look(self, program: int, guard: int, worker: int) -> None:
        used = [_processor_seconds(process) for process in (program, guard, worker)]
        if None not in used:
            look = Look(os.times().elapsed, used[0] + used[1], used[2])
            self._looks.setdefault(worker, []).append(look)


def _children(process: int) -> list[int]:
    try:
        tasks = list(Path(f"/proc/{process}/task").iterdir())
        return [int(child) for t in tasks for child in (t / "children").read_text().split()]
    except OSError:  # it ended
        return []


def _processor_seconds(process: int) -> float | None:
    try:
        after_name = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return (int(after_name[11]) + int(after_name[12])) * TICK
