"""How a program for pandas reads CSV files: by read_csv, in chunks, or by Arrow's reader where
there are texts that only Arrow tells from null."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spillway_adapters.query.arrow_types import ARROW
from spillway_adapters.query.csv_words import spelled
from spillway_adapters.query.language import Csv, Input, Settings, columns_as_text
from spillway_adapters.query.python_layout import keywords, lines, mapping, names, word_list
from spillway_adapters.query.python_text import string as quoted
from spillway_adapters.spec import STANDARD_MISSING

if TYPE_CHECKING:
    from spillway_adapters.query.pandas_code import Program

#: Rows at a time: of nine columns 300 MB while read_csv makes them, and under a limit 90 MB; with
#: more and smaller parts groups take longer.
CHUNK_ROWS = 1_000_000
CHUNK_ROWS_UNDER_LIMIT = 250_000
#: Bytes of a file that Arrow makes a batch of: some 200,000 rows of ten columns.
BLOCK_MEBIBYTES = 16
ENCODINGS = {"windows-1252": "cp1252"}


def chunk_rows(settings: Settings) -> int:
    return CHUNK_ROWS if settings.memory_bytes is None else CHUNK_ROWS_UNDER_LIMIT


def by_arrow(table: Input, settings: Settings) -> bool:
    """To read_csv an empty text in quotes is an empty field, and so is a word of the file's own."""
    assert table.csv is not None
    texts = any(table.columns[column] == "text" for column in table.used)
    marks = table.empty_texts or settings.numbers_as_text or table.csv.missing is not None
    return texts and bool(table.csv.quote) and marks


class Reader:
    """The function of a program that reads a table."""

    def __init__(self, program: Program, table: Input) -> None:
        assert table.csv is not None
        self._program = program
        self._table = table
        self._form = table.csv
        self._types = {c: table.columns[c] for c in table.used}
        self._as_text = columns_as_text(table, program.settings)
        self._own = program.name(table.name)

    def function(self) -> str:
        if self._as_text:
            self._words(self._form)
        arrow = by_arrow(self._table, self._program.settings)
        body = self._by_arrow() if arrow else self._by_pandas()
        return "\n".join([f"def read_{self._own}(paths):", *body])

    # --- read_csv --------------------------------------------------------------------------------

    def _by_pandas(self) -> list[str]:
        program, form, types = self._program, self._form, self._types
        read = {
            c: program.flavour.text
            if c in self._as_text or kind in ("date", "timestamp")
            else program.dtype(kind)
            for c, kind in types.items()
        }
        floats = {c for c, kind in types.items() if kind == "float64"}
        decimal = form.decimal != "." and floats - self._as_text
        dtypes = mapping((c, quoted(dtype)) for c, dtype in read.items())
        whole = not program.flavour.chunks
        options = [
            *([f"sep={quoted(form.delimiter)}"] if form.delimiter != "," else []),
            *self._quotes(),
            *([f"decimal={quoted(form.decimal)}"] if decimal else []),
            *self._encoding(),
            *([f"skiprows={form.skip_rows}"] if form.skip_rows else []),
            f"header={0 if form.header else None}",
            f"names={names(self._table.columns)}",
            "index_col=False",
            *([f"usecols={names(types)}"] if len(types) < len(self._table.columns) else []),
            f"dtype={'types' if whole else dtypes}",
            "keep_default_na=False",
            'na_values=[""]',
        ]
        if not whole:
            options.append(f"chunksize={chunk_rows(program.settings):_}")
        call = f"pd.read_csv({', '.join([self._source(), *options])})"
        converted = self._converted()
        code = ["    for path in paths:"]
        if whole:
            code = [*lines(f"types = {dtypes}", "    "), *code]
            call = f"{program.helpers.use('with_columns')}({call}, types)"
            code += lines(f"{'frame = ' if converted else 'yield '}{call}", "        ")
            return [*code, *(lines(f"yield frame{converted}", "        ") if converted else [])]
        code += lines(f"with {call} as chunks:", "        ")
        if converted:
            code.append("            for frame in chunks:")
            code += lines(f"yield frame{converted}", "                ")
        else:
            code.append("            yield from chunks")
        return code

    def _quotes(self) -> list[str]:
        quote = self._form.quote
        if not quote:
            self._program.module("import csv")
            return ["quoting=csv.QUOTE_NONE"]
        return [f"quotechar={quoted(quote)}"] if quote != '"' else []

    def _encoding(self) -> list[str]:
        encoding = self._form.encoding
        if encoding == "utf-8" or self._form.comment:
            return []
        return [f"encoding={quoted(ENCODINGS.get(encoding, encoding))}"]

    def _source(self) -> str:
        form = self._form
        if not form.comment:
            return "path"
        encoding = ENCODINGS.get(form.encoding, form.encoding)
        comment_free = self._program.helpers.use("comment_free")
        return f"{comment_free}(path, {quoted(form.comment)}, {quoted(encoding)})"

    # --- Arrow -----------------------------------------------------------------------------------

    def _by_arrow(self) -> list[str]:
        program, form, types = self._program, self._form, self._types
        program.module("import pyarrow as pa", "import pyarrow.csv", "import itertools")
        program.map_arrow_types()
        kinds = ", ".join(
            f"({quoted(c)}, {'pa.string()' if self._read_as_text(c) else ARROW[kind]})"
            for c, kind in types.items()
        )
        schema = f"{self._own.upper()}_SCHEMA"
        program.constants += lines(f"{schema} = pa.schema([{kinds}])")
        words = [""] if form.missing is None else dict.fromkeys(["", *spelled(form.missing)])
        decimal = [f"decimal_point={quoted(form.decimal)}"] if form.decimal != "." else []
        convert = [
            f"include_columns={schema}.names",
            f"column_types={schema}",
            f"null_values={names(words)}",
            "strings_can_be_null=True",
            "quoted_strings_can_be_null=False",
            *decimal,
        ]
        read = [
            f"column_names={names(self._table.columns)}",
            *([f"skip_rows={form.skip_rows}"] if form.skip_rows else []),
            *(["skip_rows_after_names=1"] if form.header else []),
            *self._encoding(),
            f"block_size={BLOCK_MEBIBYTES} << 20",
        ]
        parse = [
            *([f"delimiter={quoted(form.delimiter)}"] if form.delimiter != "," else []),
            *([f"quote_char={quoted(form.quote)}"] if form.quote != '"' else []),
            "newlines_in_values=True",
        ]
        source = self._source()
        if form.comment:
            source = f'pa.BufferReader("".join({source}).encode())'
        converted = self._converted()
        frame = "batch.to_pandas(types_mapper=ARROW_TYPES.get)"
        made = [f"yield {frame}"]
        if converted:
            made = [f"frame = {frame}", f"yield frame{converted}"]
        return [
            "    # To read_csv an empty text in quotes is null, as an empty field is.",
            *lines(f"layout = pa.csv.ReadOptions({', '.join(read)})", "    "),
            *lines(f"quotes = pa.csv.ParseOptions({', '.join(parse)})", "    "),
            *lines(f"nulls = pa.csv.ConvertOptions({', '.join(convert)})", "    "),
            "    for path in paths:",
            *lines(
                f"with pa.csv.open_csv({source}, layout, quotes, nulls) as batches:", "        "
            ),
            "            # The columns, also of no rows.",
            f"            for batch in itertools.chain([{schema}.empty_table()], batches):",
            *(line for each in made for line in lines(each, "                ")),
        ]

    def _read_as_text(self, column: str) -> bool:
        return column in self._as_text or self._types[column] == "timestamp"

    # --- Values ----------------------------------------------------------------------------------

    def _converted(self) -> str:
        """What makes of a frame's texts what they stand for."""
        made = {}
        helpers, utc = self._program.helpers, self._program.flavour.utc
        for column, kind in self._types.items():
            value = f"frame[{quoted(column)}]"
            if column in self._as_text:
                if self._form.decimal != "." and kind == "float64":
                    decimal = quoted(self._form.decimal)
                    value = f'{value}.str.replace({decimal}, ".", regex=False)'
                if kind == "timestamp":
                    value = f"{helpers.use('without_words')}({value})"
                    made[column] = f"{helpers.use(utc)}({value})"
                else:
                    made[column] = f"{helpers.use(f'{kind}_field')}({value})"
            elif kind == "timestamp":
                made[column] = f"{helpers.use(utc)}({value})"
            elif kind == "date" and not by_arrow(self._table, self._program.settings):
                made[column] = f'{value}.astype("datetime64[us]")'
        return f".assign({keywords(made.items())})" if made else ""

    def _words(self, form: Csv) -> None:
        if any(line.startswith("NOTHING = ") for line in self._program.constants):
            return
        words = STANDARD_MISSING if form.missing is None else [w.lower() for w in form.missing]
        self._program.constants += [
            "# What is null in a column of anything but text, in any letter case.",
            *word_list("NOTHING", dict.fromkeys(["", *words])),
        ]
