"""Random jobs over random tables, whose answers by several engines are compared.

    PYTHONPATH=adapters:tests/adapters PYTHON tests/adapters/query_fuzz.py FROM TO [ENGINE …]

Engines are those whose interpreter SPILLWAY_PYTHON_<ENGINE> names (as the other tests of adapters
have it), or those given, ENGINE:PROFILE for one with profiles. Each has a process of its own that
makes the same job of a number, compiles and runs it. Prints what differs; --show prints the job.
The exit code tells whether something did.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import query_cases
from query_cases import Case, Table

HERE = Path(__file__).resolve()
ADAPTERS = HERE.parents[2] / "adapters"
#: Seconds for one job; longer hangs.
PATIENCE = 120.0

TEXTS = [
    "", "a", "b", "B", "ab", "é", "ΟΔΟΣ", "straße", "a b", " a ", "NA", "null", "x,y", 'q"r',
    "1", "-2.5", "+7", "1e3", "2024-02-29", "2024-13-01", "true", "a.b", "a%b", "line\nbreak",
    "\\d",
]  # fmt: skip
DATES = [
    datetime.date(*parts)
    for parts in (
        (1969, 12, 31), (1970, 1, 1), (2023, 12, 31), (2024, 1, 1), (2024, 2, 29), (2024, 3, 31),
    )
]  # fmt: skip
MOMENTS = [
    datetime.datetime(*parts)
    for parts in (
        (1969, 12, 31, 23, 59, 59, 999999), (1970, 1, 1), (2024, 2, 29, 12, 30, 15, 5),
        (2024, 1, 7, 23, 59, 59), (2024, 1, 8), (2023, 12, 31, 22, 10, 5, 250000),
    )
]  # fmt: skip
COLUMNS = {
    "id": "int64", "k": "text", "s": "text", "i": "int64", "j": "int64", "x": "float64",
    "y": "float64", "b": "bool", "d": "date", "t": "timestamp",
}  # fmt: skip
OTHERS = {"k": "text", "j": "int64", "n": "int64", "z": "float64", "w": "text", "e": "date"}


# --- Jobs ----------------------------------------------------------------------------------------


class Maker:
    """A job from a number, always the same."""

    def __init__(self, seed: int) -> None:
        self.r = random.Random(seed)
        self.made = 0
        self.one: dict[str, str] = {}  #: of one of one row
        self.part: dict[str, str] = {}  #: columns of the list of let, when there is one

    def case(self, seed: int) -> Case:
        tables = {"data": self.table(COLUMNS, 60), "other": self.table(OTHERS, 15)}
        let: dict[str, list[dict[str, Any]]] = {}
        if self.r.random() < 0.3:
            self.schema, self.unique = dict(OTHERS), False
            let["part"] = [{"from": "other"}, *self.steps(self.r.randrange(1, 3), {})]
            self.part = self.schema
        if self.r.random() < 0.3:
            aggregates = {self.fresh(): "count()", self.fresh(): "max(n)", self.fresh(): "min(w)"}
            let["one"] = [{"from": "other"}, {"group": {"by": [], "agg": aggregates}}]
            self.one = dict(zip(aggregates, ("int64", "int64", "text"), strict=True))
        self.schema, self.unique = dict(COLUMNS), True
        steps = self.steps(self.r.randrange(1, 6), let)
        return Case(f"job {seed}", tables, [{"from": "data"}, *steps], [], let=let)

    def table(self, columns: dict[str, str], most: int) -> Table:
        count = self.r.choice([0, 1, 5, *[most] * 7])
        nulls = self.r.choice([0.0, 0.1, 0.5])
        rows = []
        for place in range(count):
            row: list[Any] = []
            for name, kind in columns.items():
                value = place if name == "id" else self.cell(name, kind)
                row.append(None if name != "id" and self.r.random() < nulls else value)
            rows.append(tuple(row))
        return Table(columns, rows)

    def cell(self, name: str, kind: str) -> Any:  # noqa: ANN401
        if name == "k":
            return self.r.choice(TEXTS[:6])
        match kind:
            case "int64":
                return self.r.choice([0, 1, 2, 3, -1, -7, 100, 999])
            case "float64":
                return self.r.choice([0.0, 1.0, -1.5, 0.25, 2.5, -0.5, 100.125, 1e-3, 7.0, 1e6])
            case "text":
                return self.r.choice(TEXTS)
            case "bool":
                return self.r.random() < 0.5
            case "date":
                return self.r.choice(DATES)
        return self.r.choice(MOMENTS)

    # --- Steps -----------------------------------------------------------------------------------

    def steps(self, count: int, let: dict[str, Any]) -> list[dict[str, Any]]:
        made: list[dict[str, Any]] = []
        for _ in range(count):
            kinds = ["filter", "derive", "select", "join", "group", "window", "sort", "distinct"]
            kinds += ["union", "attach"] if let else ["filter", "derive"]
            made += getattr(self, self.r.choice(kinds))()
        return made

    def filter(self) -> list[dict[str, Any]]:
        return [{"filter": self.expression("bool", 2)}]

    def derive(self) -> list[dict[str, Any]]:
        columns = {}
        for _ in range(self.r.randrange(1, 4)):
            kind = self.r.choice(["int64", "float64", "text", "bool", "date", "timestamp"])
            name = self.fresh() if self.r.random() < 0.7 else self.r.choice(self.names())
            if name == "id":
                name = self.fresh()
            columns[name] = (self.expression(kind, 3), kind)
        self.schema |= {name: kind for name, (_, kind) in columns.items()}
        return [{"derive": {name: text for name, (text, _) in columns.items()}}]

    def select(self) -> list[dict[str, Any]]:
        kept = self.r.sample(self.names(), self.r.randrange(1, len(self.schema) + 1))
        if self.r.random() < 0.3:
            renamed = {(self.fresh() if self.r.random() < 0.5 else name): name for name in kept}
            self.unique = self.unique and "id" in renamed
            self.schema = {new: self.schema[old] for new, old in renamed.items()}
            return [{"select": renamed}]
        self.unique = self.unique and "id" in kept
        self.schema = {name: self.schema[name] for name in kept}
        return [{"select": kept}]

    def join(self) -> list[dict[str, Any]]:
        name, right = "other", dict(OTHERS)
        if self.part and self.r.random() < 0.5:
            name, right = "part", dict(self.part)
        lefts = [c for c in self.names() if self.schema[c] != "float64" and c != "id"]
        pairs = [(a, b) for a in lefts for b in right if self.schema[a] == right[b]]
        if not pairs:
            return self.filter()
        self.r.shuffle(pairs)
        on: dict[str, str] = {}
        for a, b in pairs:
            if a not in on and b not in on.values() and len(on) < self.r.choice([1, 1, 2]):
                on[a] = b
        how = self.r.choice(["inner", "left", "full", "semi", "anti"])
        step: dict[str, Any] = {"with": name, "on": on, "how": how}
        if how == "anti" and len(on) == 1 and self.r.random() < 0.4:
            step["null_aware"] = True
        before: list[dict[str, Any]] = []
        if how not in ("semi", "anti"):
            others = {c: kind for c, kind in right.items() if c not in on.values()}
            clash = [c for c in others if c in self.schema]
            if clash:
                kept = [c for c in self.schema if c not in clash]
                if not set(on) <= set(kept):
                    return self.filter()
                before = [{"select": kept}]
                self.schema = {c: self.schema[c] for c in kept}
            self.schema |= others
            self.unique = False
        return [*before, {"join": step}]

    def group(self) -> list[dict[str, Any]]:
        keys = [c for c in self.names() if self.schema[c] != "float64"]
        by = self.r.sample(keys, min(len(keys), self.r.choice([0, 1, 1, 2])))
        aggregates = {}
        for _ in range(self.r.randrange(1, 4)):
            name = self.fresh()
            aggregates[name] = self.aggregate()
        self.schema = {c: self.schema[c] for c in by} | {
            n: kind for n, (_, kind) in aggregates.items()
        }
        self.unique = False
        return [{"group": {"by": by, "agg": {n: text for n, (text, _) in aggregates.items()}}}]

    def aggregate(self) -> tuple[str, str]:
        which = self.r.choice(
            [
                "count",
                "rows",
                "sum",
                "mean",
                "min",
                "max",
                "std",
                "var",
                "median",
                "quantile",
                "count_distinct",
            ]
        )
        number = self.r.choice(["int64", "float64"])
        match which:
            case "rows":
                return "count()", "int64"
            case "count":
                return f"count({self.expression(self.any_type(), 1)})", "int64"
            case "count_distinct":
                kind = self.r.choice(["int64", "text", "date"])
                return f"count_distinct({self.expression(kind, 1)})", "int64"
            case "sum":
                return f"sum({self.expression(number, 2)})", number
            case "min" | "max":
                kind = self.r.choice(["int64", "float64", "text", "date", "timestamp"])
                return f"{which}({self.expression(kind, 1)})", kind
            case "quantile":
                q = self.r.choice([0, 0.1, 0.5, 0.75, 1])
                return f"quantile({self.expression(number, 1)}, {q})", "float64"
        return f"{which}({self.expression(number, 1)})", "float64"

    def window(self) -> list[dict[str, Any]]:
        keys = [c for c in self.names() if self.schema[c] != "float64"]
        partition = self.r.sample(keys, min(len(keys), self.r.choice([0, 1, 1, 2])))
        order = self.order(self.r.sample(keys, min(len(keys), self.r.choice([1, 2]))))
        exact = self.unique and "id" in self.schema
        if exact and not any("id" in str(key) for key in order):
            order.append(self.r.choice(["id", "-id"]))
        frames: list[Any] = ["range"]
        frames += ["rows", 0, 1, 2, 5] if exact else []
        frame = self.r.choice(frames)
        if not order or self.r.random() < 0.2:
            order, frame = [], None
        columns = {}
        for _ in range(self.r.randrange(1, 4)):
            columns[self.fresh()] = self.windowed(bool(order), exact, frame)
        step: dict[str, Any] = {"partition": partition, "order": order}
        if frame is not None:
            step["frame"] = frame
        step["cols"] = {name: text for name, (text, _) in columns.items()}
        self.schema = self.schema | {name: kind for name, (_, kind) in columns.items()}
        return [{"window": step}]

    def windowed(self, ordered: bool, exact: bool, frame: Any) -> tuple[str, str]:  # noqa: ANN401
        kinds = ["sum", "mean", "min", "max", "count", "rows"]
        if ordered:
            kinds += ["rank", "dense_rank"]
            kinds += [] if isinstance(frame, int) else ["cumsum"]
            if exact:
                kinds += ["row_number", "lag", "lead", "rolling_mean", "first_value", "last_value"]
        which = self.r.choice(kinds)
        number = self.r.choice(["int64", "float64"])
        match which:
            case "rank" | "dense_rank" | "row_number":
                return f"{which}()", "int64"
            case "rows":
                return "count()", "int64"
            case "count":
                return f"count({self.expression(self.any_type(), 1)})", "int64"
            case "lag" | "lead":
                kind = self.any_type()
                return f"{which}({self.expression(kind, 1)}, {self.r.randrange(0, 4)})", kind
            case "first_value" | "last_value":
                kind = self.any_type()
                return f"{which}({self.expression(kind, 1)})", kind
            case "rolling_mean":
                return (
                    f"rolling_mean({self.expression(number, 1)}, {self.r.randrange(1, 5)})",
                    "float64",
                )
            case "mean":
                return f"mean({self.expression(number, 1)})", "float64"
            case "sum" | "cumsum":
                return f"{which}({self.expression(number, 1)})", number
        kind = self.r.choice(["int64", "float64", "date"])
        return f"{which}({self.expression(kind, 1)})", kind

    def order(self, columns: list[str]) -> list[Any]:
        made: list[Any] = []
        for name in columns:
            key = self.r.choice(["", "-"]) + name
            made.append({key: "nulls first"} if self.r.random() < 0.3 else key)
        return made

    def sort(self) -> list[dict[str, Any]]:
        if self.r.random() < 0.4:
            some = self.r.sample(self.names(), self.r.randrange(1, len(self.schema) + 1))
            return [{"sort": self.order(some)}]
        # Without ties that a limit could cut through, but of equal rows.
        exact = [c for c in self.names() if self.schema[c] != "float64"]
        self.r.shuffle(exact)
        floats = [c for c in self.names() if self.schema[c] == "float64"]
        limit: dict[str, Any] = {"limit": self.r.choice([0, 1, 7, 1000])}
        if self.r.random() < 0.4:
            limit["offset"] = self.r.choice([1, 3, 100])
        return [{"sort": self.order([*exact, *floats])}, limit]

    def distinct(self) -> list[dict[str, Any]]:
        kept = [c for c in self.names() if self.schema[c] != "float64"]
        kept = self.r.sample(kept, min(len(kept), self.r.randrange(1, 4)))
        if not kept:
            return self.filter()
        self.unique = self.unique and "id" in kept
        self.schema = {c: self.schema[c] for c in kept}
        return [{"select": kept}, {"distinct": True}]

    def union(self) -> list[dict[str, Any]]:
        """With the columns of `part` of the same types, as far as there are some."""
        pairs, left = [], list(self.part)
        for name, kind in self.schema.items():
            match = next((c for c in left if self.part[c] == kind), None)
            if match is not None:
                left.remove(match)
                pairs.append(name)
        if len(pairs) != len(self.part) or not pairs:
            return self.filter()
        chosen: list[str] = []
        for kind in self.part.values():
            chosen.append(next(c for c in pairs if self.schema[c] == kind and c not in chosen))
        self.schema = {c: self.schema[c] for c in chosen}
        self.unique = False
        return [{"select": chosen}, {"union": ["part"]}]

    def attach(self) -> list[dict[str, Any]]:
        if not self.one or any(name in self.schema for name in self.one):
            return self.filter()
        self.schema = self.schema | self.one
        return [{"attach": "one"}]

    # --- Expressions -----------------------------------------------------------------------------

    def names(self) -> list[str]:
        return list(self.schema)

    def fresh(self) -> str:
        self.made += 1
        return f"c{self.made}"

    def any_type(self) -> str:
        return self.r.choice(["int64", "float64", "text", "bool", "date", "timestamp"])

    def leaf(self, kind: str) -> str:
        known = [name for name, own in self.schema.items() if own == kind]
        if known and self.r.random() < 0.85:
            return f'"{self.r.choice(known)}"'
        match kind:
            case "int64":
                return self.r.choice(["0", "1", "2", "3", "-4", "10"])
            case "float64":
                return self.r.choice(["0.5", "1.0", "2.25", "-3.0", "0.0"])
            case "text":
                return "'" + self.r.choice(TEXTS).replace("'", "''") + "'"
            case "bool":
                return self.r.choice(["true", "false"])
            case "date":
                return f"date '{self.r.choice(DATES)}'"
        return f"timestamp '{self.r.choice(MOMENTS)}'"

    def expression(self, kind: str, depth: int) -> str:
        if depth == 0 or self.r.random() < 0.25:
            return self.leaf(kind)
        form = self.r.choice(FORMS[kind] + EVERYWHERE)
        parts = form.split("@")  # Every second one is a type.
        for place in range(1, len(parts), 2):
            hole = parts[place]
            hole = kind if hole == "same" else self.r.choice(KINDS) if hole == "any" else hole
            # Where a function jumps the last bit counts.
            exact = hole == "plain"
            parts[place] = self.leaf("float64") if exact else self.expression(hole, depth - 1)
        return "".join(parts)


KINDS = ["int64", "float64", "text", "bool", "date", "timestamp"]
EVERYWHERE = [
    "case when @bool@ then @same@ else @same@ end",
    "case when @bool@ then @same@ when @bool@ then @same@ end",
    "coalesce(@same@, @same@)",
]
FORMS = {
    "int64": [
        "(@int64@ + @int64@)", "(@int64@ - @int64@)", "(@int64@ * @int64@)",
        "mod(@int64@, @int64@)",
        "(@int64@ // @int64@)", "abs(@int64@)", "(-@int64@)", "length(@text@)", "year(@date@)",
        "month(@timestamp@)", "day(@date@)", "weekday(@date@)", "hour(@timestamp@)",
        "minute(@timestamp@)", "second(@timestamp@)", "quarter(@date@)", "days(@date@)",
        "cast(@plain@ as int64)", "cast(@text@ as int64)", "cast(@bool@ as int64)",
        "date_diff('day', @date@, @date@)", "date_diff('month', @date@, @date@)",
        "date_diff('week', @date@, @date@)", "date_diff('hour', @timestamp@, @timestamp@)",
        "date_diff('year', @timestamp@, @timestamp@)", "position(@text@, 'b')", "sign(@float64@)",
        "nullif(@int64@, @int64@)", "greatest(@int64@, @int64@)", "least(@int64@, @int64@)",
        "mod(epoch_us(@timestamp@), 1000003)",
    ],
    "float64": [
        "(@float64@ + @float64@)", "(@float64@ - @float64@)", "(@float64@ * @float64@)",
        "(@float64@ / @float64@)", "(@int64@ / @int64@)", "(@float64@ + @int64@)",
        "(@int64@ * @float64@)", "abs(@float64@)", "(-@float64@)", "sqrt(@float64@)",
        "ln(@float64@)",
        "exp(@float64@)", "floor(@plain@)", "ceil(@plain@)", "round(@plain@, 0)",
        "round(@plain@, 2)", "trunc(@plain@)", "mod(@plain@, @plain@)", "log10(@float64@)",
        "log2(@float64@)", "pow(@float64@, 2.0)", "pow(@float64@, @float64@)",
        "cast(@int64@ as float64)", "cast(@text@ as float64)", "greatest(@float64@, @float64@)",
        "least(@float64@, @int64@)", "nullif(@float64@, @float64@)",
    ],
    "text": [
        "lower(@text@)", "upper(@text@)", "trim(@text@)", "substr(@text@, 2)",
        "substr(@text@, 1, 2)",
        "left(@text@, 1)", "right(@text@, 2)", "(@text@ || @text@)", "concat(@text@, '-', @text@)",
        "replace(@text@, 'a', 'xy')", "replace(@text@, '.', '$1')", "cast(@int64@ as text)",
        "cast(@date@ as text)", "cast(@bool@ as text)", "greatest(@text@, @text@)",
        "nullif(@text@, @text@)", "regexp_replace(@text@, '[a-c]+', '[x]')",
        "regexp_replace(@text@, '(\\w)\\W(\\w)', '\\2-\\1', 'all')",
        "regexp_extract(@text@, '([a-z]+)(\\d*)', 1)", "regexp_extract(@text@, '\\d+$')",
    ],
    "bool": [
        "(@int64@ < @int64@)", "(@int64@ = @int64@)", "(@int64@ <> @int64@)",
        "(@float64@ < @float64@)",
        "(@float64@ >= @int64@)", "(@text@ < @text@)", "(@text@ = @text@)", "(@date@ <= @date@)",
        "(@timestamp@ > @timestamp@)", "(@bool@ and @bool@)", "(@bool@ or @bool@)", "(not @bool@)",
        "(@any@ is null)", "(@any@ is not null)", "(@int64@ in (1, 2, 3))",
        "(@text@ in ('a', 'NA', ''))",
        "(@text@ not in ('b', 'é'))", "(@int64@ between 0 and @int64@)", "contains(@text@, 'a')",
        "starts_with(@text@, 'a')", "ends_with(@text@, 'b')", "(@text@ like 'a%')",
        "(@text@ like '%_b')",
        "(@text@ not like '%.%')", "regexp_matches(@text@, '^[a-z]+$')",
        "regexp_matches(@text@, '\\d')",
        "(@bool@ = @bool@)", "(@date@ in (date '2024-01-01', date '2024-02-29'))",
        "cast(@text@ as bool)",
    ],
    "date": [
        "cast(@timestamp@ as date)", "cast(@text@ as date)", "date_trunc('month', @date@)",
        "date_trunc('week', @date@)", "date_trunc('year', @date@)", "date_trunc('quarter', @date@)",
        "(@date@ + interval 1 month)", "(@date@ - interval 3 day)", "(@date@ + interval 2 year)",
        "make_date(2024, @int64@, @int64@)", "greatest(@date@, @date@)", "least(@date@, @date@)",
    ],
    "timestamp": [
        "cast(@date@ as timestamp)", "cast(@text@ as timestamp)", "date_trunc('hour', @timestamp@)",
        "date_trunc('day', @timestamp@)", "date_trunc('week', @timestamp@)",
        "date_trunc('minute', @timestamp@)", "(@timestamp@ + interval 90 minute)",
        "(@timestamp@ - interval 1 month)", "(@timestamp@ + interval 10 day)",
        "greatest(@timestamp@, @timestamp@)",
    ],
}  # fmt: skip


def case_of(seed: int) -> Case:
    return Maker(seed).case(seed)


def written(case: Case, folder: Path, options: list[str]) -> dict[str, Any]:
    """Its tables as files."""
    tables = dict(case.tables)
    for name, table in tables.items():
        rows = table.rows
        if "--no-empty" in options:
            rows = [tuple("x" if cell == "" else cell for cell in row) for row in rows]
        table = dataclasses.replace(table, rows=rows)
        if "--words" in options:
            table = dataclasses.replace(table, text=_with_words(table))
        tables[name] = table
    case = dataclasses.replace(case, tables=tables)
    return query_cases.write(case, folder, "parquet" if "--parquet" in options else "csv")


def _with_words(table: Table) -> str:
    words = ["", "NA", "n/a", '"null"', " NaN ", "#N/A"]
    lines = [",".join(table.columns)]
    for place, row in enumerate(table.rows):
        cells = zip(row, table.columns.values(), strict=True)
        lines.append(
            ",".join(
                words[place % len(words)]
                if cell is None and kind != "text"
                else query_cases.field(cell)
                for cell, kind in cells
            )
        )
    return "".join(f"{line}\n" for line in lines)


# --- Engines -------------------------------------------------------------------------------------


@dataclasses.dataclass
class Said:
    """Rows, or why there are none."""

    rows: list[tuple[Any, ...]] | None = None
    refused: str = ""
    failed: str = ""


class Engine:
    """A process of an engine's own interpreter."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.counts = {"rows": 0, "no rows": 0, "refused": 0, "failed": 0}
        python = os.environ[f"SPILLWAY_PYTHON_{name.partition(':')[0].upper()}"]
        path = os.pathsep.join([str(ADAPTERS), str(HERE.parent)])
        self._process = subprocess.Popen(
            [python, str(HERE), "--serve", name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": path},
            text=True,
        )

    def count(self, said: Said) -> None:
        kind = "refused" if said.refused else "failed" if said.failed else "rows"
        self.counts["no rows" if said.rows == [] else kind] += 1

    def ask(self, seed: int, options: list[str]) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps([seed, options]) + "\n")
        self._process.stdin.flush()

    def answer(self) -> Said:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            return Said(failed=f"the process ended ({self._process.wait()})")
        fields = json.loads(line)
        rows = None if fields["rows"] is None else [tuple(row) for row in fields["rows"]]
        return Said(rows, fields["refused"], fields["failed"])

    def close(self) -> None:
        for stream in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(BrokenPipeError):
                assert stream is not None
                stream.close()
        self._process.wait(PATIENCE)


def serve(name: str) -> None:
    """Answers numbers of jobs, one a line."""
    import query_try
    from spillway_adapters.query import job as jobs
    from spillway_adapters.query.language import Refused

    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # What an engine prints is no answer.
    engine, _, profile = name.partition(":")
    for line in sys.stdin:
        seed, options = json.loads(line)
        said: dict[str, Any] = {"rows": None, "refused": "", "failed": ""}
        with tempfile.TemporaryDirectory() as folder:
            try:
                case = case_of(seed)
                job = jobs.parse(case.pipeline, written(case, Path(folder), options))
                said["rows"] = query_try.answer(
                    engine, job, Path(folder) / "s", profile or "default"
                )
            except Refused as refused:
                said["refused"] = str(refused)
            except BaseException as failure:
                said["failed"] = f"{type(failure).__name__}: {failure}"[:1500]
        answers.write(json.dumps(said) + "\n")
        answers.flush()


def engines() -> list[str]:
    known = ("duckdb", "polars", "pandas", "modin", "pyspark", "dask", "ray")
    return [name for name in known if os.environ.get(f"SPILLWAY_PYTHON_{name.upper()}")]


# --- Comparison ----------------------------------------------------------------------------------


def compared(seed: int, said: dict[str, Said]) -> list[str]:
    """What is wrong, in lines. An overflow may be met by one engine alone: it need not compute what
    nobody reads."""
    from spillway_adapters.query import job as jobs

    wrong = []
    answered = {name: one for name, one in said.items() if one.rows is not None}
    for name, one in said.items():
        if one.failed and "verflow" not in one.failed and "i128" not in one.failed:
            wrong.append(f"{name} failed: {one.failed}")
    if len(answered) < 2:
        return wrong
    case = case_of(seed)
    job = jobs.parse(case.pipeline, inputs_of(case))
    names = list(job.schema)
    order = [names.index(one.column) for one in job.sorted_by]
    floats = [place for place, kind in enumerate(job.schema.values()) if kind == "float64"]
    order = [place for place in order if place not in floats]
    # Keys after a float count among its equals only, which differ in the last bit.
    cut = (n for n, one in enumerate(job.sorted_by) if names.index(one.column) in floats)
    order = order[: next(cut, None)]
    first, *others = answered
    for name in others:
        pair = answered[first].rows or [], answered[name].rows or []
        found = query_cases.differences(*pair, order)
        if found:
            count = len(found)
            wrong.append(f"{name} against {first}, {count} lines:\n    " + "\n    ".join(found[:6]))
    return wrong


def inputs_of(case: Case) -> dict[str, Any]:
    """Without files."""
    from spillway_adapters.query import language

    return {
        name: language.Input(name, (), "csv", dict(t.columns), tuple(t.columns), language.Csv())
        for name, t in case.tables.items()
    }


def run(
    seeds: Iterable[int], names: list[str], options: Sequence[str] = ()
) -> Iterator[tuple[int, list[str]]]:
    """Each number with what is wrong."""
    running = [Engine(name) for name in names]
    try:
        for seed in seeds:
            for engine in running:
                engine.ask(seed, list(options))
            said = {engine.name: engine.answer() for engine in running}
            for engine in running:
                engine.count(said[engine.name])
            yield seed, compared(seed, said)
    finally:
        for engine in running:
            print(f"{engine.name}: {engine.counts}")
            engine.close()


def main() -> int:
    if sys.argv[1:2] == ["--serve"]:
        serve(sys.argv[2])
        return 0
    words = [word for word in sys.argv[1:] if not word.startswith("--")]
    options = [word for word in sys.argv[1:] if word.startswith("--")]
    seeds = range(int(words[0]), int(words[1]))
    bad = 0
    for seed, wrong in run(seeds, words[2:] or engines(), options):
        if wrong:
            bad += 1
            print(f"{seed}: " + "\n  ".join(wrong), flush=True)
        if "--show" in sys.argv:
            print(json.dumps(case_of(seed).pipeline, ensure_ascii=False))
    print(f"{len(seeds)} jobs, {bad} with a difference")
    return bool(bad)


if __name__ == "__main__":
    sys.exit(main())
