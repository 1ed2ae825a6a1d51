"""What Dask and Ray both promise of a query through the host's protocol."""

from __future__ import annotations

from pathlib import Path

from host import Event, failure, module, run
from query_cases import Case, Table
from test_query import SOME, case_of, spec


def answer_in_order(engine: str, profile: str, folder: Path) -> None:
    case = case_of([{"derive": {"f": "x / 2", "b": "x > 1"}}, {"sort": ["-x"]}], SOME)
    outcome = run(module(engine), spec(case, folder, profile=profile))
    assert outcome.result["table"]["rows"] == [
        [None, 3, "2024-01-01", 1.5, True],
        ["b", 2, None, 1.0, True],
        ["a", 1, "2024-02-29", 0.5, False],
    ]


def comment_and_encoding(engine: str, folder: Path) -> None:
    text = "made by hand\nk;x;d\n# a remark\n\u00e9;1;2024-01-31\nb;n/a;\n"
    table = Table({"k": "text", "x": "int64", "d": "date"}, text=text)
    fields = spec(case_of([], table), folder, profile="tuned")
    (path,) = fields["inputs"]["t"]["paths"]
    Path(path).write_bytes(text.encode("latin-1"))
    fields["inputs"]["t"]["dialect"] |= {
        "delimiter": ";",
        "comment": "#",
        "skip_rows": 1,
        "encoding": "latin-1",
    }
    rows = run(module(engine), fields).result["table"]["rows"]
    assert sorted(rows) == [["b", None, None], ["\u00e9", 1, "2024-01-31"]]


def overflow(engine: str, folder: Path) -> None:
    table = Table({"x": "int64"}, [(2**62,), (2**62,)])
    case = case_of([{"group": {"by": [], "agg": {"s": "sum(x)"}}}], table)
    error = failure(module(engine), spec(case, folder, profile="tuned"))
    assert error["code"] == "engine-failed" and "integer overflow" in error["message"]


def work_of_a_cluster(engine: str, profile: str, address: str, folder: Path) -> None:
    """Of tables of several parts, so that rows really move between its workers."""
    sold = [(i % 1003, i % 7) for i in range(300_000)]
    named = [(key, f"number {key % 10}", "x" * 1000) for key in range(1, 2000)]
    steps: list[Event] = [
        {"from": "sold"},
        {"join": {"with": "named", "on": ["key"], "how": "full"}},
        {"group": {"by": ["name"], "agg": {"sold": "sum(pieces)", "rows": "count()"}}},
        {"sort": ["name"]},
    ]
    tables = {
        "sold": Table({"key": "int64", "pieces": "int64"}, sold),
        "named": Table({"key": "int64", "name": "text", "note": "text"}, named),
    }
    names = {key: name for key, name, _ in named}
    expected: dict[str | None, list[int]] = {}
    for key, pieces in [*sold, *((key, 0) for key in names if key > 1002)]:
        found = expected.setdefault(names.get(key), [0, 0])
        found[0] += pieces
        found[1] += 1
    rows = sorted([name, *found] for name, found in expected.items() if name is not None)
    rows.append([None, *expected[None]])
    case = Case("test", tables, steps, [])
    fields = spec(case, folder, profile=profile, address=address)
    result = run(module(engine), fields).result
    assert result["table"]["rows"] == rows
    files = [*steps[:-1], {"derive": {"last": "right(name, 1)"}}]
    output = {"to": "parquet", "partition_by": ["last"]}
    (folder / "files").mkdir()
    case = Case("test", tables, files, [], output=output)
    result = run(module(engine), spec(case, folder / "files", profile=profile, address=address))
    written = result.result
    assert written["measures"]["written_files"] >= 2
    assert sorted(row[1:3] for row in written["table"]["rows"]) == sorted(row[1:] for row in rows)
