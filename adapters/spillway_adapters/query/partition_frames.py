"""Frames in programs for Dask and Ray: their types, where their rows go, files.

This file is read as text, by snippets.py, and never imported: a program has those of its functions
that it calls, and no others.
"""

# ruff: noqa: ANN001, ANN201 (as in a script)

import itertools
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.dataset as ds

from spillway_adapters.query.partition_reading import from_text, plain

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
    df = table.replace_schema_metadata().to_pandas(types_mapper=FRAME_TYPES.get)
    # Of no rows, a text would be of no chunks, and merge() fails at two such keys.
    return df if len(df) else df.reindex([0]).head(0)


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
    """Rows of a sample that cut it into so many parts of one size; none where it has no rows."""
    cuts = {len(sample) * i // partitions for i in range(1, partitions)}
    return ordered(sample).iloc[[cut for cut in sorted(cuts) if cut < len(sample)]]
