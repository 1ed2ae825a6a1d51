"""The Python program around a lazy query."""

from __future__ import annotations

from spillway_adapters.query import python_text
from spillway_adapters.query.language import Derive, Job, Settings, columns_of
from spillway_adapters.query.polars_expressions import Writer
from spillway_adapters.query.polars_helpers import CSV_HELPERS, HELPERS
from spillway_adapters.query.polars_inputs import Inputs
from spillway_adapters.query.polars_layout import assigned, call, variable
from spillway_adapters.query.polars_steps import Chain
from spillway_adapters.query.python_text import string

MEBIBYTE = 1 << 20
#: Of the program's own, which no table has.
_NAMES = (
    "pl", "os", "datetime", "glob", "inputs", "workers", "memory_bytes", "scratch", "run", "INPUTS",
    "WORKERS", "MEMORY_BYTES", "LETTERS", "MARKS", "TITLES", "WORDS", "result", "folder",
    "optimizations",
)  # fmt: skip


class Program:
    def __init__(self, job: Job, settings: Settings) -> None:
        self._job = job
        self._settings = settings
        self.writer = Writer()
        self._inputs = Inputs(self.writer, settings)
        self._names = {*_NAMES, *HELPERS, *CSV_HELPERS}
        self.tables: dict[str, str] = {}
        self._lines: list[str] = []

    def text(self) -> str:
        job = self._job
        for table in job.inputs.values():
            self.tables[table.name] = variable(table.name, self._names)
            self._lines += assigned(self.tables[table.name], self._inputs.chain(table))
        for title, steps in job.let.items():
            chain = Chain(self, title).steps(steps)
            own = variable(title, self._names)
            self.tables[title] = own
            self._lines += assigned(own, chain)
        self._lines += assigned("result", Chain(self, "result").steps(job.steps))
        return self._module()

    def _module(self) -> str:
        job, settings = self._job, self._settings
        helpers = {**self._inputs.helpers(), **HELPERS}
        wanted = self.writer.helpers
        if any(name.startswith("csv_") for name in wanted):
            wanted |= {"csv_word"}
        imports = ["os"] + (["datetime"] if self.writer.dates else [])
        lines = [
            f'"""{python_text.title(job)} Written by Spillway for Polars."""',
            "",
            *(f"import {name}" for name in sorted(imports)),
            "",
            *python_text.constants(job, settings),
            "",
            "# Polars reads these when it is imported.",
            'os.environ.setdefault("POLARS_MAX_THREADS", str(WORKERS))',
        ]
        if settings.memory_bytes is not None:
            lines += [
                "# Beyond this it spills to the disk.",
                'os.environ.setdefault("POLARS_OOC_MEMORY_BUDGET_MB",'
                f" str(max(MEMORY_BYTES // {MEBIBYTE:_}, 1)))",
            ]
        numpy = "remainder_of_floats" in wanted
        lines += ["", *(["import numpy as np  # noqa: E402"] if numpy else [])]
        lines += ["import polars as pl  # noqa: E402", ""]
        for name, text in helpers.items():
            if name in wanted:
                lines += ["", *text.strip("\n").split("\n"), ""]
        lines += ["", "def run(inputs, workers, memory_bytes, scratch):"]
        lines += [f"    {line}" if line else "" for line in self._lines]
        lines += self._ending()
        lines += [
            "",
            "",
            'if __name__ == "__main__":',
            '    print(run(INPUTS, WORKERS, MEMORY_BYTES, "."))',
            "",
        ]
        return "\n".join(lines)

    def _ending(self) -> list[str]:
        output = self._job.output
        how = ['engine="streaming"']
        before: list[str] = []
        if self._replaces_what_it_reads():
            before = [
                "    # It may put what replaces a column before what still reads the old one.",
                "    optimizations = pl.QueryOptFlags(cluster_with_columns=False)",
            ]
            how.append("optimizations=optimizations")
        if output is None:
            return [*before, f"    return result.collect({', '.join(how)})"]
        method = f"sink_{output.format}"
        options = []
        if output.format == "parquet":
            codec = "uncompressed" if output.codec == "none" else output.codec
            options.append(f"compression={string(codec)}")
            if output.row_group_rows:
                options.append(f"row_group_size={output.row_group_rows}")
        lines = [*before, '    folder = os.path.join(scratch, "output")', "    os.makedirs(folder)"]
        if output.partition_by:
            keys = ", ".join(map(string, output.partition_by))
            target = f"pl.PartitionBy(folder, key=[{keys}], include_key=False)"
        else:
            target = f'os.path.join(folder, "part-0.{output.format}")'
        options = [target, *options, *how]
        return [*lines, "    " + call(f"result.{method}", options, 4), "    return folder"]

    def _replaces_what_it_reads(self) -> bool:
        """Whether a column is replaced while another expression of the step reads it."""
        job = self._job
        derived = [
            step.columns
            for steps in (*job.let.values(), job.steps)
            for step in steps
            if isinstance(step, Derive)
        ]
        return any(
            name in columns_of(expression)
            for columns in derived
            for other, expression in columns.items()
            for name in columns
            if name != other
        )
