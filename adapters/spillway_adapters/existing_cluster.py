"""A cluster that existed before the run."""

from __future__ import annotations

from pathlib import Path

from spillway_adapters.protocol import Unsupported


def check_size(address: str, capacity: int, workers: int) -> None:
    """A run labelled with eight workers must really use eight: `capacity` is how many tasks the
    cluster can run at a time."""
    if capacity < workers:
        raise Unsupported(
            f"The cluster at {address} can do {capacity} tasks at a time, and {workers} workers "
            "were asked for.",
        )


def check_scratch(scratch: Path, sees_it: dict[str, bool]) -> None:
    """For work whose files are written, or read, by workers: `sees_it` is by worker or node."""
    blind = [name for name, sees in sees_it.items() if not sees]
    if blind:
        raise Unsupported(
            f"The job's files are written below {scratch}, which {', '.join(blind)} cannot see: "
            "give --scratch a directory that every node has under the same path."
        )
