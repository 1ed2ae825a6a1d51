"""An experiment with what is installed, where there are neither sources nor a build tree, as
somebody who may write nowhere but below the XDG directories."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from conftest import BUILD, SOURCE, VERSION

NOBODY = 65534
ENGINES = ["chunked", "objectstore", "polars"]
REAL = "polars"

#: Binds the installed tree and the user's directories to a place of their own, hides sources, build
#: and the tree's documents (which a system may leave out, Debian policy 12.3), and becomes somebody
#: else. ROOM, TREE, XDG, HIDDEN and BECOME come from the environment.
HIDE = """
set -e
mount --make-rprivate /
mount --bind "$TREE" "$ROOM/prefix"
mount -o remount,bind,ro "$ROOM/prefix"
mount --bind "$XDG" "$ROOM/xdg"
mount -t tmpfs -o mode=755 none "$ROOM/prefix/share/doc"
for place in $HIDDEN; do mount -t tmpfs -o mode=755 none "$place"; done
unset TREE XDG HIDDEN
cd "$ROOM/xdg"
exec $BECOME "$@"
"""


def possible(command: Sequence[str]) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


class User:
    """Starts commands as the user of an installed Spillway."""

    def __init__(self, room: Path, tree: Path, xdg: Path) -> None:
        self.other = os.geteuid() == 0 and possible(["unshare", "-m", "true"])
        own = not self.other and possible(["unshare", "-rm", "mount", "-t", "tmpfs", "x", "/mnt"])
        self.hidden = self.other or own
        self._enter = ["unshare", "-m" if self.other else "-rm", "sh", "-c", HIDE, "sh"]
        self.prefix = room / "prefix" if self.hidden else tree
        self.xdg = room / "xdg" if self.hidden else xdg
        self._mounts = {
            "ROOM": str(room),
            "TREE": str(tree),
            "XDG": str(xdg),
            "HIDDEN": " ".join(str(p) for p in (BUILD, SOURCE)),
            "BECOME": (
                f"setpriv --reuid={NOBODY} --regid={NOBODY} --clear-groups" if self.other else ""
            ),
        }

    def run(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        environment = {
            "PATH": "/usr/bin:/bin",
            "HOME": str(self.xdg / "home"),
            "QT_QPA_PLATFORM": "offscreen",
        }
        for name in ("DATA", "CONFIG", "STATE", "CACHE"):
            environment[f"XDG_{name}_HOME"] = str(self.xdg / name.lower())
        # Without one Qt makes its own in /tmp.
        environment["XDG_RUNTIME_DIR"] = str(self.xdg / "runtime")
        command = [self.prefix / "bin/spillway", *arguments]
        if self.hidden:
            command = [*self._enter, *command]
            environment |= self._mounts
        return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


def files_below(directory: Path) -> dict[str, tuple[float, int]]:
    """What is there, with the time it was changed and its size."""
    found = {}
    for path in sorted(directory.rglob("*")):
        facts = path.lstat()
        found[str(path.relative_to(directory))] = (facts.st_mtime, facts.st_size)
    return found


def bring_environment(data: Path) -> None:
    """The engine's environment and the installer's as the tests have them: nothing is downloaded.
    Files are links where that can be; they are replaced and never written into."""
    made = Path(os.environ["ENVIRONMENTS"])
    place = data / "spillway/environments"
    place.mkdir(parents=True)
    for name in (REAL, "planner", ".uv"):
        try:
            shutil.copytree(made / name, place / name, symlinks=True, copy_function=os.link)
        except (OSError, shutil.Error):  # another file system
            shutil.rmtree(place / name, ignore_errors=True)
            shutil.copytree(made / name, place / name, symlinks=True)
        use_python_of_the_system(place / name)


def use_python_of_the_system(environment: Path) -> None:
    """Its own may lie in the home of whoever runs the tests, where nobody else gets."""
    link = next(p for p in (environment / "bin").glob("python*") if p.readlink().is_absolute())
    system = Path("/usr/bin", link.resolve().name)
    if not system.exists():
        pytest.skip(f"the system has no {system.name}, which {environment.name} was made with")
    link.unlink()
    link.symlink_to(system)
    settings = environment / "pyvenv.cfg"
    text = re.sub(r"(?m)^home = .*$", "home = /usr/bin", settings.read_text())
    settings.unlink()
    settings.write_text(text)


@pytest.fixture(scope="module")
def user(place: Path, prefix: Path) -> Iterator[User]:
    xdg = place / "xdg"
    for name in ("home", "config", "state", "cache"):
        (xdg / name).mkdir(parents=True)
    (xdg / "runtime").mkdir(mode=0o700)
    bring_environment(xdg / "data")
    with tempfile.TemporaryDirectory(prefix="spillway-installed-") as directory:
        room = Path(directory)
        room.chmod(0o755)
        for name in ("prefix", "xdg"):
            (room / name).mkdir()
        user = User(room, prefix, xdg)
        for folder in [xdg, *xdg.rglob("*/")] if user.other else []:
            if not folder.is_symlink():
                os.chown(folder, NOBODY, NOBODY)
        for folder in [prefix, *prefix.rglob("*/")]:
            folder.chmod(0o555)
        yield user


@pytest.fixture(scope="module")
def records(user: User, prefix: Path) -> list[dict[str, Any]]:
    """Of an experiment from the data to the charts."""
    before = files_below(prefix)
    ready = user.run("engines", "install", REAL)
    assert ready.returncode == 0, ready.stdout + ready.stderr
    data = user.xdg / "data/numbers.csv"
    generated = user.run("generate", data, "--rows", "20000")
    assert generated.returncode == 0, generated.stderr
    session = user.xdg / "state/first.spillway"
    options = ["--workload", "etl", "--workers", "1,2", "-r", "1", "-w", "0", "--json"]
    engines = ",".join(ENGINES)
    ran = user.run("run", "--data", data, "--engine", engines, *options, "--session", session)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    exported = user.run("export", session, "--out", user.xdg / "state/figures")
    assert exported.returncode == 0, exported.stderr
    assert files_below(prefix) == before
    return [json.loads(line) for line in ran.stdout.splitlines() if '"engine"' in line]


def test_version_is_that_of_the_build(user: User) -> None:
    assert user.run("--version").stdout == f"spillway {VERSION}\n"


def test_doctor_finds_the_installed_files(user: User) -> None:
    answer = user.run("doctor", "--json")
    findings = {f["subject"]: f for f in map(json.loads, answer.stdout.splitlines())}
    worker = user.prefix.resolve() / "libexec/spillway/spillway-worker"
    assert findings["Worker program"]["detail"] == str(worker)
    assert findings["Worker program"]["well"]
    manual = user.prefix.resolve() / "share/spillway/manual"
    assert findings["Manual"]["detail"] == str(manual)
    assert findings["Manual"]["well"]
    for engine in ("chunked", "objectstore", "dask"):
        assert findings[f"Engine {engine}"]["well"], findings
    assert "Engine manifest" not in findings
    assert findings["Page cache"]["well"], findings["Page cache"]  # though the files are root's


def test_every_engine_finishes(records: list[dict[str, Any]]) -> None:
    assert {(r["engine"], r["workers"]) for r in records} == {
        (engine, workers) for engine in ENGINES for workers in (1, 2)
    }
    assert [r for r in records if r["status"] != "ok"] == []
    assert all(r["engine_version"] == VERSION for r in records if r["engine"] == "chunked")


def test_charts_and_report_are_drawn(records: list[dict[str, Any]], place: Path) -> None:
    figures = place / "xdg/state/figures"
    assert (figures / "report.html").is_file()
    assert list(figures.glob("*.png")) and list(figures.glob("*.svg"))


def is_nobodys(path: Path) -> bool:
    """Of another program it may be gone by now."""
    with contextlib.suppress(FileNotFoundError):
        return path.lstat().st_uid == NOBODY
    return False


def test_nothing_lies_outside_of_the_xdg_directories(
    user: User, records: list[dict[str, Any]], place: Path
) -> None:
    assert list((place / "xdg/home").iterdir()) == []
    if not user.other:
        pytest.skip("whose files are whose is seen only by root")
    for shared in map(Path, ("/tmp", "/var/tmp", "/dev/shm")):
        theirs = [p for p in shared.iterdir() if is_nobodys(p)]
        assert theirs == []


def test_sources_and_build_are_named_in_no_file(prefix: Path) -> None:
    names = [str(p).encode() for p in (SOURCE, BUILD)]
    naming = [
        str(path.relative_to(prefix))
        for path in prefix.rglob("*")
        if path.is_file() and any(name in path.read_bytes() for name in names)
    ]
    assert naming == []


def test_the_experiment_was_isolated(user: User) -> None:
    if not user.hidden:
        pytest.skip("neither root nor user namespaces: sources and build stayed in reach")
    outcome = user.run("generate", SOURCE / "reached.csv", "--rows", "10")
    assert outcome.returncode != 0
    assert not (SOURCE / "reached.csv").exists()
