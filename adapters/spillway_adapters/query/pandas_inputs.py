"""How a program for pandas reads its tables."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from spillway_adapters.query.arrow_types import ARROW
from spillway_adapters.query.csv_words import spelled
from spillway_adapters.query.language import (
    Call,
    Column,
    Constant,
    Expression,
    Filter,
    From,
    Input,
    Schema,
    Type,
)
from spillway_adapters.query.python_layout import keywords, lines, mapping, names, word_list
from spillway_adapters.query.python_text import string as quoted

if TYPE_CHECKING:
    from spillway_adapters.query.pandas_code import Program

#: Rows read at a time: of ten columns some 80 MB.
CHUNK_ROWS = 1_000_000

#: Words for nothing as people write them; one in another letter case fails, and is read as text.
WORDS = (
    "", "NA", "na", "N/A", "n/a", "NaN", "nan", "NAN", "-NaN", "-nan", "+NaN", "+nan", "null",
    "NULL", "Null", "None", "none", "NONE", "<NA>", "<na>", "#N/A", "#n/a", "#NA", "#na",
    "#N/A N/A", "1.#IND", "-1.#IND", "1.#QNAN", "-1.#QNAN",
)  # fmt: skip
ENCODINGS = {"windows-1252": "cp1252"}


class Readers:
    """Functions of a program that read its tables."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._flavour = program.flavour
        self._helpers = program.helpers

    def of(self, table: Input) -> str:
        """The function that reads it, in parts."""
        return self._csv(table) if table.format == "csv" else self._parquet(table)

    def _csv(self, table: Input) -> str:
        form = table.csv
        assert form is not None
        as_text = self._program.settings.numbers_as_text
        own = self._program.name(table.name)
        types = {c: table.columns[c] for c in table.used}
        numbers = {c: k for c, k in types.items() if k != "text"}
        moments = ("date", "timestamp")
        dtypes = {
            c: self._flavour.text if as_text or k in moments else self._program.dtype(k)
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
                    utc = self._helpers.use(self._flavour.utc)
                    made[column] = f"{utc}({self._helpers.use('without_words')}({value}))"
                else:
                    made[column] = f"{self._helpers.use(f'{kind}_field')}({value})"
            elif kind == "timestamp":
                made[column] = f"{self._helpers.use(self._flavour.utc)}({value})"
            elif kind == "date":
                made[column] = f'{value}.astype("datetime64[us]")'
        if as_text and numbers:
            self._word_list(form.missing)
        source = "path"
        if form.comment:
            encoding = ENCODINGS.get(form.encoding, form.encoding)
            comment_free = self._helpers.use("comment_free")
            source = f"{comment_free}(path, {quoted(form.comment)}, {quoted(encoding)})"
        converted = f".assign({keywords(made.items())})" if made else ""
        chunked = self._flavour.chunks
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
        return "\n".join(code)

    def _quotes(self, quote: str) -> list[str]:
        if not quote:
            self._program.module("import csv")
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
        if not any(line.startswith("NOTHING = ") for line in self._program.constants):
            self._program.constants += [comment, *word_list("NOTHING", words)]

    def _parquet(self, table: Input) -> str:
        self._program.module("import pyarrow as pa", "import pyarrow.dataset as ds")
        own = self._program.name(table.name)
        kinds = ", ".join(f"({quoted(c)}, {ARROW[table.columns[c]]})" for c in table.used)
        schema = f"{own.upper()}_SCHEMA"
        self._program.constants += lines(f"{schema} = pa.schema([{kinds}])")
        if "ARROW_TYPES" not in "\n".join(self._program.constants):
            self._program.constants += lines(
                "ARROW_TYPES = {pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype(), "
                f"pa.string(): {self._flavour.string}}}"
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
            self._program.module("import pyarrow.compute as pc")
            scan.append(f"filter={condition}")
        scan += [f"batch_size={CHUNK_ROWS:_}", "batch_readahead=2", "fragment_readahead=1"]
        convert = "to_pandas(types_mapper=ARROW_TYPES.get)"
        return "\n".join(
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
