"""What programs for Ray Core and Ray Data do with partitions.

This file is read as text, by snippets.py, and never imported: a program has those of its functions
that it calls, and no others.
"""

# ruff: noqa: ANN001, ANN002, ANN003, ANN201 (as in a script)

import functools
import itertools

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import ray
import ray.data

from spillway_adapters.query.partition_frames import (
    bounds_of,
    hash_of,
    range_of,
    spread_rows,
    to_frame,
    to_table,
    without_overflow,
    write_part,
)
from spillway_adapters.query.partition_reading import plain

# --- Ray Core ------------------------------------------------------------------------------------
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

#: A column by which rows come together, and one that says of which table a row is.
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
