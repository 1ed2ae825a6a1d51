"""A planner or preview that stays: what it imports is imported once, for any number of requests.

    python -I -m spillway_adapters.helper planner|preview

Each line of the standard input is an object of two paths, {"request", "answer"}: files as the
module takes them by itself (planner.py, preview.py). Each is answered by a child of its own, in a
working directory of its own that is removed afterwards, so that neither limits nor faults of one
touch the next. A line of the standard output says how it went: "done", or "failed". Ends with its
standard input.
"""

from __future__ import annotations

import importlib
import json
import os
import shutil
import sys
import tempfile
import traceback
from types import ModuleType

from spillway_adapters import tool

MODULES = ("planner", "preview")


def answer(module: ModuleType, request: str, place: str) -> bool:
    """By a child; whether it has ended well."""
    folder = tempfile.mkdtemp(prefix="request-", dir=".")
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.chdir(folder)
            tool.reply(module.answer, request, place)
            code = 0
        except BaseException:  # It is said, and nothing goes on in this process.
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(code)
    _, status = os.waitpid(child, 0)
    shutil.rmtree(folder, ignore_errors=True)
    return status == 0


def main(name: str) -> None:
    if name not in MODULES:
        raise SystemExit(f"There is no helper {name!r}.")
    module = importlib.import_module(f"spillway_adapters.{name}")
    module.prepare()
    for line in sys.stdin:
        asked = json.loads(line)
        ended = answer(module, asked["request"], asked["answer"])
        print("done" if ended else "failed", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
