"""Seats: taken, given back and changed for others; however many people race, never one too many."""

import asyncio
import contextlib
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import pytest

from centres.acting import acting_as
from centres.db import atomic, rows
from centres.tables import Centre, Country, Room
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
from sessions.tables.learning import Cohort, CohortGroup
from sessions.tables.meetups import Meetup
from sessions.waiting_list import join_waiting_list, waiting_list
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
    room: Room
    cohort: Cohort
    group: CohortGroup


@pytest.fixture
async def world(database):
    room = await make_place(seats=20)
    centre = await Centre.objects(Centre.country).get(Centre.id == room.centre)
    cohort = await make_cohort(centre.country)
    return World(centre.country, centre, room, cohort, await make_group(cohort, centre))


async def meetup_with(world: World, seats: int, starts: datetime = SATURDAY) -> Meetup:
    """A meetup of a group of its own, in a room of its own."""
    room = await make_room(world.centre, seats=seats)
    group = await make_group(world.cohort, world.centre)
    return await make_meetup(group, await make_slot(room, starts))


async def learners_of(world: World, count: int) -> list[int]:
    found = await rows(
        "INSERT INTO learner (code, name, country, language, revision)"
        " SELECT 'X' || n, 'Élève ' || n, $1, 'fr', 1 FROM generate_series(1, $2::int) n"
        " RETURNING id",
        world.country.id,
        count,
    )
    return [each["id"] for each in found]


async def taken(meetup: Meetup) -> tuple[int, int]:
    """The seats as the database counts them, and as they are."""
    found = await rows(
        "SELECT seats_taken, (SELECT count(*) FROM booking WHERE meetup = m.id"
        " AND state = 'booked') AS booked FROM meetup m WHERE id = $1",
        meetup.id,
    )
    return found[0]["seats_taken"], found[0]["booked"]


def tried_once(use_case: Callable[..., Any]) -> Callable[..., Any]:
    """The use case without its second try, which would hide a deadlock."""
    return use_case.__wrapped__


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


async def test_two_hundred_racing_learners_and_twenty_seats_give_twenty_bookings(world):
    meetup = await meetup_with(world, 20)
    learners = await learners_of(world, 200)

    outcomes = await asyncio.gather(
        *(book_seat(meetup_id=meetup.id, learner_id=each, now=NOW) for each in learners),
        return_exceptions=True,
    )

    names = Counter(type(each).__name__ for each in outcomes)
    assert names == {"Booking": 20, "MeetupFull": 180}
    assert await taken(meetup) == (20, 20)
    assert (await rows("SELECT count(*) AS n FROM notice"))[0]["n"] == 20


async def test_a_learner_who_races_for_two_meetups_at_one_time_gets_one_of_them(world):
    first, second = await meetup_with(world, 40), await meetup_with(world, 40)
    learners = await learners_of(world, 40)
    # One asks for the first meetup first, the next for the second, so that locks could cross.
    wanted = [
        (meetup, learner)
        for number, learner in enumerate(learners)
        for meetup in ((first, second) if number % 2 else (second, first))
    ]

    outcomes = await asyncio.gather(
        *(
            tried_once(book_seat)(meetup_id=meetup.id, learner_id=learner, now=NOW)
            for meetup, learner in wanted
        ),
        return_exceptions=True,
    )

    names = Counter(type(each).__name__ for each in outcomes)
    assert names == {"Booking": 40, "LearnerElsewhere": 40}
    assert (await taken(first))[0] + (await taken(second))[0] == 40


async def test_seats_are_swapped_by_everybody_at_once_without_a_deadlock(world):
    first, second = await meetup_with(world, 12), await meetup_with(world, 12)
    learners = await learners_of(world, 12)
    homes = {each: (first, second) if each % 2 else (second, first) for each in learners}
    for learner, (home, _) in homes.items():
        await book_seat(meetup_id=home.id, learner_id=learner, now=NOW)

    outcomes = await asyncio.gather(
        *(
            tried_once(move_seat)(
                from_meetup=home.id, to_meetup=away.id, learner_id=learner, now=NOW
            )
            for learner, (home, away) in homes.items()
        ),
        return_exceptions=True,
    )

    assert Counter(type(each).__name__ for each in outcomes) == {"Booking": 12}
    assert (await taken(first), await taken(second)) == ((6, 6), (6, 6))


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


async def test_racing_releases_and_bookings_never_lose_a_seat_nor_skip_the_queue(world):
    meetup = await meetup_with(world, 10)
    learners = await learners_of(world, 60)
    holders, queue, others = learners[:10], learners[10:30], learners[30:]
    for each in holders:
        await book_seat(meetup_id=meetup.id, learner_id=each, now=NOW)
    for number, each in enumerate(queue):
        await join_waiting_list(
            meetup_id=meetup.id, learner_id=each, now=NOW + timedelta(seconds=number)
        )

    outcomes = await asyncio.gather(
        *(
            use_case(meetup_id=meetup.id, learner_id=learner, now=NOW)
            for pair in zip(holders, others, strict=False)
            for use_case, learner in zip((release_seat, book_seat), pair, strict=True)
        ),
        return_exceptions=True,
    )

    names = Counter(type(each).__name__ for each in outcomes)
    assert names == {"Released": 10, "MeetupFull": 10}
    seated = await rows("SELECT learner FROM booking WHERE state = 'booked' ORDER BY learner")
    assert [each["learner"] for each in seated] == queue[:10]
    assert await taken(meetup) == (10, 10)


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


BOOK_UNTIL_KILLED = """
import asyncio, itertools, sys
from datetime import datetime, UTC
from centres.db import open_pool, point_at
from sessions.booking import book_seat, release_seat

async def one(learner):
    now = datetime(2027, 1, 4, tzinfo=UTC)
    about = {"meetup_id": int(sys.argv[2]), "learner_id": learner, "now": now}
    while True:
        await book_seat(**about)
        await release_seat(**about)

async def main():
    point_at(sys.argv[1])
    await open_pool(max_size=6)
    await asyncio.gather(*(one(int(each)) for each in sys.argv[3:]))

asyncio.run(main())
"""


async def test_a_process_killed_while_it_books_leaves_every_seat_counted(world, database_dsn):
    meetup = await meetup_with(world, 8)
    learners = await learners_of(world, 6)
    command = [sys.executable, "-c", BOOK_UNTIL_KILLED, database_dsn, str(meetup.id)]
    process = subprocess.Popen(  # noqa: ASYNC220
        [*command, *map(str, learners)],
        env=os.environ | {"PICCOLO_CONF": "api.piccolo_conf"},
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(200):
            await asyncio.sleep(0.05)
            if (await rows("SELECT count(*) AS n FROM notice"))[0]["n"] > 100:
                break
    finally:
        process.kill()
        process.wait()
    async with atomic():  # the server ends what the dead process held before this is granted
        await rows("SELECT 1 FROM meetup WHERE id = $1 FOR UPDATE", meetup.id)

    counted, real = await taken(meetup)
    await release_and_fill(meetup, learners)

    assert (await rows("SELECT count(*) AS n FROM notice"))[0]["n"] > 100
    assert counted == real
    assert await taken(meetup) == (6, 6)


async def release_and_fill(meetup: Meetup, learners: list[int]) -> None:
    for learner in learners:
        with contextlib.suppress(BookingNotFound):
            await release_seat(meetup_id=meetup.id, learner_id=learner, now=NOW)
        await book_seat(meetup_id=meetup.id, learner_id=learner, now=NOW)
