from ray.data.aggregate import Count, Mean

# Ray Data puts names of columns into its metrics, which take ASCII only.
plain = {name: f"column {place}" for place, name in enumerate(COLUMNS)}
COLUMNS = list(plain.values())
key, *values = (plain[name] for name in [GROUP_BY, *VALUES])
rows = read(key, values)
if MATERIALISE == "loaded":
    rows = rows.materialize()
wanted = [Count(alias_name="rows"), *(Mean(name, alias_name=f"mean {name}") for name in values)]
means = rows.groupby(key).aggregate(*wanted).take_all()
for group in sorted(means, key=lambda group: group[key]):
    print(group[key], group["rows"], *(group[f"mean {name}"] for name in values))
