"""What an engine does for a kind of work.

A kind is a package `spillway_adapters.<kind>`, whose `read()` reads the workload of a
specification. What an engine does for it is the module `<engine>` of that package, with a class
`Job`. Engines and kinds know each other by these names only, so that neither lists the other.
"""

from __future__ import annotations

import importlib
import importlib.util
import re
from types import ModuleType
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spillway_adapters.protocol import Run

PACKAGE = "spillway_adapters"
#: What a specification may name: never a path, and no module of another package.
NAME = re.compile(r"[a-z][a-z0-9_]*")


class Workload(Protocol):
    """A kind's own type has more fields."""

    @property
    def columns(self) -> list[str]:
        """Those that it reads of a dataset: one of text, then numbers."""
        ...


def package(kind: str) -> ModuleType:
    """ValueError for a kind that there is not."""
    name = f"{PACKAGE}.{kind}"
    found = importlib.util.find_spec(name) if NAME.fullmatch(kind) else None
    if found is None or found.submodule_search_locations is None:
        raise ValueError(f"Unknown workload {kind!r}.")
    return importlib.import_module(name)


def modules(name: str) -> Iterator[ModuleType]:
    """The module `name` of every kind that has one."""
    import pkgutil

    import spillway_adapters

    for found in pkgutil.iter_modules(spillway_adapters.__path__, f"{PACKAGE}."):
        if found.ispkg and importlib.util.find_spec(f"{found.name}.{name}"):
            yield importlib.import_module(f"{found.name}.{name}")


def read(fields: dict[str, Any]) -> Workload:
    """The workload of a specification."""
    return package(fields["kind"]).read(fields)


def job(run: Run, engine: str) -> Any:  # noqa: ANN401 (each engine says what its jobs are)
    """What `engine` does for the run's kind. Unsupported, and nothing was started, where it does
    not do what is asked. Its module imports no engine: it is called before the engine's settings
    are made. What it needs it imports when the engine is set up, before ready."""
    from spillway_adapters import parquet_text
    from spillway_adapters.protocol import Unsupported

    kind = run.spec.kind
    module = engine.replace("-", "_")
    name = f"{package(kind).__name__}.{module}"
    if not NAME.fullmatch(module) or importlib.util.find_spec(name) is None:
        raise Unsupported(f'The engine "{engine}" does not do work of the kind "{kind}".')
    columns = getattr(run.spec.workload, "columns", None)
    if columns is not None and run.spec.dataset.format == "parquet":
        parquet_text.check(run.spec.dataset, columns)
    return importlib.import_module(name).Job(run)
