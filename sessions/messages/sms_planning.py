"""Shell: write the one text that a person is owed now, before it is sent.

Under the lock of the person's jobs. A text that waits for the morning is written anew when there
is more to tell, so that several changes stay one text.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from babel.numbers import get_currency_precision

from centres.db import atomic, rows
from sessions.messages.folding import climbs_to_sms, folded, soonest
from sessions.messages.ladder import sms_moment
from sessions.messages.news import UntoldBySms, untold_by_sms
from sessions.messages.people import Person
from sessions.messages.sms_words import sms_words
from sessions.sms.rates import Rate
from sessions.sms.text import SmsText, sms_text

TOLD_WITHIN = timedelta(days=3)  # later than that only the page and the feed tell

_TAKE_TURN = "SELECT pg_advisory_xact_lock(hashtext('tell'), hashtext($1))"
_WAITING = """
SELECT id FROM message
WHERE channel = 'sms' AND purpose = 'change' AND state = 'queued' AND attempts = 0
  AND learner IS NOT DISTINCT FROM $1 AND mentor IS NOT DISTINCT FROM $2
"""
_SUPERSEDE = """
UPDATE message SET state = 'superseded', settled_at = $2 WHERE id = ANY($1::int[])
"""
_UNTELL = "DELETE FROM message_notice WHERE message = ANY($1::int[])"
_STORE = """
INSERT INTO message (channel, purpose, learner, mentor, address, language, state, body, created_at,
                     due_at, attempts, parts, cost_minor, currency)
VALUES ('sms', $1, $2, $3, $4, $5, 'queued', $6, $7, $8, 0, $9, $10, $11) RETURNING id
"""
_TELLS = """
INSERT INTO message_notice (message, notice, channel) SELECT $1, unnest($2::int[]), 'sms'
"""


async def plan_sms(
    person: Person,
    *,
    network: str,
    mail_works: bool,
    rates: Mapping[str, Rate],
    now: datetime,
) -> datetime | None:
    """Store the text that tells all that this person is owed by text; return when it is due.

    None where nothing is owed, or what is owed waits already. One transaction.
    """
    async with atomic():
        await rows(_TAKE_TURN, str(person))
        new = _climbing(await _untold(person, now), mail_works)
        if not new:
            return None
        waiting = [each["id"] for each in await rows(_WAITING, person.learner, person.mentor)]
        if waiting:
            await rows(_SUPERSEDE, waiting, now)
            await rows(_UNTELL, waiting)
            new = _climbing(await _untold(person, now), mail_works)
        told = folded(each.news for each in new)
        if not told:
            return None
        whom = told[0].person
        text = sms_text(sms_words([each.news for each in told], whom.language, network))
        due = sms_moment(now=now, starts_at=soonest(told), zone=whom.zone)
        message = await store_sms(
            person,
            text,
            purpose="change",
            number=whom.phone or "",
            language=whom.language,
            rate=rates.get(whom.country),
            due=due,
            now=now,
        )
        await rows(_TELLS, message, [each.news.notice for each in new])
    return due


async def store_sms(
    person: Person,
    text: SmsText,
    *,
    purpose: str,
    number: str,
    language: str,
    rate: Rate | None,
    due: datetime,
    now: datetime,
) -> int:
    """Store one text that is due at a moment, with its parts and what they cost; return its id."""
    parts = len(text.parts)
    cost = None
    if rate is not None:
        cost = round(rate.amount * parts * 10 ** get_currency_precision(rate.currency))
    stored = await rows(
        _STORE,
        purpose,
        person.learner,
        person.mentor,
        number,
        language,
        text.text.encode(),
        now,
        due,
        parts,
        cost,
        None if rate is None else rate.currency,
    )
    return int(stored[0]["id"])


async def _untold(person: Person, now: datetime) -> list[UntoldBySms]:
    return await untold_by_sms(person, since=now - TOLD_WITHIN, now=now)


def _climbing(untold: list[UntoldBySms], mail_works: bool) -> list[UntoldBySms]:
    return [
        each
        for each in untold
        if climbs_to_sms(each.news, mail_works=mail_works, mail_failed=each.mail_failed)
    ]
