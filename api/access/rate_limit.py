"""How often one key may be used in one window of time, counted in PostgreSQL for all workers."""

from datetime import datetime, timedelta

from centres.db import rows
from centres.errors import Refusal
from centres.language import Sentence


class TooManyTries(Refusal):
    """This was tried too often in a short time."""

    def __init__(self, detail: str, *, retry_after: int) -> None:
        """Keep the number of seconds after which trying again makes sense."""
        super().__init__(detail)
        self.retry_after = retry_after


def window_start(now: datetime, within: timedelta) -> datetime:
    """Return the start of the fixed window that `now` falls in."""
    seconds = int(within.total_seconds())
    return now - timedelta(seconds=int(now.timestamp()) % seconds, microseconds=now.microsecond)


async def count_use(*, key: str, limit: int, within: timedelta, now: datetime) -> None:
    """Count one use of `key`; raise `TooManyTries` beyond `limit` uses in this window."""
    start = window_start(now, within)
    used = await rows(
        """
        WITH gone AS (DELETE FROM rate_window WHERE window_start < $3)
        INSERT INTO rate_window (key, window_start, uses) VALUES ($1, $2, 1)
        ON CONFLICT ON CONSTRAINT rate_window_is_counted_once
        DO UPDATE SET uses = rate_window.uses + 1 RETURNING uses
        """,
        key,
        start,
        start - 4 * within,
    )
    if used[0]["uses"] > limit:
        wait = int((start + within - now).total_seconds()) + 1
        said = Sentence("Réessayez dans {minutes} min.", minutes=-(-wait // 60))
        raise TooManyTries(said, retry_after=wait)


async def forget(*, key: str) -> None:
    """Start counting `key` afresh, after a success."""
    await rows("DELETE FROM rate_window WHERE key = $1", key)
