"""Joining a cohort, one of its groups, and the meetups that are already published."""

import asyncio

import pytest

from centres.errors import ChangedMeanwhile
from sessions.learning.enrolments import (
    complete,
    enrol,
    enrol_many,
    get_enrolment,
    list_enrolments,
    withdraw,
)
from sessions.learning.places import Placed
from sessions.publishing import publish_timetable
from sessions.refusals import (
    AlreadyEnrolled,
    CohortNotFound,
    GroupNotInThisCohort,
    LearnerNotFound,
    NotEnrolled,
)
from sessions.tables.feeds import FeedVersion
from sessions.tables.meetups import Booking, Meetup, Notice, WaitingEntry
from sessions.waiting_list import waiting_list
from tests.factories import NOW, book, make_learner
from tests.sessions.small_world import draft, form_all, make_world

pytestmark = pytest.mark.usefixtures("database")


async def live_world(cohorts=1, learners=12, weeks=4):
    """The small world with its timetable published."""
    world = await make_world(cohorts=cohorts, learners=learners)
    groups = await form_all(world)
    timetable = await draft(weeks=weeks)
    await publish_timetable(timetable_id=timetable.id, revision=timetable.revision, now=NOW)
    return world, groups


async def test_somebody_enrolled_later_gets_a_seat_in_each_meetup_to_come():
    world, (group,) = await live_world()
    late = await make_learner(world.country, centre=world.centres[0])

    enrolled = await enrol(cohort=world.cohorts[0].code, learner=late.code, now=NOW)

    assert enrolled.placed == Placed(booked=4)
    assert (enrolled.enrolment.group, enrolled.enrolment.left_out_reason) == (group.code, None)
    seats = await Booking.objects().where(Booking.learner == late.id)
    assert [(each.kind, each.state) for each in seats] == [("group", "booked")] * 4
    told = await Notice.objects().where(Notice.learner == late.id)
    assert [each.kind for each in told] == ["seat_given"] * 4
    assert {each.seats_taken for each in await Meetup.objects()} == {13}
    assert await FeedVersion.exists().where(
        FeedVersion.scope == "learner", FeedVersion.subject == late.id
    )


async def test_a_meetup_that_guests_have_filled_gives_a_place_in_the_queue():
    world, _ = await live_world()
    full = await Meetup.objects().order_by(Meetup.id).first()
    for _ in range(8):
        await book(full, await make_learner(world.country), kind="guest")
    late = await make_learner(world.country, centre=world.centres[0])

    enrolled = await enrol(cohort=world.cohorts[0].code, learner=late.code, now=NOW)

    assert enrolled.placed == Placed(booked=3, waiting=1)
    assert [each.learner for each in await waiting_list(full.id)] == [late.id]


async def test_a_guest_who_enrols_keeps_the_seat_and_is_told_nothing_about_it():
    world, _ = await live_world()
    meetup = await Meetup.objects().order_by(Meetup.id).first()
    guest = await make_learner(world.country, centre=world.centres[0])
    await book(meetup, guest, kind="guest")

    enrolled = await enrol(cohort=world.cohorts[0].code, learner=guest.code, now=NOW)

    assert enrolled.placed == Placed(booked=4)
    seat = await Booking.objects().get(
        (Booking.meetup == meetup.id) & (Booking.learner == guest.id)
    )
    assert (seat.kind, seat.changes) == ("group", 0)
    assert await Notice.count().where(Notice.learner == guest.id) == 3


async def test_a_meetup_at_a_time_when_the_learner_is_expected_elsewhere_is_left_out():
    world, groups = await live_world(cohorts=2)
    in_both = await make_learner(world.country)
    await enrol(cohort=world.cohorts[0].code, learner=in_both.code, group=groups[0].code, now=NOW)

    enrolled = await enrol(
        cohort=world.cohorts[1].code, learner=in_both.code, group=groups[1].code, now=NOW
    )

    first, second = [
        {each.starts_at for each in await Meetup.objects().where(Meetup.cohort_group == group.id)}
        for group in groups
    ]
    assert enrolled.placed == Placed(booked=len(second - first), clashing=len(second & first))


async def test_whoever_withdraws_frees_the_seats_for_those_who_wait():
    world, _ = await live_world()
    meetup = await Meetup.objects().order_by(Meetup.id).first()
    for _ in range(8):
        await book(meetup, await make_learner(world.country), kind="guest")
    late = await make_learner(world.country, centre=world.centres[0])
    await enrol(cohort=world.cohorts[0].code, learner=late.code, now=NOW)
    first = (await list_enrolments(cohort=world.cohorts[0].code, limit=1))[0]

    gone = await withdraw(
        cohort=first.cohort, learner=first.learner, revision=first.revision, now=NOW
    )

    assert (gone.state, gone.revision) == ("withdrawn", first.revision + 1)
    assert await Booking.count().where(Booking.state == "released") == 4
    assert [each.state for each in await WaitingEntry.objects()] == ["promoted"]
    assert (
        await Booking.count().where((Booking.learner == late.id) & (Booking.state == "booked")) == 4
    )


async def test_whoever_completes_frees_the_seats_as_well():
    await live_world()
    first = (await list_enrolments(limit=1))[0]

    done = await complete(
        cohort=first.cohort, learner=first.learner, revision=first.revision, now=NOW
    )

    assert done.state == "completed"
    assert {each.seats_taken for each in await Meetup.objects()} == {11}
    with pytest.raises(AlreadyEnrolled):
        await enrol(cohort=first.cohort, learner=first.learner, now=NOW)


async def test_whoever_withdrew_may_come_back_and_is_told_with_a_higher_sequence():
    _, (group,) = await live_world()
    first = (await list_enrolments(limit=1))[0]
    await withdraw(cohort=first.cohort, learner=first.learner, revision=first.revision, now=NOW)

    back = await enrol(cohort=first.cohort, learner=first.learner, now=NOW)

    assert (back.enrolment.group, back.placed) == (group.code, Placed(booked=4))
    told = await Notice.objects().where(Notice.learner == 1).order_by(Notice.id)
    by_meetup = {}
    for each in told:
        by_meetup.setdefault(each.meetup, []).append((each.kind, each.sequence))
    assert set(map(tuple, by_meetup.values())) == {
        (("published", 0), ("seat_released", 1), ("seat_given", 2))
    }


async def test_an_enrolment_is_ended_once_and_from_the_revision_that_was_read():
    await live_world()
    first = (await list_enrolments(limit=1))[0]
    ended = {"cohort": first.cohort, "learner": first.learner, "now": NOW}

    with pytest.raises(ChangedMeanwhile):
        await withdraw(**ended, revision=first.revision + 1)
    gone = await withdraw(**ended, revision=first.revision)
    with pytest.raises(NotEnrolled):
        await withdraw(**ended, revision=gone.revision)


async def test_without_groups_an_enrolment_waits_for_one():
    world = await make_world(cohorts=1, learners=0)
    awa = await make_learner(world.country)

    enrolled = await enrol(cohort=world.cohorts[0].code, learner=awa.code, now=NOW)

    assert (enrolled.enrolment.group, enrolled.enrolment.left_out_reason) == (None, "no_group_yet")
    assert enrolled.placed == Placed()


async def test_ten_racing_enrolments_into_a_group_with_eight_places_leave_two_out():
    world = await make_world(cohorts=1)
    await form_all(world)
    late = [await make_learner(world.country, centre=world.centres[0]) for _ in range(10)]

    enrolled = await asyncio.gather(
        *(enrol(cohort=world.cohorts[0].code, learner=each.code, now=NOW) for each in late)
    )

    reasons = [each.enrolment.left_out_reason for each in enrolled]
    assert sorted(reasons, key=str) == [None] * 8 + ["centres_full"] * 2


async def test_the_same_learner_enrolling_twice_in_a_race_is_enrolled_once():
    world = await make_world(cohorts=1)
    awa = await make_learner(world.country)

    outcomes = await asyncio.gather(
        *(enrol(cohort=world.cohorts[0].code, learner=awa.code, now=NOW) for _ in range(2)),
        return_exceptions=True,
    )

    assert sorted(type(each).__name__ for each in outcomes) == ["AlreadyEnrolled", "Enrolled"]


async def test_many_are_enrolled_together_or_not_at_all():
    world = await make_world(cohorts=1, learners=0)
    cohort = world.cohorts[0].code
    codes = [(await make_learner(world.country)).code for _ in range(3)]

    with pytest.raises(LearnerNotFound):
        await enrol_many(cohort=cohort, learners=[*codes, "NO"], now=NOW)
    assert await list_enrolments() == ()

    assert await enrol_many(cohort=cohort, learners=codes, now=NOW) == 3
    with pytest.raises(AlreadyEnrolled):
        await enrol_many(cohort=cohort, learners=codes[:1], now=NOW)
    assert [each.learner for each in await list_enrolments(cohort=cohort)] == codes


async def test_what_is_unknown_or_belongs_elsewhere_is_refused():
    world = await make_world(cohorts=2)
    groups = await form_all(world)
    awa = await make_learner(world.country)

    with pytest.raises(CohortNotFound):
        await enrol(cohort="NO", learner=awa.code, now=NOW)
    with pytest.raises(GroupNotInThisCohort):
        await enrol(cohort=world.cohorts[0].code, learner=awa.code, group=groups[1].code, now=NOW)
    with pytest.raises(NotEnrolled):
        await get_enrolment(cohort=world.cohorts[0].code, learner=awa.code)
