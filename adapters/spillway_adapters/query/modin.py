"""A query job as a program for Modin on Ray: pandas' own, over whole files."""

from __future__ import annotations

from spillway_adapters.query import pandas_code
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
    main=("import ray", "", "ray.init(num_cpus=WORKERS, include_dashboard=False)"),
)


def compile(job: QueryJob, settings: Settings) -> str:
    """The program's text. Refused where Modin cannot."""
    return pandas_code.compile(job, settings, MODIN)
