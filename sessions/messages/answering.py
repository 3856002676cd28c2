"""Shell: what people answer: a seat is given back or taken again, and the answer is kept.

An answer by mail counts only from the address that was invited, and only if it is newer than the
last one (RFC 5546, 3.2.3): the same reply twice, or an old one late, changes nothing.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from centres.acting import acting_as
from centres.db import atomic, retried, rows
from centres.errors import Refusal
from sessions.booking import book_seat, release_seat
from sessions.messages.addresses import PostOffice, is_signed, read_answer_key
from sessions.messages.people import Person, Reader
from sessions.messages.planning import take_turn
from sessions.messages.readers import load_reader, mark_bounced, person_of_reply_token
from sessions.messages.replies import Bounce, Reply, Unreadable, read_mail
from sessions.messages.telling import tell_again_at


class Taken(Enum):
    """What became of a mail to a reply address."""

    APPLIED = "the answer counts"
    OLD = "an answer that is as new or newer is known"
    BOUNCED = "the address is marked"
    FULL = "the answer is kept, the seat could not be changed"
    UNKNOWN = "no such reply address or invitation"
    WRONG_SENDER = "not from the address that was invited"
    UNREADABLE = "no answer could be read from it"


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of it, and the reason in words for a log."""

    taken: Taken
    why: str = ""


_INVITE = """
SELECT i.id, i.meetup, i.sequence, i.reply_sequence, i.reply_stamp
FROM invite i JOIN meetup m ON m.id = i.meetup
WHERE m.uid::text = $3 AND i.learner IS NOT DISTINCT FROM $1 AND i.mentor IS NOT DISTINCT FROM $2
FOR UPDATE OF i
"""
_REPLIED = """
UPDATE invite SET partstat = $2, reply_sequence = $3, reply_stamp = $4, replied_at = $5
WHERE id = $1
"""
_ANSWERED = """
INSERT INTO invite (meetup, learner, mentor, partstat, replied_at) VALUES ($3, $1, $2, $4, $5)
ON CONFLICT ON CONSTRAINT person_has_one_invite_per_meetup DO UPDATE
SET partstat = excluded.partstat, replied_at = excluded.replied_at
"""
_BOUNCED_MAIL = """
UPDATE message SET state = 'failed', settled_at = $4, failure = $5
WHERE message_id = $3 AND learner IS NOT DISTINCT FROM $1 AND mentor IS NOT DISTINCT FROM $2
  AND state = 'sent'
"""


async def receive(raw: bytes, *, to: str, office: PostOffice, now: datetime) -> Answered:
    """Take a mail that arrived for a reply address; harmless to run again with the same mail."""
    token = office.reply_token(to)
    person = await person_of_reply_token(token) if token else None
    reader = await load_reader(person) if person else None
    if reader is None:
        return Answered(Taken.UNKNOWN, "no such reply address")
    match read_mail(raw):
        case Bounce() as bounce:
            return await _bounced(reader, bounce, now)
        case Reply() as reply:
            return await _replied(reader, reply, now)
        case Unreadable(why):
            return Answered(Taken.UNREADABLE, why)


@retried
async def _replied(reader: Reader, reply: Reply, now: datetime) -> Answered:
    own = (reader.email or "").lower()
    if not own or reply.sender != own or reply.attendee != own:
        return Answered(Taken.WRONG_SENDER, "the sender is not who was invited")
    person = reader.person
    with acting_as(str(person)):
        async with atomic():
            found = await rows(_INVITE, person.learner, person.mentor, reply.uid)
            if not found or found[0]["sequence"] is None:
                return Answered(Taken.UNKNOWN, "no such invitation")
            if not _is_news(found[0], reply):
                return Answered(Taken.OLD)
            await rows(_REPLIED, found[0]["id"], reply.partstat, reply.sequence, reply.stamp, now)
            if reply.partstat == "TENTATIVE":
                return Answered(Taken.APPLIED)
            # The answer stands even where the seat is gone meanwhile; both are kept at once, so
            # that a process killed in between leaves nothing for a second delivery to miss.
            try:
                async with atomic():
                    await _change_seat(person, found[0]["meetup"], reply.partstat, now)
            except Refusal:
                return Answered(Taken.FULL)
    return Answered(Taken.APPLIED)


def _is_news(invite: dict[str, Any], reply: Reply) -> bool:
    if reply.sequence < invite["sequence"]:
        return False
    if invite["reply_stamp"] is None:
        return True
    return (reply.sequence, reply.stamp) > (invite["reply_sequence"], invite["reply_stamp"])


async def _change_seat(person: Person, meetup: int, partstat: str, now: datetime) -> None:
    """Give the learner's seat back or take it again, as answered; nothing where it is so already.

    Raises what `book_seat` and `release_seat` raise.
    """
    if person.learner is None:
        return
    booked = await rows(
        "SELECT state FROM booking WHERE meetup = $1 AND learner = $2", meetup, person.learner
    )
    has_seat = bool(booked) and booked[0]["state"] == "booked"
    if has_seat is (partstat == "ACCEPTED"):
        return
    change = book_seat if partstat == "ACCEPTED" else release_seat
    await change(meetup_id=meetup, learner_id=person.learner, now=now)


async def _bounced(reader: Reader, bounce: Bounce, now: datetime) -> Answered:
    own = (reader.email or "").lower()
    if not bounce.permanent:
        return Answered(Taken.OLD, "only a delay")
    if bounce.address and bounce.address != own:
        return Answered(Taken.WRONG_SENDER, "a bounce of another address")
    person = reader.person
    async with atomic():
        await take_turn(person)
        if bounce.message_id:
            await rows(
                _BOUNCED_MAIL, person.learner, person.mentor, bounce.message_id, now, bounce.said
            )
        if own and await mark_bounced(reader, address=own, failure=bounce.said, now=now):
            await tell_again_at(person, None)  # by another way: the ladder climbs
    return Answered(Taken.BOUNCED, bounce.said)


async def person_of_key(key: str) -> tuple[Reader, int] | None:
    """Return whom a link to answer belongs to, and the meetup; None for a forged one."""
    named = read_answer_key(key)
    if named is None:
        return None
    reader = await load_reader(named[0])
    if reader is None or not is_signed(key, reader.secret):
        return None
    return reader, named[1]


@retried
async def answer(*, person: Person, meetup_id: int, comes: bool, now: datetime) -> None:
    """Keep what a person said on a page, and change a learner's seat where that differs from it.

    Raises what `book_seat` and `release_seat` raise, and then keeps nothing.
    """
    partstat = "ACCEPTED" if comes else "DECLINED"
    async with atomic():
        await _change_seat(person, meetup_id, partstat, now)
        await rows(_ANSWERED, person.learner, person.mentor, meetup_id, partstat, now)
