"""Aggregates and window functions of the query language."""

from __future__ import annotations

from spillway_adapters.query.signatures import (
    ORDERED,
    aggregate,
    count,
    number,
    parameter,
    real,
    window,
)

AGGREGATES = (
    aggregate(
        "count",
        (parameter("x", optional=True),),
        "int64",
        "How many are not null; count() counts rows.",
    ),
    aggregate(
        "count_distinct",
        (parameter("x"),),
        "int64",
        "How many different ones, without null; not of float64.",
    ),
    aggregate("sum", (number(),), "same", "Sum; null of nothing."),
    aggregate("mean", (number(),), "float64", "Mean; null of nothing."),
    aggregate("min", (parameter("x", *ORDERED),), "same", "The least."),
    aggregate("max", (parameter("x", *ORDERED),), "same", "The greatest."),
    aggregate("std", (real(),), "float64", "Standard deviation with n - 1; null of one."),
    aggregate("var", (real(),), "float64", "Variance with n - 1; null of one."),
    aggregate("median", (real(),), "float64", "Median, between the two in the middle."),
    aggregate(
        "quantile",
        (real(), parameter("q", "float64", constant=True, low=0, high=1)),
        "float64",
        "Quantile, exact, by linear interpolation.",
    ),
)

WINDOW = (
    window("row_number", "core", (), "int64", "1, 2, 3, …", ordered=True),
    window(
        "rank",
        "core",
        (),
        "int64",
        "1 and the number of rows before, equal rows alike: 1, 1, 3.",
        ordered=True,
    ),
    window("dense_rank", "wide", (), "int64", "As rank, without gaps: 1, 1, 2.", ordered=True),
    window(
        "lag",
        "core",
        (parameter("x"), count("n", 0, optional=True, default=1)),
        "same",
        "That of n rows before; null when there is none.",
        ordered=True,
    ),
    window(
        "lead",
        "core",
        (parameter("x"), count("n", 0, optional=True, default=1)),
        "same",
        "That of n rows after; null when there is none.",
        ordered=True,
    ),
    window(
        "first_value",
        "wide",
        (parameter("x"),),
        "same",
        "That of the first row of the frame.",
        ordered=True,
    ),
    window(
        "last_value",
        "wide",
        (parameter("x"),),
        "same",
        "That of the last row of the frame.",
        ordered=True,
    ),
    window("cumsum", "core", (number(),), "same", "The running sum.", ordered=True),
    window(
        "rolling_mean",
        "core",
        (number(), count("n", 1)),
        "float64",
        "Mean of this row and the n - 1 before it, fewer at the beginning.",
        ordered=True,
    ),
    window("sum", "wide", (number(),), "same", "Sum over the frame."),
    window("mean", "wide", (number(),), "float64", "Mean over the frame."),
    window("min", "wide", (parameter("x", *ORDERED),), "same", "The least in the frame."),
    window("max", "wide", (parameter("x", *ORDERED),), "same", "The greatest in the frame."),
    window(
        "count",
        "wide",
        (parameter("x", optional=True),),
        "int64",
        "How many in the frame are not null; count() counts rows.",
    ),
)
