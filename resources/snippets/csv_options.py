def csv_options(text, numbers):
    """Arguments of read_csv: only these columns, nothing inferred."""
    return {
        "sep": DELIMITER,
        "quotechar": QUOTE or '"',
        "quoting": 0 if QUOTE else 3,
        "header": 0 if HEADER else None,
        "names": COLUMNS,
        "index_col": False,
        "usecols": [text, *numbers],
        "dtype": {text: "str", **dict.fromkeys(numbers, "float64")},
    }
