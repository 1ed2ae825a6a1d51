"""What the programs for Dask and Ray have in common: functions over one partition, as pandas code,
and the reading of parts of files."""

from __future__ import annotations

import keyword
import re
import sys
from collections.abc import Iterable

from spillway_adapters.query import (
    pandas_code,
    pandas_steps,
    program,
    python_layout,
    python_text,
    snippets,
)
from spillway_adapters.query.group_parts import PartialGroup
from spillway_adapters.query.language import (
    Csv,
    Input,
    Job,
    Schema,
    Settings,
    Step,
    Type,
    columns_as_text,
)
from spillway_adapters.query.pandas_expressions import DTYPES, Expressions
from spillway_adapters.query.pandas_helpers import SOURCES, Helpers
from spillway_adapters.query.stages import Plan, Stage
from spillway_adapters.spec import STANDARD_MISSING

#: Definitions that programs carry.
CODE = ("partition_reading.py", "partition_frames.py", "partition_dask.py", "partition_ray.py")
#: Names of Arrow's types.
TYPES = {
    "int64": "int64",
    "float64": "double",
    "text": "string",
    "bool": "bool",
    "date": "date32",
    "timestamp": "timestamp[us]",
}
#: Bytes of a file that one task reads, and how many such a worker's memory has to hold.
PART_BYTES = 64_000_000
PARTS_A_WORKER = 20
LEAST_PART_BYTES = 1_000_000
#: Least parts a worker, where the files allow it.
PARTS_PER_WORKER = 4
#: Names that a program has, or might have, for itself.
TAKEN = (
    *("inputs", "workers", "memory_bytes", "scratch", "run", "query", "whole", "df", "other"),
    *("pd", "np", "pa", "pc", "ds", "pq", "re", "csv", "dd", "dask", "ray", "folder", "paths"),
    *("Path", "nothing", "add", "sub", "mul", "islice", "itertools", "functools"),
)


def quote(value: object) -> str:
    """Any name or literal as Python has it."""
    if isinstance(value, str):
        return python_text.string(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{quote(key)}: {quote(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(quote, value)) + "]"
    if isinstance(value, tuple):
        return "(" + ", ".join(map(quote, value)) + ("," if len(value) == 1 else "") + ")"
    return f"{value:_}" if type(value) is int else repr(value)


def call(function: str, arguments: Iterable[str], indent: int = 0, before: str = "") -> list[str]:
    """A call, in lines as formatters have it."""
    return python_layout.lines(f"{before}{function}({', '.join(arguments)})", " " * indent)


def types_of(schema: Schema) -> str:
    return quote({name: TYPES[kind] for name, kind in schema.items()})


def identifier(name: str) -> str:
    """A variable for a table of this name."""
    plain = re.sub(r"\W+", "_", name, flags=re.ASCII).strip("_").lower()
    return plain if plain and not plain[0].isdigit() else f"table_{plain}".rstrip("_")


def part_bytes(job: Job, settings: Settings) -> int:
    """Of a file, a task: what a worker can hold, and enough of them."""
    whole = sum(read.bytes for read in job.inputs.values())
    most = PART_BYTES
    if settings.memory_bytes is not None:
        most = min(most, settings.memory_bytes // (settings.workers * PARTS_A_WORKER))
    share = whole // (settings.workers * PARTS_PER_WORKER)
    return max(min(most, share), LEAST_PART_BYTES)


def partitions(job: Job, part: int) -> int:
    """Partitions of rows that were moved, each about as large as a part of the files."""
    whole = sum(read.bytes for read in job.inputs.values())
    return min(max(-(-whole // part), 1), 256)


# --- Reading -------------------------------------------------------------------------------------


def parts(source: Input, whole: str, size: str = "PART_BYTES") -> str:
    """The call that cuts the files of an input into parts. `whole`, `size`: expressions."""
    paths = f"inputs[{quote(source.name)}]"
    if source.format == "parquet":
        return f"parquet_parts({paths}, {size})"
    csv = source.csv or Csv()
    options = [paths, size, whole]
    if not csv.header:
        options.append("header=False")
    if csv.skip_rows:
        options.append(f"skip_rows={csv.skip_rows}")
    if csv.comment:
        options.append(f"comment={csv.comment.encode()!r}")
    if csv.quote != '"':
        options.append(f"quote={csv.quote.encode()!r}")
    return f"csv_parts({', '.join(options)})"


def reader(source: Input, name: str, settings: Settings) -> list[str]:
    """A function of a part of an input's files."""
    types = {column: source.columns[column] for column in source.used}
    if source.format == "parquet":
        lines = [f"def {name}(part):"]
        hive = [column for column in source.used if column in source.hive]
        arguments = ["part", types_of(types), *([f"hive={quote(hive)}"] if hive else [])]
        lines += call("read_parquet", arguments, 4, "table = ")
    else:
        lines = [f"def {name}(part):", *_csv(source, types, settings)]
    return [*lines, "    return to_frame(table)"]


def _csv(source: Input, types: Schema, settings: Settings) -> list[str]:
    csv = source.csv or Csv()
    words = STANDARD_MISSING if csv.missing is None else csv.missing
    text = columns_as_text(source, settings)
    as_text = {column: kind for column, kind in types.items() if column in text}
    read: Schema = {column: "text" if column in as_text else kind for column, kind in types.items()}
    own = csv.missing is not None
    arguments = ["part", f"names={quote(list(source.columns))}", f"types={types_of(read)}"]
    if own or set(read.values()) != {"text"}:
        arguments.append(f"words={quote(list(words))}" if own else "words=MISSING")
    arguments += [
        f"{option}={quote(value)}"
        for option, value, default in (
            ("own_words", own, False),
            ("delimiter", csv.delimiter, ","),
            ("quote", csv.quote, '"'),
            ("decimal", csv.decimal, "."),
            ("encoding", csv.encoding, "utf-8"),
            ("comment", csv.comment, ""),
        )
        if value != default
    ]
    lines = call("read_csv", arguments, 4, "table = ")
    if as_text:
        arguments = ["table", types_of(as_text), quote(list(words)) if own else "MISSING"]
        if csv.decimal != ".":
            arguments.append(f"decimal={quote(csv.decimal)}")
        lines += call("from_text", arguments, 4, "table = ")
    return lines


# --- The text ------------------------------------------------------------------------------------


def program_text(
    job: Job,
    settings: Settings,
    engine: str,
    imports: list[str],
    constants: dict[str, object],
    blocks: list[str],
    main: str,
) -> str:
    """The program's text: `blocks` are functions; what they call of the files in CODE comes
    along, before them."""
    code = "\n\n\n".join(blocks)
    carried = snippets.carried(f"{code}\n{main}", CODE)
    whole = "\n\n\n".join([*carried, code, main])
    wanted = dict.fromkeys([*imports, *snippets.imports(whole, CODE)])
    standard = [line for line in wanted if line.split()[1].split(".")[0] in sys.stdlib_module_names]
    others = [line for line in wanted if line not in standard]
    # A name of a table may be anything.
    title = python_text.title(job).replace("\\", "/").replace('"', "'")
    head = [f'"""{title} Written by Spillway for {engine}."""', ""]
    if standard:
        head += [*sorted(standard, key=_import_order), ""]
    head += [*sorted(others, key=_import_order), ""]
    head += python_text.constants(job, settings)
    head += [f"{name} = {quote(value)}" for name, value in constants.items()]
    return "\n".join(head) + "\n\n\n" + whole + "\n"


def _import_order(line: str) -> tuple[bool, str]:
    """Plain imports first, as sorters of imports have it."""
    return line.startswith("from"), line.split()[1]


def run_head(plan: Plan, *more: str) -> list[str]:
    """The beginning of run(), up to where the tables begin. `more`: arguments that they need."""
    head = "def run(inputs, workers, memory_bytes, scratch):"
    if not any(source.format == "csv" for source in plan.inputs):
        return [head]
    needed = ", ".join(["inputs", *more, "scratch"])
    return [
        head,
        "    try:",
        f"        return query({needed}, whole=False)",
        "    except Quoted:",
        f"        return query({needed}, whole=True)",
        "",
        "",
        f"def query({needed}, whole):",
    ]


def output(job: Job, table: str, writer: str, *more: str) -> list[str]:
    """The lines of run() that write the job's files, and return their folder."""
    wanted = job.output
    assert wanted is not None
    arguments = [
        table,
        *more,
        "folder=folder",
        f"types={types_of(job.schema)}",
        f"kind={quote(wanted.format)}",
    ]
    if wanted.partition_by:
        arguments.append(f"by={quote(list(wanted.partition_by))}")
    if wanted.format == "parquet":
        arguments.append(f"codec={quote(wanted.codec)}")
    if wanted.row_group_rows is not None:
        arguments.append(f"group_rows={wanted.row_group_rows}")
    return [
        "    folder = output_folder(scratch)",
        *call(writer, arguments, 4),
        "    return folder",
    ]


def check(job: Job) -> None:
    """Whether rows of CSV have as many fields as there are columns: after done, not timed."""
    from spillway_adapters import shape

    for data in program.csv_tables(job):
        shape.check(data)


def words(failure: Exception) -> str | None:
    """What a failure of a program means in the language."""
    said = str(failure)
    if "integer overflow" in said:
        return program.OVERFLOW
    if "more than one row cannot be attached" in said:
        return program.SEVERAL_ROWS
    return None


class Functions:
    """Those of one program, and the names of its tables."""

    def __init__(self, job: Job, settings: Settings) -> None:
        self.texts: list[str] = []
        self._settings = settings
        self._helpers = Helpers()
        self._variables: dict[str, str] = {}
        self._taken = {*TAKEN, *SOURCES, *snippets.names(CODE)}

    @property
    def imports(self) -> list[str]:
        return sorted(self._helpers.modules)

    def all(self) -> list[str]:
        """With what they call."""
        return [*self._helpers.text(), *self.texts]

    def variable(self, table: str) -> str:
        if table not in self._variables:
            self._variables[table] = self._free(identifier(table))
        return self._variables[table]

    def _free(self, wanted: str) -> str:
        name, count = wanted, 1
        while name in self._taken or keyword.iskeyword(name):
            count += 1
            name = f"{wanted}_{count}"
        self._taken.add(name)
        return name

    def reader(self, source: Input) -> str:
        """Its name."""
        name = self._free(f"read_{self.variable(source.name)}")
        self.texts.append("\n".join(reader(source, name, self._settings)))
        return name

    def stage(self, stage: Stage, first: str = "") -> str:
        """`first`: a statement before the steps."""
        name = self._free(f"do_{stage.name}")
        arguments = ["df", "other"][: len(stage.feeds)]
        body = _Body(self._helpers)
        if first:
            body.say(first)
        body.do(stage.steps)
        self._add(name, arguments, stage.says.capitalize(), body)
        return name

    def ordering(self, stage: Stage) -> str:
        """Of the sort with which the stage begins."""
        name = self._free("ordered_rows")
        body = _Body(self._helpers)
        body.do(stage.steps[:1])
        self._add(name, ["df"], "", body)
        return name

    def _add(self, name: str, arguments: list[str], says: str, body: _Body) -> None:
        lines = [f"def {name}({', '.join(arguments)}):"]
        if says:
            lines.append(f'    """{says}."""')
        if self._helpers.is_silent and any("np." in line for line in body.body):
            lines.append('    np.seterr(all="ignore")  # What NumPy warns of becomes null.')
        self.texts.append("\n".join([*lines, *body.body, "    return df"]))


class _Body:
    """The statements of a function of a frame, as pandas_steps.py writes them into a program."""

    flavour = pandas_code.PANDAS

    def __init__(self, helpers: Helpers) -> None:
        self.helpers = helpers
        self.body: list[str] = []
        self._indent = "    "

    def do(self, steps: tuple[Step, ...]) -> None:
        code = pandas_steps.Steps(self, "df", "df")
        plain: list[Step] = []
        for step in steps:
            if isinstance(step, PartialGroup):
                code.do(plain)
                code.group(step, whole=False)
                plain = []
            else:
                plain.append(step)
        code.do(plain)

    def say(self, statement: str) -> None:
        self.body += python_layout.lines(statement, self._indent)

    def once(self, text: str) -> None:
        self.comment(text)

    def comment(self, text: str) -> None:
        self.body.append(f"{self._indent}# {text}")

    def variable(self, _table: str) -> str:
        return "other"

    def expressions(self, frame: str) -> Expressions:
        return Expressions(frame, self.helpers)

    def dtype(self, kind: Type) -> str:
        return DTYPES[kind]
