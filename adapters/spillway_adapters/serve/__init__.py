"""A model behind HTTP: how many requests a second are answered in time, and what is noticed of the
end of a process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Serve:
    prediction: str  #: "sklearn" or "weights"
    port: int  #: 0: any that is free
    fault: str  #: "none"; "status", "label": what every tenth answer of a process has


def read(fields: dict[str, Any]) -> Serve:
    return Serve(fields["prediction"], int(fields["port"]), fields["fault"])
