"""Random jobs that are right, and jobs broken at random, for tests of the query language.

    query_random.job(random.Random(seed))  ->  (pipeline, inputs)

Every function, operator and kind of step comes up. The same seed gives the same job.
"""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable
from typing import Any

from spillway_adapters.query import expressions, functions, language
from spillway_adapters.query.functions import Function, Parameter
from spillway_adapters.query.language import Schema, Type

#: Names that quoting has to get right.
NAMES = ("a", "b", "c", "x", "y", "day", "date", "select", "Case", "end", 'q"q', "é ñ", "1st")
TEXTS = ("", "a", "north", "it's", "%", "a_b%", "\\", "日本", "line\nbreak", "NA")
#: With two groups each.
PATTERNS = (
    *(r"(\d+)-(\d+)", "([a-c]+)(x)", "^(x)|(y)$", r"(?:ab)?(c)([\w.-])", r"\b(w)(\D*?)\b"),
    *("(?i)(ab)(c{1,3})", "(it's?)( )", "([^/]*)/(.)"),
)
_STEPS = ("filter", "derive", "derive", "select", "drop", "join", "attach", "union", "group")
_MORE_STEPS = ("distinct", "window", "window", "sort", "limit")


def schema(rng: random.Random, most: int = 6) -> Schema:
    names = rng.sample(NAMES, rng.randint(2, most))
    return {name: rng.choice(functions.TYPES) for name in names}


def inputs(rng: random.Random) -> dict[str, language.Input]:
    found = {}
    for name in ("data", "other", "third")[: rng.randint(1, 3)]:
        columns = schema(rng)
        found[name] = language.Input(
            name, (f"/{name}.csv",), "csv", columns, tuple(columns), language.Csv()
        )
    return found


# --- Expressions ---------------------------------------------------------------------------------


def literal(rng: random.Random, kind: Type) -> str:
    if kind == "int64":
        return str(rng.choice((0, 1, 2, -3, 7, 10**12, 2**63 - 1, 1 - 2**63)))
    if kind == "float64":
        return rng.choice(("0.5", "2.0", "1e3", "-1.25", "1e-300", ".5", "3."))
    if kind == "text":
        return expressions.literal(rng.choice(TEXTS), "text")
    if kind == "bool":
        return rng.choice(("true", "FALSE", "True"))
    if kind == "date":
        return rng.choice(("date '2024-02-29'", "DATE '1969-12-31'"))
    return rng.choice(("timestamp '2024-02-29 23:59:59'", "timestamp '1970-01-01T00:00:00.000001'"))


def _constant(rng: random.Random, parameter: Parameter, date: bool) -> str:
    if parameter.name == "group":
        return str(rng.randint(0, 2))
    if parameter.words:
        words = functions.DATE_UNITS if date and "day" in parameter.words else parameter.words
        return f"'{rng.choice(words)}'"
    if parameter.pattern:
        return expressions.literal(rng.choice(PATTERNS), "text")
    if parameter.types == ("text",):
        return expressions.literal(rng.choice([t for t in TEXTS if t and "\\" not in t]), "text")
    low, high = parameter.low or 0, parameter.high or 0
    if parameter.types == ("float64",):
        return rng.choice(("0", "0.25", "1", "0.5"))
    return str(rng.randint(int(low), int(min(high, low + 5))))


def call(rng: random.Random, function: Function, columns: Schema, kind: Type, depth: int) -> str:
    """With arguments such that `kind` comes out."""
    arguments: list[str] = []
    same: Type | None = kind if function.result == "same" else None
    for parameter in function.parameters:
        if parameter.optional and rng.random() < 0.5:
            break
        takes_days = next((p.types for p in function.parameters if p.types == functions.DAY), None)
        if function.unify and same is None and not parameter.words:
            same = rng.choice(parameter.types)
        for _ in range(rng.randint(1, 3) if parameter.repeated else 1):
            if parameter.constant and parameter.types != functions.TYPES:
                arguments.append(_constant(rng, parameter, takes_days is not None))
            elif parameter.constant:
                arguments.append(literal(rng, same or "int64"))
            else:
                wanted = same if same in parameter.types else rng.choice(parameter.types)
                arguments.append(expression(rng, columns, wanted, depth - 1))
    return _spaced(rng, function, arguments)


def _spaced(rng: random.Random, function: Function, arguments: list[str]) -> str:
    gap = rng.choice(("", " ", "  ", "\n"))
    if function.kind != "operator":
        name = function.name.upper() if rng.random() < 0.2 else function.name
        return f"{name}({gap}{f',{gap}'.join(arguments)}{gap})"
    first, *others = (f"({a})" for a in arguments)
    special: dict[str, Callable[[], str]] = {
        "neg": lambda: f"- {first}",
        "not": lambda: f"not {first}",
        "is_null": lambda: f"{first} is {rng.choice(('', 'NOT '))}null",
        "in": lambda: f"{first} {rng.choice(('', 'not '))}in ({', '.join(arguments[1:])})",
        "like": lambda: f"{first} {rng.choice(('', 'not '))}like {arguments[1]}",
        "date_add": lambda: (
            f"{first} {rng.choice('+-')} interval {arguments[1].strip('-')} {arguments[2][1:-1]}"
        ),
    }
    if function.name in special:
        return special[function.name]()
    sign = {"mod": "%", "<>": rng.choice(("<>", "!="))}.get(function.name, function.name)
    gap = " " if sign.isalpha() or function.name in ("-", "+") else gap
    return f"{first}{gap}{sign}{gap}{others[0]}"


def expression(rng: random.Random, columns: Schema, kind: Type, depth: int = 3) -> str:
    """Of that type. The columns are used where there are some of it."""
    of_kind = [name for name, each in columns.items() if each == kind]
    if depth <= 0 or rng.random() < 0.25:
        if of_kind and rng.random() < 0.8:
            return expressions.name(rng.choice(of_kind))
        return literal(rng, kind)
    choice = rng.random()
    if choice < 0.15:
        condition = expression(rng, columns, "bool", depth - 1)
        values = [expression(rng, columns, kind, depth - 1) for _ in range(2)]
        otherwise = f" ELSE {values[1]}" if rng.random() < 0.7 else ""
        return f"case when {condition} then {values[0]}{otherwise} end"
    casts = [a for a, b in functions.CASTS if b == kind]
    if choice < 0.25 and casts:
        return f"cast({expression(rng, columns, rng.choice(casts), depth - 1)} as {kind})"
    known = [*functions.OPERATORS.values(), *functions.FUNCTIONS.values()]
    fitting = [
        f
        for f in known
        if f.result == kind
        or (f.result == "same" and kind in next(p.types for p in f.parameters if not p.constant))
    ]
    if not fitting:
        return literal(rng, kind)
    return call(rng, rng.choice(fitting), columns, kind, depth)


# --- Steps ---------------------------------------------------------------------------------------


def _new(rng: random.Random, taken: Schema) -> str:
    return next(n for n in (f"{rng.choice(NAMES)}{i}" for i in range(1000)) if n not in taken)


def _keys(columns: Schema) -> list[str]:
    return [name for name, kind in columns.items() if kind != "float64"]


def _order(rng: random.Random, columns: Schema) -> list[Any]:
    keys = rng.sample(list(columns), rng.randint(1, min(3, len(columns))))
    order: list[Any] = ["-" * rng.randint(0, 1) + key for key in keys]
    nulls = rng.choice(("nulls first", "nulls last"))
    return [{key: nulls} if rng.random() < 0.3 else key for key in order]


def _alone(rng: random.Random, function: Function, columns: Schema) -> tuple[str, Type]:
    """An aggregate or a window function, with its type."""
    parameters = function.parameters
    kinds = [k for k in (parameters[0].types if parameters else ()) if k in columns.values()]
    if function.name == "count_distinct":
        kinds = [k for k in kinds if k != "float64"]
    if parameters and not kinds:
        return "count()", "int64"
    kind = rng.choice(kinds) if kinds else "int64"
    arguments = [expression(rng, columns, kind, 1)] if parameters else []
    arguments += [_constant(rng, p, False) for p in parameters[1:] if not p.optional]
    result = kind if function.result == "same" else function.result
    return f"{function.name}({', '.join(arguments)})", result


class _Steps:
    """A list of steps that grows, with the columns so far."""

    def __init__(self, rng: random.Random, tables: dict[str, Schema]) -> None:
        self.rng = rng
        self.tables = tables
        name = rng.choice(list(tables))
        self.columns = dict(tables[name])
        self.steps: list[dict[str, Any]] = [{"from": name}]

    def add(self, kind: str) -> None:
        found = getattr(self, kind)()
        if found is not None:
            self.steps.append({kind: found})

    def filter(self) -> str:
        return expression(self.rng, self.columns, "bool")

    def derive(self) -> dict[str, str]:
        found: dict[str, str] = {}
        kinds: Schema = {}
        for _ in range(self.rng.randint(1, 2)):
            kind = self.rng.choice(functions.TYPES)
            replaces = self.rng.random() < 0.3
            name = self.rng.choice(list(self.columns)) if replaces else _new(self.rng, self.columns)
            found[name], kinds[name] = expression(self.rng, self.columns, kind), kind
        self.columns |= kinds
        return found

    def select(self) -> Any:  # noqa: ANN401
        kept = self.rng.sample(list(self.columns), self.rng.randint(1, len(self.columns)))
        if self.rng.random() < 0.5:
            self.columns = {name: self.columns[name] for name in kept}
            return kept
        renamed = {f"{name}_": name for name in kept}
        self.columns = {new: self.columns[old] for new, old in renamed.items()}
        return renamed

    def drop(self) -> list[str] | None:
        if len(self.columns) < 2:
            return None
        name = self.rng.choice(list(self.columns))
        del self.columns[name]
        return [name]

    def join(self) -> dict[str, Any] | None:
        table = self.rng.choice(list(self.tables))
        right = self.tables[table]
        pairs = [(a, b) for a in _keys(self.columns) for b in _keys(right)]
        pairs = [(a, b) for a, b in pairs if self.columns[a] == right[b]]
        if not pairs:
            return None
        left, key = self.rng.choice(pairs)
        others = {name: kind for name, kind in right.items() if name != key}
        clash = any(name in self.columns for name in others)
        how = self.rng.choice(("semi", "anti") if clash else ("inner", "left", "full", "semi"))
        if how not in ("semi", "anti"):
            self.columns |= others
        found: dict[str, Any] = {"with": table, "on": [left] if left == key else {left: key}}
        if how != "inner" or self.rng.random() < 0.5:
            found["how"] = how
        if how == "anti" and self.rng.random() < 0.5:
            found["null_aware"] = True
        return found

    def attach(self) -> str | None:
        free = [n for n, t in self.tables.items() if not set(t) & set(self.columns)]
        if not free:
            return None
        name = self.rng.choice(free)
        self.columns |= self.tables[name]
        return name

    def union(self) -> list[str] | None:
        kinds = list(self.columns.values())
        alike = [n for n, t in self.tables.items() if list(t.values()) == kinds]
        return alike or None

    def group(self) -> dict[str, Any]:
        keys = _keys(self.columns)
        by = self.rng.sample(keys, self.rng.randint(0, min(2, len(keys))))
        agg: dict[str, str] = {}
        kinds: Schema = {name: self.columns[name] for name in by}
        for _ in range(self.rng.randint(1, 3)):
            function = self.rng.choice(list(functions.AGGREGATES.values()))
            name = _new(self.rng, {**kinds, **self.columns})
            agg[name], kinds[name] = _alone(self.rng, function, self.columns)
        self.columns = kinds
        return {"by": by, "agg": agg} if by or self.rng.random() < 0.5 else {"agg": agg}

    def distinct(self) -> bool | None:
        return True if "float64" not in self.columns.values() else None

    def window(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        keys = _keys(self.columns)
        if keys and self.rng.random() < 0.6:
            found["partition"] = [self.rng.choice(keys)]
        ordered = self.rng.random() < 0.7
        if ordered:
            found["order"] = _order(self.rng, self.columns)
            if self.rng.random() < 0.5:
                found["frame"] = self.rng.choice(("range", "rows", 3))
        known = [f for f in functions.WINDOW.values() if ordered or not f.ordered]
        if found.get("frame") == 3:
            known = [f for f in known if f.name != "cumsum"]
        name = _new(self.rng, self.columns)
        text, kind = _alone(self.rng, self.rng.choice(known), self.columns)
        self.columns[name] = kind
        return {**found, "cols": {name: text}}

    def sort(self) -> list[Any]:
        return _order(self.rng, self.columns)

    def limit(self) -> int:
        if "sort" not in self.steps[-1]:
            self.add("sort")
        return self.rng.randint(0, 100)


def job(rng: random.Random) -> tuple[dict[str, Any], dict[str, language.Input]]:
    known = inputs(rng)
    tables = {name: table.columns for name, table in known.items()}
    let = {}
    for name in ("first", "second")[: rng.randint(0, 2)]:
        part = _list(rng, tables, 2)
        let[name], tables[name] = part.steps, part.columns
    last = _list(rng, tables, 5)
    pipeline: dict[str, Any] = {"steps": last.steps}
    if let:
        pipeline["let"] = let
    if rng.random() < 0.2:
        pipeline["output"] = rng.choice(
            ("rows", {"to": "csv"}, {"to": "parquet", "codec": "zstd", "row_group_rows": 1000})
        )
    return pipeline, known


def _list(rng: random.Random, tables: dict[str, Schema], most: int) -> _Steps:
    steps = _Steps(rng, tables)
    for _ in range(rng.randint(0, most)):
        steps.add(rng.choice((*_STEPS, *_MORE_STEPS)))
    return steps


# --- Broken jobs ---------------------------------------------------------------------------------

_JUNK: tuple[Any, ...] = (
    None, True, 0, -1, 2**70, 1.5, "", "a", "\0", "\ud800", "a\nb", [], {}, [[]], {"": ""},
    {"from": "data"}, ["a", "a"], "nulls first", [None], "x" * 2000, "(" * 500, "-" * 300 + "1",
)  # fmt: skip
_SIGNS = "()'\",.+-*/%<>=!|:;[]{}\\ \n\t\0\x7fé\ud8000123eE" + "".join(TEXTS)
_WORDS = (
    *(" and ", " or ", " not ", " in ", " is null", " between ", "case when ", " end", "cast("),
    *(" as ", "null", "interval 3 month", "date '", "sum(", "lag(", "(", ")", "::", "'", '"'),
    *("(?=", "count(*)"),
)


def broken(rng: random.Random, pipeline: dict[str, Any]) -> Any:  # noqa: ANN401 (any JSON)
    """A copy with up to three parts changed: other values, lost or doubled parts, other letters."""
    found: list[Any] = [copy.deepcopy(pipeline)]
    for _ in range(rng.randint(1, 3)):
        holder: Any = found
        place: Any = 0
        while isinstance(holder[place], dict | list) and holder[place] and rng.random() < 0.85:
            holder = holder[place]
            place = rng.choice(list(holder) if isinstance(holder, dict) else range(len(holder)))
        holder[place] = _changed(rng, holder[place])
        if isinstance(holder, dict) and rng.random() < 0.2:
            holder[rng.choice(("", "a", "from", "\0", "x" * 2000))] = holder.pop(place)
    return found[0]


def _changed(rng: random.Random, value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, str) and rng.random() < 0.8:
        return _other_letters(rng, value)
    if isinstance(value, list) and value and rng.random() < 0.6:
        return [*value, rng.choice(value)] if rng.random() < 0.5 else value[1:]
    return copy.deepcopy(rng.choice(_JUNK))


def _other_letters(rng: random.Random, text: str) -> str:
    for _ in range(rng.randint(1, 4)):
        at = rng.randint(0, len(text))
        piece = rng.choice(_WORDS) if rng.random() < 0.4 else rng.choice(_SIGNS)
        cut = rng.randint(0, 3)
        text = text[:at] + (piece if rng.random() < 0.7 else "") + text[at + cut :]
    return text * rng.randint(1, 200) if rng.random() < 0.02 else text


def broken_text(rng: random.Random, pipeline: dict[str, Any]) -> str:
    """As broken(), of the JSON's text."""
    return _other_letters(rng, json.dumps(pipeline, ensure_ascii=rng.random() < 0.5))
