import dask.dataframe as dd
from distributed import Client, LocalCluster

if __name__ == "__main__":
    cluster = LocalCluster(
        n_workers=int(SETTINGS["processes"]),
        threads_per_worker=int(SETTINGS["threads"]) // int(SETTINGS["processes"]),
        memory_limit=int(SETTINGS["worker_memory_limit"].split()[0]),
        dashboard_address=None,
    )
    with cluster, Client(cluster):
        rows = dd.read_csv(
            FILES,
            blocksize=int(SETTINGS["blocksize"].split()[0]),
            sep=DELIMITER,
            quotechar=QUOTE or '"',
            quoting=0 if QUOTE else 3,
            header=0 if HEADER else None,
            names=COLUMNS,
            usecols=[GROUP_BY, *VALUES],
            dtype={GROUP_BY: "str", **dict.fromkeys(VALUES, "float64")},
        )
        if LOADED:
            rows = rows.persist()
        groups = rows.groupby(GROUP_BY)
        counts, means = dd.compute(groups.size(), groups[VALUES].mean())
        for key in sorted(counts.index):
            print(key, counts[key], *means.loc[key])
