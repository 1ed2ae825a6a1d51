"""Columns that are the names of folders above a file: year=2024/month=2/…"""

from __future__ import annotations

import urllib.parse
from pathlib import PurePath

#: How Hive writes a null in a folder's name.
NULL_FOLDER = "__HIVE_DEFAULT_PARTITION__"


def of(path: str, levels: int) -> list[tuple[str, str]]:
    """Name and value of so many folders above the file, outermost first."""
    found = []
    for folder in list(PurePath(path).parents)[:levels]:
        key, _, value = folder.name.partition("=")
        found.append((urllib.parse.unquote(key), urllib.parse.unquote(value)))
    return found[::-1]


def value(path: str, levels: int, name: str) -> str | None:
    """Of one of them; None for a null."""
    found = dict(of(path, levels))[name]
    return None if found == NULL_FOLDER else found
