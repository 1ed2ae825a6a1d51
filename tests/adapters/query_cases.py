"""Jobs of the kind `query` with their answers, worked out by hand from docs/workloads/query.md: one
for every row of its table of semantics, every step and every function. Every engine has to answer
alike, or refuse.

`write()` makes the files of a case and the inputs for job.parse(); `differences()` compares.
Nothing here imports an engine.
"""

from __future__ import annotations

import dataclasses
import datetime
import importlib.util
import json
import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from spillway_adapters.query import language

Row = tuple[Any, ...]
#: Of equality, relative to the largest value of the column.
TOLERANCE = 1e-9
#: What sums that cancel leave over, as the variance of equal values.
REST = 1e-15


@dataclasses.dataclass(frozen=True)
class Table:
    columns: dict[str, str]
    rows: list[Row] = dataclasses.field(default_factory=list)
    #: The file as it is, in place of the rows: for what a CSV file alone can say.
    text: str | None = None
    #: Options of language.Csv at other values than their defaults.
    dialect: dict[str, Any] = dataclasses.field(default_factory=dict)
    #: Columns that become folders, as name=value; they are the last ones.
    hive: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True)
class Case:
    name: str
    tables: dict[str, Table]
    steps: list[dict[str, Any]]
    columns: list[str]
    #: Without `fails`: the rows of the answer, a date or a timestamp as a value of datetime.
    expected: list[Row] = dataclasses.field(default_factory=list)
    #: Columns whose values have to come in this order, row by row.
    order: tuple[str, ...] = ()
    let: dict[str, list[dict[str, Any]]] = dataclasses.field(default_factory=dict)
    #: The run has to fail, with these words in its message.
    fails: str = ""
    #: What is not in every engine, which may refuse it.
    wide: bool = False
    #: Files in place of rows, which are read back.
    output: dict[str, Any] | None = None

    @property
    def formats(self) -> tuple[str, ...]:
        """Of files that can hold the tables."""
        tables = self.tables.values()
        csv = () if any(table.hive for table in tables) else ("csv",)
        return csv if any(table.text is not None for table in tables) else (*csv, "parquet")

    @property
    def pipeline(self) -> dict[str, Any]:
        """The job as JSON, without its inputs."""
        job: dict[str, Any] = {"steps": self.steps}
        if self.output is not None:
            job["output"] = self.output
        return {"let": self.let, **job} if self.let else job

    def __str__(self) -> str:
        return self.name


# --- Files ---------------------------------------------------------------------------------------


def field(value: Any) -> str:  # noqa: ANN401 (a value of any type of the language)
    """Null is nothing, the empty text is in quotes."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime.datetime):
        return value.isoformat(sep=" ")
    if not isinstance(value, str):
        return str(value)
    if value == "" or value != value.strip() or any(mark in value for mark in ',"\n\r'):
        return '"' + value.replace('"', '""') + '"'
    return value


def csv_text(table: Table) -> str:
    if table.text is not None:
        return table.text
    lines = [table.columns, *table.rows]
    # A row of one null is no blank line, which readers leave out.
    return "".join((",".join(map(field, line)) or '""') + "\n" for line in lines)


def write(case: Case, folder: Path, format: str = "csv") -> dict[str, language.Input]:
    """The inputs of the case, which read every column."""
    made = {}
    for name, table in case.tables.items():
        if format == "csv":
            path = folder / f"{name}.csv"
            path.write_text(csv_text(table), encoding="utf-8", newline="")
            paths, root, hive = (str(path),), "", ()
        else:
            paths, root, hive = _parquet(table, folder / f"{name}.parquet")
        made[name] = language.Input(
            name=name,
            paths=paths,
            format="csv" if format == "csv" else "parquet",
            columns=dict(table.columns),
            used=tuple(table.columns),
            csv=language.Csv(**table.dialect) if format == "csv" else None,
            hive=hive,
            root=root,
            rows=None if table.text is not None else len(table.rows),
            bytes=sum(Path(path).stat().st_size for path in paths),
        )
    return made


def _parquet(table: Table, path: Path) -> tuple[tuple[str, ...], str, tuple[str, ...]]:
    """A file of two row groups or more, as real ones have, or a folder of folders for hive columns;
    by whichever library is there."""
    writers = {"pyarrow": _by_pyarrow, "polars": _by_polars, "duckdb": _by_duckdb}
    writer = next(w for library, w in writers.items() if importlib.util.find_spec(library))
    assert table.text is None, "a table of text alone"
    writer(table, path)
    files = sorted(path.rglob("*.parquet")) if table.hive else [path]
    return tuple(map(str, files)), str(path) if table.hive else "", table.hive


def _group_size(table: Table) -> int:
    return max(len(table.rows) // 2, 1)


def _by_pyarrow(table: Table, path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    types = {
        "int64": pa.int64(),
        "float64": pa.float64(),
        "text": pa.string(),
        "bool": pa.bool_(),
        "date": pa.date32(),
        "timestamp": pa.timestamp("us"),
    }
    arrays = [
        pa.array([row[place] for row in table.rows], types[kind])
        for place, kind in enumerate(table.columns.values())
    ]
    data = pa.table(arrays, names=list(table.columns))
    if table.hive:
        pq.write_to_dataset(data, path, partition_cols=list(table.hive))
    else:
        pq.write_table(data, path, row_group_size=_group_size(table))


def _by_polars(table: Table, path: Path) -> None:
    import polars as pl

    types = {
        "int64": pl.Int64,
        "float64": pl.Float64,
        "text": pl.String,
        "bool": pl.Boolean,
        "date": pl.Date,
        "timestamp": pl.Datetime("us"),
    }
    schema = {name: types[kind] for name, kind in table.columns.items()}
    data = pl.DataFrame(table.rows, schema=schema, orient="row")
    if table.hive:
        key = list(table.hive)
        data.lazy().sink_parquet(pl.PartitionBy(path, key=key, include_key=False), mkdir=True)
    else:
        data.write_parquet(path, row_group_size=_group_size(table))


def _by_duckdb(table: Table, path: Path) -> None:
    import duckdb

    types = {"int64": "BIGINT", "float64": "DOUBLE", "text": "VARCHAR", "bool": "BOOLEAN"}
    connection = duckdb.connect()
    names = ['"' + name.replace('"', '""') + '"' for name in table.columns]
    kinds = (types.get(kind, kind.upper()) for kind in table.columns.values())
    columns = ", ".join(f"{name} {kind}" for name, kind in zip(names, kinds, strict=True))
    connection.execute(f"CREATE TABLE data ({columns})")
    if table.rows:
        marks = ", ".join("?" for _ in names)
        connection.executemany(f"INSERT INTO data VALUES ({marks})", table.rows)
    by = ", ".join(names[-len(table.hive) :])
    how = f", PARTITION_BY ({by})" if table.hive else ""
    connection.execute(f"COPY data TO '{path}' (FORMAT parquet{how})")
    connection.close()


# --- Comparison ----------------------------------------------------------------------------------


def plain(value: Any) -> Any:  # noqa: ANN401
    """As table.py has values: dates and timestamps in ISO 8601."""
    return value.isoformat() if isinstance(value, datetime.date) else value


def differences(
    expected: Iterable[Row],
    found: Iterable[Row],
    order: Sequence[int] = (),
    exact: Sequence[int] = (),
) -> list[str]:
    """What is wrong with the rows that were found, in words; nothing when they are the same as a
    multiset. `order`: places of columns whose values have to come in the order expected; `exact`:
    of floats that have to be the same in every bit."""
    wanted = [tuple(map(plain, row)) for row in expected]
    rows = [tuple(map(plain, row)) for row in found]
    if not wanted and not rows:
        return []
    widths = {len(row) for row in [*wanted, *rows]}
    if len(widths) != 1:
        return [f"rows of {sorted(widths)} cells"]
    scales = [_scale(row[place] for row in wanted) for place in range(widths.pop())]
    for place in exact:
        scales[place] = -1.0
    left: dict[Row, list[Row]] = {}
    for row in rows:
        left.setdefault(_exact(row), []).append(row)
    said = []
    for row in wanted:
        like = left.get(_exact(row), [])
        match = next((other for other in like if _same(row, other, scales)), None)
        if match is None:
            said.append(f"not found: {row}")
        else:
            like.remove(match)
    said += [f"not expected: {row}" for like in left.values() for row in like]
    for place in order:
        pairs = zip((row[place] for row in wanted), (row[place] for row in rows), strict=False)
        if not said and any(not _same((a,), (b,), [scales[place]]) for a, b in pairs):
            said.append(f"column {place} is in the order {[row[place] for row in rows]}")
    return said


def _scale(values: Iterable[Any]) -> float:
    return max((abs(value) for value in values if isinstance(value, float)), default=0.0)


def _exact(row: Row) -> Row:
    """What has to be equal: every cell but numbers with a fraction, with its type."""
    return tuple((float,) if isinstance(cell, float) else (type(cell), cell) for cell in row)


def _same(row: Row, other: Row, scales: Sequence[float]) -> bool:
    return all(
        type(a) is type(b) and _alike(a, b, scale)
        for a, b, scale in zip(row, other, scales, strict=True)
    )


def _alike(a: Any, b: Any, scale: float) -> bool:  # noqa: ANN401
    if not isinstance(a, float) or scale < 0:
        return a == b
    return abs(a - b) <= max(TOLERANCE * scale, REST)


# --- Tables that several cases use ---------------------------------------------------------------

date, moment = datetime.date, datetime.datetime

SALES = Table(
    {"id": "int64", "shop": "text", "amount": "float64", "pieces": "int64", "day": "date"},
    [
        (1, "north", 10.0, 1, date(2024, 1, 1)),
        (2, "north", 20.0, None, date(2024, 1, 2)),
        (3, "south", None, 3, date(2024, 2, 29)),
        (4, None, 5.5, 4, None),
        (5, "south", 7.25, 5, date(2023, 12, 31)),
        (6, None, None, None, date(2024, 1, 1)),
        (7, "east", None, None, date(2024, 3, 1)),
    ],
)
SHOPS = Table(
    {"shop": "text", "town": "text", "size": "int64"},
    [
        ("north", "Oslo", 3),
        ("south", "Rome", 2),
        ("south", "Bari", 1),
        (None, "Nowhere", 0),
        ("west", "Nice", 5),
    ],
)
ONE = Table({"one": "int64"}, [(1,)])


def _sales(
    name: str,
    steps: list[dict[str, Any]],
    columns: str,
    expected: list[Row],
    **more: Any,  # noqa: ANN401
) -> Case:
    tables = {"sales": SALES, "shops": SHOPS}
    return Case(name, tables, [{"from": "sales"}, *steps], columns.split(), expected, **more)


def _on(
    name: str,
    table: Table,
    steps: list[dict[str, Any]],
    columns: str,
    expected: list[Row],
    **more: Any,  # noqa: ANN401
) -> Case:
    return Case(name, {"t": table}, [{"from": "t"}, *steps], columns.split(), expected, **more)


def _values(name: str, expressions: dict[str, Any], **more: Any) -> Case:  # noqa: ANN401
    """Expressions of constants, over a table of one row: expression → value."""
    columns = {f"c{place}": expression for place, expression in enumerate(expressions)}
    steps = [{"derive": columns}, {"select": list(columns)}]
    return _on(name, ONE, steps, " ".join(columns), [tuple(expressions.values())], **more)


def _mapped(
    name: str,
    type: str,
    expression: str,
    pairs: list[tuple[Any, Any]],
    **more: Any,  # noqa: ANN401
) -> Case:
    """An expression of the column x: x → value."""
    table = Table({"i": "int64", "x": type}, [(i, x) for i, (x, _) in enumerate(pairs)])
    steps = [{"derive": {"y": expression}}, {"select": ["i", "y"]}]
    return _on(name, table, steps, "i y", [(i, y) for i, (_, y) in enumerate(pairs)], **more)


def _two(
    name: str,
    types: tuple[str, str],
    expression: str,
    rows: list[tuple[Any, Any, Any]],
    **more: Any,  # noqa: ANN401
) -> Case:
    """An expression of the columns x and y: (x, y, value)."""
    table = Table(
        {"i": "int64", "x": types[0], "y": types[1]},
        [(i, x, y) for i, (x, y, _) in enumerate(rows)],
    )
    steps = [{"derive": {"z": expression}}, {"select": ["i", "z"]}]
    return _on(name, table, steps, "i z", [(i, z) for i, (_, _, z) in enumerate(rows)], **more)


LARGEST = 2**63 - 1
SMALLEST = -(2**63)

# --- Steps ---------------------------------------------------------------------------------------

STEPS = [
    _sales("from alone", [], "id shop amount pieces day", SALES.rows),
    _sales(
        "filter keeps true only",
        [{"filter": "amount > 7"}],
        "id shop amount pieces day",
        [SALES.rows[0], SALES.rows[1], SALES.rows[4]],
    ),
    _sales(
        "filter of a negation", [{"filter": "not (amount > 7)"}, {"select": ["id"]}], "id", [(4,)]
    ),
    _sales(
        "derive adds and replaces, and sees what comes in",
        [
            {"derive": {"amount": "amount * 2", "old": "amount"}},
            {"select": ["id", "amount", "old"]},
        ],
        "id amount old",
        [
            (1, 20.0, 10.0),
            (2, 40.0, 20.0),
            (3, None, None),
            (4, 11.0, 5.5),
            (5, 14.5, 7.25),
            (6, None, None),
            (7, None, None),
        ],
    ),
    _sales(
        "select in another order",
        [{"select": ["shop", "id"]}],
        "shop id",
        [(row[1], row[0]) for row in SALES.rows],
    ),
    _sales(
        "select renames, also two columns by turns",
        [{"select": {"id": "pieces", "pieces": "id"}}],
        "id pieces",
        [(row[3], row[0]) for row in SALES.rows],
    ),
    _sales(
        "drop",
        [{"drop": ["amount", "day", "shop"]}],
        "id pieces",
        [(row[0], row[3]) for row in SALES.rows],
    ),
    _sales(
        "inner join",
        [{"join": {"with": "shops", "on": ["shop"]}}, {"drop": ["amount", "pieces", "day"]}],
        "id shop town size",
        [
            (1, "north", "Oslo", 3),
            (2, "north", "Oslo", 3),
            (3, "south", "Rome", 2),
            (3, "south", "Bari", 1),
            (5, "south", "Rome", 2),
            (5, "south", "Bari", 1),
        ],
    ),
    _sales(
        "left join",
        [
            {"join": {"with": "shops", "on": ["shop"], "how": "left"}},
            {"select": ["id", "shop", "town"]},
        ],
        "id shop town",
        [
            (1, "north", "Oslo"),
            (2, "north", "Oslo"),
            (3, "south", "Rome"),
            (3, "south", "Bari"),
            (4, None, None),
            (5, "south", "Rome"),
            (5, "south", "Bari"),
            (6, None, None),
            (7, "east", None),
        ],
    ),
    _sales(
        "full join: the key is coalesced, null keys stay apart",
        [
            {"join": {"with": "shops", "on": ["shop"], "how": "full"}},
            {"select": ["id", "shop", "town"]},
        ],
        "id shop town",
        [
            (1, "north", "Oslo"),
            (2, "north", "Oslo"),
            (3, "south", "Rome"),
            (3, "south", "Bari"),
            (4, None, None),
            (5, "south", "Rome"),
            (5, "south", "Bari"),
            (6, None, None),
            (7, "east", None),
            (None, None, "Nowhere"),
            (None, "west", "Nice"),
        ],
    ),
    _sales(
        "semi join: each row once",
        [{"join": {"with": "shops", "on": ["shop"], "how": "semi"}}, {"select": ["id", "shop"]}],
        "id shop",
        [(1, "north"), (2, "north"), (3, "south"), (5, "south")],
    ),
    _sales(
        "anti join keeps null keys",
        [{"join": {"with": "shops", "on": ["shop"], "how": "anti"}}, {"select": ["id", "shop"]}],
        "id shop",
        [(4, None), (6, None), (7, "east")],
    ),
    _sales(
        "null-aware anti join: a null on the right leaves nothing",
        [
            {"join": {"with": "shops", "on": ["shop"], "how": "anti", "null_aware": True}},
            {"select": ["id"]},
        ],
        "id",
        [],
    ),
    _sales(
        "null-aware anti join: a null on the left is not kept",
        [
            {"join": {"with": "named", "on": ["shop"], "how": "anti", "null_aware": True}},
            {"select": ["id"]},
        ],
        "id",
        [(7,)],
        let={"named": [{"from": "shops"}, {"filter": "shop is not null"}]},
    ),
    _sales(
        "null-aware anti join with nothing: everything is kept",
        [
            {"join": {"with": "none", "on": ["shop"], "how": "anti", "null_aware": True}},
            {"select": ["id"]},
        ],
        "id",
        [(i,) for i in range(1, 8)],
        let={"none": [{"from": "shops"}, {"filter": "size > 100"}]},
    ),
    _sales(
        "join on columns of different names; the key has the left one's",
        [{"join": {"with": "places", "on": {"shop": "place"}}}, {"select": ["id", "shop", "town"]}],
        "id shop town",
        [(1, "north", "Oslo"), (2, "north", "Oslo")],
        let={
            "places": [
                {"from": "shops"},
                {"filter": "size = 3"},
                {"select": {"place": "shop", "town": "town"}},
            ]
        },
    ),
    _sales(
        "join on two columns, a null in one of them",
        [
            {"join": {"with": "keys", "on": ["shop", "pieces"], "how": "left"}},
            {"select": ["id", "hit"]},
        ],
        "id hit",
        [(1, None), (2, None), (3, 3), (4, None), (5, 5), (6, None), (7, None)],
        let={
            "keys": [
                {"from": "sales"},
                {"filter": "id <> 1"},
                {"select": {"shop": "shop", "pieces": "pieces", "hit": "id"}},
            ]
        },
    ),
    _sales(
        "full join on columns of different names",
        [
            {"select": ["id", "shop"]},
            {"filter": "id < 3"},
            {"join": {"with": "places", "on": {"shop": "place"}, "how": "full"}},
        ],
        "id shop size",
        [
            (1, "north", 3),
            (2, "north", 3),
            (None, "south", 2),
            (None, "south", 1),
            (None, None, 0),
            (None, "west", 5),
        ],
        let={"places": [{"from": "shops"}, {"select": {"place": "shop", "size": "size"}}]},
    ),
    _sales(
        "join with an empty table",
        [{"join": {"with": "none", "on": ["shop"], "how": "left"}}, {"select": ["id", "town"]}],
        "id town",
        [(i, None) for i in range(1, 8)],
        let={"none": [{"from": "shops"}, {"filter": "size > 100"}]},
    ),
    _sales(
        "attach a row",
        [{"select": ["id"]}, {"filter": "id < 3"}, {"attach": "all"}],
        "id n top",
        [(1, 7, 20.0), (2, 7, 20.0)],
        let={
            "all": [
                {"from": "sales"},
                {"group": {"by": [], "agg": {"n": "count()", "top": "max(amount)"}}},
            ]
        },
    ),
    _sales(
        "attach no row: nulls",
        [{"select": ["id"]}, {"filter": "id < 3"}, {"attach": "none"}],
        "id town",
        [(1, None), (2, None)],
        let={"none": [{"from": "shops"}, {"filter": "size > 100"}, {"select": ["town"]}]},
    ),
    _sales(
        "attach more than a row fails",
        [{"select": ["id"]}, {"attach": "towns"}],
        "id town",
        fails="more than one row",
        expected=[],
        let={"towns": [{"from": "shops"}, {"select": ["town"]}]},
    ),
    _sales(
        "union keeps every row, goes by position, widens",
        [{"select": ["id", "amount"]}, {"filter": "id < 3"}, {"union": ["more", "more"]}],
        "id amount",
        [(1, 10.0), (2, 20.0), (3, 3.0), (2, 2.0), (3, 3.0), (2, 2.0)],
        let={
            "more": [
                {"from": "shops"},
                {"filter": "size between 2 and 3"},
                {"derive": {"twice": "size"}},
                {"select": ["size", "twice"]},
            ]
        },
    ),
    _sales(
        "distinct: nulls are equal",
        [{"select": ["shop"]}, {"distinct": True}],
        "shop",
        [("north",), ("south",), (None,), ("east",)],
    ),
    # Engines that keep groups in several partitions have to bring them together for this.
    _sales(
        "distinct rows, counted",
        [
            {"select": ["shop"]},
            {"distinct": True},
            {"group": {"by": [], "agg": {"shops": "count()"}}},
        ],
        "shops",
        [(4,)],
    ),
    _sales(
        "groups of many keys, counted",
        [
            {"derive": {"b": "id + 1", "c": "id + 2", "d": "id + 3", "e": "id + 4"}},
            {"group": {"by": ["id", "b", "c", "d", "e", "shop"], "agg": {"n": "count()"}}},
            {"group": {"by": [], "agg": {"groups": "count()", "rows": "sum(n)"}}},
        ],
        "groups rows",
        [(7, 7)],
    ),
    _sales(
        "distinct of several columns",
        [{"derive": {"has": "amount is null"}}, {"select": ["shop", "has"]}, {"distinct": True}],
        "shop has",
        [
            ("north", False),
            ("south", True),
            ("south", False),
            (None, False),
            (None, True),
            ("east", True),
        ],
    ),
    _sales(
        "sort puts nulls last",
        [{"select": ["pieces", "id"]}, {"sort": ["pieces", "id"]}],
        "pieces id",
        [(1, 1), (3, 3), (4, 4), (5, 5), (None, 2), (None, 6), (None, 7)],
        order=("pieces", "id"),
    ),
    _sales(
        "sort descending puts nulls last, too",
        [{"select": ["pieces", "id"]}, {"sort": ["-pieces", "-id"]}],
        "pieces id",
        [(5, 5), (4, 4), (3, 3), (1, 1), (None, 7), (None, 6), (None, 2)],
        order=("pieces", "id"),
    ),
    _sales(
        "sort with nulls first",
        [
            {"select": ["pieces", "id"]},
            {"sort": [{"pieces": "nulls first"}, {"-id": "nulls last"}]},
        ],
        "pieces id",
        [(None, 7), (None, 6), (None, 2), (1, 1), (3, 3), (4, 4), (5, 5)],
        order=("pieces", "id"),
    ),
    _sales(
        "sort descending with nulls first",
        [{"select": ["pieces", "id"]}, {"sort": [{"-pieces": "nulls first"}, "id"]}],
        "pieces id",
        [(None, 2), (None, 6), (None, 7), (5, 5), (4, 4), (3, 3), (1, 1)],
        order=("pieces", "id"),
    ),
    _sales(
        "limit and offset",
        [{"select": ["id"]}, {"sort": ["-id"]}, {"limit": 2, "offset": 3}],
        "id",
        [(4,), (3,)],
        order=("id",),
    ),
    _sales(
        "limit beyond the end",
        [{"select": ["id"]}, {"sort": ["id"]}, {"limit": 10, "offset": 5}],
        "id",
        [(6,), (7,)],
        order=("id",),
    ),
    _sales("limit of nothing", [{"sort": ["id"]}, {"limit": 0}, {"select": ["id"]}], "id", []),
    _sales(
        "limit in the middle",
        [{"sort": ["-id"]}, {"limit": 4}, {"group": {"by": [], "agg": {"s": "sum(id)"}}}],
        "s",
        [(22,)],
    ),
    _sales(
        "let: one list reads another",
        [{"join": {"with": "b", "on": ["shop"]}}, {"select": ["id", "n"]}],
        "id n",
        [(1, 2), (2, 2)],
        let={
            "a": [{"from": "sales"}, {"group": {"by": ["shop"], "agg": {"n": "count()"}}}],
            "b": [{"from": "a"}, {"filter": "shop = 'north'"}],
        },
    ),
    _sales(
        "the same list used twice",
        [
            {"select": ["shop", "id"]},
            {"join": {"with": "a", "on": ["shop"]}},
            {"join": {"with": "c", "on": ["shop"]}},
            {"filter": "id = 1"},
        ],
        "shop id n m",
        [("north", 1, 2, 2)],
        let={
            "a": [{"from": "sales"}, {"group": {"by": ["shop"], "agg": {"n": "count()"}}}],
            "c": [{"from": "a"}, {"select": {"shop": "shop", "m": "n"}}],
        },
    ),
]

# --- Groups --------------------------------------------------------------------------------------

GROUPS = [
    _sales(
        "group: a null key is a group, count() counts rows, count(c) values",
        [
            {
                "group": {
                    "by": ["shop"],
                    "agg": {
                        "rows": "count()",
                        "n": "count(amount)",
                        "s": "sum(amount)",
                        "p": "sum(pieces)",
                        "m": "mean(amount)",
                    },
                }
            }
        ],
        "shop rows n s p m",
        [
            ("north", 2, 2, 30.0, 1, 15.0),
            ("south", 2, 1, 7.25, 8, 7.25),
            (None, 2, 1, 5.5, 4, 5.5),
            ("east", 1, 0, None, None, None),
        ],
    ),
    _sales(
        "group: min and max of every type",
        [
            {"derive": {"big": "id > 4"}},
            {
                "group": {
                    "by": ["shop"],
                    "agg": {
                        "a": "min(amount)",
                        "b": "max(pieces)",
                        "c": "min(day)",
                        "d": "max(day)",
                        "e": "max(shop)",
                    },
                }
            },
        ],
        "shop a b c d e",
        [
            ("north", 10.0, 1, date(2024, 1, 1), date(2024, 1, 2), "north"),
            ("south", 7.25, 5, date(2023, 12, 31), date(2024, 2, 29), "south"),
            (None, 5.5, 4, date(2024, 1, 1), date(2024, 1, 1), None),
            ("east", None, None, date(2024, 3, 1), date(2024, 3, 1), "east"),
        ],
    ),
    _sales(
        "group by two keys, one of them a date with null",
        [
            {"derive": {"late": "day >= date '2024-02-01'"}},
            {"group": {"by": ["shop", "late"], "agg": {"n": "count()"}}},
        ],
        "shop late n",
        [
            ("north", False, 2),
            ("south", True, 1),
            ("south", False, 1),
            (None, None, 1),
            (None, False, 1),
            ("east", True, 1),
        ],
    ),
    _sales(
        "group of nothing without keys: one row",
        [
            {"filter": "id > 100"},
            {
                "group": {
                    "by": [],
                    "agg": {
                        "rows": "count()",
                        "n": "count(amount)",
                        "d": "count_distinct(shop)",
                        "s": "sum(pieces)",
                        "f": "sum(amount)",
                        "m": "mean(amount)",
                        "lo": "min(day)",
                        "v": "var(amount)",
                        "q": "median(amount)",
                    },
                }
            },
        ],
        "rows n d s f m lo v q",
        [(0, 0, 0, None, None, None, None, None, None)],
    ),
    _sales(
        "a group of everything is one row, also when its aggregates are left away",
        [
            {"group": {"by": [], "agg": {"n": "count()"}}},
            {"derive": {"one": "1"}},
            {"select": ["one"]},
        ],
        "one",
        [(1,)],
    ),
    _sales(
        "group of nothing with keys: no row",
        [{"filter": "id > 100"}, {"group": {"by": ["shop"], "agg": {"n": "count()"}}}],
        "shop n",
        [],
    ),
    _sales(
        "count_distinct leaves nulls out",
        [
            {
                "group": {
                    "by": [],
                    "agg": {"shops": "count_distinct(shop)", "days": "count_distinct(day)"},
                }
            }
        ],
        "shops days",
        [(3, 5)],
    ),
    _sales(
        "aggregates of expressions",
        [
            {
                "group": {
                    "by": ["shop"],
                    "agg": {
                        "s": "sum(amount * 2 + id)",
                        "t": "sum(case when id > 1 then 1 else 0 end)",
                    },
                }
            },
            {"filter": "shop = 'north'"},
        ],
        "shop s t",
        [("north", 63.0, 1)],
    ),
    _sales(
        "group by keys alone",
        [{"group": {"by": ["shop"], "agg": {}}}],
        "shop",
        [("north",), ("south",), (None,), ("east",)],
    ),
    _on(
        "std and var with n - 1, of one value null, without cancellation",
        Table(
            {"k": "text", "x": "float64"},
            [("a", 1e5 + 1), ("a", 1e5 + 2), ("a", 1e5 + 4), ("b", 5.0), ("b", None), ("c", None)],
        ),
        [{"group": {"by": ["k"], "agg": {"s": "std(x)", "v": "var(x)"}}}],
        "k s v",
        [("a", math.sqrt(7 / 3), 7 / 3), ("b", None, None), ("c", None, None)],
    ),
    _on(
        "var of integers",
        Table({"k": "text", "x": "int64"}, [("a", 1), ("a", 2), ("a", 4), ("b", 5)]),
        [{"group": {"by": ["k"], "agg": {"s": "std(x)", "v": "var(x)"}}}],
        "k s v",
        [("a", math.sqrt(7 / 3), 7 / 3), ("b", None, None)],
    ),
    _on(
        "median and quantile by linear interpolation",
        Table(
            {"k": "text", "x": "float64", "i": "int64"},
            [
                ("a", 4.0, 1),
                ("a", 1.0, 2),
                ("a", 3.0, 4),
                ("a", 2.0, 8),
                ("a", None, None),
                ("b", 7.0, 7),
                ("c", None, None),
                ("d", 1.0, 1),
                ("d", 2.0, 2),
                ("d", 10.0, 10),
            ],
        ),
        [
            {
                "group": {
                    "by": ["k"],
                    "agg": {
                        "m": "median(x)",
                        "q": "quantile(x, 0.9)",
                        "lo": "quantile(x, 0)",
                        "hi": "quantile(x, 1)",
                        "mi": "median(i)",
                        "qi": "quantile(i, 0.25)",
                    },
                }
            }
        ],
        "k m q lo hi mi qi",
        [
            ("a", 2.5, 3.7, 1.0, 4.0, 3.0, 1.75),
            ("b", 7.0, 7.0, 7.0, 7.0, 7.0, 7.0),
            ("c", None, None, None, None, None, None),
            ("d", 2.0, 8.4, 1.0, 10.0, 2.0, 1.5),
        ],
    ),
    _on(
        "min and max of bool and text go by bytes",
        Table({"b": "bool", "s": "text"}, [(True, "a"), (False, "Z"), (None, "é"), (True, None)]),
        [{"group": {"by": [], "agg": {"lo": "min(s)", "hi": "max(s)", "n": "count(b)"}}}],
        "lo hi n",
        [("Z", "é", 3)],
    ),
    _on(
        "min and max of a timestamp",
        Table(
            {"t": "timestamp"},
            [(moment(2024, 1, 1, 12, 30, 1, 5),), (None,), (moment(1969, 12, 31, 23, 59, 59),)],
        ),
        [{"group": {"by": [], "agg": {"lo": "min(t)", "hi": "max(t)", "n": "count_distinct(t)"}}}],
        "lo hi n",
        [(moment(1969, 12, 31, 23, 59, 59), moment(2024, 1, 1, 12, 30, 1, 5), 2)],
    ),
    _on(
        "the empty text is a group of its own",
        Table({"s": "text", "i": "int64"}, [("", 1), (None, 2), ("", 3), ("a", 4)]),
        [{"group": {"by": ["s"], "agg": {"n": "count()"}}}],
        "s n",
        [("", 2), (None, 1), ("a", 1)],
    ),
    _on(
        "group by bool, date and timestamp",
        Table(
            {"b": "bool", "d": "date", "t": "timestamp"},
            [
                (True, date(2024, 1, 1), None),
                (True, date(2024, 1, 1), None),
                (None, None, moment(2024, 1, 1, 1)),
                (False, None, moment(2024, 1, 1, 1)),
            ],
        ),
        [{"group": {"by": ["b", "d", "t"], "agg": {"n": "count()"}}}],
        "b d t n",
        [
            (True, date(2024, 1, 1), None, 2),
            (None, None, moment(2024, 1, 1, 1), 1),
            (False, None, moment(2024, 1, 1, 1), 1),
        ],
    ),
    _on(
        "mean of large integers of a group does not overflow",
        Table({"k": "text", "x": "int64"}, [("a", LARGEST), ("b", 1), ("a", LARGEST), ("b", 2)]),
        [{"group": {"by": ["k"], "agg": {"m": "mean(x)", "n": "count(x)"}}}],
        "k m n",
        [("a", float(LARGEST), 2), ("b", 1.5, 2)],
    ),
    _on(
        "mean of large integers does not overflow",
        Table({"x": "int64"}, [(LARGEST,), (LARGEST,), (LARGEST,)]),
        [{"group": {"by": [], "agg": {"m": "mean(x)"}}}],
        "m",
        [(float(LARGEST),)],
    ),
    _on(
        "a sum of integers that overflows fails",
        Table({"x": "int64"}, [(LARGEST,), (1,)]),
        [{"group": {"by": [], "agg": {"s": "sum(x)"}}}],
        "s",
        [],
        fails="integer overflow",
    ),
    _on(
        "a sum of integers that overflows in one group fails",
        Table({"k": "text", "x": "int64"}, [("a", SMALLEST + 1), ("a", -9), ("b", 1), ("a", -5)]),
        [{"group": {"by": ["k"], "agg": {"s": "sum(x)"}}}],
        "k s",
        [],
        fails="integer overflow",
    ),
    _on(
        "a sum that comes back within range is right",
        Table({"x": "int64"}, [(LARGEST,), (-5,), (3,)]),
        [{"group": {"by": [], "agg": {"s": "sum(x)"}}}],
        "s",
        [(LARGEST - 2,)],
    ),
    _on(
        "sums of integers are exact",
        Table({"x": "int64"}, [(2**53,), (1,), (1,)]),
        [{"group": {"by": [], "agg": {"s": "sum(x)"}}}],
        "s",
        [(2**53 + 2,)],
    ),
    _on(
        "a sum beyond float64 is null",
        Table({"x": "float64"}, [(1.7e308,), (1.7e308,)]),
        [{"group": {"by": [], "agg": {"s": "sum(x)", "n": "count()"}}}],
        "s n",
        [(None, 2)],
    ),
]

# --- Windows -------------------------------------------------------------------------------------

SERIES = Table(
    {"k": "text", "t": "int64", "x": "int64", "f": "float64"},
    [
        ("a", 1, 10, 1.5),
        ("a", 2, None, 2.5),
        ("a", 2, 20, None),
        ("a", 3, 30, 4.0),
        ("b", 1, 5, None),
        (None, 1, 7, 1.0),
        (None, 2, 8, 2.0),
        ("b", None, 6, 6.0),
    ],
)


def _window(
    name: str,
    window: dict[str, Any],
    columns: str,
    expected: list[Row],
    **more: Any,  # noqa: ANN401
) -> Case:
    steps = [{"window": window}, {"select": columns.split()}]
    return _on(name, SERIES, steps, columns, expected, **more)


WINDOWS = [
    _window(
        "row_number over an order without ties",
        {"partition": ["k"], "order": ["t", "x"], "cols": {"n": "row_number()"}},
        "k t x n",
        [
            ("a", 1, 10, 1),
            ("a", 2, None, 3),
            ("a", 2, 20, 2),
            ("a", 3, 30, 4),
            ("b", 1, 5, 1),
            (None, 1, 7, 1),
            (None, 2, 8, 2),
            ("b", None, 6, 2),
        ],
    ),
    _window(
        "rank with ties leaves a gap",
        {"partition": ["k"], "order": ["t"], "cols": {"n": "rank()"}},
        "k t x n",
        [
            ("a", 1, 10, 1),
            ("a", 2, None, 2),
            ("a", 2, 20, 2),
            ("a", 3, 30, 4),
            ("b", 1, 5, 1),
            (None, 1, 7, 1),
            (None, 2, 8, 2),
            ("b", None, 6, 2),
        ],
    ),
    _window(
        "rank descending, nulls last",
        {"partition": ["k"], "order": ["-t"], "cols": {"n": "rank()"}},
        "k t x n",
        [
            ("a", 1, 10, 4),
            ("a", 2, None, 2),
            ("a", 2, 20, 2),
            ("a", 3, 30, 1),
            ("b", 1, 5, 1),
            (None, 1, 7, 2),
            (None, 2, 8, 1),
            ("b", None, 6, 2),
        ],
    ),
    _window(
        "rank over several keys of mixed directions, without a partition",
        {"order": [{"k": "nulls first"}, "-t", "x"], "cols": {"n": "rank()"}},
        "k t x n",
        [
            ("a", 1, 10, 6),
            ("a", 2, None, 5),
            ("a", 2, 20, 4),
            ("a", 3, 30, 3),
            ("b", 1, 5, 7),
            (None, 1, 7, 2),
            (None, 2, 8, 1),
            ("b", None, 6, 8),
        ],
    ),
    _window(
        "lag and lead",
        {
            "partition": ["k"],
            "order": ["t", "x"],
            "cols": {"p": "lag(x)", "q": "lag(x, 2)", "r": "lead(k)", "s": "lead(f, 2)"},
        },
        "k t x p q r s",
        [
            ("a", 1, 10, None, None, "a", 2.5),
            ("a", 2, 20, 10, None, "a", 4.0),
            ("a", 2, None, 20, 10, "a", None),
            ("a", 3, 30, None, 20, None, None),
            ("b", 1, 5, None, None, "b", None),
            ("b", None, 6, 5, None, None, None),
            (None, 1, 7, None, None, None, None),
            (None, 2, 8, 7, None, None, None),
        ],
    ),
    _window(
        "cumsum includes peers",
        {"partition": ["k"], "order": ["t"], "cols": {"c": "cumsum(x)"}},
        "k t x c",
        [
            ("a", 1, 10, 10),
            ("a", 2, None, 30),
            ("a", 2, 20, 30),
            ("a", 3, 30, 60),
            ("b", 1, 5, 5),
            (None, 1, 7, 7),
            (None, 2, 8, 15),
            ("b", None, 6, 11),
        ],
    ),
    _window(
        "cumsum by rows, of floats with null",
        {"partition": ["k"], "order": ["t", "x"], "frame": "rows", "cols": {"c": "cumsum(f)"}},
        "k t x c",
        [
            ("a", 1, 10, 1.5),
            ("a", 2, 20, 1.5),
            ("a", 2, None, 4.0),
            ("a", 3, 30, 8.0),
            ("b", 1, 5, None),
            (None, 1, 7, 1.0),
            (None, 2, 8, 3.0),
            ("b", None, 6, 6.0),
        ],
    ),
    _window(
        "rolling_mean counts rows, skips nulls",
        {"partition": ["k"], "order": ["t", "x"], "cols": {"m": "rolling_mean(x, 2)"}},
        "k t x m",
        [
            ("a", 1, 10, 10.0),
            ("a", 2, 20, 15.0),
            ("a", 2, None, 20.0),
            ("a", 3, 30, 30.0),
            ("b", 1, 5, 5.0),
            ("b", None, 6, 5.5),
            (None, 1, 7, 7.0),
            (None, 2, 8, 7.5),
        ],
    ),
    _window(
        "rolling_mean of nothing is null",
        {"partition": ["k"], "order": ["t", "x"], "cols": {"m": "rolling_mean(f, 1)"}},
        "k t x m",
        [
            ("a", 1, 10, 1.5),
            ("a", 2, 20, None),
            ("a", 2, None, 2.5),
            ("a", 3, 30, 4.0),
            ("b", 1, 5, None),
            ("b", None, 6, 6.0),
            (None, 1, 7, 1.0),
            (None, 2, 8, 2.0),
        ],
    ),
    _window(
        "window functions side by side",
        {"partition": ["k"], "order": ["t", "x"], "cols": {"w": "lag(x)", "y": "lead(x)"}},
        "k t w y",
        [
            ("a", 1, None, 20),
            ("a", 2, 10, None),
            ("a", 2, 20, 30),
            ("a", 3, None, None),
            ("b", 1, None, 6),
            ("b", None, 5, None),
            (None, 1, None, 8),
            (None, 2, 7, None),
        ],
    ),
    _window(
        "a window sees the incoming columns, and may replace one",
        {
            "partition": ["k"],
            "order": ["t", "x"],
            "cols": {"x": "lag(x)", "n": "rank()", "f": "cumsum(x)", "y": "lead(x)"},
        },
        "k t x n f y",
        [
            ("a", 1, None, 1, 10, 20),
            ("a", 2, 10, 2, 30, None),
            ("a", 2, 20, 3, 30, 30),
            ("a", 3, None, 4, 60, None),
            ("b", 1, None, 1, 5, 6),
            ("b", None, 5, 2, 11, None),
            (None, 1, None, 1, 7, 8),
            (None, 2, 7, 2, 15, None),
        ],
    ),
    _window(
        "a key of the order may be replaced, too",
        {
            "partition": ["k"],
            "order": ["t"],
            "cols": {"t": "rank()", "s": "cumsum(x)", "n": "count()"},
        },
        "k x t s n",
        [
            ("a", 10, 1, 10, 1),
            ("a", None, 2, 30, 3),
            ("a", 20, 2, 30, 3),
            ("a", 30, 4, 60, 4),
            ("b", 5, 1, 5, 1),
            ("b", 6, 2, 11, 2),
            (None, 7, 1, 7, 1),
            (None, 8, 2, 15, 2),
        ],
        wide=True,
    ),
    _window(
        "window functions of expressions",
        {"partition": ["k"], "order": ["t", "x"], "cols": {"p": "lag(x + t)"}},
        "k t x p",
        [
            ("a", 1, 10, None),
            ("a", 2, 20, 11),
            ("a", 2, None, 22),
            ("a", 3, 30, None),
            ("b", 1, 5, None),
            ("b", None, 6, 6),
            (None, 1, 7, None),
            (None, 2, 8, 8),
        ],
    ),
    _window(
        "dense_rank leaves no gap",
        {"partition": ["k"], "order": ["t"], "cols": {"n": "dense_rank()"}},
        "k t x n",
        [
            ("a", 1, 10, 1),
            ("a", 2, None, 2),
            ("a", 2, 20, 2),
            ("a", 3, 30, 3),
            ("b", 1, 5, 1),
            (None, 1, 7, 1),
            (None, 2, 8, 2),
            ("b", None, 6, 2),
        ],
        wide=True,
    ),
    _window(
        "first_value and last_value by rows; null is a value",
        {
            "partition": ["k"],
            "order": ["t", "x"],
            "frame": "rows",
            "cols": {"a": "first_value(f)", "b": "last_value(x)"},
        },
        "k t x a b",
        [
            ("a", 1, 10, 1.5, 10),
            ("a", 2, 20, 1.5, 20),
            ("a", 2, None, 1.5, None),
            ("a", 3, 30, 1.5, 30),
            ("b", 1, 5, None, 5),
            ("b", None, 6, None, 6),
            (None, 1, 7, 1.0, 7),
            (None, 2, 8, 1.0, 8),
        ],
        wide=True,
    ),
    _window(
        "aggregates over the whole partition",
        {
            "partition": ["k"],
            "cols": {
                "s": "sum(x)",
                "m": "mean(f)",
                "lo": "min(x)",
                "hi": "max(f)",
                "n": "count(f)",
                "r": "count()",
            },
        },
        "k t x s m lo hi n r",
        [
            ("a", 1, 10, 60, 8 / 3, 10, 4.0, 3, 4),
            ("a", 2, None, 60, 8 / 3, 10, 4.0, 3, 4),
            ("a", 2, 20, 60, 8 / 3, 10, 4.0, 3, 4),
            ("a", 3, 30, 60, 8 / 3, 10, 4.0, 3, 4),
            ("b", 1, 5, 11, 6.0, 5, 6.0, 1, 2),
            (None, 1, 7, 15, 1.5, 7, 2.0, 2, 2),
            (None, 2, 8, 15, 1.5, 7, 2.0, 2, 2),
            ("b", None, 6, 11, 6.0, 5, 6.0, 1, 2),
        ],
        wide=True,
    ),
    _window(
        "aggregates over everything",
        {"cols": {"s": "sum(x)", "n": "count()"}},
        "k t x s n",
        [(k, t, x, 86, 8) for k, t, x, _ in SERIES.rows],
        wide=True,
    ),
    _window(
        "running aggregates include peers",
        {
            "partition": ["k"],
            "order": ["t"],
            "cols": {
                "s": "sum(x)",
                "m": "mean(x)",
                "lo": "min(f)",
                "hi": "max(x)",
                "n": "count(x)",
            },
        },
        "k t x s m lo hi n",
        [
            ("a", 1, 10, 10, 10.0, 1.5, 10, 1),
            ("a", 2, None, 30, 15.0, 1.5, 20, 2),
            ("a", 2, 20, 30, 15.0, 1.5, 20, 2),
            ("a", 3, 30, 60, 20.0, 1.5, 30, 3),
            ("b", 1, 5, 5, 5.0, None, 5, 1),
            (None, 1, 7, 7, 7.0, 1.0, 7, 1),
            (None, 2, 8, 15, 7.5, 1.0, 8, 2),
            ("b", None, 6, 11, 5.5, 6.0, 6, 2),
        ],
        wide=True,
    ),
    _window(
        "aggregates over this row and the one before",
        {
            "partition": ["k"],
            "order": ["t", "x"],
            "frame": 1,
            "cols": {"s": "sum(x)", "lo": "min(f)", "n": "count()", "c": "count(x)"},
        },
        "k t x s lo n c",
        [
            ("a", 1, 10, 10, 1.5, 1, 1),
            ("a", 2, 20, 30, 1.5, 2, 2),
            ("a", 2, None, 20, 2.5, 2, 1),
            ("a", 3, 30, 30, 2.5, 2, 1),
            ("b", 1, 5, 5, None, 1, 1),
            ("b", None, 6, 11, 6.0, 2, 2),
            (None, 1, 7, 7, 1.0, 1, 1),
            (None, 2, 8, 15, 1.0, 2, 2),
        ],
        wide=True,
    ),
    _window(
        "a running sum of integers that overflows fails",
        {"order": ["t", "x"], "frame": "rows", "cols": {"s": "cumsum(x * 110000000000000000)"}},
        "s",
        [],
        fails="integer overflow",
    ),
]

# --- Expressions ---------------------------------------------------------------------------------

NOTHING = [None]

EXPRESSIONS = [
    _values(
        "arithmetic",
        {
            "1 + 2 * 3": 7,
            "(1 + 2) * 3": 9,
            "7 - 10": -3,
            "-(2 + 3)": -5,
            "1.5 + 2": 3.5,
            "2 * 2.5": 5.0,
            "10 / 4": 2.5,
            "6 / 3": 2.0,
            "mod(7, 3)": 1,
            "mod(-7, 3)": -1,
            "mod(7, -3)": 1,
            "mod(7.5, 2)": 1.5,
            "1 - null": None,
            "2 * one": 2,
        },
    ),
    _two(
        "division is of floats; by zero it is null",
        ("int64", "int64"),
        "x / y",
        [
            (1, 2, 0.5),
            (1, 0, None),
            (0, 0, None),
            (-1, 0, None),
            (None, 1, None),
            (1, None, None),
            (-7, 2, -3.5),
        ],
    ),
    _two(
        "division of floats by zero is null",
        ("float64", "float64"),
        "x / y",
        [
            (1.0, 4.0, 0.25),
            (1.0, 0.0, None),
            (0.0, 0.0, None),
            (-1.0, -0.0, None),
            (None, 1.0, None),
        ],
    ),
    _two(
        "mod of integers has the sign of the first; by zero it is null",
        ("int64", "int64"),
        "mod(x, y)",
        [
            (7, 3, 1),
            (-7, 3, -1),
            (7, -3, 1),
            (-7, -3, -1),
            (7, 0, None),
            (None, 2, None),
            (6, 3, 0),
        ],
    ),
    _two(
        "mod of floats",
        ("float64", "float64"),
        "mod(x, y)",
        [
            (7.0, 0.001, math.fmod(7.0, 0.001)),
            (-1e6, 0.3, math.fmod(-1e6, 0.3)),
            (7.5, 2.0, 1.5),
            (-7.5, 2.0, -1.5),
            (7.5, 0.0, None),
            (None, 1.0, None),
        ],
    ),
    _two(
        "comparison of integers",
        ("int64", "int64"),
        "x < y",
        [
            (1, 2, True),
            (2, 2, False),
            (3, 2, False),
            (None, 1, None),
            (1, None, None),
            (None, None, None),
        ],
    ),
    _two(
        "equality of integers beyond 2^53",
        ("int64", "int64"),
        "x = y",
        [(2**53, 2**53 + 1, False), (LARGEST, LARGEST, True), (LARGEST, LARGEST - 1, False)],
    ),
    _two(
        "inequality with null is null",
        ("text", "text"),
        "x <> y",
        [
            ("a", "b", True),
            ("a", "a", False),
            (None, "a", None),
            (None, None, None),
            ("", None, None),
        ],
    ),
    _two(
        "comparison of an integer with a float",
        ("int64", "float64"),
        "x >= y",
        [(1, 0.5, True), (1, 1.0, True), (1, 1.5, False), (None, 1.0, None)],
    ),
    _two(
        "text is compared by bytes",
        ("text", "text"),
        "x < y",
        [
            ("a", "b", True),
            ("B", "a", True),
            ("a", "é", True),
            ("z", "é", True),
            ("a", "ab", True),
            ("", "a", True),
            ("10", "9", True),
            ("￿", "𐀀", True),
        ],
    ),
    _two(
        "and",
        ("bool", "bool"),
        "x and y",
        [
            (True, True, True),
            (True, False, False),
            (True, None, None),
            (False, None, False),
            (None, False, False),
            (None, True, None),
            (None, None, None),
            (False, False, False),
        ],
    ),
    _two(
        "or",
        ("bool", "bool"),
        "x or y",
        [
            (True, True, True),
            (True, False, True),
            (True, None, True),
            (False, None, None),
            (None, False, None),
            (None, True, True),
            (None, None, None),
            (False, False, False),
        ],
    ),
    _mapped("not", "bool", "not x", [(True, False), (False, True), (None, None)]),
    _mapped("in", "int64", "x in (1, 3)", [(1, True), (2, False), (3, True), (None, None)]),
    _mapped(
        "not in",
        "text",
        "x not in ('a', 'b''c')",
        [("a", False), ("b'c", False), ("c", True), (None, None)],
    ),
    _mapped(
        "between",
        "float64",
        "x between 1 and 2.5",
        [(1.0, True), (2.5, True), (2.6, False), (0.0, False), (None, None)],
    ),
    _mapped("is null", "text", "x is null", [(None, True), ("", False), ("a", False)]),
    _mapped("is not null", "float64", "x is not null", [(None, False), (0.0, True)]),
    _mapped(
        "case: a null condition is not true",
        "int64",
        "case when x > 2 then 'big' when x > 0 then 'small' else 'none' end",
        [(3, "big"), (1, "small"), (0, "none"), (None, "none")],
    ),
    _mapped(
        "case without else is null",
        "int64",
        "case when x = 1 then x * 10 end",
        [(1, 10), (2, None), (None, None)],
    ),
    _mapped("case widens", "int64", "case when x = 1 then x else 0.5 end", [(1, 1.0), (2, 0.5)]),
    _mapped("coalesce", "int64", "coalesce(x, 7)", [(1, 1), (None, 7)]),
    _two(
        "coalesce of columns",
        ("text", "text"),
        "coalesce(x, y, 'z')",
        [("a", "b", "a"), (None, "b", "b"), (None, None, "z"), ("", "b", "")],
    ),
    _mapped("abs", "int64", "abs(x)", [(-3, 3), (3, 3), (0, 0), (None, None)]),
    _mapped("abs of a float", "float64", "abs(x)", [(-3.5, 3.5), (None, None)]),
    _mapped(
        "sqrt of a negative is null",
        "float64",
        "sqrt(x)",
        [(4.0, 2.0), (-1.0, None), (0.0, 0.0), (None, None)],
    ),
    _mapped(
        "ln of what is not positive is null",
        "float64",
        "ln(x)",
        [(math.e, 1.0), (1.0, 0.0), (0.0, None), (-1.0, None), (None, None)],
    ),
    _mapped(
        "exp beyond float64 is null",
        "float64",
        "exp(x)",
        [(0.0, 1.0), (1.0, math.e), (1000.0, None), (-1000.0, 0.0), (None, None)],
    ),
    _two(
        "a product beyond float64 is null",
        ("float64", "float64"),
        "x * y",
        [(1e308, 10.0, None), (1e308, -10.0, None), (2.0, 3.0, 6.0)],
    ),
    _two(
        "a sum and a difference beyond float64 are null",
        ("float64", "float64"),
        "(x + y) + 1.0",
        [(1.7e308, 1.7e308, None), (2.0, 3.0, 6.0)],
    ),
    _mapped("floor", "float64", "floor(x)", [(1.5, 1.0), (-1.5, -2.0), (2.0, 2.0), (None, None)]),
    _mapped("ceil", "float64", "ceil(x)", [(1.5, 2.0), (-1.5, -1.0), (2.0, 2.0), (None, None)]),
    _mapped(
        "round half away from zero",
        "float64",
        "round(x, 0)",
        [
            (0.5, 1.0),
            (1.5, 2.0),
            (2.5, 3.0),
            (-0.5, -1.0),
            (-2.5, -3.0),
            (2.4, 2.0),
            (None, None),
            (4503599627370497.0, 4503599627370497.0),
            (0.49999999999999994, 0.0),
        ],
    ),
    _mapped(
        "round to two digits, ties that binary has",
        "float64",
        "round(x, 2)",
        [
            (0.125, 0.13),
            (-0.125, -0.13),
            (0.375, 0.38),
            (1234.5678, 1234.57),
            (None, None),
            (1e300, 1e300),
        ],
    ),
    _mapped(
        "length in code points",
        "text",
        "length(x)",
        [("abc", 3), ("", 0), ("é", 1), ("日本", 2), ("😀", 1), ("e\u0301", 2), (None, None)],
    ),
    _mapped(
        "lower: one code point to one, without context",
        "text",
        "lower(x)",
        [
            ("ABC", "abc"),
            ("ÉÄ", "éä"),
            ("ΟΔΟΣ", "οδοσ"),
            ("straße", "straße"),
            ("", ""),
            (None, None),
        ],
    ),
    _mapped(
        "substr counts code points from one",
        "text",
        "substr(x, 2, 3)",
        [("abcdef", "bcd"), ("ab", "b"), ("a", ""), ("", ""), ("äöüß", "öüß"), (None, None)],
    ),
    _mapped(
        "substr to the end", "text", "substr(x, 3)", [("abcdef", "cdef"), ("ab", ""), (None, None)]
    ),
    _mapped(
        "contains",
        "text",
        "contains(x, '.b')",
        [("a.b", True), ("aab", False), ("", False), (None, None)],
    ),
    _mapped(
        "starts_with",
        "text",
        "starts_with(x, 'a%')",
        [("a%b", True), ("ab", False), ("", False), (None, None)],
    ),
    _mapped(
        "year month day of a date",
        "date",
        "year(x) * 10000 + month(x) * 100 + day(x)",
        [
            (date(2024, 2, 29), 20240229),
            (date(1969, 12, 31), 19691231),
            (date(1900, 1, 1), 19000101),
            (None, None),
        ],
    ),
    _mapped(
        "hour and minute",
        "timestamp",
        "hour(x) * 100 + minute(x)",
        [
            (moment(2024, 1, 1, 23, 59, 59, 999999), 2359),
            (moment(1969, 12, 31, 0, 1), 1),
            (None, None),
        ],
    ),
    _mapped(
        "year and day of a timestamp before 1970",
        "timestamp",
        "year(x) * 10000 + month(x) * 100 + day(x)",
        [(moment(1969, 12, 31, 23, 59, 59, 999999), 19691231), (moment(2000, 2, 29), 20000229)],
    ),
    _mapped(
        "weekday: 1 is Monday",
        "date",
        "weekday(x)",
        [
            (date(2024, 1, 1), 1),
            (date(2024, 1, 7), 7),
            (date(1969, 12, 28), 7),
            (date(1969, 12, 29), 1),
            (None, None),
        ],
    ),
    _mapped(
        "epoch_us",
        "timestamp",
        "epoch_us(x)",
        [
            (moment(1970, 1, 1, 0, 0, 0, 1), 1),
            (moment(1969, 12, 31, 23, 59, 59), -1000000),
            (None, None),
        ],
    ),
    _mapped(
        "days",
        "date",
        "days(x)",
        [(date(1970, 1, 2), 1), (date(1969, 12, 31), -1), (date(2024, 1, 1), 19723), (None, None)],
    ),
    _mapped(
        "comparison with a date",
        "date",
        "x < date '2024-01-02'",
        [(date(2024, 1, 1), True), (date(2024, 1, 2), False), (None, None)],
    ),
    _mapped(
        "comparison with a timestamp",
        "timestamp",
        "x = timestamp '2024-01-02 03:04:05.000006'",
        [
            (moment(2024, 1, 2, 3, 4, 5, 6), True),
            (moment(2024, 1, 2, 3, 4, 5), False),
            (None, None),
        ],
    ),
]

CASTS = [
    _mapped(
        "cast of text to int64, bad text is null",
        "text",
        "cast(x as int64)",
        [
            ("12", 12),
            ("-3", -3),
            ("abc", None),
            ("", None),
            ("9223372036854775808", None),
            ("9223372036854775807", LARGEST),
            (None, None),
        ],
    ),
    _mapped(
        "cast of text to float64, bad text is null",
        "text",
        "cast(x as float64)",
        [("1.5", 1.5), ("-2", -2.0), ("1e3", 1000.0), ("x", None), ("", None), (None, None)],
    ),
    _mapped(
        "cast of text to a number: words for nothing and infinity are null",
        "text",
        "cast(x as float64)",
        [("nan", None), ("inf", None), ("-Infinity", None), ("1e999", None)],
    ),
    _mapped(
        "cast of text to a date, bad text is null",
        "text",
        "cast(x as date)",
        [
            ("2024-02-29", date(2024, 2, 29)),
            ("2023-02-29", None),
            ("hello", None),
            ("", None),
            (None, None),
        ],
    ),
    _mapped(
        "cast of text to a timestamp",
        "text",
        "cast(x as timestamp)",
        [
            ("2024-02-29 01:02:03", moment(2024, 2, 29, 1, 2, 3)),
            ("2024-02-29 01:02:03.000004", moment(2024, 2, 29, 1, 2, 3, 4)),
            ("x", None),
            (None, None),
        ],
    ),
    _mapped(
        "cast of text to bool",
        "text",
        "cast(x as bool)",
        [("true", True), ("false", False), ("maybe", None), (None, None)],
    ),
    _mapped(
        "cast of a float to int64: nearest, ties to even",
        "float64",
        "cast(x as int64)",
        [
            (0.5, 0),
            (1.5, 2),
            (2.5, 2),
            (-0.5, 0),
            (-1.5, -2),
            (-2.5, -2),
            (1.4, 1),
            (1.6, 2),
            (None, None),
        ],
    ),
    _mapped(
        "cast of an integer to float64", "int64", "cast(x as float64)", [(3, 3.0), (None, None)]
    ),
    _mapped(
        "cast of an integer to text",
        "int64",
        "cast(x as text)",
        [(3, "3"), (-12, "-12"), (None, None)],
    ),
    _mapped(
        "cast of a date to text",
        "date",
        "cast(x as text)",
        [(date(2024, 1, 2), "2024-01-02"), (None, None)],
    ),
    _mapped(
        "cast of bool to text",
        "bool",
        "cast(x as text)",
        [(True, "true"), (False, "false"), (None, None)],
    ),
    _mapped(
        "cast of bool to int64", "bool", "cast(x as int64)", [(True, 1), (False, 0), (None, None)]
    ),
    _mapped(
        "cast of a timestamp to a date, also before 1970",
        "timestamp",
        "cast(x as date)",
        [
            (moment(2024, 1, 2, 23, 59), date(2024, 1, 2)),
            (moment(1969, 12, 31, 23, 0), date(1969, 12, 31)),
            (None, None),
        ],
    ),
    _mapped(
        "cast of a date to a timestamp",
        "date",
        "cast(x as timestamp)",
        [(date(2024, 1, 2), moment(2024, 1, 2)), (None, None)],
    ),
]

OVERFLOWS = [
    _two(
        "a sum that overflows fails",
        ("int64", "int64"),
        "x + y",
        [(LARGEST, 1, None)],
        fails="integer overflow",
    ),
    _two(
        "a difference that overflows fails",
        ("int64", "int64"),
        "x - y",
        [(SMALLEST + 1, 2, None)],
        fails="integer overflow",
    ),
    _two(
        "a product that overflows fails",
        ("int64", "int64"),
        "x * y",
        [(2**32, 2**31, None)],
        fails="integer overflow",
    ),
    _two(
        "a product that overflows far fails",
        ("int64", "int64"),
        "x * y",
        [(LARGEST, LARGEST, None), (1, 1, None)],
        fails="integer overflow",
    ),
    _two(
        "products up to the largest",
        ("int64", "int64"),
        "x * y",
        [
            (LARGEST, 1, LARGEST),
            (LARGEST, -1, -LARGEST),
            (3037000499, 3037000499, 3037000499**2),
            (2**31, -(2**31), -(2**62)),
            (None, 3, None),
        ],
    ),
    _two(
        "sums and differences up to the largest",
        ("int64", "int64"),
        "x + y - 1",
        [(LARGEST - 1, 1, LARGEST - 1), (-LARGEST, 1, -LARGEST), (None, 1, None)],
    ),
]

# --- CSV -----------------------------------------------------------------------------------------

WORDS = (
    "NA", "N/A", "NaN", "-NaN", "+nan", "null", "None", "<NA>", "#N/A", "#NA", "#N/A N/A", "1.#IND",
    "1.#QNAN", "na", "NULL", '"NA"', " NA ", '" nan "', "", '""',
)  # fmt: skip

CSV = [
    _on(
        "words for nothing in a column of integers",
        Table(
            {"i": "int64", "x": "int64"},
            text="i,x\n" + "".join(f"{i},{word}\n" for i, word in enumerate((*WORDS, "5", '"6"'))),
        ),
        [],
        "i x",
        [*((i, None) for i in range(len(WORDS))), (len(WORDS), 5), (len(WORDS) + 1, 6)],
    ),
    _on(
        "words for nothing in a column of floats",
        Table(
            {"i": "int64", "x": "float64"},
            text="i,x\n" + "".join(f"{i},{word}\n" for i, word in enumerate((*WORDS, "5", "-1e3"))),
        ),
        [],
        "i x",
        [*((i, None) for i in range(len(WORDS))), (len(WORDS), 5.0), (len(WORDS) + 1, -1000.0)],
    ),
    _on(
        "words for nothing in a column of bools",
        Table(
            {"i": "int64", "x": "bool"},
            text="i,x\n"
            + "".join(f"{i},{word}\n" for i, word in enumerate((*WORDS, "true", "False"))),
        ),
        [],
        "i x",
        [*((i, None) for i in range(len(WORDS))), (len(WORDS), True), (len(WORDS) + 1, False)],
    ),
    _on(
        "words for nothing in a column of dates",
        Table(
            {"i": "int64", "x": "date"},
            text="i,x\n"
            + "".join(f"{i},{word}\n" for i, word in enumerate((*WORDS, "2024-01-31"))),
        ),
        [],
        "i x",
        [*((i, None) for i in range(len(WORDS))), (len(WORDS), date(2024, 1, 31))],
    ),
    _on(
        "words are text in a column of text; a country NA exists",
        Table(
            {"i": "int64", "x": "text"},
            text='i,x\n0,NA\n1,null\n2,nan\n3,\n4,""\n5," a"\n6,"a,""b"""\n7,a\n',
        ),
        [],
        "i x",
        [(0, "NA"), (1, "null"), (2, "nan"), (3, None), (4, ""), (5, " a"), (6, 'a,"b"'), (7, "a")],
    ),
    _on(
        "a float column of NaN alone",
        Table({"x": "float64", "k": "text"}, text="x,k\nNaN,a\nnan,b\n"),
        [{"group": {"by": [], "agg": {"n": "count(x)", "s": "sum(x)", "m": "max(x)"}}}],
        "n s m",
        [(0, None, None)],
    ),
    _on(
        "integers at the ends of their range",
        Table({"x": "int64", "k": "text"}, text=f"x,k\n{LARGEST},a\n{-LARGEST},b\n+7,c\n"),
        [],
        "x k",
        [(LARGEST, "a"), (-LARGEST, "b"), (7, "c")],
    ),
    _on(
        "timestamps with T, with a zone, with fractions",
        Table(
            {"i": "int64", "x": "timestamp"},
            text="i,x\n0,2024-01-02T03:04:05\n1,2024-01-02 03:04:05.5\n2,2024-01-02T03:04:05Z\n"
            "3,2024-01-02T03:04:05+02:00\n4,\n5,2024-01-02 03:04:05.123456\n",
        ),
        [],
        "i x",
        [
            (0, moment(2024, 1, 2, 3, 4, 5)),
            (1, moment(2024, 1, 2, 3, 4, 5, 500000)),
            (2, moment(2024, 1, 2, 3, 4, 5)),
            (3, moment(2024, 1, 2, 1, 4, 5)),
            (4, None),
            (5, moment(2024, 1, 2, 3, 4, 5, 123456)),
        ],
    ),
    _on(
        "line breaks, quotes and carriage returns",
        Table({"x": "text", "n": "int64"}, text='x,n\r\n"a\nb",1\r\n"say ""hi""",2\r\n'),
        [],
        "x n",
        [("a\nb", 1), ('say "hi"', 2)],
    ),
    Case(
        "names of columns may be anything",
        {
            "t": Table(
                {"a \"b\" 'c'": "int64", "select": "int64", "é, \\n{x}": "text", " ": "float64"},
                [(1, 2, "x", 0.5), (3, None, None, None)],
            )
        },
        [
            {"from": "t"},
            {"derive": {"x\ny": '"a ""b"" \'c\'" + "select"', "$1": '" " * 2'}},
            {"select": ["x\ny", "é, \\n{x}", "$1", "select"]},
        ],
        ["x\ny", "é, \\n{x}", "$1", "select"],
        [(3, "x", 1.0, 2), (None, None, None, None)],
    ),
    _on(
        "a line break in a literal of a step in the middle",
        Table({"i": "int64"}, [(1,), (2,)]),
        [
            {"derive": {"x": "case when i = 1 then 'a\n b' else 'c' end"}},
            {"filter": "x = 'a\n b'"},
            {"derive": {"y": "x"}},
            {"filter": "length(y) = 4"},
            {"select": ["y"]},
        ],
        "y",
        [("a\n b",)],
    ),
    Case(
        "a table is joined with itself and others again and again",
        {
            "t": Table({"i": "int64", "k": "int64"}, [(1, 1), (2, 2), (3, 4), (4, None)]),
            "o": Table({"k": "int64", "n": "int64"}, [(1, 2), (2, 4), (4, 9), (8, 1)]),
        },
        [
            {"from": "t"},
            {"join": {"with": "o", "on": ["k"], "how": "semi"}},
            {"join": {"with": "o", "on": {"i": "n"}, "how": "anti"}},
            {"join": {"with": "o", "on": ["k"]}},
            {"filter": "n > 1"},
            {"join": {"with": "same", "on": {"n": "key"}, "how": "left"}},
            {"join": {"with": "t", "on": ["k"], "how": "semi"}},
            {"filter": "m is null or m > 3"},
        ],
        ["i", "k", "n", "m"],
        [(3, 4, 9, None)],
        let={"same": [{"from": "o"}, {"select": {"key": "k", "m": "n"}}]},
    ),
    _on(
        "filters on groups and on windows",
        Table({"k": "text", "x": "int64"}, [("a", 1), ("a", 2), ("a", 3), ("b", 4), (None, 5)]),
        [
            {"window": {"partition": ["k"], "order": ["x"], "cols": {"r": "row_number()"}}},
            {"filter": "r <= 2 and x < 5"},
            {"filter": "k is not null"},
            {"group": {"by": ["k"], "agg": {"n": "count()", "s": "sum(x)"}}},
            {"filter": "n > 1 or s > 3"},
            {"filter": "k <> 'b'"},
            {"select": {"k": "k", "total": "s"}},
        ],
        "k total",
        [("a", 3)],
    ),
    _on(
        "a filter on a case that is one text or null",
        Table({"i": "int64"}, [(1,), (2,), (3,), (4,)]),
        [
            {"derive": {"size": "case when i > 2 then 'big' end"}},
            {"filter": "size in ('big', 'huge') and i < 4"},
        ],
        "i size",
        [(3, "big")],
    ),
    _on(
        "a filter on what is null where a column is a text",
        Table({"i": "int64", "k": "text"}, [(1, "a"), (2, "b"), (3, None), (4, "ab")]),
        [{"filter": "contains(nullif('a', k), 'a')"}, {"select": ["i"]}],
        "i",
        [(2,), (3,), (4,)],
        wide=True,
    ),
    _on(
        "union by position after a column was replaced",
        Table({"a": "int64", "b": "int64", "c": "text"}, [(1, 2, "x")]),
        [{"union": ["part"]}],
        "a b c",
        [(1, 2, "x"), (1, 3, "x")],
        let={"part": [{"from": "t"}, {"derive": {"b": "a + 2"}}]},
    ),
    _on(
        "literals may be anything",
        Table({"x": "text"}, [("it's",), ('"',), ("\\",), ("{y}\n",), ("é",)]),
        [
            {
                "derive": {
                    "a": "x = 'it''s'",
                    "b": "x = '\"'",
                    "c": "x = '\\'",
                    "d": "x = '{y}\n'",
                    "e": "x = 'é'",
                }
            },
            {"drop": ["x"]},
        ],
        "a b c d e",
        [tuple(i == j for j in range(5)) for i in range(5)],
    ),
    _on(
        "another delimiter and quote, a decimal comma, no header, lines to skip",
        Table(
            {"s": "text", "x": "float64", "i": "int64"},
            text="by hand\nmore\n'a;''b';1,5;2\nc;-2;\n;;7\n",
            dialect={
                "delimiter": ";",
                "quote": "'",
                "decimal": ",",
                "header": False,
                "skip_rows": 2,
            },
        ),
        [],
        "s x i",
        [("a;'b", 1.5, 2), ("c", -2.0, None), (None, None, 7)],
    ),
    _on(
        "a decimal comma beside words for nothing",
        Table(
            {"s": "text", "x": "float64"},
            text="s;x\na;1,25\nb;NA\nc; 2\n",
            dialect={"delimiter": ";", "decimal": ","},
        ),
        [],
        "s x",
        [("a", 1.25), ("b", None), ("c", 2.0)],
    ),
    _on(
        "words of the file's own replace the list and hold for text",
        Table(
            {"s": "text", "x": "int64", "f": "float64"},
            text="s,x,f\n-,1,-\nNA,-,2.5\na,3,none\nNONE,4,5\n",
            dialect={"missing": ("-", "none")},
        ),
        [],
        "s x f",
        [(None, 1, None), ("NA", None, 2.5), ("a", 3, None), (None, 4, 5.0)],
    ),
    _on(
        "an empty table",
        Table({"k": "text", "x": "int64"}),
        [{"derive": {"y": "x + 1"}}],
        "k x y",
        [],
    ),
]

# --- Wide functions ------------------------------------------------------------------------------

WIDE = [
    _two(
        "// divides integers towards zero; by zero it is null",
        ("int64", "int64"),
        "x // y",
        [(7, 2, 3), (-7, 2, -3), (7, -2, -3), (7, 0, None), (None, 1, None)],
        wide=True,
    ),
    _two(
        "|| with null is null",
        ("text", "text"),
        "x || y",
        [("a", "b", "ab"), ("a", None, None), (None, "b", None), ("", "", "")],
        wide=True,
    ),
    _two(
        "concat skips null",
        ("text", "text"),
        "concat(x, '-', y)",
        [("a", "b", "a-b"), ("a", None, "a-"), (None, "b", "-b"), (None, None, "-")],
        wide=True,
    ),
    _two(
        "nullif",
        ("int64", "int64"),
        "nullif(x, y)",
        [(1, 1, None), (1, 2, 1), (None, 1, None), (1, None, 1)],
        wide=True,
    ),
    _two(
        "greatest skips null",
        ("int64", "int64"),
        "greatest(x, y)",
        [(1, 2, 2), (1, None, 1), (None, 2, 2), (None, None, None)],
        wide=True,
    ),
    _two(
        "least skips null",
        ("float64", "float64"),
        "least(x, y)",
        [(1.0, 2.0, 1.0), (1.0, None, 1.0), (None, 2.0, 2.0), (None, None, None)],
        wide=True,
    ),
    _mapped(
        "sign",
        "float64",
        "cast(sign(x) as int64)",
        [(-2.5, -1), (0.0, 0), (3.0, 1), (None, None)],
        wide=True,
    ),
    _mapped(
        "log10",
        "float64",
        "log10(x)",
        [(1000.0, 3.0), (0.0, None), (-1.0, None), (None, None)],
        wide=True,
    ),
    _mapped(
        "log2",
        "float64",
        "log2(x)",
        [(8.0, 3.0), (0.0, None), (-1.0, None), (None, None)],
        wide=True,
    ),
    _two(
        "pow",
        ("float64", "float64"),
        "pow(x, y)",
        [
            (2.0, 10.0, 1024.0),
            (2.0, -1.0, 0.5),
            (-8.0, 0.5, None),
            (0.0, -1.0, None),
            (10.0, 400.0, None),
            (None, 2.0, None),
        ],
        wide=True,
    ),
    _mapped("trunc", "float64", "trunc(x)", [(1.7, 1.0), (-1.7, -1.0), (None, None)], wide=True),
    _mapped(
        "upper: one code point to one",
        "text",
        "upper(x)",
        [("abc", "ABC"), ("éä", "ÉÄ"), ("straße", "STRAßE"), ("ς", "Σ"), (None, None)],
        wide=True,
    ),
    _mapped(
        "trim",
        "text",
        "trim(x)",
        [("  a b ", "a b"), ("", ""), ("   ", ""), (None, None)],
        wide=True,
    ),
    _mapped(
        "left",
        "text",
        "left(x, 2)",
        [("héllo", "hé"), ("a", "a"), ("", ""), (None, None)],
        wide=True,
    ),
    _mapped(
        "right",
        "text",
        "right(x, 2)",
        [("hellö", "lö"), ("a", "a"), ("", ""), (None, None)],
        wide=True,
    ),
    _mapped(
        "replace is literal, and of all",
        "text",
        "replace(x, '.', '$1')",
        [("a.b.c", "a$1b$1c"), ("abc", "abc"), (None, None)],
        wide=True,
    ),
    _mapped(
        "position counts code points from one, 0 is nowhere",
        "text",
        "position(x, 'b')",
        [("éb", 2), ("a", 0), ("", 0), (None, None)],
        wide=True,
    ),
    _mapped(
        "ends_with",
        "text",
        "ends_with(x, '.c')",
        [("a.c", True), ("abc", False), (None, None)],
        wide=True,
    ),
    _mapped(
        "like",
        "text",
        "x like 'a_c%'",
        [
            ("abc", True),
            ("aéc", True),
            ("abcdef", True),
            ("a\nc\n", True),
            ("ac", False),
            ("Abc", False),
            ("xabc", False),
            (None, None),
        ],
        wide=True,
    ),
    _mapped(
        "like: other signs stand for themselves",
        "text",
        "x like '%.*(%'",
        [("a.*(b", True), ("aXX(b", False), (None, None)],
        wide=True,
    ),
    _mapped(
        "regexp_matches finds anywhere; \\d is ASCII",
        "text",
        "regexp_matches(x, '\\d+$')",
        [("a12", True), ("a12b", False), ("٣", False), ("a1\n", False), (None, None)],
        wide=True,
    ),
    _mapped(
        "regexp_matches: \\s is ASCII with the vertical tab",
        "text",
        "regexp_matches(x, '^a\\sb$')",
        [("a\x0bb", True), ("a b", True), ("a\tb", True), ("a\u2003b", False), ("ab", False)],
        wide=True,
    ),
    _mapped(
        "regexp_matches: (?i) is about A to Z",
        "text",
        "regexp_matches(x, '(?i)^[a-k]s$')",
        [("KS", True), ("ks", True), ("\u212as", False), ("k\u017f", False)],
        wide=True,
    ),
    _mapped(
        "regexp_extract and regexp_replace: . is any sign but a line feed",
        "text",
        "regexp_extract(regexp_replace(x, 'b.', 'c'), 'c.*$')",
        [("abxy", "cy"), ("ab\nc", "c"), ("a", "")],
        wide=True,
    ),
    _mapped(
        "regexp_replace, the first",
        "text",
        "regexp_replace(x, '(\\w)-(\\w)', '\\2$\\1')",
        [("a-b c-d", "b$a c-d"), ("é-b", "é-b"), ("x", "x"), (None, None)],
        wide=True,
    ),
    _mapped(
        "regexp_replace, all",
        "text",
        "regexp_replace(x, '[aeiou]', '', 'all')",
        [("banana", "bnn"), ("", ""), (None, None)],
        wide=True,
    ),
    _mapped(
        "regexp_extract; without a match the empty text",
        "text",
        "regexp_extract(x, '([a-z]+)(\\d*)', 2)",
        [("abc12", "12"), ("abc", ""), ("12", ""), (None, None)],
        wide=True,
    ),
    _mapped(
        "second and quarter",
        "timestamp",
        "second(x) * 10 + quarter(x)",
        [(moment(2024, 12, 1, 1, 2, 59, 999999), 594), (moment(2024, 1, 1), 1), (None, None)],
        wide=True,
    ),
    _mapped(
        "date_trunc to the week begins on Monday",
        "date",
        "date_trunc('week', x)",
        [
            (date(2024, 1, 7), date(2024, 1, 1)),
            (date(2024, 1, 8), date(2024, 1, 8)),
            (date(1970, 1, 1), date(1969, 12, 29)),
            (None, None),
        ],
        wide=True,
    ),
    _mapped(
        "date_trunc to the month and the quarter",
        "date",
        "date_diff('day', date_trunc('quarter', x), date_trunc('month', x))",
        [(date(2024, 2, 29), 31), (date(2024, 1, 31), 0), (None, None)],
        wide=True,
    ),
    _mapped(
        "date_trunc of a timestamp to the hour",
        "timestamp",
        "date_trunc('hour', x)",
        [
            (moment(2024, 1, 2, 3, 4, 5, 6), moment(2024, 1, 2, 3)),
            (moment(1969, 12, 31, 23, 59), moment(1969, 12, 31, 23)),
            (None, None),
        ],
        wide=True,
    ),
    _two(
        "date_diff counts boundaries crossed",
        ("date", "date"),
        "date_diff('month', x, y)",
        [
            (date(2024, 1, 31), date(2024, 2, 1), 1),
            (date(2024, 1, 1), date(2024, 1, 31), 0),
            (date(2024, 3, 1), date(2023, 3, 31), -12),
            (None, date(2024, 1, 1), None),
        ],
        wide=True,
    ),
    _two(
        "date_diff in years and weeks",
        ("date", "date"),
        "date_diff('year', x, y) * 1000 + date_diff('week', x, y)",
        [(date(2023, 12, 31), date(2024, 1, 1), 1001), (date(2024, 1, 1), date(2024, 1, 7), 0)],
        wide=True,
    ),
    _two(
        "make_date; what is none is null",
        ("int64", "int64"),
        "make_date(x, y, 29)",
        [(2024, 2, date(2024, 2, 29)), (2023, 2, None), (2024, 13, None), (None, 1, None)],
        wide=True,
    ),
    _mapped(
        "date plus an interval of months stays within the month",
        "date",
        "cast(x + interval 1 month as date)",
        [
            (date(2024, 1, 31), date(2024, 2, 29)),
            (date(2023, 12, 15), date(2024, 1, 15)),
            (None, None),
        ],
        wide=True,
    ),
    _mapped(
        "date minus days",
        "date",
        "cast(x - interval 1 day as date)",
        [(date(2024, 3, 1), date(2024, 2, 29)), (None, None)],
        wide=True,
    ),
    _mapped(
        "timestamp plus hours",
        "timestamp",
        "x + interval 90 minute",
        [(moment(2024, 2, 28, 23, 0), moment(2024, 2, 29, 0, 30)), (None, None)],
        wide=True,
    ),
]

# --- Folders of Parquet files, and files that are written -----------------------------------------

FOLDERS = Table(
    {"id": "int64", "v": "float64", "year": "int64", "land": "text"},
    [
        (1, 1.5, 2023, "a b"),
        (2, None, 2023, "a b"),
        (3, 2.5, 2024, "x=y%/z"),
        (4, 3.5, 2024, "01"),
        (5, 4.5, None, "01"),
        (6, 5.5, None, None),
        (7, 6.5, 2024, None),
    ],
    hive=("year", "land"),
)

HIVE = [
    _on("folders name columns", FOLDERS, [], "id v year land", FOLDERS.rows),
    _on(
        "a filter of folders and one of their files",
        FOLDERS,
        [{"filter": "year = 2024 and v > 3"}, {"select": ["id", "land"]}],
        "id land",
        [(4, "01"), (7, None)],
    ),
    _on(
        "groups by folders, null among them",
        FOLDERS,
        [{"group": {"by": ["year", "land"], "agg": {"n": "count()", "s": "sum(v)"}}}],
        "year land n s",
        [
            (2023, "a b", 2, 1.5),
            (2024, "x=y%/z", 1, 2.5),
            (2024, "01", 1, 3.5),
            (None, "01", 1, 4.5),
            (None, None, 1, 5.5),
            (2024, None, 1, 6.5),
        ],
    ),
    _on(
        "folders alone are read",
        FOLDERS,
        [{"select": ["land"]}, {"distinct": True}],
        "land",
        [("a b",), ("x=y%/z",), ("01",), (None,)],
    ),
]

EVERY_TYPE = Table(
    {"i": "int64", "f": "float64", "s": "text", "b": "bool", "d": "date", "t": "timestamp"},
    [
        (1, 0.1, 'a,"b"', True, date(2024, 2, 29), moment(2024, 1, 2, 3, 4, 5, 6)),
        (LARGEST, -1e300, "é\nz", False, date(1969, 12, 31), moment(1969, 12, 31, 23, 59, 59)),
        (None, None, None, None, None, None),
        (-5, 2.0, "", True, date(1900, 1, 1), moment(2000, 1, 1)),
        (0, 1 / 3, "NA", None, None, moment(2024, 1, 2, 3, 4)),
    ],
)
_EVERY = list(EVERY_TYPE.columns)


def _written(name: str, output: dict[str, Any], steps: list[dict[str, Any]] | None = None) -> Case:
    every = " ".join(_EVERY)
    return _on(name, EVERY_TYPE, steps or [], every, EVERY_TYPE.rows, output=output)


OUTPUT = [
    _written("Parquet is written", {"to": "parquet"}),
    _written(
        "Parquet with another codec and small row groups",
        {"to": "parquet", "codec": "zstd", "row_group_rows": 2},
    ),
    _written("Parquet in folders", {"to": "parquet", "partition_by": ["b"]}),
    _written("Parquet in folders of two levels", {"to": "parquet", "partition_by": ["d", "b"]}),
    _written("Parquet in folders named by text", {"to": "parquet", "partition_by": ["i"]}),
    _written("CSV is written; null and the empty text stay two", {"to": "csv"}),
    _written("CSV in folders", {"to": "csv", "partition_by": ["b"]}),
    _on(
        "nothing is written as a file without rows",
        EVERY_TYPE,
        [{"filter": "i > 100 and i < 200"}],
        " ".join(_EVERY),
        [],
        output={"to": "parquet"},
    ),
    _sales(
        "what is computed is written by its types",
        [
            {"group": {"by": ["shop"], "agg": {"n": "count()", "m": "mean(amount)"}}},
            {"filter": "shop is not null"},
            {"sort": ["shop"]},
        ],
        "shop n m",
        [("east", 1, None), ("north", 2, 15.0), ("south", 2, 7.25)],
        output={"to": "csv"},
    ),
]


def _found() -> list[Case]:
    """What engines answered differently when random jobs were compared (query_fuzz.py), made small.
    All of them may use wide functions."""
    made = []
    for one in json.loads((Path(__file__).parent / "query_found.json").read_text()):
        tables = {
            name: Table(
                table["columns"],
                [tuple(map(_value, row, table["columns"].values())) for row in table["rows"]],
            )
            for name, table in one.pop("tables").items()
        }
        expected = [tuple(row) for row in one.pop("expected")]
        made.append(Case(tables=tables, expected=expected, wide=True, **one))
    return made


def _value(cell: Any, kind: str) -> Any:  # noqa: ANN401
    """Of JSON, which has no dates."""
    if isinstance(cell, str) and kind in ("date", "timestamp"):
        return (date if kind == "date" else moment).fromisoformat(cell)
    return cell


FOUND = _found()
CASES = [
    *(*STEPS, *GROUPS, *WINDOWS, *EXPRESSIONS, *CASTS, *OVERFLOWS, *CSV, *WIDE, *HIVE, *OUTPUT),
    *FOUND,
]
