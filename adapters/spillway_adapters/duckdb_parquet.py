"""Parquet files as DuckDB reads them: read_parquet."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from spillway_adapters import duckdb_literals as literals
from spillway_adapters import duckdb_moments, parquet_text
from spillway_adapters.protocol import Run, Unsupported
from spillway_adapters.spec import Dataset

T = TypeVar("T")
TYPES = {
    "text": "VARCHAR",
    "integer": "BIGINT",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
}


def read(run: Run, work: Callable[[Source], T]) -> T:
    """Calls `work` with the run's dataset."""
    return work(Source(run.spec.dataset, run.spec.workload.columns))


class Source:
    """A subquery for key, v0, v1, … over the dataset's files: a column of keys, then numbers. Keys
    have the file's own type; a missing text is the empty one."""

    def __init__(self, data: Dataset, columns: list[str]) -> None:
        self._data = data
        self._key, *self._values = columns
        names = [name.lower() for name in data.names]
        for name in columns:
            if names.count(name.lower()) > 1:
                raise Unsupported(
                    f'To DuckDB "{name}" is the name of two columns, which differ in the letter'
                    " case."
                )

    def macros(self) -> list[str]:
        """Statements before the query."""
        return (
            [f"CREATE OR REPLACE TEMP MACRO {duckdb_moments.MACRO}"]
            if self._key_is_moment()
            else []
        )

    def _key_is_moment(self) -> bool:
        """Of the files, not of folders."""
        kind = parquet_text.type_of(self._data, self._key)
        return kind == "timestamp" and self._key not in self._data.folders

    def query(self) -> str:
        kind = parquet_text.type_of(self._data, self._key)
        key = f"CAST({literals.column(self._key)} AS {TYPES[kind]})"
        if self._key_is_moment():
            key = f"moment({literals.column(self._key)})"
        if kind == "text":
            key = f"coalesce({key}, '')"
        names = [f"{key} AS key"]
        for j, name in enumerate(self._values):
            number = f"CAST({literals.column(name)} AS DOUBLE)"
            # The least and largest value of a row group, by which DuckDB decides a comparison for
            # all of its rows, leave NaN out: it has to be asked for as such.
            names.append(f"CASE WHEN NOT isnan({number}) THEN {number} END AS v{j}")
        return f"(SELECT {', '.join(names)} FROM {self._read()})"

    def _read(self) -> str:
        files = literals.files(self._data.paths)
        types = ", ".join(
            f"{literals.text(name)}: {TYPES[parquet_text.type_of(self._data, name)]}"
            for name in self._data.folders
        )
        hive = f"true, hive_types = {{{types}}}" if types else "false"
        return f"read_parquet({files}, hive_partitioning = {hive})"
