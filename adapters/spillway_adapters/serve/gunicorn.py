"""Flask on Gunicorn."""

from __future__ import annotations

from spillway_adapters.serve.flask_app import FlaskJob


class Job(FlaskJob):
    pass
