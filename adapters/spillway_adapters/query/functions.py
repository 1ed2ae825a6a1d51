"""Every function and operator of the query language: its arguments, its type, how far it reaches.

expressions.py types calls with this table, docs/workloads/query.md shows it. Core functions are in
every engine; wide ones in DuckDB, Polars, pandas and PySpark, and in others where they can be had.
"""

from __future__ import annotations

from spillway_adapters.query import operators, row_functions, scalar_functions
from spillway_adapters.query.language import Type
from spillway_adapters.query.signatures import (
    DATE_UNITS,
    DAY,
    NUMBER,
    ORDERED,
    TYPES,
    UNITS,
    Function,
    Parameter,
    default_of,
    each_parameter,
)

__all__ = [
    "AGGREGATES", "ALL", "CASTS", "DATE_UNITS", "DAY", "ELSEWHERE", "FUNCTIONS", "NUMBER",
    "OPERATORS", "ORDERED", "TYPES", "TYPES_ELSEWHERE", "UNITS", "WINDOW", "Function", "Parameter",
    "default_of", "each_parameter",
]  # fmt: skip

OPERATORS = {f.name: f for f in operators.OPERATORS}
#: Scalar functions; mod(a, b) and the calls that operators have are among them.
FUNCTIONS = {f.name: f for f in (*scalar_functions.SCALARS, OPERATORS["mod"])}
AGGREGATES = {f.name: f for f in row_functions.AGGREGATES}
WINDOW = {f.name: f for f in row_functions.WINDOW}

ALL = (
    *operators.OPERATORS,
    *scalar_functions.SCALARS,
    *row_functions.AGGREGATES,
    *row_functions.WINDOW,
)

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

#: Of types.
TYPES_ELSEWHERE = {
    **dict.fromkeys(("int", "integer", "bigint", "long", "smallint", "int32", "i64"), "int64"),
    **dict.fromkeys(("float", "double", "real", "decimal", "numeric", "float32"), "float64"),
    **dict.fromkeys(("varchar", "string", "char", "str", "utf8"), "text"),
    **dict.fromkeys(("boolean", "logical"), "bool"),
    **dict.fromkeys(("datetime", "timestamptz"), "timestamp"),
}
