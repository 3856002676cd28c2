"""Drafting a timetable from what is in the database, and storing it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

import pytest

from centres.db import atomic, rows
from centres.errors import ChangedMeanwhile, InvalidInput
from centres.language import Language
from sessions.lifecycle import IllegalChangeOfState, TimetableState
from sessions.refusals import TimetableNotFound
from sessions.scheduling import country_seed, request_timetable, solve_timetable
from sessions.timetable_loading import load_instances
from sessions.timetables import (
    discard_timetable,
    get_timetable,
    list_timetables,
    planned,
    reason_words,
    unmet,
)
from tests.factories import (
    NOW,
    make_country,
    make_holiday,
    make_learner,
    make_meetup,
    make_mentor,
    make_slot,
)
from tests.sessions.small_world import FIRST_DAY, draft, form_all, join, make_world

pytestmark = pytest.mark.usefixtures("database")


async def test_every_group_of_the_small_world_gets_a_slot_for_each_of_its_periods():
    world = await make_world()
    groups = await form_all(world)

    timetable = await draft()

    assert timetable.state is TimetableState.DRAFT
    found = await planned(timetable_id=timetable.id)
    per_group = {group.code: sum(each.group == group.code for each in found) for group in groups}
    assert list(per_group.values()) == [8, 4, 2]
    assert await unmet(timetable_id=timetable.id) == ()
    assert [each.ordinal for each in found if each.group == groups[1].code] == [0, 1, 2, 3]
    assert {each.centre for each in found} == {each.code for each in world.centres}
    assert timetable.cost == timetable.bound == 0
    assert timetable.gap == 0


async def test_a_planned_meetup_lasts_as_long_as_its_cohort_asks_within_the_slot():
    world = await make_world(cohorts=1)
    world.cohorts[0].meetup_minutes = 120
    await world.cohorts[0].save()
    await form_all(world)

    first = (await planned(timetable_id=(await draft()).id))[0]

    assert first.ends_wall - first.starts_wall == timedelta(hours=2)
    assert first.due_on == date(2027, 1, 4)


async def test_a_group_without_any_slot_is_told_why_in_words():
    world = await make_world(cohorts=1, weeks=0)
    await form_all(world)

    timetable = await draft()

    missing = await unmet(timetable_id=timetable.id)
    assert [(each.ordinal, each.reason.code) for each in missing][:2] == [
        (0, "no_slot_that_week"),
        (1, "no_slot_that_week"),
    ]
    assert len(missing) == 8
    assert reason_words(missing[0].reason, Language.FR).startswith("Aucun créneau n'est publié")
    assert timetable.results.countries[0].unmet == 8


async def test_the_same_seed_gives_the_same_plan_and_the_same_hash():
    await form_all(await make_world(learners=25))

    first, second = await draft(seed=7), await draft(seed=7)

    def slots(found):
        return [(each.group, each.ordinal, each.slot, each.cost) for each in found]

    assert slots(await planned(timetable_id=first.id)) == slots(
        await planned(timetable_id=second.id)
    )
    assert (first.cost, first.instance_hash) == (second.cost, second.instance_hash)


async def test_an_executor_gives_the_same_plan():
    await form_all(await make_world())
    first = await draft(seed=7)
    asked = await request_timetable(
        countries=["SN"], first_day=FIRST_DAY, weeks=8, seed=7, asked_by="test", now=NOW
    )

    with ThreadPoolExecutor(1) as executor:
        second = await solve_timetable(timetable_id=asked, now=NOW, executor=executor)

    assert [each.slot for each in await planned(timetable_id=first.id)] == [
        each.slot for each in await planned(timetable_id=second.id)
    ]


async def test_a_live_meetup_is_pinned_and_its_slot_is_nobody_elses():
    world = await make_world(cohorts=1)
    (group,) = await form_all(world)
    slot = await make_slot(world.rooms[1], datetime(2027, 1, 20, 17))
    await make_meetup(group, slot, ordinal=2)

    found = await planned(timetable_id=(await draft()).id)

    assert [(each.ordinal, each.slot) for each in found if each.pinned] == [(2, slot.id)]
    assert sorted(each.ordinal for each in found) == list(range(8))
    assert [each.ordinal for each in found if each.slot == slot.id] == [2]


async def test_a_mentor_leads_one_meetup_at_a_time_across_cohorts():
    world = await make_world()
    mentor = await make_mentor(world.country)
    groups = await form_all(world)

    found = await planned(timetable_id=(await draft()).id, limit=1000)

    assert {group.mentor for group in groups} == {mentor.id}
    starts = [each.starts_wall for each in found]
    assert len(set(starts)) == len(starts)


async def test_a_learner_in_two_groups_is_never_expected_in_both_at_once():
    world = await make_world(cohorts=2)
    both = await make_learner(world.country, centre=world.centres[0])
    for cohort in world.cohorts:
        await join(cohort, both)
    await form_all(world)

    found = await planned(timetable_id=(await draft()).id, limit=1000)

    starts = [each.starts_wall for each in found]
    assert len(set(starts)) == len(starts)


@pytest.mark.parametrize("side_by_side", [False, True])
async def test_a_learner_with_groups_in_two_countries_is_never_expected_in_both(side_by_side):
    here, there = await make_world(cohorts=1), await make_world(cohorts=1, iso2="ML")
    traveller = await make_learner(here.country, centre=here.centres[0])
    await join(here.cohorts[0], traveller)
    await join(there.cohorts[0], traveller)
    await form_all(here)
    groups = await form_all(there)
    await rows(  # wherever the traveller's way would have been too long
        "UPDATE enrolment SET cohort_group = $1 WHERE learner = $2 AND cohort = $3",
        groups[1].id,
        traveller.id,
        there.cohorts[0].id,
    )
    asked = await request_timetable(
        countries=["ML", "SN"], first_day=FIRST_DAY, weeks=8, asked_by="test", now=NOW
    )

    with ThreadPoolExecutor(2) as executor:
        await solve_timetable(
            timetable_id=asked, now=NOW, executor=executor if side_by_side else None
        )

    found = await planned(timetable_id=asked)
    assert {each.country for each in found} == {"ML", "SN"}
    starts = [each.starts_wall for each in found]
    assert (len(found), len(set(starts))) == (16, 16)


async def test_a_day_that_may_become_a_holiday_is_marked():
    world = await make_world(cohorts=1)
    await form_all(world)
    await make_holiday(world.country, date(2027, 1, 9), tentative=True, name_fr="Maouloud")

    found = await planned(timetable_id=(await draft()).id)

    assert [each.ordinal for each in found if each.perhaps_holiday == "Maouloud"] == [0]


async def test_slots_that_have_begun_are_not_planned():
    await form_all(await make_world(cohorts=1))
    later = NOW + timedelta(weeks=2, days=5, hours=2)  # Saturday of week 2, 10 h

    found = await planned(timetable_id=(await draft(now=later)).id)

    assert [each.ordinal for each in found] == [2, 3, 4, 5, 6, 7]
    assert found[0].starts_wall == datetime(2027, 1, 23, 14)


@pytest.mark.parametrize("cohorts", [1, 3])
async def test_loading_takes_the_same_number_of_queries_for_one_cohort_as_for_three(cohorts):
    await form_all(await make_world(cohorts=cohorts))
    asked = []

    async with atomic() as connection:
        with connection.query_logger(asked.append):
            problem = await load_instances(countries=["SN"], first_day=FIRST_DAY, weeks=8, now=NOW)

    assert len(problem.instances[0][1].groups) == cohorts
    # The driver asks what types are, once a connection, and turns the server's compiler off for it.
    its_own = ("pg_catalog", "'jit'")
    assert len([each for each in asked if not any(word in each.query for word in its_own)]) == 11


async def test_a_timetable_that_was_solved_is_not_solved_again():
    await form_all(await make_world(cohorts=1))
    timetable = await draft()

    again = await solve_timetable(timetable_id=timetable.id, now=NOW)

    assert again == timetable


async def test_a_run_that_was_broken_off_begins_again():
    await form_all(await make_world(cohorts=1))
    asked = await request_timetable(
        countries=["SN"], first_day=FIRST_DAY, weeks=8, asked_by="test", now=NOW
    )
    await rows("UPDATE timetable SET state = 'solving' WHERE id = $1", asked)

    timetable = await solve_timetable(timetable_id=asked, now=NOW)

    assert timetable.state is TimetableState.DRAFT


async def test_a_run_that_cannot_be_done_is_marked_as_failed():
    await form_all(await make_world(cohorts=1))
    asked = await request_timetable(
        countries=["SN"], first_day=FIRST_DAY, weeks=8, asked_by="test", now=NOW
    )
    gone = ThreadPoolExecutor(1)
    gone.shutdown()

    with pytest.raises(RuntimeError):
        await solve_timetable(timetable_id=asked, now=NOW, executor=gone)

    timetable = await get_timetable(timetable_id=asked)
    assert (timetable.state, timetable.failure) == (TimetableState.FAILED, "RuntimeError")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("countries", ["XX"]),
        ("countries", []),
        ("weeks", 0),
        ("weeks", 105),
        ("seconds", 0),
        ("first_day", date.max),
    ],
)
async def test_a_request_that_cannot_be_met_is_refused_by_its_field(field, value):
    await make_country()
    asked = {"countries": ["SN"], "first_day": FIRST_DAY, "weeks": 8, field: value}

    with pytest.raises(InvalidInput) as refused:
        await request_timetable(**asked, asked_by="test", now=NOW)

    assert refused.value.field == field
    assert await list_timetables() == ()


async def test_timetables_are_listed_the_newest_first_to_those_of_all_their_countries():
    await make_country()
    await make_country(iso2="ML", name_fr="Mali")
    both = {"first_day": FIRST_DAY, "weeks": 8, "asked_by": "test", "now": NOW}
    one = await request_timetable(countries=["SN"], **both)
    two = await request_timetable(countries=["ML", "SN"], **both)

    assert [each.id for each in await list_timetables()] == [two, one]
    assert [each.id for each in await list_timetables(countries=["SN"])] == [one]
    assert [each.id for each in await list_timetables(before_id=two)] == [one]
    assert await list_timetables(state="draft") == ()


async def test_a_queued_timetable_can_be_put_aside_once():
    await make_country()
    asked = await request_timetable(
        countries=["SN"], first_day=FIRST_DAY, weeks=8, asked_by="test", now=NOW
    )

    with pytest.raises(ChangedMeanwhile):
        await discard_timetable(timetable_id=asked, revision=9)
    gone = await discard_timetable(timetable_id=asked, revision=1)
    with pytest.raises(IllegalChangeOfState):
        await solve_timetable(timetable_id=asked, now=NOW)

    assert gone.state is TimetableState.DISCARDED
    with pytest.raises(TimetableNotFound):
        await get_timetable(timetable_id=2**40)


def test_each_country_has_a_seed_of_its_own():
    assert country_seed(1, "SN") != country_seed(1, "ML")
    assert country_seed(1, "SN") == country_seed(1, "SN")
