"""SQL becomes a pipeline that gives the answer of the SQL: DuckDB runs both, on small random tables
with nulls in every column."""

from __future__ import annotations

import datetime
import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from host import ADAPTERS, python_of

pytest.importorskip("sqlglot")

from query_sql_refused import REFUSED
from spillway_adapters.query import job as jobs
from spillway_adapters.query.language import Csv, Input
from spillway_adapters.query.sql_import import pipeline

#: A statement ends with ; at the end of a line.
TAKEN = [
    text.strip()
    for text in Path(__file__).with_name("query_sql_taken.sql").read_text().split(";\n")
    if text.strip()
]

SALES = {
    "id": "int64", "customer": "int64", "product": "int64", "day": "date", "made": "timestamp",
    "amount": "float64", "pieces": "int64", "note": "text", "paid": "bool",
}  # fmt: skip
CUSTOMERS = {"id": "int64", "name": "text", "region": "int64", "since": "date", "score": "float64"}
PRODUCTS = {"product": "int64", "name": "text", "kind": "text", "price": "float64"}
REGIONS = {"region": "int64", "title": "text"}
EVENTS = {"Customer": "int64", "Kind": "text", "Weight": "int64", "customer day": "date"}


def tables(seed: int) -> dict[str, Any]:
    dice = random.Random(seed)

    def maybe(value: Any, share: float = 0.12) -> Any:  # noqa: ANN401
        return None if dice.random() < share else value

    def day() -> str:
        return str(datetime.date(2023, 11, 20) + datetime.timedelta(dice.randrange(120)))

    def moment() -> str:
        start = datetime.datetime(2023, 12, 30, 20)
        return str(start + datetime.timedelta(seconds=dice.randrange(400_000)))

    notes = ["red apple", "Red Pear", "blue special big requests", "", "x_y", "50% off", "Äpfel é"]
    sales = [
        [
            i, maybe(dice.randrange(14)), maybe(dice.randrange(8)), maybe(day()), maybe(moment()),
            maybe(dice.randrange(-400, 4000) / 8), maybe(dice.randrange(-3, 9)),
            maybe(dice.choice(notes)), maybe(dice.random() < 0.6),
        ]
        for i in range(90)
    ]  # fmt: skip
    customers = [
        [i, maybe(f"Customer {i % 7}"), maybe(dice.randrange(5)), maybe(day()), maybe(i * 1.5)]
        for i in range(12)
    ]
    products = [
        [i, maybe(f"Product {i}"), maybe(dice.choice(["A", "B", "small box"])), maybe(i + 0.25)]
        for i in range(9)
    ]
    regions = [[i, maybe(t)] for i, t in enumerate(["EAST", "WEST", "NORTH"])]
    events = [
        [maybe(dice.randrange(14)), maybe(dice.choice("abc")), maybe(dice.randrange(20)), day()]
        for _ in range(40)
    ]
    return {
        "sales": {"columns": SALES, "rows": sales},
        "customers": {"columns": CUSTOMERS, "rows": customers},
        "products": {"columns": PRODUCTS, "rows": products},
        "regions": {"columns": REGIONS, "rows": regions},
        "Events": {"columns": EVENTS, "rows": events},
        "empty": {"columns": CUSTOMERS, "rows": []},
    }


def inputs() -> dict[str, Input]:
    return {
        name: Input(name, (f"/{name}.csv",), "csv", made["columns"], (), Csv())
        for name, made in tables(1).items()
    }


class Worker:
    """DuckDB in a process of its own: its interpreter has no sqlglot, this one no DuckDB."""

    def __init__(self, seed: int) -> None:
        here = Path(__file__).parent
        environment = {**os.environ, "PYTHONPATH": f"{ADAPTERS}{os.pathsep}{here}"}
        self._process = subprocess.Popen(
            [python_of("duckdb"), str(here / "query_sql_worker.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )
        self._send(tables(seed))

    def _send(self, message: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(message) + "\n")
        self._process.stdin.flush()

    def differences(self, sql: str) -> list[str]:
        self._send({"sql": sql, "pipeline": pipeline(sql, inputs())})
        assert self._process.stdout is not None
        return json.loads(self._process.stdout.readline())

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(60)


@pytest.fixture(scope="module", params=[1, 2])
def worker(request: pytest.FixtureRequest) -> Iterator[Worker]:
    made = Worker(request.param)
    yield made
    made.close()


@pytest.mark.parametrize("sql", TAKEN, ids=map(str, range(1, 1 + len(TAKEN))))
def test_answers_as_the_sql(worker: Worker, sql: str) -> None:
    assert worker.differences(sql) == []


@pytest.mark.parametrize(
    ("sql", "message", "place"), REFUSED, ids=map(str, range(1, 1 + len(REFUSED)))
)
def test_refuses_by_name_and_place(sql: str, message: str, place: str) -> None:
    with pytest.raises(jobs.BadJob) as refused:
        jobs.parse(pipeline(sql, inputs()), inputs())
    assert message in refused.value.message
    assert refused.value.place == place


def test_does_not_import_an_engine() -> None:
    code = (
        "import sys; from spillway_adapters.query import sql_import; "
        "bad = {'duckdb', 'polars', 'pandas', 'pyarrow', 'dask'} & set(sys.modules); assert not bad"
    )
    environment = {**os.environ, "PYTHONPATH": str(ADAPTERS)}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)
