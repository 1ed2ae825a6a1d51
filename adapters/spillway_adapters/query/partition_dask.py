"""What programs for Dask do with partitions.

This file is read as text, by snippets.py, and never imported: a program has those of its functions
that it calls, and no others.
"""

# ruff: noqa: ANN001, ANN003, ANN201 (as in a script)

import dask
import dask.dataframe as dd
import distributed
import numpy as np

from spillway_adapters.query.partition_frames import (
    bounds_of,
    hash_of,
    range_of,
    spread_rows,
    unused,
    write_part,
)


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
    size = dask.delayed(lambda part: int(part.memory_usage(deep=True).sum()))
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
