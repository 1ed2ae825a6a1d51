"""Aggregates and window functions of the language in DuckDB's SQL."""

from __future__ import annotations

from collections.abc import Mapping

from spillway_adapters.query import bounds
from spillway_adapters.query.duckdb_expressions import Writer
from spillway_adapters.query.language import Aggregate, Expression, WindowCall


def aggregated(writer: Writer, aggregate: Aggregate, names: Mapping[str, str]) -> str:
    argument = aggregate.argument
    if argument is None:
        return "count(*)"
    text = writer.text(argument, names)
    match aggregate.name:
        case "count_distinct":
            return f"count(DISTINCT {text})"
        case "sum" | "mean":
            return _summed(writer, aggregate.name, argument, text, "")
        case "std":
            return _ending(writer, f"stddev_samp({text})", argument, squares=True)
        case "var":
            return _ending(writer, f"var_samp({text})", argument, squares=True)
        case "quantile":
            return f"quantile_cont({text}, {aggregate.quantile!r})"
        case name:
            return f"{name}({text})"


def _summed(writer: Writer, name: str, argument: Expression, text: str, over: str) -> str:
    if name == "mean":
        return _ending(writer, f"avg({text}){over}", argument)
    if argument.type == "int64":
        # 128 bits inside; the cast fails where 64 do not hold the sum.
        return f"CAST(sum({text}){over} AS BIGINT)"
    return _ending(writer, f"sum({text}){over}", argument)


def _ending(writer: Writer, text: str, argument: Expression, squares: bool = False) -> str:
    """Fewer than 2^64 values cannot leave float64 when each is small."""
    size = bounds.bound(argument)
    if (size * size if squares else size) * 2.0**64 < bounds.LARGEST_FLOAT:
        return text
    return writer.macro("finite", text)


def windowed(
    writer: Writer, call: WindowCall, names: Mapping[str, str], base: str, frame: str
) -> str:
    """`base`: partition and order; `frame`: that of the step."""
    argument = call.argument
    text = "" if argument is None else writer.text(argument, names)
    framed = f" OVER ({' '.join(part for part in (base, frame) if part)})"
    match call.name:
        case "row_number" | "rank" | "dense_rank":
            return f"{call.name}() OVER ({base})"
        case "lag" | "lead":
            offset = 1 if call.offset is None else call.offset
            steps = "" if offset == 1 else f", {offset}"
            return f"{call.name}({text}{steps}) OVER ({base})"
        case "cumsum":
            assert argument is not None
            return _summed(writer, "sum", argument, text, framed)
        case "rolling_mean":
            assert argument is not None and call.offset is not None
            rows = f"ROWS BETWEEN {call.offset - 1} PRECEDING AND CURRENT ROW"
            return _summed(writer, "mean", argument, text, f" OVER ({base} {rows})")
        case "sum" | "mean":
            assert argument is not None
            return _summed(writer, call.name, argument, text, framed)
        case "count" if argument is None:
            return f"count(*){framed}"
        case name:
            return f"{name}({text}){framed}"
