"""Functions that the programs for Dask and Ray Core carry along. This file is read as text, by
snippets.py, and never imported: a program has those functions that it calls, and no others.
"""

# ruff: noqa: ANN001, ANN002, ANN003, ANN201 (as in a script)

import functools
import itertools
import shutil
from pathlib import Path
from urllib.parse import unquote

import dask
import dask.dataframe as dd
import distributed
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import ray
import ray.data
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


# --- Frames read by pandas -----------------------------------------------------------------------


def have_quotes(paths, quote=b'"'):
    """Dask cuts a file at any line break, and one may stand in quotes."""
    for path in paths:
        with Path(path).open("rb") as file:
            while block := file.read(1 << 24):
                if quote in block:
                    return True
    return False


def pandas_types(types):
    return empty(types).dtypes.to_dict()


def as_typed(df, types):
    """In the types that the job has for them; NaN is null."""
    table = pa.Table.from_pandas(df, preserve_index=False)
    columns = [plain(table[name], kind) for name, kind in types.items()]
    return to_frame(pa.table(columns, names=list(types)))


def frame_from_text(df, types, words, decimal="."):
    table = pa.Table.from_pandas(df, preserve_index=False)
    return to_frame(from_text(table, types, words, decimal))


# --- Groups of an engine's own ---------------------------------------------------------------


def without_overflow(df, sums):
    """Sums of whole numbers wrap around: compared with the same sums of floats."""
    for whole, exact in sums.items():
        if ((df[whole].astype("float64") - df[exact]).abs() > 2.0**62).any():
            raise OverflowError("integer overflow")
    return df


# --- Where rows go -------------------------------------------------------------------------------


def hash_of(df, keys):
    """A number for each row: the same for equal keys, nulls too, in every partition."""
    mixed = np.zeros(len(df), "uint64")
    for key in keys:
        column = pa.chunked_array([pa.array(df[key])]).combine_chunks()
        kind = column.type
        if pa.types.is_floating(kind):
            # 0.0 and -0.0 are equal, though not their bits.
            values = column.fill_null(0.0).to_numpy(zero_copy_only=False) + 0.0
        elif pa.types.is_string(kind) or pa.types.is_large_string(kind):
            values = column.fill_null("").to_numpy(zero_copy_only=False)
        else:
            if pa.types.is_date32(kind) or pa.types.is_boolean(kind):
                column = column.cast("int32")
            values = column.cast("int64").fill_null(0).to_numpy(zero_copy_only=False)
        mixed = mixed * np.uint64(31) + pd.util.hash_array(values)
    return (mixed >> np.uint64(1)).astype("int64")


# --- Frames --------------------------------------------------------------------------------------


def to_frame(table):
    """Nulls are NA in whole numbers, text and truth values, NaN in floats and NaT in dates."""
    for place, field in enumerate(table.schema):
        if pa.types.is_date32(field.type):
            moments = table.column(place).cast("timestamp[us]")
            table = table.set_column(place, field.name, moments)
    # Without what pandas may have noted in it of other types.
    return table.replace_schema_metadata().to_pandas(types_mapper=FRAME_TYPES.get)


FRAME_TYPES = {
    pa.int64(): pd.Int64Dtype(),
    pa.string(): pd.StringDtype("pyarrow"),
    pa.large_string(): pd.StringDtype("pyarrow"),
    pa.bool_(): pd.BooleanDtype(),
}


def to_table(df, types):
    return pa.Table.from_pandas(
        df, pa.schema(list(types.items())), preserve_index=False, nthreads=1
    ).replace_schema_metadata(None)


def empty(types):
    return to_frame(pa.schema(list(types.items())).empty_table())


# --- Files that are written ----------------------------------------------------------------------


def output_folder(scratch):
    """An empty one; after a first attempt there are files."""
    folder = Path(scratch) / "output"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return str(folder)


def write_part(df, number, folder, types, kind, by=(), codec=None, group_rows=None):
    """A file of a partition's rows, or one for each value of the columns `by`, in folders."""
    table = to_table(df, types)
    if kind == "csv":
        form = ds.CsvFileFormat()
        options = form.make_write_options()
    else:
        form = ds.ParquetFileFormat()
        options = form.make_write_options(compression=codec)
    folders = pa.schema([table.schema.field(name) for name in by])
    ds.write_dataset(
        table,
        folder,
        basename_template=f"part-{number:05}-{{i}}.{kind}",
        format=form,
        file_options=options,
        partitioning=ds.partitioning(folders, flavor="hive") if by else None,
        existing_data_behavior="overwrite_or_ignore",
        max_rows_per_group=group_rows or 1 << 20,
        use_threads=False,
    )
    return number


# --- Ranges of an order --------------------------------------------------------------------------


def spread_rows(df, rows):
    return df.iloc[:: max(len(df) // rows, 1)]


def range_of(df, bounds, ordered):
    """How many of the bounds come before each row."""
    row = unused(df.columns)
    both = pd.concat([bounds, df], ignore_index=True)
    order = ordered(both.assign(**{row: np.arange(len(both))}))[row].to_numpy()
    found = np.empty(len(both), "int64")
    found[order] = np.cumsum(order < len(bounds))
    return found[len(bounds) :]


def unused(names):
    """A name that no column has."""
    return next(name for name in map("moved by {}".format, itertools.count()) if name not in names)


def bounds_of(sample, ordered, partitions):
    """Rows of a sample that cut it into so many parts of one size."""
    cuts = {len(sample) * i // partitions for i in range(1, partitions)}
    return ordered(sample).iloc[sorted(cuts)]


# --- Dask ----------------------------------------------------------------------------------------


def write_frames(df, **options):
    """A file of each partition, or more."""
    write = dask.delayed(write_part)
    written = dask.persist(*(write(part, i, **options) for i, part in enumerate(df.to_delayed())))
    distributed.wait(written)  # After a failure nobody writes any more.
    dask.compute(*written)


def exchange(df, keys, partitions):
    """Rows with equal keys into one partition. shuffle(on=keys) would not do it always: Dask hashes
    whole numbers as Python's where a partition has nulls among them."""
    if df.npartitions == 1 and partitions == 1:
        return df
    column = unused(df.columns)
    hashed = df.map_partitions(
        lambda part: part.assign(**{column: hash_of(part, keys)}),
        meta=df._meta.assign(**{column: np.array([], "int64")}),
    )
    return hashed.shuffle(on=column, npartitions=partitions).drop(columns=column)


def exchange_parts(df, keys, workers, part_bytes, partitions):
    """Partial results with equal keys into one partition, of as many as a few of them, which lie
    apart, tell: a single one where all are small."""
    some = range(0, df.npartitions, -(-df.npartitions // workers))
    others = [place for place in range(df.npartitions) if place not in some]
    looked_at = df.partitions[list(some)].persist()
    size = dask.delayed(lambda part: part.memory_usage(deep=True).sum())
    whole = max(dask.compute(*map(size, looked_at.to_delayed()))) * df.npartitions
    df = dd.concat([looked_at, df.partitions[others]]) if others else looked_at
    wanted = min(max(-(-whole // part_bytes), 1), partitions)
    return exchange(df, keys, wanted) if wanted > 1 else df.repartition(npartitions=1)


def in_ranges(df, ordered, partitions):
    """Partitions that follow each other by an order, which `ordered` makes of a frame. They are cut
    at rows of a sample."""
    df = df.persist()
    sample = df.map_partitions(spread_rows, 200, meta=df._meta).compute()
    bounds = bounds_of(sample, ordered, partitions)
    column = unused(df.columns)
    placed = df.map_partitions(
        lambda part: part.assign(**{column: range_of(part, bounds, ordered)}),
        meta=df._meta.assign(**{column: np.array([], "int64")}),
    )
    divisions = list(range(len(bounds) + 2))
    return placed.set_index(column, divisions=divisions).reset_index(drop=True)


# --- Ray -----------------------------------------------------------------------------------------
# A table is a list of partitions, a partition the list of the pieces of which it is made: parts of
# files, or references to Arrow tables.


@ray.remote(max_retries=0)
def task(work, types, numbers, cuts, sizes, *pieces):
    """The work on frames of so many pieces each; what comes out in one piece, or in as many as it
    is cut into by the numbers of the rows."""
    pieces = iter(pieces)
    frames = [put_together(list(itertools.islice(pieces, size))) for size in sizes]
    df = work(*frames)
    table = to_table(df, types)
    if cuts == 1:
        return table
    places = numbers(df) % cuts
    order = np.argsort(places, kind="stable")
    ends = np.searchsorted(places[order], np.arange(cuts + 1))
    table = table.take(pa.array(order))
    return [table.slice(a, b - a) for a, b in itertools.pairwise(ends)]


def put_together(pieces):
    if isinstance(pieces[0], pa.Table):
        return to_frame(pa.concat_tables(pieces))
    return pieces[0]


def on_each(work, types, workers, *tables, numbers=None, cuts=1):
    """A task for each partition. Cut by the numbers of its rows, pieces of one number become a
    partition of what comes out."""
    cutting = task.options(num_returns=cuts)
    made = []
    for fed in zip(*tables, strict=True):
        sizes, pieces = [len(pieces) for pieces in fed], itertools.chain(*fed)
        made.append(started(workers, cutting, work, types, numbers, cuts, sizes, *pieces))
    return [[piece] for piece in made] if cuts == 1 else [list(p) for p in zip(*made, strict=True)]


RUNNING = []


def started(workers, function, *arguments):
    """A task, once fewer than so many run: a larger cluster would run more of them at a time."""
    while len(RUNNING) >= workers:
        _, RUNNING[:] = ray.wait(RUNNING, fetch_local=False)
    made = function.remote(*arguments)
    RUNNING.append(made[0] if isinstance(made, list) else made)
    return made


def in_one(table):
    """A single partition of all rows."""
    return [[piece for partition in table for piece in partition]]


def in_ranges_of(table, types, workers, ordered, partitions):
    """Partitions that follow each other by an order, which `ordered` makes of a frame. They are cut
    at rows of a sample."""
    some = functools.partial(spread_rows, rows=200)
    sample = to_frame(rows_of(on_each(some, types, workers, table)))
    bounds = bounds_of(sample, ordered, partitions)
    numbers = functools.partial(range_of, bounds=bounds, ordered=ordered)
    return on_each(as_it_is, types, workers, table, numbers=numbers, cuts=len(bounds) + 1)


def as_it_is(df):
    return df


def write_all(table, workers, **options):
    """A file of each partition, or more."""
    write = ray.remote(max_retries=0)(
        lambda number, *pieces: write_part(put_together(pieces), number, **options)
    )
    written = [started(workers, write, number, *pieces) for number, pieces in enumerate(table)]
    ray.wait(written, num_returns=len(written))  # After a failure nobody writes any more.
    ray.get(written)


def rows_of(table):
    return pa.concat_tables(ray.get(in_one(table)[0]))


# --- Ray Data ------------------------------------------------------------------------------------
# A dataset without rows may have no columns and runs no function: what counts is looked at in
# table_of().

#: A column by which rows are grouped, and one that says of which table a row is.
NUMBER, SIDE = "group's number", "table's number"


def typed_table(table, types):
    """In the types that the job has for the columns; NaN is null."""
    return pa.table([plain(table[n], kind) for n, kind in types.items()], names=list(types))


def on_batch(table, work, makes, other=None):
    """The work of a stage on a batch, of a table joined with it too."""
    others = () if other is None else (to_frame(other),)
    return to_table(work(to_frame(table), *others), makes)


def numbered(table, keys, groups):
    """With a number that is the same for equal keys, nulls too."""
    return table.append_column(NUMBER, pa.array(hash_of(table, keys) % groups))


def on_group(table, work, makes):
    return on_batch(table.drop_columns(NUMBER), work, makes)


def one_side(table, side, keys, groups, left, right):
    """Rows of one of two tables with the columns of both."""
    numbers = pa.array(hash_of(table, keys) % groups)
    columns = {NUMBER: numbers, SIDE: pa.repeat(side, len(table))}
    for place, types in enumerate((left, right)):
        for i, (name, kind) in enumerate(types.items()):
            nothing = pa.nulls(len(table), pa.type_for_alias(kind))
            columns[f"{place} {i}"] = table[name] if place == side else nothing
    return pa.table(columns)


def on_pair(table, work, makes, left, right):
    frames = []
    for place, types in enumerate((left, right)):
        rows = table.filter(pc.equal(table[SIDE], place))
        columns = [rows[f"{place} {i}"] for i in range(len(types))]
        frames.append(to_frame(typed_table(pa.table(columns, names=list(types)), types)))
    return to_table(work(*frames), makes)


def without_overflow_in(table, sums):
    without_overflow(to_frame(table), sums)
    return table


def in_one_task(work, makes, table):
    """The work of a stage on all rows."""
    done = ray.remote(max_retries=0)(on_batch).remote(table, work, makes)
    return ray.data.from_arrow_refs([done])


def table_of(data, types):
    """The rows of a dataset, in their order."""
    tables = [table for table in ray.get(data.to_arrow_refs()) if len(table)]
    if not tables:
        return pa.schema(list(types.items())).empty_table()
    return pa.concat_tables(typed_table(table, types) for table in tables)


def write_dataset(data, workers, types, **options):
    """A file of each block, or more."""
    write_all([[block] for block in data.to_arrow_refs()], workers, types=types, **options)
