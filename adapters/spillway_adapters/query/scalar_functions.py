"""The functions of the query language that look at one row."""

from __future__ import annotations

from spillway_adapters.query.signatures import (
    DAY,
    ORDERED,
    UNITS,
    core,
    count,
    number,
    parameter,
    real,
    text,
    wide,
    word,
)

SCALARS = (
    core("abs", (number(),), "same", "The number without its sign."),
    core("sqrt", (real(),), "float64", "Square root; null below 0."),
    core("ln", (real(),), "float64", "Natural logarithm; null up to 0."),
    core("exp", (real(),), "float64", "e to the power of x."),
    core("floor", (number(),), "same", "The next whole number down."),
    core("ceil", (number(),), "same", "The next whole number up."),
    core(
        "round",
        (number(), count("digits", 0, high=9, optional=True, default=0)),
        "same",
        "Rounded to so many decimals (0 to 9); halves away from 0.",
    ),
    core("length", (text(),), "int64", "Number of code points."),
    core("lower", (text(),), "text", "Small letters, each code point by itself."),
    core(
        "substr",
        (text(), count("start", 1), count("length", 0, optional=True)),
        "text",
        "From this character on, counted from 1; so many of them, or to the end.",
    ),
    core("contains", (text(), word("part")), "bool", "The part is in the text."),
    core("starts_with", (text(), word("part")), "bool", "The text begins with the part."),
    *(
        core(unit, (parameter("d", *DAY),), "int64", what)
        for unit, what in (
            ("year", "The year."),
            ("month", "1 to 12."),
            ("day", "1 to 31."),
            ("weekday", "1 (Monday) to 7 (Sunday)."),
        )
    ),
    core("hour", (parameter("t", "timestamp"),), "int64", "0 to 23."),
    core("minute", (parameter("t", "timestamp"),), "int64", "0 to 59."),
    core(
        "epoch_us",
        (parameter("t", "timestamp"),),
        "int64",
        "Microseconds since 1970-01-01 00:00:00.",
    ),
    core("days", (parameter("d", "date"),), "int64", "Days since 1970-01-01."),
    core(
        "coalesce",
        (parameter("a"), parameter("b", repeated=True)),
        "same",
        "The first that is not null.",
        unify=True,
    ),
    wide(
        "nullif",
        (parameter("a"), parameter("b")),
        "same",
        "Null when both are equal, else a.",
        unify=True,
    ),
    wide(
        "greatest",
        (parameter("a", *ORDERED), parameter("b", *ORDERED, repeated=True)),
        "same",
        "The greatest of those that are not null.",
        unify=True,
    ),
    wide(
        "least",
        (parameter("a", *ORDERED), parameter("b", *ORDERED, repeated=True)),
        "same",
        "The least of those that are not null.",
        unify=True,
    ),
    wide("sign", (number(),), "int64", "-1, 0 or 1."),
    wide("log10", (real(),), "float64", "Logarithm to base 10; null up to 0."),
    wide("log2", (real(),), "float64", "Logarithm to base 2; null up to 0."),
    wide(
        "pow",
        (real("x"), real("y")),
        "float64",
        "x to the power of y; null where that is no number, or beyond float64.",
    ),
    wide("trunc", (number(),), "same", "Without its fraction."),
    wide("upper", (text(),), "text", "Capital letters, each code point by itself: ß stays ß."),
    wide("trim", (text(),), "text", "Without spaces (no others) at both ends."),
    wide("left", (text(), count("n", 0)), "text", "The first n characters."),
    wide("right", (text(), count("n", 0)), "text", "The last n characters."),
    wide(
        "replace",
        (text(), word("old", empty=False), word("new")),
        "text",
        "Every old in the text by new.",
    ),
    wide(
        "position",
        (text(), word("part", empty=False)),
        "int64",
        "Where the part first begins, counted from 1; 0 when it is not there. Also "
        "position('part' in s).",
    ),
    wide(
        "concat",
        (text("a"), parameter("b", "text", repeated=True)),
        "text",
        "All texts in a row; nulls are left out.",
    ),
    wide("ends_with", (text(), word("part")), "bool", "The text ends with the part."),
    wide(
        "regexp_matches",
        (text(), word("pattern", pattern=True)),
        "bool",
        "The regular expression matches somewhere in the text.",
    ),
    wide(
        "regexp_replace",
        (
            text(),
            word("pattern", pattern=True),
            word("new"),
            word("which", words=("first", "all"), optional=True, default="first"),
        ),
        "text",
        "The first match, or all, by new, in which \\1 is the first group.",
    ),
    wide(
        "regexp_extract",
        (
            text(),
            word("pattern", pattern=True),
            count("group", 0, high=9, optional=True, default=0),
        ),
        "text",
        "The first match, or a group of it; the empty text when there is none.",
    ),
    wide("second", (parameter("t", "timestamp"),), "int64", "0 to 59."),
    wide("quarter", (parameter("d", *DAY),), "int64", "1 to 4."),
    wide(
        "date_trunc",
        (word("unit", words=UNITS), parameter("d", *DAY)),
        "same",
        "The beginning of the 'year', 'quarter', 'month', 'week' (Monday), 'day', and of a "
        "timestamp also 'hour', 'minute' or 'second'.",
    ),
    wide(
        "date_diff",
        (word("unit", words=UNITS), parameter("from", *DAY), parameter("to", *DAY)),
        "int64",
        "How many boundaries of that unit (as of date_trunc) lie between the two.",
        unify=True,
    ),
    wide(
        "make_date",
        (parameter("year", "int64"), parameter("month", "int64"), parameter("day", "int64")),
        "date",
        "The date; null when there is no such day.",
    ),
)
