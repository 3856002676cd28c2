"""One meetup is placed, moved, cancelled or annotated: seats, notices and calendars follow."""

import asyncio
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest

from centres.db import rows
from centres.errors import ChangedMeanwhile, InvalidInput
from sessions.meetup_changes import cancel_meetup, move_meetup, place_meetup, set_meetup_note
from sessions.refusals import (
    GroupElsewhere,
    GroupNotFound,
    LearnerElsewhere,
    MeetupFull,
    MeetupNotFound,
    MeetupNotLive,
    MentorElsewhere,
    ReasonNeeded,
    SlotHoldsAMeetup,
    SlotNotFound,
    SlotNotSuitable,
)
from tests.factories import NOW, enrol, make_group, make_learner, make_meetup, make_room
from tests.sessions.networks import (
    everything,
    feed_versions,
    make_network,
    stored_meetups,
    stored_notices,
)

LATER = NOW + timedelta(hours=5)


@pytest.fixture
async def network(database):
    return await make_network()


async def test_a_placed_meetup_seats_each_enrolled_member_and_tells_everybody(network):
    gone = await make_learner(network.country)
    await enrol(gone, network.group, state="withdrawn")
    slot = await network.slot(16, 9, minutes=240)

    placed = await place_meetup(group=network.group.id, ordinal=2, slot_id=slot.id, now=NOW)

    stored = (await stored_meetups())[0]
    assert (stored["uid"], stored["sequence"], stored["state"]) == (UUID(placed.uid), 0, "live")
    assert (stored["seats"], stored["seats_taken"], placed.booked) == (20, 2, 2)
    ends = await rows("SELECT ends_wall, mentor, timetable, ordinal FROM meetup")
    assert ends == [
        {
            "ends_wall": datetime(2027, 1, 16, 12),
            "mentor": network.mentor.id,
            "timetable": None,
            "ordinal": 2,
        }
    ]
    one, two = (each.id for each in network.learners)
    assert await stored_notices() == [
        (placed.meetup, one, None, "published", 0),
        (placed.meetup, two, None, "published", 0),
        (placed.meetup, None, network.mentor.id, "published", 0),
    ]
    assert (await feed_versions())["learner", one] == 1


async def test_what_cannot_be_placed_leaves_nothing(network):
    slot = await network.slot(16)
    small = await network.slot(16, 14, seats=1)
    short = await network.slot(23, 9, minutes=60)
    held = await network.slot(23, 14)
    await network.meetup(held)
    second_room = await make_room(network.centre)
    same_hour = await network.slot(23, 14, second_room)
    mentored = await make_group(network.cohort, network.centre, mentor=network.mentor)
    shared = await make_group(network.cohort, network.centre)
    await rows("UPDATE enrolment SET cohort_group = $1 WHERE learner = 1", shared.id)
    both = await make_learner(network.country, network.group)
    before = await everything()

    for values, refusal in [
        ({"group": 999}, GroupNotFound),
        ({"slot_id": 999}, SlotNotFound),
        ({"slot_id": small.id}, MeetupFull),
        ({"slot_id": short.id}, SlotNotSuitable),
        ({"slot_id": held.id}, SlotHoldsAMeetup),
        ({"ordinal": 0}, GroupElsewhere),
        ({"slot_id": same_hour.id, "group": mentored.id}, MentorElsewhere),
        ({"slot_id": same_hour.id, "group": shared.id}, LearnerElsewhere),
        ({"now": NOW + timedelta(days=60)}, SlotNotSuitable),
    ]:
        usual = {"group": network.group.id, "ordinal": 1, "slot_id": slot.id, "now": NOW}
        with pytest.raises(refusal):
            await place_meetup(**{**usual, **values})

    assert both.id
    assert await everything() == before


async def test_moving_to_a_chosen_slot_tells_everybody_once(network):
    meetup = await network.meetup(await network.slot(16))
    there = await network.slot(30, 14)

    moved = await move_meetup(
        meetup_id=meetup.id, slot_id=there.id, reason="Examens", revision=3, now=LATER
    )

    stored = (await stored_meetups())[0]
    assert (stored["slot"], stored["sequence"], stored["uid"]) == (there.id, 1, meetup.uid)
    assert stored["changed_at"] == LATER
    assert moved.starts_wall == datetime(2027, 1, 30, 14)
    assert [each[3:] for each in await stored_notices()] == [("moved", 1)] * 3


async def test_a_slot_that_does_not_suit_is_refused_with_the_reason(network):
    meetup = await network.meetup(await network.slot(16))
    other = await network.another_group()
    second_room = await make_room(network.centre)
    await make_meetup(other, await network.slot(16, 14, second_room), 0, network.learners[:1])
    busy = await network.slot(16, 14)
    small = await network.slot(23, seats=1)
    short = await network.slot(23, 14, minutes=120)
    before = await everything()

    for slot, sentence in [
        (busy, "Des participants de cette séance sont déjà pris à cette heure."),
        (small, "Ce créneau a moins de places que la séance n'a de participants."),
        (short, "Ce créneau est trop court pour cette séance."),
    ]:
        with pytest.raises(SlotNotSuitable) as refused:
            await move_meetup(meetup_id=meetup.id, slot_id=slot.id, reason="Examens", now=NOW)
        assert str(refused.value) == sentence

    assert await everything() == before


async def test_ten_meetups_racing_for_one_slot_move_exactly_one(network):
    meetups = []
    for _ in range(10):
        room = await make_room(network.centre)
        group = await network.another_group()
        meetups.append(await make_meetup(group, await network.slot(16, 9, room)))
    there = await network.slot(16, 14)

    outcomes = await asyncio.gather(
        *(
            move_meetup(meetup_id=each.id, slot_id=there.id, reason="Examens", now=NOW)
            for each in meetups
        ),
        return_exceptions=True,
    )

    names = sorted(type(each).__name__ for each in outcomes)
    assert names == ["MovedMeetup"] + ["SlotHoldsAMeetup"] * 9


async def test_a_cancelled_meetup_leaves_its_slot_free_and_its_people_told(network):
    slot = await network.slot(16)
    meetup = await network.meetup(slot)

    await cancel_meetup(meetup_id=meetup.id, reason="Mentor malade", revision=3, now=LATER)

    stored = (await stored_meetups())[0]
    assert (stored["state"], stored["slot"], stored["sequence"]) == ("cancelled", None, 1)
    assert (stored["cancel_reason"], stored["changed_at"]) == ("Mentor malade", LATER)
    assert [each[3:] for each in await stored_notices()] == [("cancelled", 1)] * 3
    seats = await rows("SELECT DISTINCT state, changes FROM booking")
    assert seats == [{"state": "cancelled", "changes": 0}]
    again = await place_meetup(group=network.group.id, ordinal=0, slot_id=slot.id, now=LATER)
    assert again.meetup != meetup.id


async def test_words_change_calendars_without_a_message_or_a_sequence(network):
    meetup = await network.meetup(await network.slot(16))

    await set_meetup_note(meetup_id=meetup.id, note=" Apportez un casque. ", revision=3, now=LATER)

    stored = await rows("SELECT note, sequence, changed_at FROM meetup")
    assert stored == [{"note": "Apportez un casque.", "sequence": 0, "changed_at": LATER}]
    assert await stored_notices() == []
    versions = await feed_versions()
    assert set(versions.values()) == {1}

    await set_meetup_note(
        meetup_id=meetup.id, note="Apportez un casque.", now=LATER + timedelta(hours=1)
    )
    assert await feed_versions() == versions
    await set_meetup_note(meetup_id=meetup.id, note=None, now=LATER)
    assert await rows("SELECT note FROM meetup") == [{"note": None}]


async def test_what_is_unknown_stale_or_over_is_refused(network):
    meetup = await network.meetup(await network.slot(16))
    there = await network.slot(23)
    over = NOW + timedelta(days=13)
    before = await everything()

    for refused, refusal in [
        (cancel_meetup(meetup_id=999, reason="x", now=NOW), MeetupNotFound),
        (cancel_meetup(meetup_id=meetup.id, reason="x", revision=1, now=NOW), ChangedMeanwhile),
        (cancel_meetup(meetup_id=meetup.id, reason=" ", now=NOW), ReasonNeeded),
        (cancel_meetup(meetup_id=meetup.id, reason="x", now=over), MeetupNotLive),
        (move_meetup(meetup_id=meetup.id, slot_id=999, reason="x", now=NOW), SlotNotFound),
        (move_meetup(meetup_id=meetup.id, slot_id=there.id, reason="x", now=over), MeetupNotLive),
        (set_meetup_note(meetup_id=meetup.id, note="x" * 2001, now=NOW), InvalidInput),
        (set_meetup_note(meetup_id=meetup.id, note="\x00", now=NOW), InvalidInput),
    ]:
        with pytest.raises(refusal):
            await refused

    assert await everything() == before


async def test_a_cancelled_meetup_is_final(network):
    meetup = await network.meetup(await network.slot(16))
    there = await network.slot(23)
    await cancel_meetup(meetup_id=meetup.id, reason="x", now=NOW)

    for refused in (
        cancel_meetup(meetup_id=meetup.id, reason="x", now=NOW),
        move_meetup(meetup_id=meetup.id, slot_id=there.id, reason="x", now=NOW),
        set_meetup_note(meetup_id=meetup.id, note="x", now=NOW),
    ):
        with pytest.raises(MeetupNotLive):
            await refused
    assert date(2027, 1, 16) == (await stored_meetups())[0]["starts_wall"].date()
