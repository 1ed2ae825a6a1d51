"""Many independent calls of a function: how fast an engine starts them, feeds them and spreads them
over its workers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Tasks:
    size: str  #: "quick", "normal" or "full"
    fault: str  #: "none"; "raise", "exit": what a task in the middle does


def read(fields: dict[str, Any]) -> Tasks:
    return Tasks(fields["size"], fields["fault"])
