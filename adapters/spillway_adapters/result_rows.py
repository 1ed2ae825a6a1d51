"""The rows of a result's table: in the result, or in a file when there are many."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

#: More rows travel in a file (docs/protocol.md).
INLINE_ROWS = 1000
FILE = "table.jsonl"


def rows_of(scratch: Path, rows: Sequence[Sequence[Any]]) -> dict[str, Any]:
    """The fields of a table beside its columns."""
    if len(rows) <= INLINE_ROWS:
        return {"rows": rows}
    with (scratch / FILE).open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)
    return {"file": FILE}
