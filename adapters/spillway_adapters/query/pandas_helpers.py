"""What a pandas program needs beside pandas: short functions that keep a rule of the language where
pandas has another. A program has those that it uses."""

from __future__ import annotations

import re

SOURCES = {
    "finite": '''
def finite(numbers):
    """A number beyond float64, or none at all, is null."""
    return numbers.where(np.isfinite(numbers))
''',
    "checked": '''
def checked(operator, left, right):
    """Integers that overflow are an error; pandas would wrap them."""
    calculate = {"+": add, "-": sub, "*": mul}[operator]
    result = calculate(left, right)
    rough = calculate(as_float(left), as_float(right))
    if (result.astype("float64") - rough).abs().max() > 2.0**62:
        raise OverflowError("integer overflow")
    return result
''',
    "as_float": """
def as_float(numbers):
    return numbers.astype("float64") if hasattr(numbers, "astype") else float(numbers)
""",
    "sums": '''
def sums(groups):
    """Of integers. That they overflow is an error; pandas would wrap them."""
    found, rough = groups.sum(min_count=1), groups.mean() * groups.count()
    if (found.astype("float64") - rough.astype("float64")).abs().max() > 2.0**62:
        raise OverflowError("integer overflow")
    return found
''',
    "check_sums": '''
def check_sums(found, rough):
    """Sums of integers that overflow are an error; pandas would wrap them."""
    if (found.astype("float64") - rough).abs().max() > 2.0**62:
        raise OverflowError("integer overflow")
    return found
''',
    "whole_division": '''
def whole_division(left, right):
    """Towards zero, null by zero; pandas rounds down."""
    right = right.mask(right == 0) if hasattr(right, "mask") else right
    quotient = left.abs() // abs(right)
    return quotient.where((left < 0) == (right < 0), -quotient)
''',
    "remainder": '''
def remainder(left, right):
    """With the sign of the left number, null by zero; pandas takes the sign of the right one."""
    right = right.mask(right == 0) if hasattr(right, "mask") else right
    rest = left.abs() % abs(right)
    return rest.where(left >= 0, -rest)
''',
    "case": '''
def case(branches, otherwise):
    """The value of the first condition that is true."""
    for condition, value in reversed(branches):
        otherwise = otherwise.where(~condition.fillna(False), value)
    return otherwise
''',
    "greatest": """
def greatest(first, *others):
    for other in others:
        replaced = (first < other).fillna(False) | first.isna()
        first = first.where(~replaced, other)
    return first
""",
    "least": """
def least(first, *others):
    for other in others:
        replaced = (first > other).fillna(False) | first.isna()
        first = first.where(~replaced, other)
    return first
""",
    "round_half_away": '''
def round_half_away(numbers, digits):
    """Halves away from zero; pandas rounds them to even."""
    scaled = numbers.abs() * 10.0**digits
    whole = np.floor(scaled)
    rounded = np.sign(numbers) * (whole + (scaled - whole >= 0.5)) / 10.0**digits
    return rounded.where(scaled < 2.0**52, numbers)
''',
    "power": '''
def power(base, exponent):
    """Null with null; to NumPy, 1 to the power of NaN is 1."""
    return finite(base**exponent).where(base.notna() & exponent.notna())
''',
    "nearest_integer": '''
def nearest_integer(numbers):
    """Ties to even; null beyond 64 bits."""
    whole = numbers.round()
    return whole.where((whole >= -(2.0**63)) & (whole < 2.0**63)).astype("Int64")
''',
    "int64_of_text": '''
def int64_of_text(text):
    """Null where the text is no integer of 64 bits."""

    def integer(word):
        number = int(word)
        return number if -(2**63) <= number < 2**63 else pd.NA

    words = text.str.strip()
    words = words.where(words.str.fullmatch("[+-]?[0-9]+").fillna(False))
    return words.map(integer, na_action="ignore").astype("object").astype("Int64")
''',
    "float64_of_text": '''
def float64_of_text(text):
    """Null where the text is no number."""
    return finite(pd.to_numeric(text, errors="coerce").astype("float64"))
''',
    "bool_of_text": '''
def bool_of_text(text):
    """Null where the text is neither true nor false."""
    words = text.str.strip().str.lower()
    return (words == "true").where(words.isin(["true", "false"])).astype("boolean")
''',
    "date_of_text": '''
def date_of_text(text):
    """Null where the text is no date."""
    words = text.str.strip()
    words = words.where(words.str.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}").fillna(False))
    dates = pd.to_datetime(words, format="%Y-%m-%d", errors="coerce")
    return dates.astype("datetime64[us]")
''',
    "timestamp_of_text": '''
def timestamp_of_text(text):
    """Null where the text is no timestamp; those with a zone become UTC."""
    words = text.str.strip()
    words = words.where(words.str.match("[0-9]{4}-[0-9]{2}-[0-9]{2}").fillna(False))
    moments = pd.to_datetime(words, format="ISO8601", utc=True, errors="coerce")
    return moments.dt.tz_localize(None).astype("datetime64[us]")
''',
    "upper": '''
def upper(text):
    """One character to one: the capital letter of ß is two to some, and none to others."""
    return text.str.replace("ß", "\\ue000").str.upper().str.replace("\\ue000", "ß")
''',
    "position_of": '''
def position_of(text, part):
    """Characters before the part, and one; 0 where it is not."""
    before = text.str.split(part, n=1, regex=False).str[0].str.len()
    places = (before + 1).astype("Int64").where(text.str.contains(part, regex=False), 0)
    return places.mask(text.isna())
''',
    "matches": '''
def matches(text, pattern):
    """Somewhere in the text; character classes are ASCII."""
    return text.str.contains(f"(?:{pattern})", flags=re.ASCII)
''',
    "extract": '''
def extract(text, pattern, group):
    """The first match, or a group of it; the empty text where there is none."""
    groups = text.str.extract(f"({pattern})", flags=re.ASCII)
    return groups[group].fillna("").where(text.notna())
''',
    "number_of": '''
def number_of(moments, unit):
    """Months, days, …, microseconds since 1970 began."""
    numbers = moments.to_numpy().astype(f"datetime64[{unit}]").astype("int64")
    return pd.Series(numbers, index=moments.index, dtype="Int64").mask(moments.isna())
''',
    "start_of_months": '''
def start_of_months(moments, months):
    """The beginning of a month, a quarter (3) or a year (12)."""
    number = moments.to_numpy().astype("datetime64[M]").astype("int64") // months * months
    starts = number.astype("datetime64[M]").astype("datetime64[us]")
    return pd.Series(starts, index=moments.index).where(moments.notna())
''',
    "start_of_week": '''
def start_of_week(moments):
    """Monday."""
    days = moments.to_numpy().astype("datetime64[D]").astype("int64")
    mondays = ((days + 3) // 7 * 7 - 3).astype("datetime64[D]").astype("datetime64[us]")
    return pd.Series(mondays, index=moments.index).where(moments.notna())
''',
    "date_of": '''
def date_of(year, month, day):
    """Null where there is no such day."""
    months = (year - 1970) * 12 + month - 1
    first = months.to_numpy("int64", na_value=0).astype("datetime64[M]").astype("datetime64[D]")
    dates = first + (day - 1).to_numpy("int64", na_value=0).astype("timedelta64[D]")
    dates = pd.Series(dates.astype("datetime64[us]"), index=year.index)
    return dates.where(
        year.notna() & month.between(1, 12) & (dates.dt.month == month) & (dates.dt.day == day)
    )
''',
    "single_row": '''
def single_row(table):
    """The only row of a table, nulls when it has none."""
    if len(table) > 1:
        raise ValueError("A table of more than one row cannot be attached.")
    return table.reset_index(drop=True).reindex([0])
''',
    "value_at": '''
def value_at(rows, values, groups):
    """For every row the value of its group's row among `rows`."""
    return values[rows].set_axis(groups[rows]).reindex(groups).set_axis(groups.index)
''',
    "over_last": '''
def over_last(values, groups, rows):
    """Sums over this row and those before it, as differences: exact for integers."""
    total = values.groupby(groups).cumsum()
    return total - total.groupby(groups).shift(rows).fillna(0)
''',
    "utc": '''
def utc(text):
    """Timestamps; those with a zone become UTC."""
    moments = pd.to_datetime(text, format="ISO8601", utc=True)
    return moments.dt.tz_localize(None).astype("datetime64[us]")
''',
    "utc_each": '''
def utc_each(text):
    """Timestamps; those with a zone become UTC. To "ISO8601" it would hold for later rows, too."""
    moments = pd.to_datetime(text, format="mixed", utc=True)
    return moments.dt.tz_localize(None).astype("datetime64[us]")
''',
    "with_columns": '''
def with_columns(frame, types):
    """A column of a file without rows can be read, which in Modin fails, and has its type."""
    return frame if len(frame) else pd.DataFrame(frame.modin.to_pandas().astype(types))
''',
    "compact": '''
def compact(frame):
    """Modin may fail at a table of no rows in several partitions: then it is in none."""
    return frame if len(frame) else pd.DataFrame(frame.modin.to_pandas())
''',
    "filled": '''
def filled(frames):
    """All of them as one. Modin's filters and concat() fail on partitions without rows."""
    frames = list(frames)
    with_rows = [frame for frame in frames if len(frame)]
    return pd.concat(with_rows, ignore_index=True) if with_rows else pd.DataFrame(frames[0])
''',
    "shifts": '''
def shifts(values, groups, rows):
    """The column as it was 0, 1, … rows before."""
    return [values, *(values.groupby(groups).shift(n) for n in range(1, rows))]
''',
    "comment_free": '''
class CommentFree:
    """A file without its comments; pandas' own option would also cut rows short."""

    def __init__(self, path, mark, encoding):
        self.file = open(path, encoding=encoding, newline="")
        self.lines = (line for line in self.file if not line.startswith(mark))

    def __iter__(self):
        return self.lines

    def read(self, size=-1):
        return "".join(itertools.islice(self.lines, 1000 if size > 0 else None))
''',
    "without_words": '''
def without_words(text):
    """The text of a field without spaces, null where it is a word for nothing."""
    words = text.str.strip(" \\t")
    return words.mask(words.str.lower().isin(NOTHING))
''',
    "int64_field": """
def int64_field(text):
    return without_words(text).str.removeprefix("+").astype("Int64")
""",
    "float64_field": """
def float64_field(text):
    return pd.to_numeric(without_words(text)).astype("float64")
""",
    "bool_field": """
def bool_field(text):
    words = without_words(text).str.lower()
    if not words.dropna().isin(["true", "false"]).all():
        raise ValueError("A field is neither true nor false.")
    return (words == "true").astype("boolean")
""",
    "date_field": """
def date_field(text):
    return without_words(text).astype("datetime64[us]")
""",
}

_CALLED = re.compile(r"\b([a-z_0-9]+)\(")


class Helpers:
    """What a program turns out to use."""

    def __init__(self) -> None:
        self._used: set[str] = set()
        self._numpy = False
        self._silent = False
        self.modules: set[str] = set()

    def use(self, name: str) -> str:
        if name not in self._used:
            self._used.add(name)
            source = SOURCES[name]
            self._numpy = self._numpy or "np." in source
            code = re.sub(r'"""[^"]*"""', "", source)
            for other in set(_CALLED.findall(code)) & set(SOURCES) - {name}:
                self.use(other)
            if name == "checked":
                self.modules.add("from operator import add, mul, sub")
            if name == "comment_free":
                self.modules.add("import itertools")
        return "CommentFree" if name == "comment_free" else name

    def numpy(self) -> None:
        self._numpy = True

    def silent(self) -> None:
        """NumPy shall not warn of what becomes null."""
        self._numpy = self._silent = True

    def module(self, name: str) -> None:
        self.modules.add(f"import {name}")

    @property
    def needs_numpy(self) -> bool:
        return self._numpy

    @property
    def is_silent(self) -> bool:
        return self._silent

    def text(self) -> list[str]:
        """The functions, each before those that call it."""
        found: list[str] = []

        def add(name: str) -> None:
            if name in done:
                return
            done.add(name)
            code = re.sub(r'"""[^"]*"""', "", SOURCES[name])
            for other in SOURCES:
                if other in self._used and other != name and other in _CALLED.findall(code):
                    add(other)
            found.append(SOURCES[name].strip("\n"))

        done: set[str] = set()
        for name in SOURCES:
            if name in self._used:
                add(name)
        return found
