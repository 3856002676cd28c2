"""Splitting a cohort into groups, from what is in the database."""

import pytest

from sessions.forming_groups import form_groups
from sessions.learning.enrolments import list_enrolments
from sessions.learning.groups import list_groups
from sessions.refusals import CohortNotFound
from sessions.tables.learning import Programme
from sessions.timetabling.grouping import GroupSize
from tests.factories import NOW, make_cohort, make_learner, make_mentor, make_room, stored
from tests.sessions.small_world import join, make_world

pytestmark = pytest.mark.usefixtures("database")


async def test_learners_meet_at_their_home_centre_in_groups_that_fit_its_rooms():
    world = await make_world(cohorts=1, learners=30)
    cohort = world.cohorts[0]
    for _ in range(9):
        await join(cohort, await make_learner(world.country, centre=world.centres[1]))

    formed = await form_groups(cohort_code=cohort.code, now=NOW)

    groups = await list_groups(cohort=cohort.code)
    assert formed.new_groups == tuple(f"{cohort.code}-G{n}" for n in (1, 2, 3))
    assert [(each.centre, each.members) for each in groups] == [
        (world.centres[0].code, 15),
        (world.centres[0].code, 15),
        (world.centres[1].code, 9),
    ]
    assert (formed.placed, formed.left_out) == (39, 0)


async def test_those_for_whom_there_is_no_group_keep_a_reason():
    world = await make_world(cohorts=1, learners=3)

    formed = await form_groups(cohort_code=world.cohorts[0].code, now=NOW)

    assert (formed.new_groups, formed.placed, formed.left_out) == ((), 0, 3)
    assert [each.left_out_reason for each in await list_enrolments()] == ["too_few_nearby"] * 3


async def test_a_second_run_keeps_the_groups_and_fills_them_up_first():
    world = await make_world(cohorts=1)
    cohort = world.cohorts[0]
    await form_groups(cohort_code=cohort.code, now=NOW)
    before = await list_groups(cohort=cohort.code)
    for _ in range(10):
        await join(cohort, await make_learner(world.country, centre=world.centres[0]))

    formed = await form_groups(cohort_code=cohort.code, now=NOW, size=GroupSize(least=2))

    after = await list_groups(cohort=cohort.code)
    assert [each.members for each in before] == [12]
    assert (after[0].code, after[0].members) == (before[0].code, 20)  # the room's seats
    assert (formed.new_groups, [each.members for each in after]) == (
        (f"{cohort.code}-G2",),
        [20, 2],
    )
    assert formed.placed == 10


async def test_a_run_without_anybody_to_place_changes_nothing():
    world = await make_world(cohorts=1)
    await form_groups(cohort_code=world.cohorts[0].code, now=NOW)
    before = await list_enrolments(), await list_groups()

    formed = await form_groups(cohort_code=world.cohorts[0].code, now=NOW)

    assert (formed.new_groups, formed.placed, formed.left_out) == ((), 0, 0)
    assert before == (await list_enrolments(), await list_groups())


async def test_a_programme_that_needs_computers_needs_one_for_each():
    world = await make_world(cohorts=0)
    programme = await stored(
        Programme(code="DATA", title="Données", months=3, computers_needed=True)
    )
    cohort = await make_cohort(world.country, programme=programme)
    for _ in range(12):
        await join(cohort, await make_learner(world.country, centre=world.centres[0]))
    await make_room(world.centres[0], seats=30, computers=5, equipment=["computers"])

    without = await form_groups(cohort_code=cohort.code, now=NOW)
    await make_room(world.centres[0], seats=30, computers=12, equipment=["computers"])
    formed = await form_groups(cohort_code=cohort.code, now=NOW)

    assert (without.placed, without.left_out) == (0, 12)
    assert (formed.placed, len(formed.new_groups)) == (12, 1)


async def test_mentors_of_the_country_share_the_groups_evenly():
    world = await make_world(cohorts=3)
    mentors = [await make_mentor(world.country, code=f"M-{n}") for n in (1, 2)]
    await make_mentor(world.country, code="M-EN", language="en")
    for cohort in world.cohorts:
        await form_groups(cohort_code=cohort.code, now=NOW)

    led = [each.mentor for each in await list_groups()]

    assert sorted(led) == [mentors[0].code, mentors[0].code, mentors[1].code]


async def test_an_unknown_cohort_is_refused():
    with pytest.raises(CohortNotFound):
        await form_groups(cohort_code="NO\0", now=NOW)
