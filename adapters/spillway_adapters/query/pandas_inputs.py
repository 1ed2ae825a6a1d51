"""How a program for pandas reads its tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spillway_adapters.query import pandas_reads_csv
from spillway_adapters.query.arrow_types import ARROW
from spillway_adapters.query.language import (
    Call,
    Column,
    Constant,
    Expression,
    Filter,
    From,
    Input,
    Type,
)
from spillway_adapters.query.pandas_reads_csv import chunk_rows
from spillway_adapters.query.python_layout import lines, names
from spillway_adapters.query.python_text import string as quoted

if TYPE_CHECKING:
    from spillway_adapters.query.pandas_code import Program


class Readers:
    """Functions of a program that read its tables."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._flavour = program.flavour
        self._helpers = program.helpers

    def of(self, table: Input) -> str:
        """The function that reads it, in parts."""
        if table.format == "csv":
            return pandas_reads_csv.Reader(self._program, table).function()
        return self._parquet(table)

    def _parquet(self, table: Input) -> str:
        self._program.module("import pyarrow as pa", "import pyarrow.dataset as ds")
        own = self._program.name(table.name)
        kinds = ", ".join(f"({quoted(c)}, {ARROW[table.columns[c]]})" for c in table.used)
        schema = f"{own.upper()}_SCHEMA"
        self._program.constants += lines(f"{schema} = pa.schema([{kinds}])")
        self._program.map_arrow_types()
        options = ['format="parquet"']
        if table.hive:
            folders = ", ".join(
                f"({quoted(c)}, {_folder_type(table.columns[c])})" for c in table.hive
            )
            options.append(f'partitioning=ds.partitioning(pa.schema([{folders}]), flavor="hive")')
            options.append(f"partition_base_dir={quoted(table.root)}")
        scan = [f"columns={names(table.used)}"]
        if condition := self._pushed(table):
            self._program.module("import pyarrow.compute as pc")
            scan.append(f"filter={condition}")
        rows = chunk_rows(self._program.settings)
        scan += [f"batch_size={rows:_}", "batch_readahead=2", "fragment_readahead=1"]
        convert = "to_pandas(types_mapper=ARROW_TYPES.get)"
        return "\n".join(
            [
                f"def read_{own}(paths):",
                *lines(f"files = ds.dataset(paths, {', '.join(options)})", "    "),
                "    # The columns, also of no rows; merge() fails at texts of no chunks.",
                f"    nothing = {schema}.empty_table().to_pandas(types_mapper=ARROW_TYPES.get)",
                "    yield nothing.reindex([0]).head(0)",
                *lines(f"for batch in files.to_batches({', '.join(scan)}):", "    "),
                "        table = pa.Table.from_batches([batch])",
                f"        yield table.cast({schema}, safe=False).{convert}",
            ]
        )

    def _pushed(self, table: Input) -> str:
        """Conditions on columns as they are in the file: groups of rows without any are skipped."""
        if self._program.uses(table.name) != 1:
            return ""
        for steps in (*self._program.job.let.values(), self._program.job.steps):
            first, *others = steps
            if isinstance(first, From) and first.name == table.name:
                found: list[str] = []
                for step in others:
                    if not isinstance(step, Filter):
                        break
                    found += filter(None, map(_pushable, _conjuncts(step.condition)))
                return " & ".join(found)
        return ""


def _folder_type(kind: Type) -> str:
    return ARROW[kind] if kind in ("int64", "float64", "text") else "pa.string()"


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
