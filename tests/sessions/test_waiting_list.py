"""The queue of a full meetup: joined, left, and moved up by itself when a seat becomes free."""

import asyncio
from collections import Counter
from datetime import datetime, timedelta
from typing import NamedTuple

import pytest

from centres.db import atomic, rows
from centres.tables import Centre, Country
from sessions.booking import book_seat, release_seat
from sessions.notices import notices_of
from sessions.refusals import (
    AlreadyBooked,
    AlreadyWaiting,
    LearnerElsewhere,
    LearnerNotFound,
    MeetupBegun,
    MeetupNotFound,
    MeetupNotLive,
    NotWaiting,
    SeatsAreFree,
)
from sessions.tables.learning import Cohort
from sessions.tables.meetups import Meetup
from sessions.waiting_list import (
    close_waiting,
    close_waiting_of_begun,
    join_waiting_list,
    leave_waiting_list,
    promote_waiting,
    waiting_list,
    waiting_places,
)
from tests.factories import (
    NOW,
    make_cohort,
    make_group,
    make_learner,
    make_meetup,
    make_place,
    make_room,
    make_slot,
)

SATURDAY = datetime(2027, 1, 9, 9)


class World(NamedTuple):
    country: Country
    centre: Centre
    cohort: Cohort
    full: Meetup
    holder: int
    guests: list[int]


@pytest.fixture
async def world(database):
    """A meetup of one seat, which is taken, and three learners who have nothing to do with it."""
    place = await make_place()
    centre = await Centre.objects(Centre.country).get(Centre.id == place.centre)
    cohort = await make_cohort(centre.country)
    holder = await make_learner(centre.country)
    guests = [(await make_learner(centre.country)).id for _ in range(3)]
    full = await meetup_at(centre, cohort, 1)
    await book_seat(meetup_id=full.id, learner_id=holder.id, now=NOW)
    return World(centre.country, centre, cohort, full, holder.id, guests)


async def meetup_at(
    centre: Centre, cohort: Cohort, seats: int, starts: datetime = SATURDAY
) -> Meetup:
    room = await make_room(centre, seats=seats)
    return await make_meetup(await make_group(cohort, centre), await make_slot(room, starts))


async def join(world: World, learner: int, minutes: int = 0) -> None:
    await join_waiting_list(
        meetup_id=world.full.id, learner_id=learner, now=NOW + timedelta(minutes=minutes)
    )


async def states() -> dict[int, str]:
    found = await rows("SELECT learner, state FROM waiting_entry ORDER BY id")
    return {each["learner"]: each["state"] for each in found}


async def seated(meetup: Meetup) -> list[int]:
    found = await rows(
        "SELECT learner FROM booking WHERE meetup = $1 AND state = 'booked' ORDER BY learner",
        meetup.id,
    )
    return [each["learner"] for each in found]


async def test_a_place_in_the_queue_says_its_position_and_the_cohort_comes_first(world):
    member = await make_learner(world.country, await make_group(world.cohort, world.centre))
    for number, learner in enumerate(world.guests):
        await join(world, learner, number)

    place = await join_waiting_list(
        meetup_id=world.full.id, learner_id=member.id, now=NOW + timedelta(hours=1)
    )

    assert (place.position, place.of, place.elsewhere) == (1, 4, False)
    queue = [(each.position, each.learner) for each in await waiting_list(world.full.id)]
    assert queue == list(enumerate([member.id, *world.guests], start=1))
    (own,) = await waiting_places(learner_id=world.guests[1], now=NOW)
    assert (own.meetup, own.position, own.of) == (world.full.id, 3, 4)
    assert await waiting_places(learner_id=world.guests[1], now=world.full.starts_at) == ()


async def test_waiting_is_refused_with_the_reason_and_nothing_is_written(world):
    first, second, third = world.guests
    free = await meetup_at(world.centre, world.cohort, 2)
    cancelled = await meetup_at(world.centre, world.cohort, 2)
    await rows(
        "UPDATE meetup SET state = 'cancelled', slot = NULL, cancel_reason = 'Examens'"
        " WHERE id = $1",
        cancelled.id,
    )
    await book_seat(meetup_id=free.id, learner_id=second, now=NOW)
    await join(world, first)

    for refusal, meetup_id, learner_id, now in [
        (SeatsAreFree, free.id, third, NOW),
        (AlreadyWaiting, world.full.id, first, NOW),
        (AlreadyBooked, world.full.id, world.holder, NOW),
        (LearnerElsewhere, world.full.id, second, NOW),
        (MeetupNotLive, cancelled.id, third, NOW),
        (MeetupBegun, world.full.id, third, world.full.starts_at),
        (MeetupNotFound, 999, third, NOW),
        (LearnerNotFound, world.full.id, 999, NOW),
    ]:
        with pytest.raises(refusal):
            await join_waiting_list(meetup_id=meetup_id, learner_id=learner_id, now=now)

    assert await states() == {first: "waiting"}


async def test_whoever_leaves_the_queue_can_join_again_behind_the_others(world):
    first, second, _ = world.guests
    await join(world, first)
    await join(world, second, 1)

    await leave_waiting_list(meetup_id=world.full.id, learner_id=first, now=NOW)
    with pytest.raises(NotWaiting):
        await leave_waiting_list(meetup_id=world.full.id, learner_id=first, now=NOW)
    await join(world, first, 2)

    assert [each.learner for each in await waiting_list(world.full.id)] == [second, first]


async def test_who_is_elsewhere_is_passed_over_keeps_the_place_and_sees_why(world):
    first, second, _ = world.guests
    await join(world, first)
    await join(world, second, 1)
    other = await meetup_at(world.centre, world.cohort, 5, SATURDAY + timedelta(hours=1))
    await book_seat(meetup_id=other.id, learner_id=first, now=NOW)

    released = await release_seat(meetup_id=world.full.id, learner_id=world.holder, now=NOW)

    assert [each.learner for each in released.turn.passed_over] == [first]
    assert [each.learner for each in released.turn.given] == [second]
    (place,) = await waiting_places(learner_id=first, now=NOW)
    assert (place.position, place.elsewhere) == (1, True)
    await release_seat(meetup_id=other.id, learner_id=first, now=NOW)
    await release_seat(meetup_id=world.full.id, learner_id=second, now=NOW)
    assert await seated(world.full) == [first]
    assert await states() == {first: "promoted", second: "promoted"}


async def test_more_seats_move_the_queue_up_by_as_many(world):
    for number, learner in enumerate(world.guests):
        await join(world, learner, number)

    async with atomic():
        await rows("UPDATE room SET seats = 3 WHERE id = $1", world.full.room.id)
        await rows("UPDATE slot SET seats = 3 WHERE id = $1", world.full.slot.id)
        await rows("UPDATE meetup SET seats = 3 WHERE id = $1", world.full.id)
        turns = await promote_waiting(meetup_ids=[world.full.id], now=NOW)

    assert [each.learner for each in turns[world.full.id].given] == world.guests[:2]
    assert await seated(world.full) == sorted([world.holder, *world.guests[:2]])
    for learner in world.guests[:2]:
        assert [each.kind.value for each in await notices_of(learner, NOW)] == ["seat_given"]


async def test_who_waits_for_two_meetups_at_one_time_gets_one_of_them(world):
    waiter = world.guests[0]
    twin = await meetup_at(world.centre, world.cohort, 1)
    other = await make_learner(world.country)
    await book_seat(meetup_id=twin.id, learner_id=other.id, now=NOW)
    for meetup in (world.full, twin):
        await join_waiting_list(meetup_id=meetup.id, learner_id=waiter, now=NOW)

    async with atomic():
        await rows("UPDATE booking SET state = 'released', changes = changes + 1")
        turns = await promote_waiting(meetup_ids=[twin.id, world.full.id], now=NOW)

    assert [each.learner for each in turns[world.full.id].given] == [waiter]
    assert [each.learner for each in turns[twin.id].passed_over] == [waiter]
    assert (await seated(world.full), await seated(twin)) == ([waiter], [])


async def test_who_books_a_seat_themselves_no_longer_waits(world):
    first = world.guests[0]
    await join(world, first)
    async with atomic():
        await rows("UPDATE booking SET state = 'released', changes = changes + 1")

    await book_seat(meetup_id=world.full.id, learner_id=first, now=NOW)

    assert await states() == {first: "promoted"}


async def test_a_queue_closes_when_its_meetup_is_cancelled_or_begins(world):
    first, second, _ = world.guests
    await join(world, first)
    async with atomic():
        closed = await close_waiting(meetup_ids=[world.full.id], now=NOW)
    await join(world, second)

    early = await close_waiting_of_begun(now=world.full.starts_at - timedelta(minutes=1))
    late = await close_waiting_of_begun(now=world.full.starts_at)

    assert (closed, early, late) == (1, 0, 1)
    assert await states() == {first: "closed", second: "closed"}
    async with atomic():
        assert await promote_waiting(meetup_ids=[world.full.id], now=world.full.starts_at) == {}


async def test_a_seat_released_while_others_join_is_never_left_empty(world):
    crowd = [(await make_learner(world.country)).id for _ in range(20)]

    outcomes = await asyncio.gather(
        release_seat(meetup_id=world.full.id, learner_id=world.holder, now=NOW),
        *(join_waiting_list(meetup_id=world.full.id, learner_id=each, now=NOW) for each in crowd),
        return_exceptions=True,
    )

    names = Counter(type(each).__name__ for each in outcomes)
    in_queue = len(await waiting_list(world.full.id))
    empty = len(await seated(world.full)) == 0
    # Either somebody was in the queue when the seat became free, or everybody heard that it is.
    assert names["Released"] == 1
    assert empty == (in_queue == 0)
    assert in_queue + names.get("SeatsAreFree", 0) + (not empty) == 20
