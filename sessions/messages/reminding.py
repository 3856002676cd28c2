"""Shell: remind those who asked for it, the day before: by mail, or by text where mail cannot go.

Each learner is reminded of each meetup once, whatever runs twice, and only while they hold a seat
in a meetup that takes place.
"""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from html import escape
from typing import Any

from centres.db import atomic, rows
from centres.language import Language, phrase, translator
from centres.zones import to_wall
from sessions.feeds.event import MeetupEntry, description
from sessions.messages.addresses import PostOffice
from sessions.messages.ladder import reminder_moment, sms_moment
from sessions.messages.mail import Letter, write_mail
from sessions.messages.people import Person, Reader
from sessions.messages.readers import load_reader
from sessions.messages.sms_planning import store_sms
from sessions.messages.sms_words import REMINDER, News, sms_words
from sessions.messages.telling import tell_again_at
from sessions.messages.texting import Texting
from sessions.messages.untold import MEETUP_COLUMNS, MEETUP_TABLES, meetup_entry
from sessions.messages.words import when
from sessions.sms.text import sms_text

EARLIEST = timedelta(hours=31)  # from 18 h of the day before to the end of the day
TOO_LATE = timedelta(hours=3)  # a reminder on the way to the door is none

_DUE = """
SELECT m.id AS meetup, b.learner, m.starts_at, m.zone, k.zone AS home_zone, k.iso2 AS country
FROM meetup m JOIN booking b ON b.meetup = m.id AND b.state = 'booked'
JOIN contact_preference q ON q.learner = b.learner AND q.reminders
JOIN learner l ON l.id = b.learner JOIN country k ON k.id = l.country
WHERE m.state = 'live' AND m.starts_at > $1 AND m.starts_at < $2 AND NOT EXISTS (
    SELECT 1 FROM reminder r WHERE r.meetup = m.id AND r.learner = b.learner)
ORDER BY b.learner, m.starts_at, m.id
"""
_MEETUP = f"SELECT {MEETUP_COLUMNS} FROM meetup m {MEETUP_TABLES} WHERE m.id = $3"
_STILL_COMING = """
SELECT b.id FROM booking b JOIN meetup m ON m.id = b.meetup
WHERE b.meetup = $1 AND b.learner = $2 AND b.state = 'booked' AND m.state = 'live' FOR SHARE OF b
"""
_KEEP = "INSERT INTO reminder (meetup, learner, message, at) VALUES ($1, $2, $3, $4)"
_KNOWN = "SELECT 1 FROM reminder WHERE meetup = $1 AND learner = $2"
_TAKE_TURN = "SELECT pg_advisory_xact_lock(hashtext('tell'), hashtext($1))"
_STORE_MAIL = """
INSERT INTO message (channel, purpose, learner, address, language, state, subject, message_id,
                     body, created_at, due_at, attempts)
VALUES ('mail', 'reminder', $1, $2, $3, 'queued', $4, $5, $6, $7, $7, 0) RETURNING id
"""


async def remind_of_tomorrow(*, office: PostOffice, by: Texting, now: datetime) -> int:
    """Store the reminders that are due and queue those who send them; return how many.

    One transaction for each, so that a worker that dies loses none and doubles none.
    """
    reminded = 0
    for each in await rows(_DUE, now + TOO_LATE, now + EARLIEST):
        if reminder_moment(starts_at=each["starts_at"], zone=each["zone"]) <= now:
            reminded += await _remind(each, office, by, now)
    return reminded


async def _remind(row: dict[str, Any], office: PostOffice, by: Texting, now: datetime) -> bool:
    person = Person("learner", row["learner"])
    about = (row["meetup"], row["learner"])
    async with atomic():
        await rows(_TAKE_TURN, str(person))
        if await rows(_KNOWN, *about) or not await rows(_STILL_COMING, *about):
            return False
        reader = await load_reader(person)
        found = await rows(_MEETUP, person.learner, None, row["meetup"])
        if reader is None or not found:
            return False
        entry = meetup_entry(found[0], office.base_url)
        due = now
        message: int | None = None
        if by.mail_works and reader.mail is not None and not office.is_own(reader.mail):
            message = await _store_mail(reader, entry, office, now)
        elif by.service is not None and reader.phone and reader.sms_opted_out_at is None:
            due = sms_moment(now=now, starts_at=row["starts_at"], zone=row["home_zone"])
            message = await _store_sms(reader, entry, row, by, due, now)
        if message is None:
            return False
        await rows(_KEEP, *about, message, now)
        await tell_again_at(person, due if due > now else None)
    return True


async def _store_mail(reader: Reader, entry: MeetupEntry, office: PostOffice, now: datetime) -> int:
    letter = reminder_letter(entry, reader.name, reader.language)
    message_id = f"<{secrets.token_urlsafe(18)}@{office.domain}>"
    body = write_mail(
        letter,
        [],
        network=office.network,
        sender=office.sender,
        reply_to=office.reply_address(reader.token),
        to=reader.mail or "",
        name=reader.name,
        message_id=message_id,
        at=now,
    )
    learner, address, language = reader.person.learner, reader.mail, reader.language
    stored = await rows(
        _STORE_MAIL, learner, address, language, letter.subject, message_id, body, now
    )
    return int(stored[0]["id"])


async def _store_sms(
    reader: Reader,
    entry: MeetupEntry,
    row: Mapping[str, Any],
    by: Texting,
    due: datetime,
    now: datetime,
) -> int:
    news = News(
        kind=REMINDER,
        starts_wall=to_wall(entry.starts_at, entry.zone),
        ends_wall=to_wall(entry.ends_at, entry.zone),
        zone=entry.zone,
        place=f"{entry.centre_name}, {entry.room_name}",
    )
    return await store_sms(
        reader.person,
        sms_text(sms_words([news], reader.language, by.network)),
        purpose="reminder",
        number=reader.phone or "",
        language=reader.language,
        rate=by.rates.get(row["country"]),
        due=due,
        now=now,
    )


def reminder_letter(entry: MeetupEntry, name: str, language: Language) -> Letter:
    """Return the words of a reminder by mail."""
    gettext = translator(language).gettext
    subject = gettext(phrase("Rappel, demain : {when}")).format(when=when(entry, language))
    greeting = gettext("Bonjour {name},").format(name=name.split()[0] if name.split() else name)
    why = gettext(phrase("Vous avez demandé ce rappel ; votre page permet de l'arrêter."))
    lines = [subject, *description(entry, language).split("\n")]
    shown = "<br>".join(escape(each) for each in lines)
    html = (
        f'<!DOCTYPE html><html lang="{language.value}"><meta charset="utf-8"><body>'
        f"<p>{escape(greeting)}</p><p>{shown}</p><p>{escape(why)}</p></body></html>\n"
    )
    plain = "\n\n".join([greeting, "\n".join(lines), why]) + "\n"
    return Letter(subject, plain, html, language)
