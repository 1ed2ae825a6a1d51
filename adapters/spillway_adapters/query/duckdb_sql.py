"""Expressions, aggregates and window functions of the language in DuckDB's SQL.

`Writer` remembers which macros the SQL needs, where DuckDB has no function of its own that keeps
the language's rules.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping

from spillway_adapters.query import bounds
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

TYPES: dict[Type, str] = {
    "int64": "BIGINT",
    "float64": "DOUBLE",
    "text": "VARCHAR",
    "bool": "BOOLEAN",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
}
#: A name that is written as it is: no word of SQL's own, in small letters.
_PLAIN = re.compile(r"[a-z_][a-z0-9_]*")
_RESERVED = (
    "all analyse analyze and anti any array as asc asof asymmetric at authorization "
    "between bigint binary bit boolean both by call cascade case cast char character check "
    "coalesce collate column columns concurrently constraint create cross current cursor "
    "date dec decimal default deferrable delete desc describe distinct do drop else end "
    "escape except execute exists explain export extract false fetch filter first float "
    "for foreign freeze from full function generated glob grant group grouping having if ignore "
    "ilike import in index inner inout insert int integer intersect interval into is "
    "isnull join key lambda language last lateral leading left like limit load local "
    "localtime map match materialized maxvalue merge minvalue month mode name names "
    "national natural nchar new next no none not nothing notnull null nullif nulls numeric "
    "of off offset old on only or order others out outer over overlaps overlay partition "
    "pivot placing position positional precision prepare primary procedure qualify range "
    "real recursive references reset respect returning right row rows sample schema select "
    "semi sequence set setof show similar smallint some struct substring summarize "
    "symmetric table tablesample text then time timestamp to trailing treat trim true "
    "try_cast type union unique unnest unpivot update use user using value values varchar "
    "variadic verbose view when where window with within without year day hour minute "
    "second "
)
_WORDS = frozenset(_RESERVED.split())

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
    "greatest": "greatest",
    "least": "least",
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

MACROS = {
    "finite": (
        "What leaves float64, is divided by zero or is no number is null, and so is NaN in a file.",
        "finite(x) AS CASE WHEN isfinite(x) THEN x END",
    ),
    "as_integer": (
        "TRY_CAST would take 1.5, 1e3, 0x1F and 1_000, too.",
        "as_integer(s) AS CASE WHEN regexp_full_match(trim(s), '[+-]?[0-9]+')"
        " THEN TRY_CAST(trim(s) AS BIGINT) END",
    ),
    "as_number": (
        "TRY_CAST would take 1_000, inf and nan, too.",
        "as_number(s) AS CASE WHEN regexp_full_match(trim(s),"
        " '[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?')"
        " AND isfinite(TRY_CAST(trim(s) AS DOUBLE)) THEN TRY_CAST(trim(s) AS DOUBLE) END",
    ),
    "as_bool": (
        "TRY_CAST would take t, yes and 1, too.",
        "as_bool(s) AS CASE lower(trim(s)) WHEN 'true' THEN true WHEN 'false' THEN false END",
    ),
    "as_date": (
        "TRY_CAST would take other forms, too.",
        "as_date(s) AS CASE WHEN regexp_full_match(trim(s), '[0-9]{4}-[0-9]{2}-[0-9]{2}')"
        " THEN TRY_CAST(trim(s) AS DATE) END",
    ),
    "as_timestamp": (
        "TRY_CAST would take other forms, too.",
        "as_timestamp(s) AS CASE WHEN regexp_full_match(trim(s), '[0-9]{4}-[0-9]{2}-[0-9]{2}"
        "([ T][0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,6})?)?')"
        " THEN TRY_CAST(trim(s) AS TIMESTAMP) END",
    ),
    "capitals": (
        "DuckDB makes ß a capital ẞ, which Unicode's own table does not.",
        "capitals(s) AS replace(upper(replace(s, 'ß', chr(57343 + 1))), chr(57343 + 1), 'ß')",
    ),
}  # fmt: skip


#: Stands for a line break within quotes until the statement is laid out, which no text has.
LINE_BREAK = "\0"


def name(text: str) -> str:
    """An identifier."""
    if _PLAIN.fullmatch(text) and text not in _WORDS:
        return text
    return _quoted(text, '"')


def literal(text: str) -> str:
    return _quoted(text, "'")


def _quoted(text: str, quote: str) -> str:
    return quote + text.replace(quote, quote * 2).replace("\n", LINE_BREAK) + quote


class Writer:
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

    # --- Aggregates and windows ------------------------------------------------------------------

    def aggregate(self, aggregate: Aggregate, names: Mapping[str, str]) -> str:
        argument = aggregate.argument
        if argument is None:
            return "count(*)"
        text = self.text(argument, names)
        match aggregate.name:
            case "count_distinct":
                return f"count(DISTINCT {text})"
            case "sum" | "mean":
                return self._summed(aggregate.name, argument, text, "")
            case "std":
                return self._ending(f"stddev_samp({text})", argument, squares=True)
            case "var":
                return self._ending(f"var_samp({text})", argument, squares=True)
            case "quantile":
                return f"quantile_cont({text}, {aggregate.quantile!r})"
            case name:
                return f"{name}({text})"

    def _summed(self, name: str, argument: Expression, text: str, over: str) -> str:
        if name == "mean":
            return self._ending(f"avg({text}){over}", argument)
        if argument.type == "int64":
            # 128 bits inside; the cast fails where 64 do not hold the sum.
            return f"CAST(sum({text}){over} AS BIGINT)"
        return self._ending(f"sum({text}){over}", argument)

    def _ending(self, text: str, argument: Expression, squares: bool = False) -> str:
        """Fewer than 2^64 values cannot leave float64 when each is small."""
        size = bounds.bound(argument)
        if (size * size if squares else size) * 2.0**64 < bounds.LARGEST_FLOAT:
            return text
        return self.macro("finite", text)

    def window(self, call: WindowCall, names: Mapping[str, str], base: str, frame: str) -> str:
        """`base`: partition and order; `frame`: that of the step."""
        argument = call.argument
        text = "" if argument is None else self.text(argument, names)
        framed = f" OVER ({' '.join(part for part in (base, frame) if part)})"
        match call.name:
            case "row_number" | "rank" | "dense_rank":
                return f"{call.name}() OVER ({base})"
            case "lag" | "lead":
                offset = 1 if call.offset is None else call.offset
                steps = "" if offset == 1 else f", {offset}"
                return f"{call.name}({text}{steps}) OVER ({base})"
            case "cumsum":
                assert argument is not None
                return self._summed("sum", argument, text, framed)
            case "rolling_mean":
                assert argument is not None and call.offset is not None
                rows = f"ROWS BETWEEN {call.offset - 1} PRECEDING AND CURRENT ROW"
                return self._summed("mean", argument, text, f" OVER ({base} {rows})")
            case "sum" | "mean":
                assert argument is not None
                return self._summed(call.name, argument, text, framed)
            case "count" if argument is None:
                return f"count(*){framed}"
            case name:
                return f"{name}({text}){framed}"


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


def constant(value: Constant) -> str:
    if value.value is None:
        return f"CAST(NULL AS {TYPES[value.type]})"
    match value.value:
        case bool():
            return "true" if value.value else "false"
        case datetime.datetime():
            return f"TIMESTAMP '{value.value.isoformat(sep=' ')}'"
        case datetime.date():
            return f"DATE '{value.value.isoformat()}'"
        case str():
            return literal(value.value)
        case int():
            return str(value.value) if value.type == "int64" else _float(float(value.value))
    return _float(value.value)


def _float(value: float) -> str:
    """Without an exponent a literal would be a decimal, whose arithmetic is another one."""
    text = repr(value)
    return text if "e" in text else f"{text}e0"


def orders(order: tuple[Order, ...], names: Mapping[str, str]) -> str:
    """DuckDB has nulls last in both directions, unless a user has changed that."""
    return ", ".join(
        names[one.column]
        + (" DESC" if one.descending else "")
        + (" NULLS FIRST" if one.nulls_first else "")
        for one in order
    )
