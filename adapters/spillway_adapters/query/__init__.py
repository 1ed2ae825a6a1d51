"""A query: a job of filters, joins, groups and windows, the same for every engine.

job.py reads and checks a job, language.py is what it becomes, `<engine>.py` compiles it to a
program for an engine, which the adapter then runs.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Query:
    pipeline: dict[str, Any]  #: the canonical JSON of the job, without its inputs' paths
    sql: str = ""  #: as typed, of which the job was made; empty: the job was written as JSON


def read(fields: dict[str, Any]) -> Query:
    return Query(json.loads(fields["job"]), fields.get("sql", ""))
