import duckdb

rows = duckdb.connect(
    config={
        "threads": WORKERS,
        "memory_limit": SETTINGS["memory_limit"],
        "preserve_insertion_order": False,
    }
)
source = rows.read_csv(
    FILES,
    columns={name: "DOUBLE" if name in VALUES else "VARCHAR" for name in COLUMNS},
    delimiter=DELIMITER,
    quotechar=QUOTE,
    header=HEADER,
    skiprows=SKIP_ROWS,
    decimal=DECIMAL,
)
if MATERIALISE == "loaded":
    rows.execute("CREATE TEMP TABLE loaded AS SELECT * FROM source")
    source = rows.table("loaded")
key, *values = ('"' + name.replace('"', '""') + '"' for name in [GROUP_BY, *VALUES])
# The reader turns empty text into null.
needed = source.project(", ".join([f"coalesce({key}, '') AS {key}", *values]))
means = needed.aggregate(
    ", ".join([key, "count(*)", *(f"avg({value})" for value in values)]), key
).order(key)
for group in means.fetchall():
    print(*group)
