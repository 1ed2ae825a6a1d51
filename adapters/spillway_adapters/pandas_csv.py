"""Arguments of pandas' read_csv for pandas, Modin and Dask."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from typing import Any

from spillway_adapters.csv_number import Numbers
from spillway_adapters.spec import Dataset


def options(
    data: Dataset, text: str, numbers: Sequence[str], *, names: list[str], as_text: bool = False
) -> dict[str, Any]:
    """For the data rows of files whose columns are called `names`; only `text` and `numbers` are
    read. `text` stays as it is in the file: no word means missing, 01 is not 1; so do the numbers
    when `as_text`."""
    return {
        "sep": data.delimiter,
        "quotechar": data.quote or '"',
        "quoting": csv.QUOTE_MINIMAL if data.quote else csv.QUOTE_NONE,
        "header": None,
        "names": names,
        "index_col": False,
        "usecols": [text, *numbers],
        "dtype": {text: str, **dict.fromkeys(numbers, str if as_text else "float64")},
        "keep_default_na": False,
        "na_values": dict.fromkeys(numbers, [] if as_text else data.missing_spellings),
        "decimal": data.decimal,
    }


def as_numbers(frame: Any, numbers: Sequence[str], data: Dataset) -> Any:  # noqa: ANN401
    """A frame that was read `as_text`, its numbers by the native reader's rules: for where pandas
    itself gives up, at spaces around a word for a missing value for instance."""
    import pandas

    number = Numbers(data)
    for name in numbers:
        places, texts = pandas.factorize(frame[name])
        found = pandas.Series([number(str(text)) for text in texts], dtype="float64")
        frame[name] = found.to_numpy()[places]
    return frame
