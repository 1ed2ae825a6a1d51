"""uvicorn: processes with an event loop each, which its supervisor replaces where there are
several."""

from __future__ import annotations

import socket
import sys
from typing import Any

from spillway_adapters.protocol import serve
from spillway_adapters.server_engine import Maker, Serve, ServerEngine

#: Seconds that a connection without a request is kept.
KEEP_ALIVE = 75


def run_uvicorn(sock: socket.socket, workers: int, maker: Maker) -> None:
    import uvicorn
    from uvicorn.supervisors import Multiprocess

    config = uvicorn.Config(
        maker,
        factory=True,
        workers=workers,
        timeout_keep_alive=KEEP_ALIVE,
        log_level="warning",
        access_log=False,
    )
    # Its workers would reopen the descriptor, which they do not have.
    sys.stdin = None  # type: ignore[assignment]
    # As its command line has it.
    if workers == 1:
        uvicorn.Server(config).run([sock])
    else:
        Multiprocess(config, [sock]).run()


class Uvicorn(ServerEngine):
    name = package = "uvicorn"
    libraries = ("fastapi", "uvloop", "httptools", "scikit-learn", "numpy")

    def server(self) -> Serve:
        return run_uvicorn

    def settings(self) -> dict[str, Any]:
        return {"loop": "uvloop", "http": "httptools", "timeout_keep_alive": KEEP_ALIVE}


if __name__ == "__main__":
    serve(Uvicorn())
