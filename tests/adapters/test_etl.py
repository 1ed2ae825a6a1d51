"""What holds for every engine's group-by mean, by Python's own csv module as the judge.

Engines with clusters, which take seconds to start, join through SPILLWAY_TEST_ENGINES.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xxhash

from host import COLUMNS, Outcome, dataset, etl, failure, module, run, spec
from truth import assert_groups

ENGINES = os.environ.get("SPILLWAY_TEST_ENGINES", "pandas polars duckdb").split()
Csv = Callable[..., Path]


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> list[str]:
    return module(request.param)


@pytest.fixture(params=["streamed", "loaded"])
def materialise(request: pytest.FixtureRequest) -> str:
    return request.param


def checked(engine: list[str], fields: dict[str, Any]) -> Outcome:
    outcome = run(engine, fields)
    assert_groups(outcome.groups, fields)
    return outcome


def test_keys_are_raw_text(engine: list[str], csv: Csv, materialise: str) -> None:
    keys = ["NA", "01", "1", "", "nan", "null", "1.0", "true", "None", "é", "a b"]
    rows = "".join(f"{i},{i / 7},{i},{key}\n" for i, key in enumerate(keys * 3))
    file = csv("id,x,y,category\n" + rows)
    checked(engine, spec(dataset(file, COLUMNS), etl("category", ["x", "y"], materialise)))


def test_missing_values_are_skipped_and_counted(
    engine: list[str], csv: Csv, materialise: str
) -> None:
    words = ["", "NA", "nan", "NaN", "null", "N/A", "None", "-1.#IND"]
    rows = "".join(f"{i},{word},{i}.5,{'AB'[i % 2]}\n" for i, word in enumerate(words))
    file = csv("id,x,y,category\n" + rows + "8,2.5,,A\n9,,1,C\n")
    fields = spec(dataset(file, COLUMNS), etl("category", ["x", "y"], materialise))
    outcome = checked(engine, fields)
    assert outcome.result["missing"] == [9, 1]
    assert outcome.result["rows"] == 10


def test_words_are_missing_numbers_and_also_keys(
    engine: list[str], csv: Csv, materialise: str
) -> None:
    file = csv("id,x,y,category\n1,NA,1,NA\n2,2.5,null,NA\n3,1.5,2,\n4,3,nan,B\n5,,7,null\n")
    fields = spec(dataset(file, COLUMNS), etl("category", ["x", "y"], materialise))
    assert checked(engine, fields).result["missing"] == [2, 2]


def test_integers_average_as_numbers(engine: list[str], csv: Csv) -> None:
    file = csv("id,x,y,category\n1,-1,1e3,A\n2,+4,.5,A\n9007199254740993,1E-2,7.,B\n")
    checked(engine, spec(dataset(file, COLUMNS), etl("category", ["id", "x", "y"])))


def test_quotes_hold_delimiters_and_newlines(engine: list[str], csv: Csv, materialise: str) -> None:
    keys = ['"a,b"', '"line\nbreak"', '"say ""hi"""', "plain", '"NA"', '""', "it's"]
    rows = "".join(f'{i},"{i}.5",{i},{key}\n' for i, key in enumerate(keys * 200))
    file = csv("id,x,y,category\n" + rows)
    checked(engine, spec(dataset(file, COLUMNS), etl("category", ["x", "y"], materialise)))


def test_without_a_quote_character_quotes_are_text(engine: list[str], csv: Csv) -> None:
    file = csv('id,x,y,category\n1,1,1,"A"\n2,2,2,5" disk\n3,3,3,"\n4,4,4,"A"\n')
    checked(engine, spec(dataset(file, COLUMNS, quote=""), etl("category", ["x"])))


def test_another_quote_character(engine: list[str], csv: Csv) -> None:
    file = csv("id,x,y,category\n1,1,1,'a,b'\n2,2,2,\"\n3,3,3,'a,b'\n")
    checked(engine, spec(dataset(file, COLUMNS, quote="'"), etl("category", ["x"])))


def test_several_files_are_one_dataset(engine: list[str], csv: Csv, materialise: str) -> None:
    files = [
        csv("id,x,y,category\n1,1.5,1,A\n2,2.5,2,NA\n", "1.csv"),
        csv("id,x,y,category\n3,3.5,,A\n4,4.5,4,01\n", "2 of [2]*.csv"),
    ]
    checked(engine, spec(dataset(files, COLUMNS), etl("category", ["x", "y"], materialise)))


def test_headerless_files_are_named_by_the_schema(engine: list[str], csv: Csv) -> None:
    files = [csv("1,1.5,1,A\n2,2.5,2,B\n", "1.csv"), csv("3,3.5,3,A\n", "2.csv")]
    checked(engine, spec(dataset(files, COLUMNS, header=False), etl("category", ["y"])))


def test_the_first_line_is_skipped_whatever_it_says(engine: list[str], csv: Csv) -> None:
    file = csv("no,such,names,here\n1,1.5,1,A\n2,2.5,2,B\n")
    checked(engine, spec(dataset(file, COLUMNS), etl("category", ["y"])))


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_delimiters(engine: list[str], csv: Csv, delimiter: str) -> None:
    file = csv("id,x,y,category\n1,1.5,1,A\n2,2.5,2,B\n".replace(",", delimiter))
    checked(engine, spec(dataset(file, COLUMNS, delimiter=delimiter), etl("category", ["y"])))


@pytest.mark.parametrize(
    "text",
    [
        "id,x,y,category\r\n1,1.5,1,A\r\n2,2.5,2,B\r\n",
        "id,x,y,category\n1,1.5,1,A\n2,2.5,2,B",
        "\ufeffid,x,y,category\n1,1.5,1,A\n2,2.5,2,B\n",
    ],
    ids=["CRLF", "no last newline", "byte order mark"],
)
def test_line_ends(engine: list[str], csv: Csv, text: str) -> None:
    checked(engine, spec(dataset(csv(text), COLUMNS), etl("category", ["x", "y"])))


def test_blank_lines_are_skipped_or_refused(engine: list[str], csv: Csv) -> None:
    file = csv("id,x,y,category\n1,1.5,1,A\n\n2,2.5,2,B\n\n")
    fields = spec(dataset(file, COLUMNS), etl("category", ["x", "y"]))
    outcome = run(engine, fields)
    if outcome.all("error"):
        assert outcome.one("error")["code"] == "unsupported"
    else:
        assert_groups(outcome.groups, fields)


def test_names_with_quotes_and_spaces(engine: list[str], csv: Csv) -> None:
    columns = {"the id": "integer", "it's": "real", 'say "y"': "real", "rows": "text"}
    file = csv('"the id",it\'s,"say ""y""",rows\n1,1.5,1,A\n2,2.5,2,B\n')
    checked(engine, spec(dataset(file, columns), etl("rows", ["it's", 'say "y"'])))


def test_a_number_can_be_the_key(engine: list[str], csv: Csv) -> None:
    file = csv("id,x,y,category\n01,1.5,1,A\n1,2.5,2,B\n1.0,3.5,2,B\n1,4,4,B\n")
    checked(engine, spec(dataset(file, COLUMNS), etl("id", ["x"])))


@pytest.mark.parametrize(
    "row",
    ["3,1,1", "3,1,1,A,more", "3,abc,1,A", "3,12x,1,A"],
    ids=["short", "long", "text", "trailing"],
)
def test_a_malformed_row_is_an_error(
    engine: list[str], csv: Csv, materialise: str, row: str
) -> None:
    file = csv(f"id,x,y,category\n1,1.5,1,A\n2,2.5,2,B\n{row}\n4,1,1,A\n")
    fields = spec(dataset(file, COLUMNS), etl("category", ["x", "y"], materialise))
    error = failure(engine, fields)
    assert error["code"] == "data-unreadable"
    assert error["message"]


def test_a_file_that_is_not_there_is_an_error(engine: list[str], csv: Csv) -> None:
    file = csv("id,x,y,category\n1,1.5,1,A\n")
    fields = spec(dataset(file, COLUMNS), etl("category", ["x"]))
    file.unlink()
    assert failure(engine, fields)["code"] == "data-unreadable"


def test_many_groups_travel_in_a_file_with_their_hash(
    engine: list[str], csv: Csv, materialise: str
) -> None:
    rows = "".join(f"{i},{i / 3},{i % 7},k{i % 1500}\n" for i in range(6000))
    file = csv("id,x,y,category\n" + rows)
    fields = spec(dataset(file, COLUMNS), etl("category", ["x", "y"], materialise))
    outcome = checked(engine, fields)
    assert "groups" not in outcome.result
    assert outcome.result["groups_count"] == 1500 == len(outcome.group_rows)
    assert outcome.result["groups_xxh64"] == hash_of(outcome.group_rows, ["x", "y"])


def hash_of(rows: list[dict[str, Any]], values: list[str]) -> str:
    """As groupsHash() of core/protocol/result.h says it."""
    import struct

    state = xxhash.xxh64(seed=0)
    for row in rows:
        state.update(row["key"].encode() + b"\0" + struct.pack("<q", row["count"]))
        for name in values:
            state.update(struct.pack("<d", row["mean"][name]))
    return state.hexdigest()


def test_settings_are_what_the_engine_confirms(engine: list[str], csv: Csv) -> None:
    file = csv("id,x,y,category\n1,1.5,1,A\n")
    outcome = run(engine, spec(dataset(file, COLUMNS), etl("category", ["x"]), workers=1))
    assert outcome.settings["threads"] == "1"
