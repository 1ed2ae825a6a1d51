"""The model behind Flask."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from spillway_adapters.protocol import Run
from spillway_adapters.serve.answers import QUESTION, Served, served


def made(asked: Served) -> Any:  # noqa: ANN401 (Flask's)
    import flask

    app = flask.Flask("serve")
    answers = asked.made()

    @app.post("/")
    def answer() -> dict[str, Any]:
        return answers(flask.request.get_json()["features"])

    return app


class FlaskJob:
    question = QUESTION

    def __init__(self, run: Run) -> None:
        self.port = run.spec.workload.port

    def application(self, run: Run) -> Callable[[], Any]:
        return partial(made, served(run))

    def result(self) -> dict[str, Any]:
        return {"kind": "serve", "rows": 0}
