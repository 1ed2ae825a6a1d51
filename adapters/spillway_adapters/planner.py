"""What Spillway asks while it plans: a job's checked form, and the program of each engine.

    python -I -m spillway_adapters.planner REQUEST ANSWER

Both are files of one JSON object. REQUEST's field "kind" names the kind of work, whose module
`planning` answers. No engine is imported or started. Exits with 0 when there is an answer, also one
that says what is wrong with a job.
"""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from typing import Any

from spillway_adapters import kinds


def answer(request: dict[str, Any]) -> dict[str, Any]:
    package = kinds.package(request["kind"]).__name__
    return importlib.import_module(f"{package}.planning").answer(request)


def main(request: str, place: str) -> None:
    found = answer(json.loads(Path(request).read_text(encoding="utf-8")))
    Path(place).write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
