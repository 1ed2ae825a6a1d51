import dask.dataframe as dd


def print_means(rows):
    if MATERIALISE == "loaded":
        rows = rows.persist()
    groups = rows.groupby(GROUP_BY)
    counts, means = dd.compute(groups.size(), groups[VALUES].mean())
    for key in sorted(counts.index):
        print(key, counts[key], *means.loc[key])
