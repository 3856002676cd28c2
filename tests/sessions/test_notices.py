"""Each person concerned is told of a change once, under the SEQUENCE that their calendar shows."""

from datetime import datetime, timedelta

import pytest

from centres.db import atomic, rows
from centres.tables import Centre
from sessions.lifecycle import NoticeKind
from sessions.notices import notices_of, tell, tell_one
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
    """A meetup: one learner booked, one booked again after a release, one who released."""
    room = await make_place()
    centre = await Centre.objects(Centre.country).get(Centre.id == room.centre)
    mentor = await make_mentor(centre.country)
    group = await make_group(await make_cohort(centre.country), centre, mentor=mentor)
    first, again, gone = [await make_learner(centre.country, group) for _ in range(3)]
    slot = await make_slot(room, datetime(2027, 1, 9, 9))
    meetup = await make_meetup(group, slot, learners=[first], sequence=3)
    await book(meetup, again, changes=2)
    await book(meetup, gone, state="released", changes=1)
    return {
        "meetup": meetup.id,
        "mentor": mentor.id,
        "first": first.id,
        "again": again.id,
        "gone": gone.id,
    }


async def told() -> list[tuple[int | None, int | None, str, int]]:
    found = await rows("SELECT learner, mentor, kind, sequence FROM notice ORDER BY id")
    return [tuple(each.values()) for each in found]


async def test_learners_with_a_seat_and_the_mentor_are_told_under_their_own_sequence(world):
    async with atomic():
        count = await tell(kind=NoticeKind.MOVED, meetup_ids=[world["meetup"]], now=NOW)

    assert count == 3
    assert await told() == [
        (world["first"], None, "moved", 3),
        (world["again"], None, "moved", 5),
        (None, world["mentor"], "moved", 3),
    ]


async def test_nobody_is_told_twice_of_one_change(world):
    async with atomic():
        await tell(kind=NoticeKind.MOVED, meetup_ids=[world["meetup"]], now=NOW)
        again = await tell(kind=NoticeKind.MOVED, meetup_ids=[world["meetup"]], now=NOW)

    assert (again, len(await told())) == (0, 3)


async def test_a_cancellation_reaches_those_whose_seats_are_already_marked(world):
    async with atomic():
        await rows("UPDATE booking SET state = 'cancelled' WHERE state = 'booked'")
        count = await tell(kind=NoticeKind.CANCELLED, meetup_ids=[world["meetup"]], now=NOW)

    assert count == 3


async def test_a_seat_given_back_concerns_one_learner(world):
    async with atomic():
        about = {"meetup_id": world["meetup"], "learner_id": world["gone"], "now": NOW}
        first = await tell_one(kind=NoticeKind.SEAT_RELEASED, **about)
        second = await tell_one(kind=NoticeKind.SEAT_RELEASED, **about)

    assert (first, second) == (True, False)
    assert await told() == [(world["gone"], None, "seat_released", 4)]


async def test_a_learner_reads_what_changed_and_why(world):
    before = {world["meetup"]: {"room": "A", "starts_at": NOW}}
    after = {world["meetup"]: {"room": "B", "starts_at": NOW + timedelta(hours=1)}}
    async with atomic():
        await tell(
            kind=NoticeKind.MOVED,
            meetup_ids=[world["meetup"]],
            now=NOW,
            before=before,
            after=after,
            reason="Examens",
        )

    notice = (await notices_of(world["first"], NOW))[0]

    assert (notice.kind, notice.sequence, notice.reason) == (NoticeKind.MOVED, 3, "Examens")
    assert notice.before == {"room": "A", "starts_at": "2027-01-04T08:00:00+00:00"}
    assert notice.after == {"room": "B", "starts_at": "2027-01-04T09:00:00+00:00"}
    assert await notices_of(world["first"], NOW + timedelta(seconds=1)) == []
    assert await notices_of(world["gone"], NOW) == []


async def test_telling_about_no_meetup_tells_nobody(world):
    async with atomic():
        assert await tell(kind=NoticeKind.MOVED, meetup_ids=[], now=NOW) == 0

    assert await told() == []
