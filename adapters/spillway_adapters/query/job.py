"""A query job as people write it (JSON) to the typed one that compilers read, and back.

parse() is the only judge of names, types and what may follow what. canonical() is the one spelling
of a job: parse(canonical(job), inputs) == job, and jobs that mean the same steps have the same one.
words() says a step in a line.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from spillway_adapters.query import expressions, functions
from spillway_adapters.query.expressions import BadExpression, quoted, unknown
from spillway_adapters.query.language import (
    Aggregate,
    Attach,
    Call,
    Column,
    Csv,
    Derive,
    Distinct,
    Expression,
    Filter,
    From,
    Group,
    Input,
    Job,
    Join,
    Limit,
    Order,
    Output,
    Schema,
    Select,
    Sort,
    Step,
    Union,
    Window,
    WindowCall,
)

MAX_STEPS = 500
MAX_TABLES = 100
MAX_COLUMNS = 10_000
MAX_NAME = 1_000

CODECS = ("snappy", "zstd", "gzip", "lz4", "none")


class BadJob(Exception):
    """`message` says what, `place` where ("step 3 (filter)", with the line and a caret under it for
    an expression), `remedy` the way out."""

    def __init__(self, message: str, place: str = "", remedy: str = "") -> None:
        self.message = _sentence(message)
        self.place = place
        self.remedy = _sentence(remedy)
        super().__init__("\n".join(x for x in (self.message, place, self.remedy) if x))


def _sentence(text: str) -> str:
    return text if not text or text[-1] in ".!?" else text + "."


# --- Checks of JSON ------------------------------------------------------------------------------

T = TypeVar("T")


def _kind(value: object) -> str:
    """How JSON calls it."""
    if value is None:
        return "null"
    for kind, word in (
        (bool, "true or false"),
        (int, "a whole number"),
        (float, "a number"),
        (str, "a text"),
        (list, "a list"),
        (dict, "an object"),
    ):
        if isinstance(value, kind):
            return word
    return type(value).__name__


def _object(value: object, what: str, place: str, remedy: str = "") -> dict[str, Any]:
    if not isinstance(value, dict):
        raise BadJob(f"{what} is {_kind(value)}, not an object", place, remedy)
    for key in value:
        if not isinstance(key, str):
            raise BadJob(f"{what} has a key that is {_kind(key)}, not a text", place)
    return value


def _list(value: object, what: str, place: str, remedy: str = "") -> list[Any]:
    if not isinstance(value, list | tuple):
        raise BadJob(f"{what} is {_kind(value)}, not a list", place, remedy)
    return list(value)


def _text(value: object, what: str, place: str, remedy: str = "") -> str:
    if not isinstance(value, str):
        raise BadJob(f"{what} is {_kind(value)}, not a text", place, remedy)
    return value


def _fields(value: dict[str, Any], known: Sequence[str], what: str, place: str) -> None:
    for key in value:
        if key not in known:
            raise BadJob(f"{what} has no field {quoted(key)}", place, unknown(key, known))


def _whole(value: object, what: str, place: str, low: int = 0) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise BadJob(f"{what} is {_kind(value)}, not a whole number", place)
    if not low <= value < 2**63:
        shown = str(value) if abs(value) < 10**30 else "a number of many digits"
        raise BadJob(f"{what} is {shown}", place, f"It goes from {low} to {2**63 - 1}")
    return value


def _truth(value: object, what: str, place: str) -> bool:
    if not isinstance(value, bool):
        raise BadJob(f"{what} is {_kind(value)}", place, "Write true or false, without quotes")
    return value


def _name(value: object, what: str, place: str) -> str:
    """Of a column: anything that engines can hold."""
    name = _text(value, what, place)
    if not name:
        raise BadJob(f"{what} is empty", place, "Give it a name")
    if len(name) > MAX_NAME:
        raise BadJob(f"{what} has {len(name):,} characters", place, f"The most is {MAX_NAME:,}")
    complain = expressions.bad_text(name)
    if complain:
        raise BadJob(f"{what} {complain}", place, "Give it another name")
    return name


def _table_name(name: str, what: str, place: str) -> str:
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,62}", name):
        raise BadJob(
            f"{what} cannot be called {quoted(name)}",
            place,
            "Use letters, digits and _, a letter first, at most 63",
        )
    return name


def _without_doubles(names: Iterable[str], what: str, place: str) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise BadJob(f"{what} has {quoted(name)} twice", place, "Leave one of them away")
        seen.add(name)


# --- Reading -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Tables:
    """What a step can read: the inputs and the lists before it."""

    schemas: dict[str, Schema]

    def schema(self, value: object, place: str) -> tuple[str, Schema]:
        name = _text(value, "The name of a table", place)
        if name not in self.schemas:
            raise BadJob(f"There is no table {quoted(name)}", place, unknown(name, self.schemas))
        return name, self.schemas[name]


@dataclass(frozen=True)
class _At:
    """Where a step stands: what it gets, and what was before it."""

    schema: Schema
    place: str
    tables: _Tables
    before: Step | None
    #: The columns that nothing reads have been taken from the inputs, so drop finds some no more.
    pruned: bool

    def column(self, value: object, what: str) -> str:
        name = _text(value, what, self.place)
        if name not in self.schema:
            raise BadJob(
                f"There is no column {quoted(name)}", self.place, unknown(name, self.schema)
            )
        return name

    def columns(self, value: object, what: str) -> list[str]:
        names = [self.column(x, f"A column of {what}") for x in _list(value, what, self.place)]
        _without_doubles(names, what, self.place)
        return names

    def keys(self, names: Iterable[str], what: str) -> None:
        for name in names:
            if self.schema[name] == "float64":
                raise BadJob(
                    f"{quoted(name)} is float64, which is no {what}: computed values differ in "
                    "the last digit",
                    self.place,
                    f"Derive a whole number from it: cast(round({expressions.name(name)} * 100) "
                    "as int64)",
                )

    def parsed(self, how: Callable[[str, Schema], T], value: object, what: str) -> T:
        text = _text(value, what or "The expression", self.place, 'Write it in quotes: "a > 1"')
        try:
            return how(text, self.schema)
        except BadExpression as bad:
            raise _at_expression(bad, text, self.place, what) from None

    def named(self, value: object, what: str) -> dict[str, Any]:
        found = _object(
            value, what, self.place, 'Write {"name": "expression"}, one for each column'
        )
        if not found:
            raise BadJob(f"{what} is empty", self.place, "Name a column, or leave the step away")
        for name in found:
            _name(name, "The name of a column", self.place)
        return found


def _at_expression(bad: BadExpression, text: str, place: str, what: str) -> BadJob:
    """With the line of the expression and a caret under the column."""
    start = text.rfind("\n", 0, bad.offset) + 1
    end = text.find("\n", start)
    line = text[start : len(text) if end < 0 else end]
    column = bad.offset - start
    number = text.count("\n", 0, start) + 1
    where = f"column {column + 1}"
    if "\n" in text:
        where = f"line {number}, {where}"
    # A window of a long line, so that the caret stays below what it means.
    cut = max(0, column - 50)
    shown = "".join(c if c.isprintable() else " " for c in line[cut : cut + 90])
    before, after = "…" * (cut > 0), "…" * (cut + 90 < len(line))
    caret = " " * (len(before) + column - cut) + "^"
    of = f", {what}" if what else ""
    return BadJob(
        bad.message, f"{place}{of}, {where}:\n  {before}{shown}{after}\n  {caret}", bad.remedy
    )


# --- Steps ---------------------------------------------------------------------------------------


def _from(at: _At, value: object) -> Step:
    name, schema = at.tables.schema(value, at.place)
    return From(dict(schema), at.place, name)


def _filter(at: _At, value: object) -> Step:
    return Filter(at.schema, at.place, at.parsed(expressions.condition, value, ""))


def _derive(at: _At, value: object) -> Step:
    columns = {
        name: at.parsed(expressions.scalar, text, f"column {quoted(name)}")
        for name, text in at.named(value, "derive").items()
    }
    schema = {**at.schema, **{name: e.type for name, e in columns.items()}}
    return Derive(schema, at.place, columns)


def _select(at: _At, value: object) -> Step:
    columns: dict[str, str] = {}
    parts = (
        [value]
        if isinstance(value, dict)
        else _list(value, "select", at.place, 'Write ["a", "b"] or {"new": "old"}')
    )
    for part in parts:
        for new, old in part.items() if isinstance(part, dict) else [(part, part)]:
            old = at.column(old, "A column of select")
            new = _name(new, "The name of a column", at.place)
            if new in columns:
                raise BadJob(
                    f"select has {quoted(new)} twice", at.place, "Give one of them another name"
                )
            columns[new] = old
    if not columns:
        raise BadJob("select is empty", at.place, "Name the columns to keep")
    return Select({new: at.schema[old] for new, old in columns.items()}, at.place, columns)


def _drop(at: _At, value: object) -> Step:
    dropped = set(value if at.pruned else at.columns(value, "drop"))  # type: ignore[call-overload]
    kept = {name: name for name in at.schema if name not in dropped}
    if not dropped:
        raise BadJob("drop is empty", at.place, "Name a column, or leave the step away")
    if not kept:
        raise BadJob("drop leaves no column", at.place, "Keep at least one")
    return Select({name: at.schema[name] for name in kept}, at.place, kept)


def _join(at: _At, value: object) -> Step:
    fields = _object(value, "join", at.place, 'Write {"with": "table", "on": ["key"]}')
    _fields(fields, ("with", "on", "how", "null_aware"), "join", at.place)
    for field in ("with", "on"):
        if field not in fields:
            raise BadJob(
                f"join has no {quoted(field)}", at.place, 'Write {"with": "table", "on": ["key"]}'
            )
    table, right = at.tables.schema(fields["with"], at.place)
    how = fields.get("how", "inner")
    if how not in ("inner", "left", "full", "semi", "anti"):
        shown = quoted(how) if isinstance(how, str) else _kind(how)
        remedy = "how is inner, left, full, semi or anti"
        if how == "right":
            remedy = "Begin with the other table and join left"
        elif how == "cross":
            remedy = "A table of one row can be attached; other tables need a key"
        elif how in ("outer", "full outer"):
            remedy = "Write full"
        raise BadJob(f"how is {shown}", at.place, remedy)
    on = _pairs(at, fields["on"], table, right)
    null_aware = _truth(fields.get("null_aware", False), "null_aware", at.place)
    if null_aware and (how != "anti" or len(on) != 1):
        raise BadJob(
            "null_aware is NOT IN: an anti join by one key",
            at.place,
            "Leave it away, or join anti on one column",
        )
    schema = dict(at.schema)
    if how not in ("semi", "anti"):
        keys = {r for _, r in on}
        others = {name: kind for name, kind in right.items() if name not in keys}
        clash = [name for name in others if name in schema]
        if clash:
            one = expressions.quoted(clash[0])
            raise BadJob(
                f"Both tables have a column {one}"
                + (f", and {len(clash) - 1} more in common" if len(clash) > 1 else ""),
                at.place,
                f'Select or rename before: a list in "let" that reads {quoted(table)} and '
                f'selects {{"other_name": {one}}}',
            )
        schema |= others
    return Join(schema, at.place, table, on, how, null_aware, right)


def _pairs(at: _At, value: object, table: str, right: Schema) -> tuple[tuple[str, str], ...]:
    if isinstance(value, dict):
        pairs = list(_object(value, "on", at.place).items())
    else:
        pairs = [(x, x) for x in _list(value, "on", at.place, 'Write ["key"] or {"left": "right"}')]
    if not pairs:
        raise BadJob("on is empty", at.place, "A join needs a key that is equal in both tables")
    for left_key, right_key in pairs:
        at.column(left_key, "A key of the left table")
        _text(right_key, "A key of the right table", at.place)
        if right_key not in right:
            raise BadJob(
                f"There is no column {quoted(right_key)} in {quoted(table)}",
                at.place,
                unknown(right_key, right),
            )
        kinds = at.schema[left_key], right[right_key]
        if "float64" in kinds:
            at.keys([left_key], "key")
            raise BadJob(
                f"{quoted(right_key)} of {quoted(table)} is float64, which is no key: computed "
                "values differ in the last digit",
                at.place,
                "Derive a whole number from it before",
            )
        if kinds[0] != kinds[1]:
            raise BadJob(
                f"{quoted(left_key)} is {kinds[0]}, {quoted(right_key)} of {quoted(table)} is "
                f"{kinds[1]}",
                at.place,
                "Derive a key of the same type before, with cast",
            )
    _without_doubles((a for a, _ in pairs), "on", at.place)
    _without_doubles((b for _, b in pairs), "on, at the right,", at.place)
    return tuple(pairs)


def _attach(at: _At, value: object) -> Step:
    name, other = at.tables.schema(value, at.place)
    clash = [column for column in other if column in at.schema]
    if clash:
        raise BadJob(
            f"{quoted(name)} has a column {quoted(clash[0])}, which is here already",
            at.place,
            f'Rename it in the list {quoted(name)} with a select: {{"other_name": '
            f"{quoted(clash[0])}}}",
        )
    return Attach({**at.schema, **other}, at.place, name, other)


def _union(at: _At, value: object) -> Step:
    names = _list(value, "union", at.place, 'Write {"union": ["table"]}')
    if not names:
        raise BadJob("union is empty", at.place, "Name a table, or leave the step away")
    kinds = list(at.schema.values())
    found: list[tuple[str, Schema]] = []
    for each in names:
        name, other = at.tables.schema(each, at.place)
        if len(other) != len(kinds):
            raise BadJob(
                f"{quoted(name)} has {len(other)} columns, here are {len(kinds)}",
                at.place,
                "union goes by position: select the same columns of both before",
            )
        for i, (column, kind) in enumerate(other.items()):
            if {kind, kinds[i]} == {"int64", "float64"}:
                kinds[i] = "float64"
            elif kind != kinds[i]:
                raise BadJob(
                    f"Column {i + 1} is {kinds[i]} ({quoted(list(at.schema)[i])}) here and {kind} "
                    f"({quoted(column)}) in {quoted(name)}",
                    at.place,
                    "union goes by position: select in the same order, or derive with cast before",
                )
        found.append((name, other))
    schema = dict(zip(at.schema, kinds, strict=True))
    return Union(schema, at.place, tuple(n for n, _ in found), tuple(s for _, s in found))


def _group(at: _At, value: object) -> Step:
    example = 'Write {"by": ["a"], "agg": {"total": "sum(b)"}}'
    fields = _object(value, "group", at.place, example)
    _fields(fields, ("by", "agg"), "group", at.place)
    by = at.columns(fields.get("by", []), "by")
    at.keys(by, "key of groups")
    if "agg" not in fields:
        raise BadJob("group has no agg", at.place, f"{example}; {{}} gives the keys alone")
    found = _object(fields["agg"], "agg", at.place, example)
    if not found and not by:
        raise BadJob("group has neither keys nor aggregates", at.place, example)
    found = at.named(found, "agg") if found else {}
    for name in found:
        if name in by:
            raise BadJob(
                f"{quoted(name)} is a key and an aggregate",
                at.place,
                "Call the aggregate otherwise",
            )
    aggregates = {
        name: at.parsed(expressions.aggregate, text, f"column {quoted(name)}")
        for name, text in found.items()
    }
    schema = {k: at.schema[k] for k in by} | {name: a.type for name, a in aggregates.items()}
    return Group(schema, at.place, tuple(by), aggregates)


def _distinct(at: _At, value: object) -> Step:
    if value is not True:
        raise BadJob(
            f"distinct is {_kind(value)}",
            at.place,
            'Write {"distinct": true}; it looks at all columns, select them before',
        )
    at.keys(at.schema, "key of distinct")
    return Distinct(at.schema, at.place)


def _window(at: _At, value: object) -> Step:
    fields = _object(value, "window", at.place, 'Write {"order": ["a"], "cols": {"n": "rank()"}}')
    _fields(fields, ("partition", "order", "frame", "cols"), "window", at.place)
    partition = at.columns(fields.get("partition", []), "partition")
    at.keys(partition, "key of a partition")
    order = _orders(at, fields.get("order", []), "order")
    if "cols" not in fields:
        raise BadJob("window has no cols", at.place, 'Write "cols": {"n": "row_number()"}')
    found = at.named(fields["cols"], "cols")
    columns = {
        name: at.parsed(expressions.window, text, f"column {quoted(name)}")
        for name, text in found.items()
    }
    frame = _frame(at, fields.get("frame"), bool(order))
    for name, call in columns.items():
        what = f"{call.name}() of {quoted(name)}"
        if not order and functions.WINDOW[call.name].ordered:
            raise BadJob(
                f"{what} needs an order of the rows", at.place, 'Write "order": ["column"]'
            )
        if call.name == "cumsum" and isinstance(frame, int):
            raise BadJob(
                f"{what} runs from the first row, the frame is {frame} rows",
                at.place,
                "Write sum(x) for a moving sum, or leave the frame away",
            )
    schema = {**at.schema, **{name: c.type for name, c in columns.items()}}
    return Window(schema, at.place, tuple(partition), order, frame, columns)


def _frame(at: _At, value: object, ordered: bool) -> Literal["all", "range", "rows"] | int:
    remedy = 'frame is "range", "rows" or a number of preceding rows'
    if value is None:
        return "range" if ordered else "all"
    if isinstance(value, str):
        if value == "all" and ordered:
            raise BadJob(
                "frame is all, which has no order",
                at.place,
                "Leave the order away, with a window step of its own for what needs it",
            )
        if value not in ("all", "range", "rows"):
            raise BadJob(f"frame is {quoted(value)}", at.place, remedy)
        frame: Literal["all", "range", "rows"] | int = value  # type: ignore[assignment]
    elif isinstance(value, int) and not isinstance(value, bool):
        frame = _whole(value, "frame", at.place)
        if frame > 1_000_000:
            raise BadJob(f"frame is {frame:,} rows", at.place, "The most is 1,000,000")
    else:
        raise BadJob(f"frame is {_kind(value)}", at.place, remedy)
    if frame != "all" and not ordered:
        raise BadJob(
            f"frame is {frame}, and the rows have no order", at.place, 'Write "order": ["column"]'
        )
    return frame


def _orders(at: _At, value: object, what: str) -> tuple[Order, ...]:
    found: list[Order] = []
    for part in _list(value, what, at.place, 'Write ["a", "-b"]'):
        nulls_first = False
        if isinstance(part, dict):
            if len(part) != 1:
                raise BadJob(
                    f"A key of {what} has {len(part)} fields",
                    at.place,
                    'Write {"-b": "nulls first"}',
                )
            part, nulls = next(iter(part.items()))
            if nulls not in ("nulls first", "nulls last"):
                raise BadJob(
                    f"{quoted(str(part))} of {what} says "
                    f"{quoted(nulls) if isinstance(nulls, str) else _kind(nulls)}",
                    at.place,
                    'Write {"-b": "nulls first"}; last is how it is without',
                )
            nulls_first = nulls == "nulls first"
        name = _text(part, f"A key of {what}", at.place)
        descending = name.startswith("-")
        column = at.column(name[descending:], f"A key of {what}")
        if column.startswith("-"):
            raise BadJob(
                f"{quoted(column)} begins with -, which means descending here",
                at.place,
                "Rename it before, with select",
            )
        found.append(Order(column, descending, nulls_first))
    _without_doubles((o.column for o in found), what, at.place)
    return tuple(found)


def _sort(at: _At, value: object) -> Step:
    order = _orders(at, value, "sort")
    if not order:
        raise BadJob("sort is empty", at.place, "Name a column, or leave the step away")
    return Sort(at.schema, at.place, order)


def _limit(at: _At, value: object, offset: object = 0) -> Step:
    rows = _whole(value, "limit", at.place)
    skipped = _whole(offset, "offset", at.place)
    if not isinstance(at.before, Sort):
        raise BadJob(
            "limit has no sort right before it, so which rows stay would be chance",
            at.place,
            'Sort first: {"sort": ["column"]}; other steps go before the sort or after the limit',
        )
    return Limit(at.schema, at.place, rows, skipped)


_STEPS: dict[str, Callable[..., Step]] = {
    "from": _from,
    "filter": _filter,
    "derive": _derive,
    "select": _select,
    "drop": _drop,
    "join": _join,
    "attach": _attach,
    "union": _union,
    "group": _group,
    "distinct": _distinct,
    "window": _window,
    "sort": _sort,
    "limit": _limit,
}


def _step_list(value: object, what: str, tables: _Tables, pruned: bool) -> tuple[Step, ...]:
    """`what`: nothing for the job's own steps, the name of a list of let."""
    of = f" of {quoted(what)}" if what else ""
    found = _list(value, f"The list{of}" if what else '"steps"', f"let{of}" if what else "")
    if not found:
        raise BadJob(
            f"There are no steps{of}", f"let{of}" if what else "steps", 'Begin with {"from": NAME}'
        )
    if len(found) > MAX_STEPS:
        raise BadJob(f"There are {len(found):,} steps{of}", "", f"The most is {MAX_STEPS}")
    steps: list[Step] = []
    for i, part in enumerate(found, 1):
        steps.append(_step(part, f"step {i}", of, steps[-1] if steps else None, tables, pruned))
    return tuple(steps)


def _step(
    part: object, number: str, of: str, before: Step | None, tables: _Tables, pruned: bool
) -> Step:
    fields = _object(part, "A step", f"{number}{of}", 'Write {"filter": "a > 1"}, for instance')
    kinds = [k for k in fields if k != "offset"]
    if len(kinds) != 1:
        which = f"{', '.join(quoted(k) for k in kinds[:5])}" if kinds else "none"
        raise BadJob(
            f"A step has one field, this one has {which}",
            f"{number}{of}",
            "Make each a step of its own" if kinds else f"Steps are {', '.join(_STEPS)}",
        )
    kind = kinds[0]
    if kind not in _STEPS:
        raise BadJob(f"There is no step {quoted(kind)}", f"{number}{of}", unknown(kind, _STEPS))
    place = f"{number} ({kind}){of}"
    if "offset" in fields and kind != "limit":
        raise BadJob(f"{kind} has no offset", place, "offset goes with limit")
    if (kind == "from") != (before is None):
        raise BadJob(
            "The first step is not from" if before is None else "from stands only at the beginning",
            place,
            'Begin with {"from": NAME}'
            if before is None
            else "Join or union the other table, or read it in a list of let",
        )
    at = _At(before.schema if before else {}, place, tables, before, pruned)
    more = {"offset": fields["offset"]} if "offset" in fields else {}
    step = _STEPS[kind](at, fields[kind], **more)
    if len(step.schema) > MAX_COLUMNS:
        raise BadJob(
            f"There are {len(step.schema):,} columns", place, f"The most is {MAX_COLUMNS:,}"
        )
    return step


# --- Inputs --------------------------------------------------------------------------------------

_INPUT_FIELDS = ("path", "format", "columns", "header", "delimiter", "hive")


def _input(name: str, value: object, given: Input | None) -> Input:
    """What the host found out about the table, with the types that the job says."""
    place = f"input {quoted(name)}"
    fields = _object(value, "An input", place)
    _fields(fields, _INPUT_FIELDS, "An input", place)
    for key, check in (("path", _text), ("header", _truth), ("delimiter", _text)):
        if key in fields:
            check(fields[key], key, place)
    shape = fields.get("format", given.format if given else None)
    if shape not in ("csv", "parquet", None):
        raise BadJob("The format is not csv or parquet", place, "Write csv or parquet")
    columns = _typed(fields.get("columns", {}), "columns", place)
    hive = _typed(fields.get("hive", {}), "hive", place)
    if given is None:
        given = _untold(name, fields, columns, hive, place)
    if given.csv and not given.csv.header and len(columns) == len(given.columns):
        # Without a header the job's names are the names.
        return dataclasses.replace(given, columns=columns)
    types = dict(given.columns)
    for column, kind in {**columns, **hive}.items():
        if column not in types:
            raise BadJob(
                f"The files have no column {quoted(column)}", place, unknown(column, types)
            )
        if given.format == "parquet" and column not in given.hive and kind != types[column]:
            raise BadJob(
                f"{quoted(column)} is {types[column]} in the Parquet files, the job says {kind}",
                place,
                "Leave the type away and derive with cast",
            )
        types[column] = kind
    return dataclasses.replace(given, columns=types)


def _typed(value: object, what: str, place: str) -> Schema:
    found = _object(value, what, place, 'Write {"column": "int64"}')
    if len(found) > MAX_COLUMNS:
        raise BadJob(f"{what} has {len(found):,} columns", place, f"The most is {MAX_COLUMNS:,}")
    types: Schema = {}
    for column, kind in found.items():
        _name(column, "The name of a column", place)
        if kind not in functions.TYPES:
            shown = quoted(kind) if isinstance(kind, str) else _kind(kind)
            raise BadJob(
                f"The type of {quoted(column)} is {shown}",
                place,
                f"Types are {', '.join(functions.TYPES)}",
            )
        types[column] = kind
    return types


def _untold(name: str, fields: dict[str, Any], columns: Schema, hive: Schema, place: str) -> Input:
    """A table of which the job alone speaks."""
    if not columns or "path" not in fields:
        raise BadJob(
            f"Nothing is known of the table {quoted(name)}", place, f"Give it: --input {name}=PATH"
        )
    csv = None
    shape = fields.get("format", "csv")
    if shape == "csv":
        delimiter = fields.get("delimiter", ",")
        if len(delimiter) != 1:
            raise BadJob("The delimiter is not one character", place, 'Write ";", for instance')
        csv = Csv(delimiter=delimiter, header=fields.get("header", True))
    return Input(name, (fields["path"],), shape, {**columns, **hive}, (), csv, tuple(hive))


# --- What is read --------------------------------------------------------------------------------


def _mentioned(expression: Expression | None) -> set[str]:
    """The columns of an expression."""
    found: set[str] = set()
    waiting = [] if expression is None else [expression]
    seen: set[int] = set()
    while waiting:
        part = waiting.pop()
        if isinstance(part, Column):
            found.add(part.name)
        elif isinstance(part, Call) and id(part) not in seen:
            seen.add(id(part))
            waiting.extend(part.arguments)
    return found


def _needs(steps: tuple[Step, ...], dropped: set[int], wanted: set[str]) -> dict[str, set[str]]:
    """The columns of every table that these steps read, when `wanted` of their result are. What a
    step names is read, also when nobody looks at its result. `dropped`: steps that were a drop."""
    tables: dict[str, set[str]] = {}

    def need(table: str, columns: set[str]) -> None:
        tables.setdefault(table, set()).update(columns)

    for i in range(len(steps) - 1, -1, -1):
        step = steps[i]
        wanted = wanted & set(step.schema) or {cheapest(step.schema)}
        if isinstance(step, From):
            need(step.name, wanted)
        elif isinstance(step, Filter):
            wanted = wanted | _mentioned(step.condition)
        elif isinstance(step, Derive):
            wanted = wanted - set(step.columns)
            for expression in step.columns.values():
                wanted |= _mentioned(expression)
        elif isinstance(step, Select):
            if i not in dropped:
                wanted = set(step.columns.values())
        elif isinstance(step, Join):
            keys = {r for _, r in step.on}
            added = set(step.table_schema) - keys if step.how not in ("semi", "anti") else set()
            need(step.table, keys | (wanted & added))
            wanted = (wanted - added) | {left for left, _ in step.on}
        elif isinstance(step, Attach):
            need(step.table, wanted & set(step.table_schema))
            wanted = wanted - set(step.table_schema)
        elif isinstance(step, Union):
            for table, schema in zip(step.tables, step.table_schemas, strict=True):
                need(table, set(schema))
            wanted = set(step.schema)
        elif isinstance(step, Group):
            wanted = set(step.by)
            for aggregate in step.aggregates.values():
                wanted |= _mentioned(aggregate.argument)
        elif isinstance(step, Distinct):
            wanted = set(step.schema)
        elif isinstance(step, Window):
            wanted = (wanted - set(step.columns)) | set(step.partition)
            wanted |= {o.column for o in step.order}
            for call in step.columns.values():
                wanted |= _mentioned(call.argument)
        elif isinstance(step, Sort):
            wanted = wanted | {o.column for o in step.order}
    return tables


def cheapest(schema: Schema) -> str:
    """A column to count rows by."""
    return next((c for c, kind in schema.items() if kind != "text"), next(iter(schema)))


def _reads(steps: tuple[Step, ...]) -> list[str]:
    """The tables of these steps, in their order."""
    found: list[str] = []
    for step in steps:
        if isinstance(step, From):
            found.append(step.name)
        elif isinstance(step, Join | Attach):
            found.append(step.table)
        elif isinstance(step, Union):
            found.extend(step.tables)
    return list(dict.fromkeys(found))


# --- Jobs ----------------------------------------------------------------------------------------


def parse(pipeline: object, inputs: dict[str, Input]) -> Job:
    """`inputs`: what the host found out about the tables; all their columns. Out comes a job that
    has only the tables, lists and columns that are read; raises BadJob."""
    fields = _object(pipeline, "The job", "")
    _fields(fields, ("inputs", "let", "steps", "output"), "The job", "")
    if "steps" not in fields:
        raise BadJob("The job has no steps", "", 'Write {"steps": [{"from": "data"}, …]}')
    known = _inputs(fields.get("inputs", {}), inputs)
    lists = _lists(fields.get("let", {}), known)
    schemas = {name: table.columns for name, table in known.items()}
    let, steps = _resolve(fields, lists, schemas, False)
    output = _output(fields.get("output", "rows"), steps[-1].schema)
    needed = _needed(let, steps, fields)
    kept = {name: known[name] for name in known if name in needed}
    schemas = {
        name: {c: kind for c, kind in table.columns.items() if c in needed[name]}
        for name, table in kept.items()
    }
    lists = [name for name in lists if name in needed]
    let, steps = _resolve(fields, lists, schemas, True)
    read = {
        name: dataclasses.replace(table, used=tuple(schemas[name])) for name, table in kept.items()
    }
    return Job(read, let, steps, output)


def _inputs(value: object, given: dict[str, Input]) -> dict[str, Input]:
    declared = _object(value, '"inputs"', "")
    names = list(dict.fromkeys([*given, *declared]))
    if len(names) > MAX_TABLES:
        raise BadJob(f"There are {len(names):,} inputs", "", f"The most is {MAX_TABLES}")
    _without_doubles((n.lower() for n in names), "The inputs' names (letter case aside)", "")
    found: dict[str, Input] = {}
    for name in names:
        _table_name(name, "A table", "inputs")
        found[name] = _input(name, declared.get(name, {}), given.get(name))
        if not found[name].columns:
            raise BadJob(f"The table {quoted(name)} has no columns", "inputs")
        for column in found[name].columns:
            _name(column, f"A column of {quoted(name)}", f"input {quoted(name)}")
    return found


def _lists(value: object, inputs: dict[str, Input]) -> list[str]:
    """The lists of let, each after those that it reads: in JSON objects have no order."""
    lists = _object(value, '"let"', "")
    if len(lists) > MAX_TABLES:
        raise BadJob(f"There are {len(lists):,} lists in let", "", f"The most is {MAX_TABLES}")
    taken = {name.lower(): name for name in inputs}
    for name in lists:
        _table_name(name, "A list", "let")
        if name.lower() in taken:
            twin = quoted(taken[name.lower()])
            raise BadJob(
                f"{quoted(name)} and {twin} have one name, letter case aside",
                "let",
                "Call one of them otherwise",
            )
        taken[name.lower()] = name
    ordered: list[str] = []
    state: dict[str, bool] = {}  # False: under way.
    for first in lists:
        waiting = [first]
        while waiting:
            name = waiting[-1]
            if name in state:
                waiting.pop()
                if not state[name]:
                    state[name] = True
                    ordered.append(name)
                continue
            state[name] = False
            for other in _names_read(lists[name]):
                if other not in lists:
                    continue
                if state.get(other) is False:
                    raise BadJob(
                        f"{quoted(name)} reads {quoted(other)}, which reads it in turn",
                        "let",
                        "There is no recursion: read an input at the beginning",
                    )
                if other not in state:
                    waiting.append(other)
    return ordered


def _names_read(steps: object) -> list[str]:
    """Tables that a list names, before it is checked: what is wrong is found later."""
    found: list[object] = []
    for step in steps if isinstance(steps, list | tuple) else []:
        if not isinstance(step, dict):
            continue
        found += [step.get("from"), step.get("attach")]
        join, union = step.get("join"), step.get("union")
        found += [join.get("with")] if isinstance(join, dict) else []
        found += list(union) if isinstance(union, list | tuple) else []
    return [name for name in found if isinstance(name, str)]


def _resolve(
    fields: dict[str, Any], lists: list[str], schemas: dict[str, Schema], pruned: bool
) -> tuple[dict[str, tuple[Step, ...]], tuple[Step, ...]]:
    tables = _Tables(dict(schemas))
    let: dict[str, tuple[Step, ...]] = {}
    for name in lists:
        let[name] = _step_list(fields["let"][name], name, tables, pruned)
        tables.schemas[name] = let[name][-1].schema
    return let, _step_list(fields["steps"], "", tables, pruned)


def _needed(
    let: dict[str, tuple[Step, ...]], steps: tuple[Step, ...], fields: dict[str, Any]
) -> dict[str, set[str]]:
    """Tables and lists that the result depends on, with their columns."""

    def drops(raw: Sequence[Any]) -> set[int]:
        return {i for i, step in enumerate(raw) if "drop" in step}

    needed = _needs(steps, drops(fields["steps"]), set(steps[-1].schema))
    for name in reversed(let):
        if name in needed:
            inner = _needs(let[name], drops(fields["let"][name]), needed[name])
            for table, columns in inner.items():
                needed.setdefault(table, set()).update(columns)
    return {
        name: columns or {cheapest(let[name][-1].schema)} if name in let else columns
        for name, columns in needed.items()
    }


def _output(value: object, schema: Schema) -> Output | None:
    place = "output"
    if value == "rows":
        return None
    fields = _object(value, "output", place, 'Write "rows" or {"to": "parquet"}')
    _fields(fields, ("to", "partition_by", "codec", "row_group_rows"), "output", place)
    form = fields.get("to")
    if form not in ("parquet", "csv"):
        shown = quoted(form) if isinstance(form, str) else _kind(form)
        raise BadJob(f"to is {shown}", place, "Write csv or parquet")
    at = _At(schema, place, _Tables({}), None, False)
    by = at.columns(fields.get("partition_by", []), "partition_by")
    at.keys(by, "name of folders")
    for name in by:
        if schema[name] == "timestamp":
            raise BadJob(
                f"{quoted(name)} is a timestamp, engines write its folders differently",
                place,
                f"Derive a date from it: cast({expressions.name(name)} as date)",
            )
    if len(by) == len(schema):
        raise BadJob("All columns are names of folders", place, "Leave one of them for the files")
    if form == "csv":
        for field in ("codec", "row_group_rows"):
            if field in fields:
                raise BadJob(f"CSV files have no {field}", place, "It goes with parquet")
    codec = fields.get("codec", "snappy")
    if codec not in CODECS:
        shown = quoted(codec) if isinstance(codec, str) else _kind(codec)
        raise BadJob(f"codec is {shown}", place, f"It is one of {', '.join(CODECS)}")
    rows = fields.get("row_group_rows")
    if rows is not None:
        rows = _whole(rows, "row_group_rows", place, 1)
    return Output(form, tuple(by), codec, rows)


# --- The one spelling ----------------------------------------------------------------------------


def canonical(job: Job) -> dict[str, Any]:
    """Without paths and what the host found out; with the types of the columns that are read."""
    found: dict[str, Any] = {
        "inputs": {
            name: {"columns": {c: table.columns[c] for c in table.used}}
            for name, table in sorted(job.inputs.items())
        }
    }
    if job.let:
        found["let"] = {name: [_json(step) for step in steps] for name, steps in job.let.items()}
    found["steps"] = [_json(step) for step in job.steps]
    if job.output:
        output: dict[str, Any] = {"to": job.output.format}
        if job.output.partition_by:
            output["partition_by"] = list(job.output.partition_by)
        if job.output.codec != "snappy":
            output["codec"] = job.output.codec
        if job.output.row_group_rows is not None:
            output["row_group_rows"] = job.output.row_group_rows
        found["output"] = output
    return found


def _json(step: Step) -> dict[str, Any]:
    if isinstance(step, From):
        return {"from": step.name}
    if isinstance(step, Filter):
        return {"filter": expressions.text(step.condition)}
    if isinstance(step, Derive):
        return {"derive": _texts(step.columns)}
    if isinstance(step, Select):
        # A list, because objects have no order in JSON.
        return {"select": [n if n == o else {n: o} for n, o in step.columns.items()]}
    if isinstance(step, Join):
        same = all(left == right for left, right in step.on)
        join: dict[str, Any] = {
            "with": step.table,
            "on": [left for left, _ in step.on] if same else dict(step.on),
        }
        if step.how != "inner":
            join["how"] = step.how
        if step.null_aware:
            join["null_aware"] = True
        return {"join": join}
    if isinstance(step, Attach):
        return {"attach": step.table}
    if isinstance(step, Union):
        return {"union": list(step.tables)}
    if isinstance(step, Group):
        return {"group": {"by": list(step.by), "agg": _texts(step.aggregates)}}
    if isinstance(step, Distinct):
        return {"distinct": True}
    if isinstance(step, Window):
        window: dict[str, Any] = {}
        if step.partition:
            window["partition"] = list(step.partition)
        if step.order:
            window["order"] = _order_json(step.order)
        if step.frame not in ("all", "range"):
            window["frame"] = step.frame
        return {"window": {**window, "cols": _texts(step.columns)}}
    if isinstance(step, Sort):
        return {"sort": _order_json(step.order)}
    assert isinstance(step, Limit)
    return {"limit": step.rows, **({"offset": step.offset} if step.offset else {})}


def _texts(
    columns: dict[str, Expression] | dict[str, Aggregate] | dict[str, WindowCall],
) -> dict[str, str]:
    return {name: expressions.text(e) for name, e in columns.items()}


def _order_json(order: tuple[Order, ...]) -> list[Any]:
    found: list[Any] = []
    for key in order:
        name = "-" * key.descending + key.column
        found.append({name: "nulls first"} if key.nulls_first else name)
    return found


# --- In words ------------------------------------------------------------------------------------


def words(step: Step) -> str:
    """The step in a line, for people: "keep rows where a > 1"."""
    if isinstance(step, From):
        return f"read {step.name}"
    if isinstance(step, Filter):
        return f"keep rows where {expressions.text(step.condition)}"
    if isinstance(step, Derive):
        return _assignments(step.columns)
    if isinstance(step, Select):
        names = (
            _shown(n) if n == o else f"{_shown(o)} as {_shown(n)}" for n, o in step.columns.items()
        )
        return f"keep columns {', '.join(names)}"
    if isinstance(step, Join):
        return _join_words(step)
    if isinstance(step, Attach):
        return f"attach the row of {step.table}"
    if isinstance(step, Union):
        return f"add the rows of {', '.join(step.tables)}"
    if isinstance(step, Group):
        if not step.by:
            return f"over all rows: {_assignments(step.aggregates)}"
        return f"by {_names(step.by)}: {_assignments(step.aggregates)}"
    if isinstance(step, Distinct):
        return "keep each row once"
    if isinstance(step, Window):
        return _window_words(step)
    if isinstance(step, Sort):
        return f"sort by {_order_words(step.order)}"
    assert isinstance(step, Limit)
    skipped = f" after the first {step.offset:,}" if step.offset else ""
    return f"keep the first {step.rows:,} rows{skipped}"


def _shown(column: str) -> str:
    written = expressions.name(column)
    return written if written.isprintable() else quoted(column)


def _names(columns: Iterable[str]) -> str:
    return ", ".join(_shown(c) for c in columns)


def _assignments(columns: dict[str, Any]) -> str:
    return ", ".join(f"{_shown(n)} = {expressions.text(e)}" for n, e in columns.items())


def _join_words(step: Join) -> str:
    on = ", ".join(
        _shown(left) if left == right else f"{_shown(left)} = {_shown(right)}"
        for left, right in step.on
    )
    if step.how == "semi":
        return f"keep rows that have a match in {step.table} on {on}"
    if step.how == "anti":
        nulls = ", as NOT IN does with nulls" if step.null_aware else ""
        return f"keep rows without a match in {step.table} on {on}{nulls}"
    how = {"inner": "", "left": ", keeping all rows", "full": ", keeping all rows of both"}[
        step.how
    ]
    return f"join {step.table} on {on}{how}"


def _window_words(step: Window) -> str:
    parts = [f"within {_names(step.partition)}"] if step.partition else ["over all rows"]
    if step.order:
        parts.append(f"in the order of {_order_words(step.order)}")
    if step.frame == "rows":
        parts.append("row by row")
    elif isinstance(step.frame, int):
        parts.append(f"over {step.frame:,} rows before and the row itself")
    return f"{' '.join(parts)}: {_assignments(step.columns)}"


def _order_words(order: tuple[Order, ...]) -> str:
    return ", ".join(
        _shown(o.column)
        + (" descending" if o.descending else "")
        + (", nulls first" if o.nulls_first else "")
        for o in order
    )
