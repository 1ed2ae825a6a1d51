"""A cluster that was there before the run."""

from __future__ import annotations

from spillway_adapters.protocol import Unsupported


def check_size(address: str, capacity: int, workers: int) -> None:
    """A run that is called one of eight workers is done by eight: `capacity` is how many tasks the
    cluster can do at a time."""
    if capacity < workers:
        raise Unsupported(
            f"The cluster at {address} can do {capacity} tasks at a time, and {workers} workers "
            "were asked for.",
        )
