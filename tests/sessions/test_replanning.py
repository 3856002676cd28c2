"""Meetups that lose their slot go to the nearest free one, or are cancelled; each person knows."""

import asyncio
from collections import Counter
from datetime import date, datetime, timedelta

import pytest

from centres.db import rows
from centres.errors import InvalidInput
from sessions.disruptions import close_centre
from sessions.refusals import ReasonNeeded
from sessions.replanning import replan
from sessions.slot_changes import cancel_slots
from sessions.waiting_list import join_waiting_list
from tests.factories import (
    NOW,
    book,
    enrol,
    make_agreement,
    make_centre,
    make_group,
    make_holiday,
    make_learner,
    make_meetup,
    make_room,
    make_slot,
)
from tests.sessions.networks import (
    everything,
    feed_versions,
    make_network,
    stored_meetups,
    stored_notices,
    tried_once,
)


@pytest.fixture
async def network(database):
    return await make_network()


async def where(meetup) -> int | None:
    found = await rows("SELECT slot FROM meetup WHERE id = $1", meetup.id)
    return found[0]["slot"]


async def moved_to(network, meetup, **values) -> int | None:
    done = await replan(meetup_ids=[meetup.id], reason="Toit", now=NOW, **values)
    assert len(done.moved) + len(done.cancelled) + len(done.kept) == 1
    return await where(meetup)


async def test_a_move_keeps_the_uid_raises_the_sequence_and_takes_the_seats_along(network):
    meetup = await network.meetup(await network.slot(16), note="Apportez un casque")
    there = await network.slot(16, 14)
    later = NOW + timedelta(hours=3)

    done = await replan(meetup_ids=[meetup.id], reason=" Toit ", now=later)

    assert await stored_meetups() == [
        {
            "id": meetup.id,
            "uid": meetup.uid,
            "state": "live",
            "slot": there.id,
            "sequence": 1,
            "starts_wall": datetime(2027, 1, 16, 14),
            "cancel_reason": None,
            "changed_at": later,
            "seats": 20,
            "seats_taken": 2,
        }
    ]
    assert done.told == 3
    notice = (await rows("SELECT kind, at, before, after, reason FROM notice LIMIT 1"))[0]
    assert (notice["kind"], notice["at"], notice["reason"]) == ("moved", later, "Toit")
    assert "2027-01-16T09:00:00" in notice["before"]
    assert "2027-01-16T14:00:00" in notice["after"]


async def test_every_move_raises_the_sequence_by_one_and_the_cancellation_too(network):
    meetup = await network.meetup(await network.slot(16))
    await network.slot(16, 14)
    for _ in range(3):
        await replan(meetup_ids=[meetup.id], reason="Toit", now=NOW)
    await rows(
        "UPDATE slot SET state = 'cancelled', cancel_reason = 'x' WHERE id <> $1",
        await where(meetup),
    )

    await replan(meetup_ids=[meetup.id], reason="Toit", now=NOW)

    stored = (await stored_meetups())[0]
    assert (stored["uid"], stored["sequence"], stored["state"]) == (meetup.uid, 4, "cancelled")
    heard = Counter((learner, sequence) for _, learner, _, _, sequence in await stored_notices())
    assert len(heard) == 12
    assert set(heard.values()) == {1}


async def test_the_same_week_comes_before_the_next_and_the_nearest_hour_before_others(network):
    meetup = await network.meetup(await network.slot(16))
    await network.slot(23)
    await network.slot(12)
    near = await network.slot(15)

    assert await moved_to(network, meetup) == near.id


async def test_the_same_centre_comes_before_another_nearby(network):
    other = await make_centre(network.country, latitude=14.72, longitude=-17.46)
    await make_agreement(other)
    elsewhere = await make_room(other)
    meetup = await network.meetup(was := await network.slot(16))
    same_hour = await make_slot(elsewhere, datetime(2027, 1, 16, 9))
    here = await network.slot(23)

    assert await moved_to(network, meetup) == here.id
    assert await moved_to(network, meetup, avoid_slots=[was.id]) == same_hour.id


@pytest.mark.parametrize(
    "obstacle",
    [
        "UPDATE slot SET seats = 1 WHERE id = $1",
        "UPDATE slot SET ends_wall = ends_wall - interval '1 hour',"
        " ends_at = ends_at - interval '1 hour' WHERE id = $1",
        "UPDATE slot SET state = 'past' WHERE id = $1",
        "UPDATE room SET open = false WHERE id = (SELECT room FROM slot WHERE id = $1)",
        "UPDATE centre SET state = 'suspended' WHERE id = (SELECT centre FROM slot WHERE id = $1)",
        "UPDATE agreement SET state = 'suspended' WHERE $1 > 0",
        "UPDATE cohort SET equipment_needed = '{projector}' WHERE $1 > 0",
        "UPDATE programme SET computers_needed = true WHERE $1 > 0",
        "UPDATE slot SET starts_at = starts_at + interval '14 days', ends_at = ends_at +"
        " interval '14 days', starts_wall = starts_wall + interval '14 days',"
        " ends_wall = ends_wall + interval '14 days' WHERE id = $1",
    ],
)
async def test_a_slot_that_does_not_suit_leaves_the_meetup_cancelled(network, obstacle):
    meetup = await network.meetup(await network.slot(16))
    there = await network.slot(16, 14)
    await rows(obstacle, there.id)

    assert await moved_to(network, meetup) is None


async def test_a_holiday_takes_slots_out_unless_their_host_keeps_them(network):
    await make_holiday(network.country, datetime(2027, 1, 15).date())
    meetup = await network.meetup(await network.slot(16))
    await network.slot(15)
    kept = await network.slot(15, 14, despite_holiday=True)

    assert await moved_to(network, meetup) == kept.id


async def test_enough_computers_make_a_room_suitable(network):
    await rows("UPDATE programme SET computers_needed = true")
    lab = await make_room(network.centre, equipment=["computers"], computers=2)
    few = await make_room(network.centre, equipment=["computers"], computers=1)
    meetup = await network.meetup(await network.slot(16))
    await network.slot(16, 9, few)
    there = await network.slot(15, 9, lab)

    assert await moved_to(network, meetup) == there.id


async def test_nothing_within_two_days_is_used_unless_told(network):
    meetup = await network.meetup(await network.slot(9))
    soon = await network.slot(6, 7)  # a day and 23 hours from now

    sooner = await replan(meetup_ids=[meetup.id], reason="Toit", now=NOW, notice_hours=24)

    assert [each.slot for each in sooner.moved] == [soon.id]
    assert await moved_to(network, meetup, avoid_slots=[soon.id, 1]) == soon.id
    assert await moved_to(network, meetup, avoid_slots=[soon.id, 1], even_soon=True) is None


async def test_a_learner_of_two_groups_is_never_sent_to_two_places_at_once(network):
    learner = network.learners[0]
    other = await network.another_group()
    await rows("UPDATE enrolment SET state = 'enrolled'")
    second_room = await make_room(network.centre)
    meetup = await network.meetup(await network.slot(16))
    await make_meetup(other, await network.slot(16, 14, second_room), 0, [learner])
    await network.slot(16, 14)
    free = await network.slot(16, 17)

    assert await moved_to(network, meetup) == free.id


async def test_two_lost_meetups_that_share_a_learner_go_to_different_hours(network):
    other = await network.another_group()
    rooms = [await make_room(network.centre) for _ in range(2)]
    first = await network.meetup(await network.slot(16))
    second = await make_meetup(other, await network.slot(16, 14), 0, network.learners[:1])
    for room in rooms:
        await network.slot(16, 17, room)
        await network.slot(15, 9, room)

    done = await replan(meetup_ids=[first.id, second.id], reason="Toit", now=NOW)

    assert len({each.starts_wall for each in done.moved}) == 2
    assert done.cancelled == ()


async def test_two_meetups_that_swap_hours_leave_nobody_in_both(network):
    other = await network.another_group()
    first = await network.meetup(await network.slot(16, 9))
    second = await make_meetup(other, await network.slot(16, 14), 0, network.learners)
    rooms = [await make_room(network.centre) for _ in range(2)]
    for room in rooms:
        for hour in (9, 14):
            await network.slot(16, hour, room)

    done = await replan(meetup_ids=[first.id, second.id], reason="Toit", now=NOW)

    assert [each.starts_wall.hour for each in done.moved] == [9, 14]


async def test_a_mentor_is_not_sent_to_two_centres_in_a_day(network):
    other = await make_centre(network.country, latitude=14.72, longitude=-17.46)
    await make_agreement(other)
    elsewhere = await make_room(other)
    another = await make_group(network.cohort, other, mentor=network.mentor)
    await make_meetup(another, await make_slot(elsewhere, datetime(2027, 1, 15, 9)))
    meetup = await network.meetup(await network.slot(16))
    await network.slot(15, 14)

    assert await moved_to(network, meetup) is None


async def test_a_guest_who_is_expected_elsewhere_gives_the_seat_back_and_is_told(network):
    guest = await make_learner(network.country)
    other = await network.another_group()
    second_room = await make_room(network.centre)
    meetup = await network.meetup(await network.slot(16))
    await book(meetup, guest, kind="guest")
    elsewhere = await make_meetup(other, await network.slot(16, 14, second_room))
    await book(elsewhere, guest)
    there = await network.slot(16, 14)

    done = await replan(meetup_ids=[meetup.id], reason="Toit", now=NOW)

    assert await where(meetup) == there.id
    seats = await rows(
        "SELECT state, changes FROM booking WHERE meetup = $1 AND kind = 'guest'", meetup.id
    )
    assert seats == [{"state": "released", "changes": 1}]
    assert (meetup.id, guest.id, None, "seat_released", 2) in await stored_notices()
    assert (done.told, len(await stored_notices())) == (4, 4)


async def test_many_causes_at_once_tell_each_person_once_of_each_meetup(network):
    lost = [await network.meetup(await network.slot(day), n) for n, day in enumerate((9, 16, 23))]
    for day in (9, 16):
        await network.slot(day, 14)

    done = await replan(meetup_ids=[each.id for each in lost] * 2, reason="Toit", now=NOW)

    assert (len(done.moved), len(done.cancelled)) == (3 - len(done.cancelled), len(done.cancelled))
    assert len(done.moved) >= 2
    heard = Counter((m, learner, mentor) for m, learner, mentor, _, _ in await stored_notices())
    assert len(heard) == 9
    assert set(heard.values()) == {1}


async def test_every_calendar_that_shows_a_moved_meetup_is_counted_up(network):
    new_room = await make_room(network.centre)
    meetup = await network.meetup(await network.slot(16))
    await network.slot(16, 14, new_room)
    others = {("learner", 99), ("room", 99)}

    await replan(meetup_ids=[meetup.id], reason="Toit", now=NOW)

    shown = {
        *(("learner", each.id) for each in network.learners),
        ("mentor", network.mentor.id),
        ("cohort", network.cohort.id),
        ("room", network.room.id),
        ("room", new_room.id),
        ("centre", network.centre.id),
        ("country", network.country.id),
    }
    assert set(await feed_versions()) == shown
    assert not shown & others


async def test_a_larger_room_takes_in_who_waits(network):
    small = await make_room(network.centre, seats=2)
    meetup = await network.meetup(await network.slot(16, 9, small))
    waiting = await make_learner(network.country)
    await join_waiting_list(meetup_id=meetup.id, learner_id=waiting.id, now=NOW)
    await network.slot(16, 14)

    done = await replan(meetup_ids=[meetup.id], reason="Toit", now=NOW)

    assert done.told == 3
    assert (await stored_meetups())[0]["seats_taken"] == 3
    assert (meetup.id, waiting.id, None, "seat_given", 1) in await stored_notices()


async def test_a_cancelled_meetup_closes_its_queue(network):
    small = await make_room(network.centre, seats=2)
    meetup = await network.meetup(await network.slot(16, 9, small))
    waiting = await make_learner(network.country)
    await join_waiting_list(meetup_id=meetup.id, learner_id=waiting.id, now=NOW)

    await replan(meetup_ids=[meetup.id], reason="Toit", now=NOW)

    assert await rows("SELECT state, settled_at FROM waiting_entry") == [
        {"state": "closed", "settled_at": NOW}
    ]


async def test_what_is_past_or_cancelled_is_passed_over(network):
    meetup = await network.meetup(await network.slot(9))
    before = await everything()

    done = await replan(meetup_ids=[meetup.id], reason="Toit", now=NOW + timedelta(days=9))

    assert (done.moved, done.cancelled, done.told) == ((), (), 0)
    assert await everything() == before


@pytest.mark.parametrize(
    ("reason", "refusal"),
    [("", ReasonNeeded), ("  ", ReasonNeeded), ("x" * 1001, InvalidInput), ("\x00", InvalidInput)],
)
async def test_people_are_owed_a_reason_that_can_be_read(network, reason, refusal):
    meetup = await network.meetup(await network.slot(16))
    before = await everything()

    with pytest.raises(refusal):
        await replan(meetup_ids=[meetup.id], reason=reason, now=NOW)

    assert await everything() == before


async def test_replans_racing_for_the_last_free_slot_put_one_meetup_in_it(network):
    rooms = [await make_room(network.centre) for _ in range(4)]
    slots = [await network.slot(16, 9, room) for room in rooms]
    for slot in slots:
        await make_meetup(await network.another_group(), slot)
    last = await network.slot(16, 14)

    outcomes = await asyncio.gather(
        *(cancel_slots(slot_id=each.id, reason="Toit", revision=1, now=NOW) for each in slots)
    )

    assert sorted(len(each.moved) for each in outcomes) == [0, 0, 0, 1]
    held = [(each["slot"], each["state"]) for each in await stored_meetups()]
    assert sorted(held, key=str) == [(last.id, "live"), *[(None, "cancelled")] * 3]


async def test_centres_that_close_at_once_do_not_take_the_same_slot(network):
    lost = []
    for _ in range(4):
        other = await make_centre(network.country)
        await make_agreement(other)
        room = await make_room(other)
        lost.append(await make_slot(room, datetime(2027, 1, 16, 9)))
        await make_meetup(await make_group(network.cohort, other), lost[-1])
    last = await network.slot(16, 14)

    outcomes = await asyncio.gather(
        *(cancel_slots(slot_id=each.id, reason="Toit", revision=1, now=NOW) for each in lost)
    )

    assert sorted(len(each.moved) for each in outcomes) == [0, 0, 0, 1]
    assert [each["slot"] for each in await stored_meetups() if each["slot"]] == [last.id]


async def twin_centre(network):
    """Another centre in the same town, with one room: (centre, room)."""
    centre = await make_centre(network.country)
    await make_agreement(centre, ends_on=date(2030, 12, 31))
    return centre, await make_room(centre)


async def test_replans_that_send_groups_past_each_other_never_block_each_other(network):
    await rows("UPDATE agreement SET ends_on = '2030-12-31'")
    there, room_there = await twin_centre(network)
    guests = await make_group(network.cohort, there)
    here, week = datetime(2027, 1, 16, 9), timedelta(weeks=1)

    for number in range(20):
        # Too far apart for one free slot to suit both: nothing makes them wait but the calendars.
        one, two = here + 6 * number * week, here + (6 * number + 3) * week
        first = await network.meetup(await make_slot(network.room, one), 2 * number)
        second = await make_meetup(guests, await make_slot(room_there, two), number)
        to_first = await make_slot(room_there, one + timedelta(hours=5))
        to_second = await make_slot(network.room, two + timedelta(hours=5))
        await asyncio.gather(
            *(
                tried_once(replan)(meetup_ids=[each.id], reason="Toit", now=NOW)
                for each in (first, second)
            )
        )
        assert [await where(first), await where(second)] == [to_first.id, to_second.id]

    assert (await feed_versions())["country", network.country.id] == 40


async def test_centres_that_close_at_once_never_block_each_other(network):
    await rows("UPDATE agreement SET ends_on = '2030-12-31'")
    there, room_there = await twin_centre(network)
    guests = await make_group(network.cohort, there)

    for number in range(20):
        day = datetime(2027, 1, 16) + timedelta(weeks=3 * number)
        for room, group in ((network.room, network.group), (room_there, guests)):
            await make_meetup(group, await make_slot(room, day + timedelta(hours=9)), number)
            await make_slot(room, day + timedelta(hours=14))
        await asyncio.gather(
            *(
                tried_once(close_centre)(
                    centre=each.code,
                    first_day=day.date(),
                    last_day=day.date(),
                    reason="Toit",
                    now=NOW,
                )
                for each in (network.centre, there)
            )
        )

    assert await rows("SELECT 1 FROM slot WHERE state = 'open'") == []


async def test_a_move_counts_up_each_calendar_once(network):
    new_room = await make_room(network.centre)
    meetup = await network.meetup(await network.slot(16))
    await network.slot(16, 14, new_room)

    await replan(meetup_ids=[meetup.id], reason="Toit", now=NOW)

    assert set((await feed_versions()).values()) == {1}


async def test_enrolled_members_who_gave_their_seat_back_do_not_count(network):
    absent = await make_learner(network.country)
    await enrol(absent, network.group)
    meetup = await network.meetup(await network.slot(16))
    await book(meetup, absent, state="released", changes=1)
    room = await make_room(network.centre, seats=2)
    there = await network.slot(16, 9, room)

    assert await moved_to(network, meetup) == there.id
    assert absent.id not in {learner for _, learner, _, _, _ in await stored_notices()}
