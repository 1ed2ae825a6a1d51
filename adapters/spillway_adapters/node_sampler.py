"""A program that runs on a node of a cluster beside the workers of one job: how much memory they
take, as Spillway counts it on its own machine (docs/measurement.md): anon + shared.

`python -I -c <this text> workers PID...` measures these processes and what they started,
`python -I -c <this text> ray RAYLET JOB` the workers of a Ray job (hexadecimal) and the segment of
the node's object store, once. Every line on stdin is a query; the answer is a line with the largest
number of bytes since the previous query. It ends with its stdin, or half a minute after the last
query, so it never outlives the run for longer. Standard library only, so that any node has it.
"""

from __future__ import annotations

import contextlib
import os
import select
import stat
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

#: Seconds between two samples, and until a program that nobody asks any more ends itself.
EVERY = 0.05
FORGOTTEN_AFTER = 30.0
#: What costs more than a sample may is done at most every so many times its own cost.
THRIFT = 20
#: What Ray's workers are told that were started for no job, and the bytes of a log to look through.
NO_JOB = "ffffffff"
LOG_HEAD = 4096
MEMORY_TYPES = ("tmpfs", "devtmpfs", "hugetlbfs", "ramfs")

FileId = tuple[int, int]  #: device, inode


class Process:
    """One process at one moment."""

    def __init__(self, pid: int) -> None:
        fields = _text(pid, "stat").rpartition(")")[2].split()
        self.pid, self.parent = pid, int(fields[1])
        #: Of processes that were forked without exec it is the same.
        self.layout = fields[23], fields[25]
        self.started = fields[19]


class Thrift:
    """Whether an expensive operation is due again."""

    def __init__(self) -> None:
        self._next = 0.0

    def due(self) -> bool:
        return time.monotonic() >= self._next

    def cost(self, begun: float) -> None:
        now = time.monotonic()
        self._next = now + THRIFT * (now - begun)


class PrivateMemory:
    """RssAnon, and Pss_Anon of processes that share pages since a fork; huge pages in any case."""

    def __init__(self) -> None:
        #: Pss_Anon and RssAnon when it was read, by number and start of a process.
        self._known: dict[tuple[int, str], tuple[int, int]] = {}
        self._thrift = Thrift()

    def measure(self, processes: list[Process]) -> int:
        families: dict[tuple[str, str], list[Process]] = {}
        for process in processes:
            families.setdefault(process.layout, []).append(process)
        total, begun, due = 0, time.monotonic(), self._thrift.due()
        for family in families.values():
            for process in family:
                status = _kilobytes(process.pid, "status", ("RssAnon:", "HugetlbPages:"))
                resident = status["RssAnon:"]
                alone = len(family) == 1
                total += resident if alone else self._share(process, resident, due)
                total += status["HugetlbPages:"]
        if due and len(families) < len(processes):
            self._thrift.cost(begun)
        return total

    def _share(self, process: Process, resident: int, due: bool) -> int:
        key = process.pid, process.started
        if due or key not in self._known:
            pss = _kilobytes(process.pid, "smaps_rollup", ("Pss_Anon:",))["Pss_Anon:"]
            self._known[key] = pss, resident
        pss, then = self._known[key]
        return min(max(pss + resident - then, 0), resident)


class SharedMemory:
    """Distinct files of memory file systems that are open or mapped, each page once. A file with a
    name that is only read is not the job's memory."""

    def __init__(self) -> None:
        self._thrift = Thrift()
        self._files: dict[FileId, Path] = {}  #: a path to ask for the size
        self._mapped = 0  #: bytes of what can be asked through its mappings only
        with contextlib.suppress(OSError):
            probe = os.memfd_create("spillway-probe")
            self._devices = {os.fstat(probe).st_dev}
            os.close(probe)

    def measure(self, processes: list[int]) -> int:
        if self._thrift.due():
            begun = time.monotonic()
            self._find(processes)
            self._thrift.cost(begun)
        total = self._mapped
        for found, path in self._files.items():
            with contextlib.suppress(OSError):
                facts = path.stat()
                if (facts.st_dev, facts.st_ino) == found:
                    total += facts.st_blocks * 512
        return total

    def _find(self, processes: list[int]) -> None:
        self._files = {}
        self._mapped = 0
        for pid in processes:
            self._devices |= _memory_devices(pid)
            self._find_open(pid)
        for pid in processes:
            if _kilobytes(pid, "status", ("RssShmem:",))["RssShmem:"]:
                self._find_mapped(pid)

    def _find_open(self, pid: int) -> None:
        with contextlib.suppress(OSError):
            for entry in Path(f"/proc/{pid}/fd").iterdir():
                with contextlib.suppress(OSError):
                    facts = entry.stat()
                    if not stat.S_ISREG(facts.st_mode) or facts.st_dev not in self._devices:
                        continue
                    # The mode of the link tells how the descriptor was opened (proc(5)).
                    writable = entry.lstat().st_mode & stat.S_IWUSR
                    if writable or not facts.st_nlink:
                        self._files[facts.st_dev, facts.st_ino] = entry

    def _find_mapped(self, pid: int) -> None:
        wanted = False
        for line in _text(pid, "smaps").splitlines():
            words = line.split(None, 5)
            if "-" in words[0]:
                major, _, minor = words[3].partition(":")
                device = os.makedev(int(major, 16), int(minor, 16))
                wanted = (
                    device in self._devices
                    and (device, int(words[4])) not in self._files
                    and (words[1][1::2] == "ws" or line.endswith(" (deleted)"))
                )
            elif wanted and words[0] == "Pss:":
                self._mapped += int(words[1]) * 1024


def run(workers: Callable[[dict[int, Process]], set[int]], store: list[int]) -> None:
    """Samples and answers until stdin ends. `workers` finds its processes among all; of those in
    `store` only shared memory counts."""
    private, shared, search = PrivateMemory(), SharedMemory(), Thrift()
    chosen: list[Process] = []
    largest, asked = 0, time.monotonic()
    while (sampled := time.monotonic()) - asked < FORGOTTEN_AFTER:
        if search.due():
            everyone = _everyone()
            chosen = _with_children(workers(everyone), everyone)
            search.cost(sampled)
        bytes_now = private.measure(chosen)
        bytes_now += shared.measure([process.pid for process in chosen] + store)
        largest = max(largest, bytes_now)
        while (left := sampled + EVERY - time.monotonic()) > 0:
            if not select.select([0], [], [], left)[0]:
                break
            if not os.read(0, 4096):
                return
            asked = time.monotonic()
            os.write(1, b"%d\n" % largest)
            largest = bytes_now


def _ray_workers(raylet: int, job: str) -> Callable[[dict[int, Process]], set[int]]:
    """The raylet's workers for this job; a worker belongs to one job for its whole life."""
    known: dict[tuple[int, str], bool] = {}

    def find(everyone: dict[int, Process]) -> set[int]:
        found = set()
        for process in everyone.values():
            key = process.pid, process.started
            if process.parent == raylet and process.pid != os.getppid():
                if not known.get(key):
                    known[key] = _does(process.pid, job)
                if known[key]:
                    found.add(process.pid)
        return found

    return find


def _does(pid: int, job: str) -> bool:
    """A worker that Ray started for a job has it in its environment; one that was there before
    notes it at the head of its log when it gets its first task."""
    with contextlib.suppress(OSError):
        environment = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
        if f"RAY_JOB_ID={job}".encode() in environment:
            return True
        log = Path(f"/proc/{pid}/fd/1")
        if f"RAY_JOB_ID={NO_JOB}".encode() in environment and stat.S_ISREG(log.stat().st_mode):
            with log.open("rb") as lines:
                return f":job_id:{job}\n".encode() in lines.read(LOG_HEAD)
    return False


def _everyone() -> dict[int, Process]:
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError, IndexError):
                found[int(entry.name)] = Process(int(entry.name))
    return found


def _with_children(roots: set[int], everyone: dict[int, Process]) -> list[Process]:
    """These and everything below them, but not this program."""
    children: dict[int, list[int]] = {}
    for process in everyone.values():
        children.setdefault(process.parent, []).append(process.pid)
    found, left = {}, [pid for pid in roots if pid in everyone]
    while left:
        pid = left.pop()
        if pid not in found and pid != os.getpid():
            found[pid] = everyone[pid]
            left += children.get(pid, [])
    return list(found.values())


def _text(pid: int, name: str) -> str:
    return Path(f"/proc/{pid}/{name}").read_text(errors="replace")


def _kilobytes(pid: int, name: str, wanted: Iterable[str]) -> dict[str, int]:
    """Bytes of these lines of a file of /proc; 0 for what is not there, or has gone."""
    found = dict.fromkeys(wanted, 0)
    with contextlib.suppress(OSError):
        for line in _text(pid, name).splitlines():
            words = line.split()
            if words and words[0] in found:
                found[words[0]] = int(words[1]) * 1024
    return found


def _memory_devices(pid: int) -> set[int]:
    """Of the file systems in memory that this process sees (proc(5), mountinfo)."""
    found = set()
    with contextlib.suppress(OSError):
        for line in _text(pid, "mountinfo").splitlines():
            mount, _, source = line.partition(" - ")
            if source.split()[0] in MEMORY_TYPES:
                major, minor = mount.split()[2].split(":")
                found.add(os.makedev(int(major), int(minor)))
    return found


if __name__ == "__main__":
    what, *arguments = sys.argv[1:]
    if what == "ray":
        if not _does(os.getppid(), arguments[1]):
            sys.exit("Ray's workers do not reveal their job here.")
        run(_ray_workers(int(arguments[0]), arguments[1]), [int(arguments[0])])
    else:
        run(lambda _: {int(pid) for pid in arguments}, [])
