"""Slots and meetups are read by codes and names, page by page, in one query each."""

from datetime import date, timedelta

import pytest

from centres.db import atomic, rows
from centres.errors import InvalidInput
from centres.zones import InstantExpected
from sessions.lifecycle import MeetupState, SlotState
from sessions.meetup_changes import cancel_meetup
from sessions.meetup_reading import get_meetup, list_meetups
from sessions.pages import Position
from sessions.refusals import MeetupNotFound, SlotNotFound
from sessions.slot_reading import get_slot, list_slots
from tests.factories import NOW, make_country, make_meetup, make_place, make_slot
from tests.sessions.networks import make_network

JAN_16, JAN_22 = date(2027, 1, 16), date(2027, 1, 22)


@pytest.fixture
async def network(database):
    return await make_network()


async def ids(listed) -> list[int]:
    return [each.id for each in await listed]


async def test_a_slot_says_where_it_is_and_what_happens_in_it(network):
    slot = await network.slot(16)
    meetup = await network.meetup(slot)

    read = await get_slot(slot_id=slot.id)

    assert (read.room_code, read.centre_code, read.country, read.zone) == (
        network.room.code,
        network.centre.code,
        "SN",
        "Africa/Dakar",
    )
    assert (read.meetup, read.group_code, read.cohort_code) == (
        meetup.id,
        network.group.code,
        network.cohort.code,
    )
    assert (read.seats, read.seats_taken, read.state, read.revision) == (20, 2, SlotState.OPEN, 1)
    assert read.equipment == ("internet",)
    assert await list_slots() == (read,)


async def test_slots_are_cut_to_what_was_asked_for(network):
    abroad = await make_place(await make_country(iso2="ML", zone="Africa/Bamako"))
    a, b, c = [await network.slot(day) for day in (15, 16, 22)]
    d = await make_slot(abroad, b.starts_wall + timedelta(hours=1))
    await network.meetup(b)
    await rows("UPDATE slot SET state = 'cancelled', cancel_reason = 'x' WHERE id = $1", c.id)

    assert await ids(list_slots()) == [a.id, b.id, d.id, c.id]
    assert await ids(list_slots(countries=["SN"])) == [a.id, b.id, c.id]
    assert await ids(list_slots(countries=[])) == []
    assert await ids(list_slots(centres=[network.centre.code])) == [a.id, b.id, c.id]
    assert await ids(list_slots(room=abroad.code)) == [d.id]
    assert await ids(list_slots(first_day=JAN_16)) == [b.id, d.id, c.id]
    assert await ids(list_slots(first_day=JAN_16, last_day=JAN_16)) == [b.id, d.id]
    assert await ids(list_slots(last_day=date.max)) == [a.id, b.id, d.id, c.id]
    assert await ids(list_slots(state=SlotState.CANCELLED)) == [c.id]
    assert await ids(list_slots(free=False)) == [b.id]
    assert await ids(list_slots(free=True, countries=["ML"])) == [d.id]
    assert await ids(list_slots(room="nul\x00")) == []


async def test_pages_hold_each_slot_once_whatever_is_added_meanwhile(network):
    for day in (15, 16, 22):
        await network.slot(day)
    first = await list_slots(limit=2)
    await network.slot(14)

    second = await list_slots(limit=2, after=first[-1].position)

    assert [each.starts_wall.day for each in (*first, *second)] == [15, 16, 22]
    assert await list_slots(after=second[-1].position) == ()


async def test_a_page_has_a_sensible_length_and_place(network):
    for limit in (0, 100_000):
        with pytest.raises(InvalidInput):
            await list_slots(limit=limit)
    with pytest.raises(InvalidInput):
        Position(NOW, 2**31)
    with pytest.raises(InstantExpected):
        Position(NOW.replace(tzinfo=None), 1)


async def test_a_meetup_says_all_that_calendars_and_pages_show(network):
    slot = await network.slot(16)
    stored = await network.meetup(slot, 4, note="Apportez un casque.")

    read = await get_meetup(meetup_id=stored.id)

    assert (read.uid, read.sequence, read.ordinal) == (str(stored.uid), 0, 4)
    assert (read.programme_title, read.mentor_name, read.mentor_code) == (
        "Introduction au travail numérique",
        network.mentor.name,
        network.mentor.code,
    )
    assert (read.seats, read.seats_taken, read.waiting, read.slot) == (20, 2, 0, slot.id)
    assert (read.centre_name, read.precision, read.city) == (network.centre.name, "city", "Dakar")
    assert (read.note, read.state, read.changed_at) == (
        "Apportez un casque.",
        MeetupState.LIVE,
        NOW,
    )
    assert await list_meetups() == (read,)


async def test_meetups_are_cut_to_what_was_asked_for(network):
    one, two = network.learners
    a = await network.meetup(await network.slot(16))
    other = await network.another_group()
    b = await make_meetup(other, await network.slot(22), 0, [one])
    await cancel_meetup(meetup_id=b.id, reason="x", now=NOW)
    await rows(
        "UPDATE booking SET state = 'released' WHERE meetup = $1 AND learner = $2", a.id, two.id
    )

    assert await ids(list_meetups()) == [a.id, b.id]
    assert await ids(list_meetups(state=MeetupState.CANCELLED)) == [b.id]
    assert await ids(list_meetups(group=other.code)) == [b.id]
    assert await ids(list_meetups(cohort=network.cohort.code)) == [a.id, b.id]
    assert await ids(list_meetups(learner=one.code)) == [a.id, b.id]
    assert await ids(list_meetups(learner=two.code)) == []
    assert await ids(list_meetups(mentor=network.mentor.code)) == [a.id]
    assert await ids(list_meetups(centres=["SN-XXX-01"])) == []
    assert await ids(list_meetups(countries=["SN"], room=network.room.code)) == [a.id, b.id]
    assert await ids(list_meetups(first_day=JAN_22, last_day=JAN_22)) == [b.id]
    first = await list_meetups(limit=1)
    assert await ids(list_meetups(after=first[0].position)) == [b.id]


async def test_lists_take_one_query_for_one_row_as_for_three(network):
    asked = []
    for day in (15, 16, 22):
        await network.meetup(await network.slot(day), day)
        async with atomic() as connection:
            for read in (list_slots, list_meetups):
                asked.append([])
                with connection.query_logger(asked[-1].append):
                    await read()

    assert [len(each) for each in asked] == [1] * 6


async def test_what_is_unknown_is_said_to_be(database):
    for number in (0, 999, 2**40):
        with pytest.raises(SlotNotFound):
            await get_slot(slot_id=number)
        with pytest.raises(MeetupNotFound):
            await get_meetup(meetup_id=number)
