"""Seats: taken, given back and changed for others, each time with the reason when refused."""

from datetime import timedelta

import pytest

from centres.acting import acting_as
from centres.db import atomic, rows
from sessions.booking import book_seat, move_seat, release_seat
from sessions.lifecycle import NoticeKind
from sessions.notices import notices_of
from sessions.refusals import (
    AlreadyBooked,
    BookingNotFound,
    LearnerElsewhere,
    LearnerNotFound,
    MeetupBegun,
    MeetupFull,
    MeetupNotFound,
    MeetupNotLive,
    NothingChanges,
)
from sessions.waiting_list import join_waiting_list, waiting_list
from tests.factories import NOW, make_learner, make_meetup, make_slot
from tests.sessions.booking_world import (
    SATURDAY,
    booking_world,
    learners_of,
    meetup_with,
    taken,
)


@pytest.fixture
async def world(database):
    return await booking_world()


async def calendar_version(learner: int) -> int:
    found = await rows(
        "SELECT version FROM feed_version WHERE scope = 'learner' AND subject = $1", learner
    )
    return found[0]["version"] if found else 0


async def test_a_learner_of_another_group_comes_as_a_guest(world):
    meetup = await meetup_with(world, 2)
    learner = await make_learner(world.country, world.group)

    booking = await book_seat(meetup_id=meetup.id, learner_id=learner.id, now=NOW)

    assert (booking.kind, booking.state, booking.sequence) == ("guest", "booked", 0)
    assert (booking.starts_at, booking.ends_at) == (meetup.starts_at, meetup.ends_at)
    assert await taken(meetup) == (1, 1)
    assert [each.kind for each in await notices_of(learner.id, NOW)] == [NoticeKind.SEAT_GIVEN]
    assert await calendar_version(learner.id) == 1


async def test_a_member_who_had_released_the_seat_takes_it_again_under_a_higher_sequence(world):
    learner = await make_learner(world.country, world.group)
    slot = await make_slot(world.room, SATURDAY)
    meetup = await make_meetup(world.group, slot, learners=[learner], sequence=4)
    about = {"meetup_id": meetup.id, "learner_id": learner.id, "now": NOW}

    released = (await release_seat(**about, reason="Examen")).booking
    again = await book_seat(**about)

    assert (released.state, released.sequence) == ("released", 5)
    assert (again.id, again.state, again.kind, again.sequence) == (
        released.id,
        "booked",
        "group",
        6,
    )
    told = [
        (each.kind.value, each.sequence, each.reason) for each in await notices_of(learner.id, NOW)
    ]
    assert told == [("seat_released", 5, "Examen"), ("seat_given", 6, None)]
    assert await calendar_version(learner.id) == 2
    assert await taken(meetup) == (1, 1)


async def test_a_seat_is_refused_with_the_reason_and_nothing_is_written(world):
    full, open_one = await meetup_with(world, 1), await meetup_with(world, 5)
    learner, other = await learners_of(world, 2)
    await book_seat(meetup_id=full.id, learner_id=other, now=NOW)
    later = await meetup_with(world, 5, SATURDAY + timedelta(hours=1))
    cancelled = await meetup_with(world, 5)
    await rows(
        "UPDATE meetup SET state = 'cancelled', slot = NULL, cancel_reason = 'Examens'"
        " WHERE id = $1",
        cancelled.id,
    )
    after_start = open_one.starts_at

    refusals = [
        (MeetupFull, full.id, learner, NOW),
        (AlreadyBooked, full.id, other, NOW),
        (LearnerElsewhere, later.id, other, NOW),
        (MeetupNotLive, cancelled.id, learner, NOW),
        (MeetupBegun, open_one.id, learner, after_start),
        (MeetupNotFound, 999, learner, NOW),
        (LearnerNotFound, open_one.id, 999, NOW),
    ]
    for refusal, meetup_id, learner_id, now in refusals:
        with pytest.raises(refusal):
            await book_seat(meetup_id=meetup_id, learner_id=learner_id, now=now)

    assert (await rows("SELECT count(*) AS n FROM booking"))[0]["n"] == 1
    assert (await rows("SELECT count(*) AS n FROM notice"))[0]["n"] == 1


async def test_a_seat_booked_inside_a_larger_change_goes_with_it(world):
    meetup = await meetup_with(world, 5)
    (learner,) = await learners_of(world, 1)

    async def change_and_fail() -> None:
        async with atomic():
            await book_seat(meetup_id=meetup.id, learner_id=learner, now=NOW)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await change_and_fail()

    assert await taken(meetup) == (0, 0)
    assert await notices_of(learner, NOW) == []


async def test_a_released_seat_goes_to_the_first_who_waits_in_the_same_transaction(world):
    meetup = await meetup_with(world, 1)
    holder, first, second = await learners_of(world, 3)
    await book_seat(meetup_id=meetup.id, learner_id=holder, now=NOW)
    for learner in (first, second):
        await join_waiting_list(meetup_id=meetup.id, learner_id=learner, now=NOW)

    released = await release_seat(meetup_id=meetup.id, learner_id=holder, now=NOW)

    assert [each.learner for each in released.turn.given] == [first]
    assert await taken(meetup) == (1, 1)
    assert [each.learner for each in await waiting_list(meetup.id)] == [second]
    assert [each.kind.value for each in await notices_of(first, NOW)] == ["seat_given"]
    assert [each.kind.value for each in await notices_of(holder, NOW)] == [
        "seat_given",
        "seat_released",
    ]
    assert (await calendar_version(holder), await calendar_version(first)) == (2, 1)


async def test_a_seat_cannot_be_released_twice_nor_once_the_meetup_has_begun(world):
    meetup = await meetup_with(world, 2)
    learner, other = await learners_of(world, 2)
    for each in (learner, other):
        await book_seat(meetup_id=meetup.id, learner_id=each, now=NOW)
    await release_seat(meetup_id=meetup.id, learner_id=learner, now=NOW)

    for refusal, meetup_id, learner_id, now in [
        (BookingNotFound, meetup.id, learner, NOW),
        (MeetupBegun, meetup.id, other, meetup.starts_at),
        (MeetupNotFound, 999, other, NOW),
    ]:
        with pytest.raises(refusal):
            await release_seat(meetup_id=meetup_id, learner_id=learner_id, now=now)

    assert await taken(meetup) == (1, 1)


async def test_a_seat_is_changed_for_one_at_the_same_time_and_the_queue_moves_up(world):
    here, there = await meetup_with(world, 1), await meetup_with(world, 1)
    mover, waiter = await learners_of(world, 2)
    await book_seat(meetup_id=here.id, learner_id=mover, now=NOW)
    await join_waiting_list(meetup_id=here.id, learner_id=waiter, now=NOW)

    booking = await move_seat(from_meetup=here.id, to_meetup=there.id, learner_id=mover, now=NOW)

    assert (booking.meetup, booking.state) == (there.id, "booked")
    found = await rows(
        "SELECT meetup, learner FROM booking WHERE state = 'booked' ORDER BY learner"
    )
    assert [tuple(each.values()) for each in found] == [(there.id, mover), (here.id, waiter)]
    assert [each.kind.value for each in await notices_of(mover, NOW)] == [
        "seat_given",
        "seat_released",
        "seat_given",
    ]


async def test_who_cannot_have_the_other_seat_keeps_the_one_they_have(world):
    here, there = await meetup_with(world, 1), await meetup_with(world, 1)
    mover, other = await learners_of(world, 2)
    await book_seat(meetup_id=here.id, learner_id=mover, now=NOW)
    await book_seat(meetup_id=there.id, learner_id=other, now=NOW)
    about = {"from_meetup": here.id, "learner_id": mover, "now": NOW}

    with pytest.raises(MeetupFull):
        await move_seat(to_meetup=there.id, **about)
    with pytest.raises(NothingChanges):
        await move_seat(to_meetup=here.id, **about)

    assert (await taken(here), await taken(there)) == ((1, 1), (1, 1))
    assert len(await notices_of(mover, NOW)) == 1


async def test_the_audit_trail_says_who_booked_for_whom(world):
    meetup = await meetup_with(world, 1)
    (learner,) = await learners_of(world, 1)

    with acting_as("account:7"):
        await book_seat(meetup_id=meetup.id, learner_id=learner, now=NOW)

    found = await rows("SELECT actor, after FROM change WHERE table_name = 'booking'")
    assert [each["actor"] for each in found] == ["account:7"]
