"""Ratios of runs that took place side by side, and how they are printed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

#: One row of a table: column title to what stands there.
Row = Mapping[str, str]


@dataclass(frozen=True)
class Spread:
    """Median with least and greatest, which is what few repeats allow to say."""

    middle: float
    least: float
    most: float

    @staticmethod
    def of(values: Sequence[float]) -> Spread:
        return Spread(median(values), min(values), max(values))

    def text(self, digits: int = 3) -> str:
        low, high = (f"{value:.{digits}g}" for value in (self.least, self.most))
        return f"{self.middle:.{digits}g} ({low}-{high})"

    def json(self) -> dict[str, float]:
        return {"median": self.middle, "min": self.least, "max": self.most}


def paired(numerators: Mapping[int, float], denominators: Mapping[int, float]) -> Spread | None:
    """The ratio within each round that both have: what slowed the machine then slowed both."""
    rounds = sorted(numerators.keys() & denominators.keys())
    ratios = [numerators[k] / denominators[k] for k in rounds if denominators[k] > 0]
    return Spread.of(ratios) if ratios else None


def table(title: str, rows: Sequence[Row]) -> str:
    """Aligned for a terminal."""
    if not rows:
        return f"{title}: nothing was run\n"
    columns = list(dict.fromkeys(name for row in rows for name in row))
    widths = {name: max(len(name), *(len(row.get(name, "")) for row in rows)) for name in columns}
    head = "  ".join(name.ljust(widths[name]) for name in columns)
    lines = ["  ".join(row.get(name, "").ljust(widths[name]) for name in columns) for row in rows]
    return "\n".join([title, head, "-" * len(head), *lines]) + "\n"


def plain(value: Any) -> Any:  # noqa: ANN401 (JSON values)
    """Spreads as objects, the rest as it is."""
    if isinstance(value, Spread):
        return value.json()
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value
