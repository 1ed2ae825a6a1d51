#!/usr/bin/env python3
"""Compile times: CPU seconds (user and system) per room, and the slowest files.

bench/build_time.py                                the two programs, as ./run builds them
bench/build_time.py --preset dev --target host_tests
bench/build_time.py -D CMAKE_UNITY_BUILD=OFF       with another setting of the build

Builds once in a folder of its own, without a compiler cache, and removes it. With unity builds a
"file" is a batch of sources. Processor time grows by a third and more when other work shares the
machine: compare only figures of one quiet machine.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shlex
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LAUNCH = "--launch"


@dataclass(frozen=True)
class Compilation:
    """One call of the compiler."""

    output: str  #: relative to the build folder
    seconds: float  #: processor time, with its children's

    @property
    def room(self) -> str:
        """The folder whose CMakeLists.txt the target is in."""
        return self.output.split("/CMakeFiles/")[0]

    @property
    def file(self) -> str:
        folder, _, inside = self.output.partition("/CMakeFiles/")
        return f"{folder}: {inside.partition('.dir/')[2] or inside}"


def spent(who: int) -> float:
    usage = resource.getrusage(who)
    return usage.ru_utime + usage.ru_stime


def launch(log: str, command: list[str]) -> int:
    """What CMake puts before the compiler: runs it and writes down what it took."""
    code = subprocess.run(command, check=False).returncode
    output = command[command.index("-o") + 1] if "-o" in command else " ".join(command)
    line = json.dumps({"output": output, "seconds": spent(resource.RUSAGE_CHILDREN)}) + "\n"
    descriptor = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(descriptor, line.encode())  # one write: compilers run side by side
    os.close(descriptor)
    return code


def build(options: argparse.Namespace, folder: Path) -> tuple[list[Compilation], float, float]:
    """The compilations, the processor seconds of the whole build and its elapsed seconds."""
    log = folder / "compilations.jsonl"
    launcher = f"{sys.executable};{Path(__file__).resolve()};{LAUNCH};{log}"
    defined = [f"CMAKE_CXX_COMPILER_LAUNCHER={launcher}", *options.define]
    settings = [f"-D{setting}" for setting in defined]
    environment = {**os.environ, "CCACHE_DISABLE": "1"}
    subprocess.run(
        ["cmake", "--preset", options.preset, "-B", folder / "build", *settings],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        check=True,
    )
    before, began = spent(resource.RUSAGE_CHILDREN), time.monotonic()
    targets = options.target or ["spillway", "spillway-worker"]
    subprocess.run(
        ["cmake", "--build", folder / "build", "--target", *targets],
        cwd=ROOT,
        env=environment,
        stdout=sys.stderr,
        check=True,
    )
    whole = spent(resource.RUSAGE_CHILDREN) - before
    lines = log.read_text().splitlines()
    return [Compilation(**json.loads(line)) for line in lines], whole, time.monotonic() - began


def main() -> None:
    if sys.argv[1:2] == [LAUNCH]:
        sys.exit(launch(sys.argv[2], sys.argv[3:]))
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--preset", default="release", help="of CMakePresets.json")
    parser.add_argument("--target", nargs="+", help="default: the two programs")
    parser.add_argument("-D", dest="define", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--slowest", type=int, default=10, help="how many files are listed")
    options = parser.parse_args()

    with tempfile.TemporaryDirectory(prefix="build-time-") as folder:
        compilations, whole, elapsed = build(options, Path(folder))
    rooms: dict[str, list[float]] = defaultdict(list)
    for one in compilations:
        rooms[one.room].append(one.seconds)
    print(f"{'room':28}{'files':>6}{'CPU s':>9}")
    for room, seconds in sorted(rooms.items(), key=lambda item: -sum(item[1])):
        print(f"{room:28}{len(seconds):6}{sum(seconds):9.1f}")
    compiling = sum(one.seconds for one in compilations)
    print(f"{'all':28}{len(compilations):6}{compiling:9.1f}")
    print(f"{'moc, rcc, linking, ninja':34}{max(0.0, whole - compiling):9.1f}")
    print(f"\nThe whole: {whole:.0f} s of processor time, {elapsed:.0f} s ({shlex.join(sys.argv)})")
    print(f"\nThe {options.slowest} slowest files:")
    for one in sorted(compilations, key=lambda one: -one.seconds)[: options.slowest]:
        print(f"{one.seconds:7.1f}  {one.file}")


if __name__ == "__main__":
    main()
