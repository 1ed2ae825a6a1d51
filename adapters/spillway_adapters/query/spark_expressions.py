"""Expressions of the query language as Spark's columns.

Spark has the language's nulls and, in ANSI mode, its errors for integers that overflow; infinity
and NaN become null where an expression can make them. Timestamps are TIMESTAMP_NTZ, in a session
whose time zone is UTC.
"""

from __future__ import annotations

import datetime
import re

from spillway_adapters.query import bounds, patterns
from spillway_adapters.query.language import (
    Aggregate,
    Call,
    Column,
    Constant,
    Expression,
    Order,
    Refused,
    Type,
    Value,
    WindowCall,
)
from spillway_adapters.query.python_code import (
    ADD,
    AND,
    COMPARE,
    COMPARISONS,
    MULTIPLY,
    OR,
    UNARY,
    Code,
    folded,
)
from spillway_adapters.query.python_layout import raw
from spillway_adapters.query.python_text import string as quoted

TYPES: dict[Type, str] = {
    "int64": "bigint",
    "float64": "double",
    "text": "string",
    "bool": "boolean",
    "date": "date",
    "timestamp": "timestamp_ntz",
}
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
}
_NAMES = re.compile(r"\b[a-z_0-9]+\b")
MONTHS = {"month": 1, "quarter": 3, "year": 12}
#: Same name and arguments.
PLAIN = {
    "sqrt": "sqrt",
    "exp": "exp",
    "ln": "ln",
    "log10": "log10",
    "log2": "log2",
    "pow": "pow",
}


class Helpers:
    def __init__(self) -> None:
        self.used: set[str] = set()

    def use(self, name: str) -> str:
        if name not in self.used:
            self.used.add(name)
            code = re.sub(r'"""[^"]*"""', "", SOURCES[name])
            for other in set(_NAMES.findall(code)) & {"finite", "word", "column"} - {name}:
                self.use(other)
        return name

    def text(self) -> list[str]:
        first = ("finite", "word", "column")
        order = [*first, *(name for name in SOURCES if name not in first)]
        return [SOURCES[name].strip("\n") for name in order if name in self.used]


def col(name: str) -> str:
    """F.col reads dots and backticks as marks of its own."""
    if any(mark in name for mark in ".`*") or not name.strip():
        name = f"`{name.replace('`', '``')}`"
    return f"F.col({quoted(name)})"


class Columns:
    def __init__(self, helpers: Helpers) -> None:
        self._helpers = helpers

    # --- Forms -----------------------------------------------------------------------------------

    def column(self, expression: Expression) -> Code:
        """A column of the expression's type."""
        expression = folded(expression)
        if isinstance(expression, Constant):
            return self.typed(expression)
        return self.value(expression)

    def value(self, expression: Expression) -> Code:
        """A column, or Python's own value for a constant."""
        expression = folded(expression)
        if isinstance(expression, Column):
            return Code(col(expression.name))
        if isinstance(expression, Constant):
            if expression.value is None:
                return self.typed(expression)
            return Code(self.literal(expression.value), scalar=True)
        return self._call(expression)

    def typed(self, constant: Constant) -> Code:
        value = constant.value
        text = "None" if value is None else self.literal(value)
        if constant.type == "timestamp" and value is not None:
            return Code(text)
        cast = value is None or constant.type == "int64"
        return Code(f'F.lit({text}).cast("{TYPES[constant.type]}")' if cast else f"F.lit({text})")

    def literal(self, value: Value) -> str:
        if isinstance(value, datetime.datetime):
            # Of a datetime Spark would take the time of this machine's zone.
            return f'F.lit("{value.isoformat(sep=" ")}").cast("timestamp_ntz")'
        if isinstance(value, datetime.date):
            return f"datetime.date({value.year}, {value.month}, {value.day})"
        if isinstance(value, str):
            return quoted(value)
        return repr(value)

    def order(self, order: Order) -> str:
        place = "first" if order.nulls_first else "last"
        return f"{col(order.column)}.{'desc' if order.descending else 'asc'}_nulls_{place}()"

    def aggregate(self, aggregate: Aggregate, whole: bool = True) -> str:
        if aggregate.argument is None:
            return 'F.count("*")'
        value = self.column(aggregate.argument)
        match aggregate.name:
            case "quantile":
                code = f"F.percentile({value}, {aggregate.quantile})"
            case name:
                function = {"mean": "avg", "std": "stddev", "var": "variance"}.get(name, name)
                code = f"F.{function}({value})"
        if aggregate.type == "float64" and aggregate.name in ("sum", "mean", "std", "var"):
            return f"{self._helpers.use('finite')}({code})"
        return code

    def window(self, call: WindowCall, ordered: str, framed: str) -> str:
        """Over the specifications of these names, without and with a frame."""
        value = "" if call.argument is None else str(self.column(call.argument))
        match call.name:
            case "row_number" | "rank" | "dense_rank":
                return f'F.{call.name}().over({ordered}).cast("bigint")'
            case "lag" | "lead":
                offset = 1 if call.offset is None else call.offset
                return f"F.{call.name}({value}, {offset}).over({ordered})"
            case "first_value" | "last_value":
                return f"F.{call.name.partition('_')[0]}({value}).over({framed})"
            case "rolling_mean":
                rows = f"{ordered}.rowsBetween({1 - (call.offset or 1)}, Window.currentRow)"
                return f"{self._helpers.use('finite')}(F.avg({value}).over({rows}))"
        function = {"cumsum": "sum", "mean": "avg"}.get(call.name, call.name)
        code = f"F.{function}({value or quoted('*')}).over({framed})"
        floating = call.type == "float64" and function in ("sum", "avg")
        return f"{self._helpers.use('finite')}({code})" if floating else code

    # --- Parts -----------------------------------------------------------------------------------

    def _operands(self, arguments: tuple[Expression, ...]) -> list[Code]:
        found = [self.value(argument) for argument in arguments]
        if all(code.scalar for code in found):
            # Python's integers are of 32 bits to Spark where they are small.
            found = [self.column(argument) for argument in arguments]
        return found

    def _helper(self, name: str, *arguments: object) -> Code:
        return Code(f"{self._helpers.use(name)}({', '.join(map(str, arguments))})")

    def _finite(self, call: Call, code: Code) -> Code:
        return code if bounds.finite(call) else self._helper("finite", code)

    def _of(self, function: str, *arguments: object, long: bool = False) -> Code:
        code = f"F.{function}({', '.join(map(str, arguments))})"
        return Code(f'{code}.cast("bigint")' if long else code)

    def _word(self, call: Call, place: int) -> str:
        constant = call.arguments[place]
        assert isinstance(constant, Constant)
        return self.literal(constant.value)

    # --- Calls -----------------------------------------------------------------------------------

    def _call(self, call: Call) -> Code:
        name, arguments = call.name, call.arguments
        if name in ("+", "-", "*"):
            code = self._arithmetic(call)
            return code if call.type == "int64" else self._finite(call, code)
        if name in COMPARISONS:
            left, right = self._operands(arguments)
            operator = COMPARISONS[name]
            text = f"{left.within(COMPARE + 1)} {operator} {right.within(COMPARE + 1)}"
            return Code(text, COMPARE)
        if name in ("and", "or"):
            operator, binding = (" & ", AND) if name == "and" else (" | ", OR)
            parts = [self.column(argument).within(binding) for argument in arguments]
            return Code(operator.join(parts), binding)
        if name in PLAIN:
            values = [self.column(argument) for argument in arguments]
            return self._finite(call, self._of(PLAIN[name], *values))
        own = getattr(self, f"_{NAMED.get(name, name)}", None)
        if own is None:
            raise Refused(f"{name}()", "Spark's compiler does not know it.")
        return own(call)

    def _arithmetic(self, call: Call) -> Code:
        """Infinity stays what it is in sums and products: one look at the result is enough."""
        binding = MULTIPLY if call.name == "*" else ADD
        found = []
        for argument in call.arguments:
            nested = isinstance(argument, Call) and argument.name in ("+", "-", "*")
            found.append(self._arithmetic(argument) if nested else self.value(argument))
        if all(code.scalar for code in found):
            found = [self.column(argument) for argument in call.arguments]
        left, right = found
        return Code(f"{left.within(binding)} {call.name} {right.within(binding + 1)}", binding)

    def _divided(self, call: Call) -> Code:
        left, right = self._operands(call.arguments)
        if bounds.never_zero(call.arguments[1]):
            text = f"{left.within(MULTIPLY)} / {right.within(UNARY)}"
            return self._finite(call, Code(text, MULTIPLY))
        values = map(self.column, call.arguments)
        return self._helper("finite", self._of("try_divide", *values))

    def _whole_division(self, call: Call) -> Code:
        left, right = map(self.column, call.arguments)
        if not bounds.never_zero(call.arguments[1]):
            right = self._of("nullif", right, "F.lit(0)")
        return self._of("call_function", '"div"', left, right)

    def _mod(self, call: Call) -> Code:
        return self._of("try_mod", *map(self.column, call.arguments))

    def _neg(self, call: Call) -> Code:
        return Code(f"-{self.column(call.arguments[0]).within(UNARY)}", UNARY)

    def _not(self, call: Call) -> Code:
        inner = call.arguments[0]
        if isinstance(inner, Call) and inner.name == "is_null":
            return Code(f"{self.column(inner.arguments[0]).atom}.isNotNull()")
        return Code(f"~{self.column(inner).within(UNARY)}", UNARY)

    def _is_null(self, call: Call) -> Code:
        return Code(f"{self.column(call.arguments[0]).atom}.isNull()")

    def _in(self, call: Call) -> Code:
        value, *constants = call.arguments
        listed = ", ".join(str(self.value(constant)) for constant in constants)
        return Code(f"{self.column(value).atom}.isin({listed})")

    def _case(self, call: Call) -> Code:
        pairs = zip(call.arguments[:-1:2], call.arguments[1:-1:2], strict=True)
        values = [*call.arguments[1:-1:2], call.arguments[-1]]
        code = "F"
        for condition, value in pairs:
            code += f".when({self.column(condition)}, {self.value(value)})"
        otherwise = call.arguments[-1]
        if not (isinstance(otherwise, Constant) and otherwise.value is None):
            code += f".otherwise({self.value(otherwise)})"
        if call.type == "int64" and all(isinstance(value, Constant) for value in values):
            code += '.cast("bigint")'
        return Code(code)

    def _coalesce(self, call: Call) -> Code:
        return self._of(call.name, *map(self.column, call.arguments))

    # --- Numbers ---------------------------------------------------------------------------------

    def _abs(self, call: Call) -> Code:
        return self._of("abs", self.column(call.arguments[0]))

    def _whole(self, call: Call) -> Code:
        (argument,) = call.arguments
        value = self.column(argument)
        if argument.type == "int64":
            return value
        if call.name == "trunc":
            rounded = f"F.when({value} < 0, F.ceil({value})).otherwise(F.floor({value}))"
        else:
            rounded = f"F.{call.name}({value})"
        return self._helper("whole", value, rounded)

    def _round(self, call: Call) -> Code:
        value = self.column(call.arguments[0])
        if call.arguments[0].type == "int64":
            return value
        digits = self._word(call, 1) if len(call.arguments) > 1 else "0"
        return self._helper("round_half_away", value, digits)

    def _sign(self, call: Call) -> Code:
        return self._of("signum", self.column(call.arguments[0]), long=True)

    def _cast(self, call: Call) -> Code:
        (argument,) = call.arguments
        value, kind = self.column(argument), call.type
        match (argument.type, kind):
            case (a, b) if a == b:
                return value
            case ("float64", "int64"):
                return Code(f'F.rint({value}).try_cast("bigint")')
            case ("text", _):
                return self._helper(f"{kind}_of_text", value)
        return Code(f'{value.atom}.cast("{TYPES[kind]}")')

    # --- Text ------------------------------------------------------------------------------------

    def _joined(self, call: Call) -> Code:
        return self._of("concat", *map(self.column, call.arguments))

    def _concat(self, call: Call) -> Code:
        return self._of("concat_ws", '""', *map(self.column, call.arguments))

    def _length(self, call: Call) -> Code:
        return self._of("length", self.column(call.arguments[0]), long=True)

    def _lower(self, call: Call) -> Code:
        return self._helper(call.name, self.column(call.arguments[0]))

    def _substr(self, call: Call) -> Code:
        length = self._word(call, 2) if len(call.arguments) > 2 else str(2**31 - 1)
        return self._of("substring", self.column(call.arguments[0]), self._word(call, 1), length)

    def _left(self, call: Call) -> Code:
        return self._of("substring", self.column(call.arguments[0]), 1, self._word(call, 1))

    def _right(self, call: Call) -> Code:
        return self._of("right", self.column(call.arguments[0]), f"F.lit({self._word(call, 1)})")

    def _method(self, call: Call, method: str, *arguments: str) -> Code:
        return Code(f"{self.column(call.arguments[0]).atom}.{method}({', '.join(arguments)})")

    def _contains(self, call: Call) -> Code:
        return self._method(call, "contains", self._word(call, 1))

    def _starts_with(self, call: Call) -> Code:
        return self._method(call, "startswith", self._word(call, 1))

    def _ends_with(self, call: Call) -> Code:
        return self._method(call, "endswith", self._word(call, 1))

    def _like(self, call: Call) -> Code:
        pattern = call.arguments[1]
        assert isinstance(pattern, Constant)
        # A backslash escapes in Spark's LIKE.
        return self._method(call, "like", quoted(str(pattern.value).replace("\\", "\\\\")))

    def _trim(self, call: Call) -> Code:
        return self._of("trim", self.column(call.arguments[0]))

    def _replace(self, call: Call) -> Code:
        old, new = (f"F.lit({self._word(call, place)})" for place in (1, 2))
        return self._of("replace", self.column(call.arguments[0]), old, new)

    def _position(self, call: Call) -> Code:
        return self._of("instr", self.column(call.arguments[0]), self._word(call, 1), long=True)

    def _pattern(self, call: Call) -> str:
        pattern = call.arguments[1]
        assert isinstance(pattern, Constant)
        return patterns.java(str(pattern.value))

    def _regexp_matches(self, call: Call) -> Code:
        return self._method(call, "rlike", raw(self._pattern(call)))

    def _regexp_replace(self, call: Call) -> Code:
        pattern = self._pattern(call)
        new, *which = (each.value for each in call.arguments[2:] if isinstance(each, Constant))
        replacement = patterns.java_replacement(str(new))
        if not which or which[0] == "first":
            # regexp_replace() takes all: the first one, and what stands before it.
            pattern = rf"\A((?s:.*?))(?:{pattern})"
            replacement = "$1" + shifted(replacement)
        value = self.column(call.arguments[0])
        return self._of("regexp_replace", value, raw(pattern), raw(replacement))

    def _regexp_extract(self, call: Call) -> Code:
        group = self._word(call, 2) if len(call.arguments) > 2 else "0"
        value = self.column(call.arguments[0])
        return self._of("regexp_extract", value, raw(self._pattern(call)), group)

    # --- Dates -----------------------------------------------------------------------------------

    def _part(self, call: Call) -> Code:
        return self._of(call.name, self.column(call.arguments[0]), long=True)

    def _weekday(self, call: Call) -> Code:
        return Code(f"{self._part(call)} + 1", ADD)

    def _epoch_us(self, call: Call) -> Code:
        value = self.column(call.arguments[0]).atom
        return Code(f'F.unix_micros({value}.cast("timestamp"))')

    def _days(self, call: Call) -> Code:
        return self._of("unix_date", self.column(call.arguments[0]), long=True)

    def _date_trunc(self, call: Call) -> Code:
        word, moment = call.arguments
        assert isinstance(word, Constant)
        value, unit = self.column(moment), quoted(str(word.value))
        if moment.type == "date":
            return value if word.value == "day" else self._of("trunc", value, unit)
        return Code(f'F.date_trunc({unit}, {value}).cast("timestamp_ntz")')

    def _date_diff(self, call: Call) -> Code:
        word, begin, end = call.arguments
        assert isinstance(word, Constant)
        found = [self._number_of(str(word.value), moment) for moment in (end, begin)]
        return Code(" - ".join(code.within(ADD + 1) for code in found), ADD)

    def _number_of(self, unit: str, moment: Expression) -> Code:
        value = self.column(moment)
        day = str(value) if moment.type == "date" else f'{value.atom}.cast("date")'
        match unit:
            case "year":
                return self._of("year", value, long=True)
            case "quarter" | "month":
                year = self._of("year", value, long=True)
                return Code(f"{year} * {12 // MONTHS[unit]} + F.{unit}({value})", ADD)
            case "week":
                # Weeks begin on Mondays; day 0 was a Thursday.
                return Code(f"F.floor((F.unix_date({day}) + 3) / 7)")
            case "day":
                return self._of("unix_date", day, long=True)
        seconds = f'F.unix_seconds({value.atom}.cast("timestamp"))'
        every = {"hour": 3600, "minute": 60, "second": 1}[unit]
        return Code(seconds if every == 1 else f"F.floor({seconds} / {every})")

    def _date_add(self, call: Call) -> Code:
        moment, count, word = call.arguments
        assert isinstance(word, Constant) and isinstance(count, Constant)
        unit, number = str(word.value), count.value
        assert isinstance(number, int)
        value = self.column(moment)
        if unit in MONTHS:
            number, unit = number * MONTHS[unit], "month"
        elif unit == "week":
            number, unit = number * 7, "day"
        if moment.type == "date" and unit in ("month", "day"):
            function = "add_months" if unit == "month" else "date_add"
            return self._of(function, value, number)
        return Code(f"{value.within(ADD)} + F.expr(\"INTERVAL '{number}' {unit.upper()}\")", ADD)

    def _make_date(self, call: Call) -> Code:
        return self._helper("date_of", *map(self.column, call.arguments))


NAMED = {
    "/": "divided",
    "//": "whole_division",
    "||": "joined",
    **dict.fromkeys(("nullif", "greatest", "least"), "coalesce"),
    **dict.fromkeys(("floor", "ceil", "trunc"), "whole"),
    "upper": "lower",
    **dict.fromkeys(("year", "month", "day", "hour", "minute", "second", "quarter"), "part"),
}


def shifted(replacement: str) -> str:
    """With the numbers of its groups one higher."""

    def shift(found: re.Match[str]) -> str:
        return found[1] or f"${int(found[2]) + 1}"

    return re.sub(r"(\\.)|\$([0-9])", shift, replacement, flags=re.DOTALL)
