"""Waitress: one process with threads, which nobody replaces."""

from __future__ import annotations

import socket
from typing import Any

from spillway_adapters.protocol import Run, Unsupported, serve
from spillway_adapters.server_engine import Maker, Serve, ServerEngine

#: Its own default.
THREADS = 4


def run_waitress(sock: socket.socket, workers: int, maker: Maker) -> None:
    from waitress.server import create_server

    create_server(maker(), sockets=[sock], threads=THREADS).run()


class Waitress(ServerEngine):
    name = package = "waitress"
    libraries = ("flask", "scikit-learn", "numpy")

    def server(self) -> Serve:
        return run_waitress

    def start(self, run: Run) -> dict[str, Any]:
        if run.spec.workers > 1:
            raise Unsupported("Waitress is one process: it serves with 1 worker.")
        return super().start(run)

    def settings(self) -> dict[str, Any]:
        return {"threads": THREADS}


if __name__ == "__main__":
    serve(Waitress())
