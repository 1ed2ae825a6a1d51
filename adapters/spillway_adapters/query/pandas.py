"""A query job as a pandas program."""

from __future__ import annotations

from spillway_adapters.query import pandas_code
from spillway_adapters.query.language import Job as QueryJob
from spillway_adapters.query.language import Settings


def compile(job: QueryJob, settings: Settings) -> str:
    """The program's text. Refused where pandas cannot."""
    return pandas_code.compile(job, settings, pandas_code.PANDAS)
