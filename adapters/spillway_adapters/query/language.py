"""A checked query job, as the compilers read it: typed expressions, steps, inputs.

job.py makes it of JSON (docs/workloads/query.md has the language and its semantics) and is the
only place where names, types and refusals are decided. A compiler can rely on: every column exists,
every expression has its type, every step is one of those below. It must keep the semantics of
docs/workloads/query.md in its engine, or raise Refused.

Everything is a frozen value without functions of an engine, and nothing here imports one.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

Type = Literal["int64", "float64", "text", "bool", "date", "timestamp"]
#: bool before int: True is an int to Python. A timestamp is naive and in UTC, microseconds.
Value = bool | int | float | str | datetime.date | datetime.datetime | None


class Refused(Exception):
    """An engine cannot do this step, or cannot with the semantics of the language."""

    def __init__(self, step: str, reason: str) -> None:
        """`step` as a person counts: "step 3 (join)", or a function: "regexp_extract()"."""
        super().__init__(f"{step}: {reason}")
        self.step = step
        self.reason = reason


# --- Expressions ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Column:
    name: str
    type: Type


@dataclass(frozen=True)
class Constant:
    """`value` is of `type`, or None: null of this type."""

    value: Value
    type: Type


@dataclass(frozen=True)
class Call:
    """An operator or a function of functions.py, by the name that it has there. Operators:
    + - * / // mod || neg, = <> < <= > >=, and or not, is_null, in (a value, then constants without
    null), like, date_add (a date or timestamp, then constants: a number and a unit; written
    `d + interval 3 month`), case (condition, value, condition, value, …, else), cast (to `type`).
    `x is not null`, `between` and `not in` have been rewritten with these. Operands of different
    numeric types have a cast around the integer one (of a date beside a timestamp, too), constants
    have been converted; case and coalesce have operands of one type. Optional arguments of
    functions are there with their defaults, but for the length of substr."""

    name: str
    arguments: tuple[Expression, ...]
    type: Type


Expression = Column | Constant | Call


def columns_of(expression: Expression | None) -> set[str]:
    """The names of the columns in it."""
    found: set[str] = set()
    waiting = [] if expression is None else [expression]
    seen: set[int] = set()  # an expression may stand in several places of another
    while waiting:
        part = waiting.pop()
        if isinstance(part, Column):
            found.add(part.name)
        elif isinstance(part, Call) and id(part) not in seen:
            seen.add(id(part))
            waiting.extend(part.arguments)
    return found


@dataclass(frozen=True)
class Aggregate:
    """count (without argument: rows), count_distinct, sum, mean, min, max, std, var, median,
    quantile. std and var divide by n - 1; quantile has `quantile` in [0, 1]."""

    name: str
    argument: Expression | None
    type: Type
    quantile: float | None = None


@dataclass(frozen=True)
class WindowCall:
    """row_number, rank, dense_rank, lag, lead (argument, offset), first_value, last_value, cumsum,
    rolling_mean (argument, n: this row and the n - 1 before it), sum, mean, min, max, count.
    cumsum(c) is sum(c) and rolling_mean(c, n) is mean(c) with a frame; they keep their names."""

    name: str
    argument: Expression | None
    type: Type
    offset: int | None = None  #: of lag and lead (default 1), n of rolling_mean


@dataclass(frozen=True)
class Order:
    column: str
    descending: bool = False
    nulls_first: bool = False


# --- Steps ---------------------------------------------------------------------------------------

Schema = dict[str, Type]  #: columns in their order


@dataclass(frozen=True)
class Step:
    """`schema` is what comes out of it, without columns of the inputs that nothing reads. `place`
    is where it stands, for messages: "step 3 (group)", in a list 'step 2 (filter) of "x"'."""

    schema: Schema = field(compare=False)
    place: str = field(compare=False)


@dataclass(frozen=True)
class From(Step):
    """First in every list: an input or a list of `let` before it."""

    name: str


@dataclass(frozen=True)
class Filter(Step):
    condition: Expression


@dataclass(frozen=True)
class Derive(Step):
    """Adds or replaces columns; every expression sees the incoming columns only."""

    columns: dict[str, Expression]


@dataclass(frozen=True)
class Select(Step):
    """New name: old name, in this order. `drop` is one, too."""

    columns: dict[str, str]


@dataclass(frozen=True)
class Join(Step):
    """`on`: (left, right) pairs of equal type. Out come the left columns, then those of the right
    that are no keys; the keys by the left's names, in a full join coalesced. semi and anti: the
    left columns alone. null_aware (anti only): NOT IN: nothing when the right has a null key, and
    no row whose own key is null unless the right is empty. Nulls never equal otherwise."""

    table: str
    on: tuple[tuple[str, str], ...]
    how: Literal["inner", "left", "full", "semi", "anti"]
    null_aware: bool = False
    table_schema: Schema = field(default_factory=dict, compare=False)


@dataclass(frozen=True)
class Attach(Step):
    """The columns of a table of one row, to every row. No row: nulls; more: the run fails."""

    table: str
    table_schema: Schema = field(default_factory=dict, compare=False)


@dataclass(frozen=True)
class Union(Step):
    """All rows of these tables after the incoming ones, by position, under the incoming names."""

    tables: tuple[str, ...]
    table_schemas: tuple[Schema, ...] = field(default=(), compare=False)


@dataclass(frozen=True)
class Group(Step):
    """Keys, then aggregates. No keys: one row, also of no rows. No aggregates: each key once."""

    by: tuple[str, ...]
    aggregates: dict[str, Aggregate]


@dataclass(frozen=True)
class Distinct(Step):
    """Each row once; nulls are equal here."""


@dataclass(frozen=True)
class Window(Step):
    """Adds or replaces `columns`, which see the incoming ones. `frame` is for sum, mean, min, max,
    count, first_value, last_value, cumsum: "all" (no order), "range" (up to and with the peers of
    the row), "rows" (up to the row), or a number n of preceding rows and the row itself. An order
    without ties is the author's duty where the answer depends on it."""

    partition: tuple[str, ...]
    order: tuple[Order, ...]
    frame: Literal["all", "range", "rows"] | int
    columns: dict[str, WindowCall]


@dataclass(frozen=True)
class Sort(Step):
    order: tuple[Order, ...]


@dataclass(frozen=True)
class Limit(Step):
    """Right after a Sort."""

    rows: int
    offset: int = 0


def order_is_lost(steps: Sequence[Step]) -> bool:
    """Whether these steps lose the order of their rows before anything needs it."""
    for step in steps:
        if isinstance(step, Limit):
            return False
        if isinstance(step, Group | Distinct | Join | Union | Sort):
            return True
    return False


# --- Jobs ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Csv:
    """How a CSV input is written: as Dataset of spillway_adapters/spec.py."""

    delimiter: str = ","
    quote: str = '"'
    header: bool = True
    comment: str = ""
    skip_rows: int = 0
    decimal: str = "."
    encoding: str = "utf-8"
    missing: tuple[str, ...] | None = None  #: words in place of the standard ones


@dataclass(frozen=True)
class Input:
    """A table on disk. `columns` are all columns of the files in their order, hive columns last;
    `used` those that the job reads."""

    name: str
    paths: tuple[str, ...]  #: absolute files, in reading order
    format: Literal["csv", "parquet"]
    columns: Schema
    used: tuple[str, ...]
    csv: Csv | None = None
    hive: tuple[str, ...] = ()  #: columns that are folders' names, as name=value
    root: str = ""  #: the folder of a hive-partitioned input
    rows: int | None = None  #: when known
    bytes: int = 0
    #: Of a CSV file: columns that are used in which not all values are written plainly, as far as
    #: somebody has looked (csv_numbers.py).
    as_text: tuple[str, ...] = field(default=(), compare=False)
    #: Of a CSV file: a column of text that is used has an empty text in quotes somewhere, for
    #: readers that take it for an empty field, which is null; as far as somebody has looked.
    empty_texts: bool = field(default=False, compare=False)


@dataclass(frozen=True)
class Output:
    format: Literal["parquet", "csv"]
    partition_by: tuple[str, ...] = ()
    codec: str = "snappy"
    row_group_rows: int | None = None


@dataclass(frozen=True)
class Job:
    inputs: dict[str, Input]
    let: dict[str, tuple[Step, ...]]  #: each may read inputs and lists before it
    steps: tuple[Step, ...]
    output: Output | None = None  #: nothing: the rows are the result

    @property
    def schema(self) -> Schema:
        return self.steps[-1].schema

    @property
    def sorted_by(self) -> tuple[Order, ...]:
        """The order of the result's rows, as far as the last steps give one."""
        for step in reversed(self.steps):
            if isinstance(step, Sort):
                return step.order
            if not isinstance(step, Limit):
                break
        return ()


# --- Programs ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Settings:
    """What a program is compiled for. Everything that it chooses because of these stands in its
    text."""

    profile: str  #: "default", or as the engine's file in core/workloads/query/engines has it
    workers: int
    memory_bytes: int | None  #: what the engine may manage, its floor taken off; nothing: no limit
    #: Every column may have values that are not written plainly, not only those of Input.as_text.
    numbers_as_text: bool = False


def columns_as_text(table: Input, settings: Settings) -> frozenset[str]:
    """The columns of a CSV input that a program reads as text and then casts by the rules of
    docs/workloads/query.md. The reader parses the others: faster, and fails on words."""
    if settings.numbers_as_text:
        return frozenset(name for name in table.used if table.columns[name] != "text")
    return frozenset(table.as_text)
