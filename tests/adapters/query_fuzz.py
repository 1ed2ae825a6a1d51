"""Random jobs over random tables, whose answers by all engines are compared.

    PYTHONPATH=adapters:tests/adapters PYTHON tests/adapters/query_fuzz.py FROM TO [ENGINE …]

Engines are those whose interpreter SPILLWAY_PYTHON_<ENGINE> names (as the other tests of adapters
have it), or those given; ENGINE:PROFILE for one with profiles, ENGINE/5 for one that takes each
fifth job. Each is a process of its own interpreter (query_fuzz_engines.py). PYTHON needs pyarrow
for Parquet, which every odd number reads. --minutes=N ends sooner, --show prints the jobs,
--csv leaves Parquet out, --as-is makes no difference smaller. What differs is printed, and a
summary at the end; the exit code tells whether something did.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import importlib.util
import json
import shutil
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import query_cases
import query_fuzz_coverage
import query_fuzz_jobs
import query_fuzz_minimal
from query_cases import Case, Table
from query_fuzz_engines import NANOSECONDS, Process, Request, Said, known
from query_fuzz_jobs import Files, Made
from spillway_adapters.query import job as jobs
from spillway_adapters.query import language

#: Jobs that wait for an engine. One that is slow takes no more than these; those that take every
#: job are waited for.
WAITING = 3
PAUSE = 0.02
#: Each n-th job at most, of engines that are slow or share a cluster.
EVERY = {
    "pandas": 2, "pyspark": 4, "modin": 8, "dask:tuned": 3, "dask:naive": 4, "ray:tuned": 4,
    "ray:naive": 8,
}  # fmt: skip


# --- Files ---------------------------------------------------------------------------------------


def written(case: Case, files: Files, folder: Path) -> dict[str, language.Input]:
    folder.mkdir()
    made = {}
    for name, table in case.tables.items():
        size = -(-len(table.rows) // files.parts) or 1
        pieces = [table.rows[n : n + size] for n in range(0, len(table.rows), size)] or [[]]
        paths = []
        for place, rows in enumerate(pieces):
            path = folder / f"{name}-{place}.{files.format}"
            piece = Table(table.columns, rows)
            if files.format == "parquet":
                query_cases._by_pyarrow(piece, path)
            else:
                text = _with_words(piece) if files.words else query_cases.csv_text(piece)
                end = "\r\n" if files.carriage_returns and "\r" not in text else "\n"
                # A line break within a text stays as it is.
                text = end.join(_lines(text))
                path.write_text(text, encoding="utf-8", newline="")
            paths.append(str(path))
        made[name] = language.Input(
            name=name,
            paths=tuple(paths),
            format="csv" if files.format == "csv" else "parquet",
            columns=dict(table.columns),
            used=tuple(table.columns),
            csv=language.Csv() if files.format == "csv" else None,
            rows=len(table.rows),
            bytes=sum(Path(path).stat().st_size for path in paths),
        )
    return made


def _lines(text: str) -> list[str]:
    """Of CSV."""
    found, begin, quoted = [], 0, False
    for place, sign in enumerate(text):
        if sign == '"':
            quoted = not quoted
        elif sign == "\n" and not quoted:
            found.append(text[begin:place])
            begin = place + 1
    return [*found, text[begin:]]


def _with_words(table: Table) -> str:
    words = ["", "NA", "n/a", '"null"', " NaN ", "#N/A"]
    lines = [",".join(map(query_cases.field, table.columns))]
    for place, row in enumerate(table.rows):
        cells = zip(row, table.columns.values(), strict=True)
        line = ",".join(
            words[place % len(words)]
            if cell is None and kind != "text"
            else query_cases.field(cell)
            for cell, kind in cells
        )
        lines.append(line or '""')
    return "".join(f"{line}\n" for line in lines)


def without(made: Made) -> tuple[str, ...]:
    """Engines that cannot read these tables from CSV; they read Parquet instead."""
    cells = [cell for table in made.case.tables.values() for row in table.rows for cell in row]
    years = {cell.year for cell in cells if isinstance(cell, datetime.datetime)}
    return NANOSECONDS if any(not 1677 < year < 2262 for year in years) else ()


# --- Comparison ----------------------------------------------------------------------------------


@dataclasses.dataclass
class Verdict:
    wrong: dict[str, str] = dataclasses.field(default_factory=dict)  #: by engine
    reference: str = ""
    compared: list[str] = dataclasses.field(default_factory=list)


def compared(made: Made, job: language.Job, said: dict[str, Said]) -> Verdict:
    """An overflow may be met by one engine alone: it need not compute what nobody reads. But who
    answers alone, where the others meet one, has wrapped it."""
    verdict = Verdict()
    answered = {name: one for name, one in said.items() if one.rows is not None}
    for name, one in said.items():
        if one.failed and not one.means:
            verdict.wrong[name] = f"failed: {one.failed}"
    if not answered:
        return verdict
    verdict.reference = "duckdb" if "duckdb" in answered else next(iter(answered))
    expected = _cut(job, answered[verdict.reference].rows or [])
    for name, one in answered.items():
        if name == verdict.reference:
            continue
        verdict.compared.append(name)
        found = query_cases.differences(
            expected, _cut(job, one.rows or []), _ordered(job, made), _exact(job, made)
        )
        if found:
            lines = "\n    ".join(found[:6])
            verdict.wrong[name] = f"against {verdict.reference}, {len(found)} lines:\n    {lines}"
    met = [name for name, one in said.items() if one.means]
    if len(answered) == 1 and len(met) > 2:
        verdict.wrong[verdict.reference] = f"answered alone; {said[met[0]].means}: {met}"
    return verdict


def _exact(job: language.Job, made: Made) -> list[int]:
    return [place for place, name in enumerate(job.schema) if name in made.exact]


def _ordered(job: language.Job, made: Made) -> list[int]:
    """Keys after a float whose last bit is the engines' own count among its equals only. Folders
    have no order."""
    if job.output is not None and job.output.partition_by:
        return []
    names = list(job.schema)
    found = []
    for one in job.sorted_by:
        if job.schema[one.column] == "float64" and one.column not in made.exact:
            break
        found.append(names.index(one.column))
    return found


def _cut(job: language.Job, rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Without what is not compared of rows that are equal to the last one that a limit keeps, or
    to the first one after an offset."""
    limit = job.steps[-1]
    if not isinstance(limit, language.Limit) or not rows:
        return rows
    names = list(job.schema)
    keys = [names.index(one.column) for one in job.sorted_by]

    def key(row: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(row[place] for place in keys)

    in_order = list(rows)
    if job.output is not None and job.output.partition_by:  # Folders have no order.
        for place, one in reversed(list(zip(keys, job.sorted_by, strict=True))):
            nulls = [row for row in in_order if row[place] is None]
            others = [row for row in in_order if row[place] is not None]
            others.sort(key=lambda row: row[place], reverse=one.descending)
            in_order = [*nulls, *others] if one.nulls_first else [*others, *nulls]
    ends = {key(in_order[-1])} if len(rows) == limit.rows else set()
    ends |= {key(in_order[0])} if limit.offset else set()
    return [
        tuple(cell if place in keys else None for place, cell in enumerate(row))
        if key(row) in ends
        else row
        for row in rows
    ]


# --- Jobs ----------------------------------------------------------------------------------------


class Runner:
    """Asks engines; each with a process, which its profiles share."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = list(names)
        self._root = Path(tempfile.mkdtemp(prefix="fuzz-"))
        self._asked = 0
        families = dict.fromkeys(name.partition(":")[0] for name in names)
        self.processes = {family: Process(family) for family in families}

    def close(self) -> None:
        for process in self.processes.values():
            process.close()
        shutil.rmtree(self._root, ignore_errors=True)

    def begin(self, made: Made, names: Sequence[str]) -> Asked:
        """Without waiting for the answers. Raises jobs.BadJob."""
        self._asked += 1
        folder = self._root / str(self._asked)
        folder.mkdir()
        inputs = written(made.case, made.files, folder / "files")
        job = jobs.parse(made.case.pipeline, inputs)
        asked = Asked(made, job, folder, len(names))
        other = inputs
        unable = without(made) if made.files.format == "csv" else ()
        if set(names) & set(unable) and importlib.util.find_spec("pyarrow"):
            files = dataclasses.replace(made.files, format="parquet")
            other = written(made.case, files, folder / "others")
        for name in names:
            read = other if name in unable else inputs
            fields = {n: dataclasses.asdict(one) for n, one in read.items()}
            request = Request(name, made.case.pipeline, fields, made.variant)
            self.processes[name.partition(":")[0]].ask(
                request, lambda said, name=name: asked.answer(name, said)
            )
        return asked

    def waiting(self, name: str) -> int:
        return self.processes[name.partition(":")[0]].waiting

    def end(self) -> None:
        """What waits is not asked any more."""
        for process in self.processes.values():
            process.over = True

    def whole(self, made: Made, names: Sequence[str]) -> tuple[Verdict, dict[str, Said]]:
        asked = self.begin(made, names)
        return asked.verdict(), asked.said


class Asked:
    """A job whose answers come."""

    def __init__(self, made: Made, job: language.Job, folder: Path, count: int) -> None:
        self.made, self.job, self.said = made, job, {}
        self._folder, self._left, self._done = folder, count, threading.Event()

    def answer(self, name: str, said: Said) -> None:
        self.said[name] = said
        self._left -= 1
        if not self._left:
            self._done.set()

    @property
    def done(self) -> bool:
        return self._done.is_set()

    def verdict(self) -> Verdict:
        self._done.wait()
        shutil.rmtree(self._folder, ignore_errors=True)
        return compared(self.made, self.job, self.said)


class Summary:
    """What ran, counted."""

    def __init__(self) -> None:
        self.begin = time.monotonic()
        self.jobs = self.bad = self.unreadable = 0
        self.counts: dict[str, Counter[str]] = {}
        self.reasons: dict[str, Counter[str]] = {}
        self.seconds: Counter[str] = Counter()
        self.once: list[str] = []
        self.coverage = query_fuzz_coverage.Coverage()

    def add(self, asked: Asked, verdict: Verdict) -> None:
        self.jobs += 1
        self.bad += bool(verdict.wrong)
        if verdict.compared:
            self.coverage.add(asked.job)
        for name, said in asked.said.items():
            if said.late:
                continue
            counts = self.counts.setdefault(name, Counter())
            self.seconds[name] += said.seconds
            counts["asked"] += 1
            counts["compared"] += name in verdict.compared
            counts["no rows"] += said.rows == []
            counts["refused"] += bool(said.refused)
            counts["overflow"] += bool(said.means)
            counts["failed"] += bool(said.failed and not said.means)
            if said.once and not said.failed:
                counts["answered when asked again"] += 1
                self.once.append(f"job {asked.made.seed}, {name}: {said.once[:300]}")
            if said.refused:
                reason = said.refused.partition(": ")[2] or said.refused
                self.reasons.setdefault(name, Counter())[reason[:90]] += 1

    def lines(self, processes: dict[str, Process]) -> Iterator[str]:
        yield from self.coverage.lines()
        yield from (f"Failed once: {line}" for line in self.once)
        for name, reasons in self.reasons.items():
            for reason, count in reasons.most_common():
                yield f"{name} refused {count}: {reason}"
        for name, counts in self.counts.items():
            each = self.seconds[name] / max(counts["asked"], 1)
            said = ", ".join(f"{count} {what}" for what, count in counts.items() if count)
            yield f"{name}: {said}; {each:.2f} s a job"
        for name, process in processes.items():
            if process.starts > 1:
                yield f"{name}: its process began {process.starts} times"
        total = sum(counts["compared"] for counts in self.counts.values())
        minutes = (time.monotonic() - self.begin) / 60
        yield (
            f"{self.jobs} jobs, {total} comparisons in {minutes:.1f} minutes, "
            f"{self.unreadable} jobs that were none, {self.bad} with a difference"
        )


def run(
    seeds: Iterable[int],
    names: Sequence[str],
    *,
    minutes: float = 1e9,
    csv_only: bool = False,
    smaller: bool = False,
    show: bool = False,
) -> Iterator[tuple[int, list[str]]]:
    """Each number with what is wrong; "NAME/5" takes each fifth job."""
    every = {}
    for name in names:
        name, _, n = name.partition("/")
        every[name] = int(n or EVERY.get(name, 1))
    csv_only = csv_only or importlib.util.find_spec("pyarrow") is None
    runner, summary = Runner(list(every)), Summary()
    end = time.monotonic() + minutes * 60
    waiting: list[Asked] = []

    def finished(asked: Asked) -> tuple[int, list[str]]:
        waiting.remove(asked)
        verdict = asked.verdict()
        summary.add(asked, verdict)
        if summary.jobs % 100 == 0:
            print(f"{summary.jobs} jobs, {summary.bad} with a difference", flush=True)
        lines = [f"{name} {text}" for name, text in verdict.wrong.items()]
        if lines and smaller:
            lines += query_fuzz_minimal.lines(runner, asked.made, verdict)
        return asked.made.seed, lines

    def takes(seed: int, place: int, name: str) -> bool:
        n = every[name]
        return taken(seed, place, n) and (n == least or runner.waiting(name) < WAITING)

    least = min(every.values())
    fast = [name for name, n in every.items() if n == least]
    try:
        for seed in seeds:
            while any(runner.waiting(name) >= WAITING for name in fast):
                time.sleep(PAUSE)
            if time.monotonic() > end:
                runner.end()
                break
            made = query_fuzz_jobs.made(seed)
            if csv_only:
                files = dataclasses.replace(made.files, format="csv")
                made = dataclasses.replace(made, files=files)
            if show:
                print(seed, made.files, made.variant)
                print(json.dumps(made.case.pipeline, ensure_ascii=False), flush=True)
            takers = [name for place, name in enumerate(every) if takes(seed, place, name)]
            if not takers:
                continue
            try:
                waiting.append(runner.begin(made, takers))
            except jobs.BadJob as bad:
                # As a comparison with null, which is refused.
                summary.unreadable += 1
                if show:
                    print(f"{seed} is no job: {bad}", flush=True)
            for asked in [asked for asked in waiting if asked.done]:
                yield finished(asked)
        for asked in list(waiting):
            yield finished(asked)
    finally:
        runner.end()
        for asked in waiting:
            asked.verdict()
        with contextlib.suppress(BrokenPipeError):
            for line in summary.lines(runner.processes):
                print(line, flush=True)
        runner.close()


def taken(seed: int, place: int, n: int) -> bool:
    """Of both formats, which change with the numbers, and not all slow engines the same jobs."""
    return (seed // 2 + place) % n == 0


def main() -> int:
    words = [word for word in sys.argv[1:] if not word.startswith("--")]
    options = [word for word in sys.argv[1:] if word.startswith("--")]
    minutes = next((float(o.partition("=")[2]) for o in options if o.startswith("--minutes=")), 1e9)
    seeds = range(int(words[0]), int(words[1]))
    bad = 0
    for seed, wrong in run(
        seeds,
        words[2:] or known(),
        minutes=minutes,
        csv_only="--csv" in options,
        smaller="--as-is" not in options,
        show="--show" in options,
    ):
        if wrong:
            bad += 1
            print(f"{seed}: " + "\n  ".join(wrong), flush=True)
    return bool(bad)


if __name__ == "__main__":
    sys.exit(main())
