"""Runs every case of query_cases.py on one cluster of Dask or Ray, with the engine's interpreter:

    PYTHONPATH=adapters:tests/adapters PYTHON tests/adapters/query_on_cluster.py \\
        ENGINE PROFILE FORMAT [WORDS]

Files are cut into parts of a row or two, so that rows really move between partitions; no table is
small enough to be sent everywhere. The last line is a JSON object: what is wrong by case,
nothing where it is right, "refused: …".
"""

from __future__ import annotations

import functools
import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "adapters"))
import query_cases
import query_try
from query_cases import Case
from spillway_adapters.query import partitioned, stages

PART_BYTES = 48
FORMATS = ("csv", "parquet")
PROFILES = ("tuned", "naive")
#: Both run all cases in one form. Of the others tests run each n-th, so that all of them end within
#: their time: a case takes Dask a third of a second, Ray a second or more.
#: SPILLWAY_ALL_CASES=1: all.
SAMPLED = {
    ("dask", "tuned", "parquet"): 3,
    ("dask", "naive", "csv"): 3,
    ("dask", "naive", "parquet"): 5,
    ("ray", "tuned", "parquet"): 5,
    ("ray", "naive", "csv"): 20,
    ("ray", "naive", "parquet"): 40,
}
#: Beside these: what failed there and nowhere else.
ALWAYS = {("ray", "naive"): ("a window over rows that a filter left out",)}


# --- In the tests' interpreter -------------------------------------------------------------------


@dataclass(frozen=True)
class Run:
    engine: str
    profile: str
    form: str
    case: Case

    def __str__(self) -> str:
        return f"{self.profile}-{self.form}-{self.case.name}"


def runs(engine: str) -> list[Run]:
    return [
        Run(engine, profile, form, case)
        for profile in PROFILES
        for form in FORMATS
        for case in sampled(engine, profile, form, every(engine, profile, form))
    ]


def every(engine: str, profile: str, form: str) -> int:
    return 1 if "SPILLWAY_ALL_CASES" in os.environ else SAMPLED.get((engine, profile, form), 1)


@functools.cache
def verdicts(engine: str, profile: str, form: str) -> dict[str, str]:
    from host import ADAPTERS, python_of

    step = str(every(engine, profile, form))
    command = [python_of(engine), __file__, "--every", step, engine, profile, form]
    path = os.pathsep.join([str(ADAPTERS), str(Path(__file__).parent)])
    done = subprocess.run(
        command, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def check(run: Run, refused: set[str]) -> None:
    said = verdicts(run.engine, run.profile, run.form)[run.case.name]
    if said.startswith("refused"):
        assert run.case.wide or run.case.name in refused, said
    else:
        assert said == ""


# --- In the engine's -----------------------------------------------------------------------------


@contextmanager
def cluster(engine: str) -> Iterator[None]:
    if engine == "dask":
        from distributed import Client

        logging.getLogger("distributed").setLevel(logging.ERROR)
        with Client(n_workers=1, threads_per_worker=2, dashboard_address=None):
            yield
        return
    os.environ.update(RAY_USAGE_STATS_ENABLED="0", RAY_TASK_MAX_RETRIES="0")
    import ray
    import ray.data

    from spillway_adapters.query import ray as ray_query

    ray.init(
        "local",
        num_cpus=2,
        include_dashboard=False,
        log_to_driver=False,
        logging_level="error",
        object_store_memory=200_000_000,
    )
    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = context.enable_operator_progress_bars = False
    logging.getLogger("ray.data").setLevel(logging.ERROR)
    ray_query.prepare_worker(0)
    yield
    ray.shutdown()


def cases(form: str, words: list[str]) -> list[Case]:
    """Those that there are in this format."""
    return [
        case
        for case in query_cases.CASES
        if all(word in case.name for word in words)
        and not any(
            table.text is not None if form == "parquet" else table.hive
            for table in case.tables.values()
        )
    ]


def sampled(engine: str, profile: str, form: str, step: int) -> list[Case]:
    there = cases(form, [])
    always = ALWAYS.get((engine, profile), ())
    return [case for n, case in enumerate(there) if n % step == 0 or case.name in always]


def cut_everything() -> None:
    """Files into parts of a row or two, and no table is sent everywhere."""
    partitioned.LEAST_PART_BYTES = PART_BYTES
    stages.SMALL_BYTES = 0


def main(engine: str, profile: str, form: str, *words: str, step: int = 1) -> None:
    cut_everything()
    found = {}
    with cluster(engine):
        chosen = cases(form, list(words)) if words else sampled(engine, profile, form, step)
        for case in chosen:
            found[case.name] = query_try.judge(engine, case, profile, form)
            if words and found[case.name]:
                print(case.name, found[case.name], sep="\n")
    print(json.dumps(found))


if __name__ == "__main__":
    arguments = sys.argv[1:]
    stepped = arguments[0] == "--every"
    main(*arguments[2 * stepped :], step=int(arguments[1]) if stepped else 1)
