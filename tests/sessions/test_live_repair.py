"""What a repair never touches, and what a mentor's absence does."""

import asyncio
from datetime import date, datetime

import pytest

from centres.db import rows
from centres.errors import InvalidInput, Refusal
from centres.refusals import RoomStillHoldsSlots
from sessions.disruptions import close_centre, close_centre_preview, lose_room
from sessions.meetup_pins import pin_meetup, unpin_meetup
from sessions.meetup_reading import get_meetup
from sessions.mentor_absences import (
    lift_absence,
    list_absences,
    register_absence,
    register_absence_preview,
)
from sessions.publishing import publish_timetable
from sessions.refusals import (
    MeetupNotFound,
    MeetupNotLive,
    MentorAlreadyAbsent,
    TimetableOutOfDate,
)
from sessions.replanning import replan
from tests.factories import NOW, make_mentor
from tests.sessions.networks import everything, make_network, stored_meetups, stored_notices
from tests.sessions.small_world import draft, form_all, make_world


@pytest.fixture
async def network(database):
    return await make_network()


def days(first: int, last: int | None = None) -> dict[str, date]:
    return {"first_day": date(2027, 1, first), "last_day": date(2027, 1, last or first)}


async def absent(network, first: int, last: int | None = None, **more):
    asked = {"mentor": network.mentor.code, "reason": "Formation", "now": NOW, **more}
    return await register_absence(**days(first, last), **asked)


async def test_a_repair_of_nothing_changes_nothing(network):
    await network.meetup(await network.slot(16))
    before = await everything()

    done = await replan(meetup_ids=[], reason="Rien", now=NOW)

    assert (done.moved, done.cancelled, done.kept, done.told) == ((), (), (), 0)
    assert await everything() == before


async def test_a_pinned_meetup_stays_unless_told_and_others_go(network):
    one = await network.meetup(await network.slot(16))
    two = await network.meetup(await network.slot(23), 1)
    await network.slot(16, 14)
    await network.slot(23, 14)
    await pin_meetup(meetup_id=one.id, pinned_by="test", now=NOW)

    done = await replan(meetup_ids=[one.id, two.id], reason="Toit", now=NOW)

    assert [(each.meetup, each.why) for each in done.kept] == [(one.id, "pinned")]
    assert [each.meetup for each in done.moved] == [two.id]
    told = await replan(meetup_ids=[one.id], reason="Toit", now=NOW, even_pinned=True)
    assert [(each.meetup, each.pinned) for each in told.moved] == [(one.id, True)]


async def test_the_coming_two_days_stay_unless_told(network):
    soon = await network.meetup(await network.slot(5))
    await network.slot(8)

    done = await replan(meetup_ids=[soon.id], reason="Toit", now=NOW)
    told = await replan(meetup_ids=[soon.id], reason="Toit", now=NOW, even_soon=True)

    assert [(each.meetup, each.why) for each in done.kept] == [(soon.id, "soon")]
    assert [each.meetup for each in told.moved] == [soon.id]


async def test_a_pin_is_set_once_and_taken_off_and_never_on_what_is_over(network):
    meetup = await network.meetup(await network.slot(16))
    for _ in range(2):
        await pin_meetup(meetup_id=meetup.id, pinned_by="test", reason="Examen", now=NOW)
    assert (await get_meetup(meetup_id=meetup.id)).pinned
    await unpin_meetup(meetup_id=meetup.id)
    assert not (await get_meetup(meetup_id=meetup.id)).pinned

    with pytest.raises(MeetupNotLive):
        await pin_meetup(meetup_id=meetup.id, pinned_by="x", now=meetup.starts_at)
    with pytest.raises(MeetupNotFound):
        await pin_meetup(meetup_id=2**31, pinned_by="x", now=NOW)
    with pytest.raises(MeetupNotFound):
        await unpin_meetup(meetup_id=2**31)


async def test_a_mentors_absence_moves_that_mentors_meetups_out_of_those_days(network):
    hit = await network.meetup(await network.slot(16))
    kept = await network.meetup(await network.slot(23), 1)
    same_day = await network.slot(16, 14)
    later = await network.slot(18, 9)

    done = await absent(network, 16, 17)

    where = {each["id"]: each["slot"] for each in await stored_meetups()}
    assert (where[hit.id], where[kept.id]) == (later.id, kept.slot.id)
    assert same_day.id not in where.values()
    assert [each.meetup for each in done.replanned.moved] == [hit.id]
    assert (done.led_by_substitute, done.told) == (0, 3)


async def test_a_substitute_takes_over_where_free_and_nothing_moves(network):
    meetup = await network.meetup(await network.slot(16))
    other = await make_mentor(network.country)

    done = await absent(network, 16, substitute=other.code)

    assert (done.led_by_substitute, done.replanned.moved, done.told) == (1, (), 2)
    found = await get_meetup(meetup_id=meetup.id)
    assert (found.mentor_code, found.slot, found.sequence) == (other.code, meetup.slot.id, 0)
    assert {(mentor, kind) for _, _, mentor, kind, _ in await stored_notices()} == {
        (network.mentor.id, "cancelled"),
        (other.id, "published"),
    }


async def test_a_substitute_who_is_away_too_takes_nothing_over(network):
    meetup = await network.meetup(await network.slot(16))
    later = await network.slot(18)
    other = await make_mentor(network.country)
    await absent(network, 16, mentor=other.code)

    done = await absent(network, 16, substitute=other.code)

    assert done.led_by_substitute == 0
    assert (await get_meetup(meetup_id=meetup.id)).slot == later.id


async def test_a_preview_of_an_absence_keeps_nothing(network):
    await network.meetup(await network.slot(16))
    await network.slot(18)
    before = await everything()

    asked = {"mentor": network.mentor.code, "reason": "Formation", "now": NOW}
    shown = await register_absence_preview(**days(16), **asked)

    assert len(shown.replanned.moved) == 1
    assert await everything() == before
    assert await list_absences() == ()


async def test_days_of_absence_never_overlap_until_one_is_lifted(network):
    first = (await absent(network, 16, 18)).absence
    with pytest.raises(MentorAlreadyAbsent):
        await absent(network, 18)
    lifted = await lift_absence(absence_id=first.id, revision=first.revision)
    await absent(network, 18)

    assert lifted.lifted
    assert [each.first_day.day for each in await list_absences(lifted=False)] == [18]


async def test_two_racing_absences_of_the_same_days_leave_one(network):
    outcomes = await asyncio.gather(
        *(absent(network, 16) for _ in range(4)), return_exceptions=True
    )

    assert (
        sorted(type(each).__name__ for each in outcomes) == ["Absent"] + ["MentorAlreadyAbsent"] * 3
    )
    assert len(await list_absences()) == 1


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"first_day": date(2027, 2, 1)}, "last_day"),
        ({"last_day": date(2029, 1, 1)}, "last_day"),
        ({"substitute": "nobody"}, "substitute"),
        ({"mentor": "nobody"}, "mentor"),
        ({"reason": " "}, "reason"),
    ],
)
async def test_an_absence_that_cannot_be_is_refused_by_its_field(network, values, field):
    asked = {"mentor": network.mentor.code, "reason": "Formation", "now": NOW, **days(16)}

    with pytest.raises(Refusal) as refused:
        await register_absence(**{**asked, **values})

    assert refused.value.field == field
    assert await list_absences() == ()


async def test_a_mentor_is_no_substitute_for_themselves(network):
    with pytest.raises(InvalidInput):
        await absent(network, 16, substitute=network.mentor.code)


async def test_publishing_and_an_absence_at_once_never_leave_a_meetup_without_its_mentor(database):
    world = await make_world(cohorts=1)
    mentor = await make_mentor(world.country)
    await form_all(world)
    timetable = await draft()

    outcomes = await asyncio.gather(
        publish_timetable(timetable_id=timetable.id, revision=timetable.revision, now=NOW),
        register_absence(mentor=mentor.code, **days(16), reason="Formation", now=NOW),
        return_exceptions=True,
    )

    assert [each for each in outcomes[1:] if isinstance(each, Exception)] == []
    assert (
        outcomes[0] is None
        or not isinstance(outcomes[0], Exception)
        or isinstance(outcomes[0], TimetableOutOfDate)
    )
    found = await rows(
        "SELECT 1 FROM meetup WHERE state = 'live' AND mentor = $1 AND starts_wall::date = $2",
        mentor.id,
        datetime(2027, 1, 16).date(),
    )
    assert found == []


async def test_a_closure_leaves_what_is_pinned_or_near_unless_told(network):
    slots = [await network.slot(day) for day in (5, 7, 8)]
    soon, pinned, free = [await network.meetup(each, i) for i, each in enumerate(slots)]
    empty = await network.slot(8, 14)
    await pin_meetup(meetup_id=pinned.id, pinned_by="test", now=NOW)
    asked = {"centre": network.centre.code, "reason": "Inondation", "now": NOW, **days(5, 8)}

    done = await close_centre(**asked)

    assert [(each.meetup, each.why) for each in done.kept] == [
        (soon.id, "soon"),
        (pinned.id, "pinned"),
    ]
    assert [each.meetup for each in done.cancelled] == [free.id]
    assert [each.id for each in done.slots] == [slots[2].id, empty.id]
    states = await rows("SELECT id FROM slot WHERE state = 'open' ORDER BY id")
    assert [each["id"] for each in states] == [slots[0].id, slots[1].id]
    assert [each["sequence"] for each in await stored_meetups()] == [0, 0, 1]
    told = await close_centre_preview(**asked, even_pinned=True, even_soon=True)
    assert [each.meetup for each in told.cancelled] == [soon.id, pinned.id]


async def test_a_room_is_not_lost_while_a_pinned_meetup_stays_in_it(network):
    meetup = await network.meetup(await network.slot(16))
    await pin_meetup(meetup_id=meetup.id, pinned_by="test", now=NOW)
    asked = {"room": network.room.code, "reason": "Toit", "revision": None, "now": NOW}

    with pytest.raises(RoomStillHoldsSlots):
        await lose_room(**asked)
    done = await lose_room(**asked, even_pinned=True)

    assert [each.meetup for each in done.cancelled] == [meetup.id]


async def test_a_mentors_absence_leaves_what_is_pinned_or_near_unless_told(network):
    soon, pinned = [
        await network.meetup(await network.slot(day), i) for i, day in enumerate((5, 7))
    ]
    await pin_meetup(meetup_id=pinned.id, pinned_by="test", now=NOW)

    done = await register_absence_preview(
        mentor=network.mentor.code, reason="Malade", now=NOW, **days(5, 7)
    )
    told = await absent(network, 5, 7, even_pinned=True, even_soon=True)

    assert [each.meetup for each in done.replanned.kept] == [soon.id, pinned.id]
    assert [each.meetup for each in told.replanned.cancelled] == [soon.id, pinned.id]
