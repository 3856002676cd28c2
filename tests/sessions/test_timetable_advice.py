"""Slots worth asking a host for: proposed by prices, verified by solving, possible to publish."""

from datetime import date, datetime, time

import pytest

from centres.db import rows
from centres.language import Language
from sessions.slot_publishing import publish_slots
from sessions.timetable_advice import advice, advise
from sessions.timetable_reports import explained
from sessions.timetable_runs import read_run
from sessions.timetables import reason_words, unmet
from tests.factories import (
    NOW,
    make_agreement,
    make_centre,
    make_closure,
    make_cohort,
    make_country,
    make_group,
    make_holiday,
    make_hours,
    make_learner,
    make_room,
    make_slot,
)
from tests.sessions.small_world import World, draft, form_all, make_world

pytestmark = pytest.mark.usefixtures("database")
SATURDAYS = [date(2027, 1, 9 + 7 * week) for week in range(3)]


async def crowded_world(**cohort) -> World:
    """Two weekly groups of 12 and one room of one centre, open on Saturdays at 9 for 3 weeks."""
    country = await make_country()
    centre = await make_centre(country)
    await make_agreement(centre)
    await make_hours(centre)
    room = await make_room(centre)
    for day in SATURDAYS:
        await make_slot(room, datetime(day.year, day.month, day.day, 9))
    cohorts = [await make_cohort(country, ends_on=date(2027, 1, 24), **cohort) for _ in range(2)]
    for each in cohorts:
        group = await make_group(each, centre)
        for _ in range(12):
            await make_learner(country, group, centre=centre)
    return World(country, [centre], [room], cohorts)


async def test_a_full_room_leads_to_the_slots_that_would_help_and_what_they_gain():
    world = await crowded_world()
    second = await make_room(world.centres[0])
    timetable = await draft(weeks=3)

    await advise(timetable_id=timetable.id, now=NOW)

    assert len(await unmet(timetable_id=timetable.id)) == 3
    found = await advice(timetable_id=timetable.id)
    best = found[0]
    assert (best.room, best.weekday, best.starts, best.minutes) == (second.code, 5, time(9), 180)
    assert list(best.days) == SATURDAYS
    assert (best.regained, best.gain) == (3, 180)
    assert (await read_run(timetable_id=timetable.id, of=1)).advised


async def test_what_is_gained_comes_true_once_the_host_has_published_it():
    world = await crowded_world()
    await make_room(world.centres[0])
    timetable = await draft(weeks=3)
    await advise(timetable_id=timetable.id, now=NOW)
    best = (await advice(timetable_id=timetable.id))[0]

    await publish_slots(
        room_code=best.room, starts=best.starts, minutes=best.minutes, added=best.days, now=NOW
    )

    assert (await draft(weeks=3)).cost == pytest.approx(timetable.cost - best.gain)


async def test_a_room_whose_host_could_not_publish_is_not_proposed():
    world = await crowded_world()
    await make_room(world.centres[0], open=False)
    other = await make_centre(world.country)
    await make_room(other)  # without an agreement
    await make_closure(world.centres[0], date(2027, 1, 4), date(2027, 1, 31))
    timetable = await draft(weeks=3)

    await advise(timetable_id=timetable.id, now=NOW)

    assert await advice(timetable_id=timetable.id) == ()


async def test_a_timetable_without_a_compromise_needs_no_remedy():
    await form_all(await make_world(cohorts=1))
    easy = await draft()
    await advise(timetable_id=easy.id, now=NOW)
    assert await advice(timetable_id=easy.id) == ()


async def test_weighing_twice_leaves_one_set():
    world = await crowded_world()
    await make_room(world.centres[0])
    timetable = await draft(weeks=3)
    await advise(timetable_id=timetable.id, now=NOW)
    once = await advice(timetable_id=timetable.id)

    await advise(timetable_id=timetable.id, now=NOW)

    again = await advice(timetable_id=timetable.id)
    assert [(each.room, each.days, each.gain) for each in again] == [
        (each.room, each.days, each.gain) for each in once
    ]


async def test_causes_are_put_together_by_group_and_say_who_has_the_room():
    await crowded_world()
    timetable = await draft(weeks=3)

    (line,) = await explained(timetable_id=timetable.id)

    assert (line.unmet, line.reason.code, len(line.weeks), line.points) == (
        True,
        "taken_by",
        3,
        180,
    )
    codes = {each["code"] for each in await rows("SELECT code FROM cohort_group")}
    assert {dict(line.reason.figures)["groups"], line.group} == codes


async def test_a_closed_week_and_a_holiday_are_named():
    world = await crowded_world()
    await rows("UPDATE slot SET state = 'cancelled', cancel_reason = 'x' WHERE id > 1")
    await make_closure(
        world.centres[0], date(2027, 1, 16), date(2027, 1, 16), reason="Examens d'État"
    )
    await make_holiday(world.country, date(2027, 1, 23), name_fr="Tabaski")

    timetable = await draft(weeks=3)

    said = {
        reason_words(each.reason, Language.FR)
        for each in await explained(timetable_id=timetable.id)
    }
    assert {
        "Le centre ou la salle est fermé ce jour-là : Examens d'État.",
        "C'est un jour férié : Tabaski.",
    } <= said


async def test_too_few_computers_nearby_are_counted():
    await crowded_world(equipment_needed=["computers"])

    timetable = await draft(weeks=3)

    lines = await explained(timetable_id=timetable.id)
    assert {reason_words(each.reason, Language.FR) for each in lines} == {
        "Aucune salle publiée à moins de 40 km n'a 12 ordinateurs."
    }
