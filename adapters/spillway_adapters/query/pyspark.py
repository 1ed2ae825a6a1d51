"""A query job as a program for Spark's DataFrames, and its run."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

from spillway_adapters.protocol import Answer, Run
from spillway_adapters.query import program, spark_memory
from spillway_adapters.query.language import Job as QueryJob
from spillway_adapters.query.language import Settings
from spillway_adapters.query.spark_code import Program


def compile(job: QueryJob, settings: Settings) -> str:
    """The program's text. Refused where Spark cannot."""
    return Program(job, settings).text()


#: Options of a file's dialect that the program reads by itself.
OBEYS = ("comment", "encoding")


class Job:
    def __init__(self, run: Run) -> None:
        self._program = program.of(run, compile)
        settings = self._program.settings
        # The program sets the partitions, too; here they are what the run reports.
        shuffle = str(spark_memory.partitions(self._program.job, settings))
        self.settings = {**spark_memory.session(settings), "spark.sql.shuffle.partitions": shuffle}

    def warm(self, run: Run, spark: Any) -> None:  # noqa: ANN401 (Spark is imported late)
        spark.range(10).groupBy("id").count().orderBy("id").collect()

    def work(self, run: Run, spark: Any) -> Answer:  # noqa: ANN401
        linked = _linked(self._program.job, run.spec.scratch)
        return program.work(
            run,
            dataclasses.replace(self._program, job=linked),
            call=lambda work: work(),
            reads_again=_reads_again,
            words=words,
            able=OBEYS,
        )

    def after(self, run: Run) -> None:
        from spillway_adapters import shape

        for table in program.csv_tables(self._program.job):
            shape.check(table)


def _linked(job: QueryJob, scratch: Path) -> QueryJob:
    """Files by names that mean nothing to Spark, which takes `*` for a pattern, `_` at the
    beginning for a hidden file and `.gz` at the end for a compressed one."""
    inputs = {}
    for place, (name, table) in enumerate(job.inputs.items()):
        paths = []
        for number, path in enumerate(table.paths):
            Path(path).stat()  # Says what is missing by its own name.
            odd = Path(path).name[0] in "_." or any(mark in path for mark in "*?[]{}\\")
            if (odd or not path.endswith(f".{table.format}")) and not table.hive:
                link = scratch / f"table-{place}-{number}.{table.format}"
                link.symlink_to(path)
                path = str(link)
            paths.append(path)
        inputs[name] = dataclasses.replace(table, paths=tuple(paths))
    return dataclasses.replace(job, inputs=inputs)


def _reads_again(failure: Exception) -> bool:
    from spillway_adapters import spark_session

    return spark_session.unreadable(spark_session.said(failure))


def words(failure: Exception) -> str | None:
    """What a failure means in the language."""
    from spillway_adapters import spark_session

    said = spark_session.said(failure)
    if "ARITHMETIC_OVERFLOW" in said:
        return program.OVERFLOW
    if "more than one row cannot be attached" in said:
        return program.SEVERAL_ROWS
    return None
