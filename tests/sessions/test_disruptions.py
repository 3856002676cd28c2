"""A closure, a lost room, a feast fixed by the moon: what is hit, and what becomes of it."""

from collections import Counter
from datetime import date, timedelta

import pytest

from centres.db import rows
from centres.refusals import ClosureEndsBeforeItStarts, HolidayMovedTooFar, RoomStillHoldsSlots
from sessions.disruptions import (
    affected_by_closure,
    affected_by_holiday,
    affected_by_loss_of_room,
    close_centre,
    close_centre_preview,
    confirm_holiday,
    lose_room,
    lose_room_preview,
    move_holiday,
    move_holiday_preview,
)
from sessions.refusals import ReasonNeeded
from sessions.slot_publishing import publish_slots
from tests.factories import NOW, make_holiday, make_meetup, make_room
from tests.sessions.networks import everything, make_network, stored_meetups, stored_notices

JAN_16, JAN_22, JAN_23 = date(2027, 1, 16), date(2027, 1, 22), date(2027, 1, 23)


@pytest.fixture
async def network(database):
    return await make_network()


async def slot_states() -> list[str]:
    return [each["state"] for each in await rows("SELECT state FROM slot ORDER BY id")]


async def test_a_closure_hits_the_slots_that_touch_its_days(network):
    second_room = await make_room(network.centre)
    slots = [await network.slot(day) for day in (15, 16, 22, 23)]
    other = await network.slot(16, 9, second_room)
    meetup = await network.meetup(slots[1])
    days = {"first_day": JAN_16, "last_day": JAN_22, "now": NOW}

    whole = await affected_by_closure(centre=network.centre.code, **days)
    one_room = await affected_by_closure(centre=network.centre.code, room=network.room.code, **days)

    assert [each.id for each in whole] == [slots[1].id, other.id, slots[2].id]
    assert [(each.id, each.meetup, each.learners) for each in one_room] == [
        (slots[1].id, meetup.id, 2),
        (slots[2].id, None, 0),
    ]
    assert len(await affected_by_loss_of_room(room=network.room.code, now=NOW)) == 4


async def test_closing_a_centre_withdraws_its_slots_and_tells_each_person_once(network):
    meetups = [
        await network.meetup(await network.slot(day), ordinal)
        for ordinal, day in enumerate((14, 15, 16, 21, 22))
    ]
    await network.slot(23)
    await network.slot(23, 14)

    done = await close_centre(
        centre=network.centre.code,
        first_day=date(2027, 1, 14),
        last_day=JAN_22,
        reason="Examens",
        now=NOW,
    )

    assert done.closure is not None
    assert (done.closure.reason, len(done.slots), done.told) == ("Examens", 5, 3)
    assert await slot_states() == ["cancelled"] * 5 + ["open"] * 2
    assert (len(done.moved), len(done.cancelled)) == (2, 3)
    assert [each["sequence"] for each in await stored_meetups()] == [1] * 5
    heard = Counter((m, learner, mentor) for m, learner, mentor, _, _ in await stored_notices())
    assert len(heard) == 3 * len(meetups)
    assert set(heard.values()) == {1}


async def test_a_closed_room_leaves_the_other_rooms_open_and_takes_the_meetup_next_door(network):
    second_room = await make_room(network.centre)
    meetup = await network.meetup(await network.slot(16))
    next_door = await network.slot(16, 9, second_room)

    done = await close_centre(
        centre=network.centre.code,
        room=network.room.code,
        first_day=JAN_16,
        last_day=JAN_16,
        reason="Plafond",
        now=NOW,
    )

    assert [(each.meetup, each.slot) for each in done.moved] == [(meetup.id, next_door.id)]
    assert await slot_states() == ["cancelled", "open"]


async def test_a_closure_takes_its_dates_out_of_the_rules_of_series(network):
    published = await publish_slots(
        room_code=network.room.code,
        rule="FREQ=WEEKLY;BYDAY=SA;COUNT=4",
        first_date=date(2027, 1, 9),
        starts=(NOW + timedelta(hours=1)).time().replace(tzinfo=None),
        minutes=60,
        now=NOW,
    )

    await close_centre(
        centre=network.centre.code, first_day=JAN_16, last_day=JAN_23, reason="x", now=NOW
    )

    found = await rows("SELECT id, excluded_dates FROM series")
    assert found == [{"id": published.series, "excluded_dates": [JAN_16, JAN_23]}]


async def test_a_closure_that_is_refused_leaves_everything_as_it_was(network):
    await network.meetup(await network.slot(16))
    before = await everything()
    values = {"centre": network.centre.code, "first_day": JAN_16, "last_day": JAN_16, "now": NOW}

    with pytest.raises(ReasonNeeded):
        await close_centre(**values, reason=" ")
    with pytest.raises(ClosureEndsBeforeItStarts):
        await close_centre(**{**values, "last_day": date(2027, 1, 1)}, reason="Examens")
    preview = await close_centre_preview(**values, reason="Examens")

    assert (len(preview.slots), len(preview.cancelled), preview.told) == (1, 1, 3)
    assert await everything() == before


async def test_a_lost_room_is_closed_once_its_slots_are_withdrawn(network):
    second_room = await make_room(network.centre)
    meetup = await network.meetup(await network.slot(16))
    await network.slot(23)
    next_door = await network.slot(16, 9, second_room)
    values = {"room": network.room.code, "reason": "Effondrée", "now": NOW}
    before = await everything()
    preview = await lose_room_preview(**values)
    assert await everything() == before

    done = await lose_room(**values, revision=1)

    assert done == preview
    assert [(each.meetup, each.slot) for each in done.moved] == [(meetup.id, next_door.id)]
    assert await slot_states() == ["cancelled", "cancelled", "open"]
    assert await rows("SELECT open FROM room ORDER BY id") == [{"open": False}, {"open": True}]


async def test_a_room_in_use_cannot_be_lost_before_its_slot_is_over(network):
    await network.slot(9)
    await network.slot(16)
    before = await everything()

    with pytest.raises(RoomStillHoldsSlots):
        await lose_room(
            room=network.room.code,
            reason="Effondrée",
            revision=1,
            now=NOW.replace(day=9, hour=10),
        )

    assert await everything() == before


async def feast(network, day: date, **values):
    """A feast that waits for the moon."""
    plain = {"kind": "islamic", "tentative": True, "name_fr": "Tabaski"}
    return await make_holiday(network.country, day, **{**plain, **values})


async def test_a_feast_moved_by_the_moon_withdraws_the_slots_of_its_day(network):
    holiday = await feast(network, JAN_22)
    stays = await network.slot(22)
    kept = await network.slot(23, 15, despite_holiday=True)
    meetup = await network.meetup(await network.slot(23))
    other = await make_meetup(await network.another_group(), stays)
    values = {"holiday_id": holiday.id, "new_date": JAN_23, "now": NOW}
    before = await everything()
    preview = await move_holiday_preview(**values, cancel_slots=True)
    assert await everything() == before

    done = await move_holiday(**values, cancel_slots=True, revision=1)

    assert [each.meetup for each in done.slots] == [meetup.id]
    assert (done.moved, done.cancelled) == (preview.moved, preview.cancelled)
    assert [(each.meetup, each.slot) for each in done.moved] == [(meetup.id, kept.id)]
    assert [(each.date, each.tentative) for each in done.holidays] == [(JAN_23, False)]
    states = await rows("SELECT state, cancel_reason FROM slot WHERE state <> 'open'")
    assert states == [{"state": "cancelled", "cancel_reason": "Jour férié : Tabaski"}]
    assert {each[0] for each in await stored_notices()} == {meetup.id}
    assert other.id != meetup.id


async def test_moving_a_feast_may_only_show_what_it_hits(network):
    holiday = await feast(network, JAN_22)
    meetup = await network.meetup(await network.slot(23))

    done = await move_holiday(
        holiday_id=holiday.id, new_date=JAN_23, cancel_slots=False, revision=1, now=NOW
    )

    assert ([each.meetup for each in done.slots], done.slots_cancelled) == ([meetup.id], False)
    assert await slot_states() == ["open"]
    assert await stored_notices() == []


async def test_a_confirmed_feast_withdraws_the_slots_that_hoped_it_would_not_come(network):
    holiday = await feast(network, JAN_22)
    meetup = await network.meetup(await network.slot(22))

    done = await confirm_holiday(holiday_id=holiday.id, cancel_slots=True, revision=1, now=NOW)

    assert [each.meetup for each in done.cancelled] == [meetup.id]
    assert await slot_states() == ["cancelled"]


async def test_a_feast_moved_too_far_changes_nothing(network):
    holiday = await feast(network, JAN_22)
    await network.meetup(await network.slot(23))
    before = await everything()

    with pytest.raises(HolidayMovedTooFar):
        await move_holiday(
            holiday_id=holiday.id,
            new_date=date(2027, 9, 23),
            cancel_slots=True,
            revision=1,
            now=NOW,
        )

    assert await everything() == before


async def test_a_holiday_hits_its_own_country_only(network):
    await network.slot(16)

    here = await affected_by_holiday(country="SN", day=JAN_16, now=NOW)
    there = await affected_by_holiday(country="ML", day=JAN_16, now=NOW)

    assert (len(here), there) == (1, ())
