"""The model as a deployment of Ray Serve."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from spillway_adapters.protocol import Run, Unsupported
from spillway_adapters.serve.answers import Served
from spillway_adapters.serve.job import ServedJob

PROFILES = ("naive", "tuned")


def made(asked: Served) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Answers the JSON of a request."""
    answers = asked.made()
    return lambda question: answers(question["features"])


class Job(ServedJob):
    def __init__(self, run: Run) -> None:
        if run.spec.profile not in PROFILES:
            raise Unsupported(f'Ray Serve has no profile "{run.spec.profile}".')
        super().__init__(run)

    def maker(self) -> Callable[[Served], Any]:
        return made
