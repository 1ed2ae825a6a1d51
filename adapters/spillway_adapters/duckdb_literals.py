"""Names, texts and paths in a statement for DuckDB."""

from __future__ import annotations

from collections.abc import Iterable


def column(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def texts(values: Iterable[str]) -> str:
    return ", ".join(text(value) for value in values)


def files(paths: Iterable[str]) -> str:
    """As patterns that match nothing else."""
    return f"[{texts(map(_literal, paths))}]"


def _literal(path: str) -> str:
    return "".join(f"[{byte}]" if byte in "*?[" else byte for byte in path)
