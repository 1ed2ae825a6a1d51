from ray.data.aggregate import Count, Mean

rows = read(GROUP_BY, VALUES)
if LOADED:
    rows = rows.materialize()
wanted = [Count(alias_name="rows"), *(Mean(name, alias_name=f"mean {name}") for name in VALUES)]
means = rows.groupby(GROUP_BY).aggregate(*wanted).take_all()
for group in sorted(means, key=lambda group: group[GROUP_BY]):
    print(group[GROUP_BY], group["rows"], *(group[f"mean {name}"] for name in VALUES))
