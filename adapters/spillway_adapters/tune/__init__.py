"""Hyperparameter search: many configurations of one model, most of which are stopped early."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Tune:
    configurations: int
    epochs: int  #: of one that is trained in full
    rows: int


SIZES = {"quick": Tune(16, 9, 5_000), "normal": Tune(64, 27, 30_000), "full": Tune(256, 27, 60_000)}
#: One in so many is trained further, so many times as long.
ETA = 3


def read(fields: dict[str, Any]) -> Tune:
    return SIZES[fields["size"]]
