"""Each calendar that shows a meetup is counted up, once, in the transaction of the change."""

import asyncio
from datetime import datetime, timedelta

import pytest

from centres.db import atomic, rows
from centres.tables import Centre
from sessions.feed_versions import bump_feeds, bump_learners, words_changed
from tests.factories import (
    NOW,
    book,
    make_cohort,
    make_group,
    make_learner,
    make_meetup,
    make_mentor,
    make_place,
    make_slot,
)


@pytest.fixture
async def world(database):
    """A meetup with a mentor, one learner, and one who released the seat."""
    room = await make_place()
    centre = await Centre.objects(Centre.country).get(Centre.id == room.centre)
    cohort = await make_cohort(centre.country)
    mentor = await make_mentor(centre.country)
    group = await make_group(cohort, centre, mentor=mentor)
    learner, gone, stranger = [await make_learner(centre.country, group) for _ in range(3)]
    slot = await make_slot(room, datetime(2027, 1, 9, 9))
    meetup = await make_meetup(group, slot, learners=[learner])
    await book(meetup, gone, state="released")
    return {
        "meetup": meetup.id,
        "learner": learner.id,
        "gone": gone.id,
        "stranger": stranger.id,
        "versions": [
            ("centre", centre.id),
            ("cohort", cohort.id),
            ("country", centre.country.id),
            ("learner", learner.id),
            ("learner", gone.id),
            ("mentor", mentor.id),
            ("room", room.id),
        ],
    }


async def versions() -> dict[tuple[str, int], int]:
    found = await rows("SELECT scope, subject, version FROM feed_version ORDER BY scope, subject")
    return {(each["scope"], each["subject"]): each["version"] for each in found}


async def test_everybody_who_sees_a_meetup_has_a_new_version_each_time(world):
    for _ in range(2):
        async with atomic():
            await bump_feeds(meetup_ids=[world["meetup"], world["meetup"]], now=NOW)

    assert await versions() == dict.fromkeys(sorted(world["versions"]), 2)


async def test_a_change_of_seats_is_seen_by_the_learners_alone(world):
    async with atomic():
        await bump_learners(learner_ids=[world["learner"], world["gone"]], now=NOW)

    assert await versions() == {("learner", world["learner"]): 1, ("learner", world["gone"]): 1}


async def test_a_change_that_is_taken_back_leaves_the_versions_alone(world):
    async def change_and_fail() -> None:
        async with atomic():
            await bump_feeds(meetup_ids=[world["meetup"]], now=NOW)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await change_and_fail()

    assert await versions() == {}


async def test_nothing_to_tell_asks_the_database_nothing(world):
    async with atomic():
        await bump_feeds(meetup_ids=[], now=NOW)
        await bump_learners(learner_ids=[], now=NOW)

    assert await versions() == {}


async def test_racing_changes_of_the_same_calendars_are_all_counted(world):
    async def change() -> None:
        async with atomic():
            await bump_feeds(meetup_ids=[world["meetup"]], now=NOW)

    await asyncio.gather(*(change() for _ in range(30)))

    assert await versions() == dict.fromkeys(sorted(world["versions"]), 30)


async def test_new_words_are_shown_as_changed_without_a_new_sequence(world):
    room = dict(world["versions"])["room"]
    late = NOW + timedelta(days=2)
    after_it = datetime(2027, 2, 1, tzinfo=NOW.tzinfo)

    for now in (late, after_it):
        async with atomic():
            await words_changed(room_ids=[room], now=now)
            await words_changed(centre_ids=[999], now=now)

    found = await rows("SELECT sequence, changed_at FROM meetup")
    assert found == [{"sequence": 0, "changed_at": late}]
    assert await versions() == dict.fromkeys(sorted(world["versions"]), 2)
