"""What is wrong with a job, for people: what, where, and the way out."""

from __future__ import annotations

from spillway_adapters.query.tokens import BadExpression


class BadJob(Exception):
    """`message` says what, `place` where ("step 3 (filter), column 5"), `remedy` the way out;
    `excerpt`: the line of an expression or of the SQL, with a caret under the place."""

    def __init__(self, message: str, place: str = "", remedy: str = "", excerpt: str = "") -> None:
        self.message = _sentence(message)
        self.place = place
        self.remedy = _sentence(remedy)
        self.excerpt = excerpt
        super().__init__("\n".join(x for x in (self.message, place, excerpt, self.remedy) if x))


def _sentence(text: str) -> str:
    return text if not text or text[-1] in ".!?" else text + "."


def at_expression(bad: BadExpression, text: str, place: str, what: str) -> BadJob:
    """`place`: the step; `what`: the column, when it has several."""
    start = text.rfind("\n", 0, bad.offset) + 1
    line, column = text.count("\n", 0, start) + 1, bad.offset - start + 1
    where = f"line {line}, column {column}" if "\n" in text else f"column {column}"
    of = f", {what}" if what else ""
    return BadJob(bad.message, f"{place}{of}, {where}", bad.remedy, excerpt(text, line, column))


def excerpt(text: str, line: int, column: int) -> str:
    """That line with a caret below, both counted from 1; a long one is cut around it."""
    lines = text.split("\n")
    if not 1 <= line <= len(lines):
        return ""
    shown = lines[line - 1].replace("\r", "")
    at = min(max(column - 1, 0), len(shown))
    cut = max(0, at - 50)
    # One cell for each character, so that the caret stands where it should.
    part = "".join(c if c.isprintable() else " " for c in shown[cut : cut + 90])
    before, after = "…" * (cut > 0), "…" * (cut + 90 < len(shown))
    return f"  {before}{part}{after}\n  {' ' * (len(before) + at - cut)}^"
