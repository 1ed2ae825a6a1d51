"""JSON that people write: no field twice, no NaN; what is wrong is told by line and column."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from spillway_adapters.query.bad_job import BadJob, excerpt
from spillway_adapters.query.tokens import quoted

#: A job has some pages.
MAX_CHARACTERS = 8_000_000


def loads(text: str, what: str = "The job") -> Any:  # noqa: ANN401 (any JSON)
    if len(text) > MAX_CHARACTERS:
        raise BadJob(f"{what} has {len(text):,} characters", "", f"The most is {MAX_CHARACTERS:,}")
    try:
        return json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise BadJob(
            f"{what} is no JSON: {error.msg}",
            f"line {error.lineno}, column {error.colno}",
            "JSON has double quotes, no comma at the end of a list and no comments",
            excerpt(text, error.lineno, error.colno),
        ) from None
    except RecursionError:
        raise BadJob(
            f"{what} is nested too deep", "", "Its lists and objects nest seven levels at most"
        ) from None
    except ValueError:
        # Python does not read whole numbers of thousands of digits.
        raise BadJob(
            f"{what} has a number of too many digits", "", "Numbers have 64 bits"
        ) from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise BadJob(f"A field is there twice: {quoted(key)}", "JSON", "Leave one of them away")
        found[key] = value
    return found


def _no_constant(name: str) -> NoReturn:
    raise BadJob(f"{name} is no number of JSON", "JSON", "Write null, or a number")
