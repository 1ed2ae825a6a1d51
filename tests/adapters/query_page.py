"""The tables of docs/workloads/query.md that functions.py knows. `python query_page.py` writes them
into the page, between its marks; a test compares."""

from __future__ import annotations

import re
from pathlib import Path

from spillway_adapters.query import functions
from spillway_adapters.query.functions import Function, Parameter

PAGE = Path(__file__).parents[2] / "docs/workloads/query.md"
_MARKS = re.compile(r"(<!-- (\w+): made of functions\.py -->\n).*?(?=<!-- end -->)", re.DOTALL)


def _types(function: Function) -> str:
    """Of the arguments, and what comes out."""
    shown = [_type(parameter) for parameter in function.parameters]
    same = "the wider type" if function.unify else "its type"
    result = same if function.result == "same" else function.result
    return f"{', '.join(shown) or 'nothing'} → {result}"


def _type(parameter: Parameter) -> str:
    if parameter.types == functions.TYPES:
        kinds = "any"
    elif parameter.types == functions.ORDERED:
        kinds = "any but bool"
    else:
        kinds = " or ".join("number" if k == "n" else k for k in _merged(parameter.types))
    kinds += " literal" * parameter.constant
    kinds += " …" * parameter.repeated
    return f"[{kinds}]" if parameter.optional else kinds


def _merged(types: tuple[str, ...]) -> list[str]:
    if types == functions.NUMBER:
        return ["n"]
    return list(types)


def _written(function: Function) -> str:
    if function.written:
        return f"`{function.written}`".replace("|", "\\|")
    names = [f"[{p.name}]" if p.optional else p.name for p in function.parameters]
    if function.parameters and function.parameters[-1].repeated:
        names.append("…")
    return f"`{function.name}({', '.join(names)})`"


def _table(kind: str) -> str:
    lines = ["| written | types | tier | what |", "|---|---|---|---|"]
    for function in functions.ALL:
        if function.kind == kind:
            order = " Needs an order." * function.ordered
            lines.append(
                f"| {_written(function)} | {_types(function)} | {function.tier} | "
                f"{function.text}{order} |".replace(" \\1 ", " `\\1` ")
            )
    return "\n".join(lines) + "\n"


def _casts() -> str:
    lines = ["| from | to | what |", "|---|---|---|"]
    lines += [f"| {a} | {b} | {text} |" for (a, b), text in functions.CASTS.items()]
    return "\n".join(lines) + "\n"


def made(page: str) -> str:
    """The page with its tables as they should be."""
    tables = {
        "operators": _table("operator"),
        "functions": _table("function"),
        "aggregates": _table("aggregate"),
        "windows": _table("window"),
        "casts": _casts(),
    }
    return _MARKS.sub(lambda match: match[1] + tables[match[2]], page)


if __name__ == "__main__":
    PAGE.write_text(made(PAGE.read_text()))
