"""Expressions of the language in Polars' Python."""

from __future__ import annotations

import datetime

from spillway_adapters.query import bounds, patterns
from spillway_adapters.query.language import Call, Column, Constant, Expression
from spillway_adapters.query.polars_layout import column
from spillway_adapters.query.polars_literals import (
    TYPES,
    folded,
    impossible,
    literal,
    quoted,
    raw,
    value_of,
)
from spillway_adapters.query.python_text import string

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


class Writer:
    """Remembers which helpers the program needs."""

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
        dividend = call.name == "/" and expression is call.arguments[0]
        if call.type == "float64" and (call.name in _CARRYING or dividend):
            return self._bare(expression, above)
        return self.text(expression, above)

    def _operand(self, call: Call, expression: Expression, above: int, beside: Expression) -> str:
        """A constant as Python's own value beside an expression of Polars."""
        constant = folded(expression)
        if constant is not None and constant.value is not None and folded(beside) is None:
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
                    # Polars cannot negate 128 bits.
                    wide = f"{self.text(first, ATOM)}.cast(pl.Int128)"
                    return f"({wide} * -1).cast(pl.Int64)", ATOM
                return f"-{self._inner(call, first, SIGN)}", SIGN
            case "not" if isinstance(first, Call) and first.name == "is_null":
                return f"{self.text(first.arguments[0], ATOM)}.is_not_null()", ATOM
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
                return self.helper("null_if", *map(self.text, arguments)), ATOM
            case "make_date":
                return self.helper("day_of", *map(self.text, arguments)), ATOM
            case "lower" | "upper":
                which = {"lower": "small_letters", "upper": "capital_letters"}[call.name]
                return self.helper(which, self.text(first)), ATOM
            case "date_trunc":
                unit, day = arguments
                text = self.text(day, ATOM)
                return f'{text}.dt.truncate("1{_UNITS[value_of(unit)]}")', ATOM
            case "date_diff":
                return self._date_diff(*arguments)
            case "position":
                return self.helper("position", self.text(first), quoted(arguments[1])), ATOM
            case "regexp_extract":
                group = value_of(arguments[2]) if len(arguments) > 2 else 0
                pattern = string(patterns.rust(value_of(arguments[1])))
                return self.helper("extracted", self.text(first), pattern, str(group)), ATOM
            case "cast":
                return self._cast(call), ATOM
        return self._method(call, self._inner(call, first, ATOM)), ATOM

    def _operator(self, call: Call) -> tuple[str, int]:
        sign, strength = _OPERATORS[call.name]
        left, right = call.arguments
        if call.type == "int64" and bounds.overflows(call):
            return self._exact(call), ATOM
        # Comparisons do not associate in Python.
        first = self._operand(call, left, strength + (strength == COMPARE), right)
        second = self._operand(call, right, strength + (call.name not in ("and", "or")), left)
        return f"{first} {sign} {second}", strength

    def _exact(self, call: Call) -> str:
        """64 bits would wrap: in 128, and the cast back fails."""
        left, right = call.arguments
        which = {"+": "added", "-": "difference", "*": "product"}[call.name]
        return self.helper(which, self.text(left), self._operand(call, right, 0, left))

    def _case(self, call: Call) -> str:
        *pairs, otherwise = call.arguments
        values = [*pairs[1::2], otherwise]
        numbers = [folded(each) for each in values]
        whole = call.type == "int64" and all(each is not None for each in numbers)
        texts = [
            raw(n) if n and whole else self.text(v) for n, v in zip(numbers, values, strict=True)
        ]
        text = "pl"
        for condition, then in zip(pairs[::2], texts, strict=False):
            text += f".when({self.text(condition)}).then({then})"
        if not (isinstance(otherwise, Constant) and otherwise.value is None):
            text += f".otherwise({texts[-1]})"
        # Literals of Python are as narrow as they can be.
        return f"{text}.cast(pl.Int64)" if whole else text

    def _cast(self, call: Call) -> str:
        (argument,) = call.arguments
        constant = folded(call)
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
                digits = value_of(arguments[1]) if len(arguments) > 1 else 0
                return f'{text}.round({digits}, mode="half_away_from_zero")'
            case known if known in _METHODS:
                return f"{text}.{_METHODS[known]}"
            case part if part in _PARTS:
                return f"{text}.dt.{part}().cast(pl.Int64)"
            case "is_null":
                return f"{text}.is_null()"
            case "in":
                for value in arguments[1:]:
                    self._note(folded(value) or Constant(None, value.type))
                values = ", ".join(raw(folded(v) or impossible(v)) for v in arguments[1:])
                return f"{text}.is_in([{values}])"
            case "length":
                return f"{text}.str.len_chars().cast(pl.Int64)"
            case "substr":
                more = f", {value_of(arguments[2])}" if len(arguments) > 2 else ""
                return f"{text}.str.slice({value_of(arguments[1]) - 1}{more})"
            case "left" | "right":
                which = {"left": "head", "right": "tail"}[call.name]
                return f"{text}.str.{which}({value_of(arguments[1])})"
            case "contains":
                return f"{text}.str.contains({quoted(arguments[1])}, literal=True)"
            case "starts_with" | "ends_with":
                return f"{text}.str.{call.name}({quoted(arguments[1])})"
            case "trim":
                return f'{text}.str.strip_chars(" ")'
            case "replace":
                old, new = quoted(arguments[1]), quoted(arguments[2])
                return f"{text}.str.replace_all({old}, {new}, literal=True)"
            case "like":
                return f"{text}.str.contains({string(patterns.of_like(value_of(arguments[1])))})"
            case "regexp_matches":
                return f"{text}.str.contains({string(patterns.rust(value_of(arguments[1])))})"
            case "regexp_replace":
                everywhere = len(arguments) > 3 and value_of(arguments[3]) == "all"
                method = "replace_all" if everywhere else "replace"
                pattern = string(patterns.rust(value_of(arguments[1])))
                new = string(patterns.rust_replacement(value_of(arguments[2])))
                return f"{text}.str.{method}({pattern}, {new})"
            case "epoch_us":
                return f'{text}.dt.epoch("us")'
            case "days":
                return f'{text}.dt.epoch("d").cast(pl.Int64)'
            case "date_add":
                count, unit = value_of(arguments[1]), _UNITS[value_of(arguments[2])]
                return f'{text}.dt.offset_by("{count}{unit}")'
        raise AssertionError(f"nothing of Polars for {call.name}")

    def _date_diff(self, unit: Expression, begin: Expression, end: Expression) -> tuple[str, int]:
        which = value_of(unit)
        if which in ("year", "quarter", "month"):
            return self.helper(f"{which}s_between", self.text(begin), self.text(end)), ATOM
        a, b = self.text(begin, ATOM), self.text(end, ATOM)
        if which == "week":
            days = f'({b}.dt.truncate("1w") - {a}.dt.truncate("1w")).dt.total_days()'
            return f"{days} // 7", MULTIPLY
        cut = f'.dt.truncate("1{_UNITS[which]}")'
        return f"({b}{cut} - {a}{cut}).dt.total_{which}s()", ATOM


def _can_end(call: Call) -> bool:
    if call.type != "float64":
        return False
    if call.name in _ENDING:
        return True
    return not bounds.finite(call) and (call.name in _CARRYING or call.name in ("/", "mod"))
