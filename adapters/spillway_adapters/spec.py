"""The run's specification: what one run is asked to do (docs/protocol.md, version 1).

Plain values, read once from the line that the host writes to stdin. The host has validated them; a
field of another shape is a bug and raises.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROTOCOL_VERSION = 1

#: What counts as missing in a numeric column, in any letter case (core/data/csv_number.cpp). Text
#: columns have no missing values: an empty group key is a key.
_MISSING = ("na", "n/a", "nan", "-nan", "+nan", "null", "none", "<na>", "#n/a", "#n/a n/a", "#na")
_MISSING = (*_MISSING, "1.#ind", "-1.#ind", "1.#qnan", "-1.#qnan")
MISSING = ["", *_MISSING, *(word.upper() for word in _MISSING), "NaN", "-NaN", "Null", "None"]


@dataclass(frozen=True)
class Column:
    name: str
    type: str  #: "integer", "real" or "text"


@dataclass(frozen=True)
class Dataset:
    """CSV files with the same columns, read one after the other."""

    name: str
    paths: list[str]  #: absolute
    delimiter: str
    quote: str  #: one character, or empty: a quote is an ordinary character
    header: bool
    columns: list[Column]  #: in file order
    rows: int | None
    bytes: int

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]


@dataclass(frozen=True)
class Etl:
    """Count and mean of each value column by the raw text of `group_by`."""

    group_by: str
    values: list[str]
    loaded: bool  #: parse every needed column into the engine's own storage first, then aggregate

    @property
    def columns(self) -> list[str]:
        return [self.group_by, *self.values]


@dataclass(frozen=True)
class Logreg:
    """Multinomial logistic regression; definitions in docs/workloads.md."""

    label: str
    features: list[str]
    solver: str  #: "lbfgs", "sgd" or "sgd-averaged"
    max_iterations: int
    tolerance: float
    c: float
    standardise: bool
    test_fraction: float

    @property
    def columns(self) -> list[str]:
        return [self.label, *self.features]


@dataclass(frozen=True)
class Spec:
    run_id: str
    dataset: Dataset
    workload: Etl | Logreg
    workers: int
    memory_limit: int | None  #: bytes for the whole run, all its processes
    memory_floor: int  #: bytes that the engine takes before it touches data; 0 when not known
    scratch: Path  #: fresh and private; the guard removes it
    seed: int
    profile: str
    address: str | None  #: of an existing cluster

    @property
    def engine_memory(self) -> int | None:
        """Bytes to tell the engine, whose limit covers what it manages (docs/measurement.md)."""
        if self.memory_limit is None:
            return None
        return max(int((self.memory_limit - self.memory_floor) * 0.8), 1)


def parse(line: str) -> Spec:
    fields = json.loads(line)
    if fields.get("protocol") != PROTOCOL_VERSION:
        raise ValueError(
            f"This adapter speaks protocol {PROTOCOL_VERSION}, not {fields.get('protocol')}."
        )
    limit = fields.get("memory_limit")
    return Spec(
        run_id=fields["run_id"],
        dataset=_dataset(fields["dataset"]),
        workload=_workload(fields["workload"]),
        workers=int(fields["workers"]),
        memory_limit=None if limit is None else int(limit),
        memory_floor=int(fields.get("memory_floor") or 0),
        scratch=Path(fields["scratch"]),
        seed=int(fields.get("seed", 1)),
        profile=fields.get("profile", "default"),
        address=fields.get("address"),
    )


def _dataset(fields: dict[str, Any]) -> Dataset:
    schema = fields["schema"]
    return Dataset(
        name=fields["name"],
        paths=list(fields["paths"]),
        delimiter=schema["delimiter"],
        quote=schema["quote"],
        header=schema["header"],
        columns=[Column(column["name"], column["type"]) for column in schema["columns"]],
        rows=fields.get("rows"),
        bytes=int(fields["bytes"]),
    )


def _workload(fields: dict[str, Any]) -> Etl | Logreg:
    if fields["kind"] == "etl":
        return Etl(fields["group_by"], list(fields["values"]), fields["materialise"] == "loaded")
    if fields["kind"] == "logreg":
        return Logreg(
            label=fields["label"],
            features=list(fields["features"]),
            solver=fields["solver"],
            max_iterations=int(fields["max_iterations"]),
            tolerance=float(fields["tolerance"]),
            c=float(fields["c"]),
            standardise=bool(fields["standardise"]),
            test_fraction=float(fields["test_fraction"]),
        )
    raise ValueError(f"Unknown workload {fields['kind']!r}.")
