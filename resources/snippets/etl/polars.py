import os

# Polars reads these when it is imported.
os.environ["POLARS_MAX_THREADS"] = str(WORKERS)
if SETTINGS["memory_budget_mb"] != "none":
    os.environ["POLARS_OOC_MEMORY_BUDGET_MB"] = SETTINGS["memory_budget_mb"]

import polars as pl

rows = pl.scan_csv(
    FILES,
    separator=DELIMITER,
    quote_char=QUOTE,
    has_header=HEADER,
    skip_lines=SKIP_ROWS,
    decimal_comma=DECIMAL == ",",
    empty_string_is_null=False,
    schema={name: pl.Float64 if name in VALUES else pl.String for name in COLUMNS},
)
if MATERIALISE == "loaded":
    rows = rows.select(GROUP_BY, *VALUES).collect(engine="streaming").lazy()
means = rows.group_by(GROUP_BY).agg(pl.len(), pl.mean(*VALUES)).sort(GROUP_BY)
for group in means.collect(engine="streaming").iter_rows():
    print(*group)
