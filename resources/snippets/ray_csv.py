import pyarrow
import pyarrow.csv


def read(text, numbers):
    """A dataset of these columns."""
    types = {text: pyarrow.string(), **dict.fromkeys(numbers, pyarrow.float64())}
    return ray.data.read_csv(
        FILES,
        file_extensions=None,
        read_options=pyarrow.csv.ReadOptions(
            column_names=COLUMNS, skip_rows=SKIP_ROWS + HEADER, use_threads=False
        ),
        parse_options=pyarrow.csv.ParseOptions(delimiter=DELIMITER, quote_char=QUOTE or False),
        convert_options=pyarrow.csv.ConvertOptions(
            include_columns=list(types),
            column_types=types,
            null_values=MISSING,
            decimal_point=DECIMAL,
        ),
    )


start_ray()
ray.data.DataContext.get_current().enable_progress_bars = False
