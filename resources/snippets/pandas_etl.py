import pandas as pd

options = {
    "sep": DELIMITER,
    "quotechar": QUOTE or '"',
    "quoting": 0 if QUOTE else 3,
    "header": 0 if HEADER else None,
    "names": COLUMNS,
    "index_col": False,
    "usecols": [GROUP_BY, *VALUES],
    "dtype": {GROUP_BY: str, **dict.fromkeys(VALUES, float)},
}
parts = []
for path in FILES:
    for chunk in pd.read_csv(path, chunksize=500_000, **options):
        groups = chunk.groupby(GROUP_BY, sort=False)
        part = groups[VALUES].agg(["sum", "count"])
        part["rows"] = groups.size()
        parts.append(part)
total = pd.concat(parts).groupby(level=0).sum()
for key, group in total.iterrows():
    means = (group[value, "sum"] / group[value, "count"] for value in VALUES)
    print(key, int(group["rows", ""]), *means)
