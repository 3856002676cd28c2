"""What follows from a change of slots: its account, and the meetups that the slots carry along."""

from dataclasses import dataclass
from datetime import date, datetime, time

from sessions.feed_versions import calendars_of
from sessions.meetup_facts import (
    WINDOW,
    destination,
    load_displaced,
    load_engaged,
    load_slots,
    meetups_in,
)
from sessions.meetup_writes import last_notice, store_moves, store_stays, told_since
from sessions.messages.outreach import NOBODY, Outreach
from sessions.replanning import (
    CancelledMeetup,
    MovedMeetup,
    Replanned,
    moved,
    put_elsewhere,
    require_reason,
)
from sessions.slot_moving import Carried, fates, in_safe_order
from sessions.slot_series import StoredSlot
from sessions.waiting_list import promote_waiting


@dataclass(frozen=True, slots=True)
class TouchedSlot:
    """A slot before and after a change, on its wall clock."""

    id: int
    was_wall: datetime
    starts_wall: datetime
    ends_wall: datetime
    room_code: str
    seats: int
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Consequences:
    """All that follows from a change of slots: slots by start, meetups by id, people told.

    `stayed` are meetups whose slot changed around them. `reason_needed` says that people have to
    be given a reason.
    """

    slots: tuple[TouchedSlot, ...]
    stayed: tuple[int, ...] = ()
    moved: tuple[MovedMeetup, ...] = ()
    cancelled: tuple[CancelledMeetup, ...] = ()
    outreach: Outreach = NOBODY

    @property
    def told(self) -> int:
        """How many people were told."""
        return self.outreach.people

    @property
    def reason_needed(self) -> bool:
        """Whether anybody has to be told."""
        return bool(self.moved or self.cancelled)


@dataclass(frozen=True, slots=True)
class SlotChange:
    """What a host changes; None leaves a value as it is.

    `starts` is on the wall clock, `day` moves one slot to another date.
    """

    day: date | None = None
    starts: time | None = None
    minutes: int | None = None
    room_code: str | None = None
    seats: int | None = None


def as_cancelled(slot: StoredSlot) -> TouchedSlot:
    """Return the account of a slot that was withdrawn."""
    return TouchedSlot(
        id=slot.id,
        was_wall=slot.starts_wall,
        starts_wall=slot.starts_wall,
        ends_wall=slot.ends_wall,
        room_code=slot.room_code,
        seats=slot.seats,
        cancelled=True,
    )


async def carry_meetups(
    touched: tuple[TouchedSlot, ...], *, reason: str | None, notice_hours: float, now: datetime
) -> Consequences:
    """See to the meetups in slots that have been changed already, and return the whole account.

    Runs in the transaction of the change. Raises ReasonNeeded when a meetup cannot stay as it is.
    """
    ids = [each.id for each in touched]
    displaced = await load_displaced(meetup_ids=await meetups_in(ids), now=now)
    if not displaced:
        return Consequences(touched)
    slots = {each.meetup: each for each in await load_slots(ids)}
    carried = [Carried(each, slots[each.meetup].free) for each in displaced]
    instants = [
        instant for each in carried for instant in (each.meetup.starts_at, each.slot.starts_at)
    ]
    engaged = await load_engaged(
        displaced, first=min(instants) - WINDOW, last=max(instants) + WINDOW
    )
    fate = fates(carried, engaged)
    await store_stays({each.meetup.meetup: each.slot.id for each in fate.stay})
    stayed = tuple(each.meetup.meetup for each in fate.stay)
    if not (fate.follow or fate.lose):
        await promote_waiting(meetup_ids=stayed, now=now)
        return Consequences(touched, stayed)
    said = require_reason(reason)
    mark = await last_notice()
    followers = in_safe_order(fate.follow)
    moves = {
        each.meetup.meetup: destination(slots[each.meetup.meetup], each.meetup.minutes)
        for each in followers
    }
    changed = [*moves, *(each.meetup.meetup for each in fate.lose)]
    left = await calendars_of(changed)
    await store_moves(moves, reason=said, now=now)
    lost = Replanned()
    if fate.lose:
        lost = await put_elsewhere(
            [each.meetup for each in fate.lose], reason=said, now=now, notice_hours=notice_hours
        )
    told = await told_since(mark, [each.meetup for each in displaced], now=now)
    placed = [*stayed, *moves, *(each.meetup for each in lost.moved)]
    await promote_waiting(meetup_ids=placed, now=now, changed=changed, left=left)
    followed = [moved(each.meetup, moves[each.meetup.meetup]) for each in followers]
    return Consequences(
        slots=touched,
        stayed=stayed,
        moved=tuple(sorted([*followed, *lost.moved], key=lambda each: each.meetup)),
        cancelled=lost.cancelled,
        outreach=told,
    )
