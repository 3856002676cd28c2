"""Hear of changes to calendars: PostgreSQL's notifications, and a look of our own twice a second.

The notification ends a lease within milliseconds. The look renews the leases of the feeds that
were asked for since the last one, in one query whatever their number, and finds what a lost
notification would have told. A pooler in transaction mode swallows LISTEN without a word: then
the looks alone keep answers younger than a lease.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import structlog
from litestar import Litestar

from api.feed_fetches import Fetches
from api.feed_shelf import Shelf
from centres.db import DB, SERVER_SETTINGS
from sessions.subscriptions import versions_of_links

log = structlog.get_logger()
CHANNEL = "rendezvous_feeds"
LOOK_EVERY_SECONDS = 0.4
FLUSH_EVERY_SECONDS = 5.0
ANSWERS_WITHIN_SECONDS = 2.0
MOST_LOOKED_AT = 500
TROUBLES = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError)


class FeedWatch:
    """Keeps the leases of a shelf true, and writes the fetches down, for as long as it runs."""

    def __init__(self, shelf: Shelf, fetches: Fetches, dsn: str) -> None:
        """Watch the database that `dsn` names; the looks go through this process's pool."""
        self.shelf = shelf
        self.fetches = fetches
        self.dsn = dsn
        self.listening: asyncpg.Connection | None = None
        self.looked_at = 0.0
        self.flushed_at = time.monotonic()

    async def run(self) -> None:
        """Go on until cancelled; while the database does not answer, nothing is sent unasked."""
        try:
            while True:
                try:
                    async with asyncio.timeout(ANSWERS_WITHIN_SECONDS):
                        await self.listen()
                        await self.look()
                        await self.flush_when_due()
                except TROUBLES as error:
                    self._deaf()
                    log.warning("feeds are not watched", error=type(error).__name__)
                await asyncio.sleep(LOOK_EVERY_SECONDS)
        finally:
            self.shelf.watching = False
            self.shelf.end_leases()
            if self.listening is not None:
                self.listening.terminate()

    async def listen(self) -> None:
        """Have a connection that hears of changes; leases are given from then on."""
        if self.listening is not None and not self.listening.is_closed():
            return
        self._deaf()
        self.listening = await asyncpg.connect(self.dsn, server_settings=SERVER_SETTINGS)
        self.listening.add_termination_listener(lambda _: self._deaf())
        await self.listening.add_listener(CHANNEL, self._heard)
        self.shelf.watching = True

    def _heard(self, connection: object, pid: int, channel: str, payload: object) -> None:
        self.shelf.heard(str(payload))

    def _deaf(self) -> None:
        self.shelf.watching = False
        self.shelf.end_leases()

    async def look(self) -> None:
        """Ask for the versions of what was used since the last look."""
        asked_at = time.monotonic()
        links = self.shelf.used_since(self.looked_at, MOST_LOOKED_AT)
        self.looked_at = asked_at
        if links:
            self.shelf.checked(await versions_of_links(links), links, asked_at)

    async def flush_when_due(self) -> None:
        """Write the fetches down every few seconds."""
        if time.monotonic() - self.flushed_at >= FLUSH_EVERY_SECONDS:
            self.flushed_at = time.monotonic()
            await self.fetches.flush()


@asynccontextmanager
async def watched_feeds(app: Litestar) -> AsyncIterator[None]:
    """Watch the feeds beside the requests; at the end what was fetched is written down."""
    shelf, fetches, dsn = app.state.shelf, app.state.fetches, DB.config.get("dsn")
    if dsn is None:
        yield
        return
    task = asyncio.create_task(FeedWatch(shelf, fetches, dsn).run())
    fetches.flushed = True
    try:
        yield
    finally:
        fetches.flushed = False
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        with contextlib.suppress(*TROUBLES):
            async with asyncio.timeout(ANSWERS_WITHIN_SECONDS):
                await fetches.flush()
