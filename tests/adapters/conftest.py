"""What the adapters' tests share."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

# What imports no engine is imported from where it lies.
sys.path.insert(0, str(Path(__file__).parents[2] / "adapters"))

Csv = Callable[..., Path]


@pytest.fixture(scope="session")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """400 MB: long enough for something to happen in the middle."""
    block = "".join(f"{i},{i / 7},{i / 3},{'ABCD'[i % 4]}\n" for i in range(100_000)).encode()
    path = tmp_path_factory.mktemp("large") / "large.csv"
    with path.open("wb") as file:
        file.write(b"id,x,y,category\n")
        for _ in range(400_000_000 // len(block)):
            file.write(block)
    return path


@pytest.fixture
def csv(tmp_path: Path) -> Csv:
    """Writes a file of exactly this text."""

    def write(text: str, name: str = "data.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(text.encode())
        return path

    return write


@pytest.fixture
def traps(csv: Csv) -> Callable[..., list[Path]]:
    """Writes files of these names, by turns one of 100 rows without y and one of quotes and of keys
    that look like numbers or missing values."""
    keys = ["NA", "01", "1", "", "nan", "None", "1.0", "true", "é", '"line\nbreak"', '"a,""b"']
    words = ["", "NA", "nan", "null", "N/A", "1e3", "-.5"]
    quoted = "".join(f"{i},{words[i % 7]},{i / 7},{key}\r\n" for i, key in enumerate(keys * 200))
    plain = "".join(f"{i},{words[i % 7]},,{'AB'[i % 2]}\n" for i in range(100))

    def write(*names: str, header_end: str = "\n") -> list[Path]:
        head = "id,x,y,category"
        texts = [f"{head}\n{plain}", f"{head}{header_end}{quoted}"]
        return [csv(texts[place % 2], name) for place, name in enumerate(names)]

    return write
