#!/usr/bin/env python3
"""Writes the CSV torture set: one small file a case, and expected.json with the verdict on each.

Values are Python's own reading (the csv module, float()) wherever its dialect and ours agree; where
Python is more lenient than we are, or has no opinion, the expectation is written by hand below
("fault"). Run it in this folder after adding a case; both it and what it writes are committed.
"""

from __future__ import annotations

import csv
import io
import json
import pathlib

HERE = pathlib.Path(__file__).parent
MISSING = {"", "na", "n/a", "nan", "-nan", "+nan", "null", "none", "<na>", "#n/a", "#na"}
MISSING |= {"#n/a n/a", "1.#ind", "-1.#ind", "1.#qnan", "-1.#qnan"}
CASES = []


def number(text: str) -> float | str | None:
    text = text.strip(" \t")
    if text.lower() in MISSING:
        return None
    value = float(text)
    return value if abs(value) != float("inf") else ("inf" if value > 0 else "-inf")


def python_rows(content: bytes, delimiter: str, quote: str) -> list[list[str]]:
    text = content.decode("utf-8-sig", "surrogateescape")
    options = {"quoting": csv.QUOTE_NONE} if quote == "" else {"quotechar": quote}
    lines = io.StringIO(text, newline="")
    return [row for row in csv.reader(lines, delimiter=delimiter, **options) if row]


def text_json(text: str) -> str | dict[str, str]:
    raw = text.encode("utf-8", "surrogateescape")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return {"hex": raw.hex()}


def case(
    name: str,
    content: str | bytes,
    numeric: tuple[int, ...] = (),
    delimiter: str = ",",
    quote: str = '"',
    header: bool = True,
    columns: list[str] | None = None,
    fault: tuple[int, int, int, str] | None = None,
    rows: list[list[str]] | None = None,
) -> None:
    """A file. `numeric`: columns read as numbers. `fault`: (offset, line, column, expectation)."""
    if isinstance(content, str):
        content = content.encode()
    (HERE / f"{name}.csv").write_bytes(content)
    entry = {
        "file": f"{name}.csv",
        "delimiter": delimiter,
        "quote": quote,
        "header": header,
        "numeric": list(numeric),
    }
    if fault:
        entry["columns"] = columns
        entry["fault"] = dict(zip(("offset", "line", "column", "expectation"), fault, strict=True))
    else:
        read = rows if rows is not None else python_rows(content, delimiter, quote)
        entry["judge"] = "hand" if rows is not None else "python"
        entry["columns"] = read[0] if header else [f"column{i + 1}" for i in range(len(read[0]))]
        read = read[1:] if header else read
        assert all(len(row) == len(entry["columns"]) for row in read), name
        entry["rows"] = [[text_json(field) for field in row] for row in read]
        entry["values"] = [[number(row[c]) for row in read] for c in numeric]
    CASES.append(entry)


AB = ["a", "b"]
ABC = ["a", "b", "c"]

# Lines and their ends
case("plain", "a,b,c\n1,2,x\n3,4,y\n", (0, 1))
case("no_last_newline", "a,b,c\n1,2,x\n3,4,y", (0, 1))
case("crlf", "a,b,c\r\n1,2,x\r\n3,4,y\r\n", (0, 1))
case("crlf_no_last_newline", "a,b,c\r\n1,2,x\r\n3,4,y", (0, 1))
case("mixed_line_ends", "a,b,c\r\n1,2,x\n3,4,y\r\n5,6,z\n", (0, 1))
case("numeric_last_crlf", "a,b\r\nx,1.5\r\ny,2.5\r\n", (1,))
case("blank_lines", "a,b\n\n1,2\n\n\n3,4\n\n", (0, 1))
case("blank_lines_crlf", "a,b\r\n\r\n1,2\r\n\r\n\r\n3,4\r\n\r\n", (0, 1))
case("blank_first_line", "\n\na,b\n1,2\n", (0, 1))
case("blank_lines_one_column", "a\n1\n\n2\n\r\n3", (0,))
case("many_blank_lines_at_end", "a,b\n1,2\n" + "\n" * 40, (0, 1))
case("one_row", "a,b\n1,2\n", (0, 1))
case("one_column", "a\nx\ny\nz\n")
case("one_column_quoted_empty", 'a\n""\nx\n""\n')
case("header_without_newline_after_row", "a\n7", (0,))
case(
    "lone_cr_in_field",
    "a,b\n1,x\ry\n2,z\n",
    columns=AB,
    fault=(7, 2, 2, "LF or CRLF as line end, found a lone CR"),
)
case(
    "lone_cr_line_ends",
    "a,b\n1,2\r3,4\r",
    columns=AB,
    fault=(7, 2, 2, "LF or CRLF as line end, found a lone CR"),
)
case(
    "lone_cr_at_end",
    "a,b\n1,2\n3,4\r",
    columns=AB,
    fault=(11, 3, 2, "LF or CRLF as line end, found a lone CR"),
)
case(
    "double_cr",
    "a,b\n1,2\r\r\n3,4\n",
    columns=AB,
    fault=(7, 2, 2, "LF or CRLF as line end, found a lone CR"),
)
case(
    "cr_after_quote",
    'a,b\n1,"x"\ry\n',
    columns=AB,
    fault=(9, 2, 2, "LF or CRLF as line end, found a lone CR"),
)

# Byte order mark
case("bom", b"\xef\xbb\xbfa,b\n1,x\n2,y\n", (0,))
case("bom_no_header", b"\xef\xbb\xbf1,x\n2,y\n", (0,), header=False)
case("bom_quoted_header", b'\xef\xbb\xbf"a","b"\n1,x\n', (0,))
case(
    "bom_crlf_fault",
    b"\xef\xbb\xbfa,b\r\n1,x\r\noops,y\r\n",
    (0,),
    columns=AB,
    fault=(13, 3, 1, 'a number, found "oops"'),
)
case("bom_inside_is_text", b"a,b\n\xef\xbb\xbfx,1\n", (1,))

# Header
case("no_header", "1,x\n2,y\n3,z\n", (0,), header=False)
case("no_header_no_newline", "1,x", (0,), header=False)
case("no_header_blank_first", "\n\n1,x\n2,y\n", (0,), header=False)
case("header_with_newline", 'a,"b\nc",d\n1,2,3\n', (0,))
case(
    "header_fault_line",
    'a,"b\nc",d\n1,2,3\nx,2,3\n',
    (0,),
    columns=["a", "b\nc", "d"],
    fault=(16, 4, 1, 'a number, found "x"'),
)
case("header_with_comma", '"a,1","b ""q"""\n1,2\n', (0, 1))

# Quotes
case("quoted", 'a,b\n"x","y"\n"1","2"\n')
case("quoted_comma", 'a,b\n"x,y",1\n"p,,q",2\n', (1,))
case("quoted_newline", 'a,b\n"x\ny",1\n"p\n\nq",2\n', (1,))
case("quoted_crlf", 'a,b\r\n"x\r\ny",1\r\n"p\r\n\r\nq",2\r\n', (1,))
case("quoted_lone_cr", 'a,b\n"x\ry",1\n', (1,))
case("quoted_looks_like_rows", 'a,b\n"1,2\n3,4\n5,6\n7,8",9\n"10,11\n12,13",14\n', (1,))
case("quoted_last_field_newline", 'a,b\n1,"x\n"\n2,"\n\ny"\n', (0,))
case("doubled_quotes", 'a,b\n"x""y",1\n"""",2\n"""x""",3\n"""""",4\n', (1,))
case("doubled_quote_then_newline", 'a,b\n"x""\n""y",1\n"p""",2\n', (1,))
case("quote_comma_patterns", 'a,b\n""",""",1\n",",2\n""",",3\n",""",4\n', (1,))
case("quoted_empty", 'a,b\n"",1\n"",2\n', (1,))
case("quoted_empty_last", 'a,b\n1,""\n2,""', (0,))
case("quoted_numbers", 'a,b\n"1.5",x\n"-2e3",y\n', (0,))
case("quoted_missing", 'a,b\n"",x\n"NA",y\n" ",z\n', (0,))
case("quote_at_end_of_file", 'a,b\n1,"x"', (0,))
case("doubled_quote_at_end_of_file", 'a,b\n1,"x"""', (0,))
case("quote_inside_unquoted", 'a,b\n5" pipe,1\nx"y"z,2\nw",3\n', (1,))
case("quote_after_space", 'a,b\n "x",1\n', (1,))
case(
    "long_quoted_run",
    "a,b\n" + "".join(f'"line {i}\nand, more ""{i}""",{i}\n' for i in range(12)),
    (1,),
)
case("odd_quotes_in_unquoted", 'a,b\n1,"x"\n2,y"z\n3,"p\nq"\n4,"r"\n', (0,))
case("no_quoting", 'a,b\n"x,1\ny",2\n', (1,), quote="")
case("single_quotes", "a,b\n'x,y',1\n'it''s',2\n\"z\",3\n", (1,), quote="'")
case(
    "text_after_quote",
    'a,b\n"x"y,1\n',
    columns=AB,
    fault=(7, 2, 1, 'a delimiter or the end of the line after the closing quote, found "y"'),
)
case(
    "space_after_quote",
    'a,b\n1,2\n"x" ,1\n',
    columns=AB,
    fault=(11, 3, 1, 'a delimiter or the end of the line after the closing quote, found " "'),
)
case(
    "text_after_quote_last",
    'a,b\n1,"x\ny"z\n',
    columns=AB,
    fault=(11, 3, 2, 'a delimiter or the end of the line after the closing quote, found "z"'),
)
case(
    "unterminated_quote",
    'a,b\n1,x\n2,"y\n3,z\n',
    columns=AB,
    fault=(10, 3, 2, "a closing quote before the end of the file"),
)
case(
    "unterminated_quote_first",
    'a,b\n"1,x\n2,y\n3,z\n',
    columns=AB,
    fault=(4, 2, 1, "a closing quote before the end of the file"),
)
case(
    "unterminated_after_newlines",
    'a,b\n"p\nq","r\ns\n',
    columns=AB,
    fault=(10, 3, 2, "a closing quote before the end of the file"),
)
case(
    "unterminated_doubled",
    'a,b\n1,"x""',
    columns=AB,
    fault=(6, 2, 2, "a closing quote before the end of the file"),
)
case(
    "only_quote_at_end",
    'a,b\n1,"',
    columns=AB,
    fault=(6, 2, 2, "a closing quote before the end of the file"),
)

# Number of fields
case("too_few", "a,b,c\n1,2,3\n4,5\n6,7,8\n", columns=ABC, fault=(15, 3, 3, "3 columns, found 2"))
case("too_few_at_end", "a,b,c\n1,2,3\n4,5", columns=ABC, fault=(15, 3, 3, "3 columns, found 2"))
case("too_few_crlf", "a,b,c\r\n1,2,3\r\n4\r\n", columns=ABC, fault=(15, 3, 2, "3 columns, found 1"))
case("too_many", "a,b,c\n1,2,3\n4,5,6,7\n", columns=ABC, fault=(17, 3, 4, "3 columns, found more"))
case("trailing_delimiter", "a,b\n1,2,\n", columns=AB, fault=(7, 2, 3, "2 columns, found more"))
case("too_many_quoted", 'a,b\n"1","2","3"\n', columns=AB, fault=(11, 2, 3, "2 columns, found more"))
case(
    "too_many_before_garbage",
    "a,b\nx,2,3\n",
    (0,),
    columns=AB,
    fault=(7, 2, 3, "2 columns, found more"),
)
case("spaces_line", "a,b\n1,2\n   \n3,4\n", columns=AB, fault=(11, 3, 2, "2 columns, found 1"))
case(
    "fault_after_blank_lines",
    "a,b\n\n\n1,2\n\n3\n",
    columns=AB,
    fault=(12, 6, 2, "2 columns, found 1"),
)
case(
    "fault_after_quoted_lines",
    'a,b\n"x\ny\n\nz",2\n3\n',
    columns=AB,
    fault=(16, 6, 2, "2 columns, found 1"),
)
case(
    "first_fault_wins",
    "a,b\n1,2\nx,2\n3\ny,4\n",
    (0,),
    columns=AB,
    fault=(8, 3, 1, 'a number, found "x"'),
)

# Numbers
case("numbers", "a,b\n0,x\n-0,x\n1.,x\n.5,x\n+3,x\n-.25,x\n1e3,x\n1E+3,x\n1e-3,x\n00012,x\n", (0,))
case("number_spaces", "a,b\n 1 ,x\n\t2\t,y\n  ,z\n", (0,))
case(
    "missing_words",
    "a,b\n,x\nNA,x\nnan,x\nNaN,x\nNULL,x\nnull,x\nNone,x\n<NA>,x\nN/A,x\n#N/A,x\n"
    "n/a,x\n-NaN,x\n#NA,x\n#N/A N/A,x\n1.#IND,x\n-1.#QNAN,x\n",
    (0,),
)
case("missing_last_column", "a,b\nx,\ny,1\nz,", (1,))
case("all_missing_row", "a,b\n,\n,\n", (0, 1))
case("infinities", "a,b\ninf,x\n-inf,x\nInfinity,x\n+INF,x\n1e999,x\n-1e999,x\n", (0,))
case(
    "long_digits",
    "a,b\n0.1234567890123456,x\n0.12345678901234567,x\n"
    "0.1000000000000000055511151231257827021181583404541015625,x\n123456789012345678901234567890,x\n"
    "9007199254740993,x\n9007199254740993.0000000000000000001,x\n2.2250738585072011e-308,x\n"
    "4.9e-324,x\n2.4703282292062327208e-324,x\n1.7976931348623157e308,x\n"
    "0.000000000000000000001234567,x\n",
    (0,),
)
case(
    "garbage_number",
    "a,b\n1,x\n2,x\nabc,x\n",
    (0,),
    columns=AB,
    fault=(12, 4, 1, 'a number, found "abc"'),
)
case(
    "garbage_after_digits",
    "a,b\nx,1.5\ny,12x4\n",
    (1,),
    columns=AB,
    fault=(12, 3, 2, 'a number, found "12x4"'),
)
case("two_points", "a,b\n1.2.3,x\n", (0,), columns=AB, fault=(4, 2, 1, 'a number, found "1.2.3"'))
case("thousands", 'a,b\n"1,234",x\n', (0,), columns=AB, fault=(4, 2, 1, 'a number, found "1,234"'))
case("hexadecimal", "a,b\n0x10,x\n", (0,), columns=AB, fault=(4, 2, 1, 'a number, found "0x10"'))
case("lone_sign", "a,b\n1,x\n-,x\n", (0,), columns=AB, fault=(8, 3, 1, 'a number, found "-"'))
case("two_signs", "a,b\n+-1,x\n", (0,), columns=AB, fault=(4, 2, 1, 'a number, found "+-1"'))
case("empty_exponent", "a,b\n1e,x\n", (0,), columns=AB, fault=(4, 2, 1, 'a number, found "1e"'))
case(
    "underscore_number",
    "a,b\n1_000,x\n",
    (0,),
    columns=AB,
    fault=(4, 2, 1, 'a number, found "1_000"'),
)
case("lone_point", "a,b\n.,x\n", (0,), columns=AB, fault=(4, 2, 1, 'a number, found "."'))
case(
    "garbage_quoted_later_line",
    'a,b\n"x\ny","1\n2"\n',
    (1,),
    columns=AB,
    fault=(10, 3, 2, 'a number, found "1\\x0a2"'),
)
case("garbage_in_unread_column", "a,b\n1,abc\n2,???\n", (0,))

# Bytes
case("nul", b"a,b\n1,x\n2,y\0z\n", columns=AB, fault=(11, 3, 2, "text, found a NUL byte"))
case("nul_quoted", b'a,b\n1,"x\n\0"\n', columns=AB, fault=(9, 3, 2, "text, found a NUL byte"))
case("nul_line", b"a,b\n1,x\n\0\0\0\n", columns=AB, fault=(8, 3, 1, "text, found a NUL byte"))
case("utf8", "ä,b\nüß,1\n日本,2\n🙂,3\n", (1,))
case("latin1", b"a,b\n\xe9t\xe9,1\n\xff\xfe,2\n", (1,))
case("control_bytes", b"a,b\nx\ty,1\n\x01\x02,2\n\x0b\x0c,3\n", (1,))
case("control_z", b"a,b\nx,1\ny\x1a,2\n", (1,))

# Delimiters
case("semicolon", "a;b;c\n1;2,5;x\n3;4,5;y\n", (0,), delimiter=";")
case("tab", "a\tb\n1\tx y\n\t\n", (0,), delimiter="\t")
case("pipe", 'a|b\n1|"x|y"\n2|z\n', (0,), delimiter="|")
case("space", "a b\n1 x\n2 y\n", (0,), delimiter=" ")
case("unit_separator", "a\x1fb\n1\x1fx,y\n", (0,), delimiter="\x1f")
case("control_a", "a\x01b\n1\x01x,y\n", (0,), delimiter="\x01")

# Shapes
case("empty_fields", "a,b,c\n,,\n1,,\n,,3\n", (0, 2))
case(
    "wide",
    ",".join(f"c{i}" for i in range(70))
    + "\n"
    + "\n".join(",".join(str(r * 100 + c) for c in range(70)) for r in range(3))
    + "\n",
    (0, 33, 69),
)
case("long_field", "a,b\n" + "x" * 300 + ",1\n" + "y" * 70 + ",2\n", (1,))
case("many_short_rows", "a\n" + "\n".join(str(i % 10) for i in range(200)) + "\n", (0,))

(HERE / "expected.json").write_text(json.dumps(CASES, ensure_ascii=False, indent=1) + "\n")
print(len(CASES), "cases")
