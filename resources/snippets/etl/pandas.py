import pandas as pd

rows = int(SETTINGS["chunk_rows"])
options = csv_options(GROUP_BY, VALUES)
parts = []
for path in FILES:
    for chunk in pd.read_csv(path, chunksize=rows, **options):
        groups = chunk.groupby(GROUP_BY, sort=False)
        part = groups[VALUES].agg(["sum", "count"])
        part["rows"] = groups.size()
        parts.append(part)
total = pd.concat(parts).groupby(level=0).sum()
for key, group in total.iterrows():
    means = (group[value, "sum"] / group[value, "count"] for value in VALUES)
    print(key, int(group["rows", ""]), *means)
