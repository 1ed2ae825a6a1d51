"""Parquet files as frames of Modin: its read_parquet, the needed columns of all files as one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from spillway_adapters import hive_folders, parquet_text, plain_links
from spillway_adapters.spec import Dataset

#: Of keys, in pandas' types that have a null; dates stay Python's.
TYPES = {
    "text": "string[pyarrow]",
    "integer": "Int64",
    "boolean": "boolean",
    "timestamp": "datetime64[us]",
}


def read(data: Dataset, columns: list[str], scratch: Path) -> Any:  # noqa: ANN401 (imported late)
    """Columns called "0" (keys; a missing text is the empty one) and "1", "2", … (numbers)."""
    import modin.pandas

    _, links = plain_links.made(data, scratch, folders=False)
    frames = [
        _file(data, path, link, columns) for path, link in zip(data.paths, links, strict=True)
    ]
    frame = frames[0] if len(frames) == 1 else modin.pandas.concat(frames, ignore_index=True)
    places = [str(columns.index(name)) for name in columns]
    frame.columns = list(dict.fromkeys(places))
    for j, place in enumerate(places):
        if str(j) != place:  # The key is a number, too.
            frame[str(j)] = frame[place]
    frame["0"] = _keys(frame["0"], parquet_text.type_of(data, columns[0]))
    return frame.astype({str(j): "float64" for j in range(1, len(columns))})


def _file(data: Dataset, path: str, link: str, columns: list[str]) -> Any:  # noqa: ANN401
    import modin.pandas

    stored = [name for name in dict.fromkeys(columns) if name not in data.folders]
    # Where only folders are asked for, any column tells how many rows there are.
    one = next(name for name in data.names if name not in data.folders)
    frame = modin.pandas.read_parquet(
        link, engine="pyarrow", columns=stored or [one], dtype_backend="numpy_nullable"
    )
    if set(frame.index.names) & set(stored):  # What pandas wrote as an index.
        frame = frame.reset_index()
    for name in set(data.folders) & set(columns):
        frame[name] = hive_folders.value(path, len(data.folders), name)
    return frame[list(dict.fromkeys(columns))]


def _keys(column: Any, kind: str) -> Any:  # noqa: ANN401
    if kind == "timestamp" and getattr(column.dtype, "tz", None) is not None:
        column = column.dt.tz_convert("UTC").dt.tz_localize(None)
    if kind == "integer" and column.dtype == object:  # of folders
        column = column.astype("float64") if column.isna().all() else column.astype("Int64")
    found = column if kind == "date" else column.astype(TYPES[kind])
    return found.fillna("") if kind == "text" else found
