rows = read(GROUP_BY, VALUES)
if MATERIALISE == "loaded":
    rows.persist().count()
wanted = [F.count("*"), *(F.avg(f"v{place}") for place in range(len(VALUES)))]
for group in rows.groupBy("key").agg(*wanted).orderBy("key").collect():
    print(*group)
