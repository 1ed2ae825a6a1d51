"""A date or a timestamp as it stands in files and literals."""

from __future__ import annotations

import datetime
import re
from typing import Literal

_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_TIMESTAMP = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
    r"(?:[ T]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,6}))?)?)?"
)


def read_moment(
    text: str, kind: Literal["date", "timestamp"]
) -> datetime.date | datetime.datetime | None:
    match = (_DATE if kind == "date" else _TIMESTAMP).fullmatch(text)
    if not match:
        return None
    try:
        if kind == "date":
            return datetime.date(*(int(x) for x in match.groups()))
        *whole, fraction = match.groups()
        microseconds = int((fraction or "0").ljust(6, "0"))
        return datetime.datetime(*(int(x or 0) for x in whole), microseconds)  # type: ignore[arg-type]
    except ValueError:
        return None
