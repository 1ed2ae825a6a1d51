"""Joins an existing Ray cluster, or says why that is not possible."""

from __future__ import annotations

import contextlib
import socket
from typing import Any

import grpc
import ray
from ray._private.grpc_utils import init_grpc_channel
from ray.core.generated import (
    gcs_service_pb2,
    gcs_service_pb2_grpc,
    ray_client_pb2,
    ray_client_pb2_grpc,
)
from ray.exceptions import AuthenticationError

from spillway_adapters.protocol import RunError

#: Seconds in which a cluster's address has to answer.
ANSWER_WITHIN = 10
CLIENT = "ray://"
#: For each client the cluster starts a server, which fails now and then on a busy machine.
CLIENT_ATTEMPTS = 3
WHERE_THE_TOKEN_IS = (
    "RAY_AUTH_MODE=token, and the cluster's token in RAY_AUTH_TOKEN or in the file that "
    "RAY_AUTH_TOKEN_PATH names (~/.ray/auth_token without it)"
)


def join(address: str, settings: dict[str, Any]) -> None:
    """`settings` are those of ray.init."""
    host, _, port = address.removeprefix(CLIENT).rpartition(":")
    try:
        # Ray would ask for minutes where nobody listens, and for half a minute where its token is
        # refused, to tell neither.
        if port.isdigit():
            socket.create_connection((host.strip("[]"), int(port)), ANSWER_WITHIN).close()
            _show_token(f"{host}:{port}", address.startswith(CLIENT))
        _init(address, settings)
    except AuthenticationError as failure:
        raise RunError(
            "not-permitted",
            f"Access denied to the Ray cluster at {address}: {failure.message.split('. ')[0]}.",
            f"A cluster that requires a token needs {WHERE_THE_TOKEN_IS}.",
        ) from failure
    except (OSError, RuntimeError, ValueError) as failure:
        first = str(failure).strip().split("\n")[0]
        raise RunError(
            "not-found",
            f"No Ray cluster answers at {address}: {first}",
            "Check the address, and that the cluster runs the same versions of Ray and Python. "
            f"If it requires a token: {WHERE_THE_TOKEN_IS}.",
        ) from failure


def _init(address: str, settings: dict[str, Any]) -> None:
    for attempt in range(CLIENT_ATTEMPTS):
        try:
            ray.init(address=address, **settings)
        except ConnectionAbortedError:
            if attempt == CLIENT_ATTEMPTS - 1:
                raise
        else:
            return


def _show_token(place: str, client: bool) -> None:
    """Raises AuthenticationError if the first request is rejected. Other errors are left to Ray,
    which retries."""
    with contextlib.closing(init_grpc_channel(place)) as channel:
        try:
            if client:
                ping = ray_client_pb2.ClusterInfoRequest(type=ray_client_pb2.ClusterInfoType.PING)
                stub = ray_client_pb2_grpc.RayletDriverStub(channel)
                stub.ClusterInfo(ping, timeout=ANSWER_WITHIN)
            else:
                stub = gcs_service_pb2_grpc.NodeInfoGcsServiceStub(channel)
                stub.CheckAlive(gcs_service_pb2.CheckAliveRequest(), timeout=ANSWER_WITHIN)
        except grpc.RpcError as failure:
            if failure.code() is grpc.StatusCode.UNAUTHENTICATED:
                raise AuthenticationError(failure.details()) from failure
