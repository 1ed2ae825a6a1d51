"""A query job as a program for Spark's DataFrames."""

from __future__ import annotations

from collections.abc import Sequence

from spillway_adapters.query import python_text, spark_inputs, spark_memory, spark_steps
from spillway_adapters.query.language import From, Job, Settings, Step
from spillway_adapters.query.python_layout import WIDTH, broken, identifiers, lines
from spillway_adapters.query.python_text import string as quoted
from spillway_adapters.query.spark_expressions import Columns
from spillway_adapters.query.spark_helpers import SOURCES, Helpers

TAKEN = (
    "inputs", "workers", "memory_bytes", "scratch", "run", "spark", "F", "Window", "SparkSession",
    "datetime", "os", "files", "plain", "with_quotes", "window", "rows", "table", "result",
)  # fmt: skip


class Program:
    def __init__(self, job: Job, settings: Settings) -> None:
        self.job = job
        self.settings = settings
        self.helpers = Helpers()
        self.columns = Columns(self.helpers)
        self._body: list[str] = []
        self.constants: list[str] = []
        self._windows: dict[str, str] = {}
        self._variables = identifiers([*job.inputs, *job.let], (*TAKEN, *SOURCES))

    def text(self) -> str:
        tables = self._tables = spark_inputs.Readers(self)
        readers = [line for table in self.job.inputs.values() for line in tables.of(table)]
        self.constants += tables.words()
        for name, steps in self.job.let.items():
            self._list(self._variables[name], steps)
        self._list("result", self.job.steps)
        self._finish()
        return self._module(readers)

    def say(self, statement: str) -> None:
        self._body += lines(statement, "    ")

    def variable(self, table: str) -> str:
        return self._variables[table]

    def _list(self, target: str, steps: tuple[Step, ...]) -> None:
        first, *others = steps
        assert isinstance(first, From)
        chain = spark_steps.Chain(self, self.variable(first.name))
        for place, step in enumerate(others):
            chain.step(step, others[place + 1 :])
        self._body += chained(target, chain.base, chain.calls)

    def window(self, specification: str) -> str:
        """A variable with it."""
        if specification not in self._windows:
            place = len(self._windows) + 1
            self._windows[specification] = "window" if place == 1 else f"window_{place}"
            self.say(f"{self._windows[specification]} = {specification}")
        return self._windows[specification]

    # --- The end ---------------------------------------------------------------------------------

    def _finish(self) -> None:
        output = self.job.output
        if output is None:
            self._body += [
                "    # Kept by Spark, in memory or on disk, and read from there.",
                "    result.persist().count()",
                "    return result.toLocalIterator()",
            ]
            return
        self.say('folder = os.path.join(scratch, "output")')
        writer = "result.write"
        if output.partition_by:
            writer += f".partitionBy({', '.join(map(quoted, output.partition_by))})"
        if output.format == "parquet":
            codec = "uncompressed" if output.codec == "none" else output.codec
            if output.row_group_rows:
                writer += f'.option("parquet.block.row.count.limit", {output.row_group_rows})'
            self.say(f"{writer}.parquet(folder, compression={quoted(codec)})")
        else:
            pattern = quoted("yyyy-MM-dd'T'HH:mm:ss.SSSSSS")
            # Otherwise a timestamp would lose its microseconds.
            writer += f'.option("timestampNTZFormat", {pattern})'
            self.say(
                f"{writer}.csv(folder, header=True, escape={quoted(chr(34))}, "
                "ignoreLeadingWhiteSpace=False, ignoreTrailingWhiteSpace=False)"
            )
        self.say("return folder")

    def _module(self, readers: list[str]) -> str:
        job, settings = self.job, self.settings
        body = "\n".join([*readers, *self._body])
        standard = ["import datetime"] if "datetime.date" in body else []
        standard += ["import os"] if "os.path" in body else []
        imports = ["from pyspark.sql import SparkSession"]
        if "Window." in body:
            imports = ["from pyspark.sql import SparkSession, Window"]
        imports.append("from pyspark.sql import functions as F")
        constants = [*python_text.constants(job, settings), *self.constants]
        shuffle = spark_memory.partitions(job, settings)
        nanoseconds = []
        if self._tables.nanoseconds:
            nanoseconds = [
                "    # Spark refuses a Parquet file that has nanoseconds otherwise.",
                '    spark.conf.set("spark.sql.legacy.parquet.nanosAsLong", True)',
            ]
        run = [
            "def run(inputs, workers, memory_bytes, scratch):",
            "    spark = SparkSession.builder.getOrCreate()",
            "    # Integers that overflow are errors.",
            '    spark.conf.set("spark.sql.ansi.enabled", True)',
            '    spark.conf.set("spark.sql.caseSensitive", True)',
            '    spark.conf.set("spark.sql.session.timeZone", "UTC")',
            "    # Two for each task at a time, or more where the memory asks for small ones.",
            f'    spark.conf.set("spark.sql.shuffle.partitions", {shuffle})',
            *nanoseconds,
            *(piece for line in readers for piece in self._indented(line)),
            *self._body,
        ]
        calls = [
            f'.master("local[{settings.workers}]")',
            *(
                f".config({quoted(name)}, {quoted(value)})"
                for name, value in spark_memory.session(settings).items()
            ),
            ".getOrCreate()",
        ]
        builder = [
            line.replace("    _ = ", "    ", 1)
            for line in chained("_", "SparkSession.builder", calls)
        ]
        main = [
            'if __name__ == "__main__":',
            *builder,
            '    for row in run(INPUTS, WORKERS, MEMORY_BYTES, "."):'
            if job.output is None
            else '    print(run(INPUTS, WORKERS, MEMORY_BYTES, "."))',
            *(["        print(row)"] if job.output is None else []),
        ]
        parts = [
            "\n".join(
                [
                    python_text.docstring(job, "PySpark"),
                    "",
                    *([*standard, ""] if standard else []),
                    *imports,
                    "",
                    *constants,
                ]
            ),
            *self.helpers.text(),
            "\n".join(run),
            "\n".join(main),
        ]
        return "\n\n\n".join(parts) + "\n"

    def _indented(self, line: str) -> list[str]:
        if line.startswith("#"):
            return [f"    {line}"]
        stripped = line.lstrip()
        return lines(stripped, " " * (4 + len(line) - len(stripped)))


def chained(target: str, base: str, calls: Sequence[str]) -> list[str]:
    """A statement of calls one after the other: on a line, or a line each."""
    statement = f"    {target} = {base}{''.join(calls)}"
    if len(statement) <= WIDTH and len(calls) < 3:
        return [statement]
    if len(calls) == 1:
        return lines(statement[4:], "    ")
    if len(statement) - len(target) + 1 <= WIDTH:
        return [f"    {target} = (", f"        {base}{''.join(calls)}", "    )"]
    found = broken(f"{base}{calls[0]}", "        ")
    for call in calls[1:]:
        found += broken(call, "        ")
    return [f"    {target} = (", *found, "    )"]
