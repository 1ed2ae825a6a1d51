"""Expressions of the query language as code over a pandas frame.

Types: int64 is Int64, text is string and bool is boolean, all with pd.NA; float64 keeps NumPy's
type and its NaN, which is null; dates and timestamps are datetime64[us] with NaT. A comparison of
those last two is False where it should be null: a condition is therefore written so that it is
true, or so that it is false, and becomes a column with nulls only where a job asks for one.
"""

from __future__ import annotations

import dataclasses
import datetime
import re
from collections.abc import Callable

from spillway_adapters.query import bounds, patterns
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
from spillway_adapters.query.python_layout import quoted, raw

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
COMPARISONS = {"=": "==", "<>": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
OPPOSITE = {"=": "<>", "<>": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}
#: Precedence of Python's operators.
COMPARE, OR, AND, ADD, MULTIPLY, UNARY, POWER, ATOM = range(1, 9)
#: Letters of NumPy's and pandas' units.
FLOORS = {"day": "D", "hour": "h", "minute": "min", "second": "s"}
STEPS = {"week": "W", "day": "D", "hour": "h", "minute": "m", "second": "s"}
MONTHS = {"month": 1, "quarter": 3, "year": 12}


@dataclasses.dataclass(frozen=True)
class Code:
    text: str
    binding: int = ATOM
    scalar: bool = False
    #: Of a condition: it may have pd.NA in it. Others are of NumPy's bool.
    nullable: bool = True

    def __str__(self) -> str:
        return self.text

    def within(self, binding: int) -> str:
        """As an operand of an operator that binds so."""
        return self.text if self.binding >= binding else f"({self.text})"

    @property
    def atom(self) -> str:
        """As what a method is called of."""
        return self.within(ATOM)


class Expressions:
    def __init__(self, frame: str, helpers: Helpers, text: str = DTYPES["text"]) -> None:
        self._frame = frame
        self._helpers = helpers
        self._dtypes = {**DTYPES, "text": text}

    def column(self, expression: Expression) -> Code:
        """A series of the expression's dtype."""
        expression = folded(expression)
        if isinstance(expression, Constant):
            return self._constant(expression)
        found = self.value(expression)
        if expression.type == "bool" and not found.nullable:
            return Code(f'{found.atom}.astype("boolean")')
        return found

    def value(self, expression: Expression) -> Code:
        """A series, or a scalar for a constant."""
        expression = folded(expression)
        if isinstance(expression, Column):
            return Code(f"{self._frame}[{quoted(expression.name)}]")
        if isinstance(expression, Constant):
            if expression.value is None:
                return self._constant(expression)
            return Code(self.literal(expression.value), scalar=True)
        return self._call(expression)

    def true(self, expression: Expression) -> Code:
        """A condition that is true where the expression is; False or NA elsewhere."""
        if not isinstance(expression, Call):
            return self.column(expression)
        arguments = expression.arguments
        match expression.name:
            case "and":
                return self._both(" & ", AND, self.true, arguments)
            case "or":
                return self._both(" | ", OR, self.true, arguments)
            case "not":
                return self.false(arguments[0])
            case "in":
                return self._isin(expression)
            case "<>":
                return self._with_values(self._compared(expression), arguments)
            case name if name in COMPARISONS:
                return self._compared(expression)
        return self.value(expression)

    def false(self, expression: Expression) -> Code:
        """A condition that is true where the expression is false, not null."""
        if isinstance(expression, Call):
            arguments = expression.arguments
            match expression.name:
                case "and":
                    return self._both(" | ", OR, self.false, arguments)
                case "or":
                    return self._both(" & ", AND, self.false, arguments)
                case "not":
                    return self.true(arguments[0])
                case "is_null":
                    return Code(f"{self._series(arguments[0]).atom}.notna()", nullable=False)
                case "in":
                    value = self._series(arguments[0])
                    isin = self._isin(expression)
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

    def _constant(self, constant: Constant) -> Code:
        value = constant.value
        empty = {"float64": "np.nan", "date": "pd.NaT", "timestamp": "pd.NaT"}
        text = empty.get(constant.type, "pd.NA") if value is None else self.literal(value)
        if text == "np.nan":
            self._helpers.numpy()
        dtype = self._dtypes[constant.type]
        return Code(f'pd.Series({text}, index={self._frame}.index, dtype="{dtype}")')

    def _series(self, expression: Expression) -> Code:
        found = self.value(expression)
        return self.column(expression) if found.scalar else found

    def _operands(self, arguments: tuple[Expression, ...]) -> list[Code]:
        """Of which one is a series at least."""
        found = [self.value(argument) for argument in arguments]
        if all(code.scalar for code in found):
            found[0] = self.column(arguments[0])
        return found

    def _both(
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

    def _compared(self, call: Call) -> Code:
        left, right = self._operands(call.arguments)
        nullable = all(argument.type not in UNAWARE for argument in call.arguments)
        text = f"{left.within(COMPARE + 1)} {COMPARISONS[call.name]} {right.within(COMPARE + 1)}"
        return Code(text, COMPARE, nullable=nullable)

    def _with_values(self, condition: Code, arguments: tuple[Expression, ...]) -> Code:
        """False, too, where an operand is null: NaN differs from everything."""
        parts = [condition.within(AND)]
        for argument in arguments:
            if argument.type in UNAWARE and not isinstance(argument, Constant):
                parts.append(f"{self._series(argument).atom}.notna()")
        if len(parts) == 1:
            return condition
        return Code(" & ".join(parts), AND, nullable=condition.nullable)

    def _isin(self, call: Call) -> Code:
        value, *constants = call.arguments
        listed = ", ".join(self.literal(c.value) for c in constants if isinstance(c, Constant))
        return Code(f"{self._series(value).atom}.isin([{listed}])", nullable=False)

    def _null_where(self, condition: Code, *operands: Expression) -> Code:
        """A condition as a column: null where an operand is."""
        parts = [
            f"{self._series(operand).atom}.isna()"
            for operand in operands
            if not isinstance(operand, Constant) or operand.value is None
        ]
        if not parts:
            return Code(f'{condition.atom}.astype("boolean")')
        return Code(f'{condition.atom}.astype("boolean").mask({" | ".join(parts)})')

    def _finite(self, call: Call, code: Code) -> Code:
        """Null where a result is beyond float64."""
        if bounds.finite(call):
            return code
        return Code(f"{self._helpers.use('finite')}({code})")

    def _helper(self, name: str, *arguments: object) -> Code:
        return Code(f"{self._helpers.use(name)}({', '.join(map(str, arguments))})")

    # --- Calls -----------------------------------------------------------------------------------

    def _call(self, call: Call) -> Code:
        name, arguments = call.name, call.arguments
        if name in ("+", "-", "*"):
            return self._arithmetic(call)
        if name in COMPARISONS:
            found = self._compared(call)
            return found if found.nullable else self._null_where(found, *arguments)
        own = getattr(self, f"_{NAMED.get(name, name)}", None)
        if own is None:
            raise Refused(f"{name}()", "pandas' compiler does not know it.")
        return own(call)

    def _arithmetic(self, call: Call) -> Code:
        operator, binding = call.name, MULTIPLY if call.name == "*" else ADD
        if call.type == "int64" and bounds.overflows(call):
            left, right = self._operands(call.arguments)
            return self._helper("checked", quoted(operator), left, right)
        left, right = self._inner(call.arguments)
        text = f"{left.within(binding)} {operator} {right.within(binding + 1)}"
        code = Code(text, binding)
        return code if call.type == "int64" else self._finite(call, code)

    def _inner(self, arguments: tuple[Expression, ...]) -> list[Code]:
        """Operands of sums and products: infinity stays what it is in them, so that one look at the
        whole result is enough."""
        found = []
        for argument in arguments:
            nested = isinstance(argument, Call) and argument.type == "float64"
            if nested and argument.name in ("+", "-", "*"):
                binding = MULTIPLY if argument.name == "*" else ADD
                left, right = self._inner(argument.arguments)
                text = f"{left.within(binding)} {argument.name} {right.within(binding + 1)}"
                found.append(Code(text, binding, left.scalar and right.scalar))
            else:
                found.append(self.value(argument))
        if all(code.scalar for code in found):
            found[0] = self.column(arguments[0])
        return found

    def _divided(self, call: Call) -> Code:
        left, right = self._operands(call.arguments)
        text = f"{left.within(MULTIPLY)} / {right.within(UNARY)}"
        divisor = call.arguments[1]
        if isinstance(divisor, Constant) and not divisor.value:
            return self._constant(Constant(None, "float64"))  # Python's own numbers would raise.
        return self._finite(call, Code(text, MULTIPLY))

    def _whole_division(self, call: Call) -> Code:
        left, right = call.arguments
        return self._helper("whole_division", self.column(left), self._divisor(right))

    def _divisor(self, expression: Expression) -> Code:
        found = self.value(expression)
        return found if bounds.never_zero(expression) else self.column(expression)

    def _mod(self, call: Call) -> Code:
        left, right = call.arguments
        if call.type == "float64":
            self._helpers.silent()
            return Code(f"np.fmod({self.column(left)}, {self.value(right)})")
        return self._helper("remainder", self.column(left), self._divisor(right))

    def _neg(self, call: Call) -> Code:
        if call.type == "int64" and bounds.bound(call.arguments[0]) > 2**62:
            return self._helper("checked", '"-"', "0", self.column(call.arguments[0]))
        return Code(f"-{self.column(call.arguments[0]).within(UNARY)}", UNARY)

    def _joined(self, call: Call) -> Code:
        left, right = self._operands(call.arguments)
        return Code(f"{left.within(ADD)} + {right.within(ADD + 1)}", ADD)

    def _and(self, call: Call) -> Code:
        return self._both(" & ", AND, self.column, call.arguments)

    def _or(self, call: Call) -> Code:
        return self._both(" | ", OR, self.column, call.arguments)

    def _not(self, call: Call) -> Code:
        return Code(f"~{self.column(call.arguments[0]).within(UNARY)}", UNARY)

    def _is_null(self, call: Call) -> Code:
        return Code(f"{self._series(call.arguments[0]).atom}.isna()", nullable=False)

    def _in(self, call: Call) -> Code:
        return self._null_where(self._isin(call), call.arguments[0])

    def _case(self, call: Call) -> Code:
        pairs = list(zip(call.arguments[:-1:2], call.arguments[1:-1:2], strict=True))
        otherwise = call.arguments[-1]
        if len(pairs) > 1:
            branches = ", ".join(f"({self.true(c)}, {self.value(v)})" for c, v in pairs)
            return self._helper("case", f"[{branches}]", self.column(otherwise))
        ((condition, value),) = pairs
        values = [each.value for each in (value, otherwise) if isinstance(each, Constant)]
        if call.type == "int64" and values == [1, 0]:
            return Code(f'{self.sure(condition).atom}.astype("Int64")')
        # Where the condition is NA, where() takes the other value.
        found, test = self.column(value).atom, self.true(condition)
        if isinstance(otherwise, Constant) and otherwise.value is None:
            return Code(f"{found}.where({test})")
        return Code(f"{found}.where({test}, {self.value(otherwise)})")

    def _coalesce(self, call: Call) -> Code:
        first, *others = call.arguments
        code = self.column(first).atom
        for other in others:
            if isinstance(other, Constant) and other.value is None:
                continue
            code = f"{code}.fillna({self.value(other)})"
        return Code(code)

    def _nullif(self, call: Call) -> Code:
        same = self.sure(Call("=", call.arguments, "bool"))
        return Code(f"{self.column(call.arguments[0]).atom}.mask({same})")

    def _greatest(self, call: Call) -> Code:
        first, *others = call.arguments
        values = [self.column(first), *map(self.value, others)]
        return self._helper(call.name, *values)

    # --- Numbers ---------------------------------------------------------------------------------

    def _of_numpy(self, call: Call, function: str) -> Code:
        self._helpers.numpy()
        (argument,) = call.arguments
        return self._finite(call, Code(f"np.{function}({self.column(argument)})"))

    def _silent(self, call: Call) -> Code:
        """Of which NumPy warns outside of the domain."""
        self._helpers.silent()
        return self._of_numpy(call, {"ln": "log"}.get(call.name, call.name))

    def _abs(self, call: Call) -> Code:
        (argument,) = call.arguments
        return Code(f"{self.column(argument).atom}.abs()")

    def _whole(self, call: Call) -> Code:
        (argument,) = call.arguments
        if argument.type == "int64":
            return self.column(argument)
        self._helpers.numpy()
        return Code(f"np.{call.name}({self.column(argument)})")

    def _round(self, call: Call) -> Code:
        argument = call.arguments[0]
        if argument.type == "int64":
            return self.column(argument)
        digits = [each.value for each in call.arguments[1:] if isinstance(each, Constant)]
        return self._helper("round_half_away", self.column(argument), *(digits or [0]))

    def _sign(self, call: Call) -> Code:
        self._helpers.numpy()
        return Code(f'np.sign({self.column(call.arguments[0])}).astype("Int64")')

    def _pow(self, call: Call) -> Code:
        self._helpers.silent()
        left, right = call.arguments
        plain = isinstance(right, Constant) and right.value
        if plain:
            return Code(
                f"{self._helpers.use('finite')}({self.column(left).within(POWER + 1)} ** "
                f"{self.value(right).within(UNARY)})"
            )
        return self._helper("power", self.column(left), self.column(right))

    def _cast(self, call: Call) -> Code:
        (argument,) = call.arguments
        found = self.column(argument)
        match (argument.type, call.type):
            case (a, b) if a == b or (a, b) == ("date", "timestamp"):
                return found
            case ("int64", "float64"):
                return Code(f'{found.atom}.astype("float64")')
            case ("bool", "float64"):
                return Code(f'{found.atom}.astype("float64")')
            case ("float64", "int64"):
                return self._helper("nearest_integer", found)
            case ("bool", "int64"):
                return Code(f'{found.atom}.astype("Int64")')
            case ("int64" | "float64", "bool"):
                return self._call(Call("<>", (argument, Constant(0, argument.type)), "bool"))
            case ("int64", "text"):
                return Code(f'{found.atom}.astype("{self._dtypes["text"]}")')
            case ("bool", "text"):
                return Code(f'{found.atom}.astype("{self._dtypes["text"]}").str.lower()')
            case ("date", "text"):
                dtype = self._dtypes["text"]
                return Code(f'{found.atom}.dt.strftime("%Y-%m-%d").astype("{dtype}")')
            case ("timestamp", "date"):
                return Code(f'{found.atom}.dt.floor("D")')
            case ("text", kind):
                return self._helper(f"{kind}_of_text", found)
        raise Refused("cast()", f"of {argument.type} to {call.type}.")

    # --- Text ------------------------------------------------------------------------------------

    def _string(self, call: Call, method: str, *arguments: object, condition: bool = False) -> Code:
        text = self.column(call.arguments[0]).atom
        return Code(f"{text}.str.{method}({', '.join(map(str, arguments))})")

    def _length(self, call: Call) -> Code:
        return Code(f'{self._string(call, "len")}.astype("Int64")')

    def _lower(self, call: Call) -> Code:
        return self._string(call, "lower")

    def _upper(self, call: Call) -> Code:
        return self._helper("upper", self.column(call.arguments[0]))

    def _substr(self, call: Call) -> Code:
        start, *length = (each.value for each in call.arguments[1:] if isinstance(each, Constant))
        assert isinstance(start, int)
        begin = str(start - 1) if start > 1 else ""
        end = str(start - 1 + length[0]) if length else ""
        return Code(f"{self.column(call.arguments[0]).atom}.str[{begin}:{end}]")

    def _left(self, call: Call) -> Code:
        return Code(f"{self.column(call.arguments[0]).atom}.str[:{self._word(call, 1)}]")

    def _right(self, call: Call) -> Code:
        count = self._word(call, 1)
        part = f"-{count}:" if count != "0" else ":0"
        return Code(f"{self.column(call.arguments[0]).atom}.str[{part}]")

    def _word(self, call: Call, place: int) -> str:
        constant = call.arguments[place]
        assert isinstance(constant, Constant)
        return self.literal(constant.value)

    def _contains(self, call: Call) -> Code:
        return self._string(call, "contains", self._word(call, 1), "regex=False")

    def _starts_with(self, call: Call) -> Code:
        return self._string(call, "startswith", self._word(call, 1))

    def _ends_with(self, call: Call) -> Code:
        return self._string(call, "endswith", self._word(call, 1))

    def _trim(self, call: Call) -> Code:
        return self._string(call, "strip", '" "')

    def _replace(self, call: Call) -> Code:
        old, new = self._word(call, 1), self._word(call, 2)
        return self._string(call, "replace", old, new, "regex=False")

    def _position(self, call: Call) -> Code:
        return self._helper("position", self.column(call.arguments[0]), self._word(call, 1))

    def _concat(self, call: Call) -> Code:
        parts = []
        for argument in call.arguments:
            if isinstance(argument, Constant):
                parts.append(self._word(call, call.arguments.index(argument)))
            else:
                parts.append(f'{self.column(argument).atom}.fillna("")')
        if all(isinstance(argument, Constant) for argument in call.arguments):
            parts[0] = str(self.column(call.arguments[0]))
        return Code(" + ".join(parts), ADD)

    def _like(self, call: Call) -> Code:
        pattern = call.arguments[1]
        assert isinstance(pattern, Constant)
        text = str(pattern.value)
        inner = text.strip("%")
        if "%" not in inner and "_" not in inner and text:
            word = quoted(inner)
            match (text.startswith("%"), text.endswith("%")):
                case (True, True):
                    return self._string(call, "contains", word, "regex=False")
                case (False, True):
                    return self._string(call, "startswith", word)
                case (True, False):
                    return self._string(call, "endswith", word)
            return Code(f"{self.column(call.arguments[0]).within(COMPARE + 1)} == {word}", COMPARE)
        self._helpers.module("re")
        words = "".join({"%": ".*", "_": "."}.get(mark, re.escape(mark)) for mark in text)
        return self._string(call, "fullmatch", raw(words), "flags=re.DOTALL")

    def _pattern(self, call: Call) -> str:
        """As Python writes it; a flag keeps pandas from handing it to another library."""
        self._helpers.module("re")
        pattern = call.arguments[1]
        assert isinstance(pattern, Constant)
        return patterns.python(str(pattern.value))

    def _regexp_matches(self, call: Call) -> Code:
        pattern = self._pattern(call)
        return self._helper("matches", self.column(call.arguments[0]), raw(pattern))

    def _regexp_replace(self, call: Call) -> Code:
        pattern = self._pattern(call)
        new, *which = (each.value for each in call.arguments[2:] if isinstance(each, Constant))
        count = ["n=1"] if not which or which[0] == "first" else []
        arguments = [raw(pattern), raw(patterns.python_replacement(str(new))), *count]
        return self._string(call, "replace", *arguments, "flags=re.ASCII", "regex=True")

    def _regexp_extract(self, call: Call) -> Code:
        pattern = self._pattern(call)
        group = next((c.value for c in call.arguments[2:] if isinstance(c, Constant)), 0)
        return self._helper("extract", self.column(call.arguments[0]), raw(pattern), group)

    # --- Dates -----------------------------------------------------------------------------------

    def _part(self, call: Call) -> Code:
        found = self.column(call.arguments[0]).atom
        return Code(f'{found}.dt.{call.name}.astype("Int64")')

    def _weekday(self, call: Call) -> Code:
        return Code(f"{self._part(call)} + 1", ADD)

    def _number(self, call: Call) -> Code:
        unit = '"us"' if call.name == "epoch_us" else '"D"'
        return self._helper("number_of", self.column(call.arguments[0]), unit)

    def _date_trunc(self, call: Call) -> Code:
        word, moment = call.arguments
        assert isinstance(word, Constant)
        unit, found = str(word.value), self.column(moment)
        if unit in FLOORS:
            if unit == "day" and moment.type == "date":
                return found
            return Code(f'{found.atom}.dt.floor("{FLOORS[unit]}")')
        if unit == "week":
            return self._helper("start_of_week", found)
        return self._helper("start_of_months", found, MONTHS[unit])

    def _date_diff(self, call: Call) -> Code:
        word, begin, end = call.arguments
        assert isinstance(word, Constant)
        unit = str(word.value)
        numbers = []
        for moment in (end, begin):
            found = self.column(moment)
            if unit in MONTHS:
                months = str(self._helper("number_of", found, '"M"'))
                every = MONTHS[unit]
                numbers.append(f"{months} // {every}" if every > 1 else months)
            elif unit == "week":
                # Weeks begin on Mondays; day 0 was a Thursday.
                numbers.append(f"({self._helper('number_of', found, quoted('D'))} + 3) // 7")
            else:
                letter = quoted(STEPS[unit])
                numbers.append(str(self._helper("number_of", found, letter)))
        return Code(" - ".join(numbers), ADD)

    def _date_add(self, call: Call) -> Code:
        moment, count, word = call.arguments
        assert isinstance(word, Constant) and isinstance(count, Constant)
        unit, number = str(word.value), count.value
        assert isinstance(number, int)
        found = self.column(moment).within(ADD)
        if unit in MONTHS:
            return Code(f"{found} + pd.DateOffset(months={number * MONTHS[unit]})", ADD)
        self._helpers.numpy()
        return Code(f'{found} + np.timedelta64({number}, "{STEPS[unit]}")', ADD)

    def _make_date(self, call: Call) -> Code:
        return self._helper("date_of", *map(self.column, call.arguments))


#: Methods of functions whose name is no name of a method, or that share one.
NAMED = {
    "/": "divided",
    "//": "whole_division",
    "||": "joined",
    "least": "greatest",
    "floor": "whole",
    "ceil": "whole",
    "trunc": "whole",
    "sqrt": "silent",
    "ln": "silent",
    "log10": "silent",
    "log2": "silent",
    "exp": "silent",
    **dict.fromkeys(("year", "month", "day", "hour", "minute", "second", "quarter"), "part"),
    "epoch_us": "number",
    "days": "number",
}


def folded(expression: Expression) -> Expression:
    """A number that is widened, as a constant."""
    if isinstance(expression, Call) and expression.name == "cast":
        (argument,) = expression.arguments
        if isinstance(argument, Constant) and (argument.type, expression.type) == (
            "int64",
            "float64",
        ):
            value = argument.value
            return Constant(None if value is None else float(value), "float64")  # type: ignore[arg-type]
    return expression
