"""The model behind Flask."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from spillway_adapters.serve.answers import Served
from spillway_adapters.serve.job import ServedJob


def made(asked: Served) -> Any:  # noqa: ANN401 (Flask's)
    import flask

    app = flask.Flask("serve")
    answers = asked.made()

    @app.post("/")
    def answer() -> dict[str, Any]:
        return answers(flask.request.get_json()["features"])

    return app


class FlaskJob(ServedJob):
    def maker(self) -> Callable[[Served], Any]:
        return made
