"""Spark's names of the language's types."""

from __future__ import annotations

from spillway_adapters.query.language import Type

TYPES: dict[Type, str] = {
    "int64": "bigint",
    "float64": "double",
    "text": "string",
    "bool": "boolean",
    "date": "date",
    "timestamp": "timestamp_ntz",
}
