"""Shell: hand over the texts of one person that are due, each at most once.

A text is marked before it is handed over and settled after it. A worker that dies in between
leaves it marked, and whoever comes next under the same lock can only say that nobody knows: such a
text is never handed over again, and its reader is among those to be called.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from centres.db import atomic, rows
from sessions.messages.people import Person
from sessions.messages.sms_replies import opt_out
from sessions.sms.port import Accepted, Refused, SmsService, TryLater

MOST_TRIES = 8
DIED = "the worker died while it was handing this over"
NO_SERVICE = "no service is configured"

# The lock of the person's jobs makes sure that nobody is handing these over now.
_ABANDONED = """
UPDATE message SET state = 'unknown', settled_at = $3, failure = $4
WHERE channel = 'sms' AND state = 'sending'
  AND learner IS NOT DISTINCT FROM $1 AND mentor IS NOT DISTINCT FROM $2
RETURNING id
"""
_DUE = """
SELECT x.id, x.address, x.body, x.attempts FROM message x
WHERE x.channel = 'sms' AND x.state = 'queued' AND x.due_at <= $3
  AND x.learner IS NOT DISTINCT FROM $1 AND x.mentor IS NOT DISTINCT FROM $2
ORDER BY x.id
"""
_MARK = """
UPDATE message SET state = 'sending', attempts = attempts + 1
WHERE id = $1 AND state = 'queued' RETURNING id
"""
# A service that gives one name to two texts must not leave the second one unsettled.
_SETTLE = """
UPDATE message SET state = $2, failure = $3, provider_ref = CASE WHEN EXISTS (
        SELECT 1 FROM message o WHERE o.channel = 'sms' AND o.provider_ref = $4::text)
        THEN provider_ref ELSE coalesce($4::text, provider_ref) END,
    sent_at = coalesce($5, sent_at), settled_at = coalesce($6, settled_at)
WHERE id = $1 AND state = 'sending'
"""
_AGAIN = """
UPDATE message SET state = 'queued', due_at = $2, failure = $3
WHERE id = $1 AND state = 'sending'
"""
_NOT_WANTED = """
UPDATE message x SET state = 'superseded', settled_at = $3
WHERE x.channel = 'sms' AND x.state = 'queued'
  AND x.learner IS NOT DISTINCT FROM $1 AND x.mentor IS NOT DISTINCT FROM $2
  AND (
    EXISTS (SELECT 1 FROM contact_preference p
            WHERE p.learner IS NOT DISTINCT FROM $1 AND p.mentor IS NOT DISTINCT FROM $2
              AND p.sms_opted_out_at IS NOT NULL)
    OR (x.purpose = 'change' AND NOT EXISTS (
        SELECT 1 FROM message_notice y JOIN notice n ON n.id = y.notice
        JOIN meetup m ON m.id = n.meetup WHERE y.message = x.id AND m.starts_at > $3))
    OR (x.purpose = 'reminder' AND NOT EXISTS (
        SELECT 1 FROM reminder r JOIN meetup m ON m.id = r.meetup
        JOIN booking b ON b.meetup = m.id AND b.learner = r.learner
        WHERE r.message = x.id AND m.starts_at > $3 AND m.state = 'live' AND b.state = 'booked'))
  )
RETURNING x.id
"""


@dataclass(frozen=True, slots=True)
class Handed:
    """What became of the texts that were due: how many of each, and when to come back, if ever."""

    sent: int = 0
    failed: int = 0
    unknown: int = 0
    superseded: int = 0
    again_at: datetime | None = None


async def send_due_sms(
    *, person: Person, service: SmsService | None, clock: Callable[[], datetime]
) -> Handed:
    """Hand over what is due to one person, oldest first; call it under the person's lock.

    Outside any transaction. Without a service texts that are due fail at once, and are to be told
    by telephone. What the service takes for too much waits until it says.
    """
    whose = (person.learner, person.mentor)
    now = clock()
    async with atomic():
        abandoned = await rows(_ABANDONED, *whose, now, DIED)
        superseded = await rows(_NOT_WANTED, *whose, now)
        due = await rows(_DUE, *whose, now)
    counts = {"sent": 0, "failed": 0, "unknown": len(abandoned)}
    again: list[datetime] = []
    for each in due:
        state, later = await _hand_over(each, person, service, clock)
        if later is not None:
            again.append(later)
            break  # in order: what comes after waits as well
        counts[state] += 1
    return Handed(**counts, superseded=len(superseded), again_at=min(again, default=None))


async def _hand_over(
    row: dict[str, Any],
    person: Person,
    service: SmsService | None,
    clock: Callable[[], datetime],
) -> tuple[str, datetime | None]:
    async with atomic():
        if not await rows(_MARK, row["id"]):
            return "unknown", None
    if service is None:
        await _settle(row["id"], "failed", NO_SERVICE, None, None, clock())
        return "failed", None
    outcome = await service.send(to=row["address"], text=bytes(row["body"]).decode())
    now = clock()
    if isinstance(outcome, Accepted):
        await _settle(row["id"], "sent", None, outcome.reference or None, now, None)
        return "sent", None
    if isinstance(outcome, TryLater) and row["attempts"] + 1 < MOST_TRIES:
        later = now + timedelta(seconds=outcome.seconds)
        async with atomic():
            await rows(_AGAIN, row["id"], later, outcome.why)
        return "queued", later
    if isinstance(outcome, Refused | TryLater):
        await _settle(row["id"], "failed", outcome.why, None, None, now)
        if isinstance(outcome, Refused) and outcome.opted_out:
            await opt_out(number=row["address"], now=now)
        return "failed", None
    await _settle(row["id"], "unknown", outcome.why, None, now, None)
    return "unknown", None


async def _settle(
    message: int,
    state: str,
    failure: str | None,
    reference: str | None,
    sent_at: datetime | None,
    settled_at: datetime | None,
) -> None:
    async with atomic():
        await rows(_SETTLE, message, state, failure, reference, sent_at, settled_at)
