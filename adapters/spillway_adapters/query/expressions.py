"""Expressions of the query language: text to typed expressions, and back.

    scalar("a / 2 > b", {"a": "int64", "b": "float64"})  ->  language.Call(">", …)
    text(expression)  ->  "a / 2.0 > b"

scalar(text(e), columns) == e for every e that scalar() gives, so text() is the one spelling of an
expression. BadExpression carries the offset at which a reader should look.
"""

from __future__ import annotations

import datetime
import difflib
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from spillway_adapters.query import functions, patterns
from spillway_adapters.query.functions import Function, Parameter
from spillway_adapters.query.language import (
    Aggregate,
    Call,
    Column,
    Constant,
    Expression,
    Schema,
    Type,
    Value,
    WindowCall,
)

MAX_CHARACTERS = 20_000
#: Programs nest as deep as expressions, and Python's own parser ends at 200 brackets.
MAX_DEPTH = 100
MAX_PARTS = 10_000

INT64 = range(-(2**63), 2**63)

#: A column of this name is written in double quotes.
RESERVED = frozenset(
    word
    for words in ("and between case else end false in is", "like not null or then true when")
    for word in words.split()
)


class BadExpression(Exception):
    def __init__(self, message: str, offset: int, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset
        self.remedy = remedy


# --- Tokens --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Token:
    kind: Literal["name", "quoted", "text", "number", "operator", "end"]
    text: str  #: of names and texts: without their quotes
    offset: int
    end: int

    @property
    def word(self) -> str:
        """A keyword or a function's name, in small letters."""
        return self.text.lower() if self.kind == "name" else ""


_PIECES = re.compile(
    r"""(?P<space>\s+)
    |(?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
    |(?P<name>[^\W0-9]\w*)
    |(?P<quoted>"(?:[^"]|"")*")
    |(?P<text>'(?:[^']|'')*')
    |(?P<operator>::|\|\||<>|!=|<=|>=|==|//|[-+*/%=<>(),.])""",
    re.VERBOSE,
)


def tokens(text: str) -> list[Token]:
    if len(text) > MAX_CHARACTERS:
        raise BadExpression(
            f"The expression has {len(text):,} characters, the most is {MAX_CHARACTERS:,}",
            0,
            "Derive parts of it first.",
        )
    found: list[Token] = []
    at = 0
    while at < len(text):
        match = _PIECES.match(text, at)
        if not match:
            raise _no_token(text, at)
        kind = match.lastgroup
        piece = match.group()
        if kind == "number":
            rest = text[match.end() : match.end() + 1]
            if rest.isalnum() or rest in ("_", "."):
                raise BadExpression(f"{quoted(piece + rest)} is no number", at, _NAME_REMEDY)
        if kind == "quoted":
            piece = piece[1:-1].replace('""', '"')
            if not piece:
                raise BadExpression("A column's name is empty", at, "Write it between the quotes.")
        elif kind == "text":
            piece = piece[1:-1].replace("''", "'")
        if kind in ("quoted", "text"):
            complain = bad_text(piece)
            if complain:
                raise BadExpression(f"A text in quotes {complain}", at, "Take it out.")
        if kind != "space":
            found.append(Token(kind, piece, at, match.end()))  # type: ignore[arg-type]
        at = match.end()
    found.append(Token("end", "", len(text), len(text)))
    return found


_NAME_REMEDY = 'Write a name with such characters in double quotes: "2nd".'


def _no_token(text: str, at: int) -> BadExpression:
    character = text[at]
    if character in "'\"":
        what = "text" if character == "'" else "name"
        return BadExpression(
            f"The {what} that begins here does not end",
            at,
            f"Close it with {character}; inside, write {character} twice.",
        )
    remedies = {
        "`": 'Write names in double quotes: "a b".',
        "[": "There are no lists; in takes literals in round brackets: a in (1, 2).",
        "^": "Write pow(x, y).",
        "&": "Write and.",
        "|": "Write or; || puts texts together.",
        "!": "Write not, or <> for not equal.",
        ";": "One expression, without a semicolon.",
    }
    remedy = remedies.get(character, _NAME_REMEDY)
    return BadExpression(f"{quoted(character)} has no meaning here", at, remedy)


def bad_text(text: str) -> str:
    """Why a name or a text cannot stand in a job; nothing: it can."""
    if "\0" in text:
        return "has a zero character, which engines cut off or refuse"
    if any("\ud800" <= c <= "\udfff" for c in text):
        return "has half a character (a lone surrogate), which is no Unicode text"
    return ""


def quoted(text: str, most: int = 60) -> str:
    """For messages: in quotes, on one line, cut when long."""
    shown = text if len(text) <= most else text[: most - 1] + "…"
    plain = "".join(
        c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode("ascii")
        for c in shown
    )
    return f'"{plain}"'


# --- Parsing, with types -------------------------------------------------------------------------

_Loose = Type | Literal["null"]  #: null: of a type that it does not know yet


@dataclass(frozen=True)
class _Node:
    expression: Expression
    offset: int
    depth: int = 1
    parts: int = 1

    @property
    def type(self) -> _Loose:
        return self.expression.type

    @property
    def is_constant(self) -> bool:
        return isinstance(self.expression, Constant)


#: How tight binary operators bind; all are left-associative, but comparisons do not chain.
_BINDING = {
    "or": 1,
    "and": 2,
    "=": 4,
    "==": 4,
    "<>": 4,
    "!=": 4,
    "<": 4,
    "<=": 4,
    ">": 4,
    ">=": 4,
    "is": 4,
    "in": 4,
    "between": 4,
    "like": 4,
    "not": 4,  #: x not in, x not between, x not like
    "||": 5,
    "+": 6,
    "-": 6,
    "*": 7,
    "/": 7,
    "//": 7,
    "%": 7,
    "::": 9,
}
_NOT, _COMPARISON, _NEGATION = 3, 4, 8
_SAME = {"==": "=", "!=": "<>", "%": "mod"}


class _Parser:
    def __init__(self, text: str, columns: Schema) -> None:
        self.columns = columns
        self.tokens = tokens(text)
        self.at = 0
        self.nesting = 0

    # Tokens.

    @property
    def next(self) -> Token:
        return self.tokens[self.at]

    @property
    def after(self) -> Token:
        return self.tokens[min(self.at + 1, len(self.tokens) - 1)]

    def take(self) -> Token:
        token = self.next
        self.at += 1
        return token

    def sees(self, *texts: str) -> bool:
        token = self.next
        return token.word in texts or (token.kind == "operator" and token.text in texts)

    def expect(self, text: str, why: str) -> Token:
        if not self.sees(text):
            raise BadExpression(f"{text} is missing {why}, not {self.found()}", self.next.offset)
        return self.take()

    def found(self) -> str:
        token = self.next
        if token.kind == "end":
            return "the end"
        if token.kind == "text":
            return f"the text {literal(token.text, 'text')}"
        return quoted(token.text)

    def end(self) -> None:
        if self.next.kind == "end":
            return
        if self.sees(")"):
            raise BadExpression("A bracket closes that was not opened", self.next.offset)
        remedy = "Put an operator between, or a comma between arguments."
        if self.next.word in ("over", "filter"):
            remedy = {
                "over": 'Windows are a step: {"window": {"partition": …, "order": …}}.',
                "filter": "Aggregate a case: sum(case when … then x end).",
            }[self.next.word]
        raise BadExpression(f"The expression goes on with {self.found()}", self.next.offset, remedy)

    # Grammar.

    def expression(self, binding: int = 0) -> _Node:
        self.nesting += 1
        if self.nesting > MAX_DEPTH:
            raise _too_deep(self.next.offset)
        left = self.prefix()
        while True:
            operator = self.next.word or (self.next.text if self.next.kind == "operator" else "")
            tightness = _BINDING.get(operator, 0)
            if tightness <= binding:
                break
            if operator == "not" and self.after.word not in ("in", "between", "like"):
                break
            token = self.take()
            left = self.infix(left, operator, token, tightness)
            if tightness == _COMPARISON and self.compares():
                raise BadExpression(
                    "Comparisons do not chain", self.next.offset, "Write a < b and b < c."
                )
        self.nesting -= 1
        return left

    def compares(self) -> bool:
        operator = self.next.word or (self.next.text if self.next.kind == "operator" else "")
        return _BINDING.get(operator) == _COMPARISON

    def prefix(self) -> _Node:
        token = self.next
        if self.sees("not"):
            self.take()
            return self.call(functions.OPERATORS["not"], [self.expression(_NOT)], token.offset)
        if self.sees("-"):
            self.take()
            return self.negative(token.offset)
        if self.sees("+"):
            raise BadExpression("+ stands before a value", token.offset, "Leave it away.")
        return self.primary()

    def negative(self, offset: int) -> _Node:
        if self.next.kind == "number" and not _is_float(self.next.text):
            # By itself, so that the least int64 can be written.
            token = self.take()
            node = _Node(_integer("-" + token.text, offset), offset)
            while self.sees("::"):
                node = self.infix(node, "::", self.take(), _BINDING["::"])
            return node
        inner = self.expression(_NEGATION)
        value = inner.expression
        if (
            isinstance(value, Constant)
            and value.value is not None
            and value.type in functions.NUMBER
        ):
            folded = -value.value  # type: ignore[operator]
            if value.type == "int64" and folded not in INT64:
                raise _beyond(str(folded), offset)
            return _Node(Constant(folded, value.type), offset)
        return self.call(functions.OPERATORS["neg"], [inner], offset)

    def infix(self, left: _Node, operator: str, token: Token, tightness: int) -> _Node:
        if operator == "::":
            return self.cast(left, left.offset)
        if operator == "is":
            return self.is_null(left, token)
        if operator == "not":
            inner = self.infix(left, self.take().word, token, tightness)
            return self.call(functions.OPERATORS["not"], [inner], left.offset)
        if operator == "in":
            return self.is_in(left)
        if operator == "between":
            return self.between(left, token)
        right = self.interval() if operator in "+-" and self.is_interval() else None
        if right is not None:
            return self.later(left, right, token)
        node = self.expression(tightness)
        if operator in ("+", "-") and {left.type, node.type} & {"date", "timestamp"}:
            return self.between_days(left, operator, node, token)
        name = _SAME.get(operator, operator)
        return self.call(functions.OPERATORS[name], [left, node], token.offset)

    def is_null(self, left: _Node, token: Token) -> _Node:
        negated = self.sees("not")
        if negated:
            self.take()
        if not self.sees("null"):
            raise BadExpression(
                f"is is followed by null or not null, not {self.found()}",
                self.next.offset,
                "Compare truth values by themselves: a, or not a.",
            )
        self.take()
        node = self.call(functions.OPERATORS["is_null"], [left], token.offset)
        return self.call(functions.OPERATORS["not"], [node], token.offset) if negated else node

    def is_in(self, left: _Node) -> _Node:
        opening = self.expect("(", "after in")
        constants: list[_Node] = []
        while True:
            if self.sees(")") and not constants:
                raise BadExpression(
                    "The list of in is empty", opening.offset, "Write a value in it."
                )
            node = self.expression()
            if not node.is_constant:
                raise BadExpression(
                    "in takes literals only", node.offset, "Write a = b or a = c, or join a table."
                )
            if node.expression.value is None:  # type: ignore[union-attr]
                raise BadExpression(
                    "in takes no null, nothing equals it", node.offset, "Write a is null beside it."
                )
            constants.append(node)
            if not self.sees(","):
                break
            self.take()
        self.expect(")", "at the end of the list of in")
        return self.call(functions.OPERATORS["in"], [left, *constants], left.offset)

    def between(self, left: _Node, token: Token) -> _Node:
        low = self.expression(_COMPARISON)
        self.expect("and", "after between and its lower end")
        high = self.expression(_COMPARISON)
        above = self.call(functions.OPERATORS[">="], [left, low], token.offset)
        below = self.call(functions.OPERATORS["<="], [left, high], token.offset)
        return self.call(functions.OPERATORS["and"], [above, below], token.offset)

    def is_interval(self) -> bool:
        return self.next.word == "interval" and (
            self.after.kind in ("number", "text") or self.after.text == "-"
        )

    def interval(self) -> tuple[int, str, int]:
        """Number, unit and offset of: interval 3 month, interval '3' month, interval '3 months'."""
        offset = self.take().offset
        words = ""
        while self.next.kind in ("number", "text") or self.next.text == "-":
            token = self.take()
            words += token.text
            if token.kind != "operator":
                break
        match = re.fullmatch(r"\s*(-?\s*[0-9]{1,18})\s*([a-zA-Z]*)\s*", words)
        unit = match.group(2) if match else ""
        if match and not unit and self.next.kind == "name":
            unit = self.take().text
        unit = unit.lower()
        unit = unit if unit in functions.UNITS else unit.removesuffix("s")
        if not match or unit not in functions.UNITS:
            raise BadExpression(
                "The interval is not a whole number and a unit",
                offset,
                f"Write interval 3 month; units: {', '.join(functions.UNITS)}.",
            )
        return int(match.group(1).replace(" ", "")), unit, offset

    def later(self, left: _Node, interval: tuple[int, str, int], token: Token) -> _Node:
        number, unit, offset = interval
        if token.text == "-":
            number = -number
        arguments = [
            left,
            _Node(Constant(number, "int64"), offset),
            _Node(Constant(unit, "text"), offset),
        ]
        return self.call(functions.OPERATORS["date_add"], arguments, token.offset)

    def between_days(self, left: _Node, operator: str, right: _Node, token: Token) -> _Node:
        if operator == "-" and left.type == right.type == "date":
            sides = [self.call(functions.FUNCTIONS["days"], [x], x.offset) for x in (left, right)]
            return self.call(functions.OPERATORS["-"], sides, token.offset)
        remedy = "Write d + interval 3 day with a literal number."
        if operator == "-" and right.type in functions.DAY:
            remedy = "Write date_diff('second', b, a), or epoch_us(a) - epoch_us(b)."
        raise BadExpression(
            f"{left.type} {operator} {right.type} has no meaning", token.offset, remedy
        )

    def primary(self) -> _Node:
        token = self.take()
        if token.kind == "number":
            if _is_float(token.text):
                return _Node(Constant(_float(token.text, token.offset), "float64"), token.offset)
            return _Node(_integer(token.text, token.offset), token.offset)
        if token.kind == "text":
            return _Node(Constant(token.text, "text"), token.offset)
        if token.kind == "operator" and token.text == "(":
            node = self.expression()
            self.expect(")", "after the bracket's expression")
            return node
        if token.kind == "quoted":
            return self.column(token)
        if token.kind == "name":
            return self.word(token)
        self.at -= 1
        raise BadExpression(
            f"A value is missing: here stands {self.found()}",
            token.offset,
            "Write a column, a literal or a function.",
        )

    def word(self, token: Token) -> _Node:
        word = token.word
        if word in ("true", "false"):
            return _Node(Constant(word == "true", "bool"), token.offset)
        if word == "null":
            return _Node(Constant(None, "null"), token.offset)  # type: ignore[arg-type]
        if word == "case":
            return self.case(token)
        if word == "interval" and token.text not in self.columns:
            raise BadExpression(
                "An interval stands alone", token.offset, "Write d + interval 3 month."
            )
        if word in ("date", "timestamp") and self.next.kind == "text":
            moment = self.take()
            value = _moment(moment.text, word)  # type: ignore[arg-type]
            if value is None:
                raise _no_moment(moment.text, word, moment.offset)
            return _Node(Constant(value, word), token.offset)  # type: ignore[arg-type]
        if self.sees("("):
            return self.function(token)
        if word in RESERVED:
            raise BadExpression(
                f"A value is missing: {word} is a word of the language",
                token.offset,
                f'A column of this name is written "{token.text}", in double quotes.',
            )
        return self.column(token)

    def column(self, token: Token) -> _Node:
        if self.sees("."):
            raise BadExpression(
                "Columns have no table before them",
                token.offset,
                "After a join all columns stand side by side: write the name alone.",
            )
        kind = self.columns.get(token.text)
        if kind is None:
            remedy = unknown(token.text, self.columns)
            if token.kind == "quoted":
                remedy = f"{remedy} Text is written in single quotes."
            raise BadExpression(f"There is no column {quoted(token.text)}", token.offset, remedy)
        return _Node(Column(token.text, kind), token.offset)

    def case(self, token: Token) -> _Node:
        """case when c then v … else v end; case x when v …, which is case when x = v …"""
        subject = None if self.sees("when") else self.expression()
        conditions: list[_Node] = []
        values: list[_Node] = []
        while self.sees("when"):
            when = self.take()
            condition = self.expression()
            if subject is not None:
                condition = self.call(
                    functions.OPERATORS["="], [subject, condition], condition.offset
                )
            conditions.append(self.truth(condition, "when", when.offset))
            self.expect("then", "after the condition of when")
            values.append(self.expression())
        if not conditions:
            raise BadExpression(
                f"when is missing after case, not {self.found()}",
                self.next.offset,
                "Write case when a > 0 then b else c end.",
            )
        if self.sees("else"):
            self.take()
            values.append(self.expression())
        else:
            values.append(_Node(Constant(None, "null"), token.offset))  # type: ignore[arg-type]
        self.expect("end", "at the end of case")
        values = self.alike("case", values)
        flat = [x for pair in zip(conditions, values[:-1], strict=True) for x in pair]
        return self.made("case", [*flat, values[-1]], values[-1].type, token.offset)

    def truth(self, node: _Node, what: str, offset: int) -> _Node:
        if node.type == "null":
            return _Node(Constant(None, "bool"), node.offset)
        if node.type != "bool":
            raise BadExpression(
                f"{what} needs a condition (bool), this is {node.type}",
                node.offset,
                "Compare it with something: x <> 0, x is not null.",
            )
        return node

    def cast(self, inner: _Node, offset: int) -> _Node:
        """The rest of x :: type, or of cast(x as type)."""
        token = self.take()
        target = token.word
        if target not in functions.TYPES:
            guess = _TYPES_ELSEWHERE.get(target, "")
            remedy = f"Types are {', '.join(functions.TYPES)}"
            raise BadExpression(
                f"There is no type {quoted(token.text)}",
                token.offset,
                f"{remedy}; write {guess}." if guess else f"{remedy}.",
            )
        return self.converted(inner, target, offset)  # type: ignore[arg-type]

    def converted(self, inner: _Node, target: Type, offset: int) -> _Node:
        value = inner.expression
        if inner.type == "null" or (isinstance(value, Constant) and value.value is None):
            return _Node(Constant(None, target), offset)
        if inner.type == target:
            return inner
        if target == "bool" and inner.type in functions.NUMBER:
            zero = _Node(Constant(0, "int64"), offset)
            return self.call(functions.OPERATORS["<>"], [inner, zero], offset)
        if inner.type == "bool" and target == "float64":
            inner = self.converted(inner, "int64", offset)
        if (inner.type, target) not in functions.CASTS:
            raise BadExpression(
                f"{inner.type} cannot be cast to {target}",
                offset,
                _NO_CAST.get((inner.type, target), ""),  # type: ignore[arg-type]
            )
        return self.made("cast", [inner], target, offset)

    # Calls.

    def function(self, token: Token) -> _Node:
        name = token.word
        if name == "cast":
            self.take()
            inner = self.expression()
            self.expect("as", "after the value of cast")
            node = self.cast(inner, token.offset)
            self.expect(")", "at the end of cast")
            return node
        function = functions.FUNCTIONS.get(name)
        if function is None:
            raise self.no_function(token)
        self.take()
        if name == "position":
            return self.position(function, token)
        return self.call(function, self.arguments(), token.offset)

    def position(self, function: Function, token: Token) -> _Node:
        """position(s, 'part'), and as SQL has it: position('part' in s)."""
        first = [] if self.sees(")") else [self.expression(_COMPARISON)]
        if first and self.sees("in"):
            self.take()
            whole = self.expression()
            self.expect(")", "at the end of position")
            return self.call(function, [whole, *first], token.offset)
        if self.sees(","):
            self.take()
        elif first:
            self.expect(")", "or , after the text of position")
            return self.call(function, first, token.offset)
        return self.call(function, [*first, *self.arguments()], token.offset)

    def no_function(self, token: Token) -> BadExpression:
        name = token.word
        if name in functions.AGGREGATES or name in functions.WINDOW:
            where = "window" if name not in functions.AGGREGATES else "group"
            if name in functions.AGGREGATES and name in functions.WINDOW:
                where = "group or window"
            return BadExpression(
                f"{name}() looks at many rows and stands alone",
                token.offset,
                f"Give it a column of its own in a {where} step, then derive with that.",
            )
        known = functions.ELSEWHERE.get(name, "")
        if not known:
            near = difflib.get_close_matches(name, functions.FUNCTIONS, 1)
            known = near[0] if near else ""
        return BadExpression(
            f"There is no function {quoted(token.text)}",
            token.offset,
            f"Did you mean {known}()?" if known else "docs/workloads/query.md lists them all.",
        )

    def arguments(self) -> list[_Node]:
        """What stands between the brackets; the opening one has been taken."""
        found: list[_Node] = []
        if self.sees(")"):
            self.take()
            return found
        while True:
            if self.next.word == "distinct" and self.next.text not in self.columns:
                raise BadExpression(
                    "distinct does not stand here", self.next.offset, "Write count_distinct(x)."
                )
            found.append(self.expression())
            if self.sees(")"):
                self.take()
                return found
            self.expect(",", "or ) between arguments")

    def call(self, function: Function, arguments: list[_Node], offset: int) -> _Node:
        """Checks the arguments, widens them, and says what comes out."""
        arguments = self.checked(function, arguments, offset)
        if function.name in ("date_add", "date_trunc", "date_diff"):
            _check_unit(arguments)
        if any(p.pattern for p in function.parameters):
            _check_pattern(function, arguments)
        result = function.result
        if result == "same":
            position = next(i for i, p in enumerate(function.parameters) if not p.constant)
            result = arguments[position].type  # type: ignore[assignment]
        if function.name in ("round", "floor", "ceil", "trunc") and result == "int64":
            return arguments[0]  # A whole number is one already.
        return self.made(function.name, arguments, result, offset)

    def checked(self, function: Function, arguments: list[_Node], offset: int) -> list[_Node]:
        name = shown(function)
        parameters = _spread(function, arguments, offset)
        taken = [
            _defaulted(p, offset) if node is None else self.taken(name, p, node)
            for p, node in parameters
        ]
        if function.unify:
            several = [i for i, (p, _) in enumerate(parameters) if not p.words]
            if function.name in _COMPARES and any(
                n.is_constant and n.expression.value is None  # type: ignore[union-attr]
                for n in taken
            ):
                raise BadExpression(
                    f"{function.name} with null is always null", offset, "Write x is null."
                )
            widened = self.alike(name, [taken[i] for i in several])
            for i, node in zip(several, widened, strict=True):
                taken[i] = node
        for node in taken:
            if node.type == "null":
                raise _untyped_null(node.offset)
        return taken

    def taken(self, name: str, parameter: Parameter, node: _Node) -> _Node:
        """The argument as that parameter wants it."""
        if parameter.constant:
            node = _alias(parameter, node)
            _check_constant(name, parameter, node)
        if node.type == "null":
            if len(parameter.types) == 1:
                return _Node(Constant(None, parameter.types[0]), node.offset)
            return node
        if node.type == "int64" and parameter.types == ("float64",):
            return self.widened(node, "float64")
        if node.type not in parameter.types:
            if node.is_constant and node.type == "text" and parameter.types == functions.DAY:
                raise BadExpression(
                    f"{name} takes a date or a timestamp, this is text",
                    node.offset,
                    "Write date before it: date '2024-02-29'.",
                )
            raise BadExpression(
                f"{name} takes {_either(parameter.types)}, this is {node.type}",
                node.offset,
                _remedy(node.type, parameter.types),
            )
        return node

    def alike(self, what: str, nodes: list[_Node]) -> list[_Node]:
        """Widened to one type: int64 to float64, date to timestamp, null to what the others are;
        a literal text to the date or timestamp beside it."""
        types = {n.type for n in nodes if n.type != "null"}
        if not types:
            raise _untyped_null(nodes[0].offset)
        days = types & {"date", "timestamp"}
        if days and types - days == {"text"}:
            target = "timestamp" if "timestamp" in days else "date"
            nodes = [_as_moment(n, target) for n in nodes]  # type: ignore[arg-type]
            types = days
        for wide, narrow in _WIDER:
            if wide in types:
                types.discard(narrow)
        if len(types) > 1:
            first = next(n.type for n in nodes if n.type != "null")
            odd = next(n for n in nodes if n.type != "null" and not _go_together(first, n.type))
            raise BadExpression(
                f"{what} has {first} beside {odd.type}",
                odd.offset,
                _remedy(odd.type, (first,)) or _remedy(first, (odd.type,)),
            )
        target = types.pop()
        return [self.widened(n, target) for n in nodes]  # type: ignore[arg-type]

    def widened(self, node: _Node, target: Type) -> _Node:
        """Literals by themselves, the rest in a cast."""
        value = node.expression
        if node.type == target:
            return node
        if not isinstance(value, Constant):
            return self.made("cast", [node], target, node.offset)
        if value.value is None:
            return _Node(Constant(None, target), node.offset)
        if target == "float64":
            return _Node(Constant(float(value.value), target), node.offset)  # type: ignore[arg-type]
        day: datetime.date = value.value  # type: ignore[assignment]
        moment = datetime.datetime(day.year, day.month, day.day)
        return _Node(Constant(moment, target), node.offset)

    def made(self, name: str, arguments: list[_Node], result: Type, offset: int) -> _Node:
        depth = 1 + max(x.depth for x in arguments)
        parts = 1 + sum(x.parts for x in arguments)
        if depth > MAX_DEPTH:
            raise _too_deep(offset)
        if parts > MAX_PARTS:
            raise BadExpression(
                f"The expression has more than {MAX_PARTS:,} parts",
                offset,
                "Derive parts of it first, or join a table of the values.",
            )
        call = Call(name, tuple(x.expression for x in arguments), result)
        return _Node(call, offset, depth, parts)


#: What is widened to what.
_WIDER = (("float64", "int64"), ("timestamp", "date"))


def _go_together(a: str, b: str) -> bool:
    return a == b or (a, b) in _WIDER or (b, a) in _WIDER


_COMPARES = ("=", "<>", "<", "<=", ">", ">=")

_TYPES_ELSEWHERE = {
    **dict.fromkeys(("int", "integer", "bigint", "long", "smallint", "int32", "i64"), "int64"),
    **dict.fromkeys(("float", "double", "real", "decimal", "numeric", "float32"), "float64"),
    **dict.fromkeys(("varchar", "string", "char", "str", "utf8"), "text"),
    **dict.fromkeys(("boolean", "logical"), "bool"),
    **dict.fromkeys(("datetime", "timestamptz"), "timestamp"),
}

_NO_CAST = {
    ("float64", "text"): "Engines write floats differently: round it and cast it to int64 first.",
    ("timestamp", "text"): "Engines write times differently: cast(cast(t as date) as text).",
    ("date", "int64"): "Write days(d).",
    ("timestamp", "int64"): "Write epoch_us(t).",
    ("int64", "date"): "Write date '1970-01-01' + interval 1 day, or make_date(y, m, d).",
    ("int64", "timestamp"): "Keep the number, or cast the text of the time.",
}


_SHOWN = {"neg": "-", "mod": "%", "is_null": "is null", "date_add": "interval"}


def shown(function: Function) -> str:
    """For messages: sum(), or the operator."""
    if function.kind == "operator":
        return _SHOWN.get(function.name, function.name)
    return f"{function.name}()"


def _either(types: Sequence[str]) -> str:
    return types[0] if len(types) == 1 else f"{', '.join(types[:-1])} or {types[-1]}"


def _remedy(found: str, wanted: Sequence[str]) -> str:
    if tuple(wanted) == ("bool",):
        return "Compare it with something: x <> 0, x is not null."
    for target in wanted:
        if (found, target) in functions.CASTS:
            return f"Cast it: cast(… as {target})."
    return ""


def _spread(
    function: Function, arguments: list[_Node], offset: int
) -> list[tuple[Parameter, _Node | None]]:
    """Parameters with their arguments; an optional one with a default, without."""
    parameters = function.parameters
    least = sum(not p.optional for p in parameters)
    repeats = bool(parameters) and parameters[-1].repeated
    if len(arguments) < least or (not repeats and len(arguments) > len(parameters)):
        names = ", ".join(f"[{p.name}]" if p.optional else p.name for p in parameters)
        wanted = f"{function.name}({names}{', …' if repeats else ''})"
        count = f"{len(arguments)} argument{'' if len(arguments) == 1 else 's'}"
        raise BadExpression(f"{function.name}() has {count}", offset, f"Write {wanted}.")
    pairs: list[tuple[Parameter, _Node | None]] = [
        *zip(_each(parameters, len(arguments)), arguments, strict=True)
    ]
    pairs += [(p, None) for p in parameters[len(arguments) :] if p.default is not None]
    return pairs


def _defaulted(parameter: Parameter, offset: int) -> _Node:
    kind: Type = "text" if isinstance(parameter.default, str) else "int64"
    return _Node(Constant(parameter.default, kind), offset)


#: SQL's flags of regexp_replace.
_FLAGS = {"g": "all", "": "first"}


def _alias(parameter: Parameter, node: _Node) -> _Node:
    """A word in its one spelling: in small letters."""
    value = node.expression
    if not parameter.words or not isinstance(value, Constant) or not isinstance(value.value, str):
        return node
    word = value.value.lower()
    if word not in parameter.words:
        word = _FLAGS.get(word, word) if "all" in parameter.words else word.removesuffix("s")
    return _Node(Constant(word, "text"), node.offset) if word in parameter.words else node


def _check_constant(name: str, parameter: Parameter, node: _Node) -> None:
    value = node.expression
    if not isinstance(value, Constant) or value.value is None:
        raise BadExpression(
            f"{parameter.name} of {name} is a literal, engines need it before they read",
            node.offset,
            "Write the value itself.",
        )
    if value.type == "text":
        if parameter.words and value.value not in parameter.words:
            raise BadExpression(
                f"{parameter.name} of {name} is not {quoted(str(value.value))}",
                node.offset,
                f"It is one of {', '.join(parameter.words)}.",
            )
        if not parameter.empty and not value.value:
            raise BadExpression(
                f"{parameter.name} of {name} is empty", node.offset, "Write at least a character."
            )
    elif value.type in functions.NUMBER and parameter.low is not None:
        low, high = parameter.low, parameter.high
        if not low <= value.value <= (math.inf if high is None else high):  # type: ignore[operator]
            raise BadExpression(
                f"{parameter.name} of {name} is {literal(value.value, value.type)}",
                node.offset,
                f"It goes from {low:,} to {high:,}.",
            )


def _check_pattern(function: Function, arguments: list[_Node]) -> None:
    """The regular expression of regexp_…(), with what else depends on it."""
    pattern = str(arguments[1].expression.value)  # type: ignore[union-attr]
    # An offset is of the literal; of the sign inside it, while no quote before it is doubled.
    place = arguments[1].offset
    try:
        groups = patterns.check(pattern)
        if function.name == "regexp_replace":
            new, which = (x.expression.value for x in arguments[2:])  # type: ignore[union-attr]
            if which == "all" and patterns.can_be_empty(pattern):
                raise BadExpression(
                    "The pattern matches nothing, too, where engines differ in what they replace",
                    place,
                    "Write + in place of *, or replace the first alone",
                )
            place = arguments[2].offset
            patterns.check_replacement(str(new), groups)
    except patterns.BadPattern as bad:
        inside = place + 1 + bad.offset + pattern[: bad.offset].count("'")
        raise BadExpression(f"Regular expression: {bad.message}", inside, bad.remedy) from None
    if function.name == "regexp_extract":
        group: int = arguments[2].expression.value  # type: ignore[union-attr, assignment]
        if group > groups:
            raise BadExpression(
                f"The pattern has no group {group}", arguments[2].offset, f"It has {groups}"
            )


def _check_unit(arguments: list[_Node]) -> None:
    unit = next(n for n in arguments if n.type == "text")
    moments = [n for n in arguments if n.type in functions.DAY]
    value = unit.expression.value  # type: ignore[union-attr]
    if value not in functions.DATE_UNITS and moments and moments[0].type == "date":
        raise BadExpression(f"A date has no {value}s", unit.offset, "Cast it to timestamp first.")


def _as_moment(node: _Node, target: Literal["date", "timestamp"]) -> _Node:
    """A literal text beside dates is one of them."""
    if node.type != "text":
        return node
    value = node.expression
    if not isinstance(value, Constant):
        raise BadExpression(
            f"text stands beside {target}", node.offset, f"Cast it: cast(… as {target})."
        )
    if value.value is None:
        return _Node(Constant(None, target), node.offset)
    moment = _moment(str(value.value), target)
    if moment is None:
        raise _no_moment(str(value.value), target, node.offset)
    return _Node(Constant(moment, target), node.offset)


_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_TIMESTAMP = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
    r"(?:[ T]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,6}))?)?)?"
)


def _moment(
    text: str, kind: Literal["date", "timestamp"]
) -> datetime.date | datetime.datetime | None:
    match = (_DATE if kind == "date" else _TIMESTAMP).fullmatch(text)
    if not match:
        return None
    try:
        if kind == "date":
            return datetime.date(*(int(x) for x in match.groups()))
        *whole, fraction = match.groups()
        microseconds = int((fraction or "0").ljust(6, "0"))
        return datetime.datetime(*(int(x or 0) for x in whole), microseconds)  # type: ignore[arg-type]
    except ValueError:
        return None


def _no_moment(text: str, kind: str, offset: int) -> BadExpression:
    example = "2024-02-29" if kind == "date" else "2024-02-29 23:59:59"
    return BadExpression(
        f"{quoted(text)} is no {kind}", offset, f"Write {kind} '{example}', from year 1 to 9999."
    )


def _is_float(text: str) -> bool:
    return any(c in text for c in ".eE")


def _float(text: str, offset: int) -> float:
    value = float(text)
    if math.isinf(value):
        raise BadExpression(f"{text} is beyond float64", offset, "The largest is about 1.8e308.")
    return value


def _integer(text: str, offset: int) -> Constant:
    # Without converting it: Python refuses numbers of very many digits.
    digits = text.lstrip("-").lstrip("0") or "0"
    if len(digits) > 19 or int(text[: text.startswith("-")] + digits) not in INT64:
        raise _beyond(text, offset)
    return Constant(int(text[: text.startswith("-")] + digits), "int64")


def _beyond(text: str, offset: int) -> BadExpression:
    return BadExpression(
        f"{quoted(text, 30)[1:-1]} is beyond 64 bits",
        offset,
        "Integers go from -9223372036854775808 to 9223372036854775807; write 1e30 for a float64.",
    )


def _too_deep(offset: int) -> BadExpression:
    return BadExpression(
        f"The expression is nested deeper than {MAX_DEPTH} levels",
        offset,
        "Derive parts of it first; a chain of equalities is a in (1, 2, …).",
    )


def _untyped_null(offset: int) -> BadExpression:
    return BadExpression(
        "This null has no type", offset, "Say which: cast(null as int64), for instance."
    )


def unknown(name: str, known: Sequence[str] | Schema) -> str:
    """What was meant, and what there is."""
    names = list(known)
    if not names:
        return "There are none here."
    lower = {n.lower(): n for n in names}
    near = difflib.get_close_matches(name.lower(), lower, 1)
    listed = ", ".join(quoted(n, 30)[1:-1] for n in names[:12])
    more = f" and {len(names) - 12:,} more" if len(names) > 12 else ""
    meant = f"Did you mean {quoted(lower[near[0]])}? " if near else ""
    return f"{meant}There is: {listed}{more}."


# --- Entries -------------------------------------------------------------------------------------


def scalar(text: str, columns: Schema) -> Expression:
    """One value a row."""
    parser = _Parser(text, columns)
    node = parser.expression()
    parser.end()
    if node.type == "null":
        raise _untyped_null(node.offset)
    return node.expression


def condition(text: str, columns: Schema) -> Expression:
    parser = _Parser(text, columns)
    node = parser.expression()
    parser.end()
    return parser.truth(node, "The filter", node.offset).expression


def aggregate(text: str, columns: Schema) -> Aggregate:
    """sum(a * b): one aggregate alone."""
    function, arguments = _alone(text, columns, functions.AGGREGATES, "aggregate")
    node = arguments[0].expression if arguments else None
    if function.name == "count_distinct" and node is not None and node.type == "float64":
        raise BadExpression(
            "float64 values are not counted by equality, computed ones differ in the last digit",
            arguments[0].offset,
            "Cast them to int64, rounded: cast(round(x * 100) as int64).",
        )
    quantile = None
    if function.name == "quantile":
        quantile = float(arguments[1].expression.value)  # type: ignore[union-attr]
    return Aggregate(function.name, node, _result(function, node), quantile)


def window(text: str, columns: Schema) -> WindowCall:
    """lag(a, 2): one window function alone."""
    function, arguments = _alone(text, columns, functions.WINDOW, "window function")
    node = arguments[0].expression if arguments else None
    offset = None
    if len(arguments) > 1:
        offset = arguments[1].expression.value  # type: ignore[union-attr]
    return WindowCall(function.name, node, _result(function, node), offset)  # type: ignore[arg-type]


def _result(function: Function, argument: Expression | None) -> Type:
    if function.result != "same":
        return function.result
    assert argument is not None
    return argument.type


def _alone(
    text: str, columns: Schema, known: dict[str, Function], what: str
) -> tuple[Function, list[_Node]]:
    parser = _Parser(text, columns)
    token = parser.next
    if token.kind != "name" or parser.after.text != "(" or parser.after.kind != "operator":
        example = "sum(x)" if what == "aggregate" else "lag(x, 1)"
        raise BadExpression(
            f"An {what} stands here" if what[0] == "a" else f"A {what} stands here",
            token.offset,
            f"Write one, such as {example}.",
        )
    function = known.get(token.word)
    if function is None:
        name = functions.ELSEWHERE.get(token.word, "")
        near = [name] if name in known else difflib.get_close_matches(token.word, known, 1)
        remedy = f"Did you mean {near[0]}()? " if near else ""
        raise BadExpression(
            f"{quoted(token.text)} is no {what}",
            token.offset,
            f"{remedy}There is: {', '.join(known)}.",
        )
    parser.at += 2
    if function.name == "count" and parser.sees("*"):
        parser.take()
        parser.expect(")", "after count(*")
        arguments: list[_Node] = []
    else:
        arguments = parser.arguments()
    if parser.next.kind != "end" and parser.next.word not in ("over", "filter"):
        raise BadExpression(
            f"After the {what} the expression goes on with {parser.found()}",
            parser.next.offset,
            "It stands alone: give each a column of its own and derive with them afterwards.",
        )
    parser.end()
    return function, parser.checked(function, arguments, token.offset)


# --- Text ----------------------------------------------------------------------------------------


def name(column: str) -> str:
    """As it is written in an expression."""
    plain = re.fullmatch(r"[^\W0-9]\w*", column) and column.lower() not in RESERVED
    return column if plain else '"' + column.replace('"', '""') + '"'


def literal(value: Value, kind: Type) -> str:
    if value is None:
        return f"cast(null as {kind})"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    if isinstance(value, datetime.datetime):
        return f"timestamp '{value.isoformat(' ')}'"
    if isinstance(value, datetime.date):
        return f"date '{value.isoformat()}'"
    return repr(value)


def text(expression: Expression | Aggregate | WindowCall) -> str:
    """The one spelling: brackets only where they are needed, casts left away where they come by
    themselves."""
    if isinstance(expression, Aggregate):
        arguments = [] if expression.argument is None else [text(expression.argument)]
        if expression.quantile is not None:
            arguments.append(repr(expression.quantile))
        return f"{expression.name}({', '.join(arguments)})"
    if isinstance(expression, WindowCall):
        arguments = [] if expression.argument is None else [text(expression.argument)]
        if expression.offset is not None:
            arguments.append(str(expression.offset))
        return f"{expression.name}({', '.join(arguments)})"
    return _text(expression)[0]


_ATOM = 10


def _text(expression: Expression) -> tuple[str, int]:
    """With how tight it binds."""
    if isinstance(expression, Column):
        return name(expression.name), _ATOM
    if isinstance(expression, Constant):
        written = literal(expression.value, expression.type)
        return written, _NEGATION if written.startswith("-") else _ATOM
    writer = _WRITERS.get(expression.name)
    if writer:
        return writer(expression)
    if expression.name in _SYMBOLS:
        return _binary(expression)
    arguments = [_text(x)[0] for x in _implied(expression)]
    parameters = functions.FUNCTIONS[expression.name].parameters
    while len(arguments) == len(parameters) and parameters[-1].default is not None:
        if expression.arguments[-1] != _defaulted(parameters[-1], 0).expression:
            break
        arguments.pop()
        parameters = parameters[:-1]
    return f"{expression.name}({', '.join(arguments)})", _ATOM


_SYMBOLS = {"or", "and", "=", "<>", "<", "<=", ">", ">=", "||", "+", "-", "*", "/", "//", "mod"}


def _in(expression: Expression, binding: int) -> str:
    """In brackets when it binds less than that."""
    written, own = _text(expression)
    return written if own >= binding else f"({written})"


def _binary(call: Call) -> tuple[str, int]:
    symbol = "%" if call.name == "mod" else call.name
    binding = _BINDING[symbol]
    left, right = _implied(call)
    # Comparisons do not chain, the others are left-associative.
    first = _in(left, binding + (binding == _COMPARISON))
    return f"{first} {symbol} {_in(right, binding + 1)}", binding


def _write_not(call: Call) -> tuple[str, int]:
    inner = call.arguments[0]
    if isinstance(inner, Call):
        if inner.name == "is_null":
            return f"{_in(inner.arguments[0], _COMPARISON + 1)} is not null", _COMPARISON
        if inner.name in ("in", "like"):
            return _WRITERS[inner.name](inner, "not ")
    return f"not {_in(inner, _NOT)}", _NOT


def _write_negative(call: Call) -> tuple[str, int]:
    written, binding = _text(call.arguments[0])
    if binding < _NEGATION or written.startswith("-"):
        written = f"({written})"
    return f"-{written}", _NEGATION


def _write_null(call: Call) -> tuple[str, int]:
    return f"{_in(call.arguments[0], _COMPARISON + 1)} is null", _COMPARISON


def _write_in(call: Call, negation: str = "") -> tuple[str, int]:
    value, *constants = _implied(call)
    listed = ", ".join(_text(x)[0] for x in constants)
    return f"{_in(value, _COMPARISON + 1)} {negation}in ({listed})", _COMPARISON


def _write_like(call: Call, negation: str = "") -> tuple[str, int]:
    value, pattern = call.arguments
    written = _in(value, _COMPARISON + 1)
    return f"{written} {negation}like {_text(pattern)[0]}", _COMPARISON


def _write_case(call: Call) -> tuple[str, int]:
    arguments = _implied(call)
    pairs = zip(arguments[:-1:2], arguments[1:-1:2], strict=True)
    written = " ".join(f"when {_text(c)[0]} then {_text(v)[0]}" for c, v in pairs)
    otherwise = arguments[-1]
    if not (isinstance(otherwise, Constant) and otherwise.value is None):
        written += f" else {_text(otherwise)[0]}"
    return f"case {written} end", _ATOM


def _write_cast(call: Call) -> tuple[str, int]:
    return f"cast({_text(call.arguments[0])[0]} as {call.type})", _ATOM


def _write_later(call: Call) -> tuple[str, int]:
    moment, number, unit = call.arguments
    value: int = number.value  # type: ignore[union-attr, assignment]
    sign = "-" if value < 0 else "+"
    interval = f"interval {abs(value)} {unit.value}"  # type: ignore[union-attr]
    return f"{_in(moment, _BINDING['+'])} {sign} {interval}", _BINDING["+"]


_WRITERS: dict[str, Callable[..., tuple[str, int]]] = {
    "not": _write_not,
    "neg": _write_negative,
    "is_null": _write_null,
    "in": _write_in,
    "like": _write_like,
    "case": _write_case,
    "cast": _write_cast,
    "date_add": _write_later,
}


def _implied(call: Call) -> list[Expression]:
    """The arguments without the casts that reading puts there again: those to a parameter that
    takes float64 alone, and those beside an argument that has the wide type by itself."""
    arguments = list(call.arguments)
    if call.name == "case":
        positions = [*range(1, len(arguments) - 1, 2), len(arguments) - 1]
    else:
        function = functions.OPERATORS.get(call.name) or functions.FUNCTIONS[call.name]
        wanted = function.parameters
        if not function.unify:
            return [
                x.arguments[0] if _widens(x) and p.types == ("float64",) else x
                for x, p in zip(arguments, _each(wanted, len(arguments)), strict=True)
            ]
        each = _each(wanted, len(arguments))
        positions = [i for i, parameter in enumerate(each) if not parameter.words]
    if any(not _widens(arguments[i]) and not _is_null(arguments[i]) for i in positions):
        for i in positions:
            if _widens(arguments[i]):
                arguments[i] = arguments[i].arguments[0]
    return arguments


def _each(parameters: tuple[Parameter, ...], count: int) -> list[Parameter]:
    """One for every argument: the last is repeated."""
    return [parameters[min(i, len(parameters) - 1)] for i in range(count)]


def _widens(expression: Expression) -> bool:
    return (
        isinstance(expression, Call)
        and expression.name == "cast"
        and (expression.arguments[0].type, expression.type)
        in (("int64", "float64"), ("date", "timestamp"))
    )


def _is_null(expression: Expression) -> bool:
    return isinstance(expression, Constant) and expression.value is None
