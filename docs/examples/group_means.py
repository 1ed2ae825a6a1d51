"""A script as an engine: `spillway engines trust group_means.py` (docs/adding-an-engine.md)."""

import csv
from collections import defaultdict


def run(paths, workers, memory_bytes, scratch, group_by, values):
    rows = defaultdict(int)
    sums = defaultdict(lambda: [0.0] * len(values))
    for path in paths:
        with open(path, encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                key = row[group_by]
                rows[key] += 1
                for j, name in enumerate(values):
                    sums[key][j] += float(row[name])
    return {
        key: {"count": n, **{name: sums[key][j] / n for j, name in enumerate(values)}}
        for key, n in rows.items()
    }
