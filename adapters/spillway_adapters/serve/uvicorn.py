"""FastAPI on uvicorn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from spillway_adapters.serve.answers import Served
from spillway_adapters.serve.job import ServedJob


def made(asked: Served) -> Any:  # noqa: ANN401 (FastAPI's)
    from spillway_adapters.serve import fastapi_app

    return fastapi_app.made(asked)


class Job(ServedJob):
    def maker(self) -> Callable[[Served], Any]:
        return made
