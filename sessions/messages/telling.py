"""Shell: tell one person all that they are owed, in order; the work behind the job `tell`.

A mail is marked `sending` before it goes out and `sent` after. A worker that dies between the two
leaves it `sending`, and whoever takes the job up sends that one mail again, under the same
Message-ID; nothing before it is sent twice, and nothing after it goes ahead of it.
"""

import asyncio
from datetime import datetime, timedelta
from typing import Any

from centres.db import CONNECTION_LOST, atomic, rows
from sessions.deferring import defer
from sessions.messages.addresses import PostOffice
from sessions.messages.people import Person
from sessions.messages.planning import plan_mail
from sessions.messages.posting import Verdict, next_try
from sessions.messages.readers import load_reader, mark_bounced
from sessions.messages.smtp import SmtpServer, post

TELL = "tell"
QUEUE = "messages"
SETTLED_WITHIN_TRIES = 5

_TAKE = """
UPDATE message SET state = 'sending', attempts = attempts + 1 WHERE id = (
    SELECT id FROM message
    WHERE learner IS NOT DISTINCT FROM $1 AND mentor IS NOT DISTINCT FROM $2
      AND channel = 'mail' AND state IN ('queued', 'sending') ORDER BY id LIMIT 1)
  AND due_at <= $3
RETURNING id, address, body, attempts, created_at
"""
_SENT = """
UPDATE message SET state = 'sent', sent_at = $2, failure = NULL, body = NULL WHERE id = $1
"""
_LATER = "UPDATE message SET state = 'queued', due_at = $2, failure = $3 WHERE id = $1"
_FAILED = "UPDATE message SET state = 'failed', settled_at = $2, failure = $3 WHERE id = $1"


async def tell_person(
    person: Person, *, office: PostOffice, server: SmtpServer | None, now: datetime
) -> None:
    """Plan and send what this person is owed; harmless to run again.

    Without a mail server nothing is planned by mail, and the notices stay untold until there is
    one. After an address has failed for good the person is planned again, for the ladder to climb.
    """
    if server is None:
        return
    await plan_mail(person, office=office, now=now)
    while (taken := await _take(person, now)) is not None:
        verdict = await _send(person, taken, office=office, server=server, now=now)
        if verdict is Verdict.LATER:
            return  # in order: what comes after waits for it
        if verdict is Verdict.NO_SUCH_ADDRESS:
            await plan_mail(person, office=office, now=now)


async def tell_again_at(person: Person, at: datetime | None) -> None:
    """Queue the job that tells this person once more; with a time, behind all newer news."""
    await defer(
        task=TELL,
        arguments={"person": str(person)},
        lock=str(person),
        queue=QUEUE,
        priority=0 if at is None else -1,
        at=at,
    )


async def _take(person: Person, now: datetime) -> dict[str, Any] | None:
    found = await rows(_TAKE, person.learner, person.mentor, now)
    return found[0] if found else None


async def _send(
    person: Person,
    message: dict[str, Any],
    *,
    office: PostOffice,
    server: SmtpServer,
    now: datetime,
) -> Verdict:
    reader = await load_reader(person)
    envelope = office.reply_address(reader.token) if reader else office.sender
    attempt = await post(server, sender=envelope, to=message["address"], body=message["body"])
    number = message["id"]
    if attempt.verdict is Verdict.SENT:
        await _settle(_SENT, number, now)
        return attempt.verdict
    again = (
        next_try(message["attempts"], created_at=message["created_at"], now=now)
        if attempt.verdict is Verdict.LATER
        else None
    )
    async with atomic():
        if again is not None:
            await rows(_LATER, number, again, attempt.said)
            await tell_again_at(person, again + timedelta(seconds=1))
            return Verdict.LATER
        await rows(_FAILED, number, now, attempt.said)
        if attempt.verdict is Verdict.NO_SUCH_ADDRESS and reader is not None:
            await mark_bounced(reader, address=message["address"], failure=attempt.said, now=now)
    return Verdict.REFUSED if attempt.verdict is Verdict.LATER else attempt.verdict


async def _settle(statement: str, *arguments: object) -> None:
    """Write that a mail is out, whatever happens to one connection: else it would go out again."""
    for number in range(SETTLED_WITHIN_TRIES):
        try:
            await rows(statement, *arguments)
            return
        except CONNECTION_LOST:
            if number + 1 == SETTLED_WITHIN_TRIES:
                raise
            await asyncio.sleep(0.2 * 2**number)


_UNTOLD_PEOPLE = """
SELECT DISTINCT 'learner:' || n.learner AS person FROM notice n
JOIN meetup m ON m.id = n.meetup JOIN learner l ON l.id = n.learner
WHERE n.at > $1 AND m.starts_at > $2 AND l.consent_at IS NOT NULL AND l.email IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM message_notice x WHERE x.notice = n.id)
UNION SELECT DISTINCT 'mentor:' || n.mentor FROM notice n
JOIN meetup m ON m.id = n.meetup JOIN mentor t ON t.id = n.mentor
WHERE n.at > $1 AND m.starts_at > $2 AND t.email IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM message_notice x WHERE x.notice = n.id)
UNION SELECT CASE WHEN learner IS NULL THEN 'mentor:' || mentor ELSE 'learner:' || learner END
FROM message WHERE channel = 'mail' AND state IN ('queued', 'sending') AND due_at <= $2
"""
_ASK_AGAIN = f"""
INSERT INTO procrastinate_jobs (queue_name, task_name, priority, lock, args)
SELECT '{QUEUE}', '{TELL}', 0, person, jsonb_build_object('person', person)
FROM ({_UNTOLD_PEOPLE}) AS owed
WHERE NOT EXISTS (SELECT 1 FROM procrastinate_jobs j
                  WHERE j.lock = owed.person AND j.status IN ('todo', 'doing'))
"""


async def ask_for_the_untold(*, now: datetime, told_within: timedelta) -> None:
    """Queue a job for each person who is owed news and has none: jobs that ran before there was a
    mail server, or that failed. A worker calls it when it starts.
    """
    async with atomic():
        await rows(_ASK_AGAIN, now - told_within, now)
