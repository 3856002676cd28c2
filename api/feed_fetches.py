"""Who has read their calendar, and with what: gathered in memory, written every few seconds."""

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache

import structlog
from prometheus_client import Counter

from centres.acting import acting_as
from sessions.feeds.clients import client_family
from sessions.subscriptions import record_fetches

log = structlog.get_logger()
ANSWERS = Counter(
    "rendezvous_feed_answers",
    "Answers to requests for a private feed",
    ["status", "kept"],
)

MOST_LETTERS = 40


@lru_cache(maxsize=1024)
def family(user_agent: str) -> str | None:
    """Return `client_family` of a User-Agent, which few programs share among many readers."""
    named = client_family(user_agent)
    return named[:MOST_LETTERS] if named else None


class Fetches:
    """The last reading of each link since they were last written.

    One statement for all of them, so that a feed which many programs read costs one row in some
    seconds. `flushed` tells who else writes them; without anybody, whoever answers does.
    """

    def __init__(self) -> None:
        """Start with nothing to write."""
        self.waiting: dict[int, tuple[datetime, str | None]] = {}
        self.flushed = False

    def note(self, link: int, user_agent: str, now: datetime) -> None:
        """Remember that a link was read."""
        self.waiting[link] = (now, family(user_agent))

    async def flush(self) -> None:
        """Write what waits; what could not be written waits again."""
        taken, self.waiting = self.waiting, {}
        try:
            with acting_as("feed"):
                await record_fetches(taken)
        except BaseException:
            self.waiting = {**taken, **self.waiting}
            raise


count_kept: dict[int, Callable[[], None]] = {
    status: ANSWERS.labels(status, "yes").inc for status in (200, 304)
}
