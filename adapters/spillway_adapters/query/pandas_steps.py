"""The steps of a query as statements of a program for pandas."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from spillway_adapters.query import bounds
from spillway_adapters.query.language import (
    Aggregate,
    Attach,
    Call,
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
    columns_of,
    order_is_lost,
)
from spillway_adapters.query.pandas_parts import SumOfCounts
from spillway_adapters.query.pandas_windows import WindowCode, finite
from spillway_adapters.query.python_layout import (
    fresh,
    keywords,
    mapping,
    names,
)
from spillway_adapters.query.python_text import string as quoted

if TYPE_CHECKING:
    from spillway_adapters.query.pandas_code import Program


class Steps:
    """Steps of one list, as statements that make `target`."""

    def __init__(self, program: Program, target: str, now: str) -> None:
        self._program = program
        self._target = target
        self._now = now  #: the variable that has the table
        self._schema: Schema = {}

    def do(self, steps: Sequence[Step]) -> None:
        for place, step in enumerate(steps):
            follower = steps[place + 1] if place + 1 < len(steps) else None
            # An order that nothing asks for is none.
            if isinstance(step, Sort) and order_is_lost(steps[place + 1 :]):
                continue
            self._step(step, follower)
        if self._now != self._target:
            self._set(self._now)

    def _set(self, code: str) -> None:
        self._program.say(f"{self._target} = {code}")
        self._now = self._target

    def _step(self, step: Step, follower: Step | None) -> None:
        now, code = self._now, self._program.expressions(self._now)
        match step:
            case Filter():
                condition = code.true(step.condition)
                text = str(condition)
                if self._program.flavour.whole and condition.nullable and not condition.scalar:
                    # Modin takes <NA>, alone in a partition, for the name of a column.
                    text = f"{condition.atom}.fillna(False)"
                self._set(f"{now}[{text}]")
            case Derive():
                if step.columns:
                    made = [(c, str(code.column(e))) for c, e in step.columns.items()]
                    self._set(f"{now}.assign({keywords(made)})")
            case Select():
                self._select(step.columns)
            case Join():
                self._join(step)
            case Attach():
                other = self._program.variable(step.table)
                row = self._program.helpers.use("single_row")
                self._set(f'{now}.merge({row}({other}), how="cross")')
            case Union():
                self._union(step)
            case Group():
                self.group(step)
            case Distinct():
                self._set(f"{now}.drop_duplicates()")
            case Window():
                self._window(step)
            case Sort():
                self._sort(step)
            case Limit():
                end = step.offset + step.rows
                rows = f"iloc[{step.offset}:{end}]" if step.offset else f"head({step.rows})"
                self._set(f"{now}.{rows}")
            case _:
                raise Refused(step.place, "pandas' compiler does not know it.")

    def _select(self, columns: dict[str, str]) -> None:
        old, new = list(columns.values()), list(columns)
        code = f"{self._now}[{names(old)}]"
        if old != new:
            if len(set(old)) == len(old):
                pairs = mapping((o, quoted(n)) for n, o in columns.items() if n != o)
                code += f".rename(columns={pairs})"
            else:
                code += f".set_axis({names(new)}, axis=1)"
        self._set(code)

    # --- Several tables --------------------------------------------------------------------------

    def _join(self, step: Join) -> None:
        now, right = self._now, self._program.variable(step.table)
        left_keys = [left for left, _ in step.on]
        right_keys = [key for _, key in step.on]
        if step.how in ("semi", "anti"):
            self._membership(step, right, left_keys, right_keys)
            return
        other, renamed = right, {r: left for left, r in step.on if r != left}
        if renamed:
            pairs = mapping((old, quoted(new)) for old, new in renamed.items())
            other = f"{right}.rename(columns={pairs})"
        self._program.once("To merge() nulls are equal: those of one side are left out.")
        keys = names(left_keys)
        if step.how != "full":
            present = f"{other}.dropna(subset={keys})"
            self._set(f'{now}.merge({present}, on={keys}, how="{step.how}")')
            return
        self._program.say(f"right = {other}")
        present = " & ".join(f"right[{quoted(key)}].notna()" for key in left_keys)
        self._program.say(f"present = {present}")
        merged = f'{now}.merge(right[present], on={keys}, how="outer")'
        self._set(f"pd.concat([{merged}, right[~present]], ignore_index=True)")

    def _membership(self, step: Join, right: str, left: list[str], keys: list[str]) -> None:
        now = self._now
        if len(keys) == 1:
            own, other = f"{now}[{quoted(left[0])}]", f"{right}[{quoted(keys[0])}]"
            found = f"{own}.isin({other}.dropna())"
            if step.how == "semi":
                self._set(f"{now}[{found}]")
            elif not step.null_aware:
                self._set(f"{now}[~{found}]")
            else:
                self._program.comment(
                    "NOT IN: a null is neither in a list nor not, unless it is empty."
                )
                self._program.say(f"if len({right}):")
                self._program._indent += "    "
                self._set(f"{now}[~{found} & {own}.notna() & ~{other}.isna().any()]")
                self._program._indent = self._program._indent[4:]
                if now != self._target:
                    self._program.say("else:")
                    self._program.say(f"    {self._target} = {now}")
            return
        subset = f"{right}[{names(keys)}].dropna().drop_duplicates()"
        if left != keys:
            subset += f".set_axis({names(left)}, axis=1)"
        if step.how == "semi":
            self._set(f"{now}.merge({subset}, on={names(left)})")
            return
        mark = fresh("found", step.schema)
        merged = f'{now}.merge({subset}, on={names(left)}, how="left", indicator={quoted(mark)})'
        self._set(merged)
        alone = f'{self._now}[{self._now}[{quoted(mark)}] == "left_only"]'
        self._set(f"{alone}.drop(columns={quoted(mark)})")

    def _union(self, step: Union) -> None:
        kinds = list(step.schema.values())
        parts = [self._widened(self._now, self._schema_of_now(step), kinds)]
        for table, schema in zip(step.tables, step.table_schemas, strict=True):
            other = f"{self._program.variable(table)}[{names(schema)}]"
            other = self._widened(other, schema, kinds)
            if list(schema) != list(step.schema):
                other += f".set_axis({names(step.schema)}, axis=1)"
            parts.append(other)
        self._set(f"pd.concat([{', '.join(parts)}], ignore_index=True)")

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
        frame, marks = self._marked(self._now, step.order, step.schema)
        dropped = f".drop(columns={names(marks)})" if marks else ""
        self._set(f"{frame}.sort_values({_order_arguments(step.order, marks)}){dropped}")

    def _marked(self, frame: str, order: Sequence[Order], schema: Schema) -> tuple[str, list[str]]:
        """With columns that say where nulls are, when some have to come first and some last."""
        first = [each for each in order if each.nulls_first]
        if len(first) in (0, len(order)):
            return frame, []
        marks = {each.column: fresh(f"{each.column} is null", schema) for each in first}
        made = [
            (mark, f'{frame}[{quoted(column)}].isna().astype("int8")')
            for column, mark in marks.items()
        ]
        return f"{frame}.assign({keywords(made)})", list(marks.values())

    # --- Groups ----------------------------------------------------------------------------------

    def group(self, step: Group, whole: bool = True) -> None:
        """`whole`: of all rows; of a part, sums may still be infinite."""
        program = self._program
        if not step.aggregates:
            self._set(f"{self._now}[{names(step.by)}].drop_duplicates()")
            return
        made: dict[str, str] = {}
        columns: dict[str, str] = {}
        rough: dict[str, str] = {}
        taken = {*step.by, *self._columns(step)}
        code, flavour = program.expressions(self._now), program.flavour
        for name, aggregate in step.aggregates.items():
            argument = aggregate.argument
            if argument is None:
                continue
            if flavour.adds_for_means and (aggregate.name, argument.type) == ("mean", "int64"):
                argument = Call("cast", (argument,), "float64")
            if isinstance(argument, Column):
                columns[name] = argument.name
            else:
                columns[name] = fresh(name, {*taken, *made})
                made[columns[name]] = str(code.column(argument))
            mean_tells = step.by and not flavour.adds_for_means
            if _may_overflow(aggregate) and not mean_tells:
                rough[name] = fresh(f"{columns[name]} as float", {*taken, *made})
                source = made.get(columns[name], f"{self._now}[{quoted(columns[name])}]")
                atom = source if columns[name] not in made else f"({source})"
                made[rough[name]] = f'{atom}.astype("float64")'
        frame = f"{self._now}.assign({keywords(made.items())})" if made else self._now
        if step.by:
            program.say(f"grouped = {frame}.groupby({names(step.by)}, dropna=False, sort=False)")
            entries = [
                (name, self._aggregate("grouped", a, columns.get(name), rough.get(name), whole))
                for name, a in step.aggregates.items()
            ]
            self._set(f"pd.DataFrame({mapping(entries)}).reset_index()")
            return
        if made:
            self._set(frame)
        entries = [
            (name, self._alone(self._now, a, columns.get(name), rough.get(name), whole))
            for name, a in step.aggregates.items()
        ]
        self._set(f"pd.DataFrame({mapping(entries)})")

    def _columns(self, step: Group) -> set[str]:
        found: set[str] = set()
        for aggregate in step.aggregates.values():
            found |= columns_of(aggregate.argument)
        return found

    def _aggregate(
        self, groups: str, aggregate: Aggregate, column: str | None, rough: str | None, whole: bool
    ) -> str:
        if column is None:
            return f'{groups}.size().astype("Int64")'
        of, argument = f"{groups}[{quoted(column)}]", aggregate.argument
        assert argument is not None
        helpers = self._program.helpers
        match aggregate.name:
            case "count":
                return f'{of}.count().astype("Int64")'
            case "count_distinct":
                return f'{of}.nunique().astype("Int64")'
            case "sum":
                code = f"{of}.sum(min_count=1)"
                if rough is not None:
                    return f"{helpers.use('check_sums')}({code}, {groups}[{quoted(rough)}].sum())"
                if _may_overflow(aggregate):
                    return f"{helpers.use('sums')}({of})"
                return code if aggregate.type == "int64" or not whole else finite(helpers, code)
            case "quantile":
                code = f"{of}.quantile({aggregate.quantile})"
            case "min" | "max" | "median":
                code = f"{of}.{aggregate.name}()"
            case _:
                code = f"{of}.{aggregate.name}()"
        if aggregate.type == "float64" and argument.type == "int64":
            code += '.astype("float64")'
        return finite(helpers, code) if aggregate.name in ("mean", "std", "var") else code

    def _alone(
        self, frame: str, aggregate: Aggregate, column: str | None, rough: str | None, whole: bool
    ) -> str:
        """Of a table without keys: a series of one value."""
        dtype = self._program.dtype(aggregate.type)
        if column is None:
            return f'pd.Series([len({frame})], dtype="Int64")'
        of, argument = f"{frame}[{quoted(column)}]", aggregate.argument
        assert argument is not None
        if aggregate.type == "float64" and argument.type == "int64":
            of += '.astype("float64")'
        match aggregate.name:
            case "count_distinct":
                value = f"{of}.nunique()"
            case "sum":
                value = f"{of}.sum(min_count=1)"
            case "quantile":
                value = f"{of}.quantile({aggregate.quantile})"
            case name:
                value = f"{of}.{name}()"
        series = f'pd.Series([{value}], dtype="{dtype}")'
        helpers = self._program.helpers
        if rough is not None:
            return f"{helpers.use('check_sums')}({series}, {frame}[{quoted(rough)}].sum())"
        if aggregate.type == "float64":
            helpers.silent()
        beyond = aggregate.name in ("sum", "mean", "std", "var") and aggregate.type == "float64"
        return finite(helpers, series) if beyond and whole else series

    # --- Windows ---------------------------------------------------------------------------------

    def _window(self, step: Window) -> None:
        program, flavour = self._program, self._program.flavour
        code = program.expressions(self._now)
        made: dict[str, str] = {}
        columns: dict[str, str] = {}
        for name, call in step.columns.items():
            if isinstance(call.argument, Column):
                columns[name] = call.argument.name
            elif call.argument is not None:
                columns[name] = fresh(f"{name} of", {*step.schema, *made})
                made[columns[name]] = str(code.column(call.argument))
        base = ordered = self._now
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
        self._set(result)


def _may_overflow(aggregate: Aggregate) -> bool:
    """A sum of integers that are not known to be small."""
    argument = aggregate.argument
    if aggregate.name != "sum" or aggregate.type != "int64" or argument is None:
        return False
    if isinstance(aggregate, SumOfCounts):
        return False
    return bounds.bound(argument) > 2**30


def _order_arguments(order: Sequence[Order], marks: Sequence[str]) -> str:
    waiting = list(marks)
    pairs: list[tuple[str, bool]] = []
    for each in order:
        if marks and each.nulls_first:
            pairs.append((waiting.pop(0), False))
        pairs.append((each.column, not each.descending))
    ascending = [up for _, up in pairs]
    arguments = [names(column for column, _ in pairs)]
    if not all(ascending):
        arguments.append(f"ascending={ascending if any(ascending) else False}")
    if not marks and order[0].nulls_first:
        arguments.append('na_position="first"')
    return ", ".join(arguments)
