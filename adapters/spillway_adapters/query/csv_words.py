"""Words of a CSV file's own for a value that is missing."""

from __future__ import annotations

from collections.abc import Iterable

from spillway_adapters.spec import Dataset


def spellings(missing: tuple[str, ...]) -> list[str]:
    """For readers that compare bytes: in any letter case where they are short, and nothing."""
    return Dataset("", [], ",", "", True, [], None, 0, missing=missing).missing_spellings


def spelled(words: Iterable[str]) -> list[str]:
    return [spelled for word in words for spelled in (word, word.lower(), word.upper())]
