"""The steps of a query as statements of a program for pandas."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from spillway_adapters.query import pandas_groups
from spillway_adapters.query.language import (
    Attach,
    Column,
    Derive,
    Distinct,
    Filter,
    Group,
    Join,
    Limit,
    Order,
    Refused,
    Schema,
    Select,
    Sort,
    Step,
    Type,
    Union,
    Window,
    order_is_lost,
)
from spillway_adapters.query.pandas_windows import WindowCode
from spillway_adapters.query.python_layout import (
    fresh,
    keywords,
    mapping,
    names,
)
from spillway_adapters.query.python_text import string as quoted

if TYPE_CHECKING:
    from spillway_adapters.query.pandas_code import Program

#: What Modin fails to sort by, as the first key of a table in several partitions.
UNDIVIDED = ("text", "bool")


class Steps:
    """Steps of one list, as statements that make `target`."""

    def __init__(self, program: Program, target: str, now: str) -> None:
        self.program = program
        self._target = target
        self.now = now  #: the variable that has the table
        self._schema: Schema = {}

    def do(self, steps: Sequence[Step]) -> None:
        for place, step in enumerate(steps):
            follower = steps[place + 1] if place + 1 < len(steps) else None
            # An order that nothing asks for is none.
            if isinstance(step, Sort) and order_is_lost(steps[place + 1 :]):
                continue
            self._step(step, follower)
        if self.now != self._target:
            self.set(self.now)

    def set(self, code: str) -> None:
        self.program.say(f"{self._target} = {code}")
        self.now = self._target

    def _step(self, step: Step, follower: Step | None) -> None:
        now, code = self.now, self.program.expressions(self.now)
        match step:
            case Filter():
                condition = code.true(step.condition)
                text = str(condition)
                if self.program.flavour.partitioned and condition.nullable and not condition.scalar:
                    # Modin takes <NA>, alone in a partition, for the name of a column.
                    text = f"{condition.atom}.fillna(False)"
                self.set(self._kept(now, text))
            case Derive():
                if step.columns:
                    made = [(c, str(code.column(e))) for c, e in step.columns.items()]
                    self.set(f"{now}.assign({keywords(made)})")
            case Select():
                self._select(step.columns)
            case Join():
                self._join(step)
            case Attach():
                other = self.program.variable(step.table)
                row = self.program.helpers.use("single_row")
                self.set(f'{now}.merge({row}({other}), how="cross")')
            case Union():
                self._union(step)
            case Group():
                self.group(step)
            case Distinct():
                self.set(f"{now}.drop_duplicates()")
            case Window():
                self._window(step)
            case Sort():
                self._sort(step)
            case Limit():
                end = step.offset + step.rows
                rows = f"iloc[{step.offset}:{end}]" if step.offset else f"head({step.rows})"
                self.set(f"{now}.{rows}")
            case _:
                raise Refused(step.place, "pandas' compiler does not know it.")

    def _kept(self, frame: str, condition: str) -> str:
        """The rows for which it is true."""
        return self._maybe_empty(f"{frame}[{condition}]")

    def _maybe_empty(self, rows: str) -> str:
        """A table of which no row may be left."""
        if self.program.flavour.partitioned:
            return f"{self.program.helpers.use('compact')}({rows})"
        return rows

    def _select(self, columns: dict[str, str]) -> None:
        old, new = list(columns.values()), list(columns)
        code = f"{self.now}[{names(old)}]"
        if old != new:
            if len(set(old)) == len(old):
                pairs = mapping((o, quoted(n)) for n, o in columns.items() if n != o)
                code += f".rename(columns={pairs})"
            else:
                code += f".set_axis({names(new)}, axis=1)"
        self.set(code)

    # --- Several tables --------------------------------------------------------------------------

    def _join(self, step: Join) -> None:
        now, right = self.now, self.program.variable(step.table)
        left_keys = [left for left, _ in step.on]
        right_keys = [key for _, key in step.on]
        if step.how in ("semi", "anti"):
            self._membership(step, right, left_keys, right_keys)
            return
        other, renamed = right, {r: left for left, r in step.on if r != left}
        if renamed:
            pairs = mapping((old, quoted(new)) for old, new in renamed.items())
            other = f"{right}.rename(columns={pairs})"
        self.program.once("To merge() nulls are equal: those of one side are left out.")
        keys = names(left_keys)
        if step.how != "full":
            present = f"{other}.dropna(subset={keys})"
            merged = f'{now}.merge({present}, on={keys}, how="{step.how}")'
            self.set(self._maybe_empty(merged) if step.how == "inner" else merged)
            return
        self.program.say(f"right = {other}")
        present = " & ".join(f"right[{quoted(key)}].notna()" for key in left_keys)
        self.program.say(f"present = {present}")
        some, others = self._kept("right", "present"), self._kept("right", "~present")
        merged = f'{now}.merge({some}, on={keys}, how="outer")'
        if self.program.flavour.partitioned:
            self.program.once("Modin may forget the type of a column that one table lacks.")
            types = ((n, quoted(self.program.dtype(kind))) for n, kind in step.schema.items())
            self.program.say(f"types = {mapping(types)}")
            merged += ".astype(types)"
            others += ".reindex(columns=list(types)).astype(types)"
        self.set(f"pd.concat([{merged}, {others}], ignore_index=True)")

    def _membership(self, step: Join, right: str, left: list[str], keys: list[str]) -> None:
        now = self.now
        if len(keys) == 1:
            own, other = f"{now}[{quoted(left[0])}]", f"{right}[{quoted(keys[0])}]"
            found = f"{own}.isin({other}.dropna())"
            if step.how == "semi":
                self.set(self._kept(now, found))
            elif not step.null_aware:
                self.set(self._kept(now, f"~{found}"))
            else:
                self.program.comment(
                    "NOT IN: a null is neither in a list nor not, unless it is empty."
                )
                self.program.say(f"if len({right}):")
                self.program._indent += "    "
                condition = f"~{found} & {own}.notna() & ~{other}.isna().any()"
                self.set(self._kept(now, condition))
                self.program._indent = self.program._indent[4:]
                if now != self._target:
                    self.program.say("else:")
                    self.program.say(f"    {self._target} = {now}")
            return
        subset = f"{right}[{names(keys)}].drop_duplicates().dropna()"
        if left != keys:
            subset += f".set_axis({names(left)}, axis=1)"
        if step.how == "semi":
            self.set(self._maybe_empty(f"{now}.merge({subset}, on={names(left)})"))
            return
        mark = fresh("found", step.schema)
        if self.program.flavour.partitioned:
            self.program.once("Modin's merge() may forget its indicator.")
            marked = f"{subset}.assign({keywords([(mark, 'True')])})"
            self.set(f'{now}.merge({marked}, on={names(left)}, how="left")')
            alone = self._kept(self.now, f"{self.now}[{quoted(mark)}].isna()")
            self.set(f"{alone}.drop(columns={quoted(mark)})")
            return
        merged = f'{now}.merge({subset}, on={names(left)}, how="left", indicator={quoted(mark)})'
        self.set(merged)
        alone = f'{self.now}[{self.now}[{quoted(mark)}] == "left_only"]'
        self.set(f"{alone}.drop(columns={quoted(mark)})")

    def _union(self, step: Union) -> None:
        kinds = list(step.schema.values())
        parts = [self._widened(self.now, self._schema_of_now(step), kinds)]
        for table, schema in zip(step.tables, step.table_schemas, strict=True):
            other = f"{self.program.variable(table)}[{names(schema)}]"
            other = self._widened(other, schema, kinds)
            if list(schema) != list(step.schema):
                other += f".set_axis({names(step.schema)}, axis=1)"
            parts.append(other)
        self.set(f"pd.concat([{', '.join(parts)}], ignore_index=True)")

    def _schema_of_now(self, step: Union) -> Schema:
        """A column that is widened may be float64 by now; to become it again costs little."""
        others = [list(schema.values()) for schema in step.table_schemas]
        return {
            column: "int64" if kind == "float64" and any(o[i] == "int64" for o in others) else kind
            for i, (column, kind) in enumerate(step.schema.items())
        } | {
            column: "int64"
            for i, (column, kind) in enumerate(step.schema.items())
            if kind == "float64" and all(o[i] == "int64" for o in others)
        }

    def _widened(self, code: str, schema: Schema, kinds: list[Type]) -> str:
        wide = [
            (column, quoted("float64"))
            for (column, kind), wanted in zip(schema.items(), kinds, strict=True)
            if kind == "int64" and wanted == "float64"
        ]
        return f"{code}.astype({mapping(wide)})" if wide else code

    # --- Order -----------------------------------------------------------------------------------

    def _sort(self, step: Sort) -> None:
        undivided = (
            self.program.flavour.partitioned and step.schema[step.order[0].column] in UNDIVIDED
        )
        if undivided:
            self.program.once("Modin cannot divide rows by texts with nulls, nor by truth values.")
        frame, marks = self._marked(self.now, step.order, step.schema, undivided)
        dropped = f".drop(columns={names(marks.values())})" if marks else ""
        self.set(f"{frame}.sort_values({_order_arguments(step.order, marks)}){dropped}")

    def _marked(
        self, frame: str, order: Sequence[Order], schema: Schema, first_key: bool = False
    ) -> tuple[str, dict[str, str]]:
        """With columns that say where nulls are, when some have to come first and some last, or
        when the first key needs one; by the names of those that they are about."""
        first = [each for each in order if each.nulls_first]
        marked = first if len(first) < len(order) else []
        if first_key:
            marked = [order[0], *marked]
        if not marked:
            return frame, {}
        marks = {each.column: fresh(f"{each.column} is null", schema) for each in marked}
        made = [
            (mark, f'{frame}[{quoted(column)}].isna().astype("int8")')
            for column, mark in marks.items()
        ]
        return f"{frame}.assign({keywords(made)})", marks

    def group(self, step: Group, whole: bool = True) -> None:
        """`whole`: of all rows; of a part, sums may still be infinite."""
        pandas_groups.Groups(self, step, whole).do()

    # --- Windows ---------------------------------------------------------------------------------

    def _window(self, step: Window) -> None:
        program, flavour = self.program, self.program.flavour
        code = program.expressions(self.now)
        made: dict[str, str] = {}
        columns: dict[str, str] = {}
        for name, call in step.columns.items():
            if isinstance(call.argument, Column):
                columns[name] = call.argument.name
            elif call.argument is not None:
                columns[name] = fresh(f"{name} of", {*step.schema, *made})
                made[columns[name]] = str(code.column(call.argument))
        base = ordered = self.now
        if made:
            ordered = "ordered"
            program.say(f"ordered = {base}.assign({keywords(made.items())})")
        if flavour.windows:
            program.comment(f"{flavour.title} cannot group by keys that were computed.")
            program.say(f"frame = {flavour.answer.format(ordered)}")
            base = ordered = "frame"
        if step.order:
            frame, marks = self._marked(ordered, step.order, step.schema)
            program.say(f"ordered = {frame}.sort_values({_order_arguments(step.order, marks)})")
            ordered = "ordered"
        if step.partition:
            grouped = f"{ordered}.groupby({names(step.partition)}, dropna=False, sort=False)"
            program.say(f"group = {grouped}.ngroup()")
        else:
            program.say(f"group = {flavour.windows or 'pd'}.Series(0, index={ordered}.index)")
        program.say(f"rows = {ordered}.groupby(group)")
        calls = [
            WindowCode(program.helpers, step, ordered, call, columns.get(name))
            for name, call in step.columns.items()
        ]
        entries = [each.code() for each in calls]
        if any(each.uses_peers for each in calls):
            columns_of_order = [order.column for order in step.order]
            keys = names(dict.fromkeys([*step.partition, *columns_of_order]))
            program.say(f"peers = {ordered}.groupby({keys}, dropna=False, sort=False).ngroup()")
        if any(each.uses_position for each in calls):
            program.say("position = rows.cumcount() + 1")
        result = f"{base}.assign({keywords(zip(step.columns, entries, strict=True))})"
        if flavour.windows:
            program.module(f"import {flavour.windows}")
            result = f"pd.DataFrame({result}[{names(step.schema)}])"
        self.set(result)


def _order_arguments(order: Sequence[Order], marks: dict[str, str]) -> str:
    pairs: list[tuple[str, bool]] = []
    for each in order:
        if each.column in marks:
            pairs.append((marks[each.column], not each.nulls_first))
        pairs.append((each.column, not each.descending))
    ascending = [up for _, up in pairs]
    arguments = [names(column for column, _ in pairs)]
    if not all(ascending):
        arguments.append(f"ascending={ascending if any(ascending) else False}")
    if any(each.nulls_first and each.column not in marks for each in order):
        arguments.append('na_position="first"')
    return ", ".join(arguments)
