"""The types of a query's CSV tables beyond what the host guesses.

What is guessed here goes into the job's one spelling, so that a run reads what was planned; a type
that the job names itself is never guessed.
"""

from __future__ import annotations

import dataclasses

from spillway_adapters import csv_moments
from spillway_adapters.query.inputs import TYPES
from spillway_adapters.query.language import Input, Type


def typed(table: Input) -> tuple[Input, dict[str, Type]]:
    """The input with the types that its text columns seem to have, and which these are."""
    if table.csv is None:
        return table, {}
    guesses = csv_moments.guessed(table.paths, table.csv, table.columns, table.csv.missing)
    found = {name: TYPES[kind] for name, kind in guesses.items()}
    return dataclasses.replace(table, columns={**table.columns, **found}), found
