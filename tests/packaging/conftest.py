"""The tree that `cmake --install` makes, below the build directory."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

SOURCE = Path(os.environ["SOURCE"])
BUILD = Path(os.environ["BUILD"])
VERSION = os.environ["VERSION"]
DESKTOP_ID = os.environ["DESKTOP_ID"]


@pytest.fixture(scope="module")
def place(request: pytest.FixtureRequest) -> Path:
    """An empty directory of the test file's own."""
    directory = BUILD / "packaging" / Path(request.node.name).stem
    if directory.exists():
        for folder in [directory, *directory.rglob("*/")]:
            folder.chmod(0o755)
        shutil.rmtree(directory)
    directory.mkdir(parents=True)
    return directory


@pytest.fixture(scope="module")
def prefix(place: Path) -> Path:
    """Installed, then moved away from where it was installed to."""
    first = place / "first"
    subprocess.run(
        [os.environ["CMAKE"], "--install", BUILD, "--strip", "--prefix", first],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return first.rename(place / "a prefix")
