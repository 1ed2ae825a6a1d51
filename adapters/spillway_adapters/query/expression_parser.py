"""The grammar of expressions: tokens to typed nodes."""

from __future__ import annotations

import difflib
import re

from spillway_adapters.moments import read_moment
from spillway_adapters.query import functions, typed_calls
from spillway_adapters.query.expression_text import BINDING, COMPARISON, NEGATION, NOT, RESERVED
from spillway_adapters.query.functions import Function
from spillway_adapters.query.language import Column, Constant, Schema
from spillway_adapters.query.literals import (
    INT64,
    beyond,
    float_of,
    integer,
    is_float,
    no_moment,
)
from spillway_adapters.query.token_reader import Reader
from spillway_adapters.query.tokens import BadExpression, Token, quoted, unknown
from spillway_adapters.query.typed_calls import Node

_SAME = {"==": "=", "!=": "<>", "%": "mod"}


class Parser(Reader):
    """Over these columns."""

    def __init__(self, text: str, columns: Schema) -> None:
        super().__init__(text)
        self.columns = columns
        self.nesting = 0

    def expression(self, binding: int = 0) -> Node:
        self.nesting += 1
        if self.nesting > typed_calls.MAX_DEPTH:
            raise typed_calls.too_deep(self.next.offset)
        left = self.prefix()
        while True:
            operator = self.next.word or (self.next.text if self.next.kind == "operator" else "")
            tightness = BINDING.get(operator, 0)
            if tightness <= binding:
                break
            if operator == "not" and self.after.word not in ("in", "between", "like"):
                break
            token = self.take()
            left = self.infix(left, operator, token, tightness)
            if tightness == COMPARISON and self.compares():
                raise BadExpression(
                    "Comparisons do not chain", self.next.offset, "Write a < b and b < c."
                )
        self.nesting -= 1
        return left

    def compares(self) -> bool:
        operator = self.next.word or (self.next.text if self.next.kind == "operator" else "")
        return BINDING.get(operator) == COMPARISON

    def prefix(self) -> Node:
        token = self.next
        if self.sees("not"):
            self.take()
            return typed_calls.call(
                functions.OPERATORS["not"], [self.expression(NOT)], token.offset
            )
        if self.sees("-"):
            self.take()
            return self.negative(token.offset)
        if self.sees("+"):
            raise BadExpression("+ stands before a value", token.offset, "Leave it away.")
        return self.primary()

    def negative(self, offset: int) -> Node:
        if self.next.kind == "number" and not is_float(self.next.text):
            # By itself, so that the least int64 can be written.
            token = self.take()
            node = Node(integer("-" + token.text, offset), offset)
            while self.sees("::"):
                node = self.infix(node, "::", self.take(), BINDING["::"])
            return node
        inner = self.expression(NEGATION)
        value = inner.expression
        if (
            isinstance(value, Constant)
            and value.value is not None
            and value.type in functions.NUMBER
        ):
            folded = -value.value  # type: ignore[operator]
            if value.type == "int64" and folded not in INT64:
                raise beyond(str(folded), offset)
            return Node(Constant(folded, value.type), offset)
        return typed_calls.call(functions.OPERATORS["neg"], [inner], offset)

    def infix(self, left: Node, operator: str, token: Token, tightness: int) -> Node:
        if operator == "::":
            return self.cast(left, left.offset)
        if operator == "is":
            return self.is_null(left, token)
        if operator == "not":
            inner = self.infix(left, self.take().word, token, tightness)
            return typed_calls.call(functions.OPERATORS["not"], [inner], left.offset)
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
        return typed_calls.call(functions.OPERATORS[name], [left, node], token.offset)

    def is_null(self, left: Node, token: Token) -> Node:
        negated = self.sees("not")
        if negated:
            self.take()
        if not self.sees("null"):
            raise BadExpression(
                f"After is stands null or not null, here stands {self.found()}",
                self.next.offset,
                "Compare truth values by themselves: a, or not a.",
            )
        self.take()
        node = typed_calls.call(functions.OPERATORS["is_null"], [left], token.offset)
        return (
            typed_calls.call(functions.OPERATORS["not"], [node], token.offset) if negated else node
        )

    def is_in(self, left: Node) -> Node:
        opening = self.expect("(", "after in")
        constants: list[Node] = []
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
        return typed_calls.call(functions.OPERATORS["in"], [left, *constants], left.offset)

    def between(self, left: Node, token: Token) -> Node:
        low = self.expression(COMPARISON)
        self.expect("and", "after between and its lower end")
        high = self.expression(COMPARISON)
        above = typed_calls.call(functions.OPERATORS[">="], [left, low], token.offset)
        below = typed_calls.call(functions.OPERATORS["<="], [left, high], token.offset)
        return typed_calls.call(functions.OPERATORS["and"], [above, below], token.offset)

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

    def later(self, left: Node, interval: tuple[int, str, int], token: Token) -> Node:
        number, unit, offset = interval
        if token.text == "-":
            number = -number
        arguments = [
            left,
            Node(Constant(number, "int64"), offset),
            Node(Constant(unit, "text"), offset),
        ]
        return typed_calls.call(functions.OPERATORS["date_add"], arguments, token.offset)

    def between_days(self, left: Node, operator: str, right: Node, token: Token) -> Node:
        if operator == "-" and left.type == right.type == "date":
            sides = [
                typed_calls.call(functions.FUNCTIONS["days"], [x], x.offset) for x in (left, right)
            ]
            return typed_calls.call(functions.OPERATORS["-"], sides, token.offset)
        remedy = "Write d + interval 3 day with a literal number."
        if operator == "-" and right.type in functions.DAY:
            remedy = "Write date_diff('second', b, a), or epoch_us(a) - epoch_us(b)."
        raise BadExpression(
            f"{left.type} {operator} {right.type} has no meaning", token.offset, remedy
        )

    def primary(self) -> Node:
        token = self.take()
        if token.kind == "number":
            if is_float(token.text):
                return Node(Constant(float_of(token.text, token.offset), "float64"), token.offset)
            return Node(integer(token.text, token.offset), token.offset)
        if token.kind == "text":
            return Node(Constant(token.text, "text"), token.offset)
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

    def word(self, token: Token) -> Node:
        word = token.word
        if word in ("true", "false"):
            return Node(Constant(word == "true", "bool"), token.offset)
        if word == "null":
            return Node(Constant(None, "null"), token.offset)  # type: ignore[arg-type]
        if word == "case":
            return self.case(token)
        if word == "interval" and token.text not in self.columns:
            raise BadExpression(
                "An interval stands alone", token.offset, "Write d + interval 3 month."
            )
        if word in ("date", "timestamp") and self.next.kind == "text":
            moment = self.take()
            value = read_moment(moment.text, word)  # type: ignore[arg-type]
            if value is None:
                raise no_moment(moment.text, word, moment.offset)
            return Node(Constant(value, word), token.offset)  # type: ignore[arg-type]
        if self.sees("("):
            return self.function(token)
        if word in RESERVED:
            raise BadExpression(
                f"A value is missing: {word} is a word of the language",
                token.offset,
                f'A column of this name is written "{token.text}", in double quotes.',
            )
        return self.column(token)

    def column(self, token: Token) -> Node:
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
        return Node(Column(token.text, kind), token.offset)

    def case(self, token: Token) -> Node:
        """case when c then v … else v end; case x when v …, which is case when x = v …"""
        subject = None if self.sees("when") else self.expression()
        conditions: list[Node] = []
        values: list[Node] = []
        while self.sees("when"):
            when = self.take()
            condition = self.expression()
            if subject is not None:
                condition = typed_calls.call(
                    functions.OPERATORS["="], [subject, condition], condition.offset
                )
            conditions.append(typed_calls.truth(condition, "when", when.offset))
            self.expect("then", "after the condition of when")
            values.append(self.expression())
        if not conditions:
            raise BadExpression(
                f"when is missing after case, here stands {self.found()}",
                self.next.offset,
                "Write case when a > 0 then b else c end.",
            )
        if self.sees("else"):
            self.take()
            values.append(self.expression())
        else:
            values.append(Node(Constant(None, "null"), token.offset))  # type: ignore[arg-type]
        self.expect("end", "at the end of case")
        values = typed_calls.alike("case", values)
        flat = [x for pair in zip(conditions, values[:-1], strict=True) for x in pair]
        return typed_calls.made("case", [*flat, values[-1]], values[-1].type, token.offset)

    def cast(self, inner: Node, offset: int) -> Node:
        """The rest of x :: type, or of cast(x as type)."""
        token = self.take()
        target = token.word
        if target not in functions.TYPES:
            guess = functions.TYPES_ELSEWHERE.get(target, "")
            remedy = f"Types are {', '.join(functions.TYPES)}"
            raise BadExpression(
                f"There is no type {quoted(token.text)}",
                token.offset,
                f"{remedy}; write {guess}." if guess else f"{remedy}.",
            )
        return typed_calls.converted(inner, target, offset)  # type: ignore[arg-type]

    # Calls.

    def function(self, token: Token) -> Node:
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
        return typed_calls.call(function, self.arguments(), token.offset)

    def position(self, function: Function, token: Token) -> Node:
        """position(s, 'part'), and as SQL has it: position('part' in s)."""
        first = [] if self.sees(")") else [self.expression(COMPARISON)]
        if first and self.sees("in"):
            self.take()
            whole = self.expression()
            self.expect(")", "at the end of position")
            return typed_calls.call(function, [whole, *first], token.offset)
        if self.sees(","):
            self.take()
        elif first:
            self.expect(")", "or , after the text of position")
            return typed_calls.call(function, first, token.offset)
        return typed_calls.call(function, [*first, *self.arguments()], token.offset)

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
            near = difflib.get_close_matches(name, functions.FUNCTIONS, 1, 0.7)
            known = near[0] if near else ""
        return BadExpression(
            f"There is no function {quoted(token.text)}",
            token.offset,
            f"Did you mean {known}()?" if known else "docs/workloads/query.md lists them all.",
        )

    def arguments(self) -> list[Node]:
        """What stands between the brackets; the opening one has been taken."""
        found: list[Node] = []
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
