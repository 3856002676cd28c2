"""Shell: take a seat in a meetup, give it back, or change it for one in another meetup.

Any learner may come to any meetup with a free seat, at any centre: as a member of its group, or as
a guest. Where several people want the last seat, the database's own count decides.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import NoReturn

import asyncpg

from centres.db import DB, atomic, retried
from centres.language import Sentence
from sessions.refusals import BookingNotFound, MeetupFull, NothingChanges
from sessions.seat_refusals import require_bookable, require_meetup_to_come
from sessions.seat_writes import Booking, give_seat, lock_meetups, lock_queues, take_back_seat
from sessions.waiting_list import promote_waiting
from sessions.waiting_order import Turn

__all__ = ["Booking", "Released", "book_seat", "move_seat", "release_seat"]


@dataclass(frozen=True, slots=True)
class Released:
    """The seat that was given back, and whose turn it then was in the queue."""

    booking: Booking
    turn: Turn


@retried
async def book_seat(*, meetup_id: int, learner_id: int, now: datetime) -> Booking:
    """Take one seat; who released it before takes it again.

    Raises MeetupNotFound, LearnerNotFound, MeetupNotLive, MeetupBegun, AlreadyBooked,
    LearnerElsewhere or MeetupFull, and then changes nothing.
    """
    booking = await _give_at_once(meetup_id=meetup_id, learner_id=learner_id, now=now)
    return booking or await _refuse(meetup_id=meetup_id, learner_id=learner_id, now=now)


@retried
async def release_seat(
    *, meetup_id: int, learner_id: int, now: datetime, reason: str | None = None
) -> Released:
    """Give a seat back; in the same transaction it goes to whoever is next in the queue.

    Raises MeetupNotFound, MeetupNotLive, MeetupBegun, or BookingNotFound when there is no seat.
    """
    async with atomic():
        booking = await _take_back(
            meetup_id=meetup_id, learner_id=learner_id, now=now, reason=reason
        )
        turns = await promote_waiting(meetup_ids=[meetup_id], now=now, released=[learner_id])
    return Released(booking, turns.get(meetup_id, Turn()))


@retried
async def move_seat(*, from_meetup: int, to_meetup: int, learner_id: int, now: datetime) -> Booking:
    """Change a seat for one in another meetup, both or neither; the queue of the first moves up.

    Raises what `release_seat` raises for the first and `book_seat` for the second.
    """
    if from_meetup == to_meetup:
        raise NothingChanges(Sentence("C'est déjà la place que vous avez."), field="to_meetup")
    async with atomic():
        # All that will be changed, in the one order, before anything is.
        await lock_meetups([from_meetup, to_meetup])
        await lock_queues([from_meetup], [learner_id])
        await _take_back(meetup_id=from_meetup, learner_id=learner_id, now=now)
        booking = await give_seat(
            meetup_id=to_meetup, learner_id=learner_id, now=now, count_calendar=False
        )
        if booking is None:
            await _refuse(meetup_id=to_meetup, learner_id=learner_id, now=now)
        await promote_waiting(meetup_ids=[from_meetup], now=now, released=[learner_id])
    return booking


async def _give_at_once(*, meetup_id: int, learner_id: int, now: datetime) -> Booking | None:
    """Give the seat in one statement that the server commits before it answers.

    A crowd that wants the last seat then waits for the statement alone, and not for the way
    between the server and us as well: about a third more bookings a second.
    """
    seat = partial(
        give_seat, meetup_id=meetup_id, learner_id=learner_id, now=now, count_calendar=True
    )
    if not DB.transaction_exists():
        try:
            return await seat()
        except asyncpg.IntegrityConstraintViolationError:
            pass  # somebody moved or published a meetup meanwhile: look again
    async with atomic():
        return await seat()


async def _refuse(*, meetup_id: int, learner_id: int, now: datetime) -> NoReturn:
    await require_bookable(meetup_id=meetup_id, learner_id=learner_id, now=now)
    raise MeetupFull(
        Sentence("Toutes les places de cette séance sont prises : inscrivez-vous en attente.")
    )


async def _take_back(
    *, meetup_id: int, learner_id: int, now: datetime, reason: str | None = None
) -> Booking:
    booking = await take_back_seat(
        meetup_id=meetup_id, learner_id=learner_id, now=now, reason=reason
    )
    if booking is None:
        await require_meetup_to_come(meetup_id=meetup_id, now=now)
        raise BookingNotFound(Sentence("Cette personne n'a pas de place dans cette séance."))
    return booking
