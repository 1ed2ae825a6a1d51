"""What Spillway shows of a job's result before anything is measured.

    python -I -m spillway_adapters.preview REQUEST ANSWER

Like the planner (planner.py), whose answer it builds on, in an engine's own environment: REQUEST's
field "kind" names the kind of work, whose module `preview` answers. The working directory is
private and may be written to.
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
    return importlib.import_module(f"{package}.preview").answer(request)


def main(request: str, place: str) -> None:
    found = answer(json.loads(Path(request).read_text(encoding="utf-8")))
    Path(place).write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
