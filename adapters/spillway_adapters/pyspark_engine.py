"""Spark in local mode: DataFrames in one JVM, driven from this process.

The JVM is in spark_session, the reading of CSV in spark_csv.
"""

from __future__ import annotations

import dataclasses
from typing import Any, Protocol

from spillway_adapters import csv_plain, kinds, shape, spark_session, system_error
from spillway_adapters.protocol import Answer, Run, RunError, serve
from spillway_adapters.spec import ONLY_TABLE, Spec

#: How Spark marks rows and files that it cannot read, and a field that is no number.
UNREADABLE = ("MALFORMED_", "FAILED_READ_FILE", "CAST_INVALID_INPUT", "PATH_NOT_FOUND")
#: Options of a file's dialect that Spark's reader has itself.
OBEYS = ("comment",)
OUT_OF_MEMORY = ("OutOfMemoryError", "UNABLE_TO_ACQUIRE_MEMORY")
#: How the JVM ends when a task had no memory.
EXIT_OUT_OF_MEMORY = "exit code 52"


class Job(Protocol):
    """What a kind of work has Spark do with rows as spark_csv.read() gives them."""

    def warm(self, run: Run, rows: Any) -> None:  # noqa: ANN401 (Spark is imported late)
        """Imports what the work needs, and has Java load what it will: over one row."""
        ...

    def work(self, run: Run, spark: Any, rows: Any) -> Answer: ...  # noqa: ANN401


class PySpark:
    name = "pyspark"
    package = "pyspark"
    libraries = ("py4j", "numpy")

    def __init__(self) -> None:
        self._spark: Any = None

    def start(self, run: Run) -> dict[str, Any]:
        self._job: Job = kinds.job(run, self.name)
        self._spark = spark_session.start(run.spec)
        self._job.warm(run, _one_row(self._spark, run.spec))
        return spark_session.confirmed(self._spark)

    def work(self, run: Run) -> Answer:
        from spillway_adapters.spark_watch import Watch

        watch = Watch(run, self._spark.sparkContext)

        def afterwards() -> None:
            watch.stop()
            shape.check(run.spec.dataset)

        run.afterwards = afterwards
        try:
            return _answer(run, self._spark, self._job)
        except spark_session.failures() as failure:
            raise _cause(run.spec, self._spark, failure) from failure

    def error_code(self, failure: Exception) -> str | None:
        return "data-unreadable" if isinstance(failure, OSError) else None

    def close(self, run: Run) -> None:
        spark_session.kill()


def _one_row(spark: Any, spec: Spec) -> Any:  # noqa: ANN401
    """Java loads its classes when they are first used."""
    data = spec.dataset
    row = data.delimiter.join("0" for _ in data.columns)
    file = spec.scratch / "warm.csv"
    file.write_text(f"{row}\n" * (2 if data.header else 1))
    plain = dataclasses.replace(data, paths=[str(file)], encoding="utf-8", skip_rows=0)
    return _scan(
        spark, dataclasses.replace(spec, tables={ONLY_TABLE: plain}), words=False, whole=[]
    )


def _answer(run: Run, spark: Any, job: Job) -> Answer:  # noqa: ANN401
    """The workload over all rows, repeated if a number is a word."""
    data = csv_plain.copied(run, OBEYS)
    spec = dataclasses.replace(run.spec, tables={ONLY_TABLE: data})
    whole = shape.with_quotes(spec.dataset)
    for path in whole:
        run.log(f"{path} has quotes, which may hold line breaks: one task reads it whole.")

    def work(words: bool) -> Answer:
        return job.work(run, spark, _scan(spark, spec, words=words, whole=whole))

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


if __name__ == "__main__":
    serve(PySpark())
