"""Random queries over random tables, always the same of a number.

`Maker(seed).made()` has the job with its tables; how the files are written, and what an answer must
not depend on, comes from the number, too (`Made`).
"""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Mapping
from typing import Any

from query_cases import Case, Table
from query_fuzz_engines import Variant
from query_fuzz_forms import (
    CHOICES,
    DATES,
    EVERYWHERE,
    FAR_DATES,
    FAR_FLOATS,
    FAR_INTEGERS,
    FAR_MOMENTS,
    FLOATS,
    FORMS,
    INTEGERS,
    KINDS,
    MOMENTS,
    NOT_FAR,
    ODD_FRESH,
    ODD_NAMES,
    TEXTS,
    WORDS,
)

COLUMNS = {
    "id": "int64", "k": "text", "s": "text", "i": "int64", "j": "int64", "x": "float64",
    "y": "float64", "b": "bool", "d": "date", "t": "timestamp",
}  # fmt: skip
OTHERS = {
    "k": "text", "j": "int64", "n": "int64", "z": "float64", "w": "text", "e": "date", "f": "bool",
    "u": "timestamp",
}  # fmt: skip
#: Of them a list makes a table of one row to attach.
ONE = {"int64": "n", "text": "w", "float64": "z", "timestamp": "u"}
Steps = list[dict[str, Any]]


@dataclasses.dataclass(frozen=True)
class Files:
    """How the tables lie on disk."""

    format: str
    words: bool = False  #: for null, where a CSV file has numbers, dates and bools
    carriage_returns: bool = False
    parts: int = 1

    def __str__(self) -> str:
        said = [self.format]
        said += ["with words for null"] * self.words
        said += ["with \\r\\n"] * self.carriage_returns
        return ", ".join(said + [f"{self.parts} files a table"] * (self.parts > 1))


@dataclasses.dataclass(frozen=True)
class Made:
    seed: int
    case: Case
    exact: frozenset[str]  #: columns of floats whose every bit has to be the same
    files: Files
    variant: Variant


class Maker:
    """The columns so far, their types, and which floats are exact."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.r = random.Random(seed)
        self.count = 0
        self.far = self.r.random() < 0.25  #: numbers and dates at the ends of their types
        self.overflows = self.far and self.r.random() < 0.2
        self.odd = self.r.random() < 0.25  #: names
        self.empty_texts = self.r.random() < 0.6
        self.schema: dict[str, str] = {}
        self.exact: set[str] = set()
        self.unique = False  #: "id" is there, and no two rows have the same
        self.ones: dict[str, dict[str, str]] = {}  #: lists of one row
        self.parts: dict[str, dict[str, str]] = {}  #: lists to join with, and for unions
        self.part_exact: dict[str, set[str]] = {}

    def made(self) -> Made:
        own, others = self._renamed(COLUMNS), self._renamed(OTHERS)
        tables = {"data": self._table(own, 60), "other": self._table(others, 15)}
        self.others = others
        let: dict[str, Steps] = {}
        for name in ("part", "more"):
            if self.r.random() < 0.3:
                self._list(name, let)
        if self.r.random() < 0.35:
            self._one(let)
        if "part" in self.parts and not self.ones and self.r.random() < 0.1:
            self._begin(self.parts["part"], self.part_exact["part"], unique=False)
            first = "part"
        else:
            self._begin(own, set(own), unique=True)
            first = "data"
        steps = [{"from": first}, *self._steps(self.r.randrange(1, 7))]
        if self.r.random() < 0.15:
            steps += self._ties()
        output = self._output() if self.r.random() < 0.1 else None
        case = Case(f"job {self.seed}", tables, steps, [], let=let, output=output)
        return Made(self.seed, case, frozenset(self.exact), self._files(), self._variant())

    def _files(self) -> Files:
        if self.seed % 2:
            return Files("parquet", parts=self.r.choice([1, 1, 1, 2]))
        odds = self.r.random() < 0.25, self.r.random() < 0.1
        return Files("csv", *odds, parts=self.r.choice([1, 1, 1, 3]))

    def _variant(self) -> Variant:
        return Variant(
            workers=self.r.choice([1, 2, 2, 3]),
            cuts=self.r.choice([1, 2, 3, 4, 6]),
            small_bytes=self.r.choice([0, 0, 20_000_000]),
            chunk_rows=self.r.choice([2, 7, 1_000_000]),
            memory=self.r.choice([None, None, None, 1_500_000_000]),
        )

    def _renamed(self, columns: Mapping[str, str]) -> dict[str, str]:
        return {ODD_NAMES.get(c, c) if self.odd else c: kind for c, kind in columns.items()}

    def _begin(self, schema: Mapping[str, str], exact: set[str], unique: bool) -> None:
        self.schema = dict(schema)
        self.exact = {c for c in exact if self.schema[c] == "float64"}
        self.unique = unique

    # --- Tables ----------------------------------------------------------------------------------

    def _table(self, columns: dict[str, str], most: int) -> Table:
        count = self.r.choice([0, 1, 2, 5, *[most] * 9, 4 * most])
        usual = self.r.choice([0.0, 0.1, 0.5])
        nulls = {c: 1.0 if self.r.random() < 0.06 else usual for c in columns}
        keys = {"k", ODD_NAMES["k"]}
        rows = []
        for place in range(count):
            row: list[Any] = []
            for name, kind in columns.items():
                value = place if name == "id" else self._cell(name in keys, kind)
                row.append(None if name != "id" and self.r.random() < nulls[name] else value)
            rows.append(tuple(row))
        return Table(columns, rows)

    def _cell(self, key: bool, kind: str) -> Any:  # noqa: ANN401
        if kind == "text":
            words = WORDS if key else TEXTS
            value = self.r.choice([*words, ""] if key else words)
            return value if value or self.empty_texts else "a"
        if kind == "bool":
            return self.r.random() < 0.5
        near, far = {
            "int64": (INTEGERS, FAR_INTEGERS),
            "float64": (FLOATS, FAR_FLOATS),
            "date": (DATES, FAR_DATES),
            "timestamp": (MOMENTS, FAR_MOMENTS),
        }[kind]
        return self.r.choice(far if self.far and self.r.random() < 0.5 else near)

    # --- Lists of let ----------------------------------------------------------------------------

    def _list(self, name: str, let: dict[str, Steps]) -> None:
        self._begin(self.others, set(self.others), unique=False)
        let[name] = [{"from": "other"}, *self._steps(self.r.randrange(1, 3))]
        self.parts[name], self.part_exact[name] = self.schema, self.exact

    def _one(self, let: dict[str, Steps]) -> None:
        """A row of aggregates, or the first one."""
        of = {kind: ODD_NAMES[c] if self.odd else c for kind, c in ONE.items()}
        names = {kind: self.fresh() for kind in ("int64", "text", "float64", "timestamp")}
        if self.r.random() < 0.6:
            aggregates = {names["int64"]: "count()"}
            for kind in ("text", "float64", "timestamp"):
                aggregates[names[kind]] = f"{self.r.choice(['min', 'max'])}({quoted(of[kind])})"
            let["one"] = [{"from": "other"}, {"group": {"by": [], "agg": aggregates}}]
        else:
            # By every column: which row is the first has to be certain.
            self.schema = dict(self.others)
            order = self.order(self.names())
            picked = {names[kind]: of[kind] for kind in names}
            let["one"] = [{"from": "other"}, {"sort": order}, {"limit": 1}, {"select": picked}]
        self.ones["one"] = {name: kind for kind, name in names.items()}

    # --- Steps -----------------------------------------------------------------------------------

    def _steps(self, count: int) -> Steps:
        made: Steps = []
        for _ in range(count):
            kinds = ["filter", "derive", "derive", "select", "drop", "group"]
            kinds += ["window", "window", "sort", "distinct"]
            # Three of many rows for each key would make a million.
            kinds += ["join"] * 2 * (sum("join" in step for step in made) < 2)
            kinds += ["union"] * 2 * bool(self.parts) + ["attach"] * 2 * bool(self.ones)
            made += getattr(self, self.r.choice(kinds))()
        return made

    def filter(self) -> Steps:
        return [{"filter": self.expression("bool", 2)}]

    def derive(self) -> Steps:
        columns, kinds = {}, {}
        for _ in range(self.r.randrange(1, 4)):
            kind = self.r.choice([*KINDS, "exact"])
            name = self.fresh() if self.r.random() < 0.7 else self.r.choice(self.names())
            if name == "id":
                name = self.fresh()
            columns[name], kinds[name] = self.expression(kind, 3), kind
        self._add(kinds)
        return [{"derive": columns}]

    def _add(self, kinds: Mapping[str, str]) -> None:
        """Columns of these kinds, "exact" among them."""
        self.schema |= {n: "float64" if k == "exact" else k for n, k in kinds.items()}
        self.exact = {n for n in self.exact if n not in kinds}
        self.exact |= {n for n, k in kinds.items() if k == "exact"}

    def _keep(self, names: Mapping[str, str]) -> None:
        """New names of the columns that are left."""
        self.exact = {new for new, old in names.items() if old in self.exact}
        self.unique = self.unique and names.get("id") == "id"
        self.schema = {new: self.schema[old] for new, old in names.items()}

    def select(self) -> Steps:
        kept = self.r.sample(self.names(), self.r.randrange(1, len(self.schema) + 1))
        if self.r.random() < 0.3:
            names = {(self.fresh() if self.r.random() < 0.5 else name): name for name in kept}
            self._keep(names)
            return [{"select": names}]
        self._keep({name: name for name in kept})
        return [{"select": kept}]

    def drop(self) -> Steps:
        if len(self.schema) < 2:
            return self.filter()
        gone = self.r.sample(self.names(), self.r.randrange(1, min(3, len(self.schema))))
        self._keep({name: name for name in self.names() if name not in gone})
        return [{"drop": gone}]

    def join(self) -> Steps:
        name, right, exact = "other", dict(self.others), set(self.others)
        if self.parts and self.r.random() < 0.5:
            name = self.r.choice(list(self.parts))
            right, exact = dict(self.parts[name]), self.part_exact[name]
        lefts = [c for c in self.names() if self.schema[c] != "float64" and c != "id"]
        pairs = [(a, b) for a in lefts for b in right if self.schema[a] == right[b]]
        if not pairs:
            return self.filter()
        self.r.shuffle(pairs)
        on: dict[str, str] = {}
        for a, b in pairs:
            if a not in on and b not in on.values() and len(on) < self.r.choice([1, 1, 2, 3]):
                on[a] = b
        how = self.r.choice(["inner", "left", "full", "semi", "anti"])
        step: dict[str, Any] = {"with": name, "on": on, "how": how}
        if how == "anti" and len(on) == 1 and self.r.random() < 0.4:
            step["null_aware"] = True
        before: Steps = []
        if how not in ("semi", "anti"):
            others = {c: kind for c, kind in right.items() if c not in on.values()}
            clash = [c for c in others if c in self.schema]
            if clash:
                kept = [c for c in self.schema if c not in clash]
                if not set(on) <= set(kept):
                    return self.filter()
                before = [{"select": kept}]
                self._keep({c: c for c in kept})
            kinds = {c: "exact" if c in exact and k == "float64" else k for c, k in others.items()}
            self._add(kinds)
            self.unique = False
        return [*before, {"join": step}]

    def group(self) -> Steps:
        by = self.r.sample(self.keys(), min(len(self.keys()), self.r.choice([0, 1, 1, 2, 3])))
        aggregates, kinds = {}, {}
        for _ in range(self.r.choice([0, 1, 2, 3]) if by else self.r.randrange(1, 4)):
            name = self.fresh()
            aggregates[name], kinds[name] = self.aggregate()
        self._keep({c: c for c in by})
        self._add(kinds)
        self.unique = False
        return [{"group": {"by": by, "agg": aggregates}}]

    def aggregate(self) -> tuple[str, str]:
        kinds = ["count", "rows", "min", "max", "count_distinct", "sum"]
        # A mean of numbers near the greatest is the engines' own.
        kinds += [] if self.far else ["sum", "mean", "std", "var", "median", "quantile"]
        which = self.r.choice(kinds)
        number = "int64" if self.far else self.r.choice(["int64", "float64"])
        match which:
            case "rows":
                return "count()", "int64"
            case "count":
                return f"count({self.expression(self.any_type(), 1)})", "int64"
            case "count_distinct":
                kind = self.r.choice(["int64", "text", "date", "bool", "timestamp"])
                return f"count_distinct({self.expression(kind, 1)})", "int64"
            case "sum":
                return f"sum({self.expression(number, 2)})", number
            case "min" | "max":
                kind = self.r.choice(["int64", "float64", "exact", "text", "date", "timestamp"])
                return f"{which}({self.expression(kind, 1)})", kind
            case "quantile":
                q = self.r.choice([0, 0.1, 0.5, 0.75, 1])
                return f"quantile({self.expression(number, 1)}, {q})", "float64"
        return f"{which}({self.expression(number, 1)})", "float64"

    def window(self) -> Steps:
        keys = self.keys()
        partition = self.r.sample(keys, min(len(keys), self.r.choice([0, 1, 1, 2])))
        keys += [c for c in self.names() if c in self.exact]
        order = self.order(self.r.sample(keys, min(len(keys), self.r.choice([1, 2]))))
        exact = self.unique and "id" in self.schema
        if exact and not any("id" in names_of(key) for key in order):
            order.append(self.r.choice(["id", "-id"]))
        frames: list[Any] = ["range"]
        frames += ["rows", 0, 1, 2, 5] if exact else []
        frame = self.r.choice(frames)
        if not order or self.r.random() < 0.2:
            order, frame = [], None
        columns, kinds = {}, {}
        for _ in range(self.r.randrange(1, 4)):
            name = self.fresh()
            columns[name], kinds[name] = self.windowed(bool(order), exact, frame)
        step: dict[str, Any] = {"partition": partition, "order": order}
        if frame is not None:
            step["frame"] = frame
        step["cols"] = columns
        self._add(kinds)
        return [{"window": step}]

    def windowed(self, ordered: bool, exact: bool, frame: Any) -> tuple[str, str]:  # noqa: ANN401
        kinds = ["min", "max", "count", "rows"] + ([] if self.far else ["sum", "mean"])
        if ordered:
            kinds += ["rank", "dense_rank"]
            kinds += [] if isinstance(frame, int) or self.far else ["cumsum"]
            if exact:
                kinds += ["row_number", "lag", "lead", "first_value", "last_value"]
                kinds += [] if self.far else ["rolling_mean"]
        which = self.r.choice(kinds)
        number = self.r.choice(["int64", "float64"])
        value = self.r.choice([*KINDS, "exact"])
        match which:
            case "rank" | "dense_rank" | "row_number":
                return f"{which}()", "int64"
            case "rows":
                return "count()", "int64"
            case "count":
                return f"count({self.expression(self.any_type(), 1)})", "int64"
            case "lag" | "lead":
                places = self.r.choice(["", ", 0", ", 1", ", 2", ", 3"])
                return f"{which}({self.expression(value, 1)}{places})", value
            case "first_value" | "last_value":
                return f"{which}({self.expression(value, 1)})", value
            case "rolling_mean":
                rows = self.r.randrange(1, 5)
                return f"rolling_mean({self.expression(number, 1)}, {rows})", "float64"
            case "mean":
                return f"mean({self.expression(number, 1)})", "float64"
            case "sum" | "cumsum":
                return f"{which}({self.expression(number, 1)})", number
        kind = self.r.choice(["int64", "float64", "exact", "text", "date", "timestamp"])
        return f"{which}({self.expression(kind, 1)})", kind

    def order(self, columns: list[str]) -> list[Any]:
        made: list[Any] = []
        for name in columns:
            key = self.r.choice(["", "-"]) + name
            made.append({key: "nulls first"} if self.r.random() < 0.3 else key)
        return made

    def sort(self) -> Steps:
        if self.r.random() < 0.4:
            some = self.r.sample(self.names(), self.r.randrange(1, len(self.schema) + 1))
            return [{"sort": self.order(some)}]
        # By every column: without ties that a limit could cut through, but of equal rows.
        exact = [c for c in self.names() if self.schema[c] != "float64" or c in self.exact]
        self.r.shuffle(exact)
        others = [c for c in self.names() if c not in exact]
        if others:
            return [{"sort": self.order([*exact, *others])}]
        limit: dict[str, Any] = {"limit": self.r.choice([0, 1, 7, 1000])}
        if self.r.random() < 0.4:
            limit["offset"] = self.r.choice([1, 3, 100])
        return [{"sort": self.order(exact)}, limit]

    def _ties(self) -> Steps:
        """A limit at the end, which may cut through rows that are equal to it."""
        keys = [c for c in self.names() if self.schema[c] != "float64" or c in self.exact]
        if not keys:
            return []
        some = self.r.sample(keys, min(len(keys), self.r.choice([1, 1, 2])))
        limit: dict[str, Any] = {"limit": self.r.choice([1, 2, 5, 20])}
        if self.r.random() < 0.4:
            limit["offset"] = self.r.choice([1, 4])
        return [{"sort": self.order(some)}, limit]

    def distinct(self) -> Steps:
        kept = self.r.sample(self.keys(), min(len(self.keys()), self.r.randrange(1, 4)))
        if not kept:
            return self.filter()
        self._keep({c: c for c in kept})
        return [{"select": kept}, {"distinct": True}]

    def union(self) -> Steps:
        """With a list, as far as there are columns of its types; whole numbers stand where it has
        floats, or the other way round."""
        name = self.r.choice(list(self.parts))
        part, exact = self.parts[name], self.part_exact[name]
        numbers = ("int64", "float64")
        chosen: list[str] = []
        for kind in part.values():
            free = [c for c in self.names() if c not in chosen]
            alike = [c for c in free if self.schema[c] == kind]
            wider = [c for c in free if {kind, self.schema[c]} == set(numbers)]
            found = wider if wider and (not alike or self.r.random() < 0.5) else alike
            if not found:
                return self.filter()
            chosen.append(self.r.choice(found))
        self._keep({c: c for c in chosen})
        for mine, (theirs, kind) in zip(chosen, part.items(), strict=True):
            own = self.schema[mine]
            good = (own == "int64" or mine in self.exact) and (kind == "int64" or theirs in exact)
            if "float64" in (own, kind):
                self._add({mine: "exact" if good else "float64"})
        self.unique = False
        others = self.r.choice([[name], [name], [name, name]])
        return [{"select": chosen}, {"union": others}]

    def attach(self) -> Steps:
        columns = self.ones["one"]
        if any(name in self.schema for name in columns):
            return self.filter()
        self._add({n: "exact" if kind == "float64" else kind for n, kind in columns.items()})
        return [{"attach": "one"}]

    def _output(self) -> dict[str, Any]:
        wanted: dict[str, Any] = {"to": self.r.choice(["csv", "parquet"])}
        keys = [c for c in self.keys() if self.schema[c] in ("int64", "text", "date")]
        if keys and len(self.schema) > 1 and self.r.random() < 0.4 and not self.odd:
            wanted["partition_by"] = [self.r.choice(keys)]
        return wanted

    # --- Expressions -----------------------------------------------------------------------------

    def names(self) -> list[str]:
        return list(self.schema)

    def keys(self) -> list[str]:
        return [c for c in self.names() if self.schema[c] != "float64"]

    def fresh(self) -> str:
        self.count += 1
        form = self.r.choice(ODD_FRESH) if self.odd and self.r.random() < 0.4 else "c{}"
        return form.format(self.count)

    def any_type(self) -> str:
        return self.r.choice(KINDS)

    def leaf(self, kind: str) -> str:
        known = [name for name, own in self.schema.items() if own == kind]
        if kind == "exact":
            known = [name for name in self.names() if name in self.exact]
        if known and self.r.random() < 0.85:
            return quoted(self.r.choice(known))
        if self.r.random() < 0.08:
            return f"cast(null as {'float64' if kind == 'exact' else kind})"
        far = self.far and self.r.random() < 0.3
        match kind:
            case "int64":
                return str(self.r.choice(FAR_INTEGERS if far else [0, 1, 2, 3, -4, 10]))
            case "float64" | "exact":
                return repr(self.r.choice(FAR_FLOATS if far else [0.5, 1.0, 2.25, -3.0, 0.0]))
            case "text":
                return "'" + self.r.choice(TEXTS).replace("'", "''") + "'"
            case "bool":
                return self.r.choice(["true", "false"])
            case "date":
                return f"date '{self.r.choice(FAR_DATES if far else DATES).isoformat()}'"
        return f"timestamp '{self.r.choice(FAR_MOMENTS if far else MOMENTS).isoformat(' ')}'"

    def forms(self, kind: str) -> list[str]:
        found = FORMS[kind]
        if self.far and kind not in ("exact", "float64") and not self.overflows:
            found = [form for form in found if not any(part in form for part in NOT_FAR)]
        if self.far and kind == "float64":
            # Of a sum of theirs nothing but its last bit may be left.
            found = [form for form in found if "@float64@" not in form]
        # Floats that differ in the last bit are not equal.
        return found + [f for f in EVERYWHERE if kind != "float64" or not f.startswith("nullif")]

    def expression(self, kind: str, depth: int) -> str:
        if depth <= 0 or self.r.random() < 0.2:
            return self.leaf(kind)
        parts = self.r.choice(self.forms(kind)).split("@")
        for place in range(1, len(parts), 2):
            hole = parts[place]
            hole = kind if hole == "same" else self.any_type() if hole == "any" else hole
            known = CHOICES.get(hole)
            parts[place] = self.r.choice(known) if known else self.expression(hole, depth - 1)
        return "".join(parts)


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def names_of(key: Any) -> list[str]:  # noqa: ANN401 (of an order)
    name = key if isinstance(key, str) else next(iter(key))
    return [name.removeprefix("-")]


def made(seed: int) -> Made:
    return Maker(seed).made()
