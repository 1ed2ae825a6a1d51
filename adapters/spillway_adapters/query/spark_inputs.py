"""How a program for Spark reads its tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spillway_adapters.query.csv_words import spelled
from spillway_adapters.query.language import Input, Refused, columns_as_text
from spillway_adapters.query.python_layout import WIDTH, names, word_list
from spillway_adapters.query.python_text import string as quoted
from spillway_adapters.query.spark_expressions import col, selected
from spillway_adapters.query.spark_types import TYPES

if TYPE_CHECKING:
    from spillway_adapters.query.spark_code import Program

ENCODINGS = {"latin-1": "ISO-8859-1"}


class Readers:
    """Statements of a program that read its tables."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._helpers = program.helpers
        self._has_words = False
        self.nanoseconds = False  #: a file may have timestamps of them

    def of(self, table: Input) -> list[str]:
        """Statements that make it a variable."""
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
        as_text = columns_as_text(table, self._program.settings)
        types, values = [], []
        for column, kind in table.columns.items():
            own = col(column)
            read = "string"
            if column in table.used and kind != "text":
                if column in as_text or (form.decimal != "." and kind == "float64"):
                    self._has_words = True
                    own = self._field(kind, own, form.decimal)
                elif kind == "timestamp":
                    # Those with a zone become UTC.
                    own = f'{own}.cast("timestamp").cast("timestamp_ntz")'
                else:
                    read = TYPES[kind]
                    if kind == "float64":
                        own = f"{self._helpers.use('finite')}({own})"
            elif column in table.used and form.missing is not None:
                words = names(dict.fromkeys(w.lower() for w in form.missing))
                own = f'F.when(~F.lower(F.trim({own}, F.lit(" \\t"))).isin({words}), {own})'
            types.append(f"`{column.replace('`', '``')}` {read}")
            if column in table.used:
                values.append((column, own))
        encoding = ENCODINGS.get(form.encoding, form.encoding)
        options = [
            *([] if form.header else ["header=False"]),
            *([f"quote={quoted(form.quote)}"] if form.quote != '"' else []),
            *([f"sep={quoted(form.delimiter)}"] if form.delimiter != "," else []),
            *([f"comment={quoted(form.comment)}"] if form.comment else []),
            *([f"encoding={quoted(encoding)}"] if form.encoding != "utf-8" else []),
        ]
        own = self._program.variable(table.name)
        schema = f"{own.upper()}_SCHEMA"
        self._program.constants += _long_text(schema, ", ".join(types))
        found = []
        if form.skip_rows:
            found.append(f"# The {form.skip_rows} lines before the header have to be blank.")
        paths = f"inputs[{quoted(table.name)}]"
        read_csv = self._helpers.use("read_csv")
        call = f"{read_csv}({', '.join(['spark', paths, schema, *options])})"
        return [*found, f"{own} = {call}", *self._selected(own, table, values)]

    def _field(self, kind: str, own: str, decimal: str) -> str:
        word = self._helpers.use("word")
        match kind:
            case "float64":
                if decimal != ".":
                    own = f"F.translate({own}, {quoted('.' + decimal)}, {quoted('x.')})"
                return f"{self._helpers.use('float64_field')}({own})"
            case "bool":
                return f"{self._helpers.use('bool_field')}({own})"
            case "timestamp":
                return f'{word}({own}).cast("timestamp").cast("timestamp_ntz")'
        return f'{word}({own}).cast("{TYPES[kind]}")'

    def _parquet(self, table: Input) -> list[str]:
        own = self._program.variable(table.name)
        # Spark looks at all columns, also at those that the job does not read.
        self.nanoseconds = self.nanoseconds or "timestamp" in table.columns.values()
        options = ""
        if table.hive:
            options = f'.option("basePath", {quoted(table.root)})'
        values = []
        for column in table.used:
            kind, value = table.columns[column], col(column)
            if kind == "timestamp":
                value = f"{self._helpers.use('moment')}({own}, {quoted(column)})"
            else:
                value = f'{value}.cast("{TYPES[kind]}")'
            if kind == "float64":
                value = f"{self._helpers.use('finite')}({value})"
            values.append((column, value))
        read = f"spark.read{options}.parquet(*inputs[{quoted(table.name)}])"
        return [f"{own} = {read}", *self._selected(own, table, values)]

    def _selected(self, own: str, table: Input, values: list[tuple[str, str]]) -> list[str]:
        if all(value == col(column) for column, value in values):
            if len(values) == len(table.columns):
                return []
            return [f"{own} = {own}.select({', '.join(selected(table.used))})"]
        listed = ", ".join(
            value if value == col(column) else f"{value}.alias({quoted(column)})"
            for column, value in values
        )
        return [f"{own} = {own}.select({listed})"]

    def words(self) -> list[str]:
        """The constant that the functions of fields use, where one does."""
        if not self._has_words:
            return []
        from spillway_adapters.spec import STANDARD_MISSING

        words = STANDARD_MISSING
        for table in self._program.job.inputs.values():
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
