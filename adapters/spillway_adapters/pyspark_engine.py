"""Spark in local mode: DataFrames in one JVM, driven from this process.

streamed: one query scans and aggregates. loaded: the needed columns are persisted first, in memory
or on disk as Spark decides, then aggregated.
"""

from __future__ import annotations

import dataclasses
from functools import partial
from typing import Any

from spillway_adapters import csv_plain, groups, shape, spark_session, system_error
from spillway_adapters.protocol import Answer, Run, RunError, Unsupported, serve
from spillway_adapters.spec import Etl, Logreg, Spec

#: How Spark marks rows and files that it cannot read, and a field that is no number.
UNREADABLE = ("MALFORMED_", "FAILED_READ_FILE", "CAST_INVALID_INPUT", "PATH_NOT_FOUND")
#: Options of a file's dialect that Spark's reader has itself.
OBEYS = ("comment",)
OUT_OF_MEMORY = ("OutOfMemoryError", "UNABLE_TO_ACQUIRE_MEMORY")
#: How the JVM ends when a task had no memory.
EXIT_OUT_OF_MEMORY = "exit code 52"


class PySpark:
    name = "pyspark"
    package = "pyspark"
    libraries = ("py4j", "numpy")

    def __init__(self) -> None:
        self._spark: Any = None

    def start(self, run: Run) -> dict[str, Any]:
        workload = run.spec.workload
        if isinstance(workload, Logreg) and workload.solver != "lbfgs":
            raise Unsupported(f"Spark ML fits with L-BFGS; it has no {workload.solver}.")
        self._spark = spark_session.start(run.spec)
        _warm(self._spark, run.spec)
        return spark_session.confirmed(self._spark)

    def work(self, run: Run) -> Answer:
        from spillway_adapters.spark_watch import Watch

        watch = Watch(run, self._spark.sparkContext)

        def afterwards() -> None:
            watch.stop()
            shape.check(run.spec.dataset)

        run.afterwards = afterwards
        try:
            return _answer(run, self._spark)
        except spark_session.failures() as failure:
            raise _cause(run.spec, self._spark, failure) from failure

    def error_code(self, failure: Exception) -> str | None:
        return "data-unreadable" if isinstance(failure, OSError) else None

    def close(self, run: Run) -> None:
        spark_session.kill()


def _warm(spark: Any, spec: Spec) -> None:  # noqa: ANN401 (Spark is imported late)
    """Java loads its classes when they are first used: the work's first query, over one row."""
    data = spec.dataset
    row = data.delimiter.join("0" for _ in data.columns)
    file = spec.scratch / "warm.csv"
    file.write_text(f"{row}\n" * (2 if data.header else 1))
    plain = dataclasses.replace(data, paths=[str(file)], encoding="utf-8", skip_rows=0)
    spec = dataclasses.replace(spec, dataset=plain)
    rows = _scan(spark, spec, words=False, whole=[])
    if isinstance(spec.workload, Etl):
        _means(rows, spec.workload)
    else:
        from spillway_adapters import spark_logreg  # noqa: F401 (no part of the timed work)

        rows.groupBy("key").count().collect()


def _answer(run: Run, spark: Any) -> Answer:  # noqa: ANN401
    """The workload over all rows, repeated if a number is a word."""
    data = csv_plain.copied(run, OBEYS)
    spec = dataclasses.replace(run.spec, dataset=data)
    whole = shape.with_quotes(spec.dataset)
    for path in whole:
        run.log(f"{path} has quotes, which may hold line breaks: one task reads it whole.")

    def work(words: bool) -> Answer:
        rows = _scan(spark, spec, words=words, whole=whole)
        if isinstance(spec.workload, Etl):
            return _etl(run, spec.workload, rows)
        from spillway_adapters import spark_logreg

        return spark_logreg.fit(run, spark, rows)

    try:
        return work(words=False)
    except spark_session.failures() as failure:
        if not _unreadable(spark_session.said(failure)):
            raise
        run.log("A numeric column may have words; reading its numbers as text, then as numbers.")
        spark.catalog.clearCache()
        return work(words=True)


def _scan(spark: Any, spec: Spec, *, words: bool, whole: list[str]) -> Any:  # noqa: ANN401
    from spillway_adapters import spark_csv

    text, *numbers = spec.workload.columns
    return spark_csv.read(spark, spec, text, numbers, words=words, whole=whole)


def _cause(spec: Spec, spark: Any, failure: Exception) -> Exception:  # noqa: ANN401
    """The cause reported by Spark or by the end of its JVM, as a code and a few lines."""
    said = spark_session.said(failure)
    out_of_memory = any(word in said for word in OUT_OF_MEMORY)
    if spark_session.goes_down(spark) and (how := spark_session.ended()):
        out_of_memory = out_of_memory or how == EXIT_OUT_OF_MEMORY
        said = f"Spark's JVM ended{' because memory ran out' if out_of_memory else ''}: {how}."
    if out_of_memory:
        return RunError("out-of-memory" if spec.memory_limit is None else "memory-limit", said)
    spelled = "IOException" in said or "FileNotFoundException" in said
    if code := system_error.code_in(said, spelled):
        return RunError(code, said)
    return OSError(said) if _unreadable(said) else RunError("engine-failed", said)


def _unreadable(said: str) -> bool:
    return any(word in said for word in UNREADABLE)


# --- ETL -----------------------------------------------------------------------------------------


def _etl(run: Run, workload: Etl, rows: Any) -> Answer:  # noqa: ANN401
    if workload.loaded:
        with run.phase("load"):
            rows.persist().count()
    with run.phase("compute"):
        return partial(_result, run, workload, _means(rows, workload))


def _means(rows: Any, workload: Etl) -> list[Any]:  # noqa: ANN401
    """A row a group: key, rows, mean0, present0, …"""
    from pyspark.sql import functions as F

    columns = [F.count("*")]
    for j in range(len(workload.values)):
        columns += [F.avg(f"v{j}"), F.count(f"v{j}")]
    return rows.groupBy("key").agg(*columns).collect()


def _result(run: Run, workload: Etl, table: list[Any]) -> dict[str, Any]:
    columns = range(len(workload.values))
    total = sum(row[1] for row in table)
    present = [sum(row[3 + 2 * j] for row in table) for j in columns]
    means = ([float("nan") if mean is None else mean for mean in row[2::2]] for row in table)
    rows = zip((row[0] for row in table), (row[1] for row in table), means, strict=True)
    missing = groups.missing_counts(total, present)
    return groups.etl_result(rows, workload.values, missing, run.spec.scratch)


if __name__ == "__main__":
    serve(PySpark())
