"""What a process of any server answers."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from spillway_adapters.protocol import Run
from spillway_adapters.serve.model import CLASSES, predictor

#: The body of a request.
QUESTION = b'{"features": [0.5, 0.25, 0.75, 0.125]}'
#: With a fault, one answer in so many has it.
EVERY = 10


class Broken(Exception):
    """What a server says of an exception: HTTP 500."""


@dataclass(frozen=True)
class Served:
    """Travels to the processes that answer."""

    prediction: str
    fault: str
    seed: int

    def made(self) -> Answers:
        return Answers(self)


def served(run: Run) -> Served:
    work = run.spec.workload
    return Served(work.prediction, work.fault, run.spec.seed)


class Answers:
    def __init__(self, asked: Served) -> None:
        self._predictor = predictor(asked.prediction, asked.seed)
        self._fault = asked.fault
        self._numbers = count(1)
        self._replica = os.getpid()
        self.to([0.5] * 4)  # What is imported or made once is no user's time.

    def __call__(self, features: Sequence[float]) -> dict[str, Any]:
        answer = self.to(features)
        if self._fault == "none" or next(self._numbers) % EVERY:
            return answer
        if self._fault == "status":
            raise Broken("This answer fails, as it was asked to.")
        return answer | {"label": (answer["label"] + 1) % CLASSES}

    def to(self, features: Sequence[float]) -> dict[str, Any]:
        label, probability = self._predictor.predict(features)
        return {"label": label, "probability": probability, "replica": self._replica}
