"""The jobs that ship (core/workloads/query/jobs) and what their tables' columns hold, as the host
guesses it of the CSV files: dates are text until a job says otherwise. As Parquet the tables have
the types that their values seem to have, dates among them."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any, Literal

from spillway_adapters.query import csv_types, language

Format = Literal["csv", "parquet"]

FOLDER = Path(__file__).resolve().parents[2] / "core" / "workloads" / "query" / "jobs"
JOBS = sorted(
    f"{path.parent.name}/{path.stem}"
    for path in FOLDER.glob("*/*.json")
    if path.name != "tables.json"
)
SUITES = sorted({job.split("/")[0] for job in JOBS})

_KINDS: dict[str, language.Type] = {
    "sequence": "int64",
    "integer": "int64",
    "position": "int64",
    "real": "float64",
    "normal": "float64",
}


def shipped(job: str) -> dict[str, Any]:
    """The file of "suite/job"."""
    return json.loads((FOLDER / f"{job}.json").read_text(encoding="utf-8"))


def declared(suite: str) -> dict[str, Any]:
    return json.loads((FOLDER / suite / "tables.json").read_text(encoding="utf-8"))


def inputs(suite: str, folder: Path, format: Format = "csv") -> dict[str, language.Input]:
    """The suite's tables, as they are written into this folder."""
    found = _csv_inputs(suite, folder)
    if format == "csv":
        return found
    return {name: _of_parquet(table) for name, table in found.items()}


def _csv_inputs(suite: str, folder: Path) -> dict[str, language.Input]:
    types: dict[str, dict[str, language.Type]] = {}
    found = {}
    for table in declared(suite)["tables"]:
        columns = types.setdefault(table["name"], {})
        for column in table["columns"]:
            columns[column["name"]] = _type(column, columns, types)
        hidden = {column["name"] for column in table["columns"] if column.get("hidden")}
        written = {name: kind for name, kind in columns.items() if name not in hidden}
        path = folder / f"{table['name']}.csv"
        found[table["name"]] = language.Input(
            name=table["name"],
            paths=(str(path),),
            format="csv",
            columns=written,
            used=tuple(written),
            csv=language.Csv(delimiter=table.get("delimiter", ",")),
            bytes=path.stat().st_size if path.exists() else 0,
        )
    return found


def _of_parquet(table: language.Input) -> language.Input:
    typed, _ = csv_types.typed(table)
    path = Path(table.paths[0]).with_suffix(".parquet")
    size = path.stat().st_size if path.exists() else 0
    return dataclasses.replace(typed, paths=(str(path),), format="parquet", csv=None, bytes=size)


def write_parquet(suite: str, folder: Path) -> None:
    """Beside the CSV files, in some row groups, by pyarrow."""
    import pyarrow as pa
    from pyarrow import csv, parquet

    types = {
        "int64": pa.int64(),
        "float64": pa.float64(),
        "text": pa.string(),
        "bool": pa.bool_(),
        "date": pa.date32(),
        "timestamp": pa.timestamp("us"),
    }
    for name, table in inputs(suite, folder, "parquet").items():
        (path,) = table.paths
        rows = csv.read_csv(
            folder / f"{name}.csv",
            parse_options=csv.ParseOptions(
                delimiter=_csv_inputs(suite, folder)[name].csv.delimiter
            ),
            convert_options=csv.ConvertOptions(
                column_types={column: types[kind] for column, kind in table.columns.items()},
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=False,
            ),
        )
        parquet.write_table(rows, path, row_group_size=max(rows.num_rows // 4, 1))


def _type(
    column: dict[str, Any],
    before: dict[str, language.Type],
    tables: dict[str, dict[str, language.Type]],
) -> language.Type:
    kind = column["kind"]
    if "text" in column:
        return "text"
    if kind == "copy":
        return before[column["of"]]
    if kind in ("key", "children", "lookup"):
        table, name = column["of"].split(".")
        return tables[table][name]
    if kind == "list":
        return "int64" if all(isinstance(value, int) for value in column["values"]) else "text"
    return _KINDS.get(kind, "text")
