"""Tables on disk as SELECTs that DuckDB reads them by."""

from __future__ import annotations

from spillway_adapters.query.csv_words import spellings
from spillway_adapters.query.duckdb_expressions import Writer
from spillway_adapters.query.duckdb_sql import TYPES, Names, clause, literal, name
from spillway_adapters.query.language import Csv, Input, Settings, columns_as_text
from spillway_adapters.spec import STANDARD_MISSING


class Inputs:
    """`names`: of columns in the statement."""

    def __init__(self, names: Names, writer: Writer, settings: Settings) -> None:
        self._names = names
        self._writer = writer
        self._settings = settings
        self._forms: dict[tuple[tuple[str, ...] | None, str], int] = {}  #: of CSV files as text

    def read(self, table: Input) -> str:
        return self._csv(table) if table.format == "csv" else self._parquet(table)

    def _parameter(self, table: Input) -> str:
        return f"${table.name}"

    def _csv(self, table: Input) -> str:
        form = table.csv
        assert form is not None
        as_text = columns_as_text(table, self._settings)
        types, items = [], []
        for column, kind in table.columns.items():
            used = column in table.used
            own = self._names.plain(column)
            read, item = "VARCHAR", name(own)
            if used and kind != "text":
                if column in as_text:
                    item = self._word(kind, name(own), form)
                else:
                    read = "VARCHAR" if kind == "timestamp" else TYPES[kind]
                    if kind == "float64":
                        item = self._writer.macro("finite", item)
                    elif kind == "timestamp":
                        item = self._writer.macro("utc", item)
            types.append(f"{literal(own)}: {literal(read)}")
            if used:
                items.append(item if item == name(own) else f"{item} AS {name(own)}")
        options = [
            self._parameter(table),
            f"header = {'true' if form.header else 'false'}",
            f"delim = {literal(form.delimiter)}",
            f"quote = {literal(form.quote)}",
            f"escape = {literal(form.quote)}",
            f"nullstr = {_nulls(form)}",
            # An empty field is null, an empty text in quotes is one.
            "allow_quoted_nulls = false",
            "auto_detect = false",
            "strict_mode = true",
            f"columns = {{\n    {(',' + chr(10) + '    ').join(types)}\n  }}",
        ]
        floats = {column for column in table.used if table.columns[column] == "float64"}
        if form.decimal != "." and floats - as_text:
            options.append(f"decimal_separator = {literal(form.decimal)}")
        if form.skip_rows:
            options.insert(1, f"skip = {form.skip_rows}")
        if self._settings.numbers_as_text:  # Also where the reader has found a long row.
            options.insert(1, "max_line_size = 16777216")
        reader = "read_csv(\n  " + ",\n  ".join(options) + "\n)"
        if not items:  # Rows are counted, nothing else.
            items = ["1 AS one"]
        return clause("SELECT", items, ",") + f"\nFROM {reader}"

    def _word(self, kind: str, column: str, form: Csv) -> str:
        macro = {
            "int64": "csv_integer",
            "float64": "csv_number",
            "bool": "csv_bool",
            "date": "csv_date",
            "timestamp": "csv_timestamp",
        }[kind]
        self._forms.setdefault((form.missing, form.decimal), len(self._forms) + 1)
        return self._writer.macro(macro + self._suffix(form), column)

    def _suffix(self, form: Csv) -> str:
        """Files of one job may have words and decimals of their own."""
        number = self._forms[form.missing, form.decimal]
        return "" if number == 1 else f"_{number}"

    def _parquet(self, table: Input) -> str:
        items = []
        for column in table.used:
            kind = table.columns[column]
            own = name(self._names.plain(column))
            item = f"CAST({name(column)} AS {TYPES[kind]})"
            if kind == "timestamp" and column not in table.hive:
                item = self._writer.macro("moment", name(column))
            if kind == "float64":
                item = self._writer.macro("finite", item)
            items.append(f"{item} AS {own}")
        options = [self._parameter(table)]
        if table.hive:
            types = ", ".join(
                f"{literal(column)}: {TYPES[table.columns[column]]}" for column in table.hive
            )
            options += ["hive_partitioning = true", f"hive_types = {{{types}}}"]
        if not items:
            items = ["1 AS one"]
        return clause("SELECT", items, ",") + f"\nFROM read_parquet({', '.join(options)})"

    def macros(self) -> dict[str, tuple[str, str]]:
        """Of the CSV files that are read as text."""
        made: dict[str, tuple[str, str]] = {}
        for (missing, decimal), number in self._forms.items():
            made |= self._csv_macros_of(missing, decimal, "" if number == 1 else f"_{number}")
        return made

    def _csv_macros_of(
        self, missing: tuple[str, ...] | None, decimal: str, suffix: str
    ) -> dict[str, tuple[str, str]]:
        words = STANDARD_MISSING if missing is None else [word.lower() for word in missing]
        listed = ", ".join(map(literal, ["", *sorted(set(words))]))
        present = f"CASE WHEN lower(trim(s, ' \t')) NOT IN ({listed}) THEN trim(s, ' \t') END"
        word = f"csv_word{suffix}"
        self._writer.macros.add(word)
        made = {word: ("A word for a value that is missing is null.", f"{word}(s) AS {present}")}
        number = f"{word}(s)"
        if decimal != ".":
            number = f"replace(replace({number}, '.', 'x'), {literal(decimal)}, '.')"
        pattern = "(?i)[+-]?(([0-9]+\\.?[0-9]*|\\.[0-9]+)(e[+-]?[0-9]+)?|inf|infinity)"
        moment = f"CAST({word}(s) AS TIMESTAMPTZ)"
        checks = {
            "csv_integer": (f"{word}(s)", "[+-]?[0-9]+", "BIGINT", "a whole number"),
            "csv_number": (number, pattern, "DOUBLE", "a number"),
            "csv_bool": (f"{word}(s)", "(?i)true|false", "BOOLEAN", "true or false"),
            "csv_date": (f"{word}(s)", "[0-9]{4}-[0-9]{2}-[0-9]{2}", "DATE", "a date"),
            "csv_timestamp": (f"{word}(s)", "[^ ].*", "TIMESTAMP", "a timestamp"),
        }
        for macro, (text, shape, kind, what) in checks.items():
            value = f"CAST({moment if macro == 'csv_timestamp' else text} AS {kind})"
            if macro == "csv_number" and macro + suffix in self._writer.macros:
                value = self._writer.macro("finite", value)
            made[macro + suffix] = (
                f"Anything but {what} is an error.",
                f"{macro}{suffix}(s) AS CASE WHEN {word}(s) IS NULL THEN NULL"
                f" WHEN regexp_full_match({text}, {literal(shape)}) THEN {value}"
                f" ELSE error('Expected {what}, found ' || s) END",
            )
        return made


def _nulls(form: Csv) -> str:
    """Words of the file's own hold for text, too, where it is not in quotes."""
    if form.missing is None:
        return "''"
    return f"[{', '.join(map(literal, spellings(form.missing)))}]"
