"""Tables as Parquet files of some layout, and what is true of them: by Python, from the values that
went into the files."""

from __future__ import annotations

import math
import urllib.parse
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from host import parquet

#: By Arrow's types, as the host names them (parquet_description).
KINDS = {
    "integer": pa.types.is_integer,
    "real": lambda kind: pa.types.is_floating(kind) or pa.types.is_decimal(kind),
    "boolean": pa.types.is_boolean,
    "date": pa.types.is_date,
    "timestamp": pa.types.is_timestamp,
}
#: How Hive writes a null in a folder's name.
NULL_FOLDER = "__HIVE_DEFAULT_PARTITION__"


@dataclass
class Written:
    """A table of files, and its values by column, in the order of the rows."""

    paths: list[Path]
    columns: dict[str, str]
    rows: dict[str, list[Any]]
    folders: list[str] = field(default_factory=list)

    @property
    def input(self) -> dict[str, Any]:
        return parquet(self.paths, self.columns, folders=self.folders)


def one_file(path: Path, table: pa.Table, **options: Any) -> Written:  # noqa: ANN401
    pq.write_table(table, path, **options)
    return Written([path], _columns(table.schema), table.to_pydict())


def parts(folder: Path, table: pa.Table, rows: int, **options: Any) -> Written:  # noqa: ANN401
    """Files of so many rows, in row groups of a third of them."""
    folder.mkdir()
    paths = []
    for at in range(0, len(table), rows):
        path = folder / f"part-{at:06}.parquet"
        size = max(1, rows // 3)
        pq.write_table(table.slice(at, rows), path, **{"row_group_size": size, **options})
        paths.append(path)
    return Written(paths, _columns(table.schema), table.to_pydict())


def hive(folder: Path, table: pa.Table, by: Sequence[str]) -> Written:
    """A file a folder. The folders' columns are last."""
    inside = [name for name in table.column_names if name not in by]
    order: dict[tuple[Any, ...], list[int]] = {}
    values = table.to_pydict()
    for row, key in enumerate(zip(*(values[name] for name in by), strict=True)):
        order.setdefault(key, []).append(row)
    paths, rows = [], []
    for key, places in order.items():
        place = folder
        for name, value in zip(by, key, strict=True):
            text = NULL_FOLDER if value is None else urllib.parse.quote(str(value), safe="")
            place /= f"{urllib.parse.quote(name, safe='')}={text}"
        place.mkdir(parents=True)
        pq.write_table(table.select(inside).take(places), place / "part-0.parquet")
        paths.append(place / "part-0.parquet")
        rows += places
    ordered = table.select([*inside, *by]).take(rows)
    return Written(paths, _columns(ordered.schema), ordered.to_pydict(), list(by))


def _columns(schema: pa.Schema) -> dict[str, str]:
    return {column.name: _kind(column.type) for column in schema}


def _kind(kind: pa.DataType) -> str:
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return next((name for name, is_one in KINDS.items() if is_one(kind)), "text")


# --- What is true of them ------------------------------------------------------------------------


def text(value: Any) -> str:  # noqa: ANN401
    """As it would be in a CSV file."""
    if value is None:
        return ""
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)


def number(value: Any) -> float | None:  # noqa: ANN401
    """None for a missing one."""
    return None if value is None or math.isnan(value) else float(value)


def assert_means(
    groups: list[dict[str, Any]], written: Written, group_by: str, values: list[str]
) -> None:
    """Counts are equal, means within 1e-9, in the order of the keys' bytes."""
    found: dict[str, tuple[int, list[list[float]]]] = {}
    for row, key in enumerate(map(text, written.rows[group_by])):
        count, present = found.get(key, (0, [[] for _ in values]))
        for column, name in zip(present, values, strict=True):
            one = number(written.rows[name][row])
            if one is not None:
                column.append(one)
        found[key] = count + 1, present
    assert [group["key"] for group in groups] == sorted(found, key=str.encode)
    for group in groups:
        count, present = found[group["key"]]
        assert group["count"] == count, group
        for column, name in zip(present, values, strict=True):
            got = group["mean"][name]
            if not column:
                assert got is None, group
            else:
                mean = math.fsum(column) / len(column)
                assert math.isclose(got, mean, rel_tol=1e-9, abs_tol=1e-12), (group, name, mean)
