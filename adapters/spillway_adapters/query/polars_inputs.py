"""Tables on disk as lazy frames."""

from __future__ import annotations

from spillway_adapters.query.csv_words import spellings
from spillway_adapters.query.language import Input, Settings, Type, columns_as_text
from spillway_adapters.query.polars_expressions import Writer
from spillway_adapters.query.polars_helpers import csv_helpers
from spillway_adapters.query.polars_layout import bracketed, call, column, named
from spillway_adapters.query.polars_literals import TYPES
from spillway_adapters.query.python_text import string


class Inputs:
    def __init__(self, writer: Writer, settings: Settings) -> None:
        self._writer = writer
        self._settings = settings
        self._forms: dict[tuple[str, ...] | None, int] = {}  #: words of CSV files as text

    def helpers(self) -> dict[str, str]:
        """For numbers that are read as text."""
        return csv_helpers(self._forms)

    def chain(self, table: Input) -> list[str]:
        """A scan and the methods that follow it."""
        if table.format == "parquet":
            return [self._parquet(table), *self._typed(table)]
        return [self._csv(table), *self._from_csv(table)]

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
                items[name] = self._writer.helper(f"csv_{kind}", *arguments)
            elif kind == "float64":
                items[name] = self._writer.helper("finite", column(name))
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
            items = {name: self._writer.helper("finite", column(name)) for name in floats}
            links.append(call(".with_columns", named(items), 8))
        return links
