import os

import pyarrow
import pyarrow.csv


def ranges(block_bytes, least):
    """Byte ranges of the files; a row belongs to the range that holds its first byte."""
    sizes = {path: os.path.getsize(path) for path in FILES}
    block_bytes = max(min(block_bytes, sum(sizes.values()) // least), 1 << 20)
    for path, size in sizes.items():
        parts = max(-(-size // block_bytes), 1)
        cuts = [size * part // parts for part in range(parts + 1)]
        for part in range(parts):
            yield path, cuts[part], cuts[part + 1]


def read_range(part, text, numbers):
    """Only these columns are parsed. Fields must not hold line breaks."""
    path, begin, end = part
    with open(path, "rb") as file:
        if begin > 0:
            file.seek(begin - 1)
            file.readline()
        start = file.tell()
        content = file.read(max(end - start, 0))
        if content:
            content += file.readline() if not content.endswith(b"\n") else b""
    schema = pyarrow.schema([(text, pyarrow.string()), *((n, pyarrow.float64()) for n in numbers)])
    skipped = SKIP_ROWS + HEADER if begin == 0 else 0
    if not content:
        return schema.empty_table()
    return pyarrow.csv.read_csv(
        pyarrow.BufferReader(content),
        pyarrow.csv.ReadOptions(column_names=COLUMNS, skip_rows=skipped, use_threads=False),
        pyarrow.csv.ParseOptions(delimiter=DELIMITER, quote_char=QUOTE or False),
        pyarrow.csv.ConvertOptions(
            include_columns=schema.names,
            column_types=schema,
            null_values=MISSING,
            strings_can_be_null=False,
            decimal_point=DECIMAL,
        ),
    )
