"""Parts of files, as programs for Dask and Ray read them.

This file is read as text, by snippets.py, and never imported: a program has those of its functions
that it calls, and no others.
"""

# ruff: noqa: ANN001, ANN201 (as in a script)

import itertools
from pathlib import Path
from urllib.parse import unquote

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyarrow import csv

# --- CSV -----------------------------------------------------------------------------------------


class Quoted(ValueError):
    """A part of a file has quotes, which may hold line breaks: the file has to be read whole."""


def csv_parts(paths, part_bytes, whole, header=True, skip_rows=0, comment=b"", quote=b'"'):
    """Parts of the files, cut at the ends of lines: path, begin, end, whether it is whole."""
    parts = []
    for path in paths:
        with Path(path).open("rb") as file:
            begin = data_begin(file, header, skip_rows, comment, quote)
            end = Path(path).stat().st_size
            cuts = [begin]
            for cut in range(begin + part_bytes, end, part_bytes) if not whole else ():
                file.seek(max(cut, cuts[-1]))
                file.readline()
                cuts.append(file.tell())
            parts += [(path, *part, whole) for part in itertools.pairwise([*cuts, end])]
    return parts


def data_begin(file, header, skip_rows, comment, quote):
    """Where the rows begin: after a byte order mark, lines that are skipped, and the header."""
    if file.read(3) != b"\xef\xbb\xbf":
        file.seek(0)
    for _ in range(skip_rows):
        file.readline()
    while header and (line := file.readline()):
        while quote and line.count(quote) % 2 and (more := file.readline()):
            line += more
        if line.strip() and not (comment and line.startswith(comment)):
            break
    return file.tell()


#: Words that stand for nothing in columns of numbers, dates and truth values, in any letter case.
MISSING = [
    *("na", "n/a", "nan", "-nan", "+nan", "null", "none", "<na>", "#n/a", "#na", "#n/a n/a"),
    *("1.#ind", "-1.#ind", "1.#qnan", "-1.#qnan"),
]


def read_csv(
    part,
    names,
    types,
    words=(),
    own_words=False,
    delimiter=",",
    quote='"',
    decimal=".",
    encoding="utf-8",
    comment="",
):
    """The rows of a part as an Arrow table of the columns in `types`."""
    path, begin, end, whole = part
    with Path(path).open("rb") as file:
        file.seek(begin)
        lines = file.read(end - begin)
    quoted = bool(quote) and quote.encode() in lines
    if quoted and not whole:
        raise Quoted(f"{path} has quotes.")
    if comment:
        lines = without_comments(lines, comment.encode(), quote.encode())
    if not lines.strip():
        return pa.schema(list(types.items())).empty_table()
    # Arrow has one list of words for all columns. Words are text in text, so it takes none there
    # and the empty field is made null afterwards. Where there are quotes, the empty text is not
    # null: then text may be null, and words cannot be: a number that is one is an error here.
    table = csv.read_csv(
        pa.BufferReader(lines),
        csv.ReadOptions(
            use_threads=False, block_size=1 << 24, column_names=names, encoding=encoding
        ),
        csv.ParseOptions(delimiter=delimiter, quote_char=quote or False, newlines_in_values=quoted),
        csv.ConvertOptions(
            include_columns=list(types),
            column_types=types,
            null_values=["", *spellings(words if own_words or not quoted else ())],
            strings_can_be_null=quoted or own_words,
            quoted_strings_can_be_null=False,
            decimal_point=decimal,
        ),
    )
    return table if quoted else empty_to_null(table)


def spellings(words):
    """In any letter case, where a word is short: Arrow compares bytes."""
    for word in words:
        cases = [sorted({letter.lower(), letter.upper()}) for letter in word]
        if sum(len(case) > 1 for case in cases) <= 6:
            yield from map("".join, itertools.product(*cases))
        else:
            yield from {word, word.lower(), word.upper()}


def without_comments(lines, comment, quote):
    """Lines that begin with a comment's mark, where no quoted field goes on, are none."""
    kept, within = [], False
    for line in lines.splitlines(keepends=True):
        if within or not line.startswith(comment):
            kept.append(line)
            within ^= bool(quote) and line.count(quote) % 2 == 1
    return b"".join(kept)


def empty_to_null(table):
    for place, field in enumerate(table.schema):
        if pa.types.is_string(field.type):
            text = table.column(place)
            table = table.set_column(place, field, pc.if_else(pc.equal(text, ""), None, text))
    return table


def from_text(table, types, words, decimal="."):
    """Columns that were read as text as numbers, dates and truth values: without the spaces around
    them, and null where they say so by a word."""
    for name, kind in types.items():
        text = pc.utf8_upper(pc.utf8_trim(table[name], " \t"))
        missing = pa.array(["", *(word.upper() for word in words)])
        text = pc.if_else(pc.is_in(text, value_set=missing), None, text)
        if kind in ("int64", "double"):
            text = pc.replace_substring_regex(text, r"^\+", "")  # Arrow knows no plus sign.
        if decimal != "." and kind == "double":
            text = pc.replace_substring(text, decimal, ".")
        column = timestamps(text) if kind == "timestamp[us]" else text.cast(kind)
        table = table.set_column(table.schema.get_field_index(name), name, column)
    return table


def timestamps(text):
    """Those with an offset as UTC."""
    zoned = pc.match_substring_regex(text, r"\d:\d\d.*([+-]\d\d(:?\d\d)?|Z)$")
    utc = pc.if_else(zoned, text, None).cast(pa.timestamp("us", "UTC"))
    plain = pc.if_else(zoned, None, text).cast(pa.timestamp("us"))
    return pc.coalesce(utc.cast(pa.timestamp("us")), plain)


# --- Parquet -------------------------------------------------------------------------------------


def parquet_parts(paths, part_bytes):
    """Row groups that lie together, about `part_bytes` of a file: path, row groups."""
    parts = []
    for path in paths:
        metadata = pq.read_metadata(path)
        groups, size = [], 0
        for i in range(metadata.num_row_groups):
            group = metadata.row_group(i).total_byte_size
            if groups and size + group > part_bytes:
                parts.append((path, groups))
                groups, size = [], 0
            groups, size = [*groups, i], size + group
        parts.append((path, groups))
    return parts


def read_parquet(part, types, hive=()):
    """The rows of some row groups as an Arrow table of the columns in `types`."""
    path, groups = part
    stored = [name for name in types if name not in hive]
    # As the file says, not as a folder above it is called.
    with pq.ParquetFile(path) as file:
        table = file.read_row_groups(groups, columns=stored, use_threads=False)
    columns = [
        hive_column(path, name, kind, len(table)) if name in hive else plain(table[name], kind)
        for name, kind in types.items()
    ]
    return pa.table(columns, schema=pa.schema(list(types.items())))


def plain(column, kind):
    """A column of a file in the type that the job has for it; NaN is null."""
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_floating(column.type):
        column = pc.if_else(pc.is_nan(column), None, column)
    # An instant is taken as UTC's; what is finer than a microsecond is cut off.
    return column.cast(kind, safe=kind != "timestamp[us]")


def hive_column(path, name, kind, rows):
    """A column whose value is the name of a folder: name=value."""
    folder = next(part for part in Path(path).parts if part.startswith(f"{name}="))
    text = unquote(folder.removeprefix(f"{name}="))
    value = None if text == "__HIVE_DEFAULT_PARTITION__" else text
    return pa.repeat(pa.scalar(value, pa.string()), rows).cast(kind)
