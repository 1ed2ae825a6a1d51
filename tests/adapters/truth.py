"""The answer of an ETL run by Python's own csv module, and the comparison with it."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

MISSING = {
    "1.#ind",
    "-1.#ind",
    "1.#qnan",
    "-1.#qnan",
    "",
    "na",
    "n/a",
    "nan",
    "-nan",
    "+nan",
    "null",
    "none",
    "<na>",
    "#n/a",
    "#n/a n/a",
    "#na",
}


def etl_truth(fields: dict[str, Any]) -> dict[str, tuple[int, list[float]]]:
    """Rows and means of each group; NaN for a mean of nothing."""
    workload = fields["workload"]
    groups: dict[str, tuple[int, list[list[float]]]] = {}
    for row in _rows(fields["dataset"]):
        key = row[workload["group_by"]]
        count, columns = groups.get(key, (0, [[] for _ in workload["values"]]))
        for column, name in zip(columns, workload["values"], strict=True):
            if row[name].lower() not in MISSING:
                column.append(float(row[name]))
        groups[key] = (count + 1, columns)
    return {
        key: (
            count,
            [math.fsum(column) / len(column) if column else math.nan for column in columns],
        )
        for key, (count, columns) in groups.items()
    }


def assert_groups(rows: list[dict[str, Any]], fields: dict[str, Any]) -> None:
    """Counts are equal, means within 1e-9, in the order of the keys' bytes."""
    expected = etl_truth(fields)
    assert [row["key"] for row in rows] == sorted(expected, key=str.encode)
    for row in rows:
        count, means = expected[row["key"]]
        assert row["count"] == count, row
        for name, mean in zip(fields["workload"]["values"], means, strict=True):
            got = row["mean"][name]
            if math.isnan(mean):
                assert got is None, row
            else:
                assert math.isclose(got, mean, rel_tol=1e-9, abs_tol=1e-12), (row, name, mean)


def _rows(data: dict[str, Any]) -> Iterator[dict[str, str]]:
    schema = data["schema"]
    names = [column["name"] for column in schema["columns"]]
    quoted = {"quotechar": schema["quote"]} if schema["quote"] else {"quoting": csv.QUOTE_NONE}
    for path in data["paths"]:
        with Path(path).open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.reader(lines, delimiter=schema["delimiter"], **quoted)
            if schema["header"]:
                next(reader)
            for row in reader:
                if row:
                    yield dict(zip(names, row, strict=True))
