#!/usr/bin/env python3
"""Clang's analysis of locks (core/base/thread_safety.h) over a build that is configured, not built.

locks.py BUILD    every source of BUILD/compile_commands.json, which names clang as its compiler

Non-zero when something is read or written without its lock, or when the analysis does not see that
in tests/core/base/unlocked.cpp, where it is so.
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UNLOCKED = ROOT / "tests/core/base/unlocked.cpp"
#: Other warnings are those of the builds, whose sources do not come in these batches.
ANALYSIS = ["-fsyntax-only", "-Wno-everything", "-Wthread-safety", "-Werror"]


def analysed(arguments: list[str], directory: Path) -> str:
    """What clang has to say, nothing when all is well."""
    command = [*arguments, *ANALYSIS]
    done = subprocess.run(command, cwd=directory, capture_output=True, text=True, check=False)
    return done.stderr if done.returncode else ""


def arguments_of(entry: dict[str, str]) -> list[str]:
    """The compiler's, without its launcher and without what it would write."""
    words = shlex.split(entry["command"])
    first = next(i for i, word in enumerate(words) if Path(word).name.startswith("clang"))
    output = words.index("-o")
    return [
        word for word in words[first:output] + words[output + 2 :] if word not in ("-c", "-Werror")
    ]


def main() -> int:
    build = Path(sys.argv[1])
    entries = json.loads((build / "compile_commands.json").read_text())
    # What Qt's tools would write during a build is not there, and has no locks.
    entries = [entry for entry in entries if "_autogen/" not in entry["file"]]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        jobs = [(arguments_of(entry), Path(entry["directory"])) for entry in entries]
        faults = [said for said in pool.map(lambda job: analysed(*job), jobs) if said]
    for said in faults:
        print(said, file=sys.stderr)
    control = analysed(["clang++", "-std=c++20", f"-I{ROOT}/core", str(UNLOCKED)], ROOT)
    if "requires holding mutex" not in control:
        print(f"The analysis does not work: of {UNLOCKED} it says {control!r}", file=sys.stderr)
        return 1
    print(f"Locks: {len(entries)} batches of sources, {len(faults)} with a fault.")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
