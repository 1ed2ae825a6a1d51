"""Names for a dataset's Parquet files that mean nothing to an engine's reader: some take `*` for a
pattern, `_` at the beginning for a hidden file, and a folder with `=` for a column."""

from __future__ import annotations

import tempfile
import urllib.parse
from pathlib import Path

from spillway_adapters import hive_folders
from spillway_adapters.spec import Dataset


def made(data: Dataset, scratch: Path, *, folders: bool) -> tuple[Path, list[str]]:
    """A folder, and links below it in the order of the files; `folders`: in folders whose names
    tell the dataset's columns, as Hive writes them."""
    root = Path(tempfile.mkdtemp(prefix="files-", dir=scratch))
    links = []
    for place, path in enumerate(data.paths):
        Path(path).stat()  # Says what is missing by its own name.
        folder = root
        for name, value in hive_folders.of(path, len(data.folders)) if folders else []:
            folder /= f"{_escaped(name)}={_escaped(value)}"
        folder.mkdir(parents=True, exist_ok=True)
        link = folder / f"{place}.parquet"
        link.symlink_to(path)
        links.append(str(link))
    return root, links


def _escaped(text: str) -> str:
    return urllib.parse.quote(text, safe="")
