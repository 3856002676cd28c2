"""Find new places for meetups that lost theirs, with the fewest changes, and tell everybody once.

Runs in the transaction of the cause, so that a closure and all that follows from it are one
change. What cannot be placed is cancelled with the reason that people will read.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from centres.db import atomic, retried
from centres.errors import InvalidInput
from centres.language import Sentence
from centres.zones import require_instant
from sessions.country_turns import take_turn_for_meetups
from sessions.feed_versions import calendars_of
from sessions.meetup_facts import (
    WINDOW,
    Destination,
    destination,
    load_displaced,
    load_engaged,
    load_free_slots,
    load_km,
)
from sessions.meetup_writes import last_notice, store_cancellations, store_moves, told_since
from sessions.messages.outreach import NOBODY, Outreach
from sessions.refusals import ReasonNeeded
from sessions.rehearsal import rehearse
from sessions.replacement import Displaced, replacements
from sessions.timetabling.reasons import Reason
from sessions.waiting_list import promote_waiting

NOTICE_HOURS = 48
LONGEST_REASON = 1000


@dataclass(frozen=True, slots=True)
class MovedMeetup:
    """A meetup that has a new place; it keeps its UID."""

    meetup: int
    group_code: str
    was_wall: datetime
    slot: int
    room_code: str
    centre_code: str
    starts_wall: datetime
    ends_wall: datetime
    learners: int
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class CancelledMeetup:
    """A meetup that has no new place; `why` says what stood in the way, for those who plan.

    `why` is None for a meetup that was cancelled without looking for another place.
    """

    meetup: int
    group_code: str
    was_wall: datetime
    learners: int
    why: Reason | None = None
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class KeptMeetup:
    """A meetup that stays where it is: `why` is "pinned", or "soon" if it begins too soon."""

    meetup: int
    group_code: str
    was_wall: datetime
    learners: int
    why: str


@dataclass(frozen=True, slots=True)
class Replanned:
    """What became of the displaced meetups, by id, and who was told of it by which way."""

    moved: tuple[MovedMeetup, ...] = ()
    cancelled: tuple[CancelledMeetup, ...] = ()
    outreach: Outreach = NOBODY
    kept: tuple[KeptMeetup, ...] = ()

    @property
    def told(self) -> int:
        """How many people were told."""
        return self.outreach.people


@retried
async def replan(
    *,
    meetup_ids: Collection[int],
    reason: str,
    now: datetime,
    avoid_slots: Collection[int] = (),
    notice_hours: float = NOTICE_HOURS,
    even_pinned: bool = False,
    even_soon: bool = False,
) -> Replanned:
    """Move each live meetup to come to the nearest free published slot, or cancel it.

    The same centre comes before others within reach, the same week before those next to it, then
    the nearest hour; every seat, the equipment, the mentor and the group's members must fit. No
    slot that begins within `notice_hours` of `now` is used, none of `avoid_slots` either. Past
    and cancelled meetups are passed over. Pinned ones, and those that begin within `notice_hours`,
    are kept unless told otherwise. Raises ReasonNeeded.
    """
    require_instant(now)
    said = require_reason(reason)
    async with atomic():
        await take_turn_for_meetups(meetup_ids)
        displaced = await load_displaced(meetup_ids=meetup_ids, now=now)
        soon = None if even_soon else now + timedelta(hours=notice_hours)
        kept = kept_of(displaced, soon=soon, even_pinned=even_pinned)
        staying = {each.meetup for each in kept}
        free = [each for each in displaced if each.meetup not in staying]
        if not free:
            return Replanned(kept=kept)
        done = await settle(
            free, reason=said, now=now, avoid_slots=avoid_slots, notice_hours=notice_hours
        )
        return replace(done, kept=kept)


async def replan_preview(
    *,
    meetup_ids: Collection[int],
    reason: str,
    now: datetime,
    even_pinned: bool = False,
    even_soon: bool = False,
) -> Replanned:
    """Return what `replan` would do, by doing it and rolling it back."""
    return await rehearse(
        lambda: replan(
            meetup_ids=meetup_ids,
            reason=reason,
            now=now,
            even_pinned=even_pinned,
            even_soon=even_soon,
        )
    )


def require_reason(reason: str | None) -> str:
    """Return the reason without spaces around it; raises ReasonNeeded for none or an endless one.

    A reason goes to calendars and telephones: it has no NUL and no more than 1,000 characters.
    """
    said = (reason or "").strip()
    if not said:
        raise ReasonNeeded(
            Sentence("Donnez la raison : des personnes attendent cette séance."), field="reason"
        )
    if len(said) > LONGEST_REASON or "\x00" in said:
        raise InvalidInput(
            Sentence("La raison tient en {most} caractères au plus.", most=LONGEST_REASON),
            field="reason",
        )
    return said


async def settle(
    displaced: Collection[Displaced],
    *,
    reason: str,
    now: datetime,
    avoid_slots: Collection[int] = (),
    notice_hours: float = NOTICE_HOURS,
) -> Replanned:
    """Do what `replan` does for meetups that are read and locked already.

    Counts up calendars last: after this the caller may only lock what nobody else can hold.
    """
    ids = [each.meetup for each in displaced]
    left = await calendars_of(ids)
    done = await put_elsewhere(
        displaced, reason=reason, now=now, avoid_slots=avoid_slots, notice_hours=notice_hours
    )
    await promote_waiting(
        meetup_ids=[each.meetup for each in done.moved], now=now, changed=ids, left=left
    )
    return done


async def put_elsewhere(
    displaced: Collection[Displaced],
    *,
    reason: str,
    now: datetime,
    avoid_slots: Collection[int] = (),
    notice_hours: float = NOTICE_HOURS,
) -> Replanned:
    """Move or cancel the meetups and tell their people; the caller still gives away free seats and
    counts up the calendars, by `promote_waiting`.
    """
    wanted = sorted(displaced, key=lambda each: each.meetup)
    soonest = min(each.starts_at for each in wanted) - WINDOW
    latest = max(each.starts_at for each in wanted) + WINDOW
    km = await load_km({each.centre for each in wanted})
    slots = {
        each.id: each
        for each in await load_free_slots(
            centres={each.centre for each in wanted} | {new for _, new in km},
            first=max(soonest, now + timedelta(hours=notice_hours)),
            last=latest,
            without=avoid_slots,
        )
    }
    engaged = await load_engaged(wanted, first=soonest, last=latest)
    found = replacements(wanted, [each.free for each in slots.values()], engaged, km)
    minutes = {each.meetup: each.minutes for each in wanted}
    moves = {
        meetup: destination(slots[slot], minutes[meetup]) for meetup, slot in found.slots.items()
    }
    mark = await last_notice()
    await store_cancellations(found.stranded, reason=reason, now=now)
    await store_moves(moves, reason=reason, now=now)
    told = await told_since(mark, [each.meetup for each in wanted], now=now)
    return Replanned(
        moved=tuple(moved(each, moves[each.meetup]) for each in wanted if each.meetup in moves),
        cancelled=tuple(
            cancelled(each, found.stranded[each.meetup])
            for each in wanted
            if each.meetup in found.stranded
        ),
        outreach=told,
    )


def moved(each: Displaced, to: Destination) -> MovedMeetup:
    """Return the account of one move."""
    return MovedMeetup(
        meetup=each.meetup,
        group_code=each.code,
        was_wall=each.starts_wall,
        slot=to.slot.id,
        room_code=to.slot.room_code,
        centre_code=to.slot.centre_code,
        starts_wall=to.starts_wall,
        ends_wall=to.ends_wall,
        learners=len(each.seated),
        pinned=each.pinned,
    )


def kept_of(
    displaced: Collection[Displaced], *, soon: datetime | None, even_pinned: bool
) -> tuple[KeptMeetup, ...]:
    """Return those that no repair touches: pinned ones, and those that begin before `soon`."""
    return tuple(
        KeptMeetup(
            meetup=each.meetup,
            group_code=each.code,
            was_wall=each.starts_wall,
            learners=len(each.seated),
            why="pinned" if each.pinned and not even_pinned else "soon",
        )
        for each in displaced
        if (each.pinned and not even_pinned) or (soon is not None and each.starts_at < soon)
    )


def cancelled(each: Displaced, why: Reason | None = None) -> CancelledMeetup:
    """Return the account of one cancellation."""
    return CancelledMeetup(
        meetup=each.meetup,
        group_code=each.code,
        was_wall=each.starts_wall,
        learners=len(each.seated),
        why=why,
        pinned=each.pinned,
    )
