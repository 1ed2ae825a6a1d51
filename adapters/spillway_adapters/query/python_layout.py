"""Statements of the Python programs that compilers write: names, arguments, and lines of at most
100 characters, broken as formatters do."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable, Iterator

from spillway_adapters.query.python_text import string as quoted

WIDTH = 100
_OPENING, _CLOSING = "([{", ")]}"
#: What a long expression is broken before, the loosest first.
_OPERATORS = ((" | ",), (" & ",), (" + ", " - "), (" * ", " / "))


def raw(text: str) -> str:
    """As quoted(), for regular expressions: without doubled backslashes where that can be."""
    if "\\" in text and '"' not in text and text.isprintable() and not text.endswith("\\"):
        return f'r"{text}"'
    return quoted(text)


def names(texts: Iterable[str]) -> str:
    """A list of texts."""
    return f"[{', '.join(map(quoted, texts))}]"


def keywords(pairs: Iterable[tuple[str, str]]) -> str:
    """Arguments of a function that takes any names: by name where Python can."""
    listed = list(pairs)
    if all(name.isidentifier() and not keyword.iskeyword(name) for name, _ in listed):
        return ", ".join(f"{name}={code}" for name, code in listed)
    return f"**{mapping(listed)}"


def mapping(pairs: Iterable[tuple[str, str]]) -> str:
    """A dict of texts to codes."""
    return "{" + ", ".join(f"{quoted(name)}: {code}" for name, code in pairs) + "}"


def fresh(name: str, taken: Iterable[str]) -> str:
    """`name`, with as many _ behind it as make it new."""
    listed = set(taken)
    while name in listed:
        name += "_"
    return name


def identifiers(texts: Iterable[str], taken: Iterable[str]) -> dict[str, str]:
    """A name of a variable for each text, none of them in `taken`."""
    found: dict[str, str] = {}
    used = set(taken) | set(keyword.kwlist) | set(keyword.softkwlist)
    for text in texts:
        plain = re.sub(r"[^a-z0-9_]+", "_", text.lower()).strip("_") or "table"
        if plain[0].isdigit():
            plain = f"table_{plain}"
        name, count = plain, 2
        while name in used:
            name, count = f"{plain}_{count}", count + 1
        used.add(name)
        found[text] = name
    return found


# --- Lines ---------------------------------------------------------------------------------------


def lines(statement: str, indent: str = "") -> list[str]:
    """A statement in lines as formatters break them: within its last brackets, an item a line."""
    head, expression = _assigned(statement)
    if len(indent + statement) <= WIDTH:
        return [indent + statement]
    if head and len(parts := _operands(expression)) > 1:
        return [f"{indent}{head}(", *_operand_lines(parts, indent + "    "), f"{indent})"]
    return broken(statement, indent)


def broken(code: str, indent: str, end: str = "", goes_on: bool = False) -> list[str]:
    """An expression, or a part of one; `end`: a comma that follows; `goes_on`: a value stands right
    before it."""
    if len(indent + code + end) <= WIDTH:
        return [indent + code + end]
    pairs = [pair for pair in _pairs(code) if pair[1] > pair[0] + 1]
    # The last brackets, but not a subscript while there are others: not what a reader breaks.
    rounds = [
        pair for pair in pairs if code[pair[0]] != "[" or pair[0] == 0 or _is_list(code, pair)
    ]
    begins = [[pair for pair in some if len(indent) + pair[0] < WIDTH] for some in (rounds, pairs)]
    fitting = begins[0] or begins[1]
    if not fitting:
        return [indent + code + end]
    begin, close = fitting[-1]
    inside, deeper = code[begin + 1 : close], indent + "    "
    head = code[: begin + 1]
    items = split(inside, ", ")
    if len(items) == 1 and " for " in items[0] and code[begin] != "{":
        body = broken(inside, deeper)
    elif len(items) == 1 and len(deeper + inside) <= WIDTH:
        body = [deeper + inside]
    elif len(items) == 1 and not _names_value(inside) and len(parts := _operands(inside)) > 1:
        body = _operand_lines(parts, deeper)
    elif _is_single(code, begin, goes_on):
        body = broken(inside, deeper)  # A comma would make a tuple of it.
    else:
        body = [line for item in items for line in broken_item(item, deeper)]
    opened = [indent + head] if len(indent + head) <= WIDTH else _broken_head(head, indent)
    after = code[close + 1 :]
    rest, *more = broken(after, indent, end, goes_on=True) if after else [indent + end]
    return [*opened, *body, indent + code[close] + rest.removeprefix(indent), *more]


def _broken_head(head: str, indent: str) -> list[str]:
    """What stands before the opening bracket is long, too."""
    *before, last = broken(head[:-1], indent)
    return [*before, last + head[-1]]


def broken_item(item: str, indent: str) -> list[str]:
    """An argument, or an entry of a dict; its own expression in brackets where it is long."""
    head, value = _named(item)
    if len(indent + item) + 1 > WIDTH and len(parts := _operands(value)) > 1:
        return [f"{indent}{head}(", *_operand_lines(parts, indent + "    "), f"{indent}),"]
    return broken(item, indent, ",")


def _operand_lines(parts: list[tuple[str, str]], indent: str) -> list[str]:
    return [line for operator, part in parts for line in broken(f"{operator}{part}", indent)]


def _assigned(statement: str) -> tuple[str, str]:
    for begin in ("return ", "yield "):
        if statement.startswith(begin):
            return begin, statement[len(begin) :]
    found = split(statement, " = ")
    return (f"{found[0]} = ", statement[len(found[0]) + 3 :]) if len(found) > 1 else ("", statement)


def _named(item: str) -> tuple[str, str]:
    for mark in (": ", "="):
        found = split(item, mark)
        if len(found) > 1 and (mark == ": " or found[0].isidentifier()):
            head = found[0] + mark
            return head, item[len(head) :]
    return "", item


def _names_value(item: str) -> bool:
    return _named(item)[0] != ""


def _operands(code: str) -> list[tuple[str, str]]:
    """Operands with the operator before each, by the loosest operator there is."""
    for operators in _OPERATORS:
        found, begin, operator = [], 0, ""
        for place, depth in _places(code):
            mark = code[place : place + 3]
            if depth == 0 and mark in operators:
                found.append((operator, code[begin:place]))
                begin, operator = place + 3, mark[1:]
        if found:
            return [*found, (operator, code[begin:])]
    return [("", code)]


def split(code: str, mark: str) -> list[str]:
    """The parts between marks that stand in no brackets and no text; without empty ones."""
    parts, begin = [], 0
    for place, depth in _places(code):
        if depth == 0 and place >= begin and code.startswith(mark, place):
            parts.append(code[begin:place])
            begin = place + len(mark)
    parts.append(code[begin:])
    return [part for part in parts if part]


def _is_list(code: str, pair: tuple[int, int]) -> bool:
    return not _follows_value(code, pair[0])


def _is_single(code: str, begin: int, goes_on: bool) -> bool:
    """Brackets of a subscript, or those that hold an expression together; not of a call."""
    follows = goes_on if begin == 0 else _follows_value(code, begin)
    return code[begin] == "[" if follows else code[begin] == "("


def _follows_value(code: str, begin: int) -> bool:
    return begin > 0 and (code[begin - 1].isalnum() or code[begin - 1] in "_)]}\"'")


def _pairs(code: str) -> list[tuple[int, int]]:
    """Where the outermost brackets begin and end."""
    found, begin = [], 0
    for place, depth in _places(code):
        if code[place] in _OPENING and depth == 0:
            begin = place
        elif code[place] in _CLOSING and depth == 1:
            found.append((begin, place))
    return found


def _places(code: str) -> Iterator[tuple[int, int]]:
    """Every place outside of texts, with the number of brackets around it."""
    depth, place = 0, 0
    while place < len(code):
        character = code[place]
        if character in "\"'":
            place += 1
            while code[place] != character:
                place += 2 if code[place] == "\\" else 1
            place += 1
            continue
        yield place, depth
        depth += (character in _OPENING) - (character in _CLOSING)
        place += 1


def word_list(name: str, words: Iterable[str]) -> list[str]:
    """A constant that is a list of words, which formatters would write a line each."""
    listed = list(words)
    mark = next((mark for mark in (", ", "|") if not any(mark in word for word in listed)), "")
    if not mark:
        return lines(f"{name} = {names(listed)}")
    text, found = mark.join(listed), list[str]()
    while len(text) > WIDTH - 8:
        end = text.rindex(mark, 0, WIDTH - 8) + len(mark)
        found.append(text[:end])
        text = text[end:]
    body = [f"    {quoted(part)}" for part in [*found, text]]
    return [f"{name} = (", *body, f").split({quoted(mark)})"]
