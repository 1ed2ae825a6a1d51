"""What Spillway asks while it plans: a job's checked form, and the program of each engine.

    python -I -m spillway_adapters.planner REQUEST ANSWER

Both are files of one JSON object. REQUEST's field "kind" names the kind of work, whose module
`planning` answers. No engine is imported or started. Exits with 0 when there is an answer, also one
that says what is wrong with a job.
"""

from __future__ import annotations

import importlib
import sys
from typing import Any

from spillway_adapters import kinds, tool


def answer(request: dict[str, Any]) -> dict[str, Any]:
    package = kinds.package(request["kind"]).__name__
    return importlib.import_module(f"{package}.planning").answer(request)


def prepare() -> None:
    """Imports what answers need, for a process that gives many (helper.py)."""
    for planning in kinds.modules("planning"):
        if hasattr(planning, "prepare"):
            planning.prepare()


if __name__ == "__main__":
    tool.reply(answer, *sys.argv[1:])
