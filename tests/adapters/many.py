"""Runs many jobs on one started engine, which takes seconds to start: what protocol.serve() does
for one. `python many.py MODULE CLASS`; a specification a line on stdin, events a line on stdout.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from spillway_adapters import kinds, protocol
from spillway_adapters import spec as specs


class Told(protocol.Run):
    """Keeps what is reported."""

    def __init__(self, spec: specs.Spec) -> None:
        super().__init__(SimpleNamespace(here=lambda: True), spec)
        self.events: list[dict[str, Any]] = []

    def send(self, kind: str, **fields: Any) -> None:  # noqa: ANN401
        self.events.append(protocol._plain({"type": kind, **fields}))


def job(adapter: Any, run: Told) -> list[dict[str, Any]]:  # noqa: ANN401
    try:
        answer = adapter.work(run)
        run.afterwards()
        run.send("result", result=answer() if callable(answer) else answer)
    except Exception as failure:
        protocol._report(adapter, run, failure)
    return run.events


def main() -> None:
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    module = importlib.import_module(f"spillway_adapters.{sys.argv[1]}")
    adapter = getattr(module, sys.argv[2])()
    first: Told | None = None
    for line in sys.stdin:
        run = Told(specs.parse(line))
        Path(run.spec.scratch).mkdir(exist_ok=True)
        if first is None:
            first = run
            adapter.start(run)
        else:
            adapter._job = kinds.job(run, adapter.name)
        if hasattr(adapter, "_figures"):
            from spillway_adapters import ray_watch

            adapter._figures = ray_watch.Figures(run)
        out.write(json.dumps(job(adapter, run)) + "\n")
        out.flush()
    adapter.close(first)
    os._exit(0)


if __name__ == "__main__":
    main()
