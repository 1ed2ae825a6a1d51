"""Gunicorn: processes of threads, which its arbiter replaces."""

from __future__ import annotations

import socket
from typing import Any

from spillway_adapters.protocol import serve
from spillway_adapters.server_engine import Maker, Serve, ServerEngine

#: Of one worker: as many as a model that holds the interpreter's lock can use.
THREADS = 4
#: Seconds that a connection without a request is kept.
KEEP_ALIVE = 75


def run_gunicorn(sock: socket.socket, workers: int, maker: Maker) -> None:
    from gunicorn.app.base import BaseApplication

    options = {
        "bind": f"fd://{sock.fileno()}",
        "workers": workers,
        "worker_class": "gthread",
        "threads": THREADS,
        "keepalive": KEEP_ALIVE,
        "loglevel": "warning",
        "control_socket_disable": True,
    }

    class Application(BaseApplication):
        def load_config(self) -> None:
            for name, value in options.items():
                self.cfg.set(name, value)

        def load(self) -> Any:  # noqa: ANN401 (the framework's)
            return maker()

    Application().run()


class Gunicorn(ServerEngine):
    name = package = "gunicorn"
    libraries = ("flask", "scikit-learn", "numpy")

    def server(self) -> Serve:
        return run_gunicorn

    def settings(self) -> dict[str, Any]:
        return {"worker_class": "gthread", "threads": THREADS, "keepalive": KEEP_ALIVE}


if __name__ == "__main__":
    serve(Gunicorn())
