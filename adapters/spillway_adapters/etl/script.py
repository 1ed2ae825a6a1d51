"""Reads what a user's script returned as groups of the workload, or says what is wrong with it."""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from spillway_adapters.etl import Etl, groups
from spillway_adapters.etl.groups import Group
from spillway_adapters.protocol import Run, RunError

REMEDY = (
    "Return {key: {column: mean, ..., 'count': rows}}, or a table with the group column, the value"
    " columns and a column count; see docs/adding-an-engine.md."
)


class Job:
    def __init__(self, run: Run) -> None:
        pass

    def data(self, run: Run) -> list[str]:
        return list(run.spec.dataset.paths)

    def arguments(self, run: Run) -> dict[str, Any]:
        workload = run.spec.workload
        assert isinstance(workload, Etl)
        return {"group_by": workload.group_by, "values": list(workload.values)}

    def result(self, run: Run, answer: Any) -> dict[str, Any]:  # noqa: ANN401
        workload = run.spec.workload
        assert isinstance(workload, Etl)
        return _result(answer, workload, run.spec.scratch)


def _result(answer: Any, workload: Etl, scratch: Path) -> dict[str, Any]:  # noqa: ANN401
    pairs = _pairs(answer, workload)
    found = [_group(key, fields, workload) for key, fields in pairs]
    keys = {key for key, _, _ in found}
    if len(keys) != len(found):
        raise _wrong(f"{len(found)} groups have {len(keys)} different keys.")
    if len(found) > groups.INLINE_GROUPS:
        _need_hash()
    # How many values were missing is not asked of a script: an empty list says so.
    return groups.etl_result(found, workload.values, [], scratch)


def _pairs(answer: Any, workload: Etl) -> Iterable[tuple[Any, Any]]:  # noqa: ANN401
    if isinstance(answer, Mapping):
        return answer.items()
    rows = _rows(answer, workload.group_by)
    if not all(isinstance(row, Mapping) for row in rows):
        raise _wrong(f"The script returned {type(answer).__name__}, not groups.")
    for row in rows:
        if workload.group_by not in row:
            raise _wrong(f"A row has no column {workload.group_by!r}.")
    return [(row[workload.group_by], row) for row in rows]


def _rows(answer: Any, group_by: str) -> list[Any]:  # noqa: ANN401
    """Of a list, or of a table of pandas, Polars or Arrow, which need not be importable here."""
    if isinstance(answer, list | tuple):
        return list(answer)
    if hasattr(answer, "to_pylist"):
        return answer.to_pylist()
    if hasattr(answer, "to_dicts"):
        return answer.to_dicts()
    if hasattr(answer, "to_dict") and hasattr(answer, "columns"):
        indexed = group_by not in list(answer.columns)
        return (answer.reset_index() if indexed else answer).to_dict("records")
    raise _wrong(f"The script returned {type(answer).__name__}, not groups.")


def _group(key: Any, fields: Any, workload: Etl) -> Group:  # noqa: ANN401
    if not isinstance(key, str):
        raise _wrong(f"The key {key!r} is no text: read {workload.group_by!r} as text.")
    if not isinstance(fields, Mapping):
        raise _wrong(f"Group {key!r} is not a mapping of columns to means.")
    absent = [name for name in (*workload.values, "count") if name not in fields]
    if absent:
        raise _wrong(f"Group {key!r} has no {', '.join(map(repr, absent))}.")
    try:
        means = [_mean(fields[name]) for name in workload.values]
        return key, _count(fields["count"]), means
    except (TypeError, ValueError) as failure:
        raise _wrong(f"Group {key!r}: {failure}.") from failure


def _mean(value: Any) -> float:  # noqa: ANN401
    return math.nan if value is None else float(value)


def _count(value: Any) -> int:  # noqa: ANN401
    whole = isinstance(value, float) and value.is_integer()
    return int(value) if whole else operator.index(value)


def _need_hash() -> None:
    try:
        import xxhash  # noqa: F401
    except ImportError:
        message = "More than 1,000 groups need the package xxhash in the script's Python."
        raise RunError("unsupported", message, "python -m pip install xxhash") from None


def _wrong(message: str) -> RunError:
    return RunError("engine-failed", message, REMEDY)
