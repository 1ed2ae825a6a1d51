"""The result of a group-by mean, as every engine reports it (docs/protocol.md)."""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

#: At most this many groups travel in the result event; more go through groups.jsonl.
INLINE_GROUPS = 1000

#: key, rows of the group, mean of each value column over present values (NaN when there are none);
#: of a reference also the mean of the values' sizes
Group = tuple[str, int, Sequence[float]] | tuple[str, int, Sequence[float], Sequence[float]]


def etl_result(
    groups: Iterable[Group], values: list[str], missing: list[int], scratch: Path
) -> dict[str, Any]:
    """`missing`: absent values per value column over all rows; empty: not known. Not part of the
    timed work: an adapter returns what calls it."""
    ordered = sorted(groups, key=lambda group: group[0].encode())
    result: dict[str, Any] = {
        "kind": "etl",
        "values": values,
        "rows": sum(int(group[1]) for group in ordered),
        "missing": missing,
    }
    if len(ordered) <= INLINE_GROUPS:
        result["groups"] = [_fields(group, values) for group in ordered]
        return result
    result["groups_count"] = len(ordered)
    result["groups_xxh64"] = _hash(ordered)
    with (scratch / "groups.jsonl").open("x", encoding="utf-8") as rows:
        for group in ordered:
            rows.write(json.dumps(_fields(group, values)) + "\n")
    return result


def missing_counts(rows: int, present: Iterable[int]) -> list[int]:
    return [rows - int(count) for count in present]


def _fields(group: Group, values: list[str]) -> dict[str, Any]:
    key, count, *figures = group
    found: dict[str, Any] = {"key": key, "count": int(count)}
    for name, means in zip(("mean", "mean_abs"), figures, strict=False):
        numbers = (float(mean) for mean in means)
        finite = (mean if math.isfinite(mean) else None for mean in numbers)
        found[name] = dict(zip(values, finite, strict=True))
    return found


def _hash(ordered: list[Group]) -> str:
    """Same as groupsHash() in core/workloads/etl/etl_result.h."""
    import xxhash

    state = xxhash.xxh64(seed=0)
    for key, count, means, *_ in ordered:
        state.update(key.encode() + b"\0")
        # One bit pattern for every NaN.
        numbers = (math.nan if math.isnan(mean) else float(mean) for mean in means)
        state.update(struct.pack(f"<q{len(means)}d", int(count), *numbers))
    return state.hexdigest()
