"""The Python program around one SQL statement."""

from __future__ import annotations

from spillway_adapters.query import duckdb_filters, python_text
from spillway_adapters.query.duckdb_expressions import Writer
from spillway_adapters.query.duckdb_inputs import Inputs
from spillway_adapters.query.duckdb_macros import MACROS
from spillway_adapters.query.duckdb_sql import Names, indented, laid_out, name
from spillway_adapters.query.duckdb_steps import Chain
from spillway_adapters.query.language import Input, Job, Refused, Settings, Sort


class Program:
    def __init__(self, job: Job, settings: Settings) -> None:
        self.job = job
        self._settings = settings
        self.writer = Writer()
        self.makes_such_texts = duckdb_filters.makes_such_texts(job)
        self.name = Names()
        self._inputs = Inputs(self.name, self.writer, settings)
        self._table_names = Names()
        self._tables: dict[str, str] = {}  #: inputs and lists of the job: their SQL
        self._ctes: list[tuple[str, str]] = []
        self._own: set[str] = set()

    # --- Tables ----------------------------------------------------------------------------------

    def table(self, table: str) -> str:
        return self._tables[table]

    def only_table(self, source: str) -> str | None:
        """The source when it is a table alone."""
        return source if source in self._own else None

    def another(self, table: str, taken: list[str]) -> str:
        """A name for a table beside these."""
        found, number = table, 1
        while found in taken:
            again = "_again" if number == 1 else f"_again_{number}"
            found, number = name(self._free(table.strip('"') + again)), number + 1
        return found

    def _free(self, wanted: str) -> str:
        """A name that no table has."""
        # Those of lists that come later, too.
        known = {one.strip('"').casefold() for one in [*self._own, *self.job.let]}
        number, found = 1, wanted
        while found.casefold() in known:
            number += 1
            found = f"{wanted}_{number}"
        return found

    def add(self, title: str, text: str) -> str:
        """A common table expression with a name like this."""
        wanted = next(n for i in range(1, 1000) if self._free(n := f"{title}_{i}") == n)
        return self._add(wanted, text)

    def _add(self, wanted: str, text: str) -> str:
        own = name(wanted)
        self._own.add(own)
        self._ctes.append((own, text))
        return own

    # --- Text ------------------------------------------------------------------------------------

    def text(self) -> str:
        return self._module(self.query())

    def query(self) -> str:
        """One statement, whose parameters are the patterns of each table's files."""
        job = self.job
        self._check_names()
        for table in job.inputs.values():
            self._tables[table.name] = self._add(
                self._table_names.plain(table.name), self.read(table)
            )
        for title, steps in job.let.items():
            own = self._table_names.plain(title)
            chain = Chain(self, own)
            text = chain.text(steps)
            self._tables[title] = chain.table() or self._add(own, text)
        final = Chain(self, "step").text(job.steps)
        return self._statement(final)

    def _check_names(self) -> None:
        """Names of the result cannot be others."""
        for column in self.job.schema:
            if self.name.plain(column) != column and self.job.output is not None:
                raise Refused(
                    self.job.steps[-1].place,
                    f"DuckDB does not tell {column!r} from a column that differs in the case of"
                    " letters alone.",
                )

    def _statement(self, final: str) -> str:
        parts = [f"{own} AS (\n{indented(text)}\n)" for own, text in self._ctes]
        query = f"WITH {', '.join(parts)}\n{final}" if parts else final
        output = self.job.output
        if output is None:
            return query
        options = [f"FORMAT {output.format}"]
        if output.format == "parquet":
            codec = "uncompressed" if output.codec == "none" else output.codec
            options.append(f"COMPRESSION {codec}")
            if output.row_group_rows:
                options.append(f"ROW_GROUP_SIZE {output.row_group_rows}")
        else:
            options.append("HEADER")
        if output.partition_by:
            columns = ", ".join(map(name, output.partition_by))
            options.append(f"PARTITION_BY ({columns})")
        return f"COPY (\n{indented(query)}\n)\nTO $output ({', '.join(options)})"

    def read(self, table: Input) -> str:
        """The SELECT over its files, which are the statement's parameter of its name."""
        return self._inputs.read(table)

    def _module(self, query: str) -> str:
        settings = self._settings
        macros = self.macros()
        limit = settings.memory_bytes
        lines = [
            f'"""{python_text.title(self.job)} Written by Spillway for DuckDB."""',
            "",
            "import glob",
            "import os",
            "",
            "import duckdb",
            "",
            *python_text.constants(self.job, settings),
            "",
        ]
        if macros:
            lines += ["MACROS = " + python_text.block(laid_out(macros)), ""]
        lines += ["QUERY = " + python_text.block(laid_out(query)), "", ""]
        lines += [
            "def run(inputs, workers, memory_bytes, scratch):",
            '    duckdb.execute(f"SET threads = {workers}")',
        ]
        if limit is not None:
            lines.append("    duckdb.execute(f\"SET memory_limit = '{memory_bytes}B'\")")
        lines += [
            "    duckdb.execute(",
            '        "SET temp_directory = \'{}\'".format(str(scratch).replace("\'", "\'\'"))',
            "    )",
        ]
        if not any(isinstance(step, Sort) for step in self.job.steps):
            # Otherwise batches of a sorted result come in any order.
            lines.append('    duckdb.execute("SET preserve_insertion_order = false")')
        if self._reads_timestamps():
            lines.append("    duckdb.execute(\"SET TimeZone = 'UTC'\")")
        if macros:
            lines.append("    duckdb.execute(MACROS)")
        lines += [
            "    # Paths are patterns to DuckDB.",
            "    files = {name: [glob.escape(path) for path in paths]"
            " for name, paths in inputs.items()}",
        ]
        output = self.job.output
        if output is None:
            lines.append("    return duckdb.sql(QUERY, params=files).materialize()")
        else:
            lines += [
                '    folder = os.path.join(scratch, "output")',
                "    os.makedirs(folder)",
            ]
            if output.partition_by:
                lines.append('    duckdb.execute(QUERY, {**files, "output": folder})')
            else:
                lines += [
                    f'    file = os.path.join(folder, "part-0.{output.format}")',
                    '    duckdb.execute(QUERY, {**files, "output": file})',
                ]
            lines.append("    return folder")
        lines += [
            "",
            "",
            'if __name__ == "__main__":',
            '    print(run(INPUTS, WORKERS, MEMORY_BYTES, "."))',
            "",
        ]
        if output is None:
            lines.remove("import os")
        return "\n".join(lines)

    def _reads_timestamps(self) -> bool:
        return any(
            table.columns[column] == "timestamp"
            for table in self.job.inputs.values()
            for column in table.used
        )

    def macros(self) -> str:
        found = {**MACROS, **self._inputs.macros()}
        wanted = set(self.writer.macros)
        return "\n".join(
            f"-- {found[macro][0]}\nCREATE OR REPLACE TEMP MACRO {found[macro][1]};"
            for macro in found
            if macro in wanted
        )
