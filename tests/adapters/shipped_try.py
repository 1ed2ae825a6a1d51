"""Runs the jobs that ship with an engine's own interpreter, on tables of `spillway job tables`:

    PYTHONPATH=adapters:tests/adapters PYTHON shipped_try.py [--format parquet] ENGINE[:PROFILE]
        TABLES [JOB…]

TABLES has a folder for each suite, of CSV files, and for Parquet of such files beside them
(shipped_jobs.write_parquet). One line of JSON for each job: {"job", "rows"}, {"job", "refused"} or
{"job", "failed"}. Dask and Ray run all of them on one cluster, and with --cut on tables cut into
eight parts, none of them small enough to be sent everywhere.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import tempfile
import time
import traceback
from pathlib import Path
from typing import Any

import query_on_cluster
import query_try
import shipped_jobs
from spillway_adapters.query import job as jobs
from spillway_adapters.query import table
from spillway_adapters.query.language import Job, Refused


def outcome(
    engine: str, profile: str, name: str, tables: Path, format: shipped_jobs.Format
) -> dict[str, Any]:
    suite = name.split("/")[0]
    tables_of_suite = shipped_jobs.inputs(suite, tables / suite, format)
    job = jobs.parse(shipped_jobs.shipped(name)["job"], tables_of_suite)
    inputs = {each: list(one.paths) for each, one in job.inputs.items()}
    with tempfile.TemporaryDirectory() as folder:
        began = time.monotonic()
        try:
            text = query_try.program(engine, job, profile or "default")
        except Refused as refused:
            return {"job": name, "refused": str(refused)}
        try:
            found = query_try.executed(text, inputs, Path(folder))
        except Exception as failure:
            said = "".join(traceback.format_exception_only(failure))
            return {"job": name, "failed": said[-2000:]}
        rows = list(table.rows(written(engine, job, found), job.schema))
        return {"job": name, "rows": rows, "seconds": round(time.monotonic() - began, 3)}


def written(engine: str, job: Job, found: Any) -> Any:  # noqa: ANN401 (an engine's table)
    """The table, or what is in the files that were written."""
    if job.output is None:
        return found
    pattern = str(Path(found) / "**" / "*.parquet")
    if engine == "duckdb":
        import duckdb

        return duckdb.read_parquet(pattern)
    if engine == "polars":
        import polars

        return polars.read_parquet(pattern)
    import pyarrow.parquet

    return pyarrow.parquet.read_table(found)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("engine")
    parser.add_argument("tables", type=Path)
    parser.add_argument("jobs", nargs="*", default=shipped_jobs.JOBS)
    parser.add_argument("--format", choices=["csv", "parquet"], default="csv")
    parser.add_argument("--cut", action="store_true")
    given = parser.parse_args()
    engine, _, profile = given.engine.partition(":")
    if given.cut:
        query_on_cluster.cut_everything()
    on_cluster = engine in ("dask", "ray")
    with query_on_cluster.cluster(engine) if on_cluster else contextlib.nullcontext():
        for name in given.jobs:
            found = outcome(engine, profile, name, given.tables, given.format)
            print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main()
