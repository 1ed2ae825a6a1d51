"""Expressions of the language in DuckDB's SQL."""

from __future__ import annotations

from collections.abc import Mapping

from spillway_adapters.query import bounds, patterns
from spillway_adapters.query.duckdb_sql import TYPES, constant, literal
from spillway_adapters.query.language import Call, Column, Constant, Expression, Type

#: Binding strength, as DuckDB's grammar has it.
OR, AND, NOT, IS, COMPARE, OTHER, ADD, MULTIPLY, SIGN, ATOM = range(1, 11)
_OPERATORS = {
    "or": ("OR", OR),
    "and": ("AND", AND),
    "=": ("=", COMPARE),
    "<>": ("<>", COMPARE),
    "<": ("<", COMPARE),
    "<=": ("<=", COMPARE),
    ">": (">", COMPARE),
    ">=": (">=", COMPARE),
    "+": ("+", ADD),
    "-": ("-", ADD),
    "*": ("*", MULTIPLY),
    "/": ("/", MULTIPLY),
    "//": ("//", MULTIPLY),
    "mod": ("%", MULTIPLY),
    "||": ("||", OTHER),
}
#: Functions of one form in both languages.
_SAME = {
    "abs": "abs",
    "floor": "floor",
    "ceil": "ceil",
    "round": "round",
    "trunc": "trunc",
    "length": "length",
    "lower": "lower",
    "substr": "substr",
    "contains": "contains",
    "starts_with": "starts_with",
    "ends_with": "ends_with",
    "coalesce": "coalesce",
    "nullif": "nullif",
    "left": "left",
    "right": "right",
    "replace": "replace",
    "position": "strpos",
    "concat": "concat",
    "regexp_matches": "regexp_matches",
    "regexp_extract": "regexp_extract",
    "sqrt": "sqrt",
    "ln": "ln",
    "exp": "exp",
    "log10": "log10",
    "log2": "log2",
    "pow": "pow",
    "year": "year",
    "quarter": "quarter",
    "month": "month",
    "day": "day",
    "hour": "hour",
    "minute": "minute",
    "second": "second",
    "weekday": "isodow",
    "epoch_us": "epoch_us",
}
#: Of these the domain ends: NaN or infinity beyond it.
_ENDING = frozenset({"sqrt", "ln", "exp", "log10", "log2", "pow"})
#: What does not turn infinity or NaN into a number: one check around all of them will do.
_CARRYING = frozenset({"+", "-", "*", "neg", "abs", "floor", "ceil", "round", "trunc"})


class Writer:
    """Remembers which macros the SQL needs."""

    def __init__(self) -> None:
        self.macros: set[str] = set()

    def macro(self, which: str, argument: str) -> str:
        self.macros.add(which)
        return f"{which}({argument})"

    # --- Expressions -----------------------------------------------------------------------------

    def text(self, expression: Expression, names: Mapping[str, str], above: int = 0) -> str:
        """`names` has the SQL of every column, `above` the strength of what stands around."""
        return self._checked(expression, names, above)

    def value(self, expression: Expression, names: Mapping[str, str]) -> str:
        """As the value of a column, which later steps compute with."""
        text = self._checked(expression, names, 0)
        return f"CAST({text} AS BIGINT)" if _narrow(expression) else text

    def _checked(self, expression: Expression, names: Mapping[str, str], above: int) -> str:
        """Without infinity and NaN."""
        if isinstance(expression, Call) and _can_end(expression):
            return self.macro("finite", self._bare(expression, names, 0))
        return self._bare(expression, names, above)

    def _bare(self, expression: Expression, names: Mapping[str, str], above: int) -> str:
        """As it is; the caller looks for infinity."""
        if isinstance(expression, Column):
            return names[expression.name]
        if isinstance(expression, Constant):
            text = constant(expression)
            return f"({text})" if text.startswith("-") and above > ADD else text
        text, strength = self._call(expression, names)
        return f"({text})" if strength < above else text

    def _call(self, call: Call, names: Mapping[str, str]) -> tuple[str, int]:
        arguments = call.arguments
        carries = call.type == "float64" and call.name in _CARRYING
        inner = self._bare if carries else self._checked
        if call.name in _OPERATORS:
            return self._operator(call, names)
        if call.name == "neg":
            # Not "--", which begins a comment.
            return "-" + inner(arguments[0], names, ATOM), SIGN
        # These write their operand themselves: twice at every level would take for ever.
        match call.name:
            case "not" if isinstance(arguments[0], Call) and arguments[0].name == "is_null":
                (inside,) = arguments[0].arguments
                return self._checked(inside, names, COMPARE + 1) + " IS NOT NULL", IS
            case "not":
                return "NOT " + self._checked(arguments[0], names, NOT), NOT
            case "is_null":
                return self._checked(arguments[0], names, COMPARE + 1) + " IS NULL", IS
            case "in" | "like":
                first = self._checked(arguments[0], names, OTHER)
                others = ", ".join(inner(argument, names, 0) for argument in arguments[1:])
                # DuckDB has no escape character unless one is given.
                text = f"{first} IN ({others})" if call.name == "in" else f"{first} LIKE {others}"
                return text, COMPARE
            case "date_add":
                return self._date_add(call, names), ATOM
        texts = [inner(argument, names, 0) for argument in arguments]
        if call.name.startswith("regexp_"):
            assert isinstance(arguments[1], Constant)
            texts[1] = literal(patterns.re2(str(arguments[1].value)))
        match call.name:
            case "case":
                return self._case(call, texts), ATOM
            case "cast":
                return self._cast(arguments[0], call.type, texts[0]), ATOM
            case "upper":
                return self.macro("capitals", texts[0]), ATOM
            case "trim":
                return f"trim({texts[0]}, ' ')", ATOM
            case "sign":
                return f"CAST(sign({texts[0]}) AS BIGINT)", ATOM
            case "days":
                return f"({texts[0]} - DATE '1970-01-01')", ATOM
            case "date_trunc":
                # Of a date it is a timestamp.
                text = f"date_trunc({texts[0]}, {texts[1]})"
                return (f"CAST({text} AS DATE)" if call.type == "date" else text), ATOM
            case "date_diff" if texts[0] == "'week'":
                # Its weeks do not begin on Monday.
                ends = ", ".join(f"date_trunc('week', {text})" for text in texts[1:])
                return f"date_diff('day', {ends}) // 7", MULTIPLY
            case "date_diff":
                return f"date_diff({', '.join(texts)})", ATOM
            case "make_date":
                return f"TRY(make_date({', '.join(texts)}))", ATOM
            case "regexp_replace":
                return self._regexp_replace(call, texts), ATOM
            case "regexp_extract" if len(texts) == 2:
                return f"regexp_extract({texts[0]}, {texts[1]})", ATOM
            case "round" if call.type == "int64":
                return texts[0], ATOM
            case "floor" | "ceil" | "trunc" if call.type == "int64":
                return texts[0], ATOM
            case "greatest" | "least":
                # Of a name that stands twice in them DuckDB 2.0 makes an error where it keeps a
                # table for two uses ("Duplicate named argument").
                return f"{call.name}({', '.join(dict.fromkeys(texts))})", ATOM
            case same if same in _SAME:
                return f"{_SAME[same]}({', '.join(texts)})", ATOM
        raise AssertionError(f"no SQL for {call.name}")

    def _operator(self, call: Call, names: Mapping[str, str]) -> tuple[str, int]:
        sign, strength = _OPERATORS[call.name]
        left, right = call.arguments
        carries = call.type == "float64" and call.name in _CARRYING
        inner = self._bare if carries else self._checked
        # Comparisons do not associate; the others do to the left.
        first = inner(left, names, strength + (strength == COMPARE))
        if call.type == "int64" and _narrow(left) and _narrow(right):
            first = f"CAST({first} AS BIGINT)"
        if call.name in ("mod", "//", "/") and not bounds.never_zero(right):
            # Division by zero is an error, or infinity.
            second = f"nullif({self._checked(right, names, 0)}, 0)"
        else:
            second = inner(right, names, strength + (call.name not in ("and", "or")))
        return f"{first} {sign} {second}", strength

    def _case(self, call: Call, texts: list[str]) -> str:
        pairs = zip(texts[:-1:2], texts[1::2], strict=True)
        whens = "".join(f" WHEN {condition} THEN {value}" for condition, value in pairs)
        otherwise = call.arguments[-1]
        is_null = isinstance(otherwise, Constant) and otherwise.value is None
        return f"CASE{whens}{'' if is_null else f' ELSE {texts[-1]}'} END"

    def _cast(self, argument: Expression, to: Type, text: str) -> str:
        if argument.type == "text":
            into = {
                "int64": "as_integer",
                "float64": "as_number",
                "bool": "as_bool",
                "date": "as_date",
                "timestamp": "as_timestamp",
            }
            return self.macro(into[to], text) if to in into else text
        if isinstance(argument, Constant) and to == "float64" and argument.value is not None:
            return constant(Constant(float(argument.value), "float64"))  # type: ignore[arg-type]
        # To the nearest, ties to even; null where it does not fit.
        how = "TRY_CAST" if (argument.type, to) == ("float64", "int64") else "CAST"
        return f"{how}({text} AS {TYPES[to]})"

    def _date_add(self, call: Call, names: Mapping[str, str]) -> str:
        day, count, unit = call.arguments
        assert isinstance(count, Constant) and isinstance(unit, Constant)
        words = str(unit.value).upper()
        amount = int(count.value)  # type: ignore[arg-type]
        first = self._checked(day, names, ADD)
        sign = "-" if amount < 0 else "+"
        text = f"{first} {sign} INTERVAL {abs(amount)} {words}"
        # A date and an interval are a timestamp.
        return f"CAST({text} AS DATE)" if call.type == "date" else f"({text})"

    def _regexp_replace(self, call: Call, texts: list[str]) -> str:
        which = call.arguments[3] if len(call.arguments) > 3 else None
        everywhere = isinstance(which, Constant) and which.value == "all"
        return f"regexp_replace({', '.join(texts[:3])}{', ' + literal('g') if everywhere else ''})"


def _can_end(call: Call) -> bool:
    return (
        call.type == "float64"
        and (call.name in _ENDING or not bounds.finite(call))
        and (call.name in _ENDING or call.name in _CARRYING or call.name in ("/", "mod"))
    )


def _narrow(expression: Expression) -> bool:
    """Whether DuckDB has it in 32 bits: numbers of the job alone, and what chooses among them."""
    if isinstance(expression, Column) or expression.type != "int64":
        return False
    if isinstance(expression, Constant):
        return expression.value is not None and -(2**31) <= int(expression.value) < 2**31  # type: ignore[arg-type]
    match expression.name:
        case "case":
            values = [*expression.arguments[1:-1:2], expression.arguments[-1]]
            return all(map(_narrow, values))
        case "coalesce" | "greatest" | "least":
            return all(map(_narrow, expression.arguments))
        case "neg" | "abs" | "floor" | "ceil" | "trunc" | "round" | "nullif":
            return _narrow(expression.arguments[0])
    return False
