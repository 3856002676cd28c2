"""rendezvous serve | worker | migrate."""

import asyncio
import contextlib
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

import click
import httpx
from granian import Granian
from granian.constants import Interfaces

from api.cli.running import data_option, with_database
from api.jobs import run_worker
from api.migrating import migrate as run_migrations
from api.settings import read_settings
from centres.embedded import database_server

READY_WITHIN_SECONDS = 60


@click.command()
@data_option
def migrate(data: Path) -> None:
    """Bring the database's schema up to date.

    Example: rendezvous migrate
    """
    read_settings()
    done = with_database(data, run_migrations)
    click.echo(f"Ran {len(done)} migration(s)." if done else "The schema is up to date.")


@click.command()
@data_option
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64))
def serve(data: Path, host: str, port: int, workers: int) -> None:
    """Serve the pages, the API and the feeds, and run the jobs.

    Example: rendezvous serve --port 8000 --workers 2
    """
    read_settings()
    with database_server(data) as dsn:
        asyncio.run(run_migrations())
        serve_until_stopped(
            dsn, host=host, port=port, workers=workers, on_ready=lambda url: click.echo(url)
        )


@click.command()
@data_option
def worker(data: Path) -> None:
    """Run jobs only, on this or another machine.

    Example: DATABASE_URL=postgresql://... rendezvous worker
    """
    read_settings()
    with database_server(data) as dsn, contextlib.suppress(KeyboardInterrupt):
        asyncio.run(run_worker(dsn))


def serve_until_stopped(
    dsn: str, *, host: str, port: int, workers: int, on_ready: Callable[[str], None]
) -> None:
    """Serve until Ctrl-C; call `on_ready` with the base URL once requests are answered."""
    os.environ["DATABASE_URL"] = dsn
    base = f"http://{host}:{port}"
    os.environ.setdefault("RENDEZVOUS_BASE_URL", base)
    server = Granian(
        "api.app:create_app",
        factory=True,
        interface=Interfaces.ASGI,
        address=host,
        port=port,
        workers=workers,
        log_enabled=False,
        websockets=False,
    )
    threading.Thread(target=announce, args=(base, on_ready), daemon=True).start()
    server.serve()


def announce(base: str, on_ready: Callable[[str], None]) -> None:
    """Wait until the server answers, then call `on_ready` once; give up after a minute."""
    until = time.monotonic() + READY_WITHIN_SECONDS
    while time.monotonic() < until:
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(f"{base}/health/ready", timeout=5).status_code == httpx.codes.OK:
                on_ready(base)
                return
        time.sleep(0.05)
