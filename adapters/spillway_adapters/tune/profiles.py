"""Ways to search, by the profiles' names."""

from __future__ import annotations

from spillway_adapters.protocol import Run, Unsupported

#: "oracle" gives what others are held to: every loss that there is.
WAYS = {"full": "full", "halving": "halving", "asha": "asha", "oracle": "full"}


def check(run: Run) -> str:
    """How this run searches."""
    how = WAYS.get(run.spec.profile)
    if how is None:
        raise Unsupported(f'The search has no profile "{run.spec.profile}".')
    return how
