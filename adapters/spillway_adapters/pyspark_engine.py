"""Spark in local mode: DataFrames in one JVM, driven from this process.

The JVM is in spark_session, the reading of CSV for the older kinds of work in spark_scan.
"""

from __future__ import annotations

from typing import Any, Protocol

from spillway_adapters import kinds, spark_session, system_error
from spillway_adapters.protocol import Answer, Run, RunError, serve
from spillway_adapters.spec import Spec

OUT_OF_MEMORY = ("OutOfMemoryError", "UNABLE_TO_ACQUIRE_MEMORY")
#: How the JVM ends when a task had no memory.
EXIT_OUT_OF_MEMORY = "exit code 52"


class Job(Protocol):
    """What a kind of work has Spark do."""

    #: Of Spark's own, beside those of spark_session, before it starts.
    settings: dict[str, str]

    def warm(self, run: Run, spark: Any) -> None:  # noqa: ANN401 (Spark is imported late)
        """Imports what the work needs, and has Java load what it will."""
        ...

    def work(self, run: Run, spark: Any) -> Answer: ...  # noqa: ANN401

    def after(self, run: Run) -> None:
        """Checks that are no part of the timed work."""
        ...


class PySpark:
    name = "pyspark"
    package = "pyspark"
    libraries = ("py4j", "numpy")

    def __init__(self) -> None:
        self._spark: Any = None

    def start(self, run: Run) -> dict[str, Any]:
        self._job: Job = kinds.job(run, self.name)
        self._spark = spark_session.start(run.spec, self._job.settings)
        self._job.warm(run, self._spark)
        return spark_session.confirmed(self._spark)

    def work(self, run: Run) -> Answer:
        from spillway_adapters.spark_watch import Watch

        watch = Watch(run, self._spark.sparkContext)

        def afterwards() -> None:
            watch.stop()
            self._job.after(run)

        run.afterwards = afterwards
        try:
            return self._job.work(run, self._spark)
        except spark_session.failures() as failure:
            raise _cause(run.spec, self._spark, failure) from failure

    def error_code(self, failure: Exception) -> str | None:
        return "data-unreadable" if isinstance(failure, OSError) else None

    def close(self, run: Run) -> None:
        spark_session.kill()


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
    return OSError(said) if spark_session.unreadable(said) else RunError("engine-failed", said)


if __name__ == "__main__":
    serve(PySpark())
