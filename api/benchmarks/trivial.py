"""The yardstick: one route of Litestar with nothing around it, and the server we serve with."""

import sys

from granian import Granian
from granian.constants import Interfaces
from litestar import Litestar, get


@get("/")
async def hello() -> str:
    """Say the least that can be said."""
    return "ok"


def create_app() -> Litestar:
    """Return an application with that one route."""
    return Litestar([hello], openapi_config=None, logging_config=None)


def serve(port: int, workers: int) -> None:
    """Serve it until stopped, with the options of `rendezvous serve`."""
    Granian(
        "api.benchmarks.trivial:create_app",
        factory=True,
        interface=Interfaces.ASGI,
        address="127.0.0.1",
        port=port,
        workers=workers,
        log_enabled=False,
        websockets=False,
    ).serve()


if __name__ == "__main__":
    serve(int(sys.argv[1]), int(sys.argv[2]))
