"""A user's Python file with one function run(paths, workers, memory_bytes, scratch) as an engine.

`python -I -m spillway_adapters.script_engine /absolute/path/of/script.py MODULE...`, with the
user's own Python; the modules are those beside it that it may import. What the function may return
is in docs/adding-an-engine.md; the kind of work reads it.
"""

from __future__ import annotations

import hashlib
import importlib.util
import inspect
import os
import sys
from collections.abc import Callable, Collection, Sequence
from functools import partial
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any, Protocol

from spillway_adapters import kinds
from spillway_adapters.protocol import Answer, Run, RunError, serve

ARGUMENTS = ("paths", "workers", "memory_bytes", "scratch")


class Job(Protocol):
    """What a kind of work has a script do."""

    def data(self, run: Run) -> Any:  # noqa: ANN401
        """The function's first argument."""
        ...

    def arguments(self, run: Run) -> dict[str, Any]:
        """What a function gets beside ARGUMENTS that asks for it by name."""
        ...

    def result(self, run: Run, answer: Any) -> dict[str, Any]:  # noqa: ANN401 (anything at all)
        """Of what the function returned."""
        ...


class Script:
    package = ""
    libraries = ()

    def __init__(self, path: Path, modules: Collection[str]) -> None:
        self._path = path
        self._modules = frozenset(modules)  #: trusted with it: what it may import from beside it
        self._function: Callable[..., Any] = lambda: None
        self.name = path.stem
        #: The file's content is all there is to know of its version.
        self.version = hashlib.sha256(path.read_bytes()).hexdigest()[:12]

    def start(self, run: Run) -> dict[str, Any]:
        self._job: Job = kinds.job(run, "script")
        module = _imported(self._path, self._modules)
        function = getattr(module, "run", None)
        if not callable(function):
            raise RunError(
                "engine-failed",
                f"{self._path} has no function run.",
                f"Define run({', '.join(ARGUMENTS)}).",
            )
        self._function = function
        used = (value for value in vars(module).values() if isinstance(value, ModuleType))
        versions = {m.__name__: m.__version__ for m in used if hasattr(m, "__version__")}
        return {"script": self._path.name, "sha256": self.version, **versions}

    def work(self, run: Run) -> Answer:
        own = run.spec.scratch / "script"
        own.mkdir()
        given = {
            "paths": self._job.data(run),
            "workers": run.spec.workers,
            "memory_bytes": run.spec.memory_limit,
            "scratch": str(own),
        }
        wanted = inspect.signature(self._function).parameters
        offered = self._job.arguments(run)
        more = {name: value for name, value in offered.items() if name in wanted}
        with run.phase("compute"):
            answer = self._function(*(given[name] for name in ARGUMENTS), **more)
        return partial(self._job.result, run, answer)

    def error_code(self, failure: Exception) -> str | None:
        return None

    def close(self, run: Run) -> None:
        pass


class _FromSource(SourceFileLoader):
    """Loads the source that was trusted, not bytecode that somebody put beside it."""

    def get_code(self, fullname: str) -> CodeType:
        path = self.get_filename(fullname)
        return self.source_to_code(self.get_data(path), path)


class _Trusted:
    """Finds modules beside the script that were trusted with it, and rejects others."""

    def __init__(self, folder: Path, modules: Collection[str]) -> None:
        self._folder = str(folder)
        self._modules = modules

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        elsewhere = [entry for entry in sys.path if entry != self._folder]
        if path is None and PathFinder.find_spec(name, elsewhere) is not None:
            return None
        found = PathFinder.find_spec(name, [self._folder] if path is None else path)
        if found is None or not (found.origin or "").startswith(self._folder + os.sep):
            return None
        if path is None and name not in self._modules:
            raise ImportError(
                f"{name} is beside the script but was not trusted with it: "
                "name it in an import statement and trust the script again."
            )
        if isinstance(found.loader, SourceFileLoader):
            found.loader = _FromSource(found.name, found.origin)
        return found


def _imported(path: Path, modules: Collection[str]) -> ModuleType:
    """A module of its own, so that processes it starts find its functions; the modules beside it
    that were trusted with it can be imported."""
    sys.path.append(str(path.parent))
    sys.meta_path.insert(0, _Trusted(path.parent, modules))
    found = importlib.util.spec_from_file_location(path.stem, path)
    if found is None or found.loader is None:
        raise RunError(
            "engine-failed", f"{path} is not a Python file.", "Its name has to end in .py."
        )
    module = importlib.util.module_from_spec(found)
    sys.modules[path.stem] = module
    found.loader.exec_module(module)
    return module


if __name__ == "__main__":
    serve(Script(Path(sys.argv[1]), sys.argv[2:]))
