"""Groups of a query as statements of a program for pandas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spillway_adapters.query import bounds
from spillway_adapters.query.language import Aggregate, Call, Column, Group, columns_of
from spillway_adapters.query.pandas_parts import SumOfCounts
from spillway_adapters.query.pandas_windows import finite
from spillway_adapters.query.python_layout import fresh, keywords, mapping, names
from spillway_adapters.query.python_text import string as quoted

if TYPE_CHECKING:
    from spillway_adapters.query.pandas_steps import Steps


class Groups:
    """A step among others; `whole`: of all rows; of a part, sums may still be infinite."""

    def __init__(self, steps: Steps, step: Group, whole: bool) -> None:
        self._steps = steps
        self._program = steps.program
        self._helpers = steps.program.helpers
        self._step = step
        self._whole = whole
        self._made: dict[str, str] = {}  #: columns that are added before
        self._columns: dict[str, str] = {}  #: what an aggregate is of
        self._rough: dict[str, str] = {}  #: the same as float64

    def do(self) -> None:
        step, steps = self._step, self._steps
        if not step.aggregates:
            steps.set(f"{steps.now}[{names(step.by)}].drop_duplicates()")
            return
        self._prepare()
        made = self._made.items()
        frame = f"{steps.now}.assign({keywords(made)})" if made else steps.now
        if step.by:
            keys = f"{names(step.by)}, dropna=False, sort=False"
            self._program.say(f"grouped = {frame}.groupby({keys})")
            entries = [(name, self._of_each(name, a)) for name, a in step.aggregates.items()]
            steps.set(f"pd.DataFrame({mapping(entries)}).reset_index()")
            return
        if made:
            steps.set(frame)
        entries = [(name, self._of_all(name, a)) for name, a in step.aggregates.items()]
        steps.set(f"pd.DataFrame({mapping(entries)})")

    def _prepare(self) -> None:
        """Columns for what is no column yet."""
        step, adds = self._step, self._program.flavour.adds_for_means
        code = self._program.expressions(self._steps.now)
        taken = {*step.by}
        for aggregate in step.aggregates.values():
            taken |= columns_of(aggregate.argument)
        for name, aggregate in step.aggregates.items():
            argument = aggregate.argument
            if argument is None:
                continue
            if adds and (aggregate.name, argument.type) == ("mean", "int64"):
                argument = Call("cast", (argument,), "float64")
            if isinstance(argument, Column):
                self._columns[name] = argument.name
            else:
                self._columns[name] = fresh(name, {*taken, *self._made})
                self._made[self._columns[name]] = str(code.column(argument))
            if adds and step.by and _may_overflow(aggregate):
                column = self._columns[name]
                self._rough[name] = fresh(f"{column} as float", {*taken, *self._made})
                source = f"({self._made[column]})" if column in self._made else self._column(name)
                self._made[self._rough[name]] = f'{source}.astype("float64")'

    def _column(self, name: str) -> str:
        return f"{self._steps.now}[{quoted(self._columns[name])}]"

    def _of_each(self, name: str, aggregate: Aggregate) -> str:
        """A series of a value for each group."""
        if name not in self._columns:
            return 'grouped.size().astype("Int64")'
        of, argument = f"grouped[{quoted(self._columns[name])}]", aggregate.argument
        assert argument is not None
        # Modin forgets the type where there is no group.
        again = '.astype("float64")' if self._program.flavour.partitioned else ""
        match aggregate.name:
            case "count":
                return f'{of}.count().astype("Int64")'
            case "count_distinct":
                return f'{of}.nunique().astype("Int64")'
            case "sum":
                code = f"{of}.sum(min_count=1)"
                if name in self._rough:
                    rough = f"grouped[{quoted(self._rough[name])}].sum()"
                    return f"{self._helpers.use('check_sums')}({code}, {rough})"
                if _may_overflow(aggregate):
                    return f"{self._helpers.use('sums')}({of})"
                if aggregate.type == "float64":
                    code += again
                exact = aggregate.type == "int64" or not self._whole
                return code if exact else finite(self._helpers, code)
            case "quantile":
                code = f"{of}.quantile({aggregate.quantile})"
            case _:
                code = f"{of}.{aggregate.name}()"
        if aggregate.type == "float64":
            code += '.astype("float64")' if argument.type == "int64" else again
        beyond = aggregate.name in ("mean", "std", "var")
        return finite(self._helpers, code) if beyond else code

    def _of_all(self, name: str, aggregate: Aggregate) -> str:
        """Of a table without keys: a series of one value."""
        if name not in self._columns:
            return f'pd.Series([len({self._steps.now})], dtype="Int64")'
        of, argument = self._column(name), aggregate.argument
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
            case function:
                value = f"{of}.{function}()"
        series = f'pd.Series([{value}], dtype="{self._program.dtype(aggregate.type)}")'
        if _may_overflow(aggregate):
            rough = f'{of}.astype("float64").sum()'
            return f"{self._helpers.use('check_sums')}({series}, {rough})"
        if aggregate.type == "float64":
            self._helpers.silent()
        beyond = aggregate.name in ("sum", "mean", "std", "var") and aggregate.type == "float64"
        return finite(self._helpers, series) if beyond and self._whole else series


def _may_overflow(aggregate: Aggregate) -> bool:
    """A sum of integers that are not known to be small."""
    argument = aggregate.argument
    if aggregate.name != "sum" or aggregate.type != "int64" or argument is None:
        return False
    if isinstance(aggregate, SumOfCounts):
        return False
    return bounds.bound(argument) > 2**30
