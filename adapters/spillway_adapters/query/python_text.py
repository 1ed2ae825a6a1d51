"""Parts of the programs that compilers write: titles, constants, literals of Python."""

from __future__ import annotations

from spillway_adapters.query.language import Job, Settings


def string(text: str) -> str:
    """A literal in double quotes, as Python's formatters write it."""
    if text.isprintable() and '"' not in text and "\\" not in text:
        return f'"{text}"'
    quoted = repr(text)
    return quoted if quoted[0] == '"' or '"' in quoted else f'"{quoted[1:-1]}"'


def block(text: str) -> str:
    """A literal over several lines, where that is the very text."""
    readable = "\r" not in text and all(mark.isprintable() or mark in "\n\t" for mark in text)
    for quotes in ('"""', "'''"):
        if readable and quotes not in text and not text.endswith((quotes[0], "\\")):
            raw = "r" if "\\" in text else ""
            return f"{raw}{quotes}\n{text}\n{quotes}"
    lines = [string(line + "\n") for line in text.split("\n")]
    return "(\n    " + "\n    ".join(lines) + "\n)"


def title(job: Job) -> str:
    """The job in a line."""
    names = [type(step).__name__.lower() for step in job.steps[1:]]
    first = job.steps[0]
    source = getattr(first, "name", "")
    text = f"{source}: {', '.join(names)}." if names else f"All of {source}."
    return text if len(text) <= 60 else f"{text[:56].rsplit(',', 1)[0]}, …."


def constants(job: Job, settings: Settings) -> list[str]:
    """What run() is given when the program runs alone."""
    lines = ["INPUTS = {"]
    for table in job.inputs.values():
        paths = [string(path) for path in table.paths]
        line = f"    {string(table.name)}: [{', '.join(paths)}],"
        if len(line) <= 88:
            lines.append(line)
        else:
            lines += [
                f"    {string(table.name)}: [",
                *(f"        {path}," for path in paths),
                "    ],",
            ]
    lines.append("}")
    memory = settings.memory_bytes
    return [
        *lines,
        f"WORKERS = {settings.workers}",
        f"MEMORY_BYTES = {'None' if memory is None else f'{memory:_}'}",
    ]


def docstring(job: Job, engine: str) -> str:
    return f'"""{title(job)} Written by Spillway for {engine}."""'
