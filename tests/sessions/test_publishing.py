"""Making a draft live, all of it or nothing."""

import asyncio
from datetime import timedelta

import asyncpg
import pytest

from centres.db import atomic, rows
from centres.errors import ChangedMeanwhile
from sessions.lifecycle import TimetableState
from sessions.publishing import publish_timetable
from sessions.refusals import TimetableNotADraft, TimetableOutOfDate
from sessions.tables.feeds import FeedVersion
from sessions.tables.meetups import Booking, Meetup, Notice
from sessions.tables.slots import Slot
from sessions.timetables import discard_timetable, get_timetable, planned
from tests.factories import NOW, enrol, make_learner, make_mentor
from tests.sessions.small_world import draft, form_all, make_world

pytestmark = pytest.mark.usefixtures("database")


async def publish(timetable, **more):
    return await publish_timetable(
        timetable_id=timetable.id, revision=timetable.revision, **{"now": NOW, **more}
    )


async def nothing_is_live():
    counts = [await table.count() for table in (Meetup, Booking, Notice, FeedVersion)]
    return counts == [0, 0, 0, 0]


async def test_publishing_makes_meetups_seats_notices_and_calendars_at_once():
    world = await make_world()
    await make_mentor(world.country)
    await form_all(world)
    timetable = await draft()

    published = await publish(timetable)

    assert (published.meetups, published.bookings) == (14, 14 * 12)
    assert published.timetable.state is TimetableState.PUBLISHED
    assert published.timetable.published_at == NOW
    meetups = await Meetup.objects().order_by(Meetup.id)
    assert {(each.state, each.sequence, each.seats_taken) for each in meetups} == {("live", 0, 12)}
    drafted = {each.slot: each.ordinal for each in await planned(timetable_id=timetable.id)}
    assert {each.slot: each.ordinal for each in meetups} == drafted
    assert await Notice.count() == 14 * (12 + 1)
    assert {each.kind for each in await Notice.objects()} == {"published"}
    assert await FeedVersion.count().where(FeedVersion.scope == "learner") == 36


async def test_a_meetup_lasts_as_long_as_asked_from_the_start_of_its_slot():
    world = await make_world(cohorts=1)
    world.cohorts[0].meetup_minutes = 90
    await world.cohorts[0].save()
    await form_all(world)

    await publish(await draft())

    for meetup in await Meetup.objects():
        slot = await Slot.objects().get(Slot.id == meetup.slot)
        assert (meetup.starts_at, meetup.starts_wall) == (slot.starts_at, slot.starts_wall)
        assert meetup.ends_at - meetup.starts_at == timedelta(minutes=90)
        assert meetup.ends_wall - meetup.starts_wall == timedelta(minutes=90)


async def test_the_uids_of_a_group_differ_in_their_serial_number_alone():
    await form_all(await make_world(cohorts=1))

    await publish(await draft())

    uids = [each.uid for each in await Meetup.objects().order_by(Meetup.starts_at)]
    assert len({str(each)[:24] for each in uids}) == 1
    assert [each.int - uids[0].int for each in uids] == list(range(8))
    assert {each.version for each in uids} == {8}


async def test_publishing_may_take_longer_than_other_work_and_nothing_else_may():
    await form_all(await make_world(cohorts=1))
    timetable = await draft()
    allowed = "SELECT current_setting('statement_timeout') AS most"
    before = await rows(allowed)

    async with atomic():
        await publish(timetable)
        during = await rows(allowed)

    assert (before, during, await rows(allowed)) == ([{"most": "30s"}], [{"most": "5min"}], before)


async def test_a_timetable_is_published_once():
    await form_all(await make_world(cohorts=1))
    timetable = await draft()
    await publish(timetable)

    with pytest.raises(TimetableNotADraft):
        await publish(await get_timetable(timetable_id=timetable.id))

    assert await Meetup.count() == 8


async def test_another_revision_than_the_one_that_was_read_is_refused():
    await form_all(await make_world(cohorts=1))
    timetable = await draft()

    with pytest.raises(ChangedMeanwhile):
        await publish_timetable(timetable_id=timetable.id, revision=timetable.revision - 1, now=NOW)

    assert await nothing_is_live()


async def test_a_draft_that_was_put_aside_is_not_published():
    await form_all(await make_world(cohorts=1))
    timetable = await draft()
    gone = await discard_timetable(timetable_id=timetable.id, revision=timetable.revision)

    with pytest.raises(TimetableNotADraft):
        await publish(gone)


async def test_a_slot_that_was_cancelled_since_the_draft_stops_all_of_it_and_is_named():
    world = await make_world(cohorts=1)
    (group,) = await form_all(world)
    timetable = await draft()
    first = (await planned(timetable_id=timetable.id))[0]
    await Slot.update({Slot.state: "cancelled", Slot.cancel_reason: "Examens"}).where(
        Slot.id == first.slot
    )

    with pytest.raises(TimetableOutOfDate) as refused:
        await publish(timetable)

    assert refused.value.changed == (f"{group.code} 0 slot_gone {first.slot}",)
    assert await nothing_is_live()
    again = await get_timetable(timetable_id=timetable.id)
    assert again.state is TimetableState.DRAFT


async def test_a_group_that_has_outgrown_its_room_stops_it():
    world = await make_world(cohorts=1)
    (group,) = await form_all(world)
    timetable = await draft()
    for _ in range(9):
        await enrol(await make_learner(world.country), group)

    with pytest.raises(TimetableOutOfDate) as refused:
        await publish(timetable)

    assert len(refused.value.changed) == 8
    assert "too_small" in refused.value.changed[0]


async def test_a_draft_made_too_late_is_out_of_date():
    await form_all(await make_world(cohorts=1))
    timetable = await draft()

    with pytest.raises(TimetableOutOfDate) as refused:
        await publish(timetable, now=NOW + timedelta(weeks=1))

    assert len(refused.value.changed) == 1


async def test_nothing_is_kept_when_the_database_stops_it_half_way():
    await form_all(await make_world())
    timetable = await draft()
    await rows(
        "CREATE FUNCTION refuse_notices() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'the disk is full'; END $$"
    )
    await rows("CREATE TRIGGER refuse BEFORE INSERT ON notice EXECUTE FUNCTION refuse_notices()")
    try:
        with pytest.raises(asyncpg.RaiseError):
            await publish(timetable)
    finally:
        await rows("DROP TRIGGER refuse ON notice")
        await rows("DROP FUNCTION refuse_notices()")

    assert await nothing_is_live()
    published = await publish(timetable)
    assert published.meetups == 14


async def test_of_two_drafts_published_in_a_race_one_wins():
    await form_all(await make_world())
    first, second = await draft(seed=1), await draft(seed=2)

    outcomes = await asyncio.gather(publish(first), publish(second), return_exceptions=True)

    assert sorted(type(each).__name__ for each in outcomes) == ["Published", "TimetableOutOfDate"]
    assert await Meetup.count() == 14
    assert await Booking.count() == 14 * 12


async def test_one_draft_published_twice_in_a_race_is_published_once():
    await form_all(await make_world(cohorts=1))
    timetable = await draft()

    outcomes = await asyncio.gather(publish(timetable), publish(timetable), return_exceptions=True)

    assert sorted(type(each).__name__ for each in outcomes) == ["Published", "TimetableNotADraft"]
    assert await Meetup.count() == 8


async def test_a_second_run_pins_what_is_live_and_publishes_only_the_rest():
    world = await make_world(cohorts=2)
    await form_all(world)
    await publish(await draft(weeks=4))
    before = {each.uid: each.slot for each in await Meetup.objects()}

    second = await draft()
    published = await publish(second)

    after = {each.uid: each.slot for each in await Meetup.objects()}
    assert len(before) == 6
    assert {uid: after[uid] for uid in before} == before
    assert (published.meetups, len(after)) == (6, 12)
    found = await planned(timetable_id=second.id)
    assert sum(each.pinned for each in found) == 6
