"""What Spillway shows of a job's result before anything is measured.

    python -I -m spillway_adapters.preview REQUEST ANSWER

Like the planner (planner.py), whose answer it builds on, in an engine's own environment: REQUEST's
field "kind" names the kind of work, whose module `preview` answers. The working directory is
private and may be written to.
"""

from __future__ import annotations

import importlib
import sys
from typing import Any

from spillway_adapters import kinds, tool


def answer(request: dict[str, Any]) -> dict[str, Any]:
    package = kinds.package(request["kind"]).__name__
    return importlib.import_module(f"{package}.preview").answer(request)


def prepare() -> None:
    """Imports what answers need, for a process that gives many (helper.py)."""
    for preview in kinds.modules("preview"):
        if hasattr(preview, "prepare"):
            preview.prepare()


if __name__ == "__main__":
    tool.reply(answer, *sys.argv[1:])
