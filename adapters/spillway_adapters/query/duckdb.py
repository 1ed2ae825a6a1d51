"""A query job as one SQL statement for DuckDB.

Steps that SQL says in one SELECT become one; each further SELECT is a common table expression with
the name of what it is.
"""

from __future__ import annotations

import dataclasses
import glob
from collections.abc import Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from spillway_adapters import csv_plain
from spillway_adapters.protocol import Answer, Run
from spillway_adapters.query import (
    as_typed,
    csv_numbers,
    duckdb_sql,
    language,
    program,
    python_text,
)
from spillway_adapters.query.csv_words import spellings
from spillway_adapters.query.duckdb_sql import TYPES, Writer, literal, name, orders
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
    Schema,
    Select,
    Settings,
    Sort,
    Step,
    Union,
    Window,
    columns_as_text,
    columns_of,
)
from spillway_adapters.spec import STANDARD_MISSING

if TYPE_CHECKING:
    from spillway_adapters.duckdb_engine import Session

#: The profile whose answer the others are compared with.
ORACLE = "oracle"


def compile(job: language.Job, settings: Settings) -> str:
    """The program's text. Refused where DuckDB cannot."""
    return _Program(job, settings).text()


class _Names:
    """DuckDB does not tell names apart that differ in the case of letters alone, also in quotes."""

    def __init__(self) -> None:
        self._taken: dict[str, str] = {}  #: folded: as it is written in the job

    def __call__(self, wanted: str) -> str:
        """The SQL of it."""
        return name(self.plain(wanted))

    def plain(self, wanted: str) -> str:
        found, number = wanted, 1
        while self._taken.setdefault(found.casefold(), wanted) != wanted:
            number += 1
            found = f"{wanted}_{number}"
        return found


class _Select:
    """One SELECT that is being put together."""

    def __init__(self, source: str, items: dict[str, str]) -> None:
        self.source = source
        self.items = items  #: a column: its SQL
        self.plain = set(items)  #: those that are columns of the source
        self.where: list[str] = []
        self.group: list[str] | None = None
        self.distinct = False
        self.order = ""
        self.limit = ""
        #: What may still come into this SELECT: nothing that is done before what it has.
        self.closed = False

    def sees(self, columns: Iterable[str]) -> bool:
        return not self.closed and set(columns) <= self.plain


class _Chain:
    """The steps of one list, as SELECTs one after the other."""

    def __init__(self, program: _Program, title: str) -> None:
        self._program = program
        self._writer = program.writer
        self._title = title
        self._now = _Select("", {})

    def text(self, steps: tuple[Step, ...]) -> str:
        for place, step in enumerate(steps):
            follower = steps[place + 1] if place + 1 < len(steps) else None
            # An order that nothing asks for is none.
            if isinstance(step, Sort) and follower and not isinstance(follower, Limit):
                continue
            self._step(step)
        return self._rendered(steps[-1].schema)

    def _step(self, step: Step) -> None:
        match step:
            case From():
                self._begin(self._program.table(step.name), step.schema)
            case Filter():
                self._sees(columns_of(step.condition), step)
                strength = duckdb_sql.AND
                self._now.where.append(self._writer.text(step.condition, self._now.items, strength))
            case Derive():
                self._derive(step)
            case Select():
                # Without its aggregates a group of everything would be a row for every row.
                if self._now.distinct or self._now.order or self._now.group == []:
                    self._flush(step)
                now = self._now
                now.items = {new: now.items[old] for new, old in step.columns.items()}
                now.plain = {new for new, old in step.columns.items() if old in now.plain}
            case Join():
                self._join(step)
            case Attach():
                self._attach(step)
            case Union():
                self._union(step)
            case Group():
                self._group(step)
            case Distinct():
                if self._now.closed:
                    self._flush(step)
                self._now.distinct = self._now.closed = True
            case Window():
                self._window(step)
            case Sort():
                if self._now.distinct or self._now.order:
                    self._flush(step)
                names = {column: self._program.name(column) for column in step.schema}
                self._now.order = orders(step.order, names)
                self._now.closed = True
            case Limit():
                self._now.limit = f"LIMIT {step.rows}" + (
                    f" OFFSET {step.offset}" if step.offset else ""
                )
            case _:
                raise Refused(step.place, "DuckDB's compiler does not know it.")

    # --- Levels ----------------------------------------------------------------------------------

    def _begin(self, source: str, schema: Schema) -> None:
        self._now = _Select(source, {column: self._program.name(column) for column in schema})

    def _sees(self, columns: Iterable[str], step: Step) -> None:
        """So that these are columns of the SELECT's source."""
        if not self._now.sees(columns):
            self._flush(step)

    def _flush(self, step: Step, always: bool = False) -> None:
        """What there is becomes a table of its own, which the next SELECT reads."""
        if not always and self._is_whole():
            return
        schema = list(self._now.items)
        text = self._rendered(schema)
        self._begin(self._program.add(self._title, text), dict.fromkeys(schema, "text"))

    def _is_whole(self) -> bool:
        """Whether it is a table as it is."""
        now = self._now
        plain = all(self._program.name(column) == item for column, item in now.items.items())
        return (
            plain
            and set(now.items) == now.plain
            and not (now.where or now.closed)
            and now.source == self._program.only_table(now.source)
        )

    def _rendered(self, schema: Iterable[str]) -> str:
        now = self._now
        items = [
            item if item == (own := self._program.name(column)) else f"{item} AS {own}"
            for column, item in ((column, now.items[column]) for column in schema)
        ]
        lines = [_clause("SELECT DISTINCT" if now.distinct else "SELECT", items, ",")]
        lines.append(f"FROM {now.source}")
        if now.where:
            lines.append(_clause("WHERE", now.where, " AND", ahead=True))
        if now.group:
            lines.append(_clause("GROUP BY", now.group, ","))
        if now.order:
            lines.append(f"ORDER BY {now.order}")
        if now.limit:
            lines.append(now.limit)
        return "\n".join(lines)

    # --- Steps -----------------------------------------------------------------------------------

    def _derive(self, step: Derive) -> None:
        read = set().union(*map(columns_of, step.columns.values()))
        now = self._now
        one_row = now.group == [] and any(column in now.items for column in step.columns)
        if now.distinct or now.order or one_row or not read <= now.plain:
            self._flush(step)
        now = self._now
        made = {
            column: self._writer.value(expression, now.items)
            for column, expression in step.columns.items()
        }
        now.items = {column: made.get(column, now.items.get(column, "")) for column in step.schema}
        now.plain -= set(made)

    def _join(self, step: Join) -> None:
        program = self._program
        self._flush(step)
        left, right = self._now.source, program.table(step.table)
        if step.null_aware:
            ((own, other),) = step.on
            self._now.where.append(
                f"{program.name(own)} NOT IN (SELECT {program.name(other)} FROM {right})"
            )
            return
        l, r = program.aliases(left, right)  # noqa: E741
        on = " AND ".join(f"{l}.{program.name(a)} = {r}.{program.name(b)}" for a, b in step.on)
        source = f"{_as(left, l)}\n{step.how.upper()} JOIN {_as(right, r)} ON {on}"
        items = {column: f"{l}.{program.name(column)}" for column in self._now.items}
        if step.how not in ("semi", "anti"):
            keys = {other for _, other in step.on}
            for column in step.table_schema:
                if column not in keys:
                    items[column] = f"{r}.{program.name(column)}"
        plain = set(items)
        if step.how == "full":
            for own, other in step.on:
                items[own] = f"coalesce({items[own]}, {r}.{program.name(other)})"
                plain.discard(own)
        self._now = _Select(source, {column: items[column] for column in step.schema})
        self._now.plain = plain

    def _attach(self, step: Attach) -> None:
        # A scalar subquery without a row is null, with more than one an error.
        self._flush(step)
        program, table = self._program, self._program.table(step.table)
        for column in step.table_schema:
            self._now.items[column] = f"(SELECT {program.name(column)} FROM {table})"

    def _union(self, step: Union) -> None:
        program = self._program
        widened = {
            column
            for place, (column, kind) in enumerate(step.schema.items())
            if kind == "float64"
            and any(list(s.values())[place] == "int64" for s in step.table_schemas)
        }
        self._flush(step)
        own = list(step.schema)
        for column in widened:
            item = f"CAST({self._now.items[column]} AS DOUBLE)"
            self._now.items[column] = item
        parts = [self._rendered(own)]
        for table, schema in zip(step.tables, step.table_schemas, strict=True):
            items = [
                f"CAST({program.name(column)} AS DOUBLE)"
                if own[place] in widened and kind == "int64"
                else program.name(column)
                for place, (column, kind) in enumerate(schema.items())
            ]
            parts.append(_clause("SELECT", items, ",") + f"\nFROM {program.table(table)}")
        self._begin(program.add(self._title, "\nUNION ALL\n".join(parts)), step.schema)

    def _group(self, step: Group) -> None:
        arguments = [aggregate.argument for aggregate in step.aggregates.values()]
        self._sees(set(step.by).union(*map(columns_of, arguments)), step)
        now = self._now
        items = {column: now.items[column] for column in step.by}
        for column, aggregate in step.aggregates.items():
            items[column] = self._writer.aggregate(aggregate, now.items)
        now.group = [now.items[column] for column in step.by]
        now.items, now.plain, now.closed = items, set(), True

    def _window(self, step: Window) -> None:
        read = {*step.partition, *(order.column for order in step.order)}
        read = read.union(*(columns_of(call.argument) for call in step.columns.values()))
        self._sees(read, step)
        now = self._now
        base = []
        if step.partition:
            base.append("PARTITION BY " + ", ".join(now.items[c] for c in step.partition))
        if step.order:
            base.append("ORDER BY " + orders(step.order, now.items))
        frame = {"rows": "ROWS UNBOUNDED PRECEDING"}.get(str(step.frame), "")
        if isinstance(step.frame, int):
            frame = f"ROWS BETWEEN {step.frame} PRECEDING AND CURRENT ROW"
        made = {
            column: self._writer.window(call, now.items, " ".join(base), frame)
            for column, call in step.columns.items()
        }
        now.items = {**now.items, **made}
        now.plain -= set(made)
        now.closed = True


def _nulls(form: language.Csv) -> str:
    """Words of the file's own hold for text, too, where it is not in quotes."""
    if form.missing is None:
        return "''"
    return f"[{', '.join(map(literal, spellings(form.missing)))}]"


def _as(table: str, alias: str) -> str:
    return table if table == alias else f"{table} AS {alias}"


def _clause(word: str, parts: list[str], between: str, ahead: bool = False) -> str:
    """On one line where that is short."""
    joined = f"{between.strip() if ahead else between} ".join(parts)
    if ahead:
        joined = f"{between} ".join(parts)
    line = f"{word} {joined}"
    if len(line) <= 88 and "\n" not in line:
        return line
    if ahead:
        return f"{word} " + f"\n  {between.strip()} ".join(parts)
    return f"{word}\n  " + f"{between}\n  ".join(parts)


class _Program:
    def __init__(self, job: language.Job, settings: Settings) -> None:
        self.job = job
        self._settings = settings
        self.writer = Writer()
        self.name = _Names()
        self._table_names = _Names()
        self._tables: dict[str, str] = {}  #: inputs and lists of the job: their SQL
        self._ctes: list[tuple[str, str]] = []
        self._own: set[str] = set()
        self._forms: dict[tuple[tuple[str, ...] | None, str], int] = {}  #: of CSV files as text

    # --- Tables ----------------------------------------------------------------------------------

    def table(self, table: str) -> str:
        return self._tables[table]

    def only_table(self, source: str) -> str | None:
        """The source when it is a table alone."""
        return source if source in self._own else None

    def aliases(self, left: str, right: str) -> tuple[str, str]:
        if left != right:
            return left, right
        return left, name(self._free(f"{left.strip(chr(34))}_again"))

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
        job = self.job
        self._check_names()
        for table in job.inputs.values():
            self._tables[table.name] = self._add(
                self._table_names.plain(table.name), self.read(table)
            )
        for title, steps in job.let.items():
            own = self._table_names.plain(title)
            text = _Chain(self, own).text(steps)
            self._tables[title] = self._add(own, text)
        final = _Chain(self, "step").text(job.steps)
        return self._module(self._statement(final))

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
        parts = [f"{own} AS (\n{_indented(text)}\n)" for own, text in self._ctes]
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
        return f"COPY (\n{_indented(query)}\n)\nTO $output ({', '.join(options)})"

    def read(self, table: Input) -> str:
        return self._csv(table) if table.format == "csv" else self._parquet(table)

    def _parameter(self, table: Input) -> str:
        return f"${table.name}"

    def _csv(self, table: Input) -> str:
        form = table.csv
        assert form is not None
        as_text = columns_as_text(table, self._settings)
        types, items = [], []
        for column, kind in table.columns.items():
            used = column in table.used
            own = self.name.plain(column)
            read, item = "VARCHAR", name(own)
            if used and kind != "text":
                if column in as_text:
                    item = self._word(kind, name(own), form)
                else:
                    # The reader leaves a zone away; the cast makes it UTC.
                    read = "VARCHAR" if kind == "timestamp" else TYPES[kind]
                    if kind == "float64":
                        item = self.writer.macro("finite", item)
                    elif kind == "timestamp":
                        item = f"CAST(CAST({item} AS TIMESTAMPTZ) AS TIMESTAMP)"
            types.append(f"{literal(own)}: {literal(read)}")
            if used:
                items.append(item if item == name(own) else f"{item} AS {name(own)}")
        options = [
            self._parameter(table),
            f"header = {'true' if form.header else 'false'}",
            f"delim = {literal(form.delimiter)}",
            f"quote = {literal(form.quote)}",
            f"escape = {literal(form.quote)}",
            f"nullstr = {_nulls(form)}",
            # An empty field is null, an empty text in quotes is one.
            "allow_quoted_nulls = false",
            "auto_detect = false",
            "strict_mode = true",
            f"columns = {{\n    {(',' + chr(10) + '    ').join(types)}\n  }}",
        ]
        floats = {column for column in table.used if table.columns[column] == "float64"}
        if form.decimal != "." and floats - as_text:
            options.append(f"decimal_separator = {literal(form.decimal)}")
        if form.skip_rows:
            options.insert(1, f"skip = {form.skip_rows}")
        if self._settings.numbers_as_text:  # Also where the reader has found a long row.
            options.insert(1, "max_line_size = 16777216")
        reader = "read_csv(\n  " + ",\n  ".join(options) + "\n)"
        if not items:  # Rows are counted, nothing else.
            items = ["1 AS one"]
        return _clause("SELECT", items, ",") + f"\nFROM {reader}"

    def _word(self, kind: str, column: str, form: language.Csv) -> str:
        macro = {
            "int64": "csv_integer",
            "float64": "csv_number",
            "bool": "csv_bool",
            "date": "csv_date",
            "timestamp": "csv_timestamp",
        }[kind]
        self._forms.setdefault((form.missing, form.decimal), len(self._forms) + 1)
        return self.writer.macro(macro + self._suffix(form), column)

    def _suffix(self, form: language.Csv) -> str:
        """Files of one job may have words and decimals of their own."""
        number = self._forms[form.missing, form.decimal]
        return "" if number == 1 else f"_{number}"

    def _parquet(self, table: Input) -> str:
        items = []
        for column in table.used:
            kind = table.columns[column]
            own = name(self.name.plain(column))
            item = f"CAST({name(column)} AS {TYPES[kind]})"
            if kind == "float64":
                item = self.writer.macro("finite", item)
            items.append(f"{item} AS {own}")
        options = [self._parameter(table)]
        if table.hive:
            types = ", ".join(
                f"{literal(column)}: {TYPES[table.columns[column]]}" for column in table.hive
            )
            options += ["hive_partitioning = true", f"hive_types = {{{types}}}"]
        if not items:
            items = ["1 AS one"]
        return _clause("SELECT", items, ",") + f"\nFROM read_parquet({', '.join(options)})"

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
            lines += ["MACROS = " + python_text.block(_laid_out(macros)), ""]
        lines += ["QUERY = " + python_text.block(_laid_out(query)), "", ""]
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
        found = {**duckdb_sql.MACROS, **self._csv_macros()}
        wanted = set(self.writer.macros)
        return "\n".join(
            f"-- {found[macro][0]}\nCREATE OR REPLACE TEMP MACRO {found[macro][1]};"
            for macro in found
            if macro in wanted
        )

    def _csv_macros(self) -> dict[str, tuple[str, str]]:
        made: dict[str, tuple[str, str]] = {}
        for (missing, decimal), number in self._forms.items():
            made |= self._csv_macros_of(missing, decimal, "" if number == 1 else f"_{number}")
        return made

    def _csv_macros_of(
        self, missing: tuple[str, ...] | None, decimal: str, suffix: str
    ) -> dict[str, tuple[str, str]]:
        words = STANDARD_MISSING if missing is None else [word.lower() for word in missing]
        listed = ", ".join(map(literal, ["", *sorted(set(words))]))
        present = f"CASE WHEN lower(trim(s, ' \t')) NOT IN ({listed}) THEN trim(s, ' \t') END"
        word = f"csv_word{suffix}"
        self.writer.macros.add(word)
        made = {word: ("A word for a value that is missing is null.", f"{word}(s) AS {present}")}
        number = f"{word}(s)"
        if decimal != ".":
            number = f"replace(replace({number}, '.', 'x'), {literal(decimal)}, '.')"
        pattern = "(?i)[+-]?(([0-9]+\\.?[0-9]*|\\.[0-9]+)(e[+-]?[0-9]+)?|inf|infinity)"
        moment = f"CAST({word}(s) AS TIMESTAMPTZ)"
        checks = {
            "csv_integer": (f"{word}(s)", "[+-]?[0-9]+", "BIGINT", "a whole number"),
            "csv_number": (number, pattern, "DOUBLE", "a number"),
            "csv_bool": (f"{word}(s)", "(?i)true|false", "BOOLEAN", "true or false"),
            "csv_date": (f"{word}(s)", "[0-9]{4}-[0-9]{2}-[0-9]{2}", "DATE", "a date"),
            "csv_timestamp": (f"{word}(s)", "[^ ].*", "TIMESTAMP", "a timestamp"),
        }
        for macro, (text, shape, kind, what) in checks.items():
            value = f"CAST({moment if macro == 'csv_timestamp' else text} AS {kind})"
            if macro == "csv_number" and macro + suffix in self.writer.macros:
                value = self.writer.macro("finite", value)
            made[macro + suffix] = (
                f"Anything but {what} is an error.",
                f"{macro}{suffix}(s) AS CASE WHEN {word}(s) IS NULL THEN NULL"
                f" WHEN regexp_full_match({text}, {literal(shape)}) THEN {value}"
                f" ELSE error('Expected {what}, found ' || s) END",
            )
        return made


def _laid_out(text: str) -> str:
    return text.replace(duckdb_sql.LINE_BREAK, "\n")


def _indented(text: str) -> str:
    return "\n".join("  " + line for line in text.split("\n"))


# --- Runs ----------------------------------------------------------------------------------------


class Job:
    def __init__(self, run: Run) -> None:
        self._program = program.of(run, compile)
        self._sql = run.spec.workload.sql if run.spec.profile == ORACLE else ""

    def work(self, run: Run, session: Session) -> Answer:
        import duckdb

        run.afterwards = self._check
        if self._sql:
            return self._as_typed(run, session)
        # The program's connection is the module's own.
        duckdb.set_default_connection(session.connection)
        return program.work(
            run, self._program, call=session.call, reads_again=_reads_again, words=words
        )

    def _as_typed(self, run: Run, session: Session) -> Answer:
        """A user's own SQL, in a database that reads the job's files and nothing else."""
        job = self._program.job
        paths = program.plain_paths(run, job, csv_plain.SKIPS)

        def ask(as_text: bool) -> Any:  # noqa: ANN401 (DuckDB's own)
            for statement in statements(job, self._program.settings, paths, as_text):
                session.connection.execute(statement)
            return as_typed.relation(session.connection, self._sql, job.schema).materialize()

        with run.phase("compute"):
            try:
                found = session.call(lambda: ask(as_text=False))
            except Exception as failure:
                if not _reads_again(failure):
                    raise
                # The configuration is locked: a database of its own.
                session.renew()
                found = session.call(lambda: ask(as_text=True))
        rows = dataclasses.replace(job, output=None)
        return partial(program.result, run, rows, found)

    def _check(self) -> None:
        from spillway_adapters import duckdb_csv

        for data in program.csv_tables(self._program.job):
            duckdb_csv.check(data)


def statements(
    job: language.Job, settings: Settings, paths: dict[str, list[str]], as_text: bool
) -> Iterator[str]:
    """Views of the tables for SQL as typed, then no way to anything else."""
    whole = {
        name: dataclasses.replace(table, used=tuple(table.columns))
        for name, table in job.inputs.items()
    }
    settings = dataclasses.replace(settings, numbers_as_text=as_text)
    writer = _Program(csv_numbers.looked_at(dataclasses.replace(job, inputs=whole)), settings)
    views, files = [], []
    for table in writer.job.inputs.values():
        patterns = ", ".join(literal(glob.escape(path)) for path in paths[table.name])
        text = writer.read(table).replace(f"${table.name}", f"[{patterns}]", 1)
        views.append(_laid_out(f"CREATE VIEW {name(table.name)} AS\n{text}"))
        files += paths[table.name]
    yield "SET TimeZone = 'UTC'"
    yield _laid_out(writer.macros()).replace("TEMP MACRO", "MACRO")
    yield from views
    yield from as_typed.SETTINGS
    yield f"SET allowed_paths = [{', '.join(map(literal, files))}]"
    yield "SET enable_external_access = false"
    yield "SET lock_configuration = true"


def _reads_again(failure: Exception) -> bool:
    import duckdb

    return isinstance(failure, duckdb.ConversionException | duckdb.InvalidInputException)


def words(failure: Exception) -> str | None:
    """What a failure means in the language."""
    said = str(failure)
    if "Overflow in " in said or "Overflow on " in said or ("INT128" in said and "INT64" in said):
        return program.OVERFLOW
    if "More than one row returned by a subquery" in said:
        return program.SEVERAL_ROWS
    return None
