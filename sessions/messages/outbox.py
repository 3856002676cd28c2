"""Shell: what waits to be sent, and what could not be."""

from centres.db import rows

_COUNTS = """
SELECT count(*) FILTER (WHERE state IN ('queued', 'sending')) AS queued,
       count(*) FILTER (WHERE state = 'failed') AS failed,
       min(created_at) FILTER (WHERE state IN ('queued', 'sending')) AS oldest
FROM message WHERE channel = 'mail'
"""


async def mail_in_words() -> str:
    """Return how many mails wait, since when, and how many failed, for an operator to read."""
    found = (await rows(_COUNTS))[0]
    since = f" since {found['oldest']:%Y-%m-%d %H:%M} UTC" if found["oldest"] else ""
    return f"{found['queued']} queued{since}, {found['failed']} failed"
