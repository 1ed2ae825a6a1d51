"""Aggregates of the language in Polars' Python."""

from __future__ import annotations

from spillway_adapters.query import bounds
from spillway_adapters.query.language import Aggregate, Expression
from spillway_adapters.query.polars_expressions import ATOM, Writer


def aggregated(writer: Writer, aggregate: Aggregate) -> str:
    argument = aggregate.argument
    if argument is None:
        return "pl.len().cast(pl.Int64)"
    return aggregated_by(writer, aggregate.name, argument, aggregate.quantile)


def aggregated_by(
    writer: Writer, name: str, argument: Expression, quantile: float | None = None
) -> str:
    text = writer.text(argument, ATOM)
    match name:
        case "count":
            return f"{text}.count().cast(pl.Int64)"
        case "count_distinct":
            return f"{text}.drop_nulls().n_unique().cast(pl.Int64)"
        case "sum" if argument.type == "int64":
            small = bounds.bound(argument) < 2.0**20  # of up to 2^43 rows
            return writer.helper("total" if small else "total_of_integers", writer.text(argument))
        case "sum":
            return ending(writer, writer.helper("total", writer.text(argument)), argument)
        case "std" | "var":
            return ending(writer, f"{text}.{name}()", argument, squares=True)
        case "quantile":
            return f'{text}.quantile({quantile!r}, interpolation="linear")'
        case "mean" | "median":
            return ending(writer, f"{text}.{name}()", argument)
    return f"{text}.{name}()"


def ending(writer: Writer, text: str, argument: Expression, squares: bool = False) -> str:
    """Fewer than 2^64 values cannot leave float64 when each is small."""
    size = bounds.bound(argument)
    if (size * size if squares else size) * 2.0**64 < bounds.LARGEST_FLOAT:
        return text
    return writer.helper("finite", text)
