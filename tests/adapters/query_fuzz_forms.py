"""What random queries are made of: values and forms of expressions.

A form's every second piece between @ is a hole: a type, "same" (the type of the form), "any" (some
type), "exact" (a float64 whose last bit every engine agrees on: functions that jump take it, and
what is compared with others) or a small literal of CHOICES.
"""

from __future__ import annotations

import datetime

KINDS = ("int64", "float64", "text", "bool", "date", "timestamp")

TEXTS = [
    "", "a", "b", "B", "ab", "é", "ΟΔΟΣ", "straße", "a b", " a ", "NA", "null", "x,y", 'q"r',
    "1", "-2.5", "+7", "1e3", "2024-02-29", "2024-13-01", "true", "a.b", "a%b", "line\nbreak",
    "\\d", "it's", "日本語", "👍🏽b", "e\u0301", "İı", "ǅ", "aab-bc", "a_b", "$1", "{x}", "[ab]",
    " 12 ", "0012", "1.50", ".5", "5.", "-", "1_0", "0x1F", "nan", "Infinity", "1e400", "١٢",
    "9223372036854775807", "9223372036854775808", "TRUE", " false", "t", "2024-2-9",
    "2024-02-29 12:30:15.25", "2024-02-29T12:30:15", "1969-12-31 23:59:59.999999", "2024-02-30",
    "24:00", "\u00a0a\u00a0", "\ta", "ab" * 9, "Zürich", "ß", "ﬁ", "c12", "x\\y", "%", "a\\b",
]  # fmt: skip
WORDS = TEXTS[1:6]  #: of keys, which have to meet
DATES = [
    datetime.date(*parts)
    for parts in (
        (1969, 12, 31), (1970, 1, 1), (2023, 12, 31), (2024, 1, 1), (2024, 2, 29), (2024, 3, 31),
        (1900, 2, 28), (1969, 1, 5), (2000, 2, 29), (2100, 3, 1), (2020, 11, 30),
    )
]  # fmt: skip
#: Where calendars change, years begin and end.
FAR_DATES = [
    datetime.date(*parts)
    for parts in (
        (1, 1, 1), (1582, 10, 4), (1582, 10, 15), (1677, 9, 20), (1678, 1, 1), (2262, 4, 12),
        (9999, 12, 31), (1800, 12, 28),
    )
]  # fmt: skip
MOMENTS = [
    datetime.datetime(*parts)
    for parts in (
        (1969, 12, 31, 23, 59, 59, 999999), (1970, 1, 1), (2024, 2, 29, 12, 30, 15, 5),
        (2024, 1, 7, 23, 59, 59), (2024, 1, 8), (2023, 12, 31, 22, 10, 5, 250000),
        (1969, 7, 20, 20, 17, 40), (1900, 1, 1, 0, 0, 1), (2024, 3, 31, 2, 30), (2024, 1, 31, 23),
    )
]  # fmt: skip
FAR_MOMENTS = [
    datetime.datetime(*parts)
    for parts in (
        (1, 1, 1), (1582, 10, 10, 12), (1677, 9, 21, 0, 12, 43, 145224), (2262, 4, 11, 23, 47, 17),
        (9999, 12, 31, 23, 59, 59, 999999), (1850, 6, 15, 3, 4, 5, 6),
    )
]  # fmt: skip
INTEGERS = [0, 1, 2, 3, -1, -7, 100, 999]
FAR_INTEGERS = [
    2**63 - 1, -(2**63) + 1, 2**62, -(2**62), 2**53, 2**53 + 1, -(2**53) - 1, 2**31, 10**18, 0, 1,
]  # fmt: skip
FLOATS = [0.0, 1.0, -1.5, 0.25, 2.5, -0.5, 100.125, 1e-3, 7.0, 1e6, 0.1, 2.675, 1.005, -0.0, 3.5]
FAR_FLOATS = [
    1e300, -1e300, 1.7976931348623157e308, 5e-324, 2.2250738585072014e-308, 1e-300, -0.0, 0.0,
    9007199254740993.0, 9223372036854775807.0, -9223372036854775808.0, 1e19, 0.1, 1 / 3, 1e15 + 0.5,
    4503599627370497.5, 0.49999999999999994, -2.5,
]  # fmt: skip

#: Of columns, where names are odd.
ODD_NAMES = {
    "k": "é ñ", "s": "select", "i": 'q"q', "j": "Case", "x": "1st", "y": "a\tb", "b": "end",
    "d": "date", "t": "日", "n": "it's", "z": "{z}", "w": "a.b", "e": "\\n", "f": "null",
    "u": "sum(x)",
}  # fmt: skip
ODD_FRESH = [
    "c {}",
    "{}c",
    'c"{}',
    "ß{}",
    "group{}",
    "count({})",
    "_{}",
    "c'{}",
    "#{}",
    "%{}",
    "C{}",
]

CHOICES: dict[str, list[str]] = {
    "n": ["0", "1", "2", "3", "5"],
    "n1": ["1", "2", "3", "7"],
    "digits": ["0", "1", "2", "3", "6", "9"],
    "part": ["'a'", "'b'", "'ab'", "'.'", "'é'", "'%'", "'\\'", "'''s'", "' '", "'語'", "'12'"],
    "any part": ["'a'", "''", "'a b'", "'$1'", "'\\1'", "'xy'", "'_'", "'👍'"],
    "like": ["'a%'", "'%_b'", "'%.%'", "''", "'%'", "'_'", "'a\\%'", "'%é%'", "'a_b'", "'__%'"],
    "pattern": [
        "'^[a-z]+$'", "'\\d'", "'[a-c]+'", "'(a|b)+$'", "'^\\s*\\w'", "'\\bb'", "'(?i)AB?'",
        "'.'", "'^$'", "'[^a-z0-9]'", "'a{2,}|\\.'", "'(?:ab)+'", "'\\D\\S'", "'b*$'", "'.+?b'",
    ],
    "groups": [
        "'(\\w)\\W(\\w)'", "'([a-z]+)(\\d*)'", "'(a)|(b)'", "'^(.)(.?)'", "'(\\S)(\\s)'",
    ],
    "new": ["'\\2-\\1'", "'[\\1]'", "'\\1\\1'", "'x'", "'$1\\2'", "'\\\\'", "''"],
    "unit": ["'year'", "'quarter'", "'month'", "'week'", "'day'"],
    "time": ["'hour'", "'minute'", "'second'"],
    "days": ["1 month", "3 day", "2 year", "1 quarter", "5 week", "13 month", "400 day"],
    "span": ["90 minute", "1 month", "10 day", "36 hour", "86401 second", "1 year", "2 week"],
    "int literals": ["0, 1, 2", "999", "-1, 100, 7", "9223372036854775807, 3"],
    "float literals": ["0.25, 2.5", "1.0, 0.0", "-0.5, 1e6", "0.1"],
    "text literals": ["'a', 'NA', ''", "'b', 'é'", "'straße'", "'a', 'b', 'B', 'ab'"],
    "date literals": ["date '2024-01-01', date '2024-02-29'", "date '1969-12-31'"],
    "moment literals": ["timestamp '1970-01-01 00:00:00', timestamp '2024-01-08 00:00:00'"],
}  # fmt: skip

EVERYWHERE = [
    "case when @bool@ then @same@ else @same@ end",
    "case when @bool@ then @same@ when @bool@ then @same@ end",
    "coalesce(@same@, @same@)",
    "coalesce(@same@, @same@, @same@)",
    "nullif(@same@, @same@)",
]
_WHOLE = [
    "(@int64@ + @int64@)", "(@int64@ - @int64@)", "(@int64@ * @int64@)", "mod(@int64@, @int64@)",
    "(@int64@ // @int64@)", "(@int64@ % @int64@)", "abs(@int64@)", "(-@int64@)",
    "round(@int64@)", "round(@int64@, @digits@)", "floor(@int64@)", "ceil(@int64@)",
    "trunc(@int64@)", "sign(@int64@)", "sign(@exact@)", "greatest(@int64@, @int64@)",
    "least(@int64@, @int64@, @int64@)", "cast(@exact@ as int64)", "cast(@text@ as int64)",
    "cast(@bool@ as int64)",
]  # fmt: skip
_OF_TEXT = ["length(@text@)", "position(@text@, @part@)", "position(@part@ in @text@)"]
_OF_TIME = [
    "year(@date@)", "month(@date@)", "day(@date@)", "weekday(@date@)", "quarter(@date@)",
    "year(@timestamp@)", "month(@timestamp@)", "day(@timestamp@)", "weekday(@timestamp@)",
    "quarter(@timestamp@)", "hour(@timestamp@)", "minute(@timestamp@)", "second(@timestamp@)",
    "days(@date@)", "date_diff(@unit@, @date@, @date@)",
    "date_diff(@unit@, @timestamp@, @timestamp@)", "date_diff(@time@, @timestamp@, @timestamp@)",
    "mod(epoch_us(@timestamp@), 1000003)", "epoch_us(@timestamp@)",
]  # fmt: skip

FORMS: dict[str, list[str]] = {
    "int64": [*_WHOLE, *_OF_TEXT, *_OF_TIME],
    # The last bit of these is the engines' own.
    "float64": [
        "(@float64@ + @float64@)", "(@float64@ - @float64@)", "(@float64@ * @float64@)",
        "(@float64@ / @exact@)", "abs(@float64@)", "(-@float64@)", "ln(@exact@)", "exp(@exact@)",
        "log10(@exact@)", "log2(@exact@)", "pow(@exact@, 2.0)", "pow(@exact@, @exact@)",
        "pow(@exact@, 0.5)", "@exact@",
    ],
    "exact": [
        "(@exact@ + @exact@)", "(@exact@ - @exact@)", "(@exact@ * @exact@)", "(@exact@ / @exact@)",
        "(@int64@ / @int64@)", "(@exact@ + @int64@)", "(@int64@ * @exact@)", "abs(@exact@)",
        "(-@exact@)", "sqrt(@exact@)", "floor(@exact@)", "ceil(@exact@)", "round(@exact@)",
        "round(@exact@, @digits@)", "trunc(@exact@)", "mod(@exact@, @exact@)",
        "(@exact@ % @int64@)", "cast(@int64@ as float64)", "cast(@text@ as float64)",
        "cast(@bool@ as float64)", "greatest(@exact@, @exact@)", "least(@exact@, @int64@)",
        "least(@exact@, @exact@, @exact@)",
    ],
    "text": [
        "lower(@text@)", "upper(@text@)", "trim(@text@)", "substr(@text@, @n1@)",
        "substr(@text@, @n1@, @n@)", "left(@text@, @n@)", "right(@text@, @n@)",
        "(@text@ || @text@)", "concat(@text@, '-', @text@)", "concat(@text@, @text@)",
        "replace(@text@, @part@, @any part@)", "cast(@int64@ as text)", "cast(@date@ as text)",
        "cast(@bool@ as text)", "greatest(@text@, @text@)", "least(@text@, @text@)",
        "regexp_replace(@text@, @pattern@, '[x]')", "regexp_replace(@text@, @groups@, @new@)",
        "regexp_replace(@text@, @groups@, @new@, 'all')", "regexp_extract(@text@, @pattern@)",
        "regexp_extract(@text@, @groups@, @n2@)", "regexp_extract(@text@, '\\d+$', 0)",
    ],
    "bool": [
        "(@int64@ < @int64@)", "(@int64@ = @int64@)", "(@int64@ <> @int64@)", "(@exact@ < @exact@)",
        "(@exact@ = @exact@)", "(@exact@ >= @int64@)", "(@exact@ <= @exact@)", "(@text@ < @text@)",
        "(@text@ >= @text@)", "(@text@ = @text@)", "(@text@ <> @text@)", "(@date@ <= @date@)",
        "(@date@ = @date@)", "(@timestamp@ > @timestamp@)", "(@timestamp@ = @date@)",
        "(@date@ < @timestamp@)", "(@bool@ and @bool@)", "(@bool@ or @bool@)", "(not @bool@)",
        "(@any@ is null)", "(@any@ is not null)", "(@int64@ in (@int literals@))",
        "(@int64@ not in (@int literals@))", "(@exact@ in (@float literals@))",
        "(@text@ in (@text literals@))", "(@text@ not in (@text literals@))",
        "(@date@ in (@date literals@))", "(@timestamp@ in (@moment literals@))",
        "(@bool@ in (true))", "(@int64@ between 0 and @int64@)",
        "(@date@ not between date '2000-01-01' and @date@)", "(@exact@ between @exact@ and 10.0)",
        "contains(@text@, @any part@)", "starts_with(@text@, @any part@)",
        "ends_with(@text@, @any part@)", "(@text@ like @like@)", "(@text@ not like @like@)",
        "regexp_matches(@text@, @pattern@)", "regexp_matches(@text@, @groups@)",
        "(@bool@ = @bool@)", "(@bool@ <> @bool@)", "cast(@text@ as bool)", "cast(@int64@ as bool)",
        "cast(@exact@ as bool)",
    ],
    "date": [
        "cast(@timestamp@ as date)", "cast(@text@ as date)", "date_trunc(@unit@, @date@)",
        "(@date@ + interval @days@)", "(@date@ - interval @days@)",
        "make_date(2024, @int64@, @int64@)", "make_date(year(@date@), month(@date@), 29)",
        "greatest(@date@, @date@)", "least(@date@, @date@)",
    ],
    "timestamp": [
        "cast(@date@ as timestamp)", "cast(@text@ as timestamp)", "date_trunc(@unit@, @timestamp@)",
        "date_trunc(@time@, @timestamp@)", "(@timestamp@ + interval @span@)",
        "(@timestamp@ - interval @span@)", "greatest(@timestamp@, @timestamp@)",
        "least(@timestamp@, @timestamp@)",
    ],
}  # fmt: skip
CHOICES["n2"] = ["0", "1", "2"]
#: What makes values that no type holds: products of numbers near 2^63, days after 9999.
NOT_FAR = (" + ", " - ", " * ", "-@int64@", "epoch_us", "interval", "make_date", "round(@int64@, ")
