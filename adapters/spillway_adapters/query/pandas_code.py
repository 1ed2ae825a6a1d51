"""A query job as a program for pandas, and for what has its interface.

A list of steps that begins with a file reads it in chunks, as far as rows can be taken by
themselves; a group after that is made of the groups of the chunks.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from spillway_adapters.query import python_text
from spillway_adapters.query.language import (
    Aggregate,
    Attach,
    Call,
    Column,
    Constant,
    Derive,
    Expression,
    Filter,
    From,
    Group,
    Input,
    Job,
    Join,
    Schema,
    Select,
    Settings,
    Step,
    Type,
    Union,
)
from spillway_adapters.query.pandas_expressions import DTYPES, Expressions
from spillway_adapters.query.pandas_helpers import Helpers
from spillway_adapters.query.pandas_steps import Steps
from spillway_adapters.query.python_layout import (
    WIDTH,
    fresh,
    identifiers,
    keywords,
    lines,
    mapping,
    names,
)
from spillway_adapters.query.python_text import string as quoted

#: Rows read at a time: of ten columns some 80 MB.
CHUNK_ROWS = 1_000_000
#: Words for nothing as people write them; one in another letter case fails, and is read as text.
WORDS = (
    "", "NA", "na", "N/A", "n/a", "NaN", "nan", "NAN", "-NaN", "-nan", "+NaN", "+nan", "null",
    "NULL", "Null", "None", "none", "NONE", "<NA>", "<na>", "#N/A", "#n/a", "#NA", "#na",
    "#N/A N/A", "1.#IND", "-1.#IND", "1.#QNAN", "-1.#QNAN",
)  # fmt: skip
#: Aggregates that can be made of those of parts.
DECOMPOSABLE = ("count", "sum", "mean", "min", "max")
ENCODINGS = {"windows-1252": "cp1252"}
ARROW: dict[Type, str] = {
    "int64": "pa.int64()",
    "float64": "pa.float64()",
    "text": "pa.string()",
    "bool": "pa.bool_()",
    "date": 'pa.timestamp("us")',
    "timestamp": 'pa.timestamp("us")',
}
#: Names that a program has, or might have, for itself.
TAKEN = (
    "inputs", "workers", "memory_bytes", "scratch", "run", "pd", "np", "pa", "pc", "ds", "re",
    "csv", "parts", "groups", "rows", "ordered", "group", "peers", "position", "chunks", "chunk",
    "path", "present", "paths", "files", "batch", "table", "folder", "right", "frame", "pandas",
    "islice", "add", "sub", "mul",
)  # fmt: skip


@dataclass(frozen=True)
class Flavour:
    """Of a library with pandas' interface."""

    title: str
    imports: tuple[str, ...]
    text: str = DTYPES["text"]  #: dtype of text
    string: str = "pd.StringDtype()"
    chunks: bool = True  #: it reads in chunks; otherwise whole files
    settings: tuple[str, ...] = ()  #: lines before the imports
    main: tuple[str, ...] = ()  #: lines before run() when the program runs alone
    utc: str = "utc"  #: the helper that reads timestamps
    windows: str = ""  #: another library that does windows
    answer: str = "{}"  #: how a frame becomes one of pandas itself


PANDAS = Flavour("pandas", ("import pandas as pd",))


def compile(job: Job, settings: Settings, flavour: Flavour) -> str:
    return Program(job, settings, flavour).text()


class Program:
    def __init__(self, job: Job, settings: Settings, flavour: Flavour) -> None:
        self.job = job
        self.settings = settings
        self.flavour = flavour
        self.helpers = Helpers()
        self.body: list[str] = []
        self._constants: list[str] = []
        self._readers: list[str] = []
        self._imports: set[str] = set()
        self._indent = "    "
        self._read: set[str] = set()  #: inputs that are variables
        from spillway_adapters.query.pandas_helpers import SOURCES

        named = identifiers([*job.inputs, *job.let, "result"], (*TAKEN, *SOURCES))
        self._variables = named

    def text(self) -> str:
        job = self.job
        for table in job.inputs.values():
            self._reader(table)
        for name, steps in job.let.items():
            self._list(self._variables[name], steps)
        self._list(self._variables["result"], job.steps)
        if job.output is None:
            self.say(f"return {self.flavour.answer.format(self._variables['result'])}")
        else:
            self._write(self._variables["result"])
        return self._module()

    # --- Statements ------------------------------------------------------------------------------

    def say(self, statement: str) -> None:
        self.body += lines(statement, self._indent)

    def comment(self, text: str) -> None:
        self.body.append(f"{self._indent}# {text}")

    def variable(self, table: str) -> str:
        """The table is a variable of run()."""
        if table in self.job.inputs and table not in self._read:
            self._read.add(table)
            name = self._variables[table]
            self.say(f"{name} = pd.concat({self._chunks(table)}, ignore_index=True)")
        return self._variables[table]

    def module(self, line: str) -> None:
        self._imports.add(line)

    def expressions(self, frame: str) -> Expressions:
        return Expressions(frame, self.helpers, self.flavour.text)

    def dtype(self, kind: Type) -> str:
        return self.flavour.text if kind == "text" else DTYPES[kind]

    def _chunks(self, table: str) -> str:
        return f"read_{self._variables[table]}(inputs[{quoted(table)}])"

    def _list(self, target: str, steps: tuple[Step, ...]) -> None:
        first, *others = steps
        assert isinstance(first, From)
        for join in steps:
            if isinstance(join, Join | Attach):
                self.variable(join.table)
            elif isinstance(join, Union):
                for table in join.tables:
                    self.variable(table)
        by_rows = 0
        if first.name in self.job.inputs and self._uses(first.name) == 1:
            while by_rows < len(others) and isinstance(others[by_rows], Filter | Derive | Select):
                by_rows += 1
            following = others[by_rows] if by_rows < len(others) else None
            split = _split(following) if isinstance(following, Group) else None
            if self.flavour.chunks and (by_rows or split):
                self._loop(first.name, target, others[:by_rows], split[0] if split else None)
                rest = [*split[1:], *others[by_rows + 1 :]] if split else others[by_rows:]
                Steps(self, target, target).do(rest)
                return
        Steps(self, target, self.variable(first.name)).do(others)

    def _uses(self, table: str) -> int:
        every = [step for part in (*self.job.let.values(), self.job.steps) for step in part]
        found = sum(isinstance(step, From) and step.name == table for step in every)
        found += sum(isinstance(step, Join | Attach) and step.table == table for step in every)
        return found + sum(table in step.tables for step in every if isinstance(step, Union))

    def _loop(self, table: str, target: str, steps: Sequence[Step], group: Group | None) -> None:
        chunk = self._variables[table]
        self.say("parts = []")
        self.say(f"for {chunk} in {self._chunks(table)}:")
        self._indent += "    "
        part = Steps(self, chunk, chunk)
        part.do(steps)
        if group is not None:
            part.group(group, whole=False)
        self.say(f"parts.append({chunk})")
        self._indent = self._indent[4:]
        self.say(f"{target} = pd.concat(parts, ignore_index=True)")

    # --- Files -----------------------------------------------------------------------------------

    def _reader(self, table: Input) -> None:
        if table.format == "csv":
            self._csv(table)
        else:
            self._parquet(table)

    def _csv(self, table: Input) -> None:
        form = table.csv
        assert form is not None
        as_text = self.settings.numbers_as_text
        own = self._variables[table.name]
        types = {c: table.columns[c] for c in table.used}
        numbers = {c: k for c, k in types.items() if k != "text"}
        moments = ("date", "timestamp")
        dtypes = {
            c: self.flavour.text if as_text or k in moments else self.dtype(k)
            for c, k in types.items()
        }
        lines_before = [f"skiprows={form.skip_rows}"] if form.skip_rows else []
        options = [
            *([f"sep={quoted(form.delimiter)}"] if form.delimiter != "," else []),
            *self._quotes(form.quote),
            *([f"decimal={quoted(form.decimal)}"] if form.decimal != "." and not as_text else []),
            *self._encoding(form.encoding, bool(form.comment)),
            *lines_before,
            f"header={0 if form.header else None}",
            f"names={names(table.columns)}",
            "index_col=False",
            *([f"usecols={names(types)}"] if len(types) < len(table.columns) else []),
            f"dtype={mapping((c, quoted(dtype)) for c, dtype in dtypes.items())}",
            "keep_default_na=False",
            f"na_values={self._nothing(types, form.missing, as_text)}",
        ]
        made = {}
        for column, kind in numbers.items():
            value = f"frame[{quoted(column)}]"
            if as_text:
                if form.decimal != "." and kind == "float64":
                    value = f'{value}.str.replace({quoted(form.decimal)}, ".", regex=False)'
                if kind == "timestamp":
                    utc = self.helpers.use(self.flavour.utc)
                    made[column] = f"{utc}({self.helpers.use('without_words')}({value}))"
                else:
                    made[column] = f"{self.helpers.use(f'{kind}_field')}({value})"
            elif kind == "timestamp":
                made[column] = f"{self.helpers.use(self.flavour.utc)}({value})"
            elif kind == "date":
                made[column] = f'{value}.astype("datetime64[us]")'
        if as_text and numbers:
            self._word_list(form.missing)
        source = "path"
        if form.comment:
            encoding = ENCODINGS.get(form.encoding, form.encoding)
            comment_free = self.helpers.use("comment_free")
            source = f"{comment_free}(path, {quoted(form.comment)}, {quoted(encoding)})"
        converted = f".assign({keywords(made.items())})" if made else ""
        chunked = self.flavour.chunks
        if chunked:
            options.append(f"chunksize={CHUNK_ROWS:_}")
        call = f"pd.read_csv({', '.join([source, *options])})"
        code = [f"def read_{own}(paths):"]
        if any(kind == "text" for kind in types.values()):
            code.append(
                "    # To read_csv an empty text in quotes is the same as an empty field: null."
            )
        code.append("    for path in paths:")
        if chunked:
            code += lines(f"with {call} as chunks:", "        ")
            if made:
                code.append("            for frame in chunks:")
                code += lines(f"yield frame{converted}", "                ")
            else:
                code.append("            yield from chunks")
        else:
            code += lines(f"{'frame = ' if made else 'yield '}{call}", "        ")
            if made:
                code += lines(f"yield frame{converted}", "        ")
        self._readers.append("\n".join(code))

    def _quotes(self, quote: str) -> list[str]:
        if not quote:
            self._imports.add("import csv")
            return ["quoting=csv.QUOTE_NONE"]
        return [f"quotechar={quoted(quote)}"] if quote != '"' else []

    def _encoding(self, encoding: str, opened: bool) -> list[str]:
        if encoding == "utf-8" or opened:
            return []
        return [f"encoding={quoted(ENCODINGS.get(encoding, encoding))}"]

    def _nothing(self, types: Schema, missing: tuple[str, ...] | None, as_text: bool) -> str:
        """Words that are null, by column: in text none but the file's own."""
        words = WORDS if missing is None else tuple(dict.fromkeys(["", *spelled(missing)]))
        text = names([""] if missing is None else words)
        if as_text:
            return text
        if missing is not None:
            return names(words)
        if all(kind == "text" for kind in types.values()):
            return text
        self._words(words, "# What is null in a column of anything but text.")
        return mapping((c, text if kind == "text" else "NOTHING") for c, kind in types.items())

    def _word_list(self, missing: tuple[str, ...] | None) -> None:
        from spillway_adapters.spec import STANDARD_MISSING

        words = STANDARD_MISSING if missing is None else [word.lower() for word in missing]
        words = dict.fromkeys(["", *words])
        self._words(words, "# What is null in a column of anything but text, in any letter case.")

    def _words(self, words: Iterable[str], comment: str) -> None:
        if not any(line.startswith("NOTHING = ") for line in self._constants):
            self._constants += [comment, *word_list("NOTHING", words)]

    def _parquet(self, table: Input) -> None:
        self._imports |= {"import pyarrow as pa", "import pyarrow.dataset as ds"}
        own = self._variables[table.name]
        kinds = ", ".join(f"({quoted(c)}, {ARROW[table.columns[c]]})" for c in table.used)
        schema = f"{own.upper()}_SCHEMA"
        self._constants += lines(f"{schema} = pa.schema([{kinds}])")
        if "ARROW_TYPES" not in "\n".join(self._constants):
            self._constants += lines(
                "ARROW_TYPES = {pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype(), "
                f"pa.string(): {self.flavour.string}}}"
            )
        options = ['format="parquet"']
        if table.hive:
            folders = ", ".join(
                f"({quoted(c)}, {_folder_type(table.columns[c])})" for c in table.hive
            )
            options.append(f'partitioning=ds.partitioning(pa.schema([{folders}]), flavor="hive")')
            options.append(f"partition_base_dir={quoted(table.root)}")
        scan = [f"columns={names(table.used)}"]
        if condition := self._pushed(table):
            self._imports.add("import pyarrow.compute as pc")
            scan.append(f"filter={condition}")
        scan += [f"batch_size={CHUNK_ROWS:_}", "batch_readahead=2", "fragment_readahead=1"]
        convert = "to_pandas(types_mapper=ARROW_TYPES.get)"
        self._readers.append(
            "\n".join(
                [
                    f"def read_{own}(paths):",
                    *lines(f"files = ds.dataset(paths, {', '.join(options)})", "    "),
                    "    # The columns, also of no rows.",
                    f"    yield {schema}.empty_table().to_pandas(types_mapper=ARROW_TYPES.get)",
                    *lines(f"for batch in files.to_batches({', '.join(scan)}):", "    "),
                    "        table = pa.Table.from_batches([batch])",
                    f"        yield table.cast({schema}, safe=False).{convert}",
                ]
            )
        )

    def _pushed(self, table: Input) -> str:
        """Conditions on columns as they are in the file: groups of rows without any are skipped."""
        if self._uses(table.name) != 1:
            return ""
        for steps in (*self.job.let.values(), self.job.steps):
            first, *others = steps
            if isinstance(first, From) and first.name == table.name:
                found: list[str] = []
                for step in others:
                    if not isinstance(step, Filter):
                        break
                    found += filter(None, map(_pushable, _conjuncts(step.condition)))
                return " & ".join(found)
        return ""

    # --- Output ----------------------------------------------------------------------------------

    def _write(self, result: str) -> None:
        output = self.job.output
        assert output is not None
        self._imports |= {
            "import os",
            "import pyarrow as pa",
            "import pyarrow.dataset as ds",
        }
        kinds = {**ARROW, "date": "pa.date32()"}
        listed = ", ".join(f"({quoted(c)}, {kinds[k]})" for c, k in self.job.schema.items())
        self._constants += lines(f"RESULT_SCHEMA = pa.schema([{listed}])")
        result = self.flavour.answer.format(result)
        self.say(
            f"table = pa.Table.from_pandas({result}[RESULT_SCHEMA.names], preserve_index=False)"
        )
        self.say('folder = os.path.join(scratch, "output")')
        options = [f'format="{output.format}"']
        if output.format == "parquet":
            codec = output.codec
            options.append(
                f'file_options=ds.ParquetFileFormat().make_write_options(compression="{codec}")'
            )
            if output.row_group_rows:
                options.append(f"max_rows_per_group={output.row_group_rows}")
                options.append(f"min_rows_per_group={output.row_group_rows}")
        if output.partition_by:
            schema = "RESULT_SCHEMA.field({})"
            fields = ", ".join(schema.format(quoted(c)) for c in output.partition_by)
            options.append(f'partitioning=ds.partitioning(pa.schema([{fields}]), flavor="hive")')
        self.say(f"ds.write_dataset(table.cast(RESULT_SCHEMA), folder, {', '.join(options)})")
        self.say("return folder")

    # --- Module ----------------------------------------------------------------------------------

    def _module(self) -> str:
        flavour, helpers = self.flavour, self.helpers
        functions = helpers.text()
        own = {*self._imports, *helpers.modules}
        if helpers.needs_numpy or any("np." in text for text in [*functions, *self.body]):
            own.add("import numpy as np")
        own |= set(flavour.imports)
        if flavour.settings:
            own.discard("import os")
        standard = sorted(line for line in own if _is_standard(line))
        others = sorted(line for line in own if not _is_standard(line))
        begin = [quoted_title(self.job, flavour.title), ""]
        if flavour.settings:
            begin += ["import os", "", *flavour.settings, ""]
        imports = [*standard, *([""] if standard else []), *others]
        silent = ['    np.seterr(all="ignore")  # What NumPy warns of becomes null.']
        threads = ["    pa.set_cpu_count(workers)"]
        run = [
            "def run(inputs, workers, memory_bytes, scratch):",
            *(silent if helpers.is_silent else []),
            *(threads if "import pyarrow as pa" in own else []),
            *self.body,
        ]
        main = [
            'if __name__ == "__main__":',
            *(f"    {line}" if line else "" for line in flavour.main),
            '    print(run(INPUTS, WORKERS, MEMORY_BYTES, "."))',
        ]
        parts = [
            "\n".join([*begin, *imports, "", *python_text.constants(self.job, self.settings)]),
            *functions,
            *self._readers,
            "\n".join(run),
            "\n".join(main),
        ]
        if self._constants:
            parts[0] += "\n" + "\n".join(self._constants)
        return "\n\n\n".join(parts) + "\n"


def word_list(name: str, words: Iterable[str]) -> list[str]:
    """A constant that is a list of words, which formatters would write a line each."""
    listed = list(words)
    mark = next((mark for mark in (", ", "|") if not any(mark in word for word in listed)), "")
    if not mark:
        return lines(f"{name} = {names(listed)}")
    text, found = mark.join(listed), list[str]()
    while len(text) > WIDTH - 8:
        end = text.rindex(mark, 0, WIDTH - 8) + len(mark)
        found.append(text[:end])
        text = text[end:]
    body = [f"    {quoted(part)}" for part in [*found, text]]
    return [f"{name} = (", *body, f").split({quoted(mark)})"]


def quoted_title(job: Job, engine: str) -> str:
    return f'"""{python_text.title(job)} Written by Spillway for {engine}."""'


def _is_standard(line: str) -> bool:
    return line.split()[1].partition(".")[0] in ("csv", "os", "re", "operator", "itertools")


def _folder_type(kind: Type) -> str:
    return ARROW[kind] if kind in ("int64", "float64", "text") else "pa.string()"


def spelled(words: Iterable[str]) -> list[str]:
    return [spelled for word in words for spelled in (word, word.lower(), word.upper())]


def _conjuncts(expression: Expression) -> list[Expression]:
    if isinstance(expression, Call) and expression.name == "and":
        return [part for argument in expression.arguments for part in _conjuncts(argument)]
    return [expression]


def _pushable(expression: Expression) -> str:
    """Of Arrow, or nothing."""
    if not isinstance(expression, Call) or expression.name not in ("=", "<", "<=", ">", ">="):
        return ""
    column, constant = expression.arguments
    if not isinstance(column, Column) or not isinstance(constant, Constant):
        return ""
    if column.type not in ("int64", "float64", "text") or constant.value is None:
        return ""
    value = quoted(constant.value) if isinstance(constant.value, str) else repr(constant.value)
    operator = "==" if expression.name == "=" else expression.name
    return f"(pc.field({quoted(column.name)}) {operator} {value})"


def _split(group: Group) -> tuple[Group, Step, Step, Step] | None:
    """The same group as one of each chunk, one of those, the means and the order of the columns."""
    if any(aggregate.name not in DECOMPOSABLE for aggregate in group.aggregates.values()):
        return None
    parts: dict[str, Aggregate] = {}
    totals: dict[str, Aggregate] = {}
    means: dict[str, Expression] = {}
    keys = {key: group.schema[key] for key in group.by}
    for name, aggregate in group.aggregates.items():
        if aggregate.name == "mean":
            argument = aggregate.argument
            assert argument is not None
            if argument.type == "int64":
                argument = Call("cast", (argument,), "float64")
            total, count = (
                fresh(f"{name} sum", group.schema),
                fresh(f"{name} count", group.schema),
            )
            parts[total] = Aggregate("sum", argument, "float64")
            parts[count] = Aggregate("count", argument, "int64")
            totals[total] = Aggregate("sum", Column(total, "float64"), "float64")
            totals[count] = Aggregate("sum", Column(count, "int64"), "int64")
            pair = (Column(total, "float64"), Call("cast", (Column(count, "int64"),), "float64"))
            means[name] = Call("/", pair, "float64")
        else:
            parts[name] = aggregate
            again = "sum" if aggregate.name == "count" else aggregate.name
            totals[name] = Aggregate(again, Column(name, aggregate.type), aggregate.type)
    part_schema = {**keys, **{name: a.type for name, a in parts.items()}}
    place = group.place
    part = Group(part_schema, place, group.by, parts)
    whole = Group(part_schema, place, group.by, totals)
    derived = {**part_schema, **dict.fromkeys(means, "float64")}
    derive = Derive(derived, place, means)
    select = Select(group.schema, place, {name: name for name in group.schema})
    return part, whole, derive, select
