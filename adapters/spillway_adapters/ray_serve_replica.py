"""What Ray Serve runs: a class whose instances are replicas, each an actor with a process of its
own, and the two ways to start it."""

from __future__ import annotations

from typing import Any

from ray import serve
from ray.serve._private import api, client
from starlette.requests import Request

from spillway_adapters.server_engine import LOOPBACK, Maker, made_replica

#: Requests that a replica of the tuned profile takes at a time; Serve's own default is 5.
MOST_ONGOING = 100

#: Seconds in which a proxy has to be ready.
PROXY_WITHIN = 300


class Replica:
    def __init__(self, folder: str, maker: Maker) -> None:
        _bind_to_loopback()
        self._application = made_replica(folder, maker)

    async def __call__(self, request: Request) -> dict[str, Any]:
        return self._application(await request.json())


def _bind_to_loopback() -> None:
    """In a replica's process, before Serve has it listen for calls of other deployments, which it
    does on every interface."""
    from ray.serve._private import replica

    add_port = replica.add_port_to_grpc_server
    replica.add_port_to_grpc_server = lambda server, address: add_port(
        server, address.replace("[::]", LOOPBACK)
    )


def start(folder: str, maker: Maker, workers: int, port: int, *, tuned: bool) -> dict[str, Any]:
    """Returns its settings when every replica is there."""
    options: dict[str, Any] = {"num_replicas": workers}
    if tuned:
        options |= {
            "max_ongoing_requests": MOST_ONGOING,
            "logging_config": {"enable_access_log": False},
        }
    # On a busy machine a minute is too short for its processes to begin.
    api.HTTP_PROXY_TIMEOUT = client.HTTP_PROXY_TIMEOUT = PROXY_WITHIN
    serve.start(http_options={"host": LOOPBACK, "port": port})
    deployment = serve.deployment(name="Model", **options)(Replica)
    serve.run(deployment.bind(folder, maker), route_prefix="/")
    return {
        "proxy": "HAProxy" if tuned else "Serve's own",
        "num_replicas": workers,
        "max_ongoing_requests": deployment.max_ongoing_requests,
        "access_log": not tuned,
        "throughput_optimized": tuned,
    }
