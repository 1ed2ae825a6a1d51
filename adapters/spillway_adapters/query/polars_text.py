"""Expressions, aggregates and window functions of the language in Polars' Python.

`Writer` remembers which helpers the program needs, where Polars has no function of its own that
keeps the language's rules.
"""

from __future__ import annotations

import datetime
import keyword
import re

from spillway_adapters.query import bounds, patterns
from spillway_adapters.query.language import (
    Aggregate,
    Call,
    Column,
    Constant,
    Expression,
    Order,
    Type,
    WindowCall,
)
from spillway_adapters.query.python_text import string

TYPES: dict[Type, str] = {
    "int64": "pl.Int64",
    "float64": "pl.Float64",
    "text": "pl.String",
    "bool": "pl.Boolean",
    "date": "pl.Date",
    "timestamp": 'pl.Datetime("us")',
}

#: Binding strength in Python.
COMPARE, OR, AND, ADD, MULTIPLY, SIGN, POWER, ATOM = range(1, 9)
_OPERATORS = {
    "or": ("|", OR),
    "and": ("&", AND),
    "=": ("==", COMPARE),
    "<>": ("!=", COMPARE),
    "<": ("<", COMPARE),
    "<=": ("<=", COMPARE),
    ">": (">", COMPARE),
    ">=": (">=", COMPARE),
    "+": ("+", ADD),
    "-": ("-", ADD),
    "*": ("*", MULTIPLY),
    "/": ("/", MULTIPLY),
    "||": ("+", ADD),
}
_ENDING = frozenset({"sqrt", "ln", "exp", "log10", "log2", "pow"})
#: What does not turn infinity or NaN into a number: one check around all of them will do.
_CARRYING = frozenset({"+", "-", "*", "neg", "abs", "floor", "ceil", "round", "trunc"})
_METHODS = {
    "sqrt": "sqrt()",
    "ln": "log()",
    "exp": "exp()",
    "log10": "log10()",
    "log2": "log(2)",
    "floor": "floor()",
    "ceil": "ceil()",
    "trunc": "truncate(0)",
}
_PARTS = {"year", "quarter", "month", "day", "hour", "minute", "second", "weekday"}
_UNITS = {
    "year": "y",
    "quarter": "q",
    "month": "mo",
    "week": "w",
    "day": "d",
    "hour": "h",
    "minute": "m",
    "second": "s",
}

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
    "remainder": '''
def remainder(x, y):
    """With the sign of x; that of Polars has the sign of y."""
    rest = x % y
    return pl.when((rest != 0) & ((x < 0) != (y < 0))).then(rest - y).otherwise(rest)
''',
    "remainder_of_floats": '''
def remainder_of_floats(x, y):
    """With the sign of x, and exact: Polars takes away a product that is rounded, which for 7 and
    0.001 leaves 0 in place of 0.000999. Dekker's way finds what the rounding lost."""

    def halves(number):
        large = number * 134217729.0
        high = large - (large - number)
        return high, number - high

    a, b = x.abs(), y.abs()
    times = (a / b).floor()
    product = times * b
    (t1, t2), (b1, b2) = halves(times), halves(b)
    lost = ((t1 * b1 - product) + t1 * b2 + t2 * b1) + t2 * b2
    rest = (a - product) - lost
    rest = pl.when(rest < 0).then(rest + b).when(rest >= b).then(rest - b).otherwise(rest)
    return rest * pl.when(x < 0).then(-1.0).otherwise(1.0)
''',
    "quotient": '''
def quotient(x, y):
    """Towards 0; that of Polars goes down. Only the smallest number by -1 leaves 64 bits."""
    wide = x.cast(pl.Int128)
    down = wide // y
    up = (wide % y != 0) & ((x < 0) != (y < 0))
    return (down + pl.when(up).then(1).otherwise(0)).cast(pl.Int64)
''',
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


def name(text: str) -> bool:
    """Whether it can be the name of a keyword argument."""
    return text.isidentifier() and text.isascii() and not keyword.iskeyword(text)


def column(text: str) -> str:
    return f"pl.col({string(text)})"


def literal(value: Constant) -> str:
    """On its own, with its type."""
    if value.value is None:
        return f"pl.lit(None, dtype={TYPES[value.type]})"
    if value.type == "int64":
        return f"pl.lit({raw(value)}, dtype=pl.Int64)"
    return f"pl.lit({raw(value)})"


def raw(value: Constant) -> str:
    """As Python has it."""
    match value.value:
        case bool():
            return str(value.value)
        case datetime.datetime() as moment:
            fields = [moment.year, moment.month, moment.day, moment.hour, moment.minute]
            fields += [moment.second, moment.microsecond]
            while len(fields) > 3 and fields[-1] == 0:
                fields.pop()
            return f"datetime.datetime({', '.join(map(str, fields))})"
        case datetime.date() as day:
            return f"datetime.date({day.year}, {day.month}, {day.day})"
        case str():
            return string(value.value)
        case int():
            return str(value.value) if value.type == "int64" else repr(float(value.value))
    return repr(value.value)


class Writer:
    def __init__(self) -> None:
        self.helpers: set[str] = set()
        self.dates = False  #: the program needs datetime

    def helper(self, which: str, *arguments: str) -> str:
        self.helpers.add(which)
        return f"{which}({', '.join(arguments)})"

    # --- Expressions -----------------------------------------------------------------------------

    def text(self, expression: Expression, above: int = 0) -> str:
        """Without infinity and NaN. `above`: the strength of what stands around."""
        if isinstance(expression, Call) and _can_end(expression):
            return self.helper("finite", self._bare(expression, 0))
        return self._bare(expression, above)

    def _bare(self, expression: Expression, above: int) -> str:
        """The caller looks for infinity."""
        if isinstance(expression, Column):
            return column(expression.name)
        if isinstance(expression, Constant):
            self._note(expression)
            return literal(expression)
        text, strength = self._call(expression)
        return f"({text})" if strength < above else text

    def _note(self, value: Constant) -> None:
        self.dates |= isinstance(value.value, datetime.date)

    def _inner(self, call: Call, expression: Expression, above: int) -> str:
        if call.type == "float64" and call.name in _CARRYING:
            return self._bare(expression, above)
        return self.text(expression, above)

    def _operand(self, call: Call, expression: Expression, above: int, beside: Expression) -> str:
        """A constant as Python's own value beside an expression of Polars."""
        constant = _folded(expression)
        if constant is not None and constant.value is not None and _folded(beside) is None:
            self._note(constant)
            text = raw(constant)
            return f"({text})" if text.startswith("-") and above > ADD else text
        return self._inner(call, expression, above)

    def _call(self, call: Call) -> tuple[str, int]:
        arguments = call.arguments
        first = arguments[0]
        if call.name in _OPERATORS:
            return self._operator(call)
        match call.name:
            case "neg":
                if call.type == "int64" and bounds.overflows(call):
                    return f"(-{self.text(first, ATOM)}.cast(pl.Int128)).cast(pl.Int64)", ATOM
                return f"-{self._inner(call, first, SIGN)}", SIGN
            case "not":
                return f"~{self.text(first, SIGN)}", SIGN
            case "mod" | "//":
                which = "remainder" if call.name == "mod" else "quotient"
                which += "_of_floats" if call.type == "float64" else ""
                return self.helper(which, *(self.text(each) for each in arguments)), ATOM
            case "case":
                return self._case(call), ATOM
            case "pow":
                return f"{self.text(first, ATOM)}.pow({self.text(arguments[1])})", ATOM
            case "coalesce":
                return f"pl.coalesce({', '.join(map(self.text, arguments))})", ATOM
            case "greatest" | "least":
                which = "max" if call.name == "greatest" else "min"
                return f"pl.{which}_horizontal({', '.join(map(self.text, arguments))})", ATOM
            case "concat":
                texts = ", ".join(map(self.text, arguments))
                return f"pl.concat_str({texts}, ignore_nulls=True)", ATOM
            case "nullif":
                one, other = self.text(first), self.text(arguments[1])
                return f"pl.when({self.text(first, ATOM)}.ne_missing({other})).then({one})", ATOM
            case "make_date":
                return self.helper("day_of", *map(self.text, arguments)), ATOM
            case "lower" | "upper":
                which = {"lower": "small_letters", "upper": "capital_letters"}[call.name]
                return self.helper(which, self.text(first)), ATOM
            case "date_trunc":
                unit, day = arguments
                text = self.text(day, ATOM)
                return f'{text}.dt.truncate("1{_UNITS[_value(unit)]}")', ATOM
            case "date_diff":
                return self._date_diff(*arguments)
            case "position":
                return self.helper("position", self.text(first), _quoted(arguments[1])), ATOM
            case "regexp_extract":
                group = _value(arguments[2]) if len(arguments) > 2 else 0
                pattern = string(patterns.rust(_value(arguments[1])))
                return self.helper("extracted", self.text(first), pattern, str(group)), ATOM
            case "cast":
                return self._cast(call), ATOM
        return self._method(call, self._inner(call, first, ATOM)), ATOM

    def _operator(self, call: Call) -> tuple[str, int]:
        sign, strength = _OPERATORS[call.name]
        left, right = call.arguments
        exact = call.type == "int64" and bounds.overflows(call)
        # Comparisons do not associate in Python.
        first = self._operand(call, left, strength + (strength == COMPARE), right)
        second = self._operand(call, right, strength + (call.name not in ("and", "or")), left)
        if not exact:
            return f"{first} {sign} {second}", strength
        # 64 bits would wrap.
        if first.lstrip("(-").split(")")[0].isdigit():
            second = f"{self.text(right, ATOM)}.cast(pl.Int128)"
        else:
            first = f"{self.text(left, ATOM)}.cast(pl.Int128)"
        return f"({first} {sign} {second}).cast(pl.Int64)", ATOM

    def _case(self, call: Call) -> str:
        *pairs, otherwise = call.arguments
        text = "pl"
        for condition, value in zip(pairs[::2], pairs[1::2], strict=True):
            text += f".when({self.text(condition)}).then({self.text(value)})"
        if not (isinstance(otherwise, Constant) and otherwise.value is None):
            text += f".otherwise({self.text(otherwise)})"
        return text

    def _cast(self, call: Call) -> str:
        (argument,) = call.arguments
        constant = _folded(call)
        if constant is not None:
            return literal(constant)
        if argument.type == "text" and call.type != "text":
            into = {
                "int64": "as_integer",
                "float64": "as_number",
                "bool": "as_bool",
                "date": "as_date",
                "timestamp": "as_timestamp",
            }
            return self.helper(into[call.type], self.text(argument))
        text = self.text(argument, ATOM)
        match argument.type, call.type:
            case "float64", "int64":
                return f'{text}.round(0, mode="half_to_even").cast(pl.Int64, strict=False)'
            case "timestamp", "date":
                return f"{text}.dt.date()"
        return f"{text}.cast({TYPES[call.type]})"

    def _method(self, call: Call, text: str) -> str:
        arguments = call.arguments
        whole = call.type == "int64" and call.name in ("floor", "ceil", "round", "trunc")
        match call.name:
            case _ if whole:
                return text
            case "abs" if call.type == "int64" and bounds.overflows(call):
                return f"{text}.cast(pl.Int128).abs().cast(pl.Int64)"
            case "abs":
                return f"{text}.abs()"
            case "sign":
                return f"{text}.sign().cast(pl.Int64)"
            case "round":
                digits = _value(arguments[1]) if len(arguments) > 1 else 0
                return f'{text}.round({digits}, mode="half_away_from_zero")'
            case known if known in _METHODS:
                return f"{text}.{_METHODS[known]}"
            case part if part in _PARTS:
                return f"{text}.dt.{part}().cast(pl.Int64)"
            case "is_null":
                return f"{text}.is_null()"
            case "in":
                for value in arguments[1:]:
                    self._note(_folded(value) or Constant(None, value.type))
                values = ", ".join(raw(_folded(v) or _impossible(v)) for v in arguments[1:])
                return f"{text}.is_in([{values}])"
            case "length":
                return f"{text}.str.len_chars().cast(pl.Int64)"
            case "substr":
                more = f", {_value(arguments[2])}" if len(arguments) > 2 else ""
                return f"{text}.str.slice({_value(arguments[1]) - 1}{more})"
            case "left" | "right":
                which = {"left": "head", "right": "tail"}[call.name]
                return f"{text}.str.{which}({_value(arguments[1])})"
            case "contains":
                return f"{text}.str.contains({_quoted(arguments[1])}, literal=True)"
            case "starts_with" | "ends_with":
                return f"{text}.str.{call.name}({_quoted(arguments[1])})"
            case "trim":
                return f'{text}.str.strip_chars(" ")'
            case "replace":
                old, new = _quoted(arguments[1]), _quoted(arguments[2])
                return f"{text}.str.replace_all({old}, {new}, literal=True)"
            case "like":
                return f"{text}.str.contains({string(patterns.of_like(_value(arguments[1])))})"
            case "regexp_matches":
                return f"{text}.str.contains({string(patterns.rust(_value(arguments[1])))})"
            case "regexp_replace":
                everywhere = len(arguments) > 3 and _value(arguments[3]) == "all"
                method = "replace_all" if everywhere else "replace"
                pattern = string(patterns.rust(_value(arguments[1])))
                new = string(patterns.rust_replacement(_value(arguments[2])))
                return f"{text}.str.{method}({pattern}, {new})"
            case "epoch_us":
                return f'{text}.dt.epoch("us")'
            case "days":
                return f'{text}.dt.epoch("d").cast(pl.Int64)'
            case "date_add":
                count, unit = _value(arguments[1]), _UNITS[_value(arguments[2])]
                return f'{text}.dt.offset_by("{count}{unit}")'
        raise AssertionError(f"nothing of Polars for {call.name}")

    def _date_diff(self, unit: Expression, begin: Expression, end: Expression) -> tuple[str, int]:
        a, b, which = self.text(begin, ATOM), self.text(end, ATOM), _value(unit)
        match which:
            case "year" | "quarter" | "month":
                years = f"({b}.dt.year() - {a}.dt.year()).cast(pl.Int64)"
                if which == "year":
                    return years, ATOM
                times = {"quarter": 4, "month": 12}[which]
                last, first = f"{b}.dt.{which}()", f"{a}.dt.{which}()"
                return (
                    f"{years} * {times} + {last}.cast(pl.Int64) - {first}.cast(pl.Int64)",
                    ADD,
                )
            case "week":
                return f'({b}.dt.truncate("1w") - {a}.dt.truncate("1w")).dt.total_days() // 7', 5
        cut = f'.dt.truncate("1{_UNITS[which]}")'
        return f"({b}{cut} - {a}{cut}).dt.total_{which}s()", ATOM

    # --- Aggregates ------------------------------------------------------------------------------

    def aggregate(self, aggregate: Aggregate) -> str:
        argument = aggregate.argument
        if argument is None:
            return "pl.len().cast(pl.Int64)"
        return self.aggregated(aggregate.name, argument, aggregate.quantile)

    def aggregated(self, name: str, argument: Expression, quantile: float | None = None) -> str:
        text = self.text(argument, ATOM)
        match name:
            case "count":
                return f"{text}.count().cast(pl.Int64)"
            case "count_distinct":
                return f"{text}.drop_nulls().n_unique().cast(pl.Int64)"
            case "sum" if argument.type == "int64":
                small = bounds.bound(argument) < 2.0**20  # of up to 2^43 rows
                return self.helper("total" if small else "total_of_integers", self.text(argument))
            case "sum":
                return self._ending(self.helper("total", self.text(argument)), argument)
            case "std" | "var":
                return self._ending(f"{text}.{name}()", argument, squares=True)
            case "quantile":
                return f'{text}.quantile({quantile!r}, interpolation="linear")'
            case "mean" | "median":
                return self._ending(f"{text}.{name}()", argument)
        return f"{text}.{name}()"

    def _ending(self, text: str, argument: Expression, squares: bool = False) -> str:
        """Fewer than 2^64 values cannot leave float64 when each is small."""
        size = bounds.bound(argument)
        if (size * size if squares else size) * 2.0**64 < bounds.LARGEST_FLOAT:
            return text
        return self.helper("finite", text)

    # --- Windows ---------------------------------------------------------------------------------

    def running(self, call: WindowCall, frame: str | int) -> str:
        """Over rows in their order, up to this one, or from `frame` rows before; without over()."""
        argument = call.argument
        if call.name == "row_number" or (call.name == "count" and argument is None):
            counted = "pl.int_range(1, pl.len() + 1, dtype=pl.Int64)"
            if call.name == "count" and isinstance(frame, int):
                return f"{counted}.clip(upper_bound={frame + 1})"
            return counted
        assert argument is not None
        text = self.text(argument, ATOM)
        if call.name in ("lag", "lead"):
            offset = 1 if call.offset is None else call.offset
            return f"{text}.shift({offset if call.name == 'lag' else -offset})"
        if call.name == "rolling_mean":
            assert call.offset is not None
            return f"{text}.rolling_mean({call.offset}, min_samples=1)"
        if isinstance(frame, int):
            return self._moving(call.name, argument, text, frame)
        match call.name:
            case "cumsum" | "sum" if argument.type == "int64":
                return f"{text}.cast(pl.Int128).cum_sum().forward_fill()"
            case "cumsum" | "sum":
                return f"{text}.cum_sum().forward_fill()"
            case "mean":
                number = text if argument.type == "float64" else f"{text}.cast(pl.Float64)"
                return f"({number}.cum_sum() / {text}.cum_count()).forward_fill()"
            case "min" | "max":
                return f"{text}.cum_{call.name}().forward_fill()"
            case "count":
                return f"{text}.cum_count().cast(pl.Int64)"
            case "first_value":
                return f"{text}.first()"
            case "last_value":
                return text
        raise AssertionError(f"no window function {call.name}")

    def _moving(self, name: str, argument: Expression, text: str, before: int) -> str:
        rows = before + 1
        match name:
            case "sum" if argument.type == "int64":
                return f"{text}.cast(pl.Int128).rolling_sum({rows}, min_samples=1)"
            case "sum" | "mean" | "min" | "max":
                return f"{text}.rolling_{name}({rows}, min_samples=1)"
            case "count":
                known = f"{self.text(argument, ATOM)}.is_not_null().cast(pl.Int64)"
                return f"{known}.rolling_sum({rows}, min_samples=1)"
            case "first_value":
                place = "pl.int_range(pl.len())"
                older = f"pl.when({place} >= {before}).then({text}.shift({before}))"
                return f"{older}.otherwise({text}.first())"
            case "last_value":
                return text
        raise AssertionError(f"no window function {name}")

    def finished(self, call: WindowCall, text: str) -> str:
        """After over()."""
        argument = call.argument
        if argument is None or call.name not in ("sum", "cumsum", "mean", "rolling_mean"):
            return text
        if argument.type == "int64" and call.name in ("sum", "cumsum"):
            return f"{text}.cast(pl.Int64)"
        return self._ending(text, argument)


def _can_end(call: Call) -> bool:
    if call.type != "float64":
        return False
    if call.name in _ENDING:
        return True
    return not bounds.finite(call) and (call.name in _CARRYING or call.name in ("/", "mod"))


def _folded(expression: Expression) -> Constant | None:
    """A constant, also one that was widened."""
    if isinstance(expression, Constant):
        return expression
    if (
        isinstance(expression, Call)
        and expression.name == "cast"
        and expression.type == "float64"
        and isinstance(expression.arguments[0], Constant)
        and isinstance(expression.arguments[0].value, int)
    ):
        return Constant(float(expression.arguments[0].value), "float64")
    if (
        isinstance(expression, Call)
        and expression.name == "neg"
        and isinstance(expression.arguments[0], Constant)
        and isinstance(expression.arguments[0].value, int | float)
    ):
        return Constant(-expression.arguments[0].value, expression.type)
    return None


def _impossible(expression: Expression) -> Constant:
    raise AssertionError(f"{expression} is no constant")


def _value(expression: Expression):  # noqa: ANN202 (of any type)
    constant = _folded(expression)
    assert constant is not None
    return constant.value


def _quoted(expression: Expression) -> str:
    return string(_value(expression))


def sort_arguments(order: tuple[Order, ...], before: list[str]) -> list[str]:
    """Of sort(): `before` are columns that come first."""
    names = [string(one) for one in before] + [string(one.column) for one in order]
    descending = [False] * len(before) + [one.descending for one in order]
    last = [True] * len(before) + [not one.nulls_first for one in order]
    arguments = list(names)
    if any(descending):
        same = all(descending) or len(names) == 1
        arguments.append(f"descending={descending[0] if same else descending}")
    arguments.append(f"nulls_last={last[0] if len(set(last)) == 1 else last}")
    return arguments


_NAME = re.compile(r"[^0-9A-Za-z_]")


def variable(wanted: str, taken: set[str]) -> str:
    """A name for a table in the program."""
    found = _NAME.sub("_", wanted)
    if not found or found[0].isdigit() or keyword.iskeyword(found):
        found = f"table_{found}"
    while found in taken:
        found += "_"
    taken.add(found)
    return found
