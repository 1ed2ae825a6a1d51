def csv_options(text, numbers):
    """Arguments of read_csv: only these columns, nothing inferred."""
    return {
        "sep": DELIMITER,
        "quotechar": QUOTE or '"',
        "quoting": 0 if QUOTE else 3,
        "skiprows": SKIP_ROWS,
        "header": 0 if HEADER else None,
        "names": COLUMNS,
        "index_col": False,
        "usecols": [text, *numbers],
        "dtype": {text: "str", **dict.fromkeys(numbers, "float64")},
        "decimal": DECIMAL,
        "keep_default_na": False,
        "na_values": {text: TEXT_MISSING, **dict.fromkeys(numbers, MISSING)},
    }
