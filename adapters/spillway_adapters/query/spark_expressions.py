"""Expressions of the query language as Spark's columns.

Spark has the language's nulls and, in ANSI mode, its errors for integers that overflow; infinity
and NaN become null where an expression can make them. Timestamps are TIMESTAMP_NTZ, in a session
whose time zone is UTC.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from spillway_adapters.query import bounds, spark_dates, spark_logic, spark_numbers, spark_text
from spillway_adapters.query.language import (
    Aggregate,
    Call,
    Column,
    Constant,
    Expression,
    Order,
    Refused,
    Value,
    WindowCall,
)
from spillway_adapters.query.python_code import COMPARE, COMPARISONS, Code, bounded, folded
from spillway_adapters.query.python_text import string as quoted
from spillway_adapters.query.spark_helpers import Helpers
from spillway_adapters.query.spark_types import TYPES

CALLS = spark_logic.CALLS | spark_numbers.CALLS | spark_text.CALLS | spark_dates.CALLS


def col(name: str) -> str:
    """F.col reads dots and backticks as marks of its own."""
    if any(mark in name for mark in ".`*") or not name.strip():
        name = f"`{name.replace('`', '``')}`"
    return f"F.col({quoted(name)})"


def selected(columns: Sequence[str]) -> list[str]:
    return [
        quoted(column) if col(column) == f"F.col({quoted(column)})" else col(column)
        for column in columns
    ]


class Columns:
    def __init__(self, helpers: Helpers) -> None:
        self.helpers = helpers

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
        value = self._of_function(aggregate.argument)
        match aggregate.name:
            case "quantile":
                code = f"F.percentile({value}, {aggregate.quantile})"
            case name:
                function = {"mean": "avg", "std": "stddev", "var": "variance"}.get(name, name)
                code = f"F.{function}({value})"
        if aggregate.type == "float64" and aggregate.name in ("sum", "mean", "std", "var"):
            return f"{self.helpers.use('finite')}({code})"
        return code

    def window(self, call: WindowCall, ordered: str, framed: str) -> str:
        """Over the specifications of these names, without and with a frame."""
        value = "" if call.argument is None else self._of_function(call.argument)
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
                return f"{self.helpers.use('finite')}(F.avg({value}).over({rows}))"
        function = {"cumsum": "sum", "mean": "avg"}.get(call.name, call.name)
        code = f"F.{function}({value or quoted('*')}).over({framed})"
        floating = call.type == "float64" and function in ("sum", "avg")
        return f"{self.helpers.use('finite')}({code})" if floating else code

    def _of_function(self, expression: Expression) -> str:
        """Functions take a column by its name, too."""
        if isinstance(expression, Column):
            return selected([expression.name])[0]
        return str(self.column(expression))

    # --- Parts -----------------------------------------------------------------------------------

    def operands(self, arguments: tuple[Expression, ...]) -> list[Code]:
        found = [self.value(argument) for argument in arguments]
        if all(code.scalar for code in found):
            # Python's integers are of 32 bits to Spark where they are small.
            found = [self.column(argument) for argument in arguments]
        return found

    def helper(self, name: str, *arguments: object) -> Code:
        return Code(f"{self.helpers.use(name)}({', '.join(map(str, arguments))})")

    def finite(self, call: Call, code: Code) -> Code:
        return code if bounds.finite(call) else self.helper("finite", code)

    def of(self, function: str, *arguments: object, long: bool = False) -> Code:
        code = f"F.{function}({', '.join(map(str, arguments))})"
        return Code(f'{code}.cast("bigint")' if long else code)

    def word(self, call: Call, place: int) -> str:
        constant = call.arguments[place]
        assert isinstance(constant, Constant)
        return self.literal(constant.value)

    def _call(self, call: Call) -> Code:
        if call.name in COMPARISONS:
            left, right = self.operands(call.arguments)
            operator = COMPARISONS[call.name]
            text = f"{left.within(COMPARE + 1)} {operator} {right.within(COMPARE + 1)}"
            return Code(text, COMPARE)
        if call.name not in CALLS:
            raise Refused(f"{call.name}()", "Spark's compiler does not know it.")
        return bounded(call, CALLS[call.name](self, call))
