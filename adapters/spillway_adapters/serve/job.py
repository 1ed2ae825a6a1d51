"""What every server is asked for, whatever framework answers."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from spillway_adapters.protocol import Run
from spillway_adapters.serve.answers import QUESTION, Served, served


class ServedJob:
    question = QUESTION

    def __init__(self, run: Run) -> None:
        self.port = run.spec.workload.port

    def application(self, run: Run) -> Callable[[], Any]:
        return partial(self.maker(), served(run))

    def maker(self) -> Callable[[Served], Any]:
        """A function of a module: makes an application in the process that will answer."""
        raise NotImplementedError

    def result(self) -> dict[str, Any]:
        return {"kind": "serve", "rows": 0}
