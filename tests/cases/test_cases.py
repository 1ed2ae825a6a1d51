"""Files that were hard to read, through the whole program: one verdict for all engines.

A case is a command line and what becomes of it: the groups of every engine, or why nothing starts.
What only an engine's adapter decides is in tests/adapters/test_dialect.py.
"""

from __future__ import annotations

import json
import math
import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

GIVEN = Path(__file__).parents[1] / "adapters" / "cases"
#: Those that start at once. The others read one file, with everything in it.
QUICK = "chunked,objectstore,pandas,polars,duckdb"
EVERY = f"{QUICK},dask:tuned,dask:naive,ray:tuned,modin"
UNREADABLE = 3  #: exit code

Groups = dict[str, tuple[int, float]]


@dataclass
class Case:
    content: str | bytes
    #: Rows and mean of the groups; or words of the reason why nothing starts.
    expected: dict[str, tuple[int, float | None]] | str
    arguments: list[str] = field(default_factory=list)
    by: tuple[str, str] = ("k", "x")  #: as given to --group-by and --values
    engines: str = QUICK
    name: str = "data.csv"


def given(name: str) -> bytes:
    return (GIVEN / name).read_bytes()


def ledger() -> dict[str, tuple[int, float | None]]:
    rows = given("sums_to_zero.csv").decode().splitlines()[1:]
    return {"ledger": (len(rows), math.fsum(float(row.split(",")[1]) for row in rows) / len(rows))}


def sparse() -> str:
    """The first value of x comes after more than a MiB."""
    rows = "".join(f"{'ab'[i % 2]},{i % 10},\n" for i in range(300_000))
    return f"k,y,x\n{rows}" + "".join(f"a,1,{i}\n" for i in range(100))


#: Every option of the dialect in one file.
ALL_OPTIONS = (
    b"made by a tool; v1\n"
    b'\xc4 "quote\n'
    b"# a 'comment\n"
    b"N\xe4me;N\xe4me;gr\xf6\xdfe, \x80\n"
    b"a;1,5;2,5\n"
    b"#b;1;1\n"
    b"\xc4\x93;2,5;1e1\n"
    b"a;-;-,5\n"
    b'- ; 3,5 ;"1,5"\n'
    b"#\n"
    b'"-";None;+2\n'
    b'"x\n#y";1,;2'
)

CASES = {
    "sums_to_zero": Case(given("sums_to_zero.csv"), ledger()),
    "long_row": Case(
        "k,t,x\na,one,1\nb," + "z" * 5_250_000 + ",2\na,three,3\n", {"a": (2, 2), "b": (1, 2)}
    ),
    "truncated": Case(given("truncated.csv"), "line 4"),
    "word_in_another_case": Case(given("word_in_another_case.csv"), {"a": (2, 1), "b": (2, 3)}),
    "word_in_spaces": Case(given("word_in_spaces.csv"), {"a": (3, 3), "b": (3, 4)}, engines=EVERY),
    "latin_1_header": Case(
        given("latin1_header.csv"), {"a": (2, 2), "b": (1, 2)}, ["--encoding", "latin-1"]
    ),
    "short_row": Case(given("short_row.csv"), "line 3"),
    "numbers_in_spaces": Case(given("numbers_in_spaces.csv"), {"a": (2, 3.05), "b": (2, 5)}),
    "nul": Case(given("nul_first_row.csv"), "line 2", by=("y", "z")),
    "numeric_header": Case(
        given("numeric_header.csv"),
        {"A": (2, 3), "B": (1, 3)},
        ["--header", "yes"],
        by=("country", "2019"),
    ),
    "duplicate_header": Case(
        given("duplicate_header.csv"), {"a": (1, 2), "b": (1, 3)}, by=("k", "x_2")
    ),
    "comment_first": Case(
        given("comment_first.csv"), {"a": (1, 1), "b": (1, 2)}, ["--comment", "#"]
    ),
    "decimal_comma": Case(
        given("decimal_comma.csv"),
        {"1,5": (2, 2.5), "3,5": (1, 4.5)},
        ["--decimal", "comma", "--delimiter", "semicolon", "--header", "no"],
        by=("column1", "column2"),
    ),
    "comma_in_name": Case(
        given("comma_in_name.csv"), {"a": (1, 1), "b": (1, 2)}, by=("k", '"net, EUR"')
    ),
    "sep_line": Case(
        given("sep_line.csv"),
        {"a": (1, 1), "b": (1, 2)},
        ["--skip-rows", "1", "--delimiter", "semicolon"],
    ),
    "sparse": Case(sparse(), {"a": (150_100, 49.5), "b": (150_000, None)}),
    "bad_quotes": Case(
        given("bad_quotes.csv"), "line 3", ["--delimiter", "semicolon"], by=("b", "a")
    ),
    "plain_text_named_gz": Case(
        given("plain_text.csv.gz"), {"a": (2, 2), "b": (1, 2)}, name="data.csv.gz"
    ),
    "all_options": Case(
        ALL_OPTIONS,
        {"a": (2, 1.0), "\u00c4\u201c": (1, 10.0), "": (1, 1.5), "-": (1, 2.0), "x\n#y": (1, 2.0)},
        [
            *("--skip-rows", "2", "--comment", "#", "--delimiter", ";", "--decimal", "comma"),
            *("--encoding", "windows-1252", "--missing", "-,None", "--header", "yes"),
        ],
        by=("N\u00e4me", '"gr\u00f6\u00dfe, \u20ac"'),
        engines=EVERY,
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_every_engine_says_the_same(case: Case, tmp_path: Path) -> None:
    file = tmp_path / case.name
    file.write_bytes(case.content.encode() if isinstance(case.content, str) else case.content)
    key, value = case.by
    workload = ["--workload", "etl", "--group-by", key, "--values", value, *case.arguments]
    done, records = run(file, tmp_path, [*workload, "--engine", case.engines])
    if isinstance(case.expected, str):
        assert done.returncode == UNREADABLE, done
        for record in records:
            assert record["error"]["code"] == "data-unreadable", record
        assert case.expected in done.stderr + json.dumps(records)
        return
    assert done.returncode == 0, done
    assert len(records) == len(case.engines.split(",")), done
    for record in records:
        assert record["status"] == "ok", record
        groups = {group["key"]: group for group in record["result"]["groups"]}
        assert groups.keys() == case.expected.keys(), record
        for name, (count, mean) in case.expected.items():
            (found,) = groups[name]["mean"].values()
            assert groups[name]["count"] == count, record
            if mean is None:
                assert found is None, record
            else:
                assert math.isclose(found, mean, rel_tol=1e-9, abs_tol=1e-11), record


def test_no_engine_takes_an_infinite_feature(tmp_path: Path) -> None:
    file = tmp_path / "data.csv"
    file.write_bytes(given("infinite_feature.csv"))
    workload = ["--workload", "logreg", "--label", "y", "--features", "a,b"]
    engines = "chunked,objectstore,pandas"
    done, records = run(
        file, tmp_path, [*workload, "--param", "test-fraction=0", "--engine", engines]
    )
    assert done.returncode != 0 and len(records) == len(engines.split(",")), done
    for record in records:
        assert record["status"] == "failed", record
        # The native engines name the feature only.
        words = ["a"] if record["engine"] in ("chunked", "objectstore") else ["'a'", "line 5"]
        assert all(word in record["error"]["message"] for word in words), record


def run(
    file: Path, directory: Path, arguments: list[str]
) -> tuple[subprocess.CompletedProcess[str], list[dict[str, Any]]]:
    """What the program said, and its records."""
    once = ["--workers", "1", "--repeats", "1", "--warmup", "0", "--timeout", "2min", "--json"]
    places = ["--scratch", str(directory / "scratch"), "--session", str(directory / "s.spillway")]
    done = subprocess.run(
        [os.environ["SPILLWAY"], "run", "--data", str(file), *once, *places, *arguments],
        env={**os.environ, "XDG_STATE_HOME": str(directory), "XDG_CACHE_HOME": str(directory)},
        capture_output=True,
        text=True,
        check=False,
    )
    lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    return done, [line for line in lines if "status" in line]
