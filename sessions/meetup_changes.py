"""Place, move, cancel and annotate one meetup; each is one transaction with all it entails."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from centres.db import atomic, retried, rows
from centres.errors import ChangedMeanwhile, InvalidInput
from centres.language import Sentence
from centres.zones import require_instant
from sessions.country_turns import take_turn_for_meetups
from sessions.feed_versions import bump_feeds, calendars_of
from sessions.lifecycle import NoticeKind
from sessions.meetup_facts import (
    WINDOW,
    OpenSlot,
    destination,
    facts_of,
    load_displaced,
    load_engaged,
    load_slot,
)
from sessions.meetup_uids import new_uids
from sessions.meetup_writes import store_cancellations, store_moves
from sessions.notices import tell
from sessions.refusals import (
    GroupNotFound,
    MeetupFull,
    MeetupNotFound,
    MeetupNotLive,
    SlotHoldsAMeetup,
    SlotNotFound,
    SlotNotSuitable,
)
from sessions.replacement import Displaced, why_not
from sessions.replanning import (
    CancelledMeetup,
    MovedMeetup,
    cancelled,
    moved,
    require_reason,
)
from sessions.waiting_list import promote_waiting

LONGEST_NOTE = 2000


@dataclass(frozen=True, slots=True)
class PlacedMeetup:
    """A new meetup and how many members of its group have a seat in it."""

    meetup: int
    uid: str
    booked: int


@retried
async def move_meetup(
    *, meetup_id: int, slot_id: int, reason: str, revision: int | None = None, now: datetime
) -> MovedMeetup:
    """Move a live meetup to the start of a free slot, tell everybody, and return the account.

    Raises MeetupNotFound, MeetupNotLive, ChangedMeanwhile, ReasonNeeded, SlotNotFound,
    SlotHoldsAMeetup, and SlotNotSuitable, which says what stands in the way.
    """
    require_instant(now)
    said = require_reason(reason)
    async with atomic():
        await take_turn_for_meetups([meetup_id])
        slot = await _free_slot(slot_id, now)
        each = await _displaced(meetup_id, revision, now)
        engaged = await load_engaged(
            [each], first=slot.starts_at - WINDOW, last=slot.ends_at + WINDOW
        )
        obstacle = why_not(each, slot.free, engaged)
        if obstacle is not None:
            raise SlotNotSuitable(obstacle, field="slot_id")
        to = destination(slot, each.minutes)
        ids = [each.meetup]
        left = await calendars_of(ids)
        await store_moves({each.meetup: to}, reason=said, now=now)
        await promote_waiting(meetup_ids=ids, now=now, changed=ids, left=left)
    return moved(each, to)


@retried
async def cancel_meetup(
    *, meetup_id: int, reason: str, revision: int | None = None, now: datetime
) -> CancelledMeetup:
    """Cancel a live meetup to come, tell everybody, and return the account; its slot is free again.

    Raises MeetupNotFound, MeetupNotLive, ChangedMeanwhile and ReasonNeeded.
    """
    require_instant(now)
    said = require_reason(reason)
    async with atomic():
        each = await _displaced(meetup_id, revision, now)
        await store_cancellations([each.meetup], reason=said, now=now)
        await bump_feeds(meetup_ids=[each.meetup], now=now)
    return cancelled(each)


_GROUP = """
SELECT g.id, g.mentor, k.meetup_minutes,
       array_agg(e.learner ORDER BY e.learner) FILTER (WHERE e.id IS NOT NULL) AS members
FROM cohort_group g JOIN cohort k ON k.id = g.cohort
LEFT JOIN enrolment e ON e.cohort_group = g.id AND e.state = 'enrolled'
WHERE g.id = $1::bigint GROUP BY g.id, k.id
"""
_PLACE = """
INSERT INTO meetup (uid, cohort_group, ordinal, slot, slot_starts_at, slot_ends_at, room, centre,
                    mentor, timetable, starts_wall, ends_wall, zone, starts_at, ends_at, seats,
                    seats_taken, state, sequence, created_at, changed_at, revision)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, 0, 'live', 0, $17,
        $17, 1)
RETURNING id
"""
_BOOK = """
INSERT INTO booking (meetup, learner, kind, state, starts_at, ends_at, changes, booked_at,
                     changed_at, revision)
SELECT $1, learner, 'group', 'booked', $3, $4, 0, $5, $5, 1 FROM unnest($2::int[]) AS learner
ORDER BY learner
"""


@retried
async def place_meetup(
    *, group: int, ordinal: int, slot_id: int, now: datetime, timetable_id: int | None = None
) -> PlacedMeetup:
    """Make the meetup of a group's period in a free slot, with a seat for each enrolled member.

    It begins with the slot and lasts as long as the cohort's meetups do. Everybody is told, in
    the same transaction. Raises GroupNotFound, SlotNotFound, SlotHoldsAMeetup, SlotNotSuitable,
    MeetupFull, GroupElsewhere, MentorElsewhere and LearnerElsewhere.
    """
    require_instant(now)
    async with atomic():
        (uid,) = await new_uids(1)
        slot = await _free_slot(slot_id, now)
        found = await rows(_GROUP, group)
        if not found:
            raise GroupNotFound(Sentence("Ce groupe n'existe pas."), field="group")
        members = found[0]["members"] or []
        to = destination(slot, found[0]["meetup_minutes"])
        if to.ends_at > slot.ends_at:
            raise SlotNotSuitable(
                Sentence("Ce créneau est trop court pour cette séance."), field="slot_id"
            )
        if len(members) > slot.seats:
            raise MeetupFull(
                Sentence("Ce créneau a moins de places que la séance n'a de participants."),
                field="slot_id",
            )
        stored = await rows(
            _PLACE,
            uid,
            group,
            ordinal,
            slot.id,
            slot.starts_at,
            slot.ends_at,
            slot.room,
            slot.centre,
            found[0]["mentor"],
            timetable_id,
            to.starts_wall,
            to.ends_wall,
            slot.zone,
            to.starts_at,
            to.ends_at,
            slot.seats,
            now,
        )
        meetup = int(stored[0]["id"])
        await rows(_BOOK, meetup, members, to.starts_at, to.ends_at, now)
        after = await facts_of([meetup])
        await tell(kind=NoticeKind.PUBLISHED, meetup_ids=[meetup], now=now, after=after)
        await bump_feeds(meetup_ids=[meetup], now=now)
    return PlacedMeetup(meetup, str(uid), len(members))


@retried
async def set_meetup_note(
    *, meetup_id: int, note: str | None, revision: int | None = None, now: datetime
) -> None:
    """Write what learners should know of a live meetup, or take it away with None.

    Words alone keep the SEQUENCE and are worth no message (RFC 5546, 2.1.4), but calendars show
    them as a change. Raises MeetupNotFound, MeetupNotLive, ChangedMeanwhile and InvalidInput.
    """
    require_instant(now)
    text = (note or "").strip() or None
    if text is not None and (len(text) > LONGEST_NOTE or "\x00" in text):
        raise InvalidInput(
            Sentence("La note tient en {most} caractères au plus.", most=LONGEST_NOTE),
            field="note",
        )
    async with atomic():
        row = await _meetup(meetup_id, revision)
        if row["state"] != "live":
            raise MeetupNotLive(Sentence("Cette séance est annulée."))
        if row["note"] == text:
            return
        await rows(
            "UPDATE meetup SET note = $2, changed_at = $3 WHERE id = $1", meetup_id, text, now
        )
        await bump_feeds(meetup_ids=[meetup_id], now=now)


async def _meetup(meetup_id: int, revision: int | None) -> dict[str, Any]:
    """Return the meetup's row, locked."""
    found = await rows(
        "SELECT state, note, revision FROM meetup WHERE id = $1::bigint FOR NO KEY UPDATE",
        meetup_id,
    )
    if not found:
        raise MeetupNotFound(Sentence("Cette séance n'existe pas."), field="meetup_id")
    if revision is not None and found[0]["revision"] != revision:
        raise ChangedMeanwhile(
            Sentence("Cette séance a changé depuis votre lecture : relisez, puis recommencez.")
        )
    return found[0]


async def _displaced(meetup_id: int, revision: int | None, now: datetime) -> Displaced:
    await _meetup(meetup_id, revision)
    found = await load_displaced(meetup_ids=[meetup_id], now=now)
    if not found:
        raise MeetupNotLive(Sentence("Cette séance est annulée, ou elle a commencé."))
    return found[0]


async def _free_slot(slot_id: int, now: datetime) -> OpenSlot:
    slot = await load_slot(slot_id)
    if slot is None:
        raise SlotNotFound(Sentence("Ce créneau n'existe pas, ou plus."), field="slot_id")
    if slot.starts_at <= now:
        raise SlotNotSuitable(Sentence("Ce moment est déjà passé."), field="slot_id")
    if slot.meetup is not None:
        raise SlotHoldsAMeetup(
            Sentence("Ce créneau est déjà pris par une séance."), field="slot_id"
        )
    return slot
