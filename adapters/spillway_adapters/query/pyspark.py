"""A query job as a program for Spark's DataFrames, and its run."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from spillway_adapters.protocol import Answer, Run
from spillway_adapters.query import program, python_text
from spillway_adapters.query.csv_words import spelled
from spillway_adapters.query.language import (
    Attach,
    Derive,
    Distinct,
    Filter,
    From,
    Group,
    Input,
    Join,
    Limit,
    Refused,
    Select,
    Settings,
    Sort,
    Step,
    Union,
    Window,
    order_is_lost,
)
from spillway_adapters.query.language import (
    Job as QueryJob,
)
from spillway_adapters.query.python_layout import (
    WIDTH,
    broken,
    fresh,
    identifiers,
    lines,
    mapping,
    names,
    word_list,
)
from spillway_adapters.query.python_text import string as quoted
from spillway_adapters.query.spark_expressions import SOURCES, TYPES, Columns, Helpers, col

TAKEN = (
    "inputs", "workers", "memory_bytes", "scratch", "run", "spark", "F", "Window", "SparkSession",
    "datetime", "os", "files", "plain", "with_quotes", "window", "rows", "table", "result",
)  # fmt: skip
ENCODINGS = {"latin-1": "ISO-8859-1"}
MEBIBYTE = 1 << 20
#: Spark refuses a smaller heap: one and a half times the 300 MiB that it keeps for itself.
LEAST_HEAP = 450
#: Tasks that share the memory hold so much of a partition at a time.
PARTITION_SHARE = 8
MOST_PARTITIONS = 2000


def compile(job: QueryJob, settings: Settings) -> str:
    """The program's text. Refused where Spark cannot."""
    return _Program(job, settings).text()


def session(settings: Settings) -> dict[str, str]:
    """What Spark has to know before it starts: the heap, and beside it memory for sorting and
    hashing that the garbage collector does not walk through."""
    if settings.memory_bytes is None:
        return {}
    mebibytes = settings.memory_bytes // MEBIBYTE
    heap = max(mebibytes * 2 // 3, min(mebibytes, LEAST_HEAP), LEAST_HEAP)
    beside = mebibytes - heap
    found = {"spark.driver.memory": f"{heap}m"}
    if beside >= 32:
        found["spark.memory.offHeap.enabled"] = "true"
        found["spark.memory.offHeap.size"] = f"{beside}m"
    return found


def partitions(job: QueryJob, settings: Settings) -> int:
    """Of a shuffle: two a task, more where the memory is small for the data."""
    least = 2 * settings.workers
    if settings.memory_bytes is None:
        return least
    bytes_read = sum(table.bytes for table in job.inputs.values())
    share = settings.memory_bytes / settings.workers / PARTITION_SHARE
    return min(max(least, math.ceil(bytes_read / share)), MOST_PARTITIONS)


class _Program:
    def __init__(self, job: QueryJob, settings: Settings) -> None:
        self.job = job
        self.settings = settings
        self.helpers = Helpers()
        self.columns = Columns(self.helpers)
        self._body: list[str] = []
        self._windows = 0
        self._has_nothing = False
        self._variables = identifiers([*job.inputs, *job.let], (*TAKEN, *SOURCES))

    def text(self) -> str:
        readers = [line for table in self.job.inputs.values() for line in self._read(table)]
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
        chain = _Chain(self, self.variable(first.name))
        for place, step in enumerate(others):
            chain.step(step, others[place + 1 :])
        self._body += chained(target, chain.base, chain.calls)

    def window(self, specification: str) -> str:
        """A variable with it."""
        self._windows += 1
        name = "window" if self._windows == 1 else f"window_{self._windows}"
        self.say(f"{name} = {specification}")
        return name

    # --- Files -----------------------------------------------------------------------------------

    def _read(self, table: Input) -> list[str]:
        return self._csv(table) if table.format == "csv" else self._parquet(table)

    def _csv(self, table: Input) -> list[str]:
        form = table.csv
        assert form is not None
        if form.skip_rows and form.encoding != "utf-8":
            raise Refused(
                f"input {table.name}",
                "Spark's reader cannot leave out lines before the header of a file in"
                f" {form.encoding}.",
            )
        as_text = self.settings.numbers_as_text or form.missing is not None
        types, values = [], []
        for column, kind in table.columns.items():
            own = col(column)
            read = "string"
            if column in table.used and kind != "text":
                if as_text or (form.decimal != "." and kind == "float64"):
                    self._has_nothing = True
                    own = self._field(kind, own, form.decimal)
                elif kind == "timestamp":
                    # Those with a zone become UTC.
                    own = f'{own}.cast("timestamp").cast("timestamp_ntz")'
                else:
                    read = TYPES[kind]
                    if kind == "float64":
                        own = f"{self.helpers.use('finite')}({own})"
            elif column in table.used and form.missing is not None:
                words = names(dict.fromkeys(w.lower() for w in form.missing))
                own = f'F.when(~F.lower(F.trim({own}, F.lit(" \\t"))).isin({words}), {own})'
            types.append(f"`{column.replace('`', '``')}` {read}")
            if column in table.used:
                values.append((column, own))
        options = {
            "header": repr(form.header),
            **({"sep": quoted(form.delimiter)} if form.delimiter != "," else {}),
            "quote": quoted(form.quote),
            # Two quotes are one; a backslash is a character.
            "escape": quoted(form.quote),
            **({"comment": quoted(form.comment)} if form.comment else {}),
            **(
                {"encoding": quoted(ENCODINGS.get(form.encoding, form.encoding))}
                if form.encoding != "utf-8"
                else {}
            ),
            "mode": quoted("FAILFAST"),
            "nullValue": quoted("\ue000"),
        }
        own = self._variables[table.name]
        schema = f"{own.upper()}_SCHEMA"
        self._constants_for(schema, types)
        listed = ", ".join(f"{name}={value}" for name, value in options.items())
        paths = f"inputs[{quoted(table.name)}]"
        reader = f"spark.read.options({listed}).schema({schema})"
        found = []
        if form.skip_rows:
            found.append(f"# The {form.skip_rows} lines before the header have to be blank.")
        if form.quote:
            mark = quoted(form.quote)
            has = self.helpers.use("has")
            found.append("# A quoted field may hold line breaks: one task has to read the file.")
            found.append(f"with_quotes = [path for path in {paths} if {has}(path, b{mark})]")
            found.append(f"plain = [path for path in {paths} if path not in with_quotes]")
            found.append("# An empty field is null, an empty text in quotes is a text.")
            found.append(f"{own} = {reader}.csv(plain)")
            found.append("if with_quotes:")
            found.append(f"    {own} = {own}.unionAll({reader}.csv(with_quotes, multiLine=True))")
        else:
            found.append(f"{own} = {reader}.csv({paths})")
        found += self._selected(own, table, values)
        return found

    def _constants_for(self, schema: str, types: Sequence[str]) -> None:
        self._schemas = [*getattr(self, "_schemas", []), (schema, ", ".join(types))]

    def _field(self, kind: str, own: str, decimal: str) -> str:
        word = self.helpers.use("word")
        match kind:
            case "float64":
                if decimal != ".":
                    own = f"F.translate({own}, {quoted('.' + decimal)}, {quoted('x.')})"
                return f"{self.helpers.use('float64_field')}({own})"
            case "bool":
                return f"{self.helpers.use('bool_field')}({own})"
            case "timestamp":
                return f'{word}({own}).cast("timestamp").cast("timestamp_ntz")'
        return f'{word}({own}).cast("{TYPES[kind]}")'

    def _parquet(self, table: Input) -> list[str]:
        own = self._variables[table.name]
        options = ""
        if table.hive:
            options = f'.option("basePath", {quoted(table.root)})'
        values = []
        for column in table.used:
            kind, value = table.columns[column], col(column)
            value = f'{value}.cast("{TYPES[kind]}")'
            if kind == "float64":
                value = f"{self.helpers.use('finite')}({value})"
            values.append((column, value))
        read = f"spark.read{options}.parquet(*inputs[{quoted(table.name)}])"
        return [f"{own} = {read}", *self._selected(own, table, values)]

    def _selected(self, own: str, table: Input, values: list[tuple[str, str]]) -> list[str]:
        if all(value == col(column) for column, value in values):
            if len(values) == len(table.columns):
                return []
            return [f"{own} = {own}.select({', '.join(_select_names(table.used))})"]
        listed = ", ".join(
            value if value == col(column) else f"{value}.alias({quoted(column)})"
            for column, value in values
        )
        return [f"{own} = {own}.select({listed})"]

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
        constants = python_text.constants(job, settings)
        for name, text in getattr(self, "_schemas", []):
            constants += _long_text(name, text)
        if self._has_nothing:
            constants += self._words()
        shuffle = partitions(job, settings)
        run = [
            "def run(inputs, workers, memory_bytes, scratch):",
            "    spark = SparkSession.builder.getOrCreate()",
            "    # Integers that overflow are errors.",
            '    spark.conf.set("spark.sql.ansi.enabled", True)',
            '    spark.conf.set("spark.sql.caseSensitive", True)',
            '    spark.conf.set("spark.sql.session.timeZone", "UTC")',
            "    # Two for each task at a time, or more where the memory asks for small ones.",
            f'    spark.conf.set("spark.sql.shuffle.partitions", {shuffle})',
            *(piece for line in readers for piece in self._indented(line)),
            *self._body,
        ]
        options = {"spark.master": f"local[{settings.workers}]", **session(settings)}
        main = [
            'if __name__ == "__main__":',
            "    builder = SparkSession.builder",
            *(
                f"    builder = builder.config({quoted(name)}, {quoted(value)})"
                for name, value in options.items()
            ),
            "    builder.getOrCreate()",
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

    def _words(self) -> list[str]:
        from spillway_adapters.spec import STANDARD_MISSING

        words = STANDARD_MISSING
        for table in self.job.inputs.values():
            if table.csv is not None and table.csv.missing is not None:
                words = tuple(word.lower() for word in spelled(table.csv.missing))
        return [
            "# What is null in a column of anything but text, in any letter case.",
            *word_list("NOTHING", dict.fromkeys(["", *words])),
        ]


def _long_text(name: str, text: str) -> list[str]:
    """A constant, over several lines where it is long."""
    if len(f"{name} = {quoted(text)}") <= WIDTH:
        return [f"{name} = {quoted(text)}"]
    found, line = [], ""
    for part in text.split(", "):
        if line and len(line) + len(part) > WIDTH - 12:
            found.append(line)
            line = ""
        line += f"{part}, "
    found.append(line.removesuffix(", "))
    return [f"{name} = (", *(f"    {quoted(each)}" for each in found), ")"]


def _select_names(columns: Sequence[str]) -> list[str]:
    return [
        quoted(column) if col(column) == f"F.col({quoted(column)})" else col(column)
        for column in columns
    ]


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


class _Chain:
    """Calls of methods that a list of steps becomes."""

    def __init__(self, program: _Program, base: str) -> None:
        self._program = program
        self._columns = program.columns
        self.base = base
        self.calls: list[str] = []
        self._ordered = False  #: the last call does nothing but give the columns their order

    def _call(self, method: str, *arguments: str) -> None:
        self.calls.append(f".{method}({', '.join(arguments)})")

    def step(self, step: Step, others: Sequence[Step]) -> None:
        columns = self._columns
        if not isinstance(step, Select):
            self._ordered = False
        match step:
            case Filter():
                self._call("filter", str(columns.column(step.condition)))
            case Derive():
                made = [(c, str(columns.column(e))) for c, e in step.columns.items()]
                self._with(made)
            case Select():
                self._select(step.columns)
                self._ordered = False
            case Join():
                self._join(step)
            case Attach():
                row = self._program.helpers.use("single_row")
                self._call("crossJoin", f"{row}({self._program.variable(step.table)})")
            case Union():
                self._union(step)
            case Group():
                self._group(step)
            case Distinct():
                self._call("distinct")
            case Window():
                self._window(step)
            case Sort():
                if not order_is_lost(others):
                    self._call("orderBy", *map(columns.order, step.order))
            case Limit():
                if step.offset:
                    self._call("offset", str(step.offset))
                self._call("limit", str(step.rows))
            case _:
                raise Refused(step.place, "Spark's compiler does not know it.")

    def _with(self, made: list[tuple[str, str]]) -> None:
        if len(made) == 1:
            ((name, code),) = made
            self._call("withColumn", quoted(name), code)
        elif made:
            self._call("withColumns", mapping(made))

    def _select(self, chosen: dict[str, str]) -> None:
        if self._ordered:
            self.calls.pop()
        self._call(
            "select",
            *(
                _select_names([old])[0] if new == old else f"{col(old)}.alias({quoted(new)})"
                for new, old in chosen.items()
            ),
        )

    def _join(self, step: Join) -> None:
        right = self._program.variable(step.table)
        how = {"semi": "left_semi", "anti": "left_anti"}.get(step.how, step.how)
        if step.null_aware:
            # NOT IN, which Spark knows by this form.
            ((left, key),) = step.on
            own = fresh(key, {*step.schema, *step.table_schema})
            other = f"{right}.select({col(key)}.alias({quoted(own)}))"
            same = f"{col(left)} == {col(own)}"
            self._call("join", other, f"({same}) | ({same}).isNull()", quoted(how))
            return
        keys = [left for left, _ in step.on]
        other = right
        if step.how in ("semi", "anti"):
            chosen = ", ".join(
                f"{col(key)}.alias({quoted(left)})" if left != key else _select_names([key])[0]
                for left, key in step.on
            )
            other = f"{right}.select({chosen})"
        elif any(left != key for left, key in step.on):
            pairs = [(key, quoted(left)) for left, key in step.on if left != key]
            other = f"{right}.withColumnsRenamed({mapping(pairs)})"
        on = quoted(keys[0]) if len(keys) == 1 else names(keys)
        self._call("join", other, on, quoted(how))
        columns = list(step.schema)
        if columns[: len(keys)] != keys:
            # A join by names puts the keys in front.
            self._call("select", *_select_names(columns))
            self._ordered = True

    def _union(self, step: Union) -> None:
        for table, schema in zip(step.tables, step.table_schemas, strict=True):
            pairs = zip(schema.items(), step.schema.values(), strict=True)
            chosen = [
                f'{col(column)}.cast("double")' if kind != wanted else _select_names([column])[0]
                for (column, kind), wanted in pairs
            ]
            other = f"{self._program.variable(table)}.select({', '.join(chosen)})"
            self._call("unionAll", other)

    def _group(self, step: Group) -> None:
        keys = _select_names(step.by)
        if not step.aggregates:
            self._call("select", *keys)
            self._call("distinct")
            return
        if keys:
            self._call("groupBy", *keys)
        self._call(
            "agg",
            *(
                f"{self._columns.aggregate(aggregate)}.alias({quoted(name)})"
                for name, aggregate in step.aggregates.items()
            ),
        )

    def _window(self, step: Window) -> None:
        base = []
        if step.partition:
            base.append(f"partitionBy({', '.join(_select_names(step.partition))})")
        if step.order:
            base.append(f"orderBy({', '.join(map(self._columns.order, step.order))})")
        specification = ".".join(["Window", *(base or ["partitionBy()"])])
        ordered = self._program.window(specification)
        framed = ordered
        if step.order and step.frame != "range":
            ends = {
                "rows": "Window.unboundedPreceding, Window.currentRow",
                "all": "Window.unboundedPreceding, Window.unboundedFollowing",
            }.get(str(step.frame), f"-{step.frame}, Window.currentRow")
            framed = f"{ordered}.rowsBetween({ends})"
        made = [
            (name, self._columns.window(call, ordered, framed))
            for name, call in step.columns.items()
        ]
        self._with(made)


# --- Runs ----------------------------------------------------------------------------------------

#: Options of a file's dialect that the program reads by itself.
OBEYS = ("comment", "encoding")


class Job:
    def __init__(self, run: Run) -> None:
        self._program = program.of(run, compile)
        settings = self._program.settings
        # The program sets the partitions, too; here they are what the run reports.
        shuffle = str(partitions(self._program.job, settings))
        self.settings = {**session(settings), "spark.sql.shuffle.partitions": shuffle}

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
