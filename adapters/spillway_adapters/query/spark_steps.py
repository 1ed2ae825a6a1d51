"""The steps of a query as calls of methods of Spark's DataFrames."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from spillway_adapters.query.language import (
    Attach,
    Derive,
    Distinct,
    Filter,
    Group,
    Join,
    Limit,
    Refused,
    Select,
    Sort,
    Step,
    Union,
    Window,
    order_is_lost,
)
from spillway_adapters.query.python_layout import fresh, mapping, names
from spillway_adapters.query.python_text import string as quoted
from spillway_adapters.query.spark_expressions import col, selected

if TYPE_CHECKING:
    from spillway_adapters.query.spark_code import Program


class Chain:
    """Calls of methods that a list of steps becomes."""

    def __init__(self, program: Program, base: str) -> None:
        self._program = program
        self._columns = program.columns
        self.base = base
        self.calls: list[str] = []
        self._ordered = False  #: the last call does nothing but give the columns their order

    def _call(self, method: str, *arguments: str) -> None:
        self.calls.append(f".{method}({', '.join(arguments)})")

    def step(self, step: Step, others: Sequence[Step]) -> None:
        columns = self._columns
        if not isinstance(step, Select):
            self._ordered = False
        match step:
            case Filter():
                self._call("filter", str(columns.column(step.condition)))
            case Derive():
                made = [(c, str(columns.column(e))) for c, e in step.columns.items()]
                self._with(made)
            case Select():
                self._select(step.columns)
                self._ordered = False
            case Join():
                self._join(step)
            case Attach():
                row = self._program.helpers.use("single_row")
                self._call("crossJoin", f"{row}({self._program.variable(step.table)})")
            case Union():
                self._union(step)
            case Group():
                self._group(step)
            case Distinct():
                self._call("distinct")
            case Window():
                self._window(step)
            case Sort():
                if not order_is_lost(others):
                    self._call("orderBy", *map(columns.order, step.order))
            case Limit():
                if step.offset:
                    self._call("offset", str(step.offset))
                self._call("limit", str(step.rows))
            case _:
                raise Refused(step.place, "Spark's compiler does not know it.")

    def _with(self, made: list[tuple[str, str]]) -> None:
        if len(made) == 1:
            ((name, code),) = made
            self._call("withColumn", quoted(name), code)
        elif made:
            self._call("withColumns", mapping(made))

    def _select(self, chosen: dict[str, str]) -> None:
        if self._ordered:
            self.calls.pop()
        self._call(
            "select",
            *(
                selected([old])[0] if new == old else f"{col(old)}.alias({quoted(new)})"
                for new, old in chosen.items()
            ),
        )

    def _join(self, step: Join) -> None:
        right = self._program.variable(step.table)
        how = {"semi": "left_semi", "anti": "left_anti"}.get(step.how, step.how)
        if step.null_aware:
            # NOT IN, which Spark knows by this form.
            ((left, key),) = step.on
            own = fresh(key, {*step.schema, *step.table_schema})
            other = f"{right}.select({col(key)}.alias({quoted(own)}))"
            same = f"{col(left)} == {col(own)}"
            self._call("join", other, f"({same}) | ({same}).isNull()", quoted(how))
            return
        keys = [left for left, _ in step.on]
        other = right
        if step.how in ("semi", "anti"):
            chosen = ", ".join(
                f"{col(key)}.alias({quoted(left)})" if left != key else selected([key])[0]
                for left, key in step.on
            )
            other = f"{right}.select({chosen})"
        elif any(left != key for left, key in step.on):
            renamed = {key: left for left, key in step.on if left != key}
            if set(renamed) & set(renamed.values()):
                # Spark renames one after the other: names that change places meet.
                chosen = ", ".join(
                    f"{col(c)}.alias({quoted(renamed[c])})" if c in renamed else selected([c])[0]
                    for c in step.table_schema
                )
                other = f"{right}.select({chosen})"
            else:
                pairs = [(key, quoted(left)) for key, left in renamed.items()]
                other = f"{right}.withColumnsRenamed({mapping(pairs)})"
        on = quoted(keys[0]) if len(keys) == 1 else names(keys)
        self._call("join", other, on, quoted(how))
        columns = list(step.schema)
        if columns[: len(keys)] != keys:
            # A join by names puts the keys in front.
            self._call("select", *selected(columns))
            self._ordered = True

    def _union(self, step: Union) -> None:
        for table, schema in zip(step.tables, step.table_schemas, strict=True):
            pairs = zip(schema.items(), step.schema.values(), strict=True)
            chosen = [
                f'{col(column)}.cast("double")' if kind != wanted else selected([column])[0]
                for (column, kind), wanted in pairs
            ]
            other = f"{self._program.variable(table)}.select({', '.join(chosen)})"
            self._call("unionAll", other)

    def _group(self, step: Group) -> None:
        keys = selected(step.by)
        if not step.aggregates:
            self._call("select", *keys)
            self._call("distinct")
            return
        if keys:
            self._call("groupBy", *keys)
        self._call(
            "agg",
            *(
                f"{self._columns.aggregate(aggregate)}.alias({quoted(name)})"
                for name, aggregate in step.aggregates.items()
            ),
        )

    def _window(self, step: Window) -> None:
        base = []
        if step.partition:
            base.append(f"partitionBy({', '.join(selected(step.partition))})")
        if step.order:
            base.append(f"orderBy({', '.join(map(self._columns.order, step.order))})")
        specification = ".".join(["Window", *(base or ["partitionBy()"])])
        ordered = self._program.window(specification)
        framed = ordered
        if step.order and step.frame != "range":
            ends = {
                "rows": "Window.unboundedPreceding, Window.currentRow",
                "all": "Window.unboundedPreceding, Window.unboundedFollowing",
            }.get(str(step.frame), f"-{step.frame}, Window.currentRow")
            framed = f"{ordered}.rowsBetween({ends})"
        made = [
            (name, self._columns.window(call, ordered, framed))
            for name, call in step.columns.items()
        ]
        self._with(made)
