"""Functions of files of code, as text, for programs that carry those which they call."""

from __future__ import annotations

import ast
import functools
from dataclasses import dataclass
from pathlib import Path

PACKAGE = __name__.partition(".")[0]


@dataclass(frozen=True)
class _Part:
    names: frozenset[str]  #: that it defines
    text: str
    uses: frozenset[str]


@functools.cache
def _parts(files: tuple[str, ...]) -> tuple[list[_Part], list[_Part]]:
    """Imports, and definitions in their order, of files beside this one."""
    sources = [(Path(__file__).parent / file).read_text(encoding="utf-8") for file in files]
    imports, definitions = [], []
    nodes = [(source, node) for source in sources for node in ast.parse(source).body]
    for source, node in nodes:
        text = ast.get_source_segment(source, node)
        assert text is not None
        match node:
            case ast.ImportFrom(module=module) if module and module.startswith(PACKAGE):
                pass  # What one file has of another.
            case ast.Import() | ast.ImportFrom():
                names = {(name.asname or name.name).split(".")[0] for name in node.names}
                imports.append(_Part(frozenset(names), text, frozenset(_dotted(node))))
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                if node.decorator_list:
                    text = f"@{ast.unparse(node.decorator_list[0])}\n{text}"
                definitions.append(_Part(frozenset({name}), text, _used(node)))
            case ast.Assign(targets=[target]):
                names = {each.id for each in ast.walk(target) if isinstance(each, ast.Name)}
                definitions.append(_Part(frozenset(names), text, _used(node)))
    return imports, definitions


def names(files: tuple[str, ...]) -> set[str]:
    """What the files define."""
    return {name for part in _parts(files)[1] for name in part.names}


def carried(code: str, files: tuple[str, ...]) -> list[str]:
    """Definitions of the files that this code uses, and what they use, in their order there."""
    _, definitions = _parts(files)
    wanted = _used(ast.parse(code))
    while True:
        taken = [part for part in definitions if part.names & wanted]
        more = wanted.union(*(part.uses for part in taken))
        if more == wanted:
            return [part.text for part in taken]
        wanted = more


def imports(code: str, files: tuple[str, ...]) -> list[str]:
    """Imports of the files that this code needs."""
    tree = ast.parse(code)
    used, dotted = _used(tree), _attributes(tree)
    found = []
    for part in _parts(files)[0]:
        modules = {name for name in part.uses if "." in name}
        # `import pyarrow.csv` defines pyarrow, and is for those who say pyarrow.csv.
        if part.names & used and (not modules or modules & dotted):
            found.append(part.text)
    return found


def _dotted(node: ast.Import | ast.ImportFrom) -> set[str]:
    if isinstance(node, ast.ImportFrom):
        return set()
    return {name.name for name in node.names if "." in name.name and name.asname is None}


def _used(node: ast.AST) -> frozenset[str]:
    return frozenset(each.id for each in ast.walk(node) if isinstance(each, ast.Name))


def _attributes(node: ast.AST) -> set[str]:
    return {ast.unparse(each) for each in ast.walk(node) if isinstance(each, ast.Attribute)}
