"""Change or cancel slots: this date, this and the following ones, or all of a series."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime

from centres.db import atomic, retried, rows
from centres.errors import InvalidInput
from centres.language import Sentence
from centres.zones import require_instant, to_instant
from sessions.country_turns import take_turn_for_slots
from sessions.publishing_context import ProposedSlot
from sessions.refusals import NothingChanges, RoomOfAnotherCentre
from sessions.rehearsal import rehearse
from sessions.replanning import NOTICE_HOURS
from sessions.series_scope import Scope
from sessions.slot_consequences import (
    Consequences,
    SlotChange,
    TouchedSlot,
    as_cancelled,
    carry_meetups,
)
from sessions.slot_context import RoomOnOffer, load_context, room_on_offer
from sessions.slot_proposals import proposed_slots
from sessions.slot_publishing import on_a_holiday, require_agreement, require_publishable
from sessions.slot_series import Reached, StoredSlot, reach, shorten_series, split_series
from sessions.slot_verdicts import verdicts
from sessions.slot_withdrawal import withdraw_slots

REHEARSED_REASON = "…"


@retried
async def change_slots(
    *,
    slot_id: int,
    change: SlotChange,
    scope: Scope = Scope.THIS,
    reason: str | None = None,
    despite_holidays: Collection[date] = (),
    revision: int | None,
    notice_hours: float = NOTICE_HOURS,
    now: datetime,
) -> Consequences:
    """Give slots new hours, another room or other seats, and see to the meetups in them.

    A meetup that still fits stays; else it follows its slot when its people can; else it goes to
    the nearest free slot or is cancelled. All or nothing, in one transaction. Raises SlotNotFound,
    ChangedMeanwhile, NothingToChange, NothingChanges, ReasonNeeded, RoomOfAnotherCentre, and what
    publishing refuses.
    """
    async with atomic():
        return await _change(
            slot_id, change, scope, reason, despite_holidays, revision, notice_hours, now
        )


async def change_slots_preview(
    *,
    slot_id: int,
    change: SlotChange,
    scope: Scope = Scope.THIS,
    despite_holidays: Collection[date] = (),
    revision: int | None = None,
    notice_hours: float = NOTICE_HOURS,
    now: datetime,
) -> Consequences:
    """Return what `change_slots` would do, by doing it and rolling it back."""
    return await rehearse(
        lambda: _change(
            slot_id,
            change,
            scope,
            REHEARSED_REASON,
            despite_holidays,
            revision,
            notice_hours,
            now,
        )
    )


@retried
async def cancel_slots(
    *,
    slot_id: int,
    scope: Scope = Scope.THIS,
    reason: str | None = None,
    revision: int | None,
    notice_hours: float = NOTICE_HOURS,
    now: datetime,
) -> Consequences:
    """Withdraw slots; their meetups go to the nearest free slot or are cancelled.

    All or nothing, in one transaction. Raises SlotNotFound, ChangedMeanwhile, NothingToChange,
    and ReasonNeeded when a meetup is among them.
    """
    async with atomic():
        return await _cancel(slot_id, scope, reason, revision, notice_hours, now)


async def cancel_slots_preview(
    *,
    slot_id: int,
    scope: Scope = Scope.THIS,
    revision: int | None = None,
    notice_hours: float = NOTICE_HOURS,
    now: datetime,
) -> Consequences:
    """Return what `cancel_slots` would do, by doing it and rolling it back."""
    return await rehearse(
        lambda: _cancel(slot_id, scope, REHEARSED_REASON, revision, notice_hours, now)
    )


async def _cancel(
    slot_id: int,
    scope: Scope,
    reason: str | None,
    revision: int | None,
    notice_hours: float,
    now: datetime,
) -> Consequences:
    require_instant(now)
    reached = await reach(slot_id=slot_id, scope=scope, revision=revision, now=now)
    done = await withdraw_slots(
        [each.id for each in reached.slots], reason=reason, notice_hours=notice_hours, now=now
    )
    await shorten_series(reached, scope)
    return Consequences(
        slots=tuple(as_cancelled(each) for each in reached.slots),
        moved=done.moved,
        cancelled=done.cancelled,
        outreach=done.outreach,
    )


async def _change(
    slot_id: int,
    change: SlotChange,
    scope: Scope,
    reason: str | None,
    despite_holidays: Collection[date],
    revision: int | None,
    notice_hours: float,
    now: datetime,
) -> Consequences:
    require_instant(now)
    if change.day is not None and scope is not Scope.THIS:
        raise InvalidInput(Sentence("Seule une date à la fois peut changer de jour."), field="day")
    reached = await reach(slot_id=slot_id, scope=scope, revision=revision, now=now)
    await take_turn_for_slots([each.id for each in reached.slots])
    room = await _new_room(reached, change)
    planned = [_as_changed(each, change, room) for each in reached.slots]
    different = [
        (was, becomes)
        for was, becomes in zip(reached.slots, planned, strict=True)
        if was != becomes
    ]
    if not different:
        raise NothingChanges(Sentence("Rien ne change : donnez une autre valeur."))
    replaced = [(was, becomes) for was, becomes in different if _elsewhere(was, becomes)]
    if replaced:
        different = await _judge(different, replaced, room, despite_holidays, now)
    await _store(different)
    if replaced:
        first = planned[0]
        await split_series(
            reached,
            scope,
            room=room.id,
            starts_minute=first.starts_wall.hour * 60 + first.starts_wall.minute,
            minutes=first.minutes,
        )
    touched = tuple(
        TouchedSlot(
            id=was.id,
            was_wall=was.starts_wall,
            starts_wall=becomes.starts_wall,
            ends_wall=becomes.ends_wall,
            room_code=room.code,
            seats=becomes.seats,
        )
        for was, becomes in different
    )
    return await carry_meetups(touched, reason=reason, notice_hours=notice_hours, now=now)


async def _new_room(reached: Reached, change: SlotChange) -> RoomOnOffer:
    code = reached.chosen.room_code if change.room_code is None else change.room_code
    room = await room_on_offer(
        code, on_day=reached.slots[0].day, agreement_id=reached.chosen.agreement
    )
    if room.centre_id != reached.chosen.centre:
        raise RoomOfAnotherCentre(
            Sentence("La salle {room} est dans un autre centre.", room=room.code),
            field="room_code",
        )
    return room


def _as_changed(slot: StoredSlot, change: SlotChange, room: RoomOnOffer) -> StoredSlot:
    period = proposed_slots(
        [change.day or slot.day],
        change.starts or slot.starts_wall.time(),
        slot.minutes if change.minutes is None else change.minutes,
    )[0]
    seats = change.seats
    if seats is None:  # a slot of the whole room becomes one of the whole new room
        whole = slot.seats == slot.room_seats
        seats = room.seats if whole else min(slot.seats, room.seats)
    return replace(
        slot,
        room=room.id,
        room_code=room.code,
        room_seats=room.seats,
        starts_wall=period.starts_wall,
        ends_wall=period.ends_wall,
        starts_at=to_instant(period.starts_wall, room.zone, field="starts"),
        ends_at=to_instant(period.ends_wall, room.zone, field="minutes"),
        seats=room.seats_for(seats),
    )


def _elsewhere(was: StoredSlot, becomes: StoredSlot) -> bool:
    return (was.room, was.starts_wall, was.ends_wall) != (
        becomes.room,
        becomes.starts_wall,
        becomes.ends_wall,
    )


Pairs = Sequence[tuple[StoredSlot, StoredSlot]]


async def _judge(
    different: Pairs,
    replaced: Pairs,
    room: RoomOnOffer,
    despite_holidays: Collection[date],
    now: datetime,
) -> list[tuple[StoredSlot, StoredSlot]]:
    """Refuse hours that could not be published; return the pairs, holidays marked."""
    require_agreement(room)
    days = [becomes.day for _, becomes in replaced]
    kept_anyway = {becomes.day for was, becomes in replaced if was.despite_holiday}
    context = await load_context(
        room,
        first_day=min(days),
        last_day=max(days),
        now=now,
        on_purpose={*despite_holidays, *kept_anyway},
        without_slots=[was.id for was, _ in replaced],
    )
    judged = verdicts(
        [ProposedSlot(becomes.starts_wall, becomes.ends_wall) for _, becomes in replaced], context
    )
    require_publishable(judged, field="starts")
    despite = {
        was.id: on_a_holiday(verdict) for (was, _), verdict in zip(replaced, judged, strict=True)
    }
    return [
        (was, replace(becomes, despite_holiday=despite.get(was.id, becomes.despite_holiday)))
        for was, becomes in different
    ]


_STORE = """
UPDATE slot SET room = $2, room_seats = $3, seats = $4, starts_wall = $5, ends_wall = $6,
    starts_at = $7, ends_at = $8, despite_holiday = $9
WHERE id = $1
"""


async def _store(different: Pairs) -> None:
    forward = different[0][1].starts_at >= different[0][0].starts_at
    # One by one, so that no slot is put where another of the series has yet to leave.
    for _, each in sorted(different, key=lambda pair: pair[0].starts_at, reverse=forward):
        await rows(
            _STORE,
            each.id,
            each.room,
            each.room_seats,
            each.seats,
            each.starts_wall,
            each.ends_wall,
            each.starts_at,
            each.ends_at,
            each.despite_holiday,
        )
