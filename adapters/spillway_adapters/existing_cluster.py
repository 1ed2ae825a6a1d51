"""A cluster that existed before the run."""

from __future__ import annotations

from spillway_adapters.protocol import Unsupported


def check_size(address: str, capacity: int, workers: int) -> None:
    """A run labelled with eight workers must really use eight: `capacity` is how many tasks the
    cluster can run at a time."""
    if capacity < workers:
        raise Unsupported(
            f"The cluster at {address} can do {capacity} tasks at a time, and {workers} workers "
            "were asked for.",
        )
