"""A query job as a lazy query for Polars, on its streaming engine.

A list of steps is one chain of methods. A window is a sort and over(): Polars keeps the rows of a
group in their order.
"""

from __future__ import annotations

import dataclasses
from typing import TypeVar

from spillway_adapters.protocol import Answer, Run, stoppable
from spillway_adapters.query import language, polars_text, program, python_text
from spillway_adapters.query.csv_words import spellings
from spillway_adapters.query.language import (
    Aggregate,
    Attach,
    Call,
    Column,
    Derive,
    Distinct,
    Expression,
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
    Type,
    Union,
    Window,
    WindowCall,
    columns_as_text,
)
from spillway_adapters.query.polars_text import TYPES, Writer, column, sort_arguments, variable
from spillway_adapters.query.python_layout import fresh
from spillway_adapters.query.python_text import string
from spillway_adapters.spec import STANDARD_MISSING

Function = TypeVar("Function", Aggregate, WindowCall)

WIDTH = 88
MEBIBYTE = 1 << 20
#: Options of a file's dialect that the program has.
OBEYS = ("skip_rows", "comment")


def compile(job: language.Job, settings: Settings) -> str:
    """The program's text. Refused where Polars cannot."""
    return _Program(job, settings).text()


def call(method: str, arguments: list[str], indent: int) -> str:
    """On one line where it fits."""
    return bracketed(f"{method}(", arguments, ")", indent)


def bracketed(begin: str, items: list[str], end: str, indent: int) -> str:
    line = f"{begin}{', '.join(items)}{end}"
    if len(line) + indent <= WIDTH and "\n" not in line:
        return line
    space = " " * (indent + 4)
    lines = "".join(f"{space}{item},\n" for item in items)
    return f"{begin}\n{lines}{' ' * indent}{end}"


def named(items: dict[str, str]) -> list[str]:
    """Arguments that give columns their names."""
    if all(map(polars_text.name, items)):
        return [f"{name}={text}" for name, text in items.items()]
    return [
        text if text == column(name) else f"({text}).alias({string(name)})"
        for name, text in items.items()
    ]


class _Program:
    def __init__(self, job: language.Job, settings: Settings) -> None:
        self._job = job
        self._settings = settings
        self.writer = Writer()
        self._names = (
            set(
                [
                    "pl",
                    "os",
                    "datetime",
                    "glob",
                    "inputs",
                    "workers",
                    "memory_bytes",
                    "scratch",
                    "run",
                    "INPUTS",
                    "WORKERS",
                    "MEMORY_BYTES",
                    "LETTERS",
                    "MARKS",
                    "TITLES",
                    "WORDS",
                    "result",
                    "folder",
                ]
            )
            | set(polars_text.HELPERS)
            | set(_CSV_HELPERS)
        )
        self.tables: dict[str, str] = {}
        self._lines: list[str] = []
        self._forms: dict[tuple[str, ...] | None, int] = {}  #: words of CSV files as text

    def text(self) -> str:
        job = self._job
        for table in job.inputs.values():
            self.tables[table.name] = variable(table.name, self._names)
            self._lines += self._scan(self.tables[table.name], table)
        for title, steps in job.let.items():
            chain = _Chain(self, title).steps(steps)
            own = variable(title, self._names)
            self.tables[title] = own
            self._lines += _assigned(own, chain)
        self._lines += _assigned("result", _Chain(self, "result").steps(job.steps))
        return self._module()

    # --- Reading ---------------------------------------------------------------------------------

    def _scan(self, own: str, table: Input) -> list[str]:
        if table.format == "parquet":
            return _assigned(own, [self._parquet(table), *self._typed(table)])
        return _assigned(own, [self._csv(table), *self._from_csv(table)])

    def _csv(self, table: Input) -> str:
        form = table.csv
        assert form is not None
        as_text = columns_as_text(table, self._settings)
        pairs = []
        for name, kind in table.columns.items():
            read: Type = "text" if name in as_text or name not in table.used else kind
            pairs.append(f"{string(name)}: {TYPES[read]}")
        options = [f"inputs[{string(table.name)}]"]
        # By position: a header may have quotes, or a name twice.
        options.append("has_header=False")
        if form.header or form.skip_rows:
            options.append(f"skip_lines={form.skip_rows + form.header}")
        if form.delimiter != ",":
            options.append(f"separator={string(form.delimiter)}")
        if form.quote != '"':
            options.append(f"quote_char={string(form.quote) if form.quote else None}")
        if form.comment:
            options.append(f"comment_prefix={string(form.comment)}")
        floats = {name for name in table.used if table.columns[name] == "float64"}
        if form.decimal != "." and floats - as_text:
            options.append("decimal_comma=True")
        if form.missing is not None:
            # Also in quotes, which the reader does not tell apart here.
            words = [word for word in spellings(form.missing) if word]
            options.append("null_values=" + bracketed("[", [string(w) for w in words], "]", 12))
        options.append("schema=" + bracketed("{", pairs, "}", 12))
        options.append("glob=False")
        return call("pl.scan_csv", options, 8)

    def _from_csv(self, table: Input) -> list[str]:
        form = table.csv
        assert form is not None
        as_text = columns_as_text(table, self._settings)
        items = {}
        for name in table.used:
            kind = table.columns[name]
            if name in as_text:
                words = self._forms.setdefault(form.missing, len(self._forms) + 1)
                arguments = [column(name), "WORDS" if words == 1 else f"WORDS_{words}"]
                if kind == "float64" and form.decimal != ".":
                    arguments.append(f"decimal={string(form.decimal)}")
                items[name] = self.writer.helper(f"csv_{kind}", *arguments)
            elif kind == "float64":
                items[name] = self.writer.helper("finite", column(name))
        return self._columns(table, items)

    def _columns(self, table: Input, items: dict[str, str]) -> list[str]:
        """Those that are used, some of them mended."""
        links = []
        if list(table.used) != list(table.columns) and table.used:
            links.append(call(".select", [string(name) for name in table.used], 8))
        if items:
            links.append(call(".with_columns", named(items), 8))
        return links

    def _parquet(self, table: Input) -> str:
        options = [f"inputs[{string(table.name)}]"]
        if table.hive:
            pairs = ", ".join(f"{string(c)}: {TYPES[table.columns[c]]}" for c in table.hive)
            options += ["hive_partitioning=True", f"hive_schema={{{pairs}}}"]
        options.append("glob=False")
        return call("pl.scan_parquet", options, 8)

    def _typed(self, table: Input) -> list[str]:
        """Narrower types of the files are widened, NaN is null."""
        if not table.used:
            return []
        links = [call(".select", [string(name) for name in table.used], 8)]
        types = [f"{string(name)}: {TYPES[table.columns[name]]}" for name in table.used]
        links.append(".cast(" + bracketed("{", types, "}", 8) + ")")
        floats = [name for name in table.used if table.columns[name] == "float64"]
        if floats:
            items = {name: self.writer.helper("finite", column(name)) for name in floats}
            links.append(call(".with_columns", named(items), 8))
        return links

    # --- Text ------------------------------------------------------------------------------------

    def _module(self) -> str:
        job, settings = self._job, self._settings
        helpers = {**_csv_helpers(self._forms), **polars_text.HELPERS}
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
        lines += ["", "import polars as pl  # noqa: E402", ""]
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
        if output is None:
            return ['    return result.collect(engine="streaming")']
        method = f"sink_{output.format}"
        options = []
        if output.format == "parquet":
            codec = "uncompressed" if output.codec == "none" else output.codec
            options.append(f"compression={string(codec)}")
            if output.row_group_rows:
                options.append(f"row_group_size={output.row_group_rows}")
        lines = ['    folder = os.path.join(scratch, "output")', "    os.makedirs(folder)"]
        if output.partition_by:
            keys = ", ".join(map(string, output.partition_by))
            target = f"pl.PartitionBy(folder, key=[{keys}], include_key=False)"
        else:
            target = f'os.path.join(folder, "part-0.{output.format}")'
        options = [target, *options, 'engine="streaming"']
        return [*lines, "    " + call(f"result.{method}", options, 4), "    return folder"]


def _assigned(own: str, chain: list[str]) -> list[str]:
    """`own` = a chain of methods."""
    if len(chain) == 1 and len(own) + 3 + len(chain[0]) <= WIDTH and "\n" not in chain[0]:
        return [f"{own} = {chain[0]}"]
    lines = [f"{own} = ("]
    for link in chain:
        # Written for twelve columns within the function, eight of them are here.
        lines += [
            f"    {line}" if place == 0 else line for place, line in enumerate(_outdented(link))
        ]
    return [*lines, ")"]


def _outdented(link: str) -> list[str]:
    first, *others = link.split("\n")
    return [first, *(line[4:] for line in others)]


class _Chain:
    """The steps of one list as links of a chain."""

    def __init__(self, program: _Program, title: str) -> None:
        self._program = program
        self._writer = program.writer
        self._links: list[str] = []
        self._aside: list[str] = []  #: columns that are dropped after the step

    def steps(self, steps: tuple[Step, ...]) -> list[str]:
        before: Schema = {}
        for place, step in enumerate(steps):
            follower = steps[place + 1] if place + 1 < len(steps) else None
            # An order that nothing asks for is none.
            if isinstance(step, Sort) and follower and not isinstance(follower, Limit):
                continue
            self._step(step, before)
            before = step.schema
        return self._links

    def _add(self, method: str, arguments: list[str]) -> None:
        self._links.append(call(f".{method}", arguments, 8))

    def _step(self, step: Step, before: Schema) -> None:
        match step:
            case From():
                self._links.append(self._program.tables[step.name])
            case Filter():
                self._add("filter", [self._writer.text(step.condition)])
            case Derive():
                items = {name: self._writer.text(e) for name, e in step.columns.items()}
                self._add("with_columns", named(items))
            case Select():
                self._select(step)
            case Join():
                self._join(step)
            case Attach():
                table = self._program.tables[step.table]
                one = f"{table}.select(pl.all().item(allow_empty=True))"
                self._add("join", [one, 'how="cross"'])
            case Union():
                self._union(step, before)
            case Group():
                self._group(step)
            case Distinct():
                self._add("unique", [])
            case Window():
                self._window(step)
            case Sort():
                self._add("sort", sort_arguments(step.order, []))
            case Limit():
                if step.offset:
                    self._add("slice", [str(step.offset), str(step.rows)])
                else:
                    self._add("head", [str(step.rows)])
            case _:
                raise Refused(step.place, "Polars' compiler does not know it.")

    def _select(self, step: Select) -> None:
        same = all(new == old for new, old in step.columns.items())
        if same:
            self._add("select", [string(name) for name in step.columns])
        elif all(map(polars_text.name, step.columns)):
            items = [f"{new}={string(old)}" for new, old in step.columns.items()]
            self._add("select", items)
        else:
            items = [
                string(new) if new == old else f"{column(old)}.alias({string(new)})"
                for new, old in step.columns.items()
            ]
            self._add("select", items)

    def _join(self, step: Join) -> None:
        table = self._program.tables[step.table]
        lefts, rights = [a for a, _ in step.on], [b for _, b in step.on]
        if lefts == rights:
            on = [f"on={_names(lefts)}"]
        else:
            on = [f"left_on={_names(lefts)}", f"right_on={_names(rights)}"]
        options = [table, *on, f'how="{step.how}"']
        if step.how in ("left", "full", "inner"):
            options.append("coalesce=True")
        self._add("join", options)
        if step.null_aware:
            # NOT IN: a null among the values makes it null for every row.
            rows, nulls = fresh("rows", step.schema), fresh("nulls", step.schema)
            facts = named({rows: "pl.len()", nulls: f"{column(rights[0])}.null_count()"})
            self._add("join", [f"{table}.select({', '.join(facts)})", 'how="cross"'])
            kept = f"({column(nulls)} == 0) & {column(lefts[0])}.is_not_null()"
            self._add("filter", [f"({column(rows)} == 0) | ({kept})"])
            self._add("drop", [string(rows), string(nulls)])

    def _union(self, step: Union, before: Schema) -> None:
        own = list(step.schema.items())
        if before != step.schema:
            casts = {
                name: f"{column(name)}.cast(pl.Float64)"
                for name, kind in own
                if before[name] != kind
            }
            self._add("with_columns", named(casts))
        parts = []
        for table, schema in zip(step.tables, step.table_schemas, strict=True):
            items = {}
            for (name, kind), (theirs, theirs_kind) in zip(own, schema.items(), strict=True):
                cast = "" if kind == theirs_kind else ".cast(pl.Float64)"
                items[name] = f"{column(theirs)}{cast}"
            plain = all(column(name) == text for name, text in items.items())
            named_items = [string(name) for name in items] if plain else named(items)
            parts.append(f"{self._program.tables[table]}.select({', '.join(named_items)})")
        self._links = [
            f"pl.concat([\n            {_whole(self._links)},\n"
            + "".join(f"            {part},\n" for part in parts)
            + "        ])"
        ]

    def _group(self, step: Group) -> None:
        if not step.aggregates:
            self._add("select", [string(name) for name in step.by])
            self._add("unique", [])
            return
        aggregates = self._without_constants(step.aggregates, step.schema)
        items = {name: self._writer.aggregate(a) for name, a in aggregates.items()}
        self._aside.clear()
        if not step.by:
            self._add("select", named(items))
            return
        self._add("group_by", [string(name) for name in step.by])
        self._add("agg", named(items))

    def _without_constants(self, calls: dict[str, Function], schema: Schema) -> dict[str, Function]:
        """Of what reads no column Polars would aggregate one value: it becomes a column first."""
        made: dict[str, str] = {}
        found = dict(calls)
        for name, one in calls.items():
            if one.argument is not None and not _reads(one.argument):
                own = fresh(f"{name}_value", {**schema, **made})
                made[own] = self._writer.text(one.argument)
                found[name] = dataclasses.replace(one, argument=Column(own, one.argument.type))
        if made:
            self._add("with_columns", named(made))
            self._aside += made
        return found

    # --- Windows ---------------------------------------------------------------------------------

    def _window(self, step: Window) -> None:
        partition = list(step.partition)
        over = f".over({', '.join(map(string, partition))})" if partition else ""
        columns = self._without_constants(step.columns, step.schema)
        if step.order:
            self._add("sort", sort_arguments(step.order, []))
        keys = [*partition, *(one.column for one in step.order)]
        #: First values in the order of the rows, then what makes those of equal rows one.
        items: dict[str, str] = {}
        peers: dict[str, str] = {}
        alike = f".over({', '.join(map(string, keys))})"
        two = any(_has_peers(function, step.frame) for function in columns.values())
        aside, self._aside = self._aside, []
        for name, function in columns.items():
            text, after = self._windowed(function, step, over)
            own = name
            if two and name in keys:  # The second round needs the keys as they were.
                own = fresh(f"{name}_new", {**step.schema, **items})
                aside.append(own)
                after = after or "{}"
            items[own] = text
            if after == "{}":
                peers[name] = column(own)
            elif after:
                text = f"{column(own)}.{after}(){alike}"
                last = after == "last"
                peers[name] = self._writer.finished(function, text) if last else text
        self._add("with_columns", named(items))
        if peers:
            # Rows that the order does not tell apart have the value of their last, or first.
            self._add("with_columns", named(peers))
        if aside:
            self._add("drop", [string(name) for name in aside])

    def _windowed(self, function: WindowCall, step: Window, over: str) -> tuple[str, str]:
        """The value in the order of the rows, and the aggregate of equal rows that follows."""
        writer = self._writer
        if step.frame == "all":
            return writer.finished(function, self._over(self._all_rows(function), over)), ""
        if function.name == "rank":
            return self._over("pl.int_range(1, pl.len() + 1, dtype=pl.Int64)", over), "min"
        if function.name == "dense_rank":
            keys = ", ".join(string(one.column) for one in step.order)
            run = f"pl.struct({keys})" if len(step.order) > 1 else f"pl.col({keys})"
            return f"{run}.rle_id(){over}.cast(pl.Int64) + 1", ""
        text = self._over(writer.running(function, step.frame), over)
        if _has_peers(function, step.frame):
            return text, "last"
        return writer.finished(function, text), ""

    def _over(self, text: str, over: str) -> str:
        if not over:
            return text
        simple = text.startswith(("pl.col(", "pl.int_range(", "pl.len(")) and not _is_sum(text)
        return f"{text}{over}" if simple else f"({text}){over}"

    def _all_rows(self, function: WindowCall) -> str:
        if function.argument is None:
            return "pl.len().cast(pl.Int64)"
        if function.name == "sum" and function.argument.type == "int64":
            text = self._writer.text(function.argument, polars_text.ATOM)
            return f"pl.when({text}.count() > 0).then({text}.cast(pl.Int128).sum())"
        return self._writer.aggregated(function.name, function.argument)


def _is_sum(text: str) -> bool:
    depth = 0
    for place, mark in enumerate(text):
        depth += (mark in "([{") - (mark in ")]}")
        if depth == 0 and mark in "+-*/%&|<>=" and text[place - 1] == " ":
            return True
    return False


def _has_peers(function: WindowCall, frame: str | int) -> bool:
    """Whether equal rows have one value, which the order of the rows does not give."""
    if function.name == "rank":
        return True
    none = ("row_number", "dense_rank", "lag", "lead", "rolling_mean", "first_value")
    return frame == "range" and function.name not in none


def _names(columns: list[str]) -> str:
    if len(columns) == 1:
        return string(columns[0])
    return f"[{', '.join(map(string, columns))}]"


def _whole(links: list[str]) -> str:
    return links[0] if len(links) == 1 else "".join(links)


def _reads(expression: Expression) -> bool:
    if isinstance(expression, Column):
        return True
    return isinstance(expression, Call) and any(map(_reads, expression.arguments))


# --- Numbers as text -----------------------------------------------------------------------------

_CSV_HELPERS = ("csv_word", "csv_int64", "csv_float64", "csv_bool", "csv_date", "csv_timestamp")


def _csv_helpers(forms: dict[tuple[str, ...] | None, int]) -> dict[str, str]:
    lists = []
    for missing, number in forms.items():
        words = STANDARD_MISSING if missing is None else [word.lower() for word in missing]
        listed = bracketed("[", [string(word) for word in ["", *sorted(set(words))]], "]", 0)
        lists.append(f"WORDS{'' if number == 1 else f'_{number}'} = {listed}\n")
    return {
        "csv_word": f"""
#: For a value that is missing, in any letter case.
{"".join(lists)}

def csv_word(text, words):
    word = text.str.strip_chars(" \\t").str.to_lowercase()
    return pl.when(~word.is_in(words)).then(word)
""",
        "csv_int64": """
def csv_int64(text, words):
    return csv_word(text, words).cast(pl.Int64)
""",
        "csv_float64": """
def csv_float64(text, words, decimal="."):
    word = csv_word(text, words)
    if decimal != ".":
        word = word.str.replace_all(".", "x", literal=True).str.replace(decimal, ".", literal=True)
    number = word.cast(pl.Float64)
    return pl.when(number.is_finite()).then(number)
""",
        "csv_bool": """
def csv_bool(text, words):
    truth = csv_word(text, words)
    return truth.replace_strict(["true", "false"], [True, False], return_dtype=pl.Boolean)
""",
        "csv_date": """
def csv_date(text, words):
    return csv_word(text, words).str.to_date("%Y-%m-%d")
""",
        "csv_timestamp": '''
def csv_timestamp(text, words):
    """A zone makes it UTC."""
    word = csv_word(text, words).str.to_uppercase().str.replace("T", " ", literal=True)
    zone = word.str.extract("(Z|[+-][0-9]{2}:?[0-9]{2})$")
    sign = pl.when(zone.str.starts_with("-")).then(-1).otherwise(1)
    hours = zone.str.slice(1, 2).cast(pl.Int64, strict=False)
    minutes = zone.str.tail(2).cast(pl.Int64, strict=False)
    offset = pl.duration(minutes=sign * (hours * 60 + minutes).fill_null(0))
    plain = word.str.replace("(Z|[+-][0-9]{2}:?[0-9]{2})$", "").str.strip_chars(" ")
    whole = pl.when(plain.str.len_chars() == 10).then(plain + " 00:00:00").otherwise(plain)
    moment = whole.str.to_datetime("%Y-%m-%d %H:%M:%S%.f", time_unit="us")
    return moment - offset
''',
    }


# --- Runs ----------------------------------------------------------------------------------------


class Job:
    def __init__(self, run: Run) -> None:
        self._program = program.of(run, compile)

    def work(self, run: Run) -> Answer:
        run.afterwards = self._check
        return program.work(
            run,
            self._program,
            call=stoppable,
            reads_again=_reads_again,
            words=words,
            able=OBEYS,
        )

    def _check(self) -> None:
        from spillway_adapters import shape

        for data in program.csv_tables(self._program.job):
            shape.check(data, blank_lines=False)


def _reads_again(failure: Exception) -> bool:
    import polars.exceptions

    return isinstance(failure, polars.exceptions.PolarsError)


def words(failure: Exception) -> str | None:
    """What a failure means in the language."""
    said = str(failure)
    if "conversion from `i128` to `i64` failed" in said:
        return program.OVERFLOW
    if "aggregation 'item' expected no or a single value" in said:
        return program.SEVERAL_ROWS
    return None
