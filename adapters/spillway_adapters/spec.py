"""The run's specification: what one run is asked to do (docs/protocol.md, version 1 or 2).

Plain values, read once from the line that the host writes to stdin. The host has validated them; a
field of another shape is a bug and raises.
"""

from __future__ import annotations

import dataclasses
import itertools
import json
import string
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from spillway_adapters import kinds
from spillway_adapters.kinds import Workload

PROTOCOL_VERSIONS = (1, 2)
#: What a query calls the table of a dataset that has no named ones.
ONLY_TABLE = "data"

#: Words for a missing value in a numeric column, in any letter case and with spaces or tabs around
#: them, quoted or not; so is nothing at all (isMissingWord() of core/data/csv_number.h). Text
#: columns have no missing values unless the file has words of its own: an empty key is a key.
STANDARD_MISSING = (
    *("na", "n/a", "nan", "-nan", "+nan", "null", "none", "<na>", "#n/a", "#na", "#n/a n/a"),
    *("1.#ind", "-1.#ind", "1.#qnan", "-1.#qnan"),
)
#: Letters of a word all of whose spellings are handed to an engine that compares bytes.
MOST_LETTERS = 6


@dataclass(frozen=True)
class Column:
    name: str
    type: str  #: "integer", "real" or "text"; of Parquet also "boolean", "date", "timestamp"


@dataclass(frozen=True)
class Dataset:
    """Files of one format with the same columns, read one after the other."""

    name: str
    paths: list[str]  #: absolute
    delimiter: str  #: this and the rest of a dialect are CSV's
    quote: str  #: one character, or empty: a quote is an ordinary character
    header: bool
    columns: list[Column]  #: in file order, those of folders last
    rows: int | None
    bytes: int
    comment: str = ""  #: a line that begins with this byte is skipped; empty: there are none
    skip_rows: int = 0  #: lines at the beginning of each file, before the header
    decimal: str = "."
    encoding: str = "utf-8"  #: or "latin-1", "windows-1252"
    #: Words in place of the standard ones, for numbers and for text that is not in quotes.
    missing: tuple[str, ...] | None = None
    format: str = "csv"  #: or "parquet"
    #: Of Parquet: columns that the names of as many folders above the files tell ("year=2024").
    folders: tuple[str, ...] = ()

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]

    def places(self, columns: list[str]) -> list[str]:
        """Names of columns inside an engine: their position in the file, "0", "1", …, since a name
        may be anything."""
        names = self.names
        return [str(names.index(column)) for column in columns]

    @property
    def all_places(self) -> list[str]:
        return [str(place) for place in range(len(self.columns))]

    @property
    def missing_words(self) -> frozenset[str]:
        """In lower case, without the spaces around them; the empty word too."""
        # No cached_property: its lock (until Python 3.12) would keep this class from the workers
        # of a cluster, to which Ray sends it by value.
        if "missing_words" not in self.__dict__:
            words = STANDARD_MISSING if self.missing is None else self.missing
            self.__dict__["missing_words"] = frozenset({"", *(lower(word) for word in words)})
        return self.__dict__["missing_words"]

    @property
    def missing_spellings(self) -> list[str]:
        """The words as bytes to compare with: in any letter case where they are short."""
        found = dict.fromkeys([""])
        for word in sorted(self.missing_words):
            letters = sum(byte != upper(byte) for byte in word)
            pairs = [sorted({byte, upper(byte)}) for byte in word]
            spelled = itertools.product(*pairs) if letters <= MOST_LETTERS else [word, upper(word)]
            found |= dict.fromkeys("".join(spelling) for spelling in spelled)
        return list(found)

    def is_missing(self, text: str) -> bool:
        """In a numeric column."""
        return lower(text.strip(" \t")) in self.missing_words

    def lacks_label(self, text: str) -> bool:
        """Whether a row with this label is left out. Words of the file's own are empty by now."""
        return self.is_missing(text) if self.missing is None else not text.strip(" \t")


def lower(text: str) -> str:
    """ASCII letters only, as the native reader."""
    return text.translate(_LOWER)


def upper(text: str) -> str:
    return text.translate(_UPPER)


_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
_UPPER = str.maketrans(string.ascii_lowercase, string.ascii_uppercase)


@dataclass(frozen=True)
class Spec:
    run_id: str
    #: By name; version 1 has one, ONLY_TABLE. None for a kind of work that reads no data.
    tables: dict[str, Dataset]
    kind: str  #: of work: the package that reads it (kinds.py)
    workload: Workload
    workers: int
    memory_limit: int | None  #: bytes for the whole run, all its processes
    memory_floor: int  #: bytes that the engine takes before it touches data; 0 when not known
    scratch: Path  #: fresh and private; the guard removes it
    seed: int
    profile: str
    address: str | None  #: of an existing cluster
    job: dict[str, Any]  #: the kind's own, empty for none

    @property
    def dataset(self) -> Dataset:
        """Of work on one table."""
        return next(iter(self.tables.values()))

    @property
    def paths(self) -> list[str]:
        """Of all tables."""
        return [path for table in self.tables.values() for path in table.paths]

    @property
    def engine_memory(self) -> int | None:
        """The memory limit to give the engine, whose limit covers what it manages
        (docs/measurement.md)."""
        if self.memory_limit is None:
            return None
        return max(int((self.memory_limit - self.memory_floor) * 0.8), 1)


def parse(line: str) -> Spec:
    fields = json.loads(line)
    version = fields.get("protocol")
    if version not in PROTOCOL_VERSIONS:
        raise ValueError(f"This adapter speaks protocol 1 and 2, not {version}.")
    if version == 1:
        tables = {ONLY_TABLE: _dataset(fields["dataset"], fields["dataset"]["schema"])}
        workload = fields["workload"]
    else:
        tables = tables_of(fields["inputs"])
        workload = {"kind": fields["kind"], **fields["parameters"], **fields["columns"]}
    limit = fields.get("memory_limit")
    return Spec(
        run_id=fields["run_id"],
        tables=tables,
        kind=workload["kind"],
        workload=kinds.read(workload),
        workers=int(fields["workers"]),
        memory_limit=None if limit is None else int(limit),
        memory_floor=int(fields.get("memory_floor") or 0),
        scratch=Path(fields["scratch"]),
        seed=int(fields.get("seed", 1)),
        profile=fields.get("profile", "default"),
        address=fields.get("address"),
        job=fields.get("job") or {},
    )


def tables_of(inputs: dict[str, Any]) -> dict[str, Dataset]:
    """Of version 2's field "inputs"."""
    return {name: table_of(each) for name, each in inputs.items()}


def table_of(fields: dict[str, Any]) -> Dataset:
    """One of version 2's inputs."""
    if fields.get("format", "csv") == "csv":
        return _dataset(fields, fields["dialect"])
    plain = _dataset(fields, {"delimiter": ",", "quote": '"', "header": True})
    return dataclasses.replace(plain, format=fields["format"], folders=tuple(fields["folders"]))


def _dataset(fields: dict[str, Any], dialect: dict[str, Any]) -> Dataset:
    """Version 1 has the columns in its schema, which says the dialect, too."""
    columns = fields.get("columns") or dialect["columns"]
    return Dataset(
        name=fields["name"],
        paths=list(fields["paths"]),
        delimiter=dialect["delimiter"],
        quote=dialect["quote"],
        header=dialect["header"],
        columns=[Column(column["name"], column["type"]) for column in columns],
        rows=fields.get("rows"),
        bytes=int(fields["bytes"]),
        comment=dialect.get("comment", ""),
        skip_rows=int(dialect.get("skip_rows", 0)),
        decimal=dialect.get("decimal", "."),
        encoding=dialect.get("encoding", "utf-8"),
        missing=None if dialect.get("missing") is None else tuple(dialect["missing"]),
    )
