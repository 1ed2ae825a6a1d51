"""Macros that a statement brings along, where DuckDB has no function of its own that keeps the
language's rules: a comment and what stands behind CREATE MACRO."""

from __future__ import annotations

from spillway_adapters import duckdb_moments

MACROS = {
    "finite": (
        "What leaves float64, is divided by zero or is no number is null, and so is NaN in a file.",
        "finite(x) AS CASE WHEN isfinite(x) THEN x END",
    ),
    "utc": (
        "DuckDB's reader leaves a zone away: it is read as text, and makes it UTC.",
        "utc(s) AS CAST(CAST(s AS TIMESTAMPTZ) AS TIMESTAMP)",
    ),
    "moment": (
        "A file's timestamps have its unit and zone; what is below a microsecond is cut off.",
        duckdb_moments.MACRO,
    ),
    "as_integer": (
        "TRY_CAST would take 1.5, 1e3, 0x1F and 1_000, too.",
        "as_integer(s) AS CASE WHEN regexp_full_match(trim(s), '[+-]?[0-9]+')"
        " THEN TRY_CAST(trim(s) AS BIGINT) END",
    ),
    "as_number": (
        "TRY_CAST would take 1_000, inf and nan, too.",
        "as_number(s) AS CASE WHEN regexp_full_match(trim(s),"
        " '[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?')"
        " AND isfinite(TRY_CAST(trim(s) AS DOUBLE)) THEN TRY_CAST(trim(s) AS DOUBLE) END",
    ),
    "as_bool": (
        "TRY_CAST would take t, yes and 1, too.",
        "as_bool(s) AS CASE lower(trim(s)) WHEN 'true' THEN true WHEN 'false' THEN false END",
    ),
    "as_date": (
        "TRY_CAST would take other forms, too.",
        "as_date(s) AS CASE WHEN regexp_full_match(trim(s), '[0-9]{4}-[0-9]{2}-[0-9]{2}')"
        " THEN TRY_CAST(trim(s) AS DATE) END",
    ),
    "as_timestamp": (
        "TRY_CAST would take other forms, too.",
        "as_timestamp(s) AS CASE WHEN regexp_full_match(trim(s), '[0-9]{4}-[0-9]{2}-[0-9]{2}"
        "([ T][0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,6})?)?')"
        " THEN TRY_CAST(trim(s) AS TIMESTAMP) END",
    ),
    "capitals": (
        "DuckDB makes ß a capital ẞ, which Unicode's own table does not.",
        "capitals(s) AS replace(upper(replace(s, 'ß', chr(57343 + 1))), chr(57343 + 1), 'ß')",
    ),
    "is_true": (
        "In a filter on a CASE that can be one text or null, DuckDB 2.0 forgets the null.",
        "is_true(condition) AS condition IS TRUE",
    ),
}
