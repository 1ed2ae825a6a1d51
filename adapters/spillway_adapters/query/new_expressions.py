"""Expressions that compilers make of others."""

from __future__ import annotations

from collections.abc import Iterator

from spillway_adapters.query.language import Call, Column, Expression, Schema, Type


def cast(value: Expression, kind: Type) -> Expression:
    return value if value.type == kind else Call("cast", (value,), kind)


def times(left: Expression, right: Expression) -> Expression:
    return Call("*", (left, right), "float64")


def divide(left: Expression, right: Expression) -> Expression:
    return Call("/", (cast(left, "float64"), cast(right, "float64")), "float64")


def present(column: str, schema: Schema) -> Expression:
    null = Call("is_null", (Column(column, schema[column]),), "bool")
    return Call("not", (null,), "bool")


def all_of(conditions: Iterator[Expression]) -> Expression:
    first, *others = conditions
    for other in others:
        first = Call("and", (first, other), "bool")
    return first
