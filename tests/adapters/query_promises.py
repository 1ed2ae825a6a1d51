"""What Dask and Ray both promise of a query through the host's protocol."""

from __future__ import annotations

from pathlib import Path

from host import failure, module, run
from query_cases import Table
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
