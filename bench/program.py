"""Runs of the program, and of its worker without it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Record = dict[str, Any]


@dataclass(frozen=True)
class Program:
    """A built Spillway, and where the benchmark keeps its data."""

    binaries: Path
    data: Path

    def call(self, *arguments: str) -> list[Record]:
        """The JSON lines of one command; its progress goes to the terminal."""
        command = [str(self.binaries / "spillway"), *arguments, "--json"]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
        if done.returncode not in (0, 1):  # 1: a run failed, which its record says
            sys.exit(f"{' '.join(command)} ended with {done.returncode}")
        return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]

    def ready(self, engines: Iterable[str]) -> list[str]:
        """The engines that are set up; prints which are not."""
        states = {engine["id"]: engine["state"] for engine in self.call("engines")}
        usable = []
        for engine in engines:
            if states.get(engine.split(":")[0]) == "ready":
                usable.append(engine)
            else:
                print(f"{engine} is not set up and is left out", file=sys.stderr)
        return usable

    def dataset(self, rows: int, *, categories: int = 4, signal: int = 4) -> Path:
        """Generated once and kept; its name says what it is."""
        path = self.data / f"rows{rows}-categories{categories}-signal{signal}.csv"
        if not path.with_name(path.name + ".json").exists():
            self.data.mkdir(parents=True, exist_ok=True)
            self.call("generate", str(path), "--rows", str(rows), "--signal", str(signal),
                      "--categories", str(categories), "--force")  # fmt: skip
        return path

    def run(
        self, data: Path, workload: str, engines: Sequence[str], **options: str | int | list[str]
    ) -> list[Record]:
        """One plan, its rounds interleaved; warm-ups are left out."""
        arguments = ["--data", str(data), "--workload", workload, "--engine", ",".join(engines)]
        for name, value in options.items():
            values = value if isinstance(value, list) else [value]
            for one in values:
                arguments += ["--" + name.replace("_", "-"), str(one)]
        records = self.call("run", *arguments, "--ignore-failure")
        return [record for record in records if not record["warmup"]]

    def unmeasured(self, data: Path, workers: int) -> float:
        """Seconds from go to done of the native group-by in an unmeasured worker."""
        worker = [str(self.binaries / "spillway-worker"), "engine", "chunked"]
        manifest = json.loads(data.with_name(data.name + ".json").read_text())
        columns = [{"name": "id", "type": "integer"}]
        columns += [{"name": name, "type": "real"} for name in manifest["features"]]
        columns.append({"name": "category", "type": "text"})
        with tempfile.TemporaryDirectory(dir=self.data) as scratch:
            fields = {
                "protocol": 1, "run_id": "bench", "workers": workers, "memory_limit": None,
                "scratch": scratch, "seed": 1, "profile": "default", "address": None,
                "dataset": {
                    "name": data.name, "paths": [str(data.resolve())], "rows": manifest["rows"],
                    "bytes": data.stat().st_size, "fingerprint": "",
                    "schema": {"delimiter": ",", "quote": "", "header": True, "columns": columns},
                },
                "workload": {"kind": "etl", "group_by": "category",
                             "values": manifest["features"], "materialise": "streamed"},
            }  # fmt: skip
            with subprocess.Popen(
                worker, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            ) as child:
                assert child.stdin is not None and child.stdout is not None
                child.stdin.write(json.dumps(fields) + "\n")
                child.stdin.flush()
                begun = 0.0
                seconds = 0.0
                for line in child.stdout:
                    event = json.loads(line)
                    if event["type"] == "ready":
                        begun = time.monotonic()
                        child.stdin.write('{"go":true}\n')
                        child.stdin.flush()
                    elif event["type"] == "done":
                        seconds = event["t"] - begun
                    elif event["type"] == "error":
                        sys.exit(event["message"])
            return seconds


def key(record: Record) -> str:
    """Engine and profile, as given to --engine."""
    plain = record["profile"] in ("", "default")
    return record["engine"] if plain else f"{record['engine']}:{record['profile']}"


def evict(path: Path) -> None:
    """Drops it from the page cache."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
    finally:
        os.close(descriptor)


def seconds_of(command: Sequence[str]) -> float:
    begun = time.monotonic()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.monotonic() - begun
