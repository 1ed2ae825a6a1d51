"""A query job as a program for pandas, and for what has its interface.

A list of steps that begins with a file reads it in chunks, as far as rows can be taken by
themselves; a group after that is made of the groups of the chunks.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from spillway_adapters.query import bounds, python_text
from spillway_adapters.query.language import (
    Aggregate,
    Attach,
    Call,
    Column,
    Constant,
    Derive,
    Distinct,
    Expression,
    Filter,
    From,
    Group,
    Input,
    Job,
    Join,
    Limit,
    Order,
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
)
from spillway_adapters.query.pandas_expressions import DTYPES, Expressions
from spillway_adapters.query.pandas_helpers import Helpers
from spillway_adapters.query.python_layout import (
    WIDTH,
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
    return _Program(job, settings, flavour).text()


class _Program:
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
        words = WORDS if missing is None else tuple(dict.fromkeys(["", *_spelled(missing)]))
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


def _spelled(words: Iterable[str]) -> list[str]:
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
                _fresh(f"{name} sum", group.schema),
                _fresh(f"{name} count", group.schema),
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


def _fresh(name: str, taken: Iterable[str]) -> str:
    listed = set(taken)
    while name in listed:
        name += "_"
    return name


class Steps:
    """Steps of one list, as statements that make `target`."""

    def __init__(self, program: _Program, target: str, now: str) -> None:
        self._program = program
        self._target = target
        self._now = now  #: the variable that has the table
        self._schema: Schema = {}

    def do(self, steps: Sequence[Step]) -> None:
        for place, step in enumerate(steps):
            follower = steps[place + 1] if place + 1 < len(steps) else None
            # An order that nothing asks for is none.
            if isinstance(step, Sort) and _forgotten(steps[place + 1 :]):
                continue
            self._step(step, follower)
        if self._now != self._target:
            self._set(self._now)

    def _set(self, code: str) -> None:
        self._program.say(f"{self._target} = {code}")
        self._now = self._target

    def _step(self, step: Step, follower: Step | None) -> None:
        now, code = self._now, self._program.expressions(self._now)
        match step:
            case Filter():
                self._set(f"{now}[{code.true(step.condition)}]")
            case Derive():
                if step.columns:
                    made = [(c, str(code.column(e))) for c, e in step.columns.items()]
                    self._set(f"{now}.assign({keywords(made)})")
            case Select():
                self._select(step.columns)
            case Join():
                self._join(step)
            case Attach():
                other = self._program.variable(step.table)
                row = self._program.helpers.use("single_row")
                self._set(f'{now}.merge({row}({other}), how="cross")')
            case Union():
                self._union(step)
            case Group():
                self.group(step)
            case Distinct():
                self._set(f"{now}.drop_duplicates()")
            case Window():
                self._window(step)
            case Sort():
                self._sort(step)
            case Limit():
                end = step.offset + step.rows
                rows = f"iloc[{step.offset}:{end}]" if step.offset else f"head({step.rows})"
                self._set(f"{now}.{rows}")
            case _:
                raise Refused(step.place, "pandas' compiler does not know it.")

    def _select(self, columns: dict[str, str]) -> None:
        old, new = list(columns.values()), list(columns)
        code = f"{self._now}[{names(old)}]"
        if old != new:
            if len(set(old)) == len(old):
                pairs = mapping((o, quoted(n)) for n, o in columns.items() if n != o)
                code += f".rename(columns={pairs})"
            else:
                code += f".set_axis({names(new)}, axis=1)"
        self._set(code)

    # --- Several tables --------------------------------------------------------------------------

    def _join(self, step: Join) -> None:
        now, right = self._now, self._program.variable(step.table)
        left_keys = [left for left, _ in step.on]
        right_keys = [key for _, key in step.on]
        if step.how in ("semi", "anti"):
            self._membership(step, right, left_keys, right_keys)
            return
        other, renamed = right, {r: left for left, r in step.on if r != left}
        if renamed:
            pairs = mapping((old, quoted(new)) for old, new in renamed.items())
            other = f"{right}.rename(columns={pairs})"
        # merge() takes null for equal to null.
        keys = names(left_keys)
        if step.how != "full":
            present = f"{other}.dropna(subset={keys})"
            self._set(f'{now}.merge({present}, on={keys}, how="{step.how}")')
            return
        self._program.say(f"right = {other}")
        present = " & ".join(f"right[{quoted(key)}].notna()" for key in left_keys)
        self._program.say(f"present = {present}")
        merged = f'{now}.merge(right[present], on={keys}, how="outer")'
        self._set(f"pd.concat([{merged}, right[~present]], ignore_index=True)")

    def _membership(self, step: Join, right: str, left: list[str], keys: list[str]) -> None:
        now = self._now
        if len(keys) == 1:
            own, other = f"{now}[{quoted(left[0])}]", f"{right}[{quoted(keys[0])}]"
            found = f"{own}.isin({other}.dropna())"
            if step.how == "semi":
                self._set(f"{now}[{found}]")
            elif not step.null_aware:
                self._set(f"{now}[~{found}]")
            else:
                self._program.comment(
                    "NOT IN: a null is neither in a list nor not, unless it is empty."
                )
                self._program.say(f"if len({right}):")
                self._program._indent += "    "
                self._set(f"{now}[~{found} & {own}.notna() & ~{other}.isna().any()]")
                self._program._indent = self._program._indent[4:]
                if now != self._target:
                    self._program.say("else:")
                    self._program.say(f"    {self._target} = {now}")
            return
        subset = f"{right}[{names(keys)}].dropna().drop_duplicates()"
        if left != keys:
            subset += f".set_axis({names(left)}, axis=1)"
        if step.how == "semi":
            self._set(f"{now}.merge({subset}, on={names(left)})")
            return
        mark = _fresh("found", step.schema)
        merged = f'{now}.merge({subset}, on={names(left)}, how="left", indicator={quoted(mark)})'
        self._set(merged)
        alone = f'{self._now}[{self._now}[{quoted(mark)}] == "left_only"]'
        self._set(f"{alone}.drop(columns={quoted(mark)})")

    def _union(self, step: Union) -> None:
        kinds = list(step.schema.values())
        parts = [self._widened(self._now, self._schema_of_now(step), kinds)]
        for table, schema in zip(step.tables, step.table_schemas, strict=True):
            other = f"{self._program.variable(table)}[{names(schema)}]"
            other = self._widened(other, schema, kinds)
            if list(schema) != list(step.schema):
                other += f".set_axis({names(step.schema)}, axis=1)"
            parts.append(other)
        self._set(f"pd.concat([{', '.join(parts)}], ignore_index=True)")

    def _schema_of_now(self, step: Union) -> Schema:
        """A column that is widened may be float64 by now; to become it again costs little."""
        others = [list(schema.values()) for schema in step.table_schemas]
        return {
            column: "int64" if kind == "float64" and any(o[i] == "int64" for o in others) else kind
            for i, (column, kind) in enumerate(step.schema.items())
        } | {
            column: "int64"
            for i, (column, kind) in enumerate(step.schema.items())
            if kind == "float64" and all(o[i] == "int64" for o in others)
        }

    def _widened(self, code: str, schema: Schema, kinds: list[Type]) -> str:
        wide = [
            (column, quoted("float64"))
            for (column, kind), wanted in zip(schema.items(), kinds, strict=True)
            if kind == "int64" and wanted == "float64"
        ]
        return f"{code}.astype({mapping(wide)})" if wide else code

    # --- Order -----------------------------------------------------------------------------------

    def _sort(self, step: Sort) -> None:
        frame, marks = self._marked(self._now, step.order, step.schema)
        dropped = f".drop(columns={names(marks)})" if marks else ""
        self._set(f"{frame}.sort_values({_order_arguments(step.order, marks)}){dropped}")

    def _marked(self, frame: str, order: Sequence[Order], schema: Schema) -> tuple[str, list[str]]:
        """With columns that say where nulls are, when some have to come first and some last."""
        first = [each for each in order if each.nulls_first]
        if len(first) in (0, len(order)):
            return frame, []
        marks = {each.column: _fresh(f"{each.column} is null", schema) for each in first}
        made = [
            (mark, f'{frame}[{quoted(column)}].isna().astype("int8")')
            for column, mark in marks.items()
        ]
        return f"{frame}.assign({keywords(made)})", list(marks.values())

    # --- Groups ----------------------------------------------------------------------------------

    def group(self, step: Group, whole: bool = True) -> None:
        """`whole`: of all rows; of a part, sums may still be infinite."""
        program = self._program
        if not step.aggregates:
            self._set(f"{self._now}[{names(step.by)}].drop_duplicates()")
            return
        made: dict[str, str] = {}
        columns: dict[str, str] = {}
        rough: dict[str, str] = {}
        taken = {*step.by, *self._columns(step)}
        code = program.expressions(self._now)
        for name, aggregate in step.aggregates.items():
            argument = aggregate.argument
            if argument is None:
                continue
            if isinstance(argument, Column):
                columns[name] = argument.name
            else:
                columns[name] = _fresh(name, {*taken, *made})
                made[columns[name]] = str(code.column(argument))
            if aggregate.name == "sum" and _may_overflow(aggregate, whole):
                rough[name] = _fresh(f"{columns[name]} as float", {*taken, *made})
                source = made.get(columns[name], f"{self._now}[{quoted(columns[name])}]")
                atom = source if columns[name] not in made else f"({source})"
                made[rough[name]] = f'{atom}.astype("float64")'
        frame = f"{self._now}.assign({keywords(made.items())})" if made else self._now
        if step.by:
            program.say(f"groups = {frame}.groupby({names(step.by)}, dropna=False, sort=False)")
            entries = [
                (name, self._aggregate("groups", a, columns.get(name), rough.get(name), whole))
                for name, a in step.aggregates.items()
            ]
            self._set(f"pd.DataFrame({mapping(entries)}).reset_index()")
            return
        if made:
            self._set(frame)
        entries = [
            (name, self._alone(self._now, a, columns.get(name), rough.get(name), whole))
            for name, a in step.aggregates.items()
        ]
        self._set(f"pd.DataFrame({mapping(entries)})")

    def _columns(self, step: Group) -> set[str]:
        found: set[str] = set()
        for aggregate in step.aggregates.values():
            found |= _mentioned(aggregate.argument)
        return found

    def _aggregate(
        self, groups: str, aggregate: Aggregate, column: str | None, rough: str | None, whole: bool
    ) -> str:
        if column is None:
            return f'{groups}.size().astype("Int64")'
        of, argument = f"{groups}[{quoted(column)}]", aggregate.argument
        assert argument is not None
        helpers = self._program.helpers
        match aggregate.name:
            case "count":
                return f'{of}.count().astype("Int64")'
            case "count_distinct":
                return f'{of}.nunique().astype("Int64")'
            case "sum":
                code = f"{of}.sum(min_count=1)"
                if rough is not None:
                    return f"{helpers.use('check_sums')}({code}, {groups}[{quoted(rough)}].sum())"
                return code if aggregate.type == "int64" or not whole else _finite(helpers, code)
            case "quantile":
                code = f"{of}.quantile({aggregate.quantile})"
            case "min" | "max" | "median":
                code = f"{of}.{aggregate.name}()"
            case _:
                code = f"{of}.{aggregate.name}()"
        if aggregate.type == "float64" and argument.type == "int64":
            code += '.astype("float64")'
        return _finite(helpers, code) if aggregate.name in ("mean", "std", "var") else code

    def _alone(
        self, frame: str, aggregate: Aggregate, column: str | None, rough: str | None, whole: bool
    ) -> str:
        """Of a table without keys: a series of one value."""
        dtype = self._program.dtype(aggregate.type)
        if column is None:
            return f'pd.Series([len({frame})], dtype="Int64")'
        of, argument = f"{frame}[{quoted(column)}]", aggregate.argument
        assert argument is not None
        if aggregate.type == "float64" and argument.type == "int64":
            of += '.astype("float64")'
        match aggregate.name:
            case "count_distinct":
                value = f"{of}.nunique()"
            case "sum":
                value = f"{of}.sum(min_count=1)"
            case "quantile":
                value = f"{of}.quantile({aggregate.quantile})"
            case name:
                value = f"{of}.{name}()"
        series = f'pd.Series([{value}], dtype="{dtype}")'
        helpers = self._program.helpers
        if rough is not None:
            return f"{helpers.use('check_sums')}({series}, {frame}[{quoted(rough)}].sum())"
        if aggregate.type == "float64":
            helpers.silent()
        beyond = aggregate.name in ("sum", "mean", "std", "var") and aggregate.type == "float64"
        return _finite(helpers, series) if beyond and whole else series

    # --- Windows ---------------------------------------------------------------------------------

    def _window(self, step: Window) -> None:
        program, flavour = self._program, self._program.flavour
        code = program.expressions(self._now)
        made: dict[str, str] = {}
        columns: dict[str, str] = {}
        for name, call in step.columns.items():
            if isinstance(call.argument, Column):
                columns[name] = call.argument.name
            elif call.argument is not None:
                columns[name] = _fresh(f"{name} of", {*step.schema, *made})
                made[columns[name]] = str(code.column(call.argument))
        base = ordered = self._now
        if made:
            ordered = "ordered"
            program.say(f"ordered = {base}.assign({keywords(made.items())})")
        if flavour.windows:
            program.comment(f"{flavour.title} cannot group by keys that were computed.")
            program.say(f"frame = {flavour.answer.format(ordered)}")
            base = ordered = "frame"
        if step.order:
            frame, marks = self._marked(ordered, step.order, step.schema)
            program.say(f"ordered = {frame}.sort_values({_order_arguments(step.order, marks)})")
            ordered = "ordered"
        if step.partition:
            grouped = f"{ordered}.groupby({names(step.partition)}, dropna=False, sort=False)"
            program.say(f"group = {grouped}.ngroup()")
        else:
            program.say(f"group = {flavour.windows or 'pd'}.Series(0, index={ordered}.index)")
        program.say(f"rows = {ordered}.groupby(group)")
        calls = [
            _WindowCode(program.helpers, step, ordered, call, columns.get(name))
            for name, call in step.columns.items()
        ]
        entries = [each.code() for each in calls]
        if any(each.uses_peers for each in calls):
            columns_of_order = [order.column for order in step.order]
            keys = names(dict.fromkeys([*step.partition, *columns_of_order]))
            program.say(f"peers = {ordered}.groupby({keys}, dropna=False, sort=False).ngroup()")
        if any(each.uses_position for each in calls):
            program.say("position = rows.cumcount() + 1")
        result = f"{base}.assign({keywords(zip(step.columns, entries, strict=True))})"
        if flavour.windows:
            program.module(f"import {flavour.windows}")
            result = f"pd.DataFrame({result}[{names(step.schema)}])"
        self._set(result)


class _WindowCode:
    """One column of a window, over `ordered`, its numbered partitions `group` and `rows`, the
    groupby of them."""

    def __init__(
        self, helpers: Helpers, step: Window, ordered: str, call: WindowCall, column: str | None
    ) -> None:
        self._helpers = helpers
        self._step = step
        self._call = call
        self.uses_peers = self.uses_position = False
        self._values = f"{ordered}[{quoted(column)}]" if column is not None else ""
        self._rows = f"rows[{quoted(column)}]" if column is not None else ""
        self._float = call.argument is not None and call.argument.type == "float64"
        self._text = call.argument is not None and call.argument.type == "text"
        self._integer = call.argument is not None and call.argument.type == "int64"

    def code(self) -> str:
        call = self._call
        match call.name:
            case "row_number":
                self.uses_position = True
                return 'position.astype("Int64")'
            case "rank":
                self.uses_position = self.uses_peers = True
                return 'position.groupby(peers).transform("first").astype("Int64")'
            case "dense_rank":
                self.uses_peers = True
                return '(~peers.duplicated()).groupby(group).cumsum().astype("Int64")'
            case "lag" | "lead":
                count = 1 if call.offset is None else call.offset
                return f"{self._rows}.shift({count if call.name == 'lag' else -count})"
            case "first_value" | "last_value":
                return self._edge(call.name == "first_value")
            case "rolling_mean":
                return self._recent("mean", call.offset or 1)
        name = "sum" if call.name == "cumsum" else call.name
        frame = self._step.frame
        if isinstance(frame, int):
            return self._recent(name, frame + 1)
        return self._all(name) if frame == "all" else self._running(name, frame)

    def _edge(self, first: bool) -> str:
        frame = self._step.frame
        at = self._helpers.use("value_at")
        beginning = f"{at}(~group.duplicated(), {self._values}, group)"
        if frame == "all":
            last = f'{at}(~group.duplicated(keep="last"), {self._values}, group)'
        elif frame == "range":
            self.uses_peers = not first
            last = f'{at}(~peers.duplicated(keep="last"), {self._values}, peers)'
        else:
            last = self._values
            if isinstance(frame, int):
                self.uses_position = self.uses_position or first
                beginning = f"{self._rows}.shift({frame}).where(position > {frame}, {beginning})"
        return beginning if first else last

    def _all(self, name: str) -> str:
        if not self._rows:
            return 'group.groupby(group).transform("size").astype("Int64")'
        if name == "count":
            return f'{self._rows}.transform("count").astype("Int64")'
        if name == "sum":
            return self._summed(
                f'{self._rows}.transform("sum", min_count=1)',
                f'{self._values}.astype("float64").groupby(group).transform("sum")',
            )
        code = f'{self._rows}.transform("{name}")'
        return f'{code}.astype("float64")' if name == "mean" and self._integer else code

    def _running(self, name: str, frame: str) -> str:
        if self._text and name in ("min", "max"):
            raise Refused(self._step.place, f"pandas has no running {name}() of text.")
        if not self._rows:
            self.uses_position = True
            code = 'position.astype("Int64")'
        elif name == "count":
            code = f'{self._values}.notna().groupby(group).cumsum().astype("Int64")'
        elif name == "sum":
            code = self._summed(
                f"{self._rows}.cumsum()",
                f'{self._values}.astype("float64").groupby(group).cumsum()',
            )
            code = f"{code}.groupby(group).ffill()"
        elif name == "mean":
            numbers = self._values if self._float else f'{self._values}.astype("float64")'
            total = f"{numbers}.groupby(group).cumsum().groupby(group).ffill()"
            code = f"({total} / {self._values}.notna().groupby(group).cumsum())"
        else:
            code = f"{self._rows}.cum{name}().groupby(group).ffill()"
        if frame == "range":
            self.uses_peers = True
            return f'{code}.groupby(peers).transform("last")'
        return code

    def _recent(self, name: str, rows: int) -> str:
        rolling = f"{self._rows}.rolling({rows}, min_periods=1)"
        if not self._rows:
            self.uses_position = True
            return f'position.clip(upper={rows}).astype("Int64")'
        count = f'{self._values}.notna().astype("Int64")'
        counted = f"{self._helpers.use('over_last')}({count}, group, {rows})"
        if name == "count":
            return counted
        if name == "mean" or self._float:
            return f"{rolling}.{name}().droplevel(0)"
        if name == "sum":
            total = f"{self._helpers.use('over_last')}({self._values}.fillna(0), group, {rows})"
            checked = self._summed(total, f"{rolling}.sum().droplevel(0)")
            return f"{checked}.where({counted} > 0)"
        smallest = self._helpers.use({"min": "least", "max": "greatest"}[name])
        return f"{smallest}(*{self._helpers.use('shifts')}({self._values}, group, {rows}))"

    def _summed(self, code: str, rough: str) -> str:
        if self._integer:
            return f"{self._helpers.use('check_sums')}({code}, {rough})"
        return _finite(self._helpers, code)


def _finite(helpers: Helpers, code: str) -> str:
    return f"{helpers.use('finite')}({code})"


def _may_overflow(aggregate: Aggregate, whole: bool) -> bool:
    """A sum of integers that are not known to be small."""
    argument = aggregate.argument
    if aggregate.type != "int64" or argument is None:
        return False
    return bounds.bound(argument) > 2**30


def _mentioned(expression: Expression | None) -> set[str]:
    if isinstance(expression, Column):
        return {expression.name}
    if isinstance(expression, Call):
        return set().union(*map(_mentioned, expression.arguments))
    return set()


def _forgotten(steps: Sequence[Step]) -> bool:
    """Whether the order of rows is lost before anything needs it."""
    for step in steps:
        if isinstance(step, Limit):
            return False
        if isinstance(step, Group | Distinct | Join | Union | Sort):
            return True
    return False


def _order_arguments(order: Sequence[Order], marks: Sequence[str]) -> str:
    waiting = list(marks)
    pairs: list[tuple[str, bool]] = []
    for each in order:
        if marks and each.nulls_first:
            pairs.append((waiting.pop(0), False))
        pairs.append((each.column, not each.descending))
    ascending = [up for _, up in pairs]
    arguments = [names(column for column, _ in pairs)]
    if not all(ascending):
        arguments.append(f"ascending={ascending if any(ascending) else False}")
    if not marks and order[0].nulls_first:
        arguments.append('na_position="first"')
    return ", ".join(arguments)
