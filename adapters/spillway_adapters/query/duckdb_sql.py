"""Names, literals and clauses of SQL as DuckDB reads it."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping

from spillway_adapters.query.language import Constant, Order, Type

TYPES: dict[Type, str] = {
    "int64": "BIGINT",
    "float64": "DOUBLE",
    "text": "VARCHAR",
    "bool": "BOOLEAN",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
}
WIDTH = 88
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


class Names:
    """DuckDB does not tell names apart that differ in the case of letters alone, also in quotes."""

    def __init__(self) -> None:
        self._taken: dict[str, str] = {}  #: folded: as it is written in the job

    def __call__(self, wanted: str) -> str:
        """The SQL of it."""
        return name(self.plain(wanted))

    def plain(self, wanted: str) -> str:
        found, number = wanted, 1
        while self._taken.setdefault(found.casefold(), wanted) != wanted:
            number += 1
            found = f"{wanted}_{number}"
        return found


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


def alias(table: str, own: str) -> str:
    return table if table == own else f"{table} AS {own}"


def clause(word: str, parts: list[str], between: str) -> str:
    """On one line where that is short; `between`: a comma, or a word that begins a line."""
    comma = between == ","
    line = f"{word} " + (", " if comma else f" {between} ").join(parts)
    if len(line) <= WIDTH and "\n" not in line:
        return line
    if comma:
        return f"{word}\n  " + ",\n  ".join(parts)
    return f"{word} " + f"\n  {between} ".join(parts)


def laid_out(text: str) -> str:
    return text.replace(LINE_BREAK, "\n")


def indented(text: str) -> str:
    return "\n".join("  " + line for line in text.split("\n"))
