"""Tables as Parquet files of some layout, and what is true of them: by Python, from the values that
went into the files."""

from __future__ import annotations

import csv
import datetime
import decimal
import math
import random
import urllib.parse
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from host import dataset, logreg, parquet
from spillway_adapters.logreg import read, regression
from spillway_adapters.logreg.regression import Block
from spillway_adapters.logreg.result import as_read
from truth import MISSING

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


def _as_read(table: pa.Table) -> dict[str, list[Any]]:
    """Timestamps in UTC and microseconds."""
    for place, name in enumerate(table.column_names):
        column = table.column(place)
        if pa.types.is_timestamp(column.type):
            moments = column.cast(pa.timestamp("us"), safe=False)
            table = table.set_column(place, name, moments)
    return table.to_pydict()


def one_file(path: Path, table: pa.Table, **options: Any) -> Written:  # noqa: ANN401
    pq.write_table(table, path, **options)
    return Written([path], _columns(table.schema), _as_read(table))


def parts(folder: Path, table: pa.Table, rows: int, **options: Any) -> Written:  # noqa: ANN401
    """Files of so many rows, in row groups of a third of them."""
    folder.mkdir()
    paths = []
    for at in range(0, len(table), rows):
        path = folder / f"part-{at:06}.parquet"
        size = max(1, rows // 3)
        pq.write_table(table.slice(at, rows), path, **{"row_group_size": size, **options})
        paths.append(path)
    return Written(paths, _columns(table.schema), _as_read(table))


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


def trips(folder: Path, *, null_folders: bool = True) -> Written:
    """Folders of a whole number and of text, narrow numbers with nulls and NaN, and keys that are
    whole numbers, truth values and days."""
    count = 240
    codes = [5, None, -7, 12]
    miles = [i / 8 if i % 7 else [None, math.nan][i % 2] for i in range(count)]
    day = datetime.date(2024, 2, 28)
    table = pa.table(
        {
            "code": pa.array([codes[i % 4] for i in range(count)], pa.int32()),
            "miles": pa.array(miles, pa.float32()),
            "fare, EUR": pa.array(
                [decimal.Decimal(i).scaleb(-2) if i % 5 else None for i in range(count)],
                pa.decimal128(9, 2),
            ),
            "people": pa.array([i % 6 for i in range(count)], pa.uint8()),
            "paid": pa.array([[True, None, False][i % 3] for i in range(count)], pa.bool_()),
            "day": pa.array([day + datetime.timedelta(i % 3) for i in range(count)]),
            "kind": pa.array([["a", None, "NA", ""][i % 4] for i in range(count)]),
            "year": pa.array([2020 + i % 2 for i in range(count)], pa.int64()),
            "town": pa.array([["Bari", "01", "a/b=c %2*[x]"][i // 2 % 3] for i in range(count)]),
        }
    )
    if null_folders:
        town = pa.array([None if text == "01" else text for text in table["town"].to_pylist()])
        table = table.set_column(table.schema.get_field_index("town"), "town", town)
    return hive(folder, table, ["year", "town"])


#: Columns of trips() to take means of; a folder is one.
NUMBERS = ["miles", "fare, EUR", "people", "year"]


def flowers(folder: Path, classes: int = 3, rows: int = 3000) -> Written:
    """Overlapping clouds of points in parts, of narrow numbers and a label that is one; in some
    rows something is missing."""
    draw = random.Random(7)
    a = [draw.gauss(i % classes, 1.5) for i in range(rows)]
    b = [
        decimal.Decimal(round(draw.gauss(-i % classes, 1.5) * 100)).scaleb(-2) for i in range(rows)
    ]
    kind: list[int | None] = [i % classes - 1 for i in range(rows)]
    a[100], a[101], b[102], kind[103] = None, math.nan, None, None
    table = pa.table(
        {
            "b": pa.array(b, pa.decimal128(7, 2)),
            "kind": pa.array(kind, pa.int8()),
            "a.x": pa.array(a, pa.float32()),
        }
    )
    return parts(folder, table, rows // 4)


def as_csv(path: Path, written: Written) -> dict[str, Any]:
    """The same values as a CSV file, for a specification of version 1."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(written.columns)
        for row in zip(*written.rows.values(), strict=True):
            writer.writerow([repr(x) if isinstance(x, float) else text(x) for x in row])
    return dataset(path, written.columns)


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


def assert_regression(
    result: dict[str, Any],
    written: Written,
    label: str,
    features: list[str],
    *,
    fitted: bool = True,
) -> None:
    """The rows that are used and left out; of a model that is the definition's and `fitted` to
    convergence, its loss and coefficients, by SciPy's L-BFGS over all rows at once."""
    labels = list(map(text, written.rows[label]))
    columns = [[number(value) for value in written.rows[name]] for name in features]
    x = np.array(columns, np.float64).T
    kept = ~np.isnan(x).any(axis=1) & np.array([one.lower() not in MISSING for one in labels])
    classes = sorted({one for one, is_kept in zip(labels, kept, strict=True) if is_kept})
    assert result["classes"] == classes
    assert result["dropped_rows"] == int((~kept).sum()) and result["rows"] == int(kept.sum())
    codes = np.array([classes.index(labels[row]) for row in np.flatnonzero(kept)], np.int64)
    train, test = regression.split(Block(x[kept], codes), 0.2)
    assert result["train_rows"] == len(train)
    if not fitted:
        return
    counts = regression.count(train, test, 0, len(classes))
    regression.standardise(train, counts.moments)
    workload = read({**logreg(label, features), "tolerance": 1e-10})
    best = regression.fit_lbfgs(
        lambda parameters: regression.evaluate(train, parameters),
        workload,
        regression.parameter_shape(len(classes), len(features)),
        len(train),
    )
    assert math.isclose(result["loss"], best.loss, rel_tol=1e-6)
    coefficients, _ = as_read(best.parameters, counts.moments, True)
    if len(classes) > 2:
        coefficients -= coefficients.mean(axis=0)
    assert np.allclose(result["coefficients"], coefficients, rtol=1e-3, atol=1e-4)
