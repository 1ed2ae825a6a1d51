"""Group-by mean on Ray Data as on its documentation's first page: read_csv, groupby, aggregate."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import ray.data
from ray.data.aggregate import Count, Mean

from spillway_adapters import ray_data
from spillway_adapters.etl import Etl, groups
from spillway_adapters.protocol import Answer, Run


def etl(run: Run) -> Answer:
    workload = run.spec.workload
    assert isinstance(workload, Etl)
    return ray_data.read_twice(run, partial(_means, run, workload))


def _means(run: Run, workload: Etl, rows: ray.data.Dataset) -> Answer:
    if workload.loaded:
        with run.phase("load"):
            rows = rows.materialize()
            run.counters(rows=rows.count(), final=True)
    with run.phase("compute"):
        key, *values = run.spec.dataset.places(workload.columns)
        wanted: list[Any] = [Count(alias_name="rows")]
        for value in values:
            wanted.append(Mean(value, alias_name=f"mean {value}"))
            wanted.append(Count(value, ignore_nulls=True, alias_name=f"present {value}"))
        found = rows.groupby(key).aggregate(*wanted).take_all()
    return partial(_result, run, workload, found, key, values)


def _result(
    run: Run, workload: Etl, found: list[dict[str, Any]], key: str, values: list[str]
) -> dict[str, Any]:
    means = [[_number(row[f"mean {value}"]) for value in values] for row in found]
    total = sum(row["rows"] for row in found)
    run.counters(rows=total, final=True)
    missing = groups.missing_counts(
        total, (sum(row[f"present {value}"] for row in found) for value in values)
    )
    answer = [(row[key], row["rows"], mean) for row, mean in zip(found, means, strict=True)]
    return groups.etl_result(answer, workload.values, missing, run.spec.scratch)


def _number(mean: float | None) -> float:
    return np.nan if mean is None else mean
