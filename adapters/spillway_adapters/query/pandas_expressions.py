"""Expressions of the query language as code over a pandas frame.

Types: int64 is Int64, text is string and bool is boolean, all with pd.NA; float64 keeps NumPy's
type and its NaN, which is null; dates and timestamps are datetime64[us] with NaT. A comparison of
those last two is False where it should be null: a condition is therefore written so that it is
true, or so that it is false, and becomes a column with nulls only where a job asks for one.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Callable

from spillway_adapters.query import bounds, pandas_dates, pandas_logic, pandas_numbers, pandas_text
from spillway_adapters.query.language import (
    Call,
    Column,
    Constant,
    Expression,
    Refused,
    Type,
    Value,
)
from spillway_adapters.query.pandas_helpers import Helpers
from spillway_adapters.query.python_code import (
    AND,
    COMPARE,
    COMPARISONS,
    OR,
    UNARY,
    Code,
    bounded,
    folded,
)
from spillway_adapters.query.python_layout import quoted

DTYPES: dict[Type, str] = {
    "int64": "Int64",
    "float64": "float64",
    "text": "string",
    "bool": "boolean",
    "date": "datetime64[us]",
    "timestamp": "datetime64[us]",
}
#: Whose comparisons with null are False.
UNAWARE = ("float64", "date", "timestamp")
OPPOSITE = {"=": "<>", "<>": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}

CALLS = pandas_logic.CALLS | pandas_numbers.CALLS | pandas_text.CALLS | pandas_dates.CALLS


class Expressions:
    def __init__(self, frame: str, helpers: Helpers, text: str = DTYPES["text"]) -> None:
        self.frame = frame
        self.helpers = helpers
        self.dtypes = {**DTYPES, "text": text}

    def column(self, expression: Expression) -> Code:
        """A series of the expression's dtype."""
        expression = folded(expression)
        if isinstance(expression, Constant):
            return self.constant(expression)
        found = self.value(expression)
        if expression.type == "bool" and not found.nullable:
            return Code(f'{found.atom}.astype("boolean")')
        return found

    def value(self, expression: Expression) -> Code:
        """A series, or a scalar for a constant."""
        expression = folded(expression)
        if isinstance(expression, Column):
            return Code(f"{self.frame}[{quoted(expression.name)}]")
        if isinstance(expression, Constant):
            if expression.value is None:
                return self.constant(expression)
            return Code(self.literal(expression.value), scalar=True)
        return self._call(expression)

    def true(self, expression: Expression) -> Code:
        """A condition that is true where the expression is; False or NA elsewhere."""
        if not isinstance(expression, Call):
            return self.column(expression)
        arguments = expression.arguments
        match expression.name:
            case "and":
                return self.both(" & ", AND, self.true, arguments)
            case "or":
                return self.both(" | ", OR, self.true, arguments)
            case "not":
                return self.false(arguments[0])
            case "in":
                return self.isin(expression)
            case "<>":
                return self.with_values(self.compared(expression), arguments)
            case name if name in COMPARISONS:
                return self.compared(expression)
        return self.value(expression)

    def false(self, expression: Expression) -> Code:
        """A condition that is true where the expression is false, not null."""
        if isinstance(expression, Call):
            arguments = expression.arguments
            match expression.name:
                case "and":
                    return self.both(" | ", OR, self.false, arguments)
                case "or":
                    return self.both(" & ", AND, self.false, arguments)
                case "not":
                    return self.true(arguments[0])
                case "is_null":
                    return Code(f"{self.series(arguments[0]).atom}.notna()", nullable=False)
                case "in":
                    value = self.series(arguments[0])
                    isin = self.isin(expression)
                    return Code(f"~{isin.atom} & {value.atom}.notna()", AND, nullable=False)
                case name if name in COMPARISONS:
                    return self.true(dataclasses.replace(expression, name=OPPOSITE[name]))
        found = self.column(expression)
        return Code(f"~{found.within(UNARY)}", UNARY, nullable=found.nullable)

    def sure(self, expression: Expression) -> Code:
        """As true(), without NA."""
        found = self.true(expression)
        return Code(f"{found.atom}.fillna(False)") if found.nullable else found

    def literal(self, value: Value) -> str:
        if isinstance(value, datetime.date):
            return f'pd.Timestamp("{value.isoformat()}")'
        if isinstance(value, str):
            return quoted(value)
        if isinstance(value, float) and abs(value) == float("inf"):
            return f'float("{value}")'
        return repr(value)

    # --- Parts -----------------------------------------------------------------------------------

    def constant(self, constant: Constant) -> Code:
        value = constant.value
        empty = {"float64": "np.nan", "date": "pd.NaT", "timestamp": "pd.NaT"}
        text = empty.get(constant.type, "pd.NA") if value is None else self.literal(value)
        if text == "np.nan":
            self.helpers.numpy()
        dtype = self.dtypes[constant.type]
        return Code(f'pd.Series({text}, index={self.frame}.index, dtype="{dtype}")')

    def series(self, expression: Expression) -> Code:
        found = self.value(expression)
        return self.column(expression) if found.scalar else found

    def operands(self, arguments: tuple[Expression, ...]) -> list[Code]:
        """Of which one is a series at least."""
        found = [self.value(argument) for argument in arguments]
        if all(code.scalar for code in found):
            found[0] = self.column(arguments[0])
        return found

    def both(
        self,
        operator: str,
        binding: int,
        form: Callable[[Expression], Code],
        arguments: tuple[Expression, ...],
    ) -> Code:
        found = [form(argument) for argument in arguments]
        # Python binds & before comparisons.
        text = operator.join(code.within(binding) for code in found)
        return Code(text, binding, nullable=any(code.nullable for code in found))

    def compared(self, call: Call) -> Code:
        left, right = self.operands(call.arguments)
        nullable = all(argument.type not in UNAWARE for argument in call.arguments)
        text = f"{left.within(COMPARE + 1)} {COMPARISONS[call.name]} {right.within(COMPARE + 1)}"
        return Code(text, COMPARE, nullable=nullable)

    def with_values(self, condition: Code, arguments: tuple[Expression, ...]) -> Code:
        """False, too, where an operand is null: NaN differs from everything."""
        parts = [condition.within(AND)]
        for argument in arguments:
            if argument.type in UNAWARE and not isinstance(argument, Constant):
                parts.append(f"{self.series(argument).atom}.notna()")
        if len(parts) == 1:
            return condition
        return Code(" & ".join(parts), AND, nullable=condition.nullable)

    def isin(self, call: Call) -> Code:
        value, *constants = call.arguments
        listed = ", ".join(self.literal(c.value) for c in constants if isinstance(c, Constant))
        return Code(f"{self.series(value).atom}.isin([{listed}])", nullable=False)

    def null_where(self, condition: Code, *operands: Expression) -> Code:
        """A condition as a column: null where an operand is."""
        parts = [
            f"{self.series(operand).atom}.isna()"
            for operand in operands
            if not isinstance(operand, Constant) or operand.value is None
        ]
        if not parts:
            return Code(f'{condition.atom}.astype("boolean")')
        return Code(f'{condition.atom}.astype("boolean").mask({" | ".join(parts)})')

    def finite(self, call: Call, code: Code) -> Code:
        """Null where a result is beyond float64."""
        if bounds.finite(call):
            return code
        return Code(f"{self.helpers.use('finite')}({code})")

    def helper(self, name: str, *arguments: object) -> Code:
        return Code(f"{self.helpers.use(name)}({', '.join(map(str, arguments))})")

    # --- Calls -----------------------------------------------------------------------------------

    def _call(self, call: Call) -> Code:
        if call.name in COMPARISONS:
            found = self.compared(call)
            return found if found.nullable else self.null_where(found, *call.arguments)
        if call.name not in CALLS:
            raise Refused(f"{call.name}()", "pandas' compiler does not know it.")
        return bounded(call, CALLS[call.name](self, call))
