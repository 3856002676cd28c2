"""Shell: what was sent to whom, what waits, and what could not be; without addresses or texts."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from centres.db import rows
from centres.fields import between
from centres.records import MOST_ROWS, sought, wanted

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


@dataclass(frozen=True, slots=True)
class MessageLine:
    """One message to one person, who is a learner or a mentor; `failure` is the server's word."""

    id: int
    channel: str
    purpose: str
    state: str
    learner: str | None
    mentor: str | None
    subject: str | None
    created_at: datetime
    due_at: datetime
    sent_at: datetime | None
    settled_at: datetime | None
    attempts: int
    failure: str | None
    parts: int | None


_MESSAGES = """
SELECT m.id, m.channel, m.purpose, m.state, l.code AS learner, t.code AS mentor, m.subject,
       m.created_at, m.due_at, m.sent_at, m.settled_at, m.attempts, m.failure, m.parts
FROM message m LEFT JOIN learner l ON l.id = m.learner LEFT JOIN mentor t ON t.id = m.mentor
JOIN country k ON k.id = coalesce(l.country, t.country)
WHERE m.id > $1 AND ($2::text[] IS NULL OR k.iso2 = ANY($2)) AND ($3::text IS NULL OR l.code = $3)
  AND ($4::text IS NULL OR m.state = $4) AND ($5::text IS NULL OR m.channel = $5)
ORDER BY m.id LIMIT $6
"""


async def list_messages(
    *,
    countries: Collection[str] | None = None,
    learner: str | None = None,
    state: str | None = None,
    channel: str | None = None,
    after_id: int = 0,
    limit: int = 100,
) -> list[MessageLine]:
    """Return messages by id: to people of these countries, to one learner (by code). One query."""
    found = await rows(
        _MESSAGES,
        after_id,
        wanted(countries),
        sought(learner),
        state,
        channel,
        between(limit, 1, MOST_ROWS, "limit"),
    )
    return [MessageLine(**each) for each in found]
