"""A user's Python file with one function run(paths, workers, memory_bytes, scratch) as an engine.

`python -I -m spillway_adapters.script_engine /absolute/path/of/script.py`, with the user's own
Python. What the function may return is in docs/adding-an-engine.md; script_result reads it.
"""

from __future__ import annotations

import hashlib
import importlib.util
import inspect
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

from spillway_adapters import script_result
from spillway_adapters.protocol import Answer, Run, RunError, Unsupported, serve
from spillway_adapters.spec import Etl

ARGUMENTS = ("paths", "workers", "memory_bytes", "scratch")
#: What a function gets that asks for it by name.
MORE_ARGUMENTS = ("group_by", "values")


class Script:
    package = ""
    libraries = ()

    def __init__(self, path: Path) -> None:
        self._path = path
        self._function: Callable[..., Any] = lambda: None
        self.name = path.stem
        #: The file's content is all there is to know of its version.
        self.version = hashlib.sha256(path.read_bytes()).hexdigest()[:12]

    def start(self, run: Run) -> dict[str, Any]:
        if not isinstance(run.spec.workload, Etl):
            raise Unsupported("A script answers the group-by mean only.")
        module = _imported(self._path)
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
        workload = run.spec.workload
        assert isinstance(workload, Etl)
        own = run.spec.scratch / "script"
        own.mkdir()
        given = {
            "paths": list(run.spec.dataset.paths),
            "workers": run.spec.workers,
            "memory_bytes": run.spec.memory_limit,
            "scratch": str(own),
            "group_by": workload.group_by,
            "values": list(workload.values),
        }
        wanted = inspect.signature(self._function).parameters
        more = {name: given[name] for name in MORE_ARGUMENTS if name in wanted}
        with run.phase("compute"):
            answer = self._function(*(given[name] for name in ARGUMENTS), **more)
        return partial(script_result.etl, answer, workload, run.spec.scratch)

    def error_code(self, failure: Exception) -> str | None:
        return None

    def close(self, run: Run) -> None:
        pass


def _imported(path: Path) -> ModuleType:
    """A module of its own, so that processes it starts find its functions; files beside it can be
    imported."""
    sys.path.append(str(path.parent))
    found = importlib.util.spec_from_file_location(path.stem, path)
    if found is None or found.loader is None:
        raise RunError("engine-failed", f"{path} is no Python file.", "Its name has to end in .py.")
    module = importlib.util.module_from_spec(found)
    sys.modules[path.stem] = module
    found.loader.exec_module(module)
    return module


if __name__ == "__main__":
    serve(Script(Path(sys.argv[1])))
