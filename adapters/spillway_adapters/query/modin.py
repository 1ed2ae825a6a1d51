"""A query job as a program for Modin on Ray, pandas' own over whole files, and its run."""

from __future__ import annotations

from typing import Any

from spillway_adapters.protocol import Answer, Run
from spillway_adapters.query import pandas as pandas_query
from spillway_adapters.query import pandas_code, program
from spillway_adapters.query.language import Job as QueryJob
from spillway_adapters.query.language import Settings

MODIN = pandas_code.Flavour(
    title="Modin",
    imports=("import modin.pandas as pd",),
    # Its pandas keeps text as Python's objects otherwise.
    text="string[pyarrow]",
    string='pd.StringDtype("pyarrow")',
    chunks=False,
    settings=('os.environ.setdefault("MODIN_ENGINE", "ray")',),
    main=("import ray", "", 'ray.init("local", num_cpus=WORKERS, include_dashboard=False)'),
    utc="utc_each",
    windows="pandas",
    adds_for_means=True,
    whole="filled",
    partitioned=True,
    answer="{}.modin.to_pandas()",
)


def compile(job: QueryJob, settings: Settings) -> str:
    """The program's text. Refused where Modin cannot."""
    return pandas_code.compile(job, settings, MODIN)


class Job:
    def __init__(self, run: Run) -> None:
        self._program = program.of(run, compile)
        self._files = pandas_query.Files(self._program.job, self._program.settings)

    def set_up(self, run: Run) -> dict[str, Any]:
        """A small file has been read and aggregated."""
        import modin.pandas

        file = run.spec.scratch / "warm.csv"
        file.write_text("".join(f"k{i},{i}\n" for i in range(1000 * run.spec.workers)))
        frame = modin.pandas.read_csv(file, names=["key", "v"], dtype={"key": str, "v": "float64"})
        frame.groupby("key")["v"].mean().modin.to_pandas()
        return {}

    def work(self, run: Run, own_cluster: bool) -> Answer:
        return program.work(
            run,
            self._program,
            call=lambda work: work(),
            reads_again=self._files.read_again,
            words=pandas_query.words,
            able=pandas_query.OBEYS,
        )

    def after(self, run: Run) -> None:
        self._files.check()
