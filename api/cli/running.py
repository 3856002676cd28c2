"""How commands reach the database: server, schema, pool, and whose name the changes carry."""

import asyncio
import contextlib
import ctypes
import os
import sys
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any, TypeVar

import asyncpg
import click

from centres.acting import acting_as
from centres.db import close_pool, open_pool
from centres.embedded import database_server

DATABASE_TROUBLES = (
    ConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.ClientConfigurationError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
    asyncpg.PostgresConnectionError,
)
"""What `DATABASE_URL` may lead to instead of a database."""

T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Any])


def data_option(command: F) -> F:
    """Add `--data DIR`, where the embedded database keeps its files."""
    option = click.option(
        "--data",
        type=click.Path(file_okay=False, path_type=Path),
        default=Path(os.environ.get("RENDEZVOUS_DATA", ".rendezvous")),
        show_default=True,
        help="Folder of the embedded database; DATABASE_URL, if set, is used instead.",
    )
    return option(command)


@contextlib.contextmanager
def only_ours_on_stdout() -> Iterator[None]:
    """Drop what libraries print by themselves, so that JSON stays JSON.

    HiGHS greets on the C library's standard output when a process first uses it, whatever its
    options. Nothing of ours may be printed inside the block but to standard error.
    """
    sys.stdout.flush()
    try:
        kept = os.dup(1)
    except OSError:  # there is no standard output
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        yield
    finally:
        ctypes.CDLL(None).fflush(None)
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)


def in_pool(work: Callable[[], Coroutine[Any, Any, T]], *, actor: str = "command line") -> T:
    """Run `work` with this process's pool open, its changes signed by `actor`."""

    async def run() -> T:
        await open_pool(min_size=1, max_size=4)
        try:
            with acting_as(actor):
                return await work()
        finally:
            await close_pool()

    return asyncio.run(run())


def with_database(data: Path, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Start the database where it is embedded, and run `work` against it."""
    with database_server(data):
        return in_pool(work)
