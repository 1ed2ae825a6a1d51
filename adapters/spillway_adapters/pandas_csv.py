"""What pandas' read_csv is told, by pandas, Modin and Dask."""

from __future__ import annotations

import csv
from typing import Any

from spillway_adapters.spec import MISSING, Dataset


def options(data: Dataset, text: str, numbers: list[str]) -> dict[str, Any]:
    """Only these columns. `text` stays as it is in the file: no word means missing, 01 is not 1."""
    return {
        "sep": data.delimiter,
        "quotechar": data.quote or '"',
        "quoting": csv.QUOTE_MINIMAL if data.quote else csv.QUOTE_NONE,
        "header": 0 if data.header else None,
        "names": data.names,
        "index_col": False,
        "usecols": [text, *numbers],
        "dtype": {text: str, **dict.fromkeys(numbers, "float64")},
        "keep_default_na": False,
        "na_values": dict.fromkeys(numbers, MISSING),
    }
