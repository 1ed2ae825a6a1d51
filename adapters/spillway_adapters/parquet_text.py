"""Keys and labels of Parquet files as the text that they would be in a CSV file, and which columns
can be what: for the kinds of work that read a column of text and columns of numbers.

Engines group by the values as the file has them; what is spelled is one value a group.
"""

from __future__ import annotations

from spillway_adapters.protocol import Unsupported
from spillway_adapters.spec import Dataset

#: Types whose values have one spelling. The digits of a float depend on who writes them.
SPELLED = ("text", "integer", "boolean", "date", "timestamp")
NUMBERS = ("integer", "real")


def spelled(value: object) -> str:
    """A missing one is the empty text, as an empty field is."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    # A date in ISO 8601; a timestamp with a space before the time, and microseconds if it has some.
    return str(value)


def check(data: Dataset, columns: list[str]) -> None:
    """`columns`: one of text, then numbers. Unsupported."""
    text, *numbers = columns
    if (kind := type_of(data, text)) not in SPELLED:
        raise Unsupported(
            f'"{text}" is {kind} in the Parquet files: its numbers have no one spelling, by which'
            " they would be keys or labels."
        )
    for name in numbers:
        if (kind := type_of(data, name)) not in NUMBERS:
            raise Unsupported(f'"{name}" is {kind} in the Parquet files, not a number.')


def type_of(data: Dataset, name: str) -> str:
    return next(column.type for column in data.columns if column.name == name)
