"""Window functions of the language in Polars' Python, over rows in their order."""

from __future__ import annotations

from spillway_adapters.query.language import Expression, Window, WindowCall
from spillway_adapters.query.polars_aggregates import aggregated_by, ending
from spillway_adapters.query.polars_expressions import ATOM, Writer
from spillway_adapters.query.python_text import string


def windowed(writer: Writer, function: WindowCall, step: Window, over: str) -> tuple[str, str]:
    """The value in the order of the rows, and the aggregate of equal rows that follows."""
    if step.frame == "all":
        return finished(writer, function, _over(_all_rows(writer, function), over)), ""
    if function.name == "rank":
        return _over("pl.int_range(1, pl.len() + 1, dtype=pl.Int64)", over), "min"
    if function.name == "dense_rank":
        keys = ", ".join(string(one.column) for one in step.order)
        run = f"pl.struct({keys})" if len(step.order) > 1 else f"pl.col({keys})"
        return f"{run}.rle_id(){over}.cast(pl.Int64) + 1", ""
    text = _over(_running(writer, function, step.frame), over)
    if has_peers(function, step.frame):
        return text, "last"
    return finished(writer, function, text), ""


def _over(text: str, over: str) -> str:
    if not over:
        return text
    simple = text.startswith(("pl.col(", "pl.int_range(", "pl.len(")) and not _is_sum(text)
    return f"{text}{over}" if simple else f"({text}){over}"


def _all_rows(writer: Writer, function: WindowCall) -> str:
    if function.argument is None:
        return "pl.len().cast(pl.Int64)"
    if function.name == "sum" and function.argument.type == "int64":
        text = writer.text(function.argument, ATOM)
        return f"pl.when({text}.count() > 0).then({text}.cast(pl.Int128).sum())"
    return aggregated_by(writer, function.name, function.argument)


def _running(writer: Writer, call: WindowCall, frame: str | int) -> str:
    """Over rows in their order, up to this one, or from `frame` rows before; without over()."""
    argument = call.argument
    if call.name == "row_number" or (call.name == "count" and argument is None):
        counted = "pl.int_range(1, pl.len() + 1, dtype=pl.Int64)"
        if call.name == "count" and isinstance(frame, int):
            return f"{counted}.clip(upper_bound={frame + 1})"
        return counted
    assert argument is not None
    text = writer.text(argument, ATOM)
    if call.name in ("lag", "lead"):
        offset = 1 if call.offset is None else call.offset
        return f"{text}.shift({offset if call.name == 'lag' else -offset})"
    if call.name == "rolling_mean":
        assert call.offset is not None
        return f"{text}.rolling_mean({call.offset}, min_samples=1)"
    if isinstance(frame, int):
        return _moving(writer, call.name, argument, text, frame)
    match call.name:
        case "cumsum" | "sum" if argument.type == "int64":
            return f"{text}.cast(pl.Int128).cum_sum().forward_fill()"
        case "cumsum" | "sum":
            return f"{text}.cum_sum().forward_fill()"
        case "mean":
            number = text if argument.type == "float64" else f"{text}.cast(pl.Float64)"
            return f"({number}.cum_sum() / {text}.cum_count()).forward_fill()"
        case "min" | "max":
            return f"{text}.cum_{call.name}().forward_fill()"
        case "count":
            return f"{text}.cum_count().cast(pl.Int64)"
        case "first_value":
            return f"{text}.first()"
        case "last_value":
            return text
    raise AssertionError(f"no window function {call.name}")


def _moving(writer: Writer, name: str, argument: Expression, text: str, before: int) -> str:
    rows = before + 1
    match name:
        case "sum" if argument.type == "int64":
            return f"{text}.cast(pl.Int128).rolling_sum({rows}, min_samples=1)"
        case "min" | "max" if argument.type == "text":
            return writer.helper("moving", text, str(rows), f"pl.{name}_horizontal")
        case "sum" | "mean" | "min" | "max":
            return f"{text}.rolling_{name}({rows}, min_samples=1)"
        case "count":
            known = f"{writer.text(argument, ATOM)}.is_not_null().cast(pl.Int64)"
            return f"{known}.rolling_sum({rows}, min_samples=1)"
        case "first_value":
            place = "pl.int_range(pl.len())"
            older = f"pl.when({place} >= {before}).then({text}.shift({before}))"
            return f"{older}.otherwise({text}.first())"
        case "last_value":
            return text
    raise AssertionError(f"no window function {name}")


def finished(writer: Writer, call: WindowCall, text: str) -> str:
    """After over()."""
    argument = call.argument
    if argument is None or call.name not in ("sum", "cumsum", "mean", "rolling_mean"):
        return text
    if argument.type == "int64" and call.name in ("sum", "cumsum"):
        return f"{text}.cast(pl.Int64)"
    return ending(writer, text, argument)


def _is_sum(text: str) -> bool:
    depth = 0
    for place, mark in enumerate(text):
        depth += (mark in "([{") - (mark in ")]}")
        if depth == 0 and mark in "+-*/%&|<>=" and text[place - 1] == " ":
            return True
    return False


def has_peers(function: WindowCall, frame: str | int) -> bool:
    """Whether equal rows have one value, which the order of the rows does not give."""
    if function.name == "rank":
        return True
    none = ("row_number", "dense_rank", "lag", "lead", "rolling_mean", "first_value")
    return frame == "range" and function.name not in none
