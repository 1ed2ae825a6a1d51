"""Columns of windows for pandas."""

from __future__ import annotations

from spillway_adapters.query.language import (
    Refused,
    Window,
    WindowCall,
)
from spillway_adapters.query.pandas_helpers import Helpers
from spillway_adapters.query.python_text import string as quoted


def finite(helpers: Helpers, code: str) -> str:
    return f"{helpers.use('finite')}({code})"


class WindowCode:
    """One column of a window, over `ordered`, its numbered partitions `group` and `rows`, the
    groupby of them."""

    def __init__(
        self, helpers: Helpers, step: Window, ordered: str, call: WindowCall, column: str | None
    ) -> None:
        self._helpers = helpers
        self._step = step
        self._call = call
        self.uses_peers = self.uses_position = False
        self._values = f"{ordered}[{quoted(column)}]" if column is not None else ""
        self._rows = f"rows[{quoted(column)}]" if column is not None else ""
        self._float = call.argument is not None and call.argument.type == "float64"
        self._text = call.argument is not None and call.argument.type == "text"
        self._integer = call.argument is not None and call.argument.type == "int64"

    def code(self) -> str:
        call = self._call
        match call.name:
            case "row_number":
                self.uses_position = True
                return 'position.astype("Int64")'
            case "rank":
                self.uses_position = self.uses_peers = True
                return 'position.groupby(peers).transform("first").astype("Int64")'
            case "dense_rank":
                self.uses_peers = True
                return '(~peers.duplicated()).groupby(group).cumsum().astype("Int64")'
            case "lag" | "lead":
                count = 1 if call.offset is None else call.offset
                return f"{self._rows}.shift({count if call.name == 'lag' else -count})"
            case "first_value" | "last_value":
                return self._edge(call.name == "first_value")
            case "rolling_mean":
                return self._recent("mean", call.offset or 1)
        name = "sum" if call.name == "cumsum" else call.name
        frame = self._step.frame
        if isinstance(frame, int):
            return self._recent(name, frame + 1)
        return self._all(name) if frame == "all" else self._running(name, frame)

    def _edge(self, first: bool) -> str:
        frame = self._step.frame
        at = self._helpers.use("value_at")
        beginning = f"{at}(~group.duplicated(), {self._values}, group)"
        if frame == "all":
            last = f'{at}(~group.duplicated(keep="last"), {self._values}, group)'
        elif frame == "range":
            self.uses_peers = not first
            last = f'{at}(~peers.duplicated(keep="last"), {self._values}, peers)'
        else:
            last = self._values
            if isinstance(frame, int):
                self.uses_position = self.uses_position or first
                beginning = f"{self._rows}.shift({frame}).where(position > {frame}, {beginning})"
        return beginning if first else last

    def _all(self, name: str) -> str:
        if not self._rows:
            return 'group.groupby(group).transform("size").astype("Int64")'
        if name == "count":
            return f'{self._rows}.transform("count").astype("Int64")'
        if name == "sum":
            return self._summed(
                f'{self._rows}.transform("sum", min_count=1)',
                f'{self._values}.astype("float64").groupby(group).transform("sum")',
            )
        code = f'{self._rows}.transform("{name}")'
        return f'{code}.astype("float64")' if name == "mean" and self._integer else code

    def _running(self, name: str, frame: str) -> str:
        if self._text and name in ("min", "max"):
            raise Refused(self._step.place, f"pandas has no running {name}() of text.")
        if not self._rows:
            self.uses_position = True
            code = 'position.astype("Int64")'
        elif name == "count":
            code = f'{self._values}.notna().groupby(group).cumsum().astype("Int64")'
        elif name == "sum":
            code = self._summed(
                f"{self._rows}.cumsum()",
                f'{self._values}.astype("float64").groupby(group).cumsum()',
            )
            code = f"{code}.groupby(group).ffill()"
        elif name == "mean":
            numbers = self._values if self._float else f'{self._values}.astype("float64")'
            total = f"{numbers}.groupby(group).cumsum().groupby(group).ffill()"
            code = f"({total} / {self._values}.notna().groupby(group).cumsum())"
        else:
            code = f"{self._rows}.cum{name}().groupby(group).ffill()"
        if frame == "range":
            self.uses_peers = True
            return f'{code}.groupby(peers).transform("last")'
        return code

    def _recent(self, name: str, rows: int) -> str:
        rolling = f"{self._rows}.rolling({rows}, min_periods=1)"
        if not self._rows:
            self.uses_position = True
            return f'position.clip(upper={rows}).astype("Int64")'
        count = f'{self._values}.notna().astype("Int64")'
        counted = f"{self._helpers.use('over_last')}({count}, group, {rows})"
        if name == "count":
            return counted
        if name == "mean" or self._float:
            return f"{rolling}.{name}().droplevel(0)"
        if name == "sum":
            total = f"{self._helpers.use('over_last')}({self._values}.fillna(0), group, {rows})"
            checked = self._summed(total, f"{rolling}.sum().droplevel(0)")
            return f"{checked}.where({counted} > 0)"
        smallest = self._helpers.use({"min": "least", "max": "greatest"}[name])
        return f"{smallest}(*{self._helpers.use('shifts')}({self._values}, group, {rows}))"

    def _summed(self, code: str, rough: str) -> str:
        if self._integer:
            return f"{self._helpers.use('check_sums')}({code}, {rough})"
        return finite(self._helpers, code)
