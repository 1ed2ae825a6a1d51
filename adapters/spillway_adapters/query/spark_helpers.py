"""What a program for Spark needs beside Spark: short functions that keep a rule of the language
where Spark has another. A program has those that it uses."""

from __future__ import annotations

import re

SOURCES = {
    "finite": '''
def finite(number):
    """A number beyond float64, or none at all, is null."""
    return F.when(F.abs(number) < float("inf"), number)
''',
    "whole": '''
def whole(number, rounded):
    """Spark's floor and ceil are integers, which end at 64 bits."""
    return F.when(F.abs(number) < 2.0**53, rounded.cast("double")).otherwise(number)
''',
    "round_half_away": '''
def round_half_away(number, digits):
    """Halves of the binary number; Spark rounds its shortest decimal form."""
    scaled = F.abs(number) * 10.0**digits
    up = F.when(scaled - F.floor(scaled) >= 0.5, 1).otherwise(0)
    rounded = F.signum(number) * (F.floor(scaled) + up) / 10.0**digits
    return F.when(scaled < 2.0**52, rounded).otherwise(number)
''',
    "float64_of_text": '''
def float64_of_text(text):
    """Null where the text is no number; Spark takes 1d and 1f for some."""
    number = r"^\\s*[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?\\s*$"
    return finite(F.when(text.rlike(number), text).try_cast("double"))
''',
    "int64_of_text": '''
def int64_of_text(text):
    """Null where the text is no integer of 64 bits."""
    return F.when(text.rlike(r"^\\s*[+-]?[0-9]+\\s*$"), text).try_cast("bigint")
''',
    "bool_of_text": '''
def bool_of_text(text):
    """Null where the text is neither true nor false; Spark takes yes, t and 1, too."""
    word = F.lower(F.trim(text))
    return F.when(word.isin("true", "false"), word == "true")
''',
    "date_of_text": '''
def date_of_text(text):
    """Null where the text is no date; Spark takes years and months alone, too."""
    date = r"^\\s*[0-9]{4}-[0-9]{2}-[0-9]{2}\\s*$"
    return F.when(text.rlike(date), text).try_cast("date")
''',
    "timestamp_of_text": '''
def timestamp_of_text(text):
    """Null where the text is no timestamp; those with a zone become UTC."""
    moment = r"^\\s*[0-9]{4}-[0-9]{2}-[0-9]{2}"
    return F.when(text.rlike(moment), text).try_cast("timestamp").cast("timestamp_ntz")
''',
    "lower": '''
def lower(text):
    """Each character by itself: to Java, a sigma at the end of a word is another."""
    return F.lower(F.translate(text, "\\u03a3\\u0130", "\\u03c3i"))
''',
    "upper": '''
def upper(text):
    """Each character by itself: to Java, some have two capital letters."""
    one_each = F.transform(
        F.split(text, ""), lambda c: F.when(F.length(F.upper(c)) == 1, F.upper(c)).otherwise(c)
    )
    same = F.length(F.upper(text)) == F.length(text)
    return F.when(same, F.upper(text)).otherwise(F.array_join(one_each, ""))
''',
    "date_of": '''
def date_of(year, month, day):
    """Null where there is no such day."""
    return F.format_string("%04d-%02d-%02d", year, month, day).try_cast("date")
''',
    "single_row": '''
def single_row(table):
    """The only row of a table, nulls when it has none."""
    failure = F.raise_error("A table of more than one row cannot be attached.")
    values = {name: F.first(column(name)) for name in table.columns}
    return table.agg(
        *(F.when(F.count("*") < 2, v).otherwise(failure).alias(n) for n, v in values.items())
    )
''',
    "column": '''
def column(name):
    """Whatever its name is."""
    return F.col("`{}`".format(name.replace("`", "``")))
''',
    "moment": '''
def moment(table, name):
    """Nanoseconds, which Spark has as integers here, are cut to the microseconds of others."""
    value = column(name)
    if dict(table.dtypes)[name] == "bigint":
        whole = value - F.pmod(value, F.lit(1000))
        value = F.timestamp_micros(F.call_function("div", whole, F.lit(1000)))
    return value.cast("timestamp_ntz")
''',
    "word": '''
def word(text):
    """A field without spaces, null where it is a word for nothing."""
    text = F.trim(text, F.lit(" \\t"))
    return F.when(~F.lower(text).isin(NOTHING), text)
''',
    "float64_field": '''
def float64_field(text):
    """NaN and infinity are null."""
    number = word(text)
    bad = number.rlike("[dDfF]\\\\s*$")
    named = F.concat(F.lit("not a number: "), number)
    return finite(F.when(bad, named).otherwise(number).cast("double"))
''',
    "bool_field": """
def bool_field(text):
    found = F.lower(word(text))
    bad = F.concat(F.lit("neither true nor false: "), found)
    return F.when(found.isin("true", "false"), found).otherwise(bad).cast("boolean")
""",
    "has": '''
def has(path, mark):
    """Whether the file has this character."""
    with open(path, "rb") as file:
        return any(mark in block for block in iter(lambda: file.read(1 << 20), b""))
''',
    "read_csv": '''
def read_csv(spark, paths, schema, header=True, quote='"', **more):
    """An empty field is null, an empty text in quotes is a text; no word is null. A quoted field
    may hold line breaks: one task has to read such a file."""
    options = {"mode": "FAILFAST", "nullValue": "\\ue000", "escape": quote, **more}
    reader = spark.read.options(header=header, quote=quote, **options).schema(schema)
    quoted = [path for path in paths if quote and has(path, quote.encode())]
    table = reader.csv([path for path in paths if path not in quoted])
    return table.unionAll(reader.csv(quoted, multiLine=True)) if quoted else table
''',
}
_NAMES = re.compile(r"\b[a-z_0-9]+\b")


class Helpers:
    def __init__(self) -> None:
        self.used: set[str] = set()

    def use(self, name: str) -> str:
        if name not in self.used:
            self.used.add(name)
            code = re.sub(r'"""[^"]*"""', "", SOURCES[name])
            for other in set(_NAMES.findall(code)) & {"finite", "word", "column", "has"} - {name}:
                self.use(other)
        return name

    def text(self) -> list[str]:
        first = ("finite", "word", "column")
        order = [*first, *(name for name in SOURCES if name not in first)]
        return [SOURCES[name].strip("\n") for name in order if name in self.used]
