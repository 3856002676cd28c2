"""Shell: write the one mail that a person is owed now, with its Message-ID, before it is sent."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from centres.db import atomic, rows
from sessions.messages.addresses import PostOffice
from sessions.messages.digest import (
    Item,
    News,
    Sent,
    digest,
    method_owed,
    next_sequence,
    next_stamp,
)
from sessions.messages.invitation import Invitation, Party, invitation
from sessions.messages.ladder import channels
from sessions.messages.mail import write_mail
from sessions.messages.people import CalendarBy, Channel, Person, Reader
from sessions.messages.readers import load_reader
from sessions.messages.untold import load_unmatched, load_untold
from sessions.messages.words import letter

# The queue runs one job of a person at a time; this holds even where a worker was thought dead.
_TAKE_TURN = "SELECT pg_advisory_xact_lock(hashtext('tell'), hashtext($1))"
_STORE = """
INSERT INTO message (channel, purpose, learner, mentor, address, language, state, subject,
                     message_id, body, created_at, due_at, attempts)
VALUES ('mail', $1, $2, $3, $4, $5, 'queued', $6, $7, $8, $9, $9, 0) RETURNING id
"""
_TELLS = """
INSERT INTO message_notice (message, notice, channel) SELECT $1, unnest($2::int[]), 'mail'
"""
_INVITED = """
INSERT INTO invite (meetup, learner, mentor, method, sequence, stamp, partstat)
VALUES ($1, $2, $3, $4, $5, $6, 'NEEDS-ACTION')
ON CONFLICT ON CONSTRAINT person_has_one_invite_per_meetup DO UPDATE
SET method = excluded.method, sequence = excluded.sequence, stamp = excluded.stamp,
    partstat = CASE WHEN $7 THEN invite.partstat ELSE 'NEEDS-ACTION' END
"""
# A switch is no change of the meetup (RFC 5546, 2.1.4): what somebody answered still holds.
_SWITCHED = frozenset({News.INVITED, News.UNINVITED})


async def take_turn(person: Person) -> None:
    """Wait until nobody else plans for this person, inside `atomic()`."""
    await rows(_TAKE_TURN, str(person))


async def plan_mail(person: Person, *, office: PostOffice, now: datetime) -> int | None:
    """Store the mail that tells all that this person is owed by mail; return its id, or None.

    Who went back to the feed is sent one before it, which takes their invitations back: news of
    the same meetup would renew its invitation otherwise.
    One transaction: a worker that dies leaves the mail stored, or nothing at all.
    """
    async with atomic():
        await take_turn(person)
        reader = await load_reader(person)
        if reader is None or reader.mail is None or office.is_own(reader.mail):
            return None
        taken_back = None
        if reader.calendar_by is CalendarBy.FEED:
            back = await load_unmatched(
                person, reader.calendar_by, besides=(), url_base=office.base_url, now=now
            )
            taken_back = await store_mail(reader, back, purpose="calendar", office=office, now=now)
        untold = [
            each
            for each in await load_untold(person, Channel.MAIL, url_base=office.base_url, now=now)
            if Channel.MAIL
            in channels(reader, starts_at=each.entry.starts_at, now=now, mail_works=True)
        ]
        items = digest(untold)
        switched = await load_unmatched(
            person,
            reader.calendar_by,
            besides=[each.meetup for each in untold],
            url_base=office.base_url,
            now=now,
        )
        owed = sorted([*items, *switched], key=lambda item: (item.entry.starts_at, item.meetup))
        told = await store_mail(reader, owed, purpose="change", office=office, now=now)
        return taken_back if told is None else told


async def store_mail(
    reader: Reader,
    items: Sequence[Item],
    *,
    purpose: str,
    office: PostOffice,
    now: datetime,
) -> int | None:
    """Store one mail about these meetups and what it asks of the person's calendar; None for none.

    Call it inside `atomic()`, after `take_turn`.
    """
    if not items or reader.mail is None:
        return None
    person = reader.person
    invitations = _invitations(reader, items, office, now)
    words = letter(
        items,
        network=office.network,
        name=reader.name,
        language=reader.language,
        calendar_by=reader.calendar_by,
        answer_link=lambda meetup: office.answer_link(person, reader.secret, meetup),
    )
    message_id = f"<{secrets.token_urlsafe(18)}@{office.domain}>"
    body = write_mail(
        words,
        list(invitations.values()),
        network=office.network,
        sender=office.sender,
        reply_to=office.reply_address(reader.token),
        to=reader.mail,
        name=reader.name,
        message_id=message_id,
        at=now,
    )
    stored = await rows(
        _STORE,
        purpose,
        person.learner,
        person.mentor,
        reader.mail,
        reader.language,
        words.subject,
        message_id,
        body,
        now,
    )
    message = int(stored[0]["id"])
    await rows(_TELLS, message, [notice for item in items for notice in item.notices])
    switched = {item.meetup for item in items if item.news in _SWITCHED}
    for meetup, each in invitations.items():
        await rows(
            _INVITED,
            meetup,
            person.learner,
            person.mentor,
            each.method,
            each.sequence,
            each.stamp,
            meetup in switched,
        )
    return message


def _invitations(
    reader: Reader, items: Sequence[Item], office: PostOffice, now: datetime
) -> dict[int, Invitation]:
    """Return the iTIP objects by meetup: for who is invited, and to take back what was sent."""
    found: dict[int, Invitation] = {}
    for item in items:
        method = method_owed(item)
        if method is None or (reader.calendar_by is CalendarBy.FEED and not _shown(item.sent)):
            continue
        found[item.meetup] = invitation(
            item.entry,
            method=method,
            sequence=next_sequence(item.entry.sequence, item.sent),
            stamp=next_stamp(now, item.sent),
            organiser=Party(office.reply_address(reader.token), office.network),
            attendee=Party(reader.mail or "", reader.name),
            language=reader.language,
        )
    return found


def _shown(sent: Sent | None) -> bool:
    """Whether the person's calendar still holds an invitation, from before they chose the feed."""
    return sent is not None and sent.method == "REQUEST"
