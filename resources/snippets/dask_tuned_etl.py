import dask.dataframe as dd
from distributed import Client, LocalCluster


def read_frame(part):
    return read_range(part, GROUP_BY, VALUES).to_pandas()


if __name__ == "__main__":
    cluster = LocalCluster(
        n_workers=int(SETTINGS["processes"]),
        threads_per_worker=int(SETTINGS["threads"]) // int(SETTINGS["processes"]),
        memory_limit=int(SETTINGS["worker_memory_limit"].split()[0]),
        dashboard_address=None,
    )
    with cluster, Client(cluster):
        parts = list(ranges(int(SETTINGS["blocksize"].split()[0]), 4 * WORKERS))
        rows = dd.from_map(read_frame, parts, meta=read_frame((FILES[0], 0, 0)))
        if LOADED:
            rows = rows.persist()
        groups = rows.groupby(GROUP_BY)
        counts, means = dd.compute(groups.size(), groups[VALUES].mean())
        for key in sorted(counts.index):
            print(key, counts[key], *means.loc[key])
