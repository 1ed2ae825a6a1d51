"""The query language: what is read, how it is spelled, what is refused and in which words."""

from __future__ import annotations

import datetime
import importlib
import json
import random
import re
from pathlib import Path
from typing import Any

import pytest

import query_cases
import query_page
import query_random
from spillway_adapters.query import csv_types, expressions, functions, job, patterns, strict_json
from spillway_adapters.query.bad_job import BadJob
from spillway_adapters.query.expression_text import RESERVED
from spillway_adapters.query.language import (
    Call,
    Column,
    Constant,
    Csv,
    Expression,
    Input,
    Job,
    Limit,
    Order,
    Schema,
    Select,
    Settings,
    Type,
    Window,
)

COLUMNS: Schema = {
    "a": "int64",
    "b": "float64",
    "s": "text",
    "f": "bool",
    "d": "date",
    "t": "timestamp",
    "date": "date",
    "end": "int64",
    'q"q': "text",
}


def table(name: str, columns: Schema) -> Input:
    return Input(name, (f"/{name}.csv",), "csv", columns, tuple(columns), Csv())


INPUTS = {
    "data": table("data", COLUMNS),
    "other": table("other", {"a": "int64", "w": "float64", "s": "text"}),
    "wide": table("wide", {f"c{i}": "int64" for i in range(20)}),
}


def parsed(*steps: dict[str, Any], **more: Any) -> Job:  # noqa: ANN401
    return job.parse({"steps": [{"from": "data"}, *steps], **more}, INPUTS)


def refusal(*steps: Any, **more: Any) -> BadJob:  # noqa: ANN401
    with pytest.raises(BadJob) as caught:
        parsed(*steps, **more)
    return caught.value


# --- Expressions ---------------------------------------------------------------------------------

SPELLED = [
    # As it is typed, as it is spelled, its type.
    ("a+1", "a + 1", "int64"),
    ("a + b", "a + b", "float64"),
    ("a + 1.50", "a + 1.5", "float64"),
    ("b > 1", "b > 1.0", "bool"),
    ("(a + 1) * 2 - (3 - a)", "(a + 1) * 2 - (3 - a)", "int64"),
    ("((a)) - (a - a) - a", "a - (a - a) - a", "int64"),
    ("a / 2", "a / 2.0", "float64"),
    ("a // 2 % 3", "a // 2 % 3", "int64"),
    ("MOD(a, 2)", "a % 2", "int64"),
    ("- a * -2", "-a * -2", "int64"),
    ("-(-a)", "-(-a)", "int64"),
    ("- -5", "5", "int64"),
    ("-9223372036854775808", "-9223372036854775808", "int64"),
    ("1e3", "1000.0", "float64"),
    (".5 + 5.", "0.5 + 5.0", "float64"),
    ("NOT f AND f OR f", "not f and f or f", "bool"),
    ("not (f and (f or f))", "not (f and (f or f))", "bool"),
    ("a == 1 or a != 2", "a = 1 or a <> 2", "bool"),
    ("a Is Not Null", "a is not null", "bool"),
    ("not a is null", "a is not null", "bool"),
    ("a NOT IN (1,2)", "a not in (1, 2)", "bool"),
    ("a in (1, 2.5)", "a in (1.0, 2.5)", "bool"),
    ("a between 1 and 5 and f", "a >= 1 and a <= 5 and f", "bool"),
    ("b not between 1 and 5", "not (b >= 1.0 and b <= 5.0)", "bool"),
    ("s LIKE 'a%' and s not like '_'", "s like 'a%' and s not like '_'", "bool"),
    ("s || 'it''s' || s", "s || 'it''s' || s", "text"),
    ('"a" + "end"', 'a + "end"', "int64"),
    ('"q""q" || s', '"q""q" || s', "text"),
    ("date > date '2024-01-01'", "date > date '2024-01-01'", "bool"),
    ("d = '2024-02-29'", "d = date '2024-02-29'", "bool"),
    ("t >= d", "t >= d", "bool"),
    ("t > date '2024-01-01'", "t > timestamp '2024-01-01 00:00:00'", "bool"),
    ("d + interval '3 months'", "d + interval 3 month", "date"),
    ("t - INTERVAL '90' Minutes", "t - interval 90 minute", "timestamp"),
    ("t + interval -1 day", "t - interval 1 day", "timestamp"),
    ("d - d", "days(d) - days(d)", "int64"),
    ("case when f then a else 2.5 end", "case when f then a else 2.5 end", "float64"),
    ("case when f then 1 when a > 0 then b end", None, "float64"),
    ("case a when 1 then 'x' else null end", "case when a = 1 then 'x' end", "text"),
    ("cast(s as int64) + s::int64", "cast(s as int64) + cast(s as int64)", "int64"),
    ("cast(a as bool)", "a <> 0", "bool"),
    ("cast(a as float64)", "cast(a as float64)", "float64"),
    ("cast(a as float64) + b", "a + b", "float64"),
    ("cast(null as date)", "cast(null as date)", "date"),
    ("coalesce(null, a)", "coalesce(cast(null as int64), a)", "int64"),
    ("ROUND(b)", "round(b)", "float64"),
    ("round(b, 0)", "round(b)", "float64"),
    ("round(a, 2)", "a", "int64"),
    ("sqrt(a)", "sqrt(a)", "float64"),
    ("pow(a, 2)", "pow(a, 2.0)", "float64"),
    ("greatest(a, b, 1)", "greatest(a, b, 1.0)", "float64"),
    ("concat(s, '-', s)", "concat(s, '-', s)", "text"),
    ("position('x' in s || 'y')", "position(s || 'y', 'x')", "int64"),
    ("regexp_replace(s, 'a+', '', 'g')", "regexp_replace(s, 'a+', '', 'all')", "text"),
    ("regexp_replace(s, 'a+', '', 'first')", "regexp_replace(s, 'a+', '')", "text"),
    ("regexp_extract(s, '(a)', 1)", "regexp_extract(s, '(a)', 1)", "text"),
    ("date_trunc('MONTHS', t)", "date_trunc('month', t)", "timestamp"),
    ("date_diff('day', d, t)", "date_diff('day', d, t)", "int64"),
    ("substr(s, 2)", "substr(s, 2)", "text"),
    ("a\n +\t1", "a + 1", "int64"),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "spelled", "kind"), SPELLED)
def test_an_expression_has_one_spelling_and_a_type(
    typed: str, spelled: str | None, kind: Type
) -> None:
    found = expressions.scalar(typed, COLUMNS)
    assert found.type == kind
    text = expressions.text(found)
    if spelled is not None:
        assert text == spelled
    assert expressions.scalar(text, COLUMNS) == found


def test_the_narrow_operand_of_two_types_has_a_cast_and_constants_are_converted() -> None:
    a, b = Column("a", "int64"), Column("b", "float64")
    assert expressions.scalar("a < b", COLUMNS) == Call(
        "<", (Call("cast", (a,), "float64"), b), "bool"
    )
    assert expressions.scalar("b < 2", COLUMNS) == Call("<", (b, Constant(2.0, "float64")), "bool")
    assert expressions.scalar("t = '2024-01-02'", COLUMNS) == Call(
        "=",
        (Column("t", "timestamp"), Constant(datetime.datetime(2024, 1, 2), "timestamp")),
        "bool",
    )


def test_optional_arguments_are_there_with_their_defaults() -> None:
    found = expressions.scalar("regexp_replace(s, 'a', 'b')", COLUMNS)
    assert isinstance(found, Call)
    assert found.arguments[-1] == Constant("first", "text")
    assert expressions.window("lag(a)", COLUMNS).offset == 1


REFUSED = [
    # An expression, words of the message, the column, words of the way out.
    ("a +", "value is missing", 4, "column"),
    ("a +* b", 'stands "*"', 4, ""),
    ("(a > 1", ") is missing", 7, "Write )"),
    ("a > 1)", "bracket closes", 6, "Take it out"),
    ("a > 1 f", 'goes on with "f"', 7, "operator"),
    ("a < b < 2", "do not chain", 7, "a < b and b < c"),
    ("aa > 1", 'no column "aa"', 1, 'mean "a"'),
    ("A > 1", 'no column "A"', 1, 'mean "a"'),
    ("data.a > 1", "no table before", 1, "name alone"),
    ('s = "x"', 'no column "x"', 5, "single quotes"),
    ("end > 1", "word of the language", 1, '"end"'),
    ("avg(a) > 1", 'no function "avg"', 1, "mean()"),
    ("substring(s, 1) = ''", "substring", 1, "substr()"),
    ("zzz(a)", "zzz", 1, "query.md"),
    ("sum(a) > 1", "many rows", 1, "group or window"),
    ("row_number() > 1", "many rows", 1, "window step"),
    ("a + s > 1", "takes int64 or float64, this is text", 5, "cast(… as int64)"),
    ("f and a", "takes bool, this is int64", 7, "x <> 0"),
    ("a", "needs a condition", 1, "x <> 0"),
    ("a = s", "int64 beside text", 5, "cast(… as int64)"),
    ("s > 1", "text beside int64", 5, "cast"),
    ("d > 'yesterday'", "no date", 5, "date '2024-02-29'"),
    ("d > date '2023-02-29'", "no date", 10, ""),
    ("d = s", "text stands beside date", 5, "cast(… as date)"),
    ("a = null", "always null", 3, "is null"),
    ("a is true", "After is stands null", 6, "by themselves"),
    ("a in (1, null)", "no null", 10, "is null"),
    ("a in ()", "is empty", 6, ""),
    ("a in (b)", "literals only", 7, "join"),
    ("coalesce(null, null) > 1", "no type", 10, "cast(null as int64)"),
    ("abs(a, a) > 1", "2 arguments", 1, "abs(x)"),
    ("concat(s) = s", "1 argument", 1, "concat(a, b, …)"),
    ("round(b, 10) > 1", "is 10", 10, "0 to 9"),
    ("round(b, a) > 1", "is a literal", 10, "value itself"),
    ("contains(s, s)", "is a literal", 13, ""),
    ("date_trunc('hour', d) = d", "no hours", 12, "timestamp"),
    ("date_trunc('eon', d) = d", '"eon"', 12, "month"),
    ("hour(d) = 1", "takes timestamp, this is date", 6, "cast(… as timestamp)"),
    ("t - d > 1", "no meaning", 3, "date_diff"),
    ("d + 1 > d", "no meaning", 3, "interval"),
    ("d + interval 1.5 month > d", "whole number and a unit", 5, "units"),
    ("d + interval 1 hour > d", "no hours", 5, "timestamp"),
    ("interval 3 month = d", "stands alone", 1, "d + interval"),
    ("cast(a as int) = 1", 'no type "int"', 11, "write int64"),
    ("cast(b as text) = ''", "cannot be cast", 1, "round it"),
    ("cast(t as text) = ''", "cannot be cast", 1, "as date"),
    ("9223372036854775808 = a", "beyond 64 bits", 1, "1e30"),
    ("-9223372036854775809 = a", "beyond 64 bits", 1, ""),
    ("-(-9223372036854775808) = a", "beyond 64 bits", 1, ""),
    ("9" * 5000 + " = a", "beyond 64 bits", 1, ""),
    ("b > 1e400", "beyond float64", 5, ""),
    ("1st > 1", "no number", 1, "double quotes"),
    ("s = 'x", "does not end", 5, "twice"),
    ('"s = 1', "does not end", 1, "twice"),
    ('"" = 1', "name is empty", 1, ""),
    ("`a` = 1", "no meaning", 1, "double quotes"),
    ("a ^ 2 > 1", "no meaning", 3, "pow"),
    ("a & 2 > 1", "no meaning", 3, "and"),
    ("a; b", "no meaning", 2, "semicolon"),
    ("s = 'a\0b'", "zero character", 5, ""),
    ("s = '\ud800'", "no Unicode", 5, ""),
    ("+a > 1", "before a value", 1, ""),
    ("sum(a) over () > 1", "many rows", 1, ""),
    ("(" * 101 + "f" + ")" * 101, "deeper than 100", 101, "Derive parts"),
    ("not " * 101 + "f", "deeper than 100", 401, ""),
    ("f" + " and f" * 101, "deeper than 100", 597, ""),
    ("a in (" + "1," * 10_000 + "1)", "10,000 parts", 1, "join"),
    ("f" + " " * 100_000, "100,001 characters", 1, ""),
    ("regexp_matches(s, 'a(?=b)')", "Look-around", 21, "regexp_extract"),
    ("regexp_matches(s, 'it''s(?!b)')", "Look-around", 25, ""),
    (r"regexp_matches(s, '(a)\1')", "refers to a group", 23, "regexp_extract"),
    ("regexp_matches(s, '(')", "unterminated", 20, ""),
    ("regexp_matches(s, s)", "is a literal", 19, ""),
    (r"regexp_replace(s, '(a)', '\2') = ''", "no group 2", 27, "has 1"),
    ("regexp_replace(s, 'a*', 'x', 'all') = ''", "matches nothing, too", 19, "+ in place"),
    ("regexp_extract(s, 'a', 1) = ''", "no group 1", 24, "has none"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "words", "column", "remedy"), REFUSED)
def test_a_refused_expression_says_what_where_and_the_way_out(
    text: str, words: str, column: int, remedy: str
) -> None:
    bad = refusal({"filter": text})
    assert words in bad.message
    assert bad.message.endswith(".")
    assert bad.place.startswith("step 2 (filter)")
    assert int(bad.place.split("column ")[1]) == column
    assert remedy in bad.remedy
    assert bad.remedy


def test_the_caret_stands_under_the_place() -> None:
    bad = refusal({"derive": {"x": "a + 1", "y": "a +\n  bb * 2"}})
    assert bad.place == 'step 2 (derive), column "y", line 2, column 3'
    assert bad.excerpt == "    bb * 2\n    ^"
    long = refusal({"filter": "f and " * 40 + "bb > 1 and " + "f and " * 40 + "f"})
    line, caret = long.excerpt.split("\n")
    assert line[caret.index("^") :].startswith("bb > 1")
    assert len(line) < 100
    assert str(bad) == f"{bad.message}\n{bad.place}\n{bad.excerpt}\n{bad.remedy}"


@pytest.mark.parametrize("name", sorted(functions.ELSEWHERE))
def test_names_from_elsewhere_lead_to_a_function_that_is_there(name: str) -> None:
    known = {**functions.FUNCTIONS, **functions.AGGREGATES, **functions.WINDOW}
    assert name not in known
    assert functions.ELSEWHERE[name] in known


def test_aggregates_and_window_functions_stand_alone() -> None:
    for step in (
        {"group": {"by": [], "agg": {"x": "sum(a) / count()"}}},
        {"window": {"order": ["a"], "cols": {"x": "1 + lag(a)"}}},
        {"group": {"by": [], "agg": {"x": "a"}}},
        {"group": {"by": [], "agg": {"x": "sum(sum(a))"}}},
        {"group": {"by": [], "agg": {"x": "count(distinct a)"}}},
    ):
        bad = refusal(step)
        assert "column of its own" in bad.remedy or "Write" in bad.remedy
    assert "mean()" in refusal({"group": {"by": [], "agg": {"x": "avg(a)"}}}).remedy


# --- Every function ------------------------------------------------------------------------------


@pytest.mark.parametrize("function", functions.ALL, ids=lambda f: f"{f.kind} {f.name}")
def test_a_function_takes_every_type_that_it_says(function: functions.Function) -> None:
    """With a column of each type in each place, and gives the type that it says."""
    by_type = {kind: f"c_{kind}" for kind in functions.TYPES}
    columns: Schema = {name: kind for kind, name in by_type.items()}
    rng = random.Random(1)
    tried = 0
    for kind in functions.TYPES:
        first = next((p for p in function.parameters if not p.constant), None)
        if first is not None and kind not in first.types:
            continue
        if function.name == "count_distinct" and kind == "float64":
            continue
        result = kind if function.result == "same" else function.result
        if function.kind in ("aggregate", "window"):
            read = expressions.aggregate if function.kind == "aggregate" else expressions.window
            arguments = [by_type[kind]] if first else []
            arguments += ["0.5" if p.name == "q" else "2" for p in function.parameters[1:]]
            alone = read(f"{function.name}({', '.join(arguments)})", columns)
            assert (alone.name, alone.type) == (function.name, result)
        else:
            # Of several types some come up by chance; the seed is fixed.
            wanted = result if function.result != "same" else kind
            text = query_random.call(rng, function, columns, wanted, 0)
            assert expressions.scalar(text, columns).type == wanted
        tried += 1
    assert tried


def test_the_page_has_every_function_with_its_types() -> None:
    """python query_page.py writes them."""
    page = query_page.PAGE.read_text()
    assert page == query_page.made(page)
    assert page.count(" | core | ") + page.count(" | wide | ") == len(functions.ALL)
    for word in RESERVED:
        assert re.search(rf"a word of the language \(.*\b{word}\b", page)


def test_the_job_of_the_page_is_read() -> None:
    page = query_page.PAGE.read_text()
    pipeline = strict_json.loads(page.split("```json\n")[1].split("```")[0])
    inputs = {
        "trips": table("trips", {"day": "date", "zone": "int64", "fare": "float64"}),
        "zones": table("zones", {"id": "int64", "town": "text", "people": "int64"}),
    }
    assert job.parse(pipeline, inputs).schema == {
        "town": "text",
        "trips": "int64",
        "fare": "float64",
    }
    trips = {**inputs["trips"].columns, "miles": "float64"}
    pipeline["steps"][1] = {"filter": "fair > 0 and day >= date '2024-01-01'"}
    with pytest.raises(BadJob) as caught:
        job.parse(pipeline, {**inputs, "trips": table("trips", trips)})
    assert str(caught.value) in page


# --- Steps ---------------------------------------------------------------------------------------


def _let(*steps: Any) -> dict[str, Any]:  # noqa: ANN401
    return {"let": {"o": [{"from": "other"}, *steps]}}


STEPS_REFUSED = [
    # Steps behind {"from": "data"}, words of the message, the place, words of the way out.
    ([{"limit": 3}], "no sort right before it", "step 2 (limit)", "Sort first"),
    ([{"sort": ["a"]}, {"select": ["a"]}, {"limit": 3}], "no sort", "step 4 (limit)", "after the"),
    ([{"sort": ["a"]}, {"limit": -1}], "limit is -1", "step 3 (limit)", "from 0"),
    ([{"sort": ["a"]}, {"limit": True}], "true or false", "step 3 (limit)", ""),
    ([{"sort": ["a"]}, {"limit": 2**63}], "limit is 9223372036854775808", "step 3 (limit)", ""),
    ([{"sort": ["a"]}, {"limit": 1, "offset": 0.5}], "offset is a number", "step 3 (limit)", ""),
    ([{"filter": "f", "offset": 1}], "filter has no offset", "step 2 (filter)", "limit"),
    ([{"filter": "f", "sort": ["a"]}], 'has "filter", "sort"', "step 2", "a step of its own"),
    ([{}], "has none", "step 2", "from, filter"),
    (["filter"], "is a text, not an object", "step 2", ""),
    ([{"fliter": "f"}], 'no step "fliter"', "step 2", 'mean "filter"'),
    ([{"from": "other"}], "only at the beginning", "step 2 (from)", "union"),
    ([{"filter": 1}], "a whole number, not a text", "step 2 (filter)", "in quotes"),
    ([{"derive": {}}], "derive is empty", "step 2 (derive)", "leave the step away"),
    ([{"derive": ["x"]}], "is a list, not an object", "step 2 (derive)", '{"name"'),
    ([{"derive": {"": "a"}}], "is empty", "step 2 (derive)", ""),
    ([{"derive": {"x\0": "a"}}], "zero character", "step 2 (derive)", ""),
    ([{"derive": {"x" * 1001: "a"}}], "1,001 characters", "step 2 (derive)", "1,000"),
    ([{"derive": {"x": "null"}}], "no type", 'step 2 (derive), column "x", column 1', "cast"),
    ([{"select": ["a", "a"]}], '"a" twice', "step 2 (select)", "another name"),
    ([{"select": ["a", {"a": "b"}]}], '"a" twice', "step 2 (select)", ""),
    ([{"select": ["x"]}], 'no column "x"', "step 2 (select)", "There is: a, b"),
    ([{"select": []}], "select is empty", "step 2 (select)", ""),
    ([{"select": "a"}], "not a list", "step 2 (select)", '["a", "b"]'),
    ([{"drop": list(COLUMNS)}], "leaves no column", "step 2 (drop)", ""),
    ([{"drop": ["x"]}], 'no column "x"', "step 2 (drop)", ""),
    ([{"join": {"with": "other", "on": ["a"]}}], 'a column "s"', "step 2 (join)", "selects"),
    ([{"join": {"with": "other", "on": ["b"]}}], '"b" in "other"', "step 2 (join)", ""),
    ([{"join": {"with": "other", "on": {"b": "w"}}}], "float64", "step 2 (join)", "round"),
    ([{"join": {"with": "other", "on": {"a": "w"}}}], "float64", "step 2 (join)", "before"),
    ([{"join": {"with": "other", "on": {"a": "s"}}}], '"a" is int64', "step 2 (join)", "cast"),
    ([{"join": {"with": "other", "on": []}}], "on is empty", "step 2 (join)", "key"),
    ([{"join": {"with": "other"}}], 'no "on"', "step 2 (join)", ""),
    ([{"join": {"with": "x", "on": ["a"]}}], 'no table "x"', "step 2 (join)", "data, other"),
    (
        [{"join": {"with": "other", "on": ["a"], "how": "right"}}],
        'how is "right"',
        "step 2 (join)",
        "Begin with the other table",
    ),
    ([{"join": {"with": "other", "on": ["a"], "hwo": 1}}], '"hwo"', "step 2 (join)", '"how"'),
    (
        [{"join": {"with": "other", "on": ["a"], "null_aware": True}}],
        "NOT IN",
        "step 2 (join)",
        "anti",
    ),
    ([{"attach": "other"}], 'column "a", which is here', "step 2 (attach)", "Rename"),
    ([{"union": ["other"]}], "has 3 columns, here are 9", "step 2 (union)", "select"),
    ([{"select": ["a", "b", "f"]}, {"union": ["other"]}],
     "Column 3 is bool", "step 3 (union)", "cast"),
    ([{"union": []}], "union is empty", "step 2 (union)", ""),
    ([{"group": {"by": ["b"], "agg": {"n": "count()"}}}], "float64", "step 2 (group)", "round"),
    ([{"group": {"by": ["a"], "agg": {"a": "count()"}}}], "key and an agg", "step 2 (group)", ""),
    ([{"group": {"by": ["a", "a"], "agg": {}}}], '"a" twice', "step 2 (group)", ""),
    ([{"group": {"agg": {}}}], "neither keys nor", "step 2 (group)", ""),
    ([{"group": {"by": ["a"]}}], "no agg", "step 2 (group)", "{}"),
    ([{"group": {"by": [], "agg": {"n": "count_distinct(b)"}}}], "equality", "step 2 (group)", ""),
    ([{"distinct": True}], "float64", "step 2 (distinct)", "round"),
    ([{"select": ["a"]}, {"distinct": ["a"]}], "is a list", "step 3 (distinct)", "true"),
    ([{"window": {"cols": {"n": "row_number()"}}}], "needs an order", "step 2 (window)", "order"),
    ([{"window": {"cols": {"n": "lag(a)"}}}], "needs an order", "step 2 (window)", ""),
    ([{"window": {"cols": {"n": "cumsum(a)"}}}], "needs an order", "step 2 (window)", ""),
    ([{"window": {"frame": "rows", "cols": {"n": "sum(a)"}}}], "no order", "step 2 (window)", ""),
    ([{"window": {"order": ["a"], "frame": "all", "cols": {"n": "sum(a)"}}}],
     "has no order", "step 2 (window)", "of its own"),
    ([{"window": {"order": ["a"], "frame": 2, "cols": {"n": "cumsum(a)"}}}],
     "from the first row", "step 2 (window)", "sum(x)"),
    ([{"window": {"order": ["a"], "frame": -1, "cols": {"n": "sum(a)"}}}],
     "frame is -1", "step 2 (window)", ""),
    ([{"window": {"partition": ["b"], "cols": {"n": "sum(a)"}}}], "float64", "step 2 (window)", ""),
    ([{"window": {"order": ["a"]}}], "no cols", "step 2 (window)", ""),
    ([{"sort": []}], "sort is empty", "step 2 (sort)", ""),
    ([{"sort": ["a", "-a"]}], '"a" twice', "step 2 (sort)", ""),
    ([{"sort": [{"a": "first"}]}], 'says "first"', "step 2 (sort)", "nulls first"),
    ([{"sort": ["--a"]}], 'no column "-a"', "step 2 (sort)", ""),
]  # fmt: skip


@pytest.mark.parametrize(("steps", "words", "place", "remedy"), STEPS_REFUSED)
def test_a_refused_step_says_what_where_and_the_way_out(
    steps: list[Any], words: str, place: str, remedy: str
) -> None:
    bad = refusal(*steps)
    assert words in bad.message
    assert bad.place.startswith(place)
    assert remedy in bad.remedy
    assert bad.remedy


JOBS_REFUSED: list[tuple[Any, str, str]] = [
    # A job, words of the message, the place.
    ([], "The job is a list", "job"),
    ({"steps": [{"from": "data"}], "step": []}, 'no field "step"', "job"),
    ({}, "no steps", "job"),
    ({"steps": []}, "no steps", "steps"),
    ({"steps": [{"filter": "f"}]}, "first step is not from", "step 1 (filter)"),
    ({"steps": [{"from": "dta"}]}, 'no table "dta"', "step 1 (from)"),
    ({"steps": [{"from": "data"}] * 501}, "501 steps", "steps"),
    (
        {
            "let": {f"x{i}": [{"from": "data"}, *[{"filter": "f"}] * 400] for i in range(3)},
            "steps": [{"from": "data"}],
        },
        "1,204 steps",
        "job",
    ),
    ({"let": {"x": []}, "steps": [{"from": "data"}]}, 'no steps of "x"', 'let of "x"'),
    (
        {"let": {"x": [{"from": "data"}, {"filter": "aa"}]}, "steps": [{"from": "x"}]},
        'no column "aa"',
        'step 2 (filter) of "x", column 1',
    ),
    ({"let": {"x": [{"from": "x"}]}, "steps": [{"from": "x"}]}, "in turn", "let"),
    (
        {"let": {"x": [{"from": "y"}], "y": [{"from": "x"}]}, "steps": [{"from": "x"}]},
        "in turn",
        "let",
    ),
    ({"let": {"Data": [{"from": "data"}]}, "steps": [{"from": "Data"}]}, "one name", "let"),
    ({"let": {"a b": [{"from": "data"}]}, "steps": [{"from": "data"}]}, '"a b"', "let"),
    ({"inputs": {"x": {}}, "steps": [{"from": "x"}]}, "Nothing is known", 'input "x"'),
    ({"inputs": {"data": {"color": 1}}, "steps": [{"from": "data"}]}, '"color"', 'input "data"'),
    (
        {"inputs": {"data": {"columns": {"a": "int"}}}, "steps": [{"from": "data"}]},
        'type of "a" is "int"',
        'input "data"',
    ),
    (
        {"inputs": {"data": {"columns": {"z": "int64"}}}, "steps": [{"from": "data"}]},
        'no column "z"',
        'input "data"',
    ),
    ({"steps": [{"from": "data"}], "output": "csv"}, "is a text", "output"),
    ({"steps": [{"from": "data"}], "output": {"to": "orc"}}, '"orc"', "output"),
    ({"steps": [{"from": "data"}], "output": {"to": "csv", "codec": "zstd"}}, "no codec", "output"),
    (
        {"steps": [{"from": "data"}], "output": {"to": "csv", "partition_by": ["b"]}},
        "float64",
        "output",
    ),
    (
        {"steps": [{"from": "data"}], "output": {"to": "csv", "partition_by": ["t"]}},
        "timestamp",
        "output",
    ),
]


@pytest.mark.parametrize(("pipeline", "words", "place"), JOBS_REFUSED)
def test_a_refused_job_says_what_and_where(pipeline: Any, words: str, place: str) -> None:  # noqa: ANN401
    with pytest.raises(BadJob) as caught:
        job.parse(pipeline, INPUTS)
    assert words in caught.value.message
    assert caught.value.place.startswith(place)
    assert caught.value.remedy


def test_control_characters_in_names_are_quoted_in_messages() -> None:
    bad = refusal({"select": ["a\x1b[31m\n"]})
    assert bad.message == 'There is no column "a\\x1b[31m\\n".'


# --- What is read --------------------------------------------------------------------------------

READS = [
    ([{"group": {"by": ["s"], "agg": {"n": "sum(a)"}}}], ["a", "s"]),
    ([{"group": {"agg": {"n": "count()"}}}], ["a"]),
    ([{"filter": "f"}, {"select": ["a"]}], ["a", "f"]),
    # A column that is replaced keeps its place, for which it is read.
    ([{"derive": {"a": "b"}}, {"select": ["a"]}], ["a", "b"]),
    ([{"derive": {"x": "b"}}, {"select": ["a"]}], ["a", "b"]),
    ([{"drop": ["a", "b"]}, {"drop": ["f", "d", "t", "date", "end", 'q"q']}], ["s"]),
    ([{"sort": ["d"]}, {"select": {"x": "t"}}], ["d", "t"]),
    ([{"window": {"partition": ["s"], "order": ["-t"], "cols": {"r": "lag(b)"}}},
      {"select": ["r"]}], ["b", "s", "t"]),
    ([{"join": {"with": "other", "on": ["a"], "how": "semi"}}, {"select": ["b"]}], ["a", "b"]),
    ([{"select": ["a", "b"]}, {"union": ["o"]}, {"select": ["a"]}], ["a", "b"]),
    ([{"drop": ["b"]}, {"distinct": True}, {"select": ["a"]}],
     [name for name in COLUMNS if name != "b"]),
]  # fmt: skip


@pytest.mark.parametrize(("steps", "used"), READS)
def test_an_input_has_the_columns_that_the_job_reads(
    steps: list[dict[str, Any]], used: list[str]
) -> None:
    found = parsed(*steps, **_let({"select": ["a", "w"]}))
    assert list(found.inputs["data"].used) == used
    assert list(found.steps[0].schema) == used
    assert list(found.inputs["data"].columns) == list(COLUMNS)


def test_only_tables_and_lists_that_are_read_are_in_the_job() -> None:
    found = parsed({"select": ["a"]}, let={"unread": [{"from": "other"}]})
    assert list(found.inputs) == ["data"]
    assert found.let == {}


def test_columns_are_read_through_lists_joins_and_attached_rows() -> None:
    found = parsed(
        {"join": {"with": "o", "on": ["a"]}},
        {"attach": "one"},
        {"select": ["w", "top"]},
        let={
            "o": [{"from": "other"}, {"drop": ["s"]}],
            "one": [
                {"from": "wide"},
                {"group": {"agg": {"top": "max(c3)", "low": "min(c4)"}}},
            ],
        },
    )
    assert {name: each.used for name, each in found.inputs.items()} == {
        "data": ("a",),
        "other": ("a", "w"),
        "wide": ("c3", "c4"),
    }


def test_lists_stand_after_those_that_they_read_whatever_their_order() -> None:
    lists = {"z": [{"from": "data"}], "b": [{"from": "a"}], "a": [{"from": "z"}]}
    found = job.parse({"let": lists, "steps": [{"from": "b"}]}, INPUTS)
    assert list(found.let) == ["z", "a", "b"]


def test_a_job_may_say_the_types_of_columns() -> None:
    found = parsed({"derive": {"y": "year(s)"}}, inputs={"data": {"columns": {"s": "date"}}})
    assert found.inputs["data"].columns["s"] == "date"
    unnamed = Input("data", ("/x",), "csv", {"column1": "text", "column2": "text"}, (),
                    Csv(header=False))  # fmt: skip
    found = job.parse(
        {
            "inputs": {"data": {"columns": {"city": "text", "grade": "float64"}}},
            "steps": [{"from": "data"}, {"filter": "grade > 1"}],
        },
        {"data": unnamed},
    )
    assert found.schema == {"city": "text", "grade": "float64"}


def test_columns_without_a_header_keep_their_names_in_the_spelling() -> None:
    unnamed = {"data": Input("data", ("/x",), "csv", {"column1": "text", "column2": "text"}, (),
                             Csv(header=False))}  # fmt: skip
    pipeline = {
        "inputs": {"data": {"columns": {"city": "text", "grade": "float64"}}},
        "steps": [{"from": "data"}, {"select": ["grade"]}],
    }
    found = job.parse(pipeline, unnamed)
    assert found.inputs["data"].used == ("grade",)
    assert job.parse(job.canonical(found), unnamed) == found


TYPED = [
    # Values of a column that the host takes for text, and what it is.
    (["2024-01-31", "", "NA", "1969-12-31"], "date"),
    (["2024-01-31", "2024-02-30"], "text"),
    (["2024-01-31 10:00:00", "2024-01-31T10:00:00.5Z", "2024-01-31 10:00+02:00"], "timestamp"),
    (["2024-01-31", "2024-01-31 10:00:00"], "text"),
    (["true", "False", " TRUE ", ""], "bool"),
    (["true", "maybe"], "text"),
    (["", "NA"], "text"),
    (["1"], "text"),
]


@pytest.mark.parametrize(("values", "kind"), TYPED)
@pytest.mark.parametrize("many", [False, True])
def test_dates_times_and_truth_values_of_csv_files_are_found(
    tmp_path: Path, values: list[str], kind: Type, many: bool
) -> None:
    path = tmp_path / "data.csv"
    count = 200_000 if many else 1
    path.write_text("i;x\n" + "".join(f'{i};"{v}"\n' for i in range(count) for v in values))
    columns: Schema = {"i": "int64", "x": "text"}
    given = Input("data", (str(path),), "csv", columns, (), Csv(delimiter=";"))
    found, guessed = csv_types.typed(given)
    assert found.columns == {"i": "int64", "x": kind}
    assert guessed == ({} if kind == "text" else {"x": kind})


def test_what_stands_at_the_end_of_a_file_counts_for_its_types(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_text("x,y\n" + "2024-01-31,1\n" * 100_000 + "unknown,2\n")
    columns: Schema = {"x": "text", "y": "int64"}
    given = Input("data", (str(path),), "csv", columns, (), Csv())
    assert csv_types.typed(given) == (given, {})


def test_steps_keep_their_meaning() -> None:
    found = parsed(
        {"window": {"order": [{"-a": "nulls first"}], "cols": {"r": "rank()"}}},
        {"window": {"cols": {"n": "count()"}}},
        {"drop": ["b", "s", "f", "d", "t", "date", "end"]},
        {"sort": ["a", {"-r": "nulls last"}]},
        {"limit": 5, "offset": 0},
    )
    first, second, drop, _, limit = found.steps[1:]
    assert isinstance(first, Window)
    assert (first.frame, first.order) == ("range", (Order("a", True, True),))
    assert isinstance(second, Window)
    assert second.frame == "all"
    assert isinstance(drop, Select)
    assert list(drop.columns) == ["a", 'q"q', "r", "n"]
    assert limit == Limit(found.schema, "", 5)
    assert found.sorted_by == (Order("a"), Order("r", True))


# --- The one spelling ----------------------------------------------------------------------------

EQUAL: list[tuple[list[Any], list[Any]]] = [
    ([{"filter": "a>1  AND s = 'x'"}], [{"filter": "(a > 1) and (s = 'x')"}]),
    ([{"filter": "b > 1"}], [{"filter": "b > 1.0"}]),
    ([{"select": ["a", "b"]}], [{"select": {"a": "a", "b": "b"}}]),
    ([{"select": ["a", {"x": "b"}]}], [{"select": {"a": "a", "x": "b"}}]),
    ([{"group": {"agg": {"n": "COUNT(*)"}}}], [{"group": {"by": [], "agg": {"n": "count()"}}}]),
    (
        [{"select": ["a"]}, {"join": {"with": "o", "on": {"a": "a"}, "how": "inner"}}],
        [{"select": ["a"]}, {"join": {"with": "o", "on": ["a"], "null_aware": False}}],
    ),
    ([{"sort": ["a", {"b": "nulls last"}]}], [{"sort": ["a", "b"]}]),
    ([{"sort": ["a"]}, {"limit": 2, "offset": 0}], [{"sort": ["a"]}, {"limit": 2}]),
    (
        [{"window": {"order": ["a"], "frame": "range", "cols": {"x": "lag(a, 1)"}}}],
        [{"window": {"partition": [], "order": ["a"], "cols": {"x": "LAG( a )"}}}],
    ),
    (
        [{"window": {"frame": "all", "cols": {"x": "sum(a)"}}}],
        [{"window": {"order": [], "cols": {"x": "sum(a)"}}}],
    ),
]


@pytest.mark.parametrize(("one", "other"), EQUAL)
def test_equal_jobs_have_one_spelling(one: list[Any], other: list[Any]) -> None:
    lists = _let({"drop": ["s"]})
    spelled = [json.dumps(job.canonical(parsed(*steps, **lists))) for steps in (one, other)]
    assert spelled[0] == spelled[1]


def test_the_spelling_leaves_out_paths_and_formats_and_has_the_types_that_are_read() -> None:
    pipeline = {"steps": [{"from": "data"}, {"select": ["a"]}], "output": {"to": "parquet"}}
    assert job.canonical(job.parse(pipeline, INPUTS)) == {
        "inputs": {"data": {"columns": {"a": "int64"}}},
        "steps": [{"from": "data"}, {"select": ["a"]}],
        "output": {"to": "parquet"},
    }


@pytest.mark.parametrize("case", query_cases.CASES, ids=str)
def test_the_cases_of_all_engines_are_read_back_from_their_spelling(
    case: query_cases.Case,
) -> None:
    inputs = {name: table(name, each.columns) for name, each in case.tables.items()}  # type: ignore[arg-type]
    found = job.parse(case.pipeline, inputs)
    assert list(found.schema) == case.columns
    assert job.parse(json.loads(json.dumps(job.canonical(found))), inputs) == found


STEPS_SEEN = (
    *("from", "filter", "derive", "select", "drop", "join", "attach", "union", "group"),
    *("distinct", "window", "sort", "limit"),
)


def test_random_jobs_are_read_back_from_their_spelling() -> None:
    kinds = set()
    for seed in range(400):
        pipeline, inputs = query_random.job(random.Random(seed))
        found = job.parse(pipeline, inputs)
        spelled = job.canonical(found)
        again = job.parse(json.loads(json.dumps(spelled)), inputs)
        assert again == found, seed
        assert list(again.schema.items()) == list(found.schema.items()), seed
        assert job.canonical(again) == spelled, seed
        kinds |= {kind for step in pipeline["steps"] for kind in step}
        for step in found.steps:
            assert "\n" not in job.words(step) or "'" in job.words(step)
    assert kinds >= set(
        ["filter", "derive", "select", "join", "union", "group", "distinct", "window", "sort"]
    )


# --- Hostile jobs --------------------------------------------------------------------------------


def test_broken_jobs_are_refused_and_nothing_else_happens() -> None:
    """Whatever is typed: BadJob with a place and a way out, or a job. Minutes of it ran by hand:
    query_random.py."""
    refused = 0
    for seed in range(400):
        rng = random.Random(seed)
        pipeline, inputs = query_random.job(rng)
        for turn in range(4):
            try:
                if turn % 2:
                    found = strict_json.loads(query_random.broken_text(rng, pipeline))
                else:
                    found = query_random.broken(rng, pipeline)
                job.parse(found, inputs)
            except BadJob as bad:
                refused += 1
                assert bad.place, (seed, turn)
                assert bad.remedy, (seed, turn)
                assert all(c.isprintable() or c == "\n" for c in str(bad)), (seed, turn)
    assert refused > 1000


HOSTILE = [
    ("[" * 100_000, "nested too deep"),
    ('{"a": 1, "a": 2}', "there twice"),
    ('{"a": NaN}', "NaN"),
    ('{"a": ' + "9" * 5000 + "}", "too many digits"),
    ('{"steps": [,]}', "is no JSON"),
    ("", "is no JSON"),
    ("{'a': 1}", "is no JSON"),
]


@pytest.mark.parametrize(("text", "words"), HOSTILE, ids=range(len(HOSTILE)))
def test_json_is_read_strictly(text: str, words: str) -> None:
    with pytest.raises(BadJob, match=words):
        strict_json.loads(text)


def test_an_error_of_json_has_its_line_and_column() -> None:
    with pytest.raises(BadJob) as caught:
        strict_json.loads('{"steps": [\n  {"from": "data"}\n  {"filter": "f"}\n]}')
    assert caught.value.place == "line 3, column 3"
    assert caught.value.excerpt == '    {"filter": "f"}\n    ^'


def test_lists_nested_as_deep_as_python_allows_are_refused() -> None:
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]
    for pipeline in ({"steps": deep}, {"steps": [{"from": deep}]}, {"inputs": deep, "steps": []}):
        with pytest.raises(BadJob):
            job.parse(pipeline, INPUTS)


def test_sizes_are_bounded() -> None:
    """A small text must not make a huge job: each level doubles what it repeats."""
    text = "a"
    for _ in range(30):
        text = f"case {text} when 1 then 2 when 3 then 4 end"
    assert "10,000 parts" in refusal({"derive": {"x": text}}).message


# --- Regular expressions -------------------------------------------------------------------------

PATTERNS_REFUSED = [
    ("a(?=b)", "Look-around", 1),
    ("(?<!a)b", "Look-around", 0),
    (r"(a)\1", "refers to a group", 3),
    ("(?P<x>a)", "no names", 0),
    ("(?<x>a)", "no names", 0),
    ("(?s)a.", "not in every engine", 0),
    ("a(?i)b", "not in every engine", 1),
    ("a++", "Possessive", 2),
    ("(?>a)", "not in every engine", 0),
    (r"\pL", r"\p is not", 0),
    (r"a\Z", r"\Z is not", 1),
    (r"\Bx", r"\B is not", 0),
    ("a{,3}", "begins no repeat", 1),
    ("{x}", "begins no repeat", 0),
    ("[[:alpha:]]", "not read alike", 1),
    ("[a-z&&b]", "not read alike", 4),
    (r"[\W]", "not read alike", 1),
    ("[]a]", "empty", 0),
    ("[abc", "not closed", 0),
    (r"[\w-x]", "end of a range", 1),
    ("(?i)é", "A to Z", 4),
    ("(a{100}){100}", "1,000 times", 0),
    ("(", "unterminated", 0),
    ("*", "Nothing to repeat", 0),
    ("a\\", "nothing behind", 1),
    ("(" * 31 + ")" * 31, "30 groups", 0),
    ("a" * 1001, "1,000 characters", 0),
]


@pytest.mark.parametrize(("pattern", "words", "offset"), PATTERNS_REFUSED)
def test_what_engines_do_not_share_of_regular_expressions_is_refused(
    pattern: str, words: str, offset: int
) -> None:
    with pytest.raises(patterns.BadPattern) as caught:
        patterns.check(pattern)
    assert words in caught.value.message
    assert caught.value.offset == offset


def test_a_pattern_means_the_same_as_it_is_written_for_python() -> None:
    for pattern, matches, others in (
        (r"^\d+$", ("12",), ("٣", "12\n", "")),
        (r"\w\b.", ("é a ",), ("é",)),
        (r"\s", ("\x0b",), ("\u2003", "\x1c")),
        ("(?i)k[a-c]", ("Kb", "kB"), ("\u212ab",)),
        ("a.b", ("a\rb", "a\u2028b"), ("a\nb",)),
        (r"[\w.-]x", ("-x", ".x"), (",x",)),
    ):
        written = patterns.written(pattern, "python")
        assert all(re.search(written, text) for text in matches), pattern
        assert not any(re.search(written, text) for text in others), pattern


def test_patterns_and_replacements_are_written_for_each_engine() -> None:
    assert patterns.written(r"\d\s.$", "re2") == r"\d[\t\n\x0b\f\r ].$"
    assert patterns.written(r"\d.$", "rust") == r"[0-9].\z"
    assert patterns.written(r"\d.$", "java") == r"\d[^\n]\z"
    assert patterns.written(r"\d.$", "python") == r"[0-9].\Z"
    assert patterns.replacement(r"\2$\1\\", "re2") == r"\2$\1\\"
    assert patterns.replacement(r"\2$\1\\", "rust") == "${2}$$${1}\\"
    assert patterns.replacement(r"\2$\1\\", "java") == r"$2\$$1\\"
    assert patterns.replacement(r"\2$\1\\", "python") == r"\g<2>$\g<1>\\"


# --- In words ------------------------------------------------------------------------------------


def test_steps_are_said_in_words() -> None:
    found = parsed(
        {"filter": "a > 1"},
        {"derive": {"x": "a * 2"}},
        {"join": {"with": "o", "on": {"a": "k"}, "how": "left"}},
        {"window": {"partition": ["s"], "order": ["-a"], "frame": 2, "cols": {"m": "mean(b)"}}},
        {"group": {"by": ["s"], "agg": {"n": "count()"}}},
        {"sort": [{"-n": "nulls first"}]},
        {"limit": 10, "offset": 20},
        let={"o": [{"from": "other"}, {"select": {"k": "a", "w": "w"}}]},
    )
    assert [job.words(step) for step in found.steps] == [
        "read data",
        "keep rows where a > 1",
        "x = a * 2",
        "join o on a = k, keeping all rows",
        "within s in the order of a descending over 2 rows before and the row itself: m = mean(b)",
        "by s: n = count()",
        "sort by n descending, nulls first",
        "keep the first 10 rows after the first 20",
    ]
    assert [step.place for step in found.steps][:2] == ["step 1 (from)", "step 2 (filter)"]


def depth_of(expression: Expression) -> int:
    if not isinstance(expression, Call):
        return 1
    return 1 + max(depth_of(argument) for argument in expression.arguments)


def test_expressions_up_to_the_limit_are_read_and_spelled() -> None:
    text = "a" + " + a" * 99
    found = expressions.scalar(text, COLUMNS)
    assert depth_of(found) == 100
    assert expressions.text(found) == text


# --- Programs ------------------------------------------------------------------------------------

NESTED = {
    "product": "({} * a)",
    "sum": "(a + {})",
    "negative": "(-{})",
    "nullif": "nullif({}, 1)",
    "remainder": "mod({}, 3)",
    "case": "(case when {} > 1 then 2 else 3 end)",
    "in": "cast({} in (1, 2) as int64)",
    "float": "cast(cast({} as float64) / b as int64)",
    "months": "date_diff('month', make_date({}, 1, 1), d)",
    "text": "cast(cast({} as text) as int64)",
}


@pytest.mark.parametrize("nested", NESTED)
@pytest.mark.parametrize("engine", ["duckdb", "polars"])
def test_a_program_grows_as_its_expression_does(engine: str, nested: str) -> None:
    """Twice at each level would take for ever. Lines that are further to the right at each level
    make it grow somewhat faster than the expression."""

    def length(levels: int) -> int:
        expression = "a"
        for _ in range(levels):
            expression = NESTED[nested].format(expression)
        job = parsed({"derive": {"z": expression}})
        compiler = importlib.import_module(f"spillway_adapters.query.{engine}")
        return len(compiler.compile(job, Settings("default", 2, None)))

    one, few, many = length(1), length(4), length(20)
    assert many - one < 50 * (few - one)
