"""Timestamps of Parquet files, which DuckDB reads with the file's unit and zone.

CAST rounds to microseconds, where the other engines cut off, and there is none of nanoseconds with
a zone (DuckDB 2.0.0: TIMESTAMPTZ_NS).
"""

from __future__ import annotations

#: What stands behind CREATE MACRO: microseconds in UTC of any of them.
MACRO = (
    "moment(t TIMESTAMP) AS t, (t TIMESTAMPTZ) AS timezone('UTC', t),"
    " (t TIMESTAMP_NS) AS make_timestamp(epoch_ns(t) // 1000),"
    " (t TIMESTAMPTZ_NS) AS make_timestamp(epoch_ns(t) // 1000)"
)
