"""The steps of one list as SELECTs.

Steps that SQL says in one SELECT become one; each further SELECT is a common table expression with
the name of what it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from spillway_adapters.query import duckdb_expressions, duckdb_filters
from spillway_adapters.query.duckdb_aggregates import aggregated, windowed
from spillway_adapters.query.duckdb_sql import WIDTH, alias, clause, orders
from spillway_adapters.query.language import (
    Attach,
    Derive,
    Distinct,
    Filter,
    From,
    Group,
    Join,
    Limit,
    Refused,
    Schema,
    Select,
    Sort,
    Step,
    Union,
    Window,
    columns_of,
)

if TYPE_CHECKING:
    from spillway_adapters.query.duckdb_code import Program


class _Select:
    """One SELECT that is being put together."""

    def __init__(self, source: str, items: dict[str, str]) -> None:
        self.source = source
        self.items = items  #: a column: its SQL
        self.plain = set(items)  #: those that are columns of the source
        self.joined: list[str] = []  #: the names of the tables, when they are several
        self.where: list[str] = []
        self.group: list[str] | None = None
        self.having: list[str] = []
        self.windows: set[str] = set()  #: columns that are window functions
        self.qualify: list[str] = []
        self.distinct = False
        self.order = ""
        self.limit = ""
        #: What may still come into this SELECT: nothing that is done before what it has.
        self.closed = False

    def sees(self, columns: Iterable[str]) -> bool:
        return not self.closed and set(columns) <= self.plain

    def joins(self, columns: Iterable[str], how: str) -> bool:
        """Whether one more table can be joined to those that there are. What WHERE leaves out
        comes neither from an inner join nor from the left of one."""
        ahead = not self.where or how in ("inner", "left", "semi", "anti")
        return bool(self.joined) and ahead and self.sees(columns)


class Chain:
    """The steps of one list, as SELECTs one after the other."""

    def __init__(self, program: Program, title: str) -> None:
        self._program = program
        self._writer = program.writer
        self._title = title
        self._now = _Select("", {})

    def text(self, steps: tuple[Step, ...]) -> str:
        for place, step in enumerate(steps):
            follower = steps[place + 1] if place + 1 < len(steps) else None
            # An order that nothing asks for is none.
            if isinstance(step, Sort) and follower and not isinstance(follower, Limit):
                continue
            self._step(step)
        return self._rendered(steps[-1].schema)

    def _step(self, step: Step) -> None:
        match step:
            case From():
                self._begin(self._program.table(step.name), step.schema)
            case Filter():
                self._filter(step)
            case Derive():
                self._derive(step)
            case Select():
                # Without its aggregates a group of everything would be a row for every row.
                if self._now.distinct or self._now.order or self._now.group == []:
                    self._flush(step)
                now = self._now
                now.items = {new: now.items[old] for new, old in step.columns.items()}
                now.plain = {new for new, old in step.columns.items() if old in now.plain}
                now.windows = {new for new, old in step.columns.items() if old in now.windows}
            case Join():
                self._join(step)
            case Attach():
                self._attach(step)
            case Union():
                self._union(step)
            case Group():
                self._group(step)
            case Distinct():
                if self._now.closed:
                    self._flush(step)
                self._now.distinct = self._now.closed = True
            case Window():
                self._window(step)
            case Sort():
                if self._now.distinct or self._now.order:
                    self._flush(step)
                names = {column: self._program.name(column) for column in step.schema}
                self._now.order = orders(step.order, names)
                self._now.closed = True
            case Limit():
                self._now.limit = f"LIMIT {step.rows}" + (
                    f" OFFSET {step.offset}" if step.offset else ""
                )
            case _:
                raise Refused(step.place, "DuckDB's compiler does not know it.")

    def _filter(self, step: Filter) -> None:
        read, now = columns_of(step.condition), self._now
        if now.closed and not (now.distinct or now.order):
            if now.group is not None:
                later = now.having
            elif now.windows & read:
                later = now.qualify
            else:
                later = None
            condition = self._condition(step)
            # With a name of their own long ones are easier to read.
            if later is not None and len(condition) <= WIDTH:
                later.append(condition)
                return
        self._sees(read, step)
        self._now.where.append(self._condition(step))

    def _condition(self, step: Filter) -> str:
        now, condition = self._now, step.condition
        if self._program.makes_such_texts and duckdb_filters.can_be_misread(condition):
            return self._writer.macro("is_true", self._writer.text(condition, now.items))
        return self._writer.text(condition, now.items, duckdb_expressions.AND)

    # --- Levels ----------------------------------------------------------------------------------

    def _begin(self, source: str, schema: Schema) -> None:
        self._now = _Select(source, {column: self._program.name(column) for column in schema})

    def _sees(self, columns: Iterable[str], step: Step) -> None:
        """So that these are columns of the SELECT's source."""
        if not self._now.sees(columns):
            self._flush(step)

    def _flush(self, step: Step, always: bool = False) -> None:
        """What there is becomes a table of its own, which the next SELECT reads."""
        if not always and self._is_whole():
            return
        schema = list(self._now.items)
        text = self._rendered(schema)
        self._begin(self._program.add(self._title, text), dict.fromkeys(schema, "text"))

    def table(self) -> str | None:
        """The table that these steps leave as it is."""
        return self._now.source if self._is_whole() else None

    def _is_whole(self) -> bool:
        """Whether it is a table as it is."""
        now = self._now
        plain = all(self._program.name(column) == item for column, item in now.items.items())
        return (
            plain
            and set(now.items) == now.plain
            and not (now.where or now.closed)
            and now.source == self._program.only_table(now.source)
        )

    def _rendered(self, schema: Iterable[str]) -> str:
        now = self._now
        items = []
        for column in schema:
            own, item = self._program.name(column), now.items[column]
            # The name of a column of a joined table is its own; in ORDER BY it could be two.
            same = [own] if now.order else [own, *(f"{table}.{own}" for table in now.joined)]
            items.append(item if item in same else f"{item} AS {own}")
        lines = [clause("SELECT DISTINCT" if now.distinct else "SELECT", items, ",")]
        lines.append(f"FROM {now.source}")
        if now.where:
            lines.append(clause("WHERE", now.where, "AND"))
        if now.group:
            lines.append(clause("GROUP BY", now.group, ","))
        if now.having:
            lines.append(clause("HAVING", now.having, "AND"))
        if now.qualify:
            lines.append(clause("QUALIFY", now.qualify, "AND"))
        if now.order:
            lines.append(f"ORDER BY {now.order}")
        if now.limit:
            lines.append(now.limit)
        return "\n".join(lines)

    # --- Steps -----------------------------------------------------------------------------------

    def _derive(self, step: Derive) -> None:
        read = set().union(*map(columns_of, step.columns.values()))
        now = self._now
        one_row = now.group == [] and any(column in now.items for column in step.columns)
        if now.distinct or now.order or one_row or not read <= now.plain:
            self._flush(step)
        now = self._now
        made = {
            column: self._writer.value(expression, now.items)
            for column, expression in step.columns.items()
        }
        now.items = {column: made.get(column, now.items.get(column, "")) for column in step.schema}
        now.plain -= set(made)

    def _join(self, step: Join) -> None:
        program, keys = self._program, [own for own, _ in step.on]
        right = program.table(step.table)
        if step.null_aware or not self._now.joins(keys, step.how):
            self._flush(step)
        now = self._now
        if step.null_aware:
            ((own, other),) = step.on
            now.where.append(
                f"{program.name(own)} NOT IN (SELECT {program.name(other)} FROM {right})"
            )
            return
        if not now.joined:
            left = now.source
            now.joined = [left]
            now.items = {c: f"{left}.{program.name(c)}" for c in now.items}
        own = program.another(right, now.joined)
        pairs = [f"{now.items[a]} = {own}.{program.name(b)}" for a, b in step.on]
        now.source += f"\n{clause(f'{step.how.upper()} JOIN {alias(right, own)} ON', pairs, 'AND')}"
        now.joined.append(own)
        items = dict(now.items)
        if step.how not in ("semi", "anti"):
            others = {other for _, other in step.on}
            added = [column for column in step.table_schema if column not in others]
            items |= {column: f"{own}.{program.name(column)}" for column in added}
            now.plain |= set(added)
        if step.how == "full":
            for key, other in step.on:
                items[key] = f"coalesce({items[key]}, {own}.{program.name(other)})"
                now.plain.discard(key)
        now.items = {column: items[column] for column in step.schema}
        now.plain &= set(now.items)

    def _attach(self, step: Attach) -> None:
        # A scalar subquery without a row is null, with more than one an error.
        self._flush(step)
        program, table = self._program, self._program.table(step.table)
        for column in step.table_schema:
            self._now.items[column] = f"(SELECT {program.name(column)} FROM {table})"

    def _union(self, step: Union) -> None:
        program = self._program
        widened = {
            column
            for place, (column, kind) in enumerate(step.schema.items())
            if kind == "float64"
            and any(list(s.values())[place] == "int64" for s in step.table_schemas)
        }
        self._flush(step)
        own = list(step.schema)
        for column in widened:
            item = f"CAST({self._now.items[column]} AS DOUBLE)"
            self._now.items[column] = item
        parts = [self._rendered(own)]
        for table, schema in zip(step.tables, step.table_schemas, strict=True):
            items = [
                f"CAST({program.name(column)} AS DOUBLE)"
                if own[place] in widened and kind == "int64"
                else program.name(column)
                for place, (column, kind) in enumerate(schema.items())
            ]
            parts.append(clause("SELECT", items, ",") + f"\nFROM {program.table(table)}")
        self._begin(program.add(self._title, "\nUNION ALL\n".join(parts)), step.schema)

    def _group(self, step: Group) -> None:
        arguments = [aggregate.argument for aggregate in step.aggregates.values()]
        self._sees(set(step.by).union(*map(columns_of, arguments)), step)
        now = self._now
        items = {column: now.items[column] for column in step.by}
        for column, aggregate in step.aggregates.items():
            items[column] = aggregated(self._writer, aggregate, now.items)
        now.group = [now.items[column] for column in step.by]
        now.items, now.plain, now.closed = items, set(), True

    def _window(self, step: Window) -> None:
        read = {*step.partition, *(order.column for order in step.order)}
        read = read.union(*(columns_of(call.argument) for call in step.columns.values()))
        self._sees(read, step)
        now = self._now
        base = []
        if step.partition:
            base.append("PARTITION BY " + ", ".join(now.items[c] for c in step.partition))
        if step.order:
            base.append("ORDER BY " + orders(step.order, now.items))
        frame = {"rows": "ROWS UNBOUNDED PRECEDING"}.get(str(step.frame), "")
        if isinstance(step.frame, int):
            frame = f"ROWS BETWEEN {step.frame} PRECEDING AND CURRENT ROW"
        made = {
            column: windowed(self._writer, call, now.items, " ".join(base), frame)
            for column, call in step.columns.items()
        }
        now.items = {**now.items, **made}
        now.plain -= set(made)
        now.windows |= set(made)
        now.closed = True
