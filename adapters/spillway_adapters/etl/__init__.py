"""The group-by mean: count and mean of each value column by the raw text of another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Etl:
    group_by: str
    values: list[str]
    loaded: bool  #: parse every needed column into the engine's own storage first, then aggregate

    @property
    def columns(self) -> list[str]:
        return [self.group_by, *self.values]


def read(fields: dict[str, Any]) -> Etl:
    return Etl(fields["group_by"], list(fields["values"]), fields["materialise"] == "loaded")
