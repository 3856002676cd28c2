"""However many people race for seats, and however a process ends: never one too many or too few."""

import asyncio
import contextlib
import os
import subprocess
import sys
from collections import Counter
from datetime import timedelta

import pytest

from centres.db import DB, atomic, rows
from sessions.booking import book_seat, move_seat, release_seat
from sessions.refusals import BookingNotFound, LearnerElsewhere
from sessions.tables.meetups import Meetup
from sessions.waiting_list import join_waiting_list
from tests.factories import NOW
from tests.sessions.booking_world import booking_world, learners_of, meetup_with, taken
from tests.sessions.networks import tried_once


@pytest.fixture
async def world(database):
    return await booking_world()


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


async def test_a_seat_given_elsewhere_by_others_meanwhile_is_the_reason_that_is_told(world):
    wanted, other = await meetup_with(world, 5), await meetup_with(world, 5)
    (learner,) = await learners_of(world, 1)
    async with DB.pool.acquire() as connection, connection.transaction():
        # As publishing does, which locks no learner: seen only when both are written.
        await connection.execute(
            "INSERT INTO booking (meetup, learner, kind, state, starts_at, ends_at, changes,"
            " booked_at, changed_at) SELECT id, $2, 'group', 'booked', starts_at, ends_at, 0,"
            " created_at, created_at FROM meetup WHERE id = $1",
            other.id,
            learner,
        )
        attempt = asyncio.create_task(book_seat(meetup_id=wanted.id, learner_id=learner, now=NOW))
        await asyncio.sleep(0.2)

    with pytest.raises(LearnerElsewhere, match="rendez d'abord l'autre place"):
        await attempt

    assert (await taken(wanted), await taken(other)) == ((0, 0), (1, 1))


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


BOOK_UNTIL_KILLED = """
import asyncio, sys
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
