"""Engines and kinds of work know each other by the names of files only."""

from __future__ import annotations

import json
import re
import sys
from types import SimpleNamespace

import pytest

from host import ADAPTERS

sys.path.insert(0, str(ADAPTERS))
from spillway_adapters import kinds
from spillway_adapters.protocol import Unsupported

ROOT = ADAPTERS.parent
PACKAGE = ADAPTERS / "spillway_adapters"
KINDS = sorted(file.parent.name for file in (ROOT / "core/workloads").glob("*/type.cpp"))
#: Engines whose adapter is a module of the package; "script" is what a user's script is to a kind.
MODULES = {
    file.name.removesuffix("_engine.py").replace("_", "-") for file in PACKAGE.glob("*_engine.py")
}


def test_every_kind_has_a_package_and_no_other_has() -> None:
    assert KINDS
    packages = sorted(file.parent.name for file in PACKAGE.glob("*/__init__.py"))
    assert set(packages) <= set(KINDS)
    taken = {kind for kind in KINDS for engine in taking(kind) if engine in MODULES}
    assert packages == sorted(taken)


@pytest.mark.parametrize("kind", KINDS)
def test_an_engine_takes_a_kind_in_both_places_or_in_none(kind: str) -> None:
    """By its file in the kind's folder, for the plan, and by its module there, for the run."""
    files = {file.stem for file in (PACKAGE / kind).glob("*.py")}
    assert taking(kind) & MODULES == {name for name in MODULES if name.replace("-", "_") in files}
    for engine in taking(kind) & MODULES:
        source = (PACKAGE / kind / f"{engine.replace('-', '_')}.py").read_text()
        assert re.search(r"^class Job[:(]", source, re.M), engine


def test_files_of_kinds_are_of_engines_that_there_are() -> None:
    engines = {file.stem for file in (ROOT / "resources/engines").glob("*.json")}
    for kind in KINDS:
        assert taking(kind) <= engines | {"script"}


def taking(kind: str) -> set[str]:
    return {file.stem for file in (ROOT / "core/workloads" / kind / "engines").glob("*.json")}


#: A kind that is called like a word of the protocol, and the files in which that word stands in
#: quotes: a message, a counter, a unit.
SPOKEN = {"tasks": {"protocol.py", "dask_watch.py", "spark_watch.py"}}


def test_no_engine_names_a_kind() -> None:
    """Neither an adapter's own part nor a manifest: the kind's folder says what holds for it."""
    for file in [*PACKAGE.glob("*.py"), *(ROOT / "resources/engines").glob("*.json")]:
        quoted = [kind for kind in KINDS if file.name not in SPOKEN.get(kind, ())]
        word = re.compile(rf"[\"'](?:{'|'.join(quoted)})[\"']|spillway_adapters(?:\.| import )(?:"
                          rf"{'|'.join(KINDS)})\b")  # fmt: skip
        assert not word.search(file.read_text()), file
    for file in (ROOT / "resources/engines").glob("*.json"):
        assert "kinds" not in json.loads(file.read_text()), file


@pytest.mark.parametrize(
    "kind", ["", "mining", "protocol", "../etl", "etl.dask", "etl/dask", "Etl", "__pycache__", "os"]
)
def test_what_is_no_kind_is_not_imported(kind: str) -> None:
    before = set(sys.modules)
    with pytest.raises(ValueError, match="Unknown workload"):
        kinds.read({"kind": kind})
    assert set(sys.modules) == before


@pytest.mark.parametrize("engine", ["turbine", "groups.x", "../ray_core", ""])
def test_an_engine_without_a_module_for_the_kind_says_so(engine: str) -> None:
    run = SimpleNamespace(spec=SimpleNamespace(kind=KINDS[0]))
    with pytest.raises(Unsupported) as refused:
        kinds.job(run, engine)
    assert str(refused.value) == (
        f'The engine "{engine}" does not do work of the kind "{KINDS[0]}".'
    )
