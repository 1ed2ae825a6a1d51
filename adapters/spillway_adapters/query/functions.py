"""Every function and operator of the query language: its arguments, its type, how far it reaches.

expressions.py types calls with this table, docs/workloads/query.md shows it. Core functions are in
every engine; wide ones in DuckDB, Polars, pandas and PySpark, and in others where they can be had.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from spillway_adapters.query.language import Constant, Type

Kind = Literal["operator", "function", "aggregate", "window"]
Tier = Literal["core", "wide"]

TYPES: tuple[Type, ...] = get_args(Type)
NUMBER: tuple[Type, ...] = ("int64", "float64")
DAY: tuple[Type, ...] = ("date", "timestamp")
#: What has an order that every engine agrees on.
ORDERED: tuple[Type, ...] = ("int64", "float64", "text", "date", "timestamp")

DATE_UNITS = ("year", "quarter", "month", "week", "day")
UNITS = (*DATE_UNITS, "hour", "minute", "second")


@dataclass(frozen=True)
class Parameter:
    """`types` that are taken; an int64 is widened where only float64 is. A `constant` stands in the
    job as a literal: engines want it when they plan."""

    name: str
    types: tuple[Type, ...]
    constant: bool = False
    low: float | None = None  #: of a constant number
    high: float | None = None
    words: tuple[str, ...] = ()  #: of a constant text: one of these
    empty: bool = True  #: a constant text may be empty
    pattern: bool = False  #: a constant text that is a regular expression
    optional: bool = False
    default: int | str | None = None  #: of an optional one; nothing: it is left away
    repeated: bool = False  #: the last one, once or more


@dataclass(frozen=True)
class Function:
    """`result`: a type, or "same": that of the arguments, which are widened to one type when
    `unify`."""

    name: str
    kind: Kind
    tier: Tier
    parameters: tuple[Parameter, ...]
    result: Type | Literal["same"]
    text: str  #: what it does, in a sentence
    unify: bool = False
    written: str = ""  #: of an operator: how it is written
    ordered: bool = False  #: of a window function: the window needs an order


def default_of(parameter: Parameter) -> Constant:
    return Constant(parameter.default, "text" if isinstance(parameter.default, str) else "int64")


def each_parameter(parameters: tuple[Parameter, ...], count: int) -> list[Parameter]:
    """One for every argument: the last is repeated."""
    return [parameters[min(i, len(parameters) - 1)] for i in range(count)]


def _p(name: str, *types: Type, **more: object) -> Parameter:
    return Parameter(name, types or TYPES, **more)  # type: ignore[arg-type]


def _number(name: str = "x") -> Parameter:
    return _p(name, *NUMBER)


def _float(name: str = "x") -> Parameter:
    return _p(name, "float64")


def _text(name: str = "s") -> Parameter:
    return _p(name, "text")


def _word(name: str, **more: object) -> Parameter:
    return _p(name, "text", constant=True, **more)


def _count(name: str, low: int, **more: object) -> Parameter:
    return _p(name, "int64", constant=True, low=low, **{"high": 1_000_000, **more})


def _operator(
    name: str,
    written: str,
    parameters: tuple[Parameter, ...],
    result: Type | Literal["same"],
    text: str,
    *,
    unify: bool = False,
    tier: Tier = "core",
) -> Function:
    return Function(name, "operator", tier, parameters, result, text, unify, written)


_A, _B = _number("a"), _number("b")
_TRUTH = (_p("a", "bool"), _p("b", "bool"))
_ALIKE = (_p("a"), _p("b"))
_SORTABLE = (_p("a", *ORDERED), _p("b", *ORDERED))

_OPERATORS = (
    _operator("+", "a + b", (_A, _B), "same", "Sum.", unify=True),
    _operator("-", "a - b", (_A, _B), "same", "Difference.", unify=True),
    _operator("*", "a * b", (_A, _B), "same", "Product.", unify=True),
    _operator("/", "a / b", (_float("a"), _float("b")), "float64", "Quotient; null when b is 0."),
    _operator(
        "//",
        "a // b",
        (_p("a", "int64"), _p("b", "int64")),
        "int64",
        "Quotient without its fraction, towards 0: -7 // 2 is -3; null when b is 0.",
        tier="wide",
    ),
    _operator(
        "mod",
        "a % b",
        (_A, _B),
        "same",
        "Rest of the division, with the sign of a: -7 % 2 is -1; null when b is 0. Also mod(a, b).",
        unify=True,
    ),
    _operator("neg", "-a", (_A,), "same", "The number with the other sign."),
    _operator(
        "||",
        "a || b",
        (_text("a"), _text("b")),
        "text",
        "Both texts in a row; null when one is.",
        tier="wide",
    ),
    _operator("=", "a = b", _ALIKE, "bool", "Equal.", unify=True),
    _operator("<>", "a <> b", _ALIKE, "bool", "Not equal. Also a != b.", unify=True),
    _operator("<", "a < b", _SORTABLE, "bool", "Less; text by its bytes.", unify=True),
    _operator("<=", "a <= b", _SORTABLE, "bool", "Less or equal.", unify=True),
    _operator(">", "a > b", _SORTABLE, "bool", "Greater.", unify=True),
    _operator(">=", "a >= b", _SORTABLE, "bool", "Greater or equal.", unify=True),
    _operator(
        "and", "a and b", _TRUTH, "bool", "False when one is false, else null when one is null."
    ),
    _operator("or", "a or b", _TRUTH, "bool", "True when one is true, else null when one is null."),
    _operator("not", "not a", (_TRUTH[0],), "bool", "The opposite; null stays null."),
    _operator("is_null", "a is null", (_p("a"),), "bool", "Never null. Also a is not null."),
    _operator(
        "in",
        "a in (1, 2)",
        (_p("a"), _p("b", constant=True, repeated=True)),
        "bool",
        "Equal to one of these literals. Also a not in (1, 2).",
        unify=True,
    ),
    _operator(
        "like",
        "a like 'b%'",
        (_text("a"), _word("b")),
        "bool",
        "The whole text is like this: % stands for any characters, _ for one. Nothing escapes "
        "them, a backslash is a backslash. Also a not like 'b%'.",
        tier="wide",
    ),
    _operator(
        "date_add",
        "a + interval 3 month",
        (
            _p("a", *DAY),
            _count("n", -1_000_000_000, high=1_000_000_000),
            _word("unit", words=UNITS),
        ),
        "same",
        "Later, or earlier with -, by a number of years, quarters, months, weeks, days, and of a "
        "timestamp hours, minutes or seconds. A day that the month does not have becomes its last.",
        tier="wide",
    ),
)

_FUNCTIONS = (
    Function("abs", "function", "core", (_number(),), "same", "The number without its sign."),
    Function("sqrt", "function", "core", (_float(),), "float64", "Square root; null below 0."),
    Function("ln", "function", "core", (_float(),), "float64", "Natural logarithm; null up to 0."),
    Function("exp", "function", "core", (_float(),), "float64", "e to the power of x."),
    Function("floor", "function", "core", (_number(),), "same", "The next whole number down."),
    Function("ceil", "function", "core", (_number(),), "same", "The next whole number up."),
    Function(
        "round",
        "function",
        "core",
        (_number(), _count("digits", 0, high=9, optional=True, default=0)),
        "same",
        "Rounded to so many decimals (0 to 9); halves away from 0.",
    ),
    Function("length", "function", "core", (_text(),), "int64", "Number of code points."),
    Function(
        "lower", "function", "core", (_text(),), "text", "Small letters, each code point by itself."
    ),
    Function(
        "substr",
        "function",
        "core",
        (_text(), _count("start", 1), _count("length", 0, optional=True)),
        "text",
        "From this character on, counted from 1; so many of them, or to the end.",
    ),
    Function(
        "contains", "function", "core", (_text(), _word("part")), "bool", "The part is in the text."
    ),
    Function(
        "starts_with",
        "function",
        "core",
        (_text(), _word("part")),
        "bool",
        "The text begins with the part.",
    ),
    *(
        Function(unit, "function", "core", (_p("d", *DAY),), "int64", text)
        for unit, text in (
            ("year", "The year."),
            ("month", "1 to 12."),
            ("day", "1 to 31."),
            ("weekday", "1 (Monday) to 7 (Sunday)."),
        )
    ),
    Function("hour", "function", "core", (_p("t", "timestamp"),), "int64", "0 to 23."),
    Function("minute", "function", "core", (_p("t", "timestamp"),), "int64", "0 to 59."),
    Function(
        "epoch_us",
        "function",
        "core",
        (_p("t", "timestamp"),),
        "int64",
        "Microseconds since 1970-01-01 00:00:00.",
    ),
    Function("days", "function", "core", (_p("d", "date"),), "int64", "Days since 1970-01-01."),
    Function(
        "coalesce",
        "function",
        "core",
        (_p("a"), _p("b", repeated=True)),
        "same",
        "The first that is not null.",
        unify=True,
    ),
    Function(
        "nullif", "function", "wide", _ALIKE, "same", "Null when both are equal, else a.", True
    ),
    Function(
        "greatest",
        "function",
        "wide",
        (_p("a", *ORDERED), _p("b", *ORDERED, repeated=True)),
        "same",
        "The greatest of those that are not null.",
        unify=True,
    ),
    Function(
        "least",
        "function",
        "wide",
        (_p("a", *ORDERED), _p("b", *ORDERED, repeated=True)),
        "same",
        "The least of those that are not null.",
        unify=True,
    ),
    Function("sign", "function", "wide", (_number(),), "int64", "-1, 0 or 1."),
    Function(
        "log10", "function", "wide", (_float(),), "float64", "Logarithm to base 10; null up to 0."
    ),
    Function(
        "log2", "function", "wide", (_float(),), "float64", "Logarithm to base 2; null up to 0."
    ),
    Function(
        "pow",
        "function",
        "wide",
        (_float("x"), _float("y")),
        "float64",
        "x to the power of y; null where that is no number, or beyond float64.",
    ),
    Function("trunc", "function", "wide", (_number(),), "same", "Without its fraction."),
    Function(
        "upper",
        "function",
        "wide",
        (_text(),),
        "text",
        "Capital letters, each code point by itself: ß stays ß.",
    ),
    Function(
        "trim", "function", "wide", (_text(),), "text", "Without spaces (no others) at both ends."
    ),
    Function(
        "left", "function", "wide", (_text(), _count("n", 0)), "text", "The first n characters."
    ),
    Function(
        "right", "function", "wide", (_text(), _count("n", 0)), "text", "The last n characters."
    ),
    Function(
        "replace",
        "function",
        "wide",
        (_text(), _word("old", empty=False), _word("new")),
        "text",
        "Every old in the text by new.",
    ),
    Function(
        "position",
        "function",
        "wide",
        (_text(), _word("part", empty=False)),
        "int64",
        "Where the part first begins, counted from 1; 0 when it is not there. Also "
        "position('part' in s).",
    ),
    Function(
        "concat",
        "function",
        "wide",
        (_text("a"), _p("b", "text", repeated=True)),
        "text",
        "All texts in a row; nulls are left out.",
    ),
    Function(
        "ends_with",
        "function",
        "wide",
        (_text(), _word("part")),
        "bool",
        "The text ends with the part.",
    ),
    Function(
        "regexp_matches",
        "function",
        "wide",
        (_text(), _word("pattern", pattern=True)),
        "bool",
        "The regular expression matches somewhere in the text.",
    ),
    Function(
        "regexp_replace",
        "function",
        "wide",
        (
            _text(),
            _word("pattern", pattern=True),
            _word("new"),
            _word("which", words=("first", "all"), optional=True, default="first"),
        ),
        "text",
        "The first match, or all, by new, in which \\1 is the first group.",
    ),
    Function(
        "regexp_extract",
        "function",
        "wide",
        (
            _text(),
            _word("pattern", pattern=True),
            _count("group", 0, high=9, optional=True, default=0),
        ),
        "text",
        "The first match, or a group of it; the empty text when there is none.",
    ),
    Function("second", "function", "wide", (_p("t", "timestamp"),), "int64", "0 to 59."),
    Function("quarter", "function", "wide", (_p("d", *DAY),), "int64", "1 to 4."),
    Function(
        "date_trunc",
        "function",
        "wide",
        (_word("unit", words=UNITS), _p("d", *DAY)),
        "same",
        "The beginning of the 'year', 'quarter', 'month', 'week' (Monday), 'day', and of a "
        "timestamp also 'hour', 'minute' or 'second'.",
    ),
    Function(
        "date_diff",
        "function",
        "wide",
        (_word("unit", words=UNITS), _p("from", *DAY), _p("to", *DAY)),
        "int64",
        "How many boundaries of that unit (as of date_trunc) lie between the two.",
        unify=True,
    ),
    Function(
        "make_date",
        "function",
        "wide",
        (_p("year", "int64"), _p("month", "int64"), _p("day", "int64")),
        "date",
        "The date; null when there is no such day.",
    ),
)

_AGGREGATES = (
    Function("count", "aggregate", "core", (_p("x", optional=True),), "int64",
             "How many are not null; count() counts rows."),
    Function("count_distinct", "aggregate", "core", (_p("x"),), "int64",
             "How many different ones, without null; not of float64."),
    Function("sum", "aggregate", "core", (_number(),), "same", "Sum; null of nothing."),
    Function("mean", "aggregate", "core", (_number(),), "float64", "Mean; null of nothing."),
    Function("min", "aggregate", "core", (_p("x", *ORDERED),), "same", "The least."),
    Function("max", "aggregate", "core", (_p("x", *ORDERED),), "same", "The greatest."),
    Function("std", "aggregate", "core", (_float(),), "float64",
             "Standard deviation with n - 1; null of one."),
    Function("var", "aggregate", "core", (_float(),), "float64",
             "Variance with n - 1; null of one."),
    Function("median", "aggregate", "core", (_float(),), "float64",
             "Median, between the two in the middle."),
    Function("quantile", "aggregate", "core",
             (_float(), _p("q", "float64", constant=True, low=0, high=1)), "float64",
             "Quantile, exact, by linear interpolation."),
)  # fmt: skip

_WINDOW = (
    Function("row_number", "window", "core", (), "int64", "1, 2, 3, …", ordered=True),
    Function("rank", "window", "core", (), "int64",
             "1 and the number of rows before, equal rows alike: 1, 1, 3.", ordered=True),
    Function("dense_rank", "window", "wide", (), "int64",
             "As rank, without gaps: 1, 1, 2.", ordered=True),
    Function("lag", "window", "core",
             (_p("x"), _count("n", 0, optional=True, default=1)), "same",
             "That of n rows before; null when there is none.", ordered=True),
    Function("lead", "window", "core",
             (_p("x"), _count("n", 0, optional=True, default=1)), "same",
             "That of n rows after; null when there is none.", ordered=True),
    Function("first_value", "window", "wide", (_p("x"),), "same",
             "That of the first row of the frame.", ordered=True),
    Function("last_value", "window", "wide", (_p("x"),), "same",
             "That of the last row of the frame.", ordered=True),
    Function("cumsum", "window", "core", (_number(),), "same", "The running sum.", ordered=True),
    Function("rolling_mean", "window", "core", (_number(), _count("n", 1)), "float64",
             "Mean of this row and the n - 1 before it, fewer at the beginning.", ordered=True),
    Function("sum", "window", "wide", (_number(),), "same", "Sum over the frame."),
    Function("mean", "window", "wide", (_number(),), "float64", "Mean over the frame."),
    Function("min", "window", "wide", (_p("x", *ORDERED),), "same", "The least in the frame."),
    Function("max", "window", "wide", (_p("x", *ORDERED),), "same", "The greatest in the frame."),
    Function("count", "window", "wide", (_p("x", optional=True),), "int64",
             "How many in the frame are not null; count() counts rows."),
)  # fmt: skip

OPERATORS = {f.name: f for f in _OPERATORS}
#: Scalar functions; mod(a, b) and the calls that operators have are among them.
FUNCTIONS = {f.name: f for f in (*_FUNCTIONS, OPERATORS["mod"])}
AGGREGATES = {f.name: f for f in _AGGREGATES}
WINDOW = {f.name: f for f in _WINDOW}

ALL = (*_OPERATORS, *_FUNCTIONS, *_AGGREGATES, *_WINDOW)

#: (from, to) of cast, and what it does.
CASTS: dict[tuple[Type, Type], str] = {
    ("int64", "float64"): "The nearest float64.",
    ("float64", "int64"): "To the nearest, ties to even; null when it is beyond 64 bits.",
    ("int64", "text"): "Digits.",
    ("bool", "text"): "true or false.",
    ("int64", "bool"): "False when it is 0.",
    ("float64", "bool"): "False when it is 0.",
    ("bool", "int64"): "1 or 0.",
    ("bool", "float64"): "1 or 0.",
    ("date", "text"): "As 2024-02-29.",
    ("date", "timestamp"): "Midnight.",
    ("timestamp", "date"): "Its day.",
    ("text", "int64"): "Digits with an optional sign, spaces around them; else null.",
    ("text", "float64"): "A decimal number, spaces around it; else null (nan and inf are null).",
    ("text", "bool"): "true or false in any letter case; else null.",
    ("text", "date"): "As 2024-02-29; else null.",
    ("text", "timestamp"): "As 2024-02-29 23:59:59.123456, also with T, without a fraction or "
    "without a time; else null.",
}

#: What people write for it elsewhere.
ELSEWHERE = {
    "avg": "mean",
    "average": "mean",
    "len": "length",
    "char_length": "length",
    "strlen": "length",
    "substring": "substr",
    "ceiling": "ceil",
    "log": "ln",
    "power": "pow",
    "stddev": "std",
    "stddev_samp": "std",
    "variance": "var",
    "var_samp": "var",
    "ifnull": "coalesce",
    "nvl": "coalesce",
    "ucase": "upper",
    "lcase": "lower",
    "strip": "trim",
    "strpos": "position",
    "instr": "position",
    "startswith": "starts_with",
    "endswith": "ends_with",
    "dayofweek": "weekday",
    "isodow": "weekday",
    "datediff": "date_diff",
    "nunique": "count_distinct",
    "n_unique": "count_distinct",
    "percentile": "quantile",
    "quantile_cont": "quantile",
    "shift": "lag",
    "regexp_like": "regexp_matches",
    "truncate": "trunc",
}  # fmt: skip
