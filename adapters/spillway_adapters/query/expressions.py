"""Expressions of the query language: text to typed expressions, and back.

    scalar("a / 2 > b", {"a": "int64", "b": "float64"})  ->  language.Call(">", …)
    text(expression)  ->  "a / 2.0 > b"

scalar(text(e), columns) == e for every e that scalar() gives, so text() is the one spelling of an
expression. BadExpression carries the offset at which a reader should look.
"""

from __future__ import annotations

import difflib

from spillway_adapters.query import functions, typed_calls
from spillway_adapters.query.expression_parser import Parser
from spillway_adapters.query.expression_text import name, text
from spillway_adapters.query.functions import Function
from spillway_adapters.query.language import Aggregate, Expression, Schema, Type, WindowCall
from spillway_adapters.query.literals import literal
from spillway_adapters.query.tokens import BadExpression, quoted
from spillway_adapters.query.typed_calls import Node

__all__ = ["BadExpression", "aggregate", "condition", "literal", "name", "scalar", "text", "window"]


def scalar(text: str, columns: Schema) -> Expression:
    """One value a row."""
    parser = Parser(text, columns)
    node = parser.expression()
    parser.end()
    if node.type == "null":
        raise typed_calls.untyped_null(node.offset)
    return node.expression


def condition(text: str, columns: Schema) -> Expression:
    parser = Parser(text, columns)
    node = parser.expression()
    parser.end()
    return typed_calls.truth(node, "The filter", node.offset).expression


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
) -> tuple[Function, list[Node]]:
    parser = Parser(text, columns)
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
        near = [name] if name in known else difflib.get_close_matches(token.word, known, 1, 0.7)
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
        arguments: list[Node] = []
    else:
        arguments = parser.arguments()
    if parser.next.kind != "end" and parser.next.word not in ("over", "filter"):
        raise BadExpression(
            f"After the {what} the expression goes on with {parser.found()}",
            parser.next.offset,
            "It stands alone: give each a column of its own and derive with them afterwards.",
        )
    parser.end()
    return function, typed_calls.checked(function, arguments, token.offset)
