"""CSV files as frames of Modin: its read_csv, the needed columns of all files as one."""

from __future__ import annotations

from typing import Any

from spillway_adapters import csv_plain, pandas_csv
from spillway_adapters.csv_number import Numbers
from spillway_adapters.spec import Dataset


def read(data: Dataset, key: str, values: list[str], as_text: bool) -> Any:  # noqa: ANN401
    """The needed columns of all files; the key stays as it is in the file."""
    import modin.pandas

    (skip,) = csv_plain.by_lines_before(data)
    options = pandas_csv.options(data, key, values, names=data.all_places, as_text=as_text)
    options |= {"skiprows": skip, "compression": None}
    frames = [modin.pandas.read_csv(path, **options) for path in data.paths]
    frame = frames[0] if len(frames) == 1 else modin.pandas.concat(frames, ignore_index=True)
    if as_text:
        number = Numbers(data)
        for name in values:
            frame[name] = frame[name].map(number).astype("float64")
    return frame
