def sums(rows):
    wanted = [([], "count_all"), *((name, what) for name in VALUES for what in ("sum", "count"))]
    return rows.group_by(GROUP_BY, use_threads=False).aggregate(wanted)


@ray.remote
def load(part):
    return read_range(part, GROUP_BY, VALUES)


@ray.remote
def add_up(part):
    return sums(read_range(part, GROUP_BY, VALUES))


if __name__ == "__main__":
    start_ray()
    parts = list(ranges(int(SETTINGS["range_bytes"]), 4 * WORKERS))
    if MATERIALISE == "loaded":
        loaded = [load.remote(part) for part in parts]
        partial = ray.get([ray.remote(sums).remote(rows) for rows in loaded])
    else:
        partial = ray.get([add_up.remote(part) for part in parts])
    names = partial[0].column_names[1:]
    total = pyarrow.concat_tables(partial).group_by(GROUP_BY).aggregate([(n, "sum") for n in names])
    for group in total.sort_by(GROUP_BY).to_pylist():
        counted = [(group[f"{name}_sum_sum"], group[f"{name}_count_sum"]) for name in VALUES]
        means = (values / count if count else None for values, count in counted)
        print(group[GROUP_BY], group["count_all_sum"], *means)
