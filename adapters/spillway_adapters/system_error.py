"""Errors from the operating system, as the codes of core/base/error.h, the same for every engine.

A disk that is full, a file that may not be read or a process without descriptors says nothing of
the data: only what is left is for an engine's own words to tell.
"""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Sequence

CODES = {
    errno.ENOSPC: "no-space",
    errno.EDQUOT: "no-space",
    errno.EFBIG: "no-space",
    errno.ENOMEM: "out-of-memory",
    errno.EACCES: "not-permitted",
    errno.EPERM: "not-permitted",
    errno.EROFS: "not-permitted",
    errno.EIO: "io",
    errno.EMFILE: "io",
    errno.ENFILE: "io",
    errno.ENXIO: "io",
    errno.ENODEV: "io",
    errno.ESTALE: "io",
    errno.ETIMEDOUT: "io",
}
REMEDIES = {
    errno.EMFILE: "Allow more open files (ulimit -n).",
    errno.ENFILE: "Close other programs, or allow more open files.",
    errno.ENOSPC: "Free some space, or choose another disk for scratch files.",
    errno.EDQUOT: "Free some space, or choose another disk for scratch files.",
    errno.EACCES: "Check its permissions.",
}
#: As Rust and Arrow write an error of the system into a text of their own.
_NUMBERED = re.compile(r"\(os error (\d+)\)|\[[Ee]rrno (\d+)\]")


def number_of(failure: BaseException) -> int | None:
    """The errno of an exception or of what caused it; nothing: the system refused nothing."""
    seen: set[int] = set()
    cause: BaseException | None = failure
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        if isinstance(cause, OSError) and isinstance(cause.errno, int):
            return cause.errno
        cause = cause.__cause__
    return None


def number_in(said: str, spelled: bool) -> int | None:
    """The errno in the words of an engine; `spelled`: also without its number. That is for
    exceptions of input and output only: a text of the data may be spelled so, too."""
    if found := _NUMBERED.search(said):
        return int(found[1] or found[2])
    spellings = CODES if spelled else ()
    return next((number for number in spellings if os.strerror(number) in said), None)


def code_of(failure: BaseException, paths: Sequence[str] = ()) -> str | None:
    """The code of what the system refused. A file of the data that is not there, or no file, is
    data that cannot be read; what has no code here is for the engine to tell."""
    number = number_of(failure)
    if number in (errno.ENOENT, errno.EISDIR, errno.ENOTDIR):
        named = getattr(failure, "filename", None)
        return "data-unreadable" if named in paths else None
    return None if number is None else CODES.get(number)


def remedy_of(failure: BaseException) -> str:
    number = number_of(failure)
    return "" if number is None else REMEDIES.get(number, "")


def code_in(said: str, spelled: bool = False) -> str | None:
    """The code of what an engine says in its own words that the system refused."""
    number = number_in(said, spelled)
    return None if number is None else CODES.get(number)
