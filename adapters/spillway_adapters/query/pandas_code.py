"""A query job as a program for pandas, and for what has its interface.

A list of steps that begins with a file reads it in chunks, as far as rows can be taken by
themselves; a group after that is made of the groups of the chunks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from spillway_adapters.query import pandas_inputs, pandas_output, pandas_parts, python_text
from spillway_adapters.query.language import (
    Attach,
    Derive,
    Filter,
    From,
    Group,
    Job,
    Join,
    Select,
    Settings,
    Step,
    Type,
    Union,
)
from spillway_adapters.query.pandas_expressions import DTYPES, Expressions
from spillway_adapters.query.pandas_helpers import SOURCES, Helpers
from spillway_adapters.query.pandas_steps import Steps
from spillway_adapters.query.python_layout import (
    identifiers,
    lines,
)
from spillway_adapters.query.python_text import string as quoted

#: Names that a program has, or might have, for itself.
TAKEN = (
    "inputs", "workers", "memory_bytes", "scratch", "run", "pd", "np", "pa", "pc", "ds", "re",
    "csv", "parts", "grouped", "rows", "ordered", "group", "peers", "position", "chunks", "chunk",
    "path", "present", "paths", "files", "batch", "table", "folder", "right", "frame", "pandas",
    "itertools", "add", "sub", "mul", "layout", "quotes", "nulls", "batches", "types",
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
    adds_for_means: bool = False  #: a mean is made of a sum of integers, which wraps
    whole: str = ""  #: the helper that makes one table of the parts that were read
    partitioned: bool = False  #: a table is in partitions, of which some may have no rows
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
        self.constants: list[str] = []
        self._readers: list[str] = []
        self._imports: set[str] = set()
        self._indent = "    "
        self._read: set[str] = set()  #: inputs that are variables
        self._variables = identifiers([*job.inputs, *job.let, "result"], (*TAKEN, *SOURCES))

    def text(self) -> str:
        job = self.job
        readers = pandas_inputs.Readers(self)
        self._readers = [readers.of(table) for table in job.inputs.values()]
        for name, steps in job.let.items():
            self._list(self._variables[name], steps)
        self._list(self._variables["result"], job.steps)
        if job.output is None:
            self.say(f"return {self.flavour.answer.format(self._variables['result'])}")
        else:
            pandas_output.write(self, self._variables["result"])
        return self._module()

    # --- Statements ------------------------------------------------------------------------------

    def say(self, statement: str) -> None:
        self.body += lines(statement, self._indent)

    def once(self, text: str) -> None:
        """A comment where it is first needed."""
        if not any(line.endswith(text) for line in self.body):
            self.comment(text)

    def comment(self, text: str) -> None:
        self.body.append(f"{self._indent}# {text}")

    def variable(self, table: str) -> str:
        """The table is a variable of run()."""
        if table in self.job.inputs and table not in self._read:
            self._read.add(table)
            name = self._variables[table]
            parts = self._chunks(table)
            if self.flavour.whole:
                self.say(f"{name} = {self.helpers.use(self.flavour.whole)}({parts})")
            else:
                self.say(f"{name} = pd.concat({parts}, ignore_index=True)")
        return self._variables[table]

    def name(self, table: str) -> str:
        """As the program calls it."""
        return self._variables[table]

    def map_arrow_types(self) -> None:
        """A constant for to_pandas() of Arrow's tables."""
        if "ARROW_TYPES" not in "\n".join(self.constants):
            self.constants += lines(
                "ARROW_TYPES = {pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype(), "
                f"pa.string(): {self.flavour.string}}}"
            )

    def module(self, *lines: str) -> None:
        """What the program imports."""
        self._imports.update(lines)

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
        by_rows = filters = 0
        if first.name in self.job.inputs and self.uses(first.name) == 1:
            while by_rows < len(others) and isinstance(others[by_rows], Filter | Derive | Select):
                filters += isinstance(others[by_rows], Filter)
                by_rows += 1
            following = others[by_rows] if by_rows < len(others) else None
            split = pandas_parts.split(following) if isinstance(following, Group) else None
            if self.flavour.chunks and (filters or split):
                self._loop(first.name, target, others[:by_rows], split[0] if split else None)
                rest = [*split[1], *others[by_rows + 1 :]] if split else others[by_rows:]
                Steps(self, target, target).do(rest)
                return
        Steps(self, target, self.variable(first.name)).do(others)

    def uses(self, table: str) -> int:
        """How often steps read it."""
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
        begin = [python_text.docstring(self.job, flavour.title), ""]
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
        if self.constants:
            parts[0] += "\n" + "\n".join(self.constants)
        return "\n\n\n".join(parts) + "\n"


def _is_standard(line: str) -> bool:
    return line.split()[1].partition(".")[0] in ("csv", "os", "re", "operator", "itertools")
