"""Drafts whose world has changed: what changed, in parts, and a draft that makes up for it."""

from datetime import date, datetime

import pytest

from centres.db import rows
from sessions.disruptions import close_centre
from sessions.mentor_absences import register_absence
from sessions.publishing import publish_timetable
from sessions.refusals import TimetableOutOfDate
from sessions.scheduling import request_timetable, solve_timetable
from sessions.timetable_repairs import staleness
from sessions.timetable_reports import comparison
from sessions.timetables import get_timetable, planned
from tests.factories import NOW, make_cohort, make_learner, make_mentor, make_slot
from tests.sessions.small_world import FIRST_DAY, draft, form_all, join, make_world

pytestmark = pytest.mark.usefixtures("database")


async def slots_of(timetable) -> dict[tuple[str, int], int | None]:
    found = await planned(timetable_id=timetable.id, limit=1000)
    return {(each.group, each.ordinal): each.slot for each in found}


async def repaired(timetable, now=NOW):
    number = await request_timetable(
        countries=timetable.countries,
        first_day=FIRST_DAY,
        weeks=8,
        asked_by="test",
        now=now,
        derived_from=timetable.id,
    )
    return await solve_timetable(timetable_id=number, now=now)


async def test_nothing_changed_is_said_and_its_repair_changes_nothing():
    await form_all(await make_world())
    timetable = await draft()

    found = await staleness(timetable_id=timetable.id, now=NOW)
    again = await repaired(timetable)

    assert (found.any, found.lost) == (False, 0)
    assert await slots_of(again) == await slots_of(timetable)
    assert (again.cost, again.bound) == (timetable.cost, timetable.bound)


async def test_a_withdrawn_slot_is_named_and_only_its_period_moves():
    world = await make_world()
    await form_all(world)
    timetable = await draft()
    first = (await planned(timetable_id=timetable.id))[0]
    await rows("UPDATE slot SET state = 'cancelled', cancel_reason = 'x' WHERE id = $1", first.slot)

    found = await staleness(timetable_id=timetable.id, now=NOW)
    again = await repaired(timetable)

    assert [(each.slot, each.how, each.planned) for each in found.slots] == [
        (first.slot, "cancelled", first.group)
    ]
    assert found.lost == 1
    before, after = await slots_of(timetable), await slots_of(again)
    assert [key for key in before if before[key] != after[key]] == [(first.group, first.ordinal)]
    with pytest.raises(TimetableOutOfDate):
        await publish_timetable(timetable_id=timetable.id, revision=timetable.revision, now=NOW)
    await publish_timetable(timetable_id=again.id, revision=again.revision, now=NOW)


async def test_a_new_cohort_is_added_and_nobody_else_moves():
    world = await make_world(cohorts=2)
    await form_all(world)
    timetable = await draft()
    cohort = await make_cohort(world.country, cadence_weeks=2)
    for _ in range(8):
        await join(cohort, await make_learner(world.country, centre=world.centres[0]))
    world.cohorts = [cohort]
    groups = await form_all(world)

    found = await staleness(timetable_id=timetable.id, now=NOW)
    again = await repaired(timetable)

    new = groups[-1].code
    assert [(each.group, each.what) for each in found.groups] == [(new, ("new",))]
    before, after = await slots_of(timetable), await slots_of(again)
    assert {key: after[key] for key in before} == before
    assert [ordinal for group, ordinal in after if group == new] == [0, 1, 2, 3]


async def test_a_mentor_away_is_named_and_planned_round():
    world = await make_world(cohorts=1)
    mentor = await make_mentor(world.country)
    await form_all(world)
    timetable = await draft()
    await register_absence(
        mentor=mentor.code,
        first_day=date(2027, 1, 16),
        last_day=date(2027, 1, 16),
        reason="Formation",
        now=NOW,
    )

    found = await staleness(timetable_id=timetable.id, now=NOW)
    again = await repaired(timetable)

    assert (found.busy_mentors, found.lost) == ((mentor.code,), 1)
    days = {each.starts_wall.date() for each in await planned(timetable_id=again.id) if each.slot}
    assert date(2027, 1, 16) not in days
    with pytest.raises(TimetableOutOfDate) as refused:
        await publish_timetable(timetable_id=timetable.id, revision=timetable.revision, now=NOW)
    assert "mentor_away" in refused.value.changed[0]


async def test_a_slot_taken_meanwhile_says_by_whom_and_new_slots_are_counted():
    world = await make_world()
    groups = await form_all(world)
    one, two = await draft(), await draft(seed=2)
    await publish_timetable(timetable_id=one.id, revision=one.revision, now=NOW)
    await make_slot(world.rooms[0], datetime(2027, 1, 12, 17))

    found = await staleness(timetable_id=two.id, now=NOW)

    assert {each.how for each in found.slots} == {"taken"}
    assert {each.by for each in found.slots} == {each.code for each in groups}
    assert found.slots_new == 1
    assert {each.what for each in found.groups} == {("gone",)}


async def test_a_published_timetable_is_repaired_round_what_is_live():
    world = await make_world(cohorts=2)
    await form_all(world)
    timetable = await draft()
    await publish_timetable(timetable_id=timetable.id, revision=timetable.revision, now=NOW)
    await close_centre(
        centre=world.centres[0].code,
        first_day=date(2027, 1, 18),
        last_day=date(2027, 1, 24),
        reason="Examens",
        now=NOW,
    )
    live = await rows("SELECT id, slot FROM meetup WHERE state = 'live' ORDER BY id")

    again = await repaired(await get_timetable(timetable_id=timetable.id))

    pinned = [each.slot for each in await planned(timetable_id=again.id) if each.pinned]
    assert sorted(pinned) == sorted(each["slot"] for each in live)


async def test_two_drafts_compare_by_period_by_group_and_by_part_of_the_cost():
    world = await make_world()
    await form_all(world)
    one = await draft()
    first = (await planned(timetable_id=one.id))[0]
    same_saturday = "UPDATE slot SET state = 'cancelled', cancel_reason = 'x' WHERE id = $1"
    await rows(same_saturday, first.slot)
    two = await repaired(one)

    found = await comparison(before_id=one.id, after_id=two.id)
    nothing = await comparison(before_id=one.id, after_id=one.id)

    assert [(each.group, each.ordinal, each.kind) for each in found.differing] == [
        (first.group, first.ordinal, "moved")
    ]
    assert (found.groups, found.learners, found.same) == (1, 12, 13)
    assert sum(each.after - each.before for each in found.parts) == pytest.approx(
        two.cost - one.cost
    )
    assert (nothing.differing, nothing.groups, nothing.same) == ((), 0, 14)
