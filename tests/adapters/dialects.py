"""Files that are hard to read, each with what every engine has to make of it.

A case is a file, how it is to be read, and the groups that come out (rows and mean of a column by a
key), or the refusal: its code and words of its message.
"""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from host import dataset, etl, logreg, spec

GIVEN = Path(__file__).parent / "cases"
Groups = dict[str, tuple[int, float]]
NOTHING = math.nan  #: the mean of no value

K_X = {"k": "text", "x": "real"}
K_X_Y = {"k": "text", "x": "real", "y": "real"}


@dataclass
class Case:
    content: bytes | str
    groups: Groups | None = None
    refused: str = ""  #: words of the message of data-unreadable, which names a line
    columns: dict[str, str] = field(default_factory=lambda: K_X)
    by: tuple[str, str] = ("k", "x")  #: key and value
    name: str = "data.csv"
    format: dict[str, Any] = field(default_factory=dict)  #: of the schema
    #: Engines that say of a good file that they cannot read it (`unsupported`), or take a bad one,
    #: which the host does not give them.
    blind: tuple[str, ...] = ()

    def spec(self, directory: Path, **changes: Any) -> dict[str, Any]:  # noqa: ANN401
        file = directory / self.name
        content = self.content
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        data = dataset(file, self.columns)
        data["schema"] |= self.format
        key, value = self.by
        return spec(data, etl(key, [value], changes.pop("materialise", "streamed")), **changes)

    def assert_groups(self, rows: list[dict[str, Any]]) -> None:
        assert self.groups is not None
        found = {row["key"]: (row["count"], row["mean"][self.by[1]]) for row in rows}
        assert found.keys() == self.groups.keys(), found
        for key, (count, mean) in self.groups.items():
            rows_found, mean_found = found[key]
            assert rows_found == count, (key, found)
            if math.isnan(mean):
                assert mean_found is None, (key, found)
            else:
                assert mean_found is not None, (key, found)
                assert math.isclose(mean_found, mean, rel_tol=1e-9, abs_tol=1e-11), (key, found)


def given(name: str) -> bytes:
    return (GIVEN / name).read_bytes()


def ledger() -> Groups:
    rows = list(csv.reader(given("sums_to_zero.csv").decode().splitlines()))[1:]
    return {"ledger": (len(rows), math.fsum(float(row[1]) for row in rows) / len(rows))}


def number(text: str) -> Case:
    """A field that is no number."""
    return Case(f"k,x\na,1\nb,{text}\n", refused="")


#: Every option at once.
ALL_OPTIONS = Case(
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
    b'"x\n#y";1,;2',
    {"a": (2, 1.0), "Ä“": (1, 10.0), "": (1, 1.5), "-": (1, 2.0), "x\n#y": (1, 2.0)},
    columns={"Näme": "text", "Näme_2": "text", "größe, €": "real"},
    by=("Näme", "größe, €"),
    format={
        "delimiter": ";",
        "comment": "#",
        "skip_rows": 2,
        "decimal": ",",
        "encoding": "windows-1252",
        "missing": ["-", "None"],
    },
)

OPTIONS = {
    "comments": Case(
        "#1\nk,x\na,1\n#b,9\nb,#\n", refused="line 5, column 'x': '#'", format={"comment": "#"}
    ),
    "comment_lines": Case("#1\nk,x\na#,1\n#b,9\na#,3\n#", {"a#": (2, 2)}, format={"comment": "#"}),
    "comment_after_mark": Case("\ufeff#1\nk,x\na,1\n", {"a": (1, 1)}, format={"comment": "#"}),
    "comment_in_quotes": Case(
        'k,x\n#"\n"a\n#b",1\n#c"\n"d",2\n', {"a\n#b": (1, 1), "d": (1, 2)}, format={"comment": "#"}
    ),
    "comment_in_front": Case(
        given("comment_first.csv"), {"a": (1, 1), "b": (1, 2)}, format={"comment": "#"}
    ),
    "comment_without_header": Case(
        "#k,x\na,1\n", {"a": (1, 1)}, format={"comment": "#", "header": False}
    ),
    "skipped_lines": Case(
        given("sep_line.csv"), {"a": (1, 1), "b": (1, 2)}, format={"skip_rows": 1, "delimiter": ";"}
    ),
    "skipped_lines_without_header": Case(
        'a "\n\nb,2\n', {"b": (1, 2)}, format={"skip_rows": 2, "header": False}
    ),
    "decimal_comma": Case(
        given("decimal_comma.csv"),
        {"1,5": (2, 2.5), "3,5": (1, 4.5)},
        format={"decimal": ",", "delimiter": ";", "header": False},
    ),
    "decimal_comma_and_words": Case(
        "k;x\na;1,5\na; na \nb;1e1\nb;+,5\n",
        {"a": (2, 1.5), "b": (2, 5.25)},
        format={"decimal": ",", "delimiter": ";"},
    ),
    "a_point_is_no_decimal_comma": Case(
        "k;x\na;1.5\n",
        refused="",
        format={"decimal": ",", "delimiter": ";"},
        blind=("polars",),
    ),
    "latin_1": Case(
        given("latin1_header.csv"),
        {"a": (2, 2), "b": (1, 2)},
        columns={"k": "text", "café": "text", "x": "real"},
        format={"encoding": "latin-1"},
    ),
    "windows_1252": Case(
        b"k,x\n\x80\x81,1\n\xe9,2\n\x80\x81,3\n",
        {"€\x81": (2, 2), "é": (1, 2)},
        format={"encoding": "windows-1252"},
    ),
    "missing_words": Case(
        'k,x\n-,1\n"-",2\na,-\na, ? \nNA,4\n,1\n',
        {"": (2, 1), "-": (1, 2), "a": (2, NOTHING), "NA": (1, 4)},
        format={"missing": ["-", "?"]},
    ),
    "missing_keys_and_empty_ones_are_one_group": Case(
        'k,x\n-,1\n"",2\n,3\n" ",4\n', {"": (3, 2), " ": (1, 4)}, format={"missing": ["-"]}
    ),
    "missing_words_replace_the_list": Case("k,x\na,NA\n", refused="", format={"missing": ["-"]}),
}

FILES = {
    "sums_to_zero": Case(given("sums_to_zero.csv"), ledger()),
    "truncated": Case(given("truncated.csv"), refused="line 4", columns=K_X_Y),
    "word_in_another_case": Case(given("word_in_another_case.csv"), {"a": (2, 1), "b": (2, 3)}),
    "word_in_spaces": Case(given("word_in_spaces.csv"), {"a": (3, 3), "b": (3, 4)}),
    "undeclared_latin_1": Case(
        given("latin1_header.csv"),
        {"a": (2, 2), "b": (1, 2)},
        columns={"k": "text", "caf\ufffd": "text", "x": "real"},
    ),
    "short_row": Case(given("short_row.csv"), refused="line 3", columns=K_X_Y),
    "numbers_in_spaces": Case(given("numbers_in_spaces.csv"), {"a": (2, 3.05), "b": (2, 5)}),
    "nul": Case(
        given("nul_first_row.csv"),
        refused="",
        columns={"x": "text", "y": "text", "z": "real"},
        by=("y", "z"),
    ),
    "duplicate_header": Case(
        given("duplicate_header.csv"),
        {"a": (1, 2), "b": (1, 3)},
        columns={"k": "text", "x": "real", "x_2": "real"},
        by=("k", "x_2"),
    ),
    "comma_in_name": Case(
        given("comma_in_name.csv"),
        {"a": (1, 1), "b": (1, 2)},
        columns={"k": "text", "net, EUR": "real", "y": "real"},
        by=("k", "net, EUR"),
    ),
    "strange_names": Case(
        "k,x\na,1\nb,3\n",
        {"a": (1, 1), "b": (1, 3)},
        columns={'^k.*"\n$': "text", "*": "real"},
        by=('^k.*"\n$', "*"),
    ),
    "header_of_two_lines": Case('"k\n",x\na,1\n', {"a": (1, 1)}),
    "bad_quotes": Case(
        given("bad_quotes.csv"),
        refused="",
        columns={"a": "real", "b": "text"},
        by=("b", "a"),
        format={"delimiter": ";"},
    ),
    "plain_text_named_gz": Case(
        given("plain_text.csv.gz"), {"a": (2, 2), "b": (1, 2)}, name="data.csv.gz"
    ),
    "sparse": Case("k,x\n" + "a,\nb,\n" * 2000 + "a,7\n", {"a": (2001, 7), "b": (2000, NOTHING)}),
    "long_row": Case(
        "k,t,x\na,one,1\nb," + "z" * 5_250_000 + ",2\na,three,3\n",
        {"a": (2, 2), "b": (1, 2)},
        columns={"k": "text", "t": "text", "x": "real"},
    ),
    "blank_lines": Case("k,x\n\na,1\n\n\nb,2\n\n", {"a": (1, 1), "b": (1, 2)}, blind=("polars",)),
    "blank_lines_crlf": Case(
        "\r\nk,x\r\na,1\r\n\r\nb,2\r\n", {"a": (1, 1), "b": (1, 2)}, blind=("polars",)
    ),
    "line_of_spaces": Case("k,x\na,1\n  \nb,2\n", refused=""),
    "carriage_return_alone": Case("k,x\na,1\rb,2\nc,3\n", refused=""),
    "carriage_return_at_the_end": Case("k,x\na,1\nb,2\r", refused=""),
    "control_z_at_the_end": Case("k,x\na,1\n\x1a", refused=""),
    "nul_in_a_key": Case("k,x\na,1\na\0b,2\n", refused=""),
    "nul_tail": Case("k,x\na,1\n\0\0\0", refused=""),
    "more_fields": Case("k,x\na,1\nb,2,3\n", refused=""),
    "open_quote": Case('k,x\na,1\n"b,2\n', refused=""),
    "text_after_a_quote": Case('k,x\na,1\n"b"c,2\n', refused=""),
    "hidden_delimiter": Case('k,x\na,1\nb"b,c"d,2\n', refused=""),
    "quotes_in_the_middle": Case('k,x\n5" disk,1\na""b,2\n', {'5" disk': (1, 1), 'a""b': (1, 2)}),
    "quote_at_the_end": Case('k,x\na,1\nc",3\n', {"a": (1, 1), 'c"': (1, 3)}),
    "space_before_a_quote": Case('k,x\n "c",5\n', {' "c"': (1, 5)}, blind=("duckdb",)),
    "quotes": Case(
        'k,x\n"a,b",1\n"say ""hi""",2\n"",3\n"line\r\nbreak",4\n',
        {"a,b": (1, 1), 'say "hi"': (1, 2), "": (1, 3), "line\r\nbreak": (1, 4)},
    ),
    "keys_as_they_are": Case(
        "k,x\n 01,1\n01 ,2\n01,3\n1,4\n\t,5\n\u00e9,6\n1.0,7\ntrue,8\n",
        {
            " 01": (1, 1),
            "01 ": (1, 2),
            "01": (1, 3),
            "1": (1, 4),
            "\t": (1, 5),
            "é": (1, 6),
            "1.0": (1, 7),
            "true": (1, 8),
        },
    ),
    "all_missing_words": Case(
        "k,x\n"
        + "".join(
            f"a,{word}\n"
            for word in (
                *(
                    "",
                    "NA",
                    "N/A",
                    "NaN",
                    "-NaN",
                    "+NaN",
                    "null",
                    "None",
                    "<NA>",
                    "#N/A",
                    "#NA",
                    "#N/A N/A",
                ),
                *(
                    "1.#IND",
                    "-1.#IND",
                    "1.#QNAN",
                    "-1.#QNAN",
                    "nULL",
                    " nA\t",
                    '"NA"',
                    '" na "',
                    "\t",
                ),
            )
        )
        + "a,2\n",
        {"a": (22, 2)},
    ),
    "numbers": Case(
        'k,x\na,+5\nb,1.\nc,.5\nd,1E2\ne,"7"\nf,-0\ng,0.1000000000000000055511151231257827\nh,1e-400\n'
        "i,00012\nj, \t3 \n",
        {
            "a": (1, 5),
            "b": (1, 1),
            "c": (1, 0.5),
            "d": (1, 100),
            "e": (1, 7),
            "f": (1, 0),
            "g": (1, 0.1),
            "h": (1, 0),
            "i": (1, 12),
            "j": (1, 3),
        },
    ),
    "infinities": Case(
        "k,x\na,1e400\nb,inf\nc,-Infinity\nd,1\n",
        {"a": (1, NOTHING), "b": (1, NOTHING), "c": (1, NOTHING), "d": (1, 1)},
    ),
    "underscores": Case("k,x\na,1\nb,1_000\n", refused="", blind=("duckdb",)),
    "hexadecimal": number("0x10"),
    "hexadecimal_float": Case("k,x\na,1\nb,0x1p3\n", refused="", blind=("pyspark",)),
    "thousands": number('"1,000"'),
    "a_truth": number("true"),
    "a_suffix": Case("k,x\na,1\nb,1d\n", refused="", blind=("pyspark",)),
    "an_empty_exponent": number("1e"),
    "two_numbers": number("1 2"),
    "only_a_sign": number("+"),
    "another_digit": number("\u0661"),
}

CASES = {**FILES, **OPTIONS, "all_options": ALL_OPTIONS}
#: For engines that take seconds a file: a word that makes them read twice, all options, a bad row.
FEW = {name: CASES[name] for name in ("all_options", "plain_text_named_gz", "truncated")}


# --- Regressions ---------------------------------------------------------------------------------


@dataclass
class Fit:
    """A regression of `y` on a and b: classes and rows left out, or the words of a refusal."""

    content: bytes
    classes: list[str] = field(default_factory=list)
    dropped: int = 0
    refused: tuple[str, ...] = ()

    def spec(self, directory: Path, **changes: Any) -> dict[str, Any]:  # noqa: ANN401
        file = directory / "data.csv"
        file.write_bytes(self.content)
        columns = {"y": "text", "a": "real", "b": "real"}
        workload = logreg("y", ["a", "b"], test_fraction=0, tolerance=1e-4)
        if changes.get("profile") == "naive":
            workload |= {"max_iterations": 3}
        return spec(dataset(file, columns), workload, **changes)


def overflowing(text: str) -> bytes:
    rows = [f"{'no' if i % 2 else 'yes'},{i / 7},{i % 5}\n" for i in range(60)]
    return ("y,a,b\n" + "".join(rows[:40]) + f"no,1,{text}\n" + "".join(rows[40:])).encode()


LABEL = "\u00fc\u2013\u00df"
FITS = {
    "infinite": Fit(given("infinite_feature.csv"), refused=("'a'", "line 5", "inf")),
    "too_large_a_number": Fit(overflowing("-1e400"), refused=("'b'", "line 42", "-1e400")),
    "too_large_a_square": Fit(overflowing("1e200"), refused=("'b'", "line 42", "1e200")),
    "labels_missing": Fit(given("labels_missing.csv"), [" a b", LABEL], 152),
    "labels_missing_in_another_case": Fit(
        given("labels_missing.csv").replace(b"NA,", b" nA ,"), [" a b", LABEL], 152
    ),
}
FEW_FITS = {name: FITS[name] for name in ("infinite", "labels_missing")}
