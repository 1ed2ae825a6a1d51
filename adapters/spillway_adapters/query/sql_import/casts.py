"""CAST of SQL, and the casts that SQL makes by itself."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from spillway_adapters.query.sql_import import literals
from spillway_adapters.query.sql_import.places import refuse
from spillway_adapters.query.sql_import.relation import (
    ATOM,
    COMPARE,
    Piece,
    call,
    operation,
)

_T = exp.DataType.Type
_TYPES = {
    _T.TINYINT: "int64",
    _T.SMALLINT: "int64",
    _T.INT: "int64",
    _T.BIGINT: "int64",
    _T.DOUBLE: "float64",
    _T.DECIMAL: "float64",
    _T.VARCHAR: "text",
    _T.TEXT: "text",
    _T.CHAR: "text",
    _T.BOOLEAN: "bool",
    _T.DATE: "date",
    _T.TIMESTAMP: "timestamp",
    _T.TIMESTAMPNTZ: "timestamp",
}
#: Whole numbers of fewer than 64 bits.
_NARROW = {_T.TINYINT: 8, _T.SMALLINT: 16, _T.INT: 32}


def cast(writer: Any, node: exp.Cast) -> Piece:  # noqa: ANN401
    type = _TYPES.get(node.to.this)
    if type is None or node.to.args.get("nested"):
        refuse(node, f"The type {node.to.sql('duckdb')} is not in the language")
    inner = node.this
    if isinstance(inner, exp.Literal) and inner.is_string and not isinstance(node, exp.TryCast):
        # SQL fails where the text is no such value; a column's is null then.
        value = cast_to(literals.typed(inner.this, type, inner), type, node)
    else:
        value = cast_to(writer.write(inner), type, node)
    if isinstance(node, exp.TryCast) and node.to.this in _NARROW:
        # Null beyond its range, as for any text that is no number.
        low = -(2 ** (_NARROW[node.to.this] - 1))
        text = (
            f"case when {value.at(COMPARE + 1)} between {low} and {-low - 1} then {value.text} end"
        )
        return Piece(text, "int64", ATOM, value.columns)
    if node.to.this == _T.DECIMAL:
        digits = _digits(node.to)
        if digits > 9:
            refuse(node, f"A decimal with {digits} digits behind the point", "Use double.")
        # A decimal keeps so many digits; DuckDB rounds halves away from zero.
        return call("round", "float64", value, Piece(str(digits), "int64"))
    return value


def _digits(to: exp.DataType) -> int:
    """Behind the point; DuckDB's DECIMAL is DECIMAL(18, 3)."""
    parts = [int(p.this.this) for p in to.expressions]
    return 3 if not parts else (parts[1] if len(parts) > 1 else 0)


def cast_to(piece: Piece, type: str, node: exp.Expression) -> Piece:
    if piece.type == type:
        return piece
    if type == "bool" and piece.type in ("int64", "float64"):
        return operation(COMPARE, "bool", "{} <> 0", Piece(piece.at(COMPARE + 1), piece.type))
    if type == "float64" and piece.type == "bool":
        piece = cast_to(piece, "int64", node)
    if piece.type == "timestamp" and type == "text":
        refuse(node, "A timestamp as text", "Use strftime() with a format of its own.")
    return Piece(f"cast({piece.text} as {type})", type, ATOM, piece.columns)
