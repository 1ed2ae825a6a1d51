"""How a process of a pool gets ready. Nothing but the standard library, so that any worker process
can import it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

#: Seconds between two looks at how many are ready.
LOOK_EVERY = 0.005


def prepare(folder: str, workers: int, work: Callable[[], Any]) -> None:
    """The initializer of each process: does the work, and waits until as many have done it as there
    are workers. So the pool's first answer says that all are ready."""
    work()
    ready = Path(folder)
    (ready / str(os.getpid())).touch()
    while len(list(ready.iterdir())) < workers:
        time.sleep(LOOK_EVERY)


def nothing() -> None:
    """The first task."""
