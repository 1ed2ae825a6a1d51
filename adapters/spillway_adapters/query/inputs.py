"""The tables of a run's specification, or of a plan, as a query has them."""

from __future__ import annotations

from pathlib import PurePath

from spillway_adapters.query.language import Csv, Input, Type
from spillway_adapters.spec import Dataset

#: Of the host's guess, in the query language.
TYPES: dict[str, Type] = {
    "integer": "int64",
    "real": "float64",
    "text": "text",
    "boolean": "bool",
    "date": "date",
    "timestamp": "timestamp",
}


def inputs_of(tables: dict[str, Dataset]) -> dict[str, Input]:
    """By name. Which columns are used is known to a job alone."""
    return {name: _input(name, table) for name, table in tables.items()}


def _input(name: str, table: Dataset) -> Input:
    columns = {column.name: TYPES[column.type] for column in table.columns}
    if table.format == "parquet":
        above = PurePath(table.paths[0]).parents[len(table.folders)] if table.folders else ""
        return Input(
            name=name,
            paths=tuple(table.paths),
            format="parquet",
            columns=columns,
            used=tuple(columns),
            hive=table.folders,
            root=str(above),
            rows=table.rows,
            bytes=table.bytes,
        )
    return Input(
        name=name,
        paths=tuple(table.paths),
        format="csv",
        columns=columns,
        used=tuple(columns),
        csv=Csv(
            delimiter=table.delimiter,
            quote=table.quote,
            header=table.header,
            comment=table.comment,
            skip_rows=table.skip_rows,
            decimal=table.decimal,
            encoding=table.encoding,
            missing=table.missing,
        ),
        rows=table.rows,
        bytes=table.bytes,
    )
