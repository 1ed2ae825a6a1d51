"""What a program returns, as rows of plain values, whatever table its engine has.

A cell is an int, float, str, bool or None; dates and timestamps are ISO 8601 texts. NaN and
infinity do not appear: they are None.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from spillway_adapters.query.language import Schema, Type

Row = tuple[Any, ...]
#: Rows that are converted at a time.
BATCH = 10_000
#: From here on a timestamp has a fraction.
_MIDNIGHT = datetime.time()


class NoTable(Exception):
    """What came back is no table with these columns."""


def rows(found: Any, schema: Schema) -> Iterator[Row]:  # noqa: ANN401 (any engine's)
    """In the order of the schema's columns. Of what has names they are taken by name, else by
    position. Engines that are not imported are not imported here, either."""
    names, batches = _batches(found, list(schema))
    places = _places(names, list(schema))
    for batch in batches:
        columns = [
            _converted(batch[place], kind)
            for place, kind in zip(places, schema.values(), strict=True)
        ]
        yield from zip(*columns, strict=True)


def _places(names: list[str] | None, wanted: list[str]) -> list[int]:
    if names is None or len(set(names)) != len(names):
        return list(range(len(wanted)))
    if set(names) >= set(wanted):
        return [names.index(column) for column in wanted]
    if len(names) == len(wanted):
        return list(range(len(wanted)))
    lacking = next(column for column in wanted if column not in names)
    raise NoTable(f"The table has no column {lacking!r}.")


#: Columns of some rows, each a sequence of values.
Columns = Sequence[Sequence[Any]]


def _batches(found: Any, wanted: list[str]) -> tuple[list[str] | None, Iterator[Columns]]:  # noqa: ANN401
    module = type(found).__module__.partition(".")[0]
    if hasattr(found, "iter_slices"):  # Polars
        slices = found.iter_slices(BATCH)
        return list(found.columns), ([column.to_list() for column in part] for part in slices)
    if module in ("duckdb", "_duckdb"):
        return list(found.columns), _transposed(found.iter_rows(BATCH))
    if module == "pyarrow":
        return list(found.schema.names), _arrow(found)
    if hasattr(found, "iloc"):  # pandas, Modin
        return [str(column) for column in found.columns], _frames(found)
    if hasattr(found, "__arrow_c_stream__"):
        import pyarrow

        table = pyarrow.table(found)
        return list(table.schema.names), _arrow(table)
    if isinstance(found, dict):
        return list(found), iter([list(found.values())])
    if isinstance(found, Iterable):
        return _of_rows(iter(found), wanted)
    raise NoTable(f"{type(found).__name__} is no table.")


def _of_rows(found: Iterator[Any], wanted: list[str]) -> tuple[list[str] | None, Iterator[Columns]]:
    first = next(found, None)
    if first is None:
        return wanted, iter([])
    again: Iterator[Any] = iter([first])
    if isinstance(first, dict):
        names = list(first)

        def values() -> Iterator[Row]:
            for part in (again, found):
                for row in part:
                    yield tuple(row.get(column) for column in names)

        return names, _transposed(values())

    def plain() -> Iterator[Row]:
        yield from again
        yield from found

    return None, _transposed(plain())


def _transposed(found: Iterator[Row]) -> Iterator[Columns]:
    while batch := list(islice(found, BATCH)):
        yield list(zip(*batch, strict=True))


def _arrow(found: Any) -> Iterator[Columns]:  # noqa: ANN401
    reader = found.to_batches(max_chunksize=BATCH) if hasattr(found, "to_batches") else [found]
    for batch in reader:
        yield [column.to_pylist() for column in batch.columns]


def _frames(found: Any) -> Iterator[Columns]:  # noqa: ANN401
    for begin in range(0, len(found), BATCH):
        part = found.iloc[begin : begin + BATCH]
        yield [_cells(part.iloc[:, place]) for place in range(part.shape[1])]


def _cells(column: Any) -> Sequence[Any]:  # noqa: ANN401 (a column of pandas)
    """Its own markers of what is missing are slow to ask one by one."""
    values = column.tolist()
    if not column.hasnans:
        return values
    missing = column.isna().tolist()
    return [None if one else value for value, one in zip(values, missing, strict=True)]


# --- Cells ---------------------------------------------------------------------------------------


def _converted(values: Sequence[Any], kind: Type) -> Sequence[Any]:
    """Columns of plain values, which most are, without a call for each of them."""
    types = set(map(type, values)) - {type(None)}
    if kind in _PLAIN and types <= {_PLAIN[kind]}:
        return values
    if kind == "float64" and types <= {float}:
        return [None if v is None or not math.isfinite(v) else v for v in values]
    convert = _CONVERT[kind]
    return [convert(value) for value in values]


def _nothing(value: Any) -> bool:  # noqa: ANN401
    """None, NaN, and the markers of pandas, which differ from themselves or have no truth."""
    if value is None:
        return True
    try:
        return bool(value != value)
    except (TypeError, ValueError):
        return True


def _int64(value: Any) -> int | None:  # noqa: ANN401
    if _nothing(value):
        return None
    if isinstance(value, bool) or int(value) != value:
        raise NoTable(f"{value!r} is no whole number.")
    return int(value)


def _float64(value: Any) -> float | None:  # noqa: ANN401
    if _nothing(value):
        return None
    number = float(value)
    return number if math.isfinite(number) else None


def _text(value: Any) -> str | None:  # noqa: ANN401
    if _nothing(value):
        return None
    if not isinstance(value, str):
        raise NoTable(f"{value!r} is no text.")
    return value if type(value) is str else str(value)


def _bool(value: Any) -> bool | None:  # noqa: ANN401
    if _nothing(value):
        return None
    if value not in (True, False):
        raise NoTable(f"{value!r} is neither true nor false.")
    return bool(value)


def _date(value: Any) -> str | None:  # noqa: ANN401
    if _nothing(value):
        return None
    if hasattr(value, "date"):
        if value.time() != _MIDNIGHT:
            raise NoTable(f"{value!r} is no date.")
        value = value.date()
    return _iso(value, datetime.date)


def _timestamp(value: Any) -> str | None:  # noqa: ANN401
    if _nothing(value):
        return None
    if hasattr(value, "to_pydatetime"):  # pandas, whose own have nanoseconds
        value = value.to_pydatetime(warn=False)
    elif hasattr(value, "astype"):  # NumPy
        value = value.astype("datetime64[us]").astype(object)
    if getattr(value, "tzinfo", None) is not None:
        value = value.astimezone(datetime.UTC).replace(tzinfo=None)
    return _iso(value, datetime.datetime)


def _iso(value: Any, kind: type) -> str:  # noqa: ANN401
    if hasattr(value, "astype"):
        value = value.astype("datetime64[D]").astype(object)
    if not isinstance(value, kind):
        raise NoTable(f"{value!r} is no {kind.__name__}.")
    return value.isoformat()


#: What needs no conversion.
_PLAIN: dict[Type, type] = {"int64": int, "text": str, "bool": bool}
_CONVERT: dict[Type, Callable[[Any], Any]] = {
    "int64": _int64,
    "float64": _float64,
    "text": _text,
    "bool": _bool,
    "date": _date,
    "timestamp": _timestamp,
}
