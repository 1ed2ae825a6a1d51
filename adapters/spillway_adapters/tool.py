"""A program of one question and one answer, both files of one JSON object."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any


def reply(answer: Callable[[dict[str, Any]], dict[str, Any]], request: str, place: str) -> None:
    found = answer(json.loads(Path(request).read_text(encoding="utf-8")))
    Path(place).write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")
