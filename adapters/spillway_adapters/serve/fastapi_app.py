"""The model behind FastAPI. Its annotations are read when the module is: they are no texts."""

from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel

from spillway_adapters.serve.answers import Served


class Question(BaseModel):
    features: list[float]


def made(asked: Served) -> FastAPI:
    app = FastAPI(openapi_url=None)
    answers = asked.made()

    @app.post("/")
    async def answer(question: Question) -> dict[str, Any]:
        return answers(question.features)

    return app
