"""Functions that a program for Polars brings along, where Polars has none of its own that keeps the
language's rules."""

from __future__ import annotations

from spillway_adapters.query.polars_layout import bracketed
from spillway_adapters.query.python_text import string
from spillway_adapters.spec import STANDARD_MISSING

HELPERS = {
    "finite": '''
def finite(x):
    """Null where x is infinite or no number."""
    return pl.when(x.is_finite()).then(x)
''',
    "total": '''
def total(x):
    """The sum, but null of nothing, where Polars has 0."""
    return pl.when(x.count() > 0).then(x.sum())
''',
    "total_of_integers": '''
def total_of_integers(x):
    """The sum, null of nothing. Polars' integers wrap: 128 bits inside, and the cast back fails."""
    return pl.when(x.count() > 0).then(x.cast(pl.Int128).sum().cast(pl.Int64))
''',
    "added": '''
def added(x, y):
    """Polars' integers wrap: in 128 bits, and the cast back fails."""
    return (x.cast(pl.Int128) + y).cast(pl.Int64)
''',
    "difference": '''
def difference(x, y):
    """Polars' integers wrap: in 128 bits, and the cast back fails."""
    return (x.cast(pl.Int128) - y).cast(pl.Int64)
''',
    "product": '''
def product(x, y):
    """Polars' integers wrap: in 128 bits, and the cast back fails."""
    return (x.cast(pl.Int128) * y).cast(pl.Int64)
''',
    "remainder": '''
def remainder(x, y):
    """With the sign of x; that of Polars has the sign of y."""
    rest = x % y
    return pl.when((rest != 0) & ((x < 0) != (y < 0))).then(rest - y).otherwise(rest)
''',
    "remainder_of_floats": '''
def remainder_of_floats(x, y):
    """With the sign of x, and exact: Polars takes away a product that is rounded, which for 7 and
    0.001 leaves 0 in place of 0.000999."""

    def rest(both):
        with np.errstate(invalid="ignore"):
            return pl.Series(np.fmod(both[0].to_numpy(), both[1].to_numpy()))

    found = pl.map_batches([x, y], rest, return_dtype=pl.Float64, is_elementwise=True)
    return pl.when(x.is_not_null() & y.is_not_null()).then(found)
''',
    "quotient": '''
def quotient(x, y):
    """Towards 0; that of Polars goes down. Only the smallest number by -1 leaves 64 bits."""
    wide = x.cast(pl.Int128)
    down = wide // y
    up = (wide % y != 0) & ((x < 0) != (y < 0))
    return (down + pl.when(up).then(1).otherwise(0)).cast(pl.Int64)
''',
    "null_if": """
def null_if(x, y):
    return pl.when(x.ne_missing(y)).then(x)
""",
    "years_between": """
def years_between(begin, end):
    return end.dt.year().cast(pl.Int64) - begin.dt.year()
""",
    "quarters_between": """
def quarters_between(begin, end):
    years = end.dt.year().cast(pl.Int64) - begin.dt.year()
    return years * 4 + end.dt.quarter() - begin.dt.quarter()
""",
    "months_between": """
def months_between(begin, end):
    years = end.dt.year().cast(pl.Int64) - begin.dt.year()
    return years * 12 + end.dt.month() - begin.dt.month()
""",
    "small_letters": '''
def small_letters(text):
    """One code point to one: Polars has a sigma at the end of a word, and two for İ."""
    return text.str.replace_many(["\u03a3", "\u0130"], ["\u03c3", "i"]).str.to_lowercase()
''',
    "capital_letters": '''
# Letters whose capital would be several (ß): they stay, or get the one that they have in titles.
LETTERS = [letter for letter in map(chr, range(0xFB18)) if len(letter.upper()) > 1]
MARKS = [chr(0xF0000 + place) for place in range(len(LETTERS))]
TITLES = [min(letter.title(), letter, key=lambda t: (len(t), t == letter)) for letter in LETTERS]


def capital_letters(text):
    """One code point to one."""
    marked = text.str.replace_many(LETTERS, MARKS).str.to_uppercase()
    return marked.str.replace_many(MARKS, TITLES)
''',
    "as_integer": '''
def as_integer(text):
    return text.str.strip_chars(" ").cast(pl.Int64, strict=False)
''',
    "as_number": '''
def as_number(text):
    """Not nan and inf, which Polars takes."""
    number = text.str.strip_chars(" ").cast(pl.Float64, strict=False)
    return pl.when(number.is_finite()).then(number)
''',
    "as_bool": '''
def as_bool(text):
    word = text.str.strip_chars(" ").str.to_lowercase()
    return pl.when(word == "true").then(True).when(word == "false").then(False)
''',
    "as_date": '''
def as_date(text):
    """Polars takes 2024-1-2, too."""
    day = text.str.strip_chars(" ")
    shaped = day.str.contains("^[0-9]{4}-[0-9]{2}-[0-9]{2}$")
    return pl.when(shaped).then(day.str.to_date("%Y-%m-%d", strict=False))
''',
    "as_timestamp": '''
def as_timestamp(text):
    """With a T or a space, a fraction or none, a time or none."""
    moment = text.str.strip_chars(" ").str.replace("T", " ", literal=True)
    day = moment.str.contains("^[0-9]{4}-[0-9]{2}-[0-9]{2}$")
    shaped = moment.str.contains(
        "^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,6})?$"
    )
    whole = pl.when(day).then(moment + " 00:00:00").when(shaped).then(moment)
    return whole.str.to_datetime("%Y-%m-%d %H:%M:%S%.f", time_unit="us", strict=False)
''',
    "position": '''
def position(text, part):
    """In code points from 1; find() of Polars counts bytes."""
    before = text.str.splitn(part, 2).struct.field("field_0").str.len_chars()
    found = text.str.contains(part, literal=True)
    return pl.when(found).then(before + 1).when(text.is_not_null()).then(0).cast(pl.Int64)
''',
    "moving": '''
def moving(text, rows, of):
    """Of this row and those before it; rolling_max() of Polars knows no text. What reaches over 2
    rows, with itself 2 rows before, reaches over 4."""
    reach = 1
    while reach < rows:
        step = min(reach, rows - reach)
        text = of(text, text.shift(step))
        reach += step
    return text
''',
    "extracted": '''
def extracted(text, pattern, group):
    """The empty text where nothing matches, which is null to Polars."""
    return pl.when(text.is_not_null()).then(text.str.extract(pattern, group).fill_null(""))
''',
    "day_of": '''
def day_of(year, month, day):
    """Null where there is no such day, which is an error to pl.date()."""
    text = pl.concat_str(year, month, day, separator="-")
    return text.str.to_date("%Y-%m-%d", strict=False)
''',
}  # fmt: skip

CSV_HELPERS = ("csv_word", "csv_int64", "csv_float64", "csv_bool", "csv_date", "csv_timestamp")


def csv_helpers(forms: dict[tuple[str, ...] | None, int]) -> dict[str, str]:
    lists = []
    for missing, number in forms.items():
        words = STANDARD_MISSING if missing is None else [word.lower() for word in missing]
        listed = bracketed("[", [string(word) for word in ["", *sorted(set(words))]], "]", 0)
        lists.append(f"WORDS{'' if number == 1 else f'_{number}'} = {listed}\n")
    return {
        "csv_word": f"""
#: For a value that is missing, in any letter case.
{"".join(lists)}

def csv_word(text, words):
    word = text.str.strip_chars(" \\t").str.to_lowercase()
    return pl.when(~word.is_in(words)).then(word)
""",
        "csv_int64": """
def csv_int64(text, words):
    return csv_word(text, words).cast(pl.Int64)
""",
        "csv_float64": """
def csv_float64(text, words, decimal="."):
    word = csv_word(text, words)
    if decimal != ".":
        word = word.str.replace_all(".", "x", literal=True).str.replace(decimal, ".", literal=True)
    number = word.cast(pl.Float64)
    return pl.when(number.is_finite()).then(number)
""",
        "csv_bool": """
def csv_bool(text, words):
    truth = csv_word(text, words)
    return truth.replace_strict(["true", "false"], [True, False], return_dtype=pl.Boolean)
""",
        "csv_date": """
def csv_date(text, words):
    return csv_word(text, words).str.to_date("%Y-%m-%d")
""",
        "csv_timestamp": '''
def csv_timestamp(text, words):
    """A zone makes it UTC."""
    word = csv_word(text, words).str.to_uppercase().str.replace("T", " ", literal=True)
    zone = word.str.extract("(Z|[+-][0-9]{2}:?[0-9]{2})$")
    sign = pl.when(zone.str.starts_with("-")).then(-1).otherwise(1)
    hours = zone.str.slice(1, 2).cast(pl.Int64, strict=False)
    minutes = zone.str.tail(2).cast(pl.Int64, strict=False)
    offset = pl.duration(minutes=sign * (hours * 60 + minutes).fill_null(0))
    plain = word.str.replace("(Z|[+-][0-9]{2}:?[0-9]{2})$", "").str.strip_chars(" ")
    whole = pl.when(plain.str.len_chars() == 10).then(plain + " 00:00:00").otherwise(plain)
    moment = whole.str.to_datetime("%Y-%m-%d %H:%M:%S%.f", time_unit="us")
    return moment - offset
''',
    }
