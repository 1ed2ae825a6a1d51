"""What engines read through, or copies of, and what is checked after them: csv_plain and shape."""

from __future__ import annotations

import dataclasses
import json
import random
import sys
from pathlib import Path

import pytest

from dialects import CASES
from host import ADAPTERS

sys.path.insert(0, str(ADAPTERS))
from spillway_adapters import csv_plain, shape
from spillway_adapters import spec as specs
from spillway_adapters.protocol import RunError
from spillway_adapters.spec import Column, Dataset


def dataset(path: Path, **options: object) -> Dataset:
    columns = [Column("k", "text"), Column("x", "text")]
    plain = Dataset("d", [str(path)], ",", '"', False, columns, None, path.stat().st_size)
    return dataclasses.replace(plain, **options)


def drawn(letters: str, length: int, seed: int) -> bytes:
    return "".join(random.Random(seed).choices(letters, k=length)).encode()


@pytest.mark.parametrize("piece", [1, 2, 5])
def test_what_is_read_does_not_depend_on_the_pieces(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, piece: int
) -> None:
    file = tmp_path / "data.csv"
    for seed in range(100):
        file.write_bytes(b"".join([drawn('a#,"\n', 20, seed), b'\n#"\na,-\n']))
        data = dataset(file, comment="#", missing=("a",), encoding="latin-1")
        monkeypatch.setattr(csv_plain, "PIECE", 1 << 20)
        whole = read(file, data)
        monkeypatch.setattr(csv_plain, "PIECE", piece)
        assert read(file, data) == whole


def read(file: Path, data: Dataset) -> bytes | str:
    try:
        with csv_plain.Plain(str(file), data, "k") as source:
            return source.read()
    except RunError as fault:
        return fault.code


def test_options_leave_what_a_plain_file_would_say(tmp_path: Path) -> None:
    case = CASES["all_options"]
    data = specs.parse(json.dumps({**case.spec(tmp_path), "scratch": "/"})).dataset
    with csv_plain.Plain(data.paths[0], data, "Näme") as source:
        assert source.read().decode() == (
            'a;1,5;2,5\nÄ“;2,5;1e1\na;-;-,5\n; 3,5 ;"1,5"\n"-";None;+2\n"x\n#y";1,;2'
        )


@pytest.mark.parametrize("stripe", [1, 3, 1 << 22])
def test_what_is_seen_at_once_is_well_formed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stripe: int
) -> None:
    """Never the other way round: what is not seen at once is judged row by row."""
    monkeypatch.setattr(shape, "STRIPE", stripe)
    file = tmp_path / "data.csv"
    seen = 0
    for seed in range(1000):
        draw = random.Random(seed)
        fields = ["a", "", '"a"', '"a""b"', '"a,\n"', '""', 'a"', '"a"b', "a\r"]
        likely = [20] * 6 + [1] * 3
        rows = [",".join(draw.choices(fields, likely, k=2)).encode() for _ in range(2)]
        noise = drawn('a,"\n\r\0', seed % 3, seed)
        file.write_bytes(b"\n".join(rows) + b"\n" + noise)
        if shape._Regular(str(file), dataset(file)).holds():
            seen += 1
            shape._judge(str(file), dataset(file), blank_lines=True)
    assert seen > 20


def test_a_copy_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    file = tmp_path / "data.csv"
    file.write_bytes(b"a,1\n")
    (tmp_path / "plain").mkdir()
    (tmp_path / "plain" / "0.csv").symlink_to("/dev/full")
    with pytest.raises(RunError) as raised:
        csv_plain.copy(str(file), dataset(file), "k", tmp_path / "plain" / "0.csv")
    assert raised.value.code == "no-space"
