"""Names and statements of Polars' Python, broken as formatters do."""

from __future__ import annotations

import keyword
import re

from spillway_adapters.query.language import Order
from spillway_adapters.query.python_layout import broken_item
from spillway_adapters.query.python_text import string

WIDTH = 88
_OTHER_SIGNS = re.compile(r"[^0-9A-Za-z_]")


def is_name(text: str) -> bool:
    """Whether it can be the name of a keyword argument."""
    return text.isidentifier() and text.isascii() and not keyword.iskeyword(text)


def column(text: str) -> str:
    return f"pl.col({string(text)})"


def variable(wanted: str, taken: set[str]) -> str:
    """A name for a table in the program."""
    found = _OTHER_SIGNS.sub("_", wanted)
    if not found or found[0].isdigit() or keyword.iskeyword(found):
        found = f"table_{found}"
    while found in taken:
        found += "_"
    taken.add(found)
    return found


def call(method: str, arguments: list[str], indent: int) -> str:
    """On one line where it fits."""
    return bracketed(f"{method}(", arguments, ")", indent)


def bracketed(begin: str, items: list[str], end: str, indent: int) -> str:
    line = f"{begin}{', '.join(items)}{end}"
    if len(line) + indent <= WIDTH and "\n" not in line:
        return line
    space = " " * (indent + 4)
    lines = [line for item in items for line in _item(item, space)]
    return "\n".join([begin, *lines, f"{' ' * indent}{end}"])


def _item(item: str, space: str) -> list[str]:
    return [f"{space}{item},"] if "\n" in item else broken_item(item, space)


def named(items: dict[str, str]) -> list[str]:
    """Arguments that give columns their names."""
    if all(map(is_name, items)):
        return [f"{name}={text}" for name, text in items.items()]
    return [
        text if text == column(name) else f"({text}).alias({string(name)})"
        for name, text in items.items()
    ]


def assigned(own: str, chain: list[str]) -> list[str]:
    """`own` = a chain of methods."""
    if len(chain) == 1 and len(own) + 3 + len(chain[0]) <= WIDTH and "\n" not in chain[0]:
        return [f"{own} = {chain[0]}"]
    if len(chain) == 1:
        first, *others = chain[0].split("\n")
        return [f"{own} = {first}", *(line[8:] for line in others)]
    lines = [f"{own} = ("]
    for link in chain:
        # Written for twelve columns within the function, eight of them are here.
        lines += [
            f"    {line}" if place == 0 else line for place, line in enumerate(_outdented(link))
        ]
    return [*lines, ")"]


def _outdented(link: str) -> list[str]:
    first, *others = link.split("\n")
    return [first, *(line[4:] for line in others)]


def sort_arguments(order: tuple[Order, ...]) -> list[str]:
    """Of sort()."""
    arguments = [string(one.column) for one in order]
    descending = [one.descending for one in order]
    last = [not one.nulls_first for one in order]
    if any(descending):
        arguments.append(f"descending={True if all(descending) else descending}")
    arguments.append(f"nulls_last={last[0] if len(set(last)) == 1 else last}")
    return arguments
