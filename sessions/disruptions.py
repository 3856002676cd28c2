"""Close a centre, lose a room, fix a holiday: with all that follows, in one transaction each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from centres import observances, rooms
from centres.closures import Closure, register_closure
from centres.db import atomic, retried
from centres.observances import Holiday, Settled
from centres.zones import require_instant
from sessions.affected import (
    AffectedSlot,
    affected_by_closure,
    affected_by_holiday,
    affected_by_loss_of_room,
)
from sessions.messages.outreach import NOBODY, Outreach
from sessions.rehearsal import rehearse
from sessions.replanning import (
    NOTICE_HOURS,
    CancelledMeetup,
    KeptMeetup,
    MovedMeetup,
    Replanned,
    require_reason,
)
from sessions.slot_context import lock_centre_of
from sessions.slot_series import exclude_from_series
from sessions.slot_withdrawal import withdraw_slots

__all__ = [
    "Disruption",
    "affected_by_closure",
    "affected_by_holiday",
    "affected_by_loss_of_room",
    "close_centre",
    "close_centre_preview",
    "confirm_holiday",
    "lose_room",
    "lose_room_preview",
    "move_holiday",
    "move_holiday_preview",
]


@dataclass(frozen=True, slots=True)
class Disruption:
    """Slots taken back, by start, and what became of it: meetups by id, and how many people know.

    `slots_cancelled` is false where the slots were only found, for people to decide. `kept`
    meetups stay with their slots, being pinned or near, until somebody says that even these go.
    """

    slots: tuple[AffectedSlot, ...]
    slots_cancelled: bool
    moved: tuple[MovedMeetup, ...] = ()
    cancelled: tuple[CancelledMeetup, ...] = ()
    outreach: Outreach = NOBODY
    closure: Closure | None = None
    holidays: tuple[Holiday, ...] = ()
    kept: tuple[KeptMeetup, ...] = ()

    @property
    def told(self) -> int:
        """How many people were told."""
        return self.outreach.people


@retried
async def close_centre(
    *,
    centre: str,
    first_day: date,
    last_day: date,
    reason: str,
    room: str | None = None,
    notice_hours: float = NOTICE_HOURS,
    even_pinned: bool = False,
    even_soon: bool = False,
    now: datetime,
) -> Disruption:
    """Register a closure of a centre or one of its rooms, withdraw its slots, re-plan the meetups.

    Each person hears once of each meetup, however many slots are hit. Pinned meetups, and those
    that begin within `notice_hours`, stay unless told otherwise. Raises ReasonNeeded and what
    `register_closure` refuses; then nothing is kept.
    """
    require_instant(now)
    said = require_reason(reason)
    async with atomic():
        closure = await register_closure(
            centre=centre, first_day=first_day, last_day=last_day, reason=said, room=room
        )
        hit = await affected_by_closure(
            centre=closure.centre,
            room=closure.room,
            first_day=first_day,
            last_day=last_day,
            now=now,
        )
        done = await _withdraw(hit, said, (notice_hours, even_pinned, even_soon), now)
    return _disruption(hit, done, closure=closure)


async def close_centre_preview(
    *,
    centre: str,
    first_day: date,
    last_day: date,
    reason: str,
    room: str | None = None,
    notice_hours: float = NOTICE_HOURS,
    even_pinned: bool = False,
    even_soon: bool = False,
    now: datetime,
) -> Disruption:
    """Return what `close_centre` would do, by doing it and rolling it back."""
    return await rehearse(
        lambda: close_centre(
            centre=centre,
            first_day=first_day,
            last_day=last_day,
            reason=reason,
            room=room,
            notice_hours=notice_hours,
            even_pinned=even_pinned,
            even_soon=even_soon,
            now=now,
        )
    )


@retried
async def lose_room(
    *,
    room: str,
    reason: str,
    revision: int | None,
    notice_hours: float = NOTICE_HOURS,
    even_pinned: bool = False,
    even_soon: bool = False,
    now: datetime,
) -> Disruption:
    """Close a room for good: withdraw every slot to come in it and re-plan their meetups.

    Raises RoomNotFound, ChangedMeanwhile, ReasonNeeded, and RoomStillHoldsSlots while a slot in it
    is under way, or keeps a meetup that is pinned or near and was not said to go too.
    """
    require_instant(now)
    said = require_reason(reason)
    async with atomic():
        await lock_centre_of(room)
        hit = await affected_by_loss_of_room(room=room, now=now)
        done = await _withdraw(hit, said, (notice_hours, even_pinned, even_soon), now)
        await rooms.close_room(code=room, revision=revision, now=now)
    return _disruption(hit, done)


async def lose_room_preview(
    *,
    room: str,
    reason: str,
    notice_hours: float = NOTICE_HOURS,
    even_pinned: bool = False,
    even_soon: bool = False,
    now: datetime,
) -> Disruption:
    """Return what `lose_room` would do, by doing it and rolling it back."""
    return await rehearse(
        lambda: lose_room(
            room=room,
            reason=reason,
            revision=None,
            notice_hours=notice_hours,
            even_pinned=even_pinned,
            even_soon=even_soon,
            now=now,
        )
    )


@retried
async def move_holiday(
    *,
    holiday_id: int,
    new_date: date,
    cancel_slots: bool,
    revision: int | None,
    source: str | None = None,
    notice_hours: float = NOTICE_HOURS,
    even_pinned: bool = False,
    even_soon: bool = False,
    now: datetime,
) -> Disruption:
    """Put a holiday, and the days that hang on it, on the dates on which they are kept.

    The slots to come on these dates are returned, and withdrawn where `cancel_slots` says so, the
    holiday's French name being the reason. Those kept on a holiday on purpose stay. Raises what
    `centres.observances.move_holiday` refuses.
    """
    require_instant(now)
    async with atomic():
        settled = await observances.move_holiday(
            holiday_id=holiday_id, revision=revision, day=new_date, source=source
        )
        return await _observe(settled, cancel_slots, (notice_hours, even_pinned, even_soon), now)


async def move_holiday_preview(
    *,
    holiday_id: int,
    new_date: date,
    cancel_slots: bool,
    notice_hours: float = NOTICE_HOURS,
    even_pinned: bool = False,
    even_soon: bool = False,
    now: datetime,
) -> Disruption:
    """Return what `move_holiday` would do, by doing it and rolling it back."""
    return await rehearse(
        lambda: move_holiday(
            holiday_id=holiday_id,
            new_date=new_date,
            cancel_slots=cancel_slots,
            revision=None,
            notice_hours=notice_hours,
            even_pinned=even_pinned,
            even_soon=even_soon,
            now=now,
        )
    )


@retried
async def confirm_holiday(
    *,
    holiday_id: int,
    cancel_slots: bool,
    revision: int | None,
    source: str | None = None,
    notice_hours: float = NOTICE_HOURS,
    even_pinned: bool = False,
    even_soon: bool = False,
    now: datetime,
) -> Disruption:
    """Confirm the date of a tentative holiday, and do with its slots what `move_holiday` does."""
    require_instant(now)
    async with atomic():
        settled = await observances.confirm_holiday(
            holiday_id=holiday_id, revision=revision, source=source
        )
        return await _observe(settled, cancel_slots, (notice_hours, even_pinned, even_soon), now)


async def _observe(
    settled: Settled, cancel_slots: bool, sparing: tuple[float, bool, bool], now: datetime
) -> Disruption:
    hit: dict[int, AffectedSlot] = {}
    for holiday in settled.holidays:
        if holiday.observed:
            found = await affected_by_holiday(country=holiday.country, day=holiday.date, now=now)
            hit.update({each.id: each for each in found})
    slots = tuple(sorted(hit.values(), key=lambda each: (each.starts_wall, each.id)))
    if not cancel_slots:
        return Disruption(slots, slots_cancelled=False, holidays=settled.holidays)
    reason = f"Jour férié : {settled.holidays[0].name_fr}"
    done = await _withdraw(slots, reason, sparing, now)
    return _disruption(slots, done, holidays=settled.holidays)


async def _withdraw(
    hit: Sequence[AffectedSlot], reason: str, sparing: tuple[float, bool, bool], now: datetime
) -> Replanned:
    notice_hours, even_pinned, even_soon = sparing
    done = await withdraw_slots(
        [each.id for each in hit],
        reason=reason,
        notice_hours=notice_hours,
        even_pinned=even_pinned,
        even_soon=even_soon,
        now=now,
    )
    staying = {each.meetup for each in done.kept}
    await exclude_from_series([each.id for each in hit if each.meetup not in staying])
    return done


def _disruption(
    hit: tuple[AffectedSlot, ...],
    done: Replanned,
    *,
    closure: Closure | None = None,
    holidays: tuple[Holiday, ...] = (),
) -> Disruption:
    staying = {each.meetup for each in done.kept}
    return Disruption(
        slots=tuple(each for each in hit if each.meetup not in staying),
        slots_cancelled=True,
        moved=done.moved,
        cancelled=done.cancelled,
        outreach=done.outreach,
        closure=closure,
        holidays=holidays,
        kept=done.kept,
    )
