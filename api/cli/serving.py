"""rendezvous serve | worker | migrate."""

import asyncio
import contextlib
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import click
import httpx
from granian import Granian
from granian.constants import Interfaces

from api.cli.running import data_option, with_database
from api.jobs import run_worker
from api.mail_in import listen_for_mail
from api.migrating import migrate as run_migrations
from api.migrating import pending
from api.settings import read_settings
from centres.embedded import database_server
from centres.errors import RendezvousError
from centres.zones import require_fresh_tzdata

READY_WITHIN_SECONDS = 60
STOPPED_WITHIN_SECONDS = 3  # a job that still runs then is taken up again at the next start


class SchemaIsOld(RendezvousError):
    """The database waits for migrations."""


class CannotListen(RendezvousError):
    """The server cannot listen at this address."""


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
@click.option(
    "--mail-in",
    type=click.IntRange(1, 65535),
    help="Port for answers to invitations and for bounces, by SMTP or LMTP.",
)
def serve(data: Path, host: str, port: int, workers: int, mail_in: int | None) -> None:
    """Serve the pages, the API and the feeds, and run the jobs.

    Example: rendezvous serve --port 8000 --workers 2
    """
    check_before_serving(host, port)
    if mail_in is not None:
        require_free(host, mail_in, "--mail-in")
    with database_server(data) as dsn:
        asyncio.run(run_migrations())
        if mail_in is not None:
            office = read_settings().post_office
            threading.Thread(
                target=listen_for_mail,
                args=(office,),
                kwargs={"host": host, "port": mail_in},
                daemon=True,
            ).start()
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
        if asyncio.run(pending()):
            raise SchemaIsOld("The schema is not up to date: run rendezvous migrate first.")
        asyncio.run(_work_until_told(dsn))


async def _work_until_told(dsn: str) -> None:
    """Run jobs until a signal says to stop.

    Raised as KeyboardInterrupt, the signal would come up in whatever runs just then: in a job, it
    passed for the job's failure, and the worker went on.
    """
    loop, working = asyncio.get_running_loop(), asyncio.current_task()
    assert working is not None
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, working.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await run_worker(dsn)


def check_before_serving(host: str, port: int) -> None:
    """Refuse what would stop the server later on: bad settings, old zone data, a port in use.

    Asked first, so that nobody waits for a database or a world and is refused then.
    """
    read_settings()
    require_fresh_tzdata(datetime.now(UTC).date())
    require_free(host, port, "--port")


def require_free(host: str, port: int, option: str) -> None:
    """Raise CannotListen when something else listens at this address already."""
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, socket.SOCK_STREAM) as tried:
            if os.name != "nt":  # as the server does: closed connections may linger
                tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind(address)
    except OSError as error:
        raise CannotListen(
            f"Port {port} of {host} cannot be used ({error.strerror}): stop what uses it, or choose"
            f" another with {option}."
        ) from error


def base_url(host: str, port: int) -> str:
    """Return the address at which a server that listens there answers."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def serve_until_stopped(
    dsn: str, *, host: str, port: int, workers: int, on_ready: Callable[[str], None]
) -> None:
    """Serve until Ctrl-C; call `on_ready` with the base URL once requests are answered."""
    os.environ["DATABASE_URL"] = dsn
    base = base_url(host, port)
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
        workers_kill_timeout=STOPPED_WITHIN_SECONDS,
    )
    hang_up = getattr(signal, "SIGHUP", None)
    if hang_up is not None:
        # The server would reload when its terminal is closed, and stay with nobody to stop it.
        before = signal.getsignal(hang_up)
        after = before if before == signal.SIG_IGN else server.signal_handler_interrupt
        server.on_startup(lambda: signal.signal(hang_up, after))
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
    click.echo(f"{base} does not answer; its log says why.", err=True)
