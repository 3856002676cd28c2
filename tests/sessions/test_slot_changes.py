"""Hosts change or cancel slots; the meetups in them stay, follow, move or are cancelled."""

import asyncio
from datetime import date, datetime, time, timedelta

import pytest

from centres.db import rows
from centres.errors import ChangedMeanwhile, InvalidInput
from centres.tables import Centre
from sessions.meetup_changes import place_meetup
from sessions.refusals import (
    DateNotPublishable,
    NothingChanges,
    ReasonNeeded,
    RoomOfAnotherCentre,
    RoomTaken,
    SeatsDoNotFit,
    SlotNotFound,
)
from sessions.series_scope import NothingToChange, Scope
from sessions.slot_changes import (
    cancel_slots,
    cancel_slots_preview,
    change_slots,
    change_slots_preview,
)
from sessions.slot_consequences import SlotChange
from sessions.slot_publishing import publish_slots
from sessions.tables.slots import Slot
from tests.factories import (
    NOW,
    make_cohort,
    make_group,
    make_learner,
    make_meetup,
    make_mentor,
    make_place,
    make_room,
    make_slot,
)

JAN_9, JAN_16, JAN_23, JAN_30 = (date(2027, 1, 9) + timedelta(7 * n) for n in range(4))


class World:
    """A room with four Saturdays and a group of two learners with a mentor."""


@pytest.fixture
async def world(database):
    here = World()
    here.room = await make_place()
    here.centre = await Centre.objects().get(Centre.id == here.room.centre)
    here.country = await here.centre.get_related(Centre.country)
    published = await publish_slots(
        room_code=here.room.code,
        rule="FREQ=WEEKLY;BYDAY=SA;COUNT=4",
        first_date=JAN_9,
        starts=time(9),
        minutes=180,
        now=NOW,
    )
    here.series = published.series
    here.slots = [each.id for each in published.slots]
    here.mentor = await make_mentor(here.country)
    here.cohort = await make_cohort(here.country)
    here.group = await make_group(here.cohort, here.centre, mentor=here.mentor)
    here.learners = [await make_learner(here.country, here.group) for _ in range(2)]
    return here


async def meet(world, number: int, ordinal: int = 0):
    slot = await Slot.objects().get(Slot.id == world.slots[number])
    return await make_meetup(world.group, slot, ordinal, world.learners)


async def slots() -> list[tuple[str, str, str]]:
    found = await rows("SELECT starts_wall, ends_wall, state FROM slot ORDER BY id")
    return [
        (f"{each['starts_wall']:%m-%d %H:%M}", f"{each['ends_wall']:%H:%M}", each["state"])
        for each in found
    ]


async def meetups() -> list[dict]:
    return await rows(
        "SELECT id, uid, state, slot, sequence, starts_wall, cancel_reason, changed_at, seats_taken"
        " FROM meetup ORDER BY id"
    )


async def notices() -> list[tuple]:
    found = await rows("SELECT * FROM notice ORDER BY meetup, learner NULLS LAST, sequence")
    return [
        (each["meetup"], each["learner"], each["mentor"], each["kind"], each["sequence"])
        for each in found
    ]


async def everything() -> list[dict]:
    return [
        await rows(f"SELECT * FROM {table} ORDER BY id")
        for table in ("slot", "series", "meetup", "booking", "notice", "change", "feed_version")
    ]


async def test_cancelling_a_slot_moves_its_meetup_to_the_nearest_free_slot(world):
    meetup = await meet(world, 1)
    later = NOW + timedelta(hours=1)

    done = await cancel_slots(slot_id=world.slots[1], reason="Examens", revision=1, now=later)

    moved = (await meetups())[0]
    assert (moved["state"], moved["slot"], moved["sequence"]) == ("live", world.slots[0], 1)
    assert (moved["uid"], moved["starts_wall"]) == (meetup.uid, datetime(2027, 1, 9, 9))
    assert moved["changed_at"] == later
    assert [(each.meetup, each.slot, each.learners) for each in done.moved] == [
        (meetup.id, world.slots[0], 2)
    ]
    one, two = (each.id for each in world.learners)
    assert await notices() == [
        (meetup.id, one, None, "moved", 1),
        (meetup.id, two, None, "moved", 1),
        (meetup.id, None, world.mentor.id, "moved", 1),
    ]
    assert done.told == 3


async def test_a_cancelled_series_without_free_slots_cancels_its_meetups_with_the_reason(world):
    first, second = await meet(world, 0), await meet(world, 2, 1)

    done = await cancel_slots(
        slot_id=world.slots[1], scope=Scope.ALL, reason="Toit", revision=1, now=NOW
    )

    assert [each[2] for each in await slots()] == ["cancelled"] * 4
    assert [
        (each["id"], each["state"], each["slot"], each["sequence"], each["cancel_reason"])
        for each in await meetups()
    ] == [(first.id, "cancelled", None, 1, "Toit"), (second.id, "cancelled", None, 1, "Toit")]
    assert [each["seats_taken"] for each in await meetups()] == [0, 0]
    assert [each.why.code for each in done.cancelled] == ["no_slot_that_week"] * 2
    assert {each["state"] for each in await rows("SELECT state FROM booking")} == {"cancelled"}
    assert len(await notices()) == 6
    assert done.told == 3


async def test_no_reason_for_the_last_of_a_series_leaves_everything_as_it_was(world):
    await meet(world, 3)
    before = await everything()

    with pytest.raises(ReasonNeeded):
        await cancel_slots(slot_id=world.slots[0], scope=Scope.ALL, revision=1, now=NOW)

    assert await everything() == before


async def test_slots_without_meetups_need_no_reason(world):
    done = await cancel_slots(
        slot_id=world.slots[2], scope=Scope.THIS_AND_FOLLOWING, revision=1, now=NOW
    )

    assert [each[2] for each in await slots()] == ["open", "open", "cancelled", "cancelled"]
    assert (done.told, done.reason_needed) == (0, False)
    series = await rows("SELECT rrule, excluded_dates FROM series")
    assert series == [{"rrule": "FREQ=WEEKLY;BYDAY=SA;UNTIL=20270122", "excluded_dates": []}]


async def test_one_cancelled_date_is_excluded_from_its_series(world):
    await cancel_slots(slot_id=world.slots[2], revision=1, now=NOW)

    series = await rows("SELECT rrule, excluded_dates FROM series")
    assert series == [{"rrule": "FREQ=WEEKLY;BYDAY=SA;COUNT=4", "excluded_dates": [JAN_23]}]


async def test_a_preview_tells_what_would_happen_and_changes_nothing(world):
    await meet(world, 1)
    before = await everything()

    cancelling = await cancel_slots_preview(slot_id=world.slots[1], now=NOW)
    changing = await change_slots_preview(
        slot_id=world.slots[1], change=SlotChange(starts=time(10)), now=NOW
    )

    assert await everything() == before
    assert (cancelling.reason_needed, changing.reason_needed) == (True, True)
    assert cancelling == await cancel_slots(
        slot_id=world.slots[1], reason="Examens", revision=1, now=NOW
    )
    assert changing.moved[0].starts_wall == datetime(2027, 1, 16, 10)


async def test_a_meetup_follows_its_slot_to_other_hours(world):
    meetup = await meet(world, 1)

    done = await change_slots(
        slot_id=world.slots[1],
        change=SlotChange(starts=time(14), minutes=240),
        reason="Nettoyage",
        revision=1,
        now=NOW,
    )

    assert (await slots())[1] == ("01-16 14:00", "18:00", "open")
    moved = (await meetups())[0]
    assert (moved["slot"], moved["sequence"]) == (world.slots[1], 1)
    assert moved["starts_wall"] == datetime(2027, 1, 16, 14)
    booked = await rows("SELECT DISTINCT starts_at, ends_at FROM booking")
    assert [(f"{each['starts_at']:%H}", f"{each['ends_at']:%H}") for each in booked] == [
        ("14", "17")
    ]
    assert [each.meetup for each in done.moved] == [meetup.id]
    assert done.told == 3


async def test_a_meetup_stays_where_its_slot_only_grows_around_it(world):
    meetup = await meet(world, 1)

    done = await change_slots(
        slot_id=world.slots[1],
        change=SlotChange(starts=time(8), minutes=300, seats=10),
        revision=1,
        now=NOW,
    )

    assert (done.stayed, done.moved, done.told) == ((meetup.id,), (), 0)
    kept = (await meetups())[0]
    assert (kept["sequence"], kept["starts_wall"]) == (0, datetime(2027, 1, 16, 9))
    assert kept["changed_at"] == NOW
    assert await notices() == []


async def test_moving_what_carries_a_meetup_needs_a_reason(world):
    await meet(world, 1)
    before = await everything()

    with pytest.raises(ReasonNeeded):
        await change_slots(
            slot_id=world.slots[1], change=SlotChange(starts=time(10)), revision=1, now=NOW
        )

    assert await everything() == before


async def test_a_meetup_that_no_longer_fits_its_slot_goes_to_the_nearest_that_takes_it(world):
    await meet(world, 1)

    done = await change_slots(
        slot_id=world.slots[1],
        change=SlotChange(minutes=60),
        reason="Travaux",
        revision=1,
        now=NOW,
    )

    assert [(each.slot, each.starts_wall) for each in done.moved] == [
        (world.slots[0], datetime(2027, 1, 9, 9))
    ]


async def test_a_meetup_does_not_follow_into_an_hour_when_its_mentor_is_taken(world):
    meetup = await meet(world, 1)
    other = await make_group(world.cohort, world.centre, mentor=world.mentor)
    second_room = await make_room(world.centre)
    await make_meetup(other, await make_slot(second_room, datetime(2027, 1, 16, 14)))

    done = await change_slots(
        slot_id=world.slots[1],
        change=SlotChange(starts=time(14)),
        reason="Travaux",
        revision=1,
        now=NOW,
    )

    assert [(each.meetup, each.slot) for each in done.moved] == [(meetup.id, world.slots[0])]


async def test_a_series_moved_as_a_whole_takes_all_its_meetups_along(world):
    for number in range(4):
        await meet(world, number, number)

    done = await change_slots(
        slot_id=world.slots[0],
        change=SlotChange(starts=time(10)),
        scope=Scope.ALL,
        reason="Nouvel horaire",
        revision=1,
        now=NOW,
    )

    assert [each[:2] for each in await slots()] == [
        (f"01-{day:02d} 10:00", "13:00") for day in (9, 16, 23, 30)
    ]
    assert [each["sequence"] for each in await meetups()] == [1, 1, 1, 1]
    assert len(done.moved) == 4
    assert await rows("SELECT id, starts_minute FROM series") == [
        {"id": world.series, "starts_minute": 600}
    ]


async def test_daily_slots_that_cross_each_other_move_without_colliding(database):
    room = await make_place()
    await rows("UPDATE opening_hours SET opens_minute = 0, closes_minute = 1440")
    await rows("UPDATE agreement SET hours_a_week = 168")
    published = await publish_slots(
        room_code=room.code,
        rule="FREQ=WEEKLY;BYDAY=MO,TU,WE,TH;COUNT=4",
        first_date=date(2027, 1, 11),
        starts=time(0),
        minutes=15 * 60,
        now=NOW,
    )

    for starts in (time(12), time(0), time(12)):
        revision = (await rows("SELECT max(revision) AS n FROM slot"))[0]["n"]
        await change_slots(
            slot_id=published.slots[0].id,
            change=SlotChange(starts=starts),
            scope=Scope.ALL,
            revision=revision,
            now=NOW,
        )

    assert [each[0] for each in await slots()] == [f"01-{day} 12:00" for day in (11, 12, 13, 14)]


async def test_this_and_following_become_a_series_of_their_own(world):
    await change_slots(
        slot_id=world.slots[2],
        change=SlotChange(starts=time(15), minutes=120),
        scope=Scope.THIS_AND_FOLLOWING,
        revision=1,
        now=NOW,
    )

    series = await rows(
        "SELECT id, rrule, first_date, starts_minute, minutes FROM series ORDER BY id"
    )
    assert series == [
        {
            "id": world.series,
            "rrule": "FREQ=WEEKLY;BYDAY=SA;UNTIL=20270122",
            "first_date": JAN_9,
            "starts_minute": 540,
            "minutes": 180,
        },
        {
            "id": world.series + 1,
            "rrule": "FREQ=WEEKLY;BYDAY=SA;COUNT=2",
            "first_date": JAN_23,
            "starts_minute": 900,
            "minutes": 120,
        },
    ]
    belongs = await rows("SELECT series FROM slot ORDER BY id")
    assert [each["series"] for each in belongs] == [1, 1, 2, 2]


async def test_another_room_of_the_centre_takes_over_with_all_its_seats(world):
    await meet(world, 1)
    bigger = await make_room(world.centre, seats=30)

    done = await change_slots(
        slot_id=world.slots[1],
        change=SlotChange(room_code=bigger.code),
        reason="Salle inondée",
        revision=1,
        now=NOW,
    )

    assert done.slots[0].seats == 30
    assert [(each.room_code, each.starts_wall) for each in done.moved] == [
        (bigger.code, datetime(2027, 1, 16, 9))
    ]


async def test_a_date_can_move_to_another_day_alone(world):
    change = SlotChange(day=date(2027, 1, 15))

    await change_slots(slot_id=world.slots[1], change=change, revision=1, now=NOW)

    assert (await slots())[1][0] == "01-15 09:00"
    with pytest.raises(InvalidInput):
        await change_slots(
            slot_id=world.slots[1], change=change, scope=Scope.ALL, revision=2, now=NOW
        )


async def test_what_changed_meanwhile_is_not_overwritten(world):
    await change_slots(slot_id=world.slots[1], change=SlotChange(seats=9), revision=1, now=NOW)

    with pytest.raises(ChangedMeanwhile):
        await change_slots(slot_id=world.slots[1], change=SlotChange(seats=8), revision=1, now=NOW)
    with pytest.raises(ChangedMeanwhile):
        await cancel_slots(slot_id=world.slots[1], revision=1, now=NOW)

    found = await rows("SELECT seats FROM slot WHERE id = $1", world.slots[1])
    assert found == [{"seats": 9}]


async def test_past_and_cancelled_dates_are_never_changed(world):
    later = NOW + timedelta(days=8)
    await cancel_slots(slot_id=world.slots[1], revision=1, now=NOW)

    done = await change_slots(
        slot_id=world.slots[2],
        change=SlotChange(starts=time(10)),
        scope=Scope.ALL,
        revision=1,
        now=later,
    )

    assert [each.id for each in done.slots] == world.slots[2:]
    with pytest.raises(NothingToChange):
        await cancel_slots(slot_id=world.slots[0], revision=1, now=later)


async def test_what_cannot_be_published_cannot_be_changed_into_either(world):
    elsewhere = await make_place(world.country)
    await make_slot(world.room, datetime(2027, 1, 16, 14))
    before = await everything()
    for change, refusal in [
        (SlotChange(starts=time(13)), RoomTaken),
        (SlotChange(starts=time(6)), DateNotPublishable),
        (SlotChange(day=date(2026, 12, 31)), DateNotPublishable),
        (SlotChange(seats=21), SeatsDoNotFit),
        (SlotChange(room_code=elsewhere.code), RoomOfAnotherCentre),
        (SlotChange(), NothingChanges),
        (SlotChange(seats=20), NothingChanges),
    ]:
        with pytest.raises(refusal):
            await change_slots(slot_id=world.slots[1], change=change, revision=1, now=NOW)
    with pytest.raises(SlotNotFound):
        await cancel_slots(slot_id=999, revision=1, now=NOW)

    assert await everything() == before


async def test_a_meetup_placed_while_its_slot_is_withdrawn_is_never_left_in_it(world):
    outcomes = await asyncio.gather(
        *(
            place_meetup(group=world.group.id, ordinal=number, slot_id=slot, now=NOW)
            for number, slot in enumerate(world.slots)
        ),
        *(cancel_slots(slot_id=slot, reason="Toit", revision=1, now=NOW) for slot in world.slots),
        return_exceptions=True,
    )

    assert {type(each).__name__ for each in outcomes} <= {
        "PlacedMeetup",
        "Consequences",
        "SlotNotFound",
        "SlotHoldsAMeetup",
    }
    left = await rows(
        "SELECT m.id FROM meetup m JOIN slot s ON s.id = m.slot"
        " WHERE m.state = 'live' AND s.state <> 'open'"
    )
    assert left == []
