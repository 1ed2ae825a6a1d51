"""What Spillway asks about Parquet files, and has written as such.

    python -I -m spillway_adapters.parquet REQUEST ANSWER

Both are files of one JSON object. REQUEST is one of

    {"task": "describe", "paths": [file], "root": folder or "", "preview": rows}
    {"task": "convert", "input": as in a run's specification, "format": "csv" or "parquet",
     "output": path, "partition_by": [column], "row_group_bytes": n}

ANSWER is one of

    {"columns": [{"name", "type"}], "folders": [column], "rows": n or null, "notes": [text],
     "preview": [[text]]}
    {"rows": n, "files": n, "bytes": n}
    {"error": {"message", "remedy"}}

A conversion says how far it is: lines "progress 0.25" on stdout. Exits with 0 when there is an
answer, also one that says what is wrong with the files.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from spillway_adapters import spec, tool
from spillway_adapters.parquet_description import UnreadableError, describe, preview


def answer(request: dict[str, Any]) -> dict[str, Any]:
    task = _convert if request["task"] == "convert" else _describe
    try:
        return task(request)
    except UnreadableError as error:
        return {"error": {"message": error.message, "remedy": error.remedy}}


def _describe(request: dict[str, Any]) -> dict[str, Any]:
    found = describe(request["paths"], request["root"])
    return {
        "columns": [{"name": name, "type": kind} for name, kind in found.columns.items()],
        "folders": found.folders,
        "rows": found.rows,
        "notes": found.notes,
        "preview": preview(request["paths"], found, request["preview"]),
    }


def _convert(request: dict[str, Any]) -> dict[str, Any]:
    from spillway_adapters.parquet_conversion import to_csv, to_parquet

    table, output = spec.table_of(request["input"]), Path(request["output"])

    def progress(share: float) -> None:
        print(f"progress {share:.4f}", flush=True)

    if request["format"] == "csv":
        found = to_csv(table, output, progress)
    else:
        by, size = request["partition_by"], request["row_group_bytes"]
        found = to_parquet(table, output, by, size, progress)
    return {"rows": found.rows, "files": found.files, "bytes": found.bytes}


if __name__ == "__main__":
    tool.reply(answer, *sys.argv[1:])
