"""What Ray Data's own imports need."""

from __future__ import annotations

import importlib.util
import sys


def without_http() -> None:
    """Ray Data asks of every path whether it is one of HTTP, for which fsspec needs aiohttp. Where
    that is not installed, two threads that ask at the same time see each other's half import, and
    the run ends in an ImportError."""
    if importlib.util.find_spec("aiohttp") is None:
        sys.modules["fsspec.implementations.http"] = None  # type: ignore[assignment]
