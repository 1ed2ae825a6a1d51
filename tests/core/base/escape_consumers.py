"""Reads escaped texts as those do for whom they are meant, and says where one reads another text.

Standard input: lines "<text> <escaped>", both in hexadecimal. Argument: the target."""

import ast
import csv
import html.parser
import io
import json
import re
import sys
from collections.abc import Callable
from typing import Any

HIDDEN = "\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff"


FORMULA = re.compile(r"[\t\r\n]| *[=+\-@\uff1d\uff0b\uff0d\uff20]")


def one_character_each(raw: bytes, blanks: str) -> str:
    """What is left of `raw` where hidden characters cannot be spelt."""
    text = raw.decode("utf-8", "surrogateescape")
    for blank in "\t\n\r":
        if blank not in blanks:
            text = text.replace(blank, " ")
    return re.sub(f"(?![{blanks}])[{HIDDEN}]" if blanks else f"[{HIDDEN}]", "\ufffd", text)


def read_python(escaped: str) -> str:
    assert not re.search(f"[{HIDDEN}]", escaped), "hidden characters"
    tree = ast.parse("x = " + escaped + "\n")
    assert len(tree.body) == 1 and isinstance(tree.body[0].value, ast.Constant), ast.dump(tree)
    return ast.literal_eval(escaped)


def read_comment(escaped: str) -> str:
    assert ast.dump(ast.parse("# " + escaped + "\nx = 1\n")) == ast.dump(ast.parse("x = 1"))
    return escaped


def read_csv(escaped: str) -> str:
    rows = list(csv.reader(io.StringIO("a," + escaped + ",b\r\n", newline=""), strict=True))
    assert len(rows) == 1 and len(rows[0]) == 3 and rows[0][0] == "a" and rows[0][2] == "b", rows
    assert not FORMULA.match(rows[0][1]), "a formula"
    return rows[0][1]


class Page(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.seen: list[Any] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, attrs))

    def handle_endtag(self, tag: str) -> None:
        self.seen.append("/" + tag)

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        self.seen.append(data)

    handle_decl = handle_pi = unknown_decl = handle_comment


def read_html(escaped: str) -> str:
    page = Page()
    page.feed(f'<p title="{escaped}">{escaped}</p>')
    page.close()
    assert [page.seen[0][0], page.seen[1:]] == ["p", ["/p"]], page.seen
    assert page.seen[0][1] == [("title", page.text)], page.seen
    single = Page()
    single.feed(f"<p title='{escaped}'></p>")
    assert single.seen[0][1] == [("title", page.text)], single.seen
    return page.text


def read_by_rule(escaped: str, spelt: dict[str, str], special: str) -> str:
    """`spelt`: what stands for a special character. No special one may stand alone."""
    text = ""
    while escaped:
        token = next((token for token in spelt if escaped.startswith(token)), None)
        if token is None:
            assert escaped[0] not in special, escaped[:20]
            token, text = escaped[0], text + escaped[0]
        else:
            text += spelt[token]
        escaped = escaped[len(token) :]
    return text


LATEX = {"\\" + c: c for c in "&%$#_{}"} | {
    "\\textbackslash{}": "\\",
    "\\textasciitilde{}": "~",
    "\\textasciicircum{}": "^",
    "\\textless{}": "<",
    "\\textgreater{}": ">",
    "{[}": "[",
    "{*}": "*",
}
MARKDOWN = {"\\" + c: c for c in "\\|*_`[]~$#!"} | {
    "&amp;": "&",
    "&lt;": "<",
    "&gt;": ">",
    "&#58;": ":",
    "&#64;": "@",
}
csv.field_size_limit(1 << 24)
TARGETS: dict[str, tuple[Callable[[str], str], str | None]] = {
    "python": (read_python, None),
    "comment": (read_comment, ""),
    "terminal": (lambda escaped: escaped, ""),
    "json": (json.loads, "\t\n\r"),
    "csv": (read_csv, "\t\n\r"),
    "html": (read_html, "\t\n"),
    "latex": (lambda escaped: read_by_rule(escaped, LATEX, "\\&%$#_{}~^<>[*"), ""),
    "markdown": (lambda escaped: read_by_rule(escaped, MARKDOWN, "\\|*_`<>&[]~$#!:@"), ""),
}


def main() -> int:
    read, blanks = TARGETS[sys.argv[1]]
    count = 0
    for line in sys.stdin:
        text, escaped = (bytes.fromhex(part) for part in line.rstrip("\n").split(" "))
        try:
            found = read(escaped.decode("utf-8"))
            if blanks is None:  # nothing is lost
                expected = text.decode("utf-8", "surrogateescape")
            elif sys.argv[1] == "json":  # only bytes that are no UTF-8 are
                assert not re.search(f"[{HIDDEN}]", escaped.decode("utf-8")), "hidden characters"
                found = re.sub("\ufffd+", "\ufffd", found)
                expected = re.sub("\ufffd+", "\ufffd", text.decode("utf-8", "replace"))
            else:
                expected = one_character_each(text, blanks)
                if sys.argv[1] == "csv" and FORMULA.match(expected):
                    expected = "'" + expected
            assert found == expected, f"{found!r} is not {expected!r}"
        except Exception as problem:
            print(f"{text[:60]!r} as {escaped[:90]!r}: {type(problem).__name__}: {problem}")
            return 1
        count += 1
    print(count)
    return 0


sys.exit(main())
