"""What the operating system refuses is told apart from data that cannot be read."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from host import ADAPTERS, dataset, etl, failure, grouped, module, python_of, spec

sys.path.insert(0, str(ADAPTERS))
from spillway_adapters import system_error

CODES = {
    "ENOSPC": "no-space",
    "EDQUOT": "no-space",
    "ENOMEM": "out-of-memory",
    "EACCES": "not-permitted",
    "EIO": "io",
    "EMFILE": "io",
    "ENFILE": "io",
    "ENOENT": "data-unreadable",
}

#: What makes the kernel itself refuse, in a user's function.
REFUSALS = {
    "ENOSPC": "os.write(os.open('/dev/full', os.O_WRONLY), b'x')",
    "EIO": "os.pread(os.open('/proc/self/mem', os.O_RDONLY), 1, 0)",
    "ENOMEM": "mmap.mmap(-1, 1 << 46)",
    "EACCES": """
os.setresuid(65534, 65534, 65534) if os.geteuid() == 0 else None
os.open('/etc/shadow', os.O_RDONLY)
""",
    "EMFILE": """
resource.setrlimit(resource.RLIMIT_NOFILE, (16, 16))
[os.dup(0) for _ in range(16)]
""",
    "ENOENT": "open(paths[0] + '.gone')",
}


@pytest.mark.parametrize("name", REFUSALS)
def test_what_the_kernel_refuses_a_script(csv: Callable[..., Path], name: str) -> None:
    lines = "".join(f"    {line}\n" for line in REFUSALS[name].strip().splitlines())
    script = csv(
        "import mmap, os, resource\ndef run(paths, workers, memory_bytes, scratch):\n" + lines,
        "job.py",
    )
    command = [sys.executable, "-m", "spillway_adapters.script_engine", str(script)]
    fields = spec(dataset(csv("k,x\na,1\n"), {"k": "text", "x": "real"}), etl("k", ["x"]))
    error = failure(command, fields)
    # A file of the script's own that is not there is none of the data.
    assert error["code"] == ("engine-failed" if name == "ENOENT" else CODES[name]), error
    assert os.strerror(getattr(errno, name)) in error["message"]
    assert error["phase"] == "compute"


#: Makes every attempt to open a file called $REFUSED fail with the number $REFUSED_WITH, so that an
#: engine meets at its own call what a disk or the kernel might say.
SHIM = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
static int refused(const char *path)
{
    const char *name = getenv("REFUSED");
    if (!path || !name) return 0;
    const char *base = strrchr(path, '/');
    if (strcmp(base ? base + 1 : path, name) != 0) return 0;
    errno = atoi(getenv("REFUSED_WITH"));
    return 1;
}
#define MODE(flags)                                                                                \
    mode_t mode = 0;                                                                               \
    if ((flags) & (O_CREAT | O_TMPFILE)) {                                                         \
        va_list list;                                                                              \
        va_start(list, flags);                                                                     \
        mode = va_arg(list, mode_t);                                                               \
        va_end(list);                                                                              \
    }
#define OPEN(name)                                                                                 \
    int name(const char *path, int flags, ...)                                                     \
    {                                                                                              \
        MODE(flags)                                                                                \
        if (refused(path)) return -1;                                                              \
        return ((int (*)(const char *, int, ...))dlsym(RTLD_NEXT, #name))(path, flags, mode);      \
    }
#define OPENAT(name)                                                                               \
    int name(int at, const char *path, int flags, ...)                                             \
    {                                                                                              \
        MODE(flags)                                                                                \
        if (refused(path)) return -1;                                                              \
        return ((int (*)(int, const char *, int, ...))dlsym(RTLD_NEXT, #name))(at, path, flags,    \
                                                                               mode);              \
    }
#define FOPEN(name)                                                                                \
    FILE *name(const char *path, const char *mode)                                                 \
    {                                                                                              \
        if (refused(path)) return 0;                                                               \
        return ((FILE * (*)(const char *, const char *)) dlsym(RTLD_NEXT, #name))(path, mode);     \
    }
OPEN(open) OPEN(open64) OPENAT(openat) OPENAT(openat64) FOPEN(fopen) FOPEN(fopen64)
"""


@pytest.fixture(scope="session")
def shim(tmp_path_factory: pytest.TempPathFactory) -> Path:
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("no C compiler")
    folder = tmp_path_factory.mktemp("shim")
    source, library = folder / "refuse.c", folder / "refuse.so"
    source.write_text(SHIM)
    subprocess.run([compiler, "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True)
    return library


@pytest.mark.parametrize("name", CODES)
@pytest.mark.parametrize("engine", ["pandas", "polars", "duckdb", "dask", "ray"])
def test_what_an_engine_is_refused(
    csv: Callable[..., Path], shim: Path, engine: str, name: str
) -> None:
    python_of(engine)
    if engine in ("dask", "ray") and name in ("EDQUOT", "ENFILE", "ENOMEM"):
        pytest.skip("seconds each, and the same way as another number's")
    file = csv("id,x,y,category\n" + "1,0.5,0.25,A\n" * 10)
    number = getattr(errno, name)
    command = [
        "env",
        f"LD_PRELOAD={shim}",
        f"REFUSED={file.name}",
        f"REFUSED_WITH={number}",
        *module(engine),
    ]
    error = failure(command, grouped(file))
    assert error["code"] == CODES[name], error


def test_a_text_of_the_data_is_no_refusal() -> None:
    assert system_error.code_in("could not parse `Permission denied` as f64") is None
    assert system_error.code_in("Input/output error (os error 5)") == "io"
    assert system_error.code_in("IO Error: No space left on device", spelled=True) == "no-space"


def test_what_caused_a_failure_counts() -> None:
    failed = RuntimeError("a task failed")
    failed.__cause__ = OSError(errno.EMFILE, "Too many open files")
    assert system_error.code_of(failed) == "io"
    assert "ulimit" in system_error.remedy_of(failed)
    failed.__cause__ = failed  # a circle
    assert system_error.code_of(failed) is None
