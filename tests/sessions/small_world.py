"""A small world: two centres of Dakar with two rooms each, eight weeks of slots, three cohorts."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import product
from typing import Any

from centres.db import atomic, copy_rows
from centres.tables import Centre, Country, Room
from sessions.forming_groups import form_groups
from sessions.scheduling import request_timetable, solve_timetable
from sessions.tables.learning import Cohort, CohortGroup, Enrolment, Learner
from sessions.tables.slots import Slot
from sessions.timetables import Timetable
from tests.factories import (
    NOW,
    make_agreement,
    make_centre,
    make_cohort,
    make_country,
    make_hours,
    make_learner,
    make_room,
    make_slot,
    stored,
)

FIRST_DAY = date(2027, 1, 4)
WEEKS = 8


@dataclass
class World:
    country: Country
    centres: list[Centre]
    rooms: list[Room]
    cohorts: list[Cohort]


async def make_world(
    cohorts: int = 3, learners: int = 12, weeks: int = WEEKS, iso2: str = "SN"
) -> World:
    """Cohorts of 12, meeting every 1, 2 and 4 weeks; every Saturday 9 h and 14 h in four rooms."""
    country = await make_country(iso2=iso2)
    centres = [
        await make_centre(country, latitude=14.69 + north, longitude=-17.44) for north in (0, 0.05)
    ]
    rooms = []
    for centre in centres:
        await make_agreement(centre)
        await make_hours(centre)
        rooms += [await make_room(centre), await make_room(centre)]
    await _offer(rooms, weeks)
    made = []
    for number in range(cohorts):
        cohort = await make_cohort(country, cadence_weeks=(1, 2, 4)[number % 3])
        made.append(cohort)
        for _ in range(learners):
            await join(cohort, await make_learner(country, centre=centres[number % 2]))
    return World(country, centres, rooms, made)


async def _offer(rooms: list[Room], weeks: int) -> None:
    """Copy in what `make_slot` makes from the first one: hundreds of slots take a while singly."""
    moments = ("starts_wall", "ends_wall", "starts_at", "ends_at")
    for room in rooms if weeks else []:
        first = await make_slot(room, datetime(2027, 1, 9, 9))
        row = (await Slot.select().where(Slot.id == first.id))[0]
        del row["id"]
        records = []
        for week, hours in product(range(weeks), (0, 5)):
            later = timedelta(weeks=week, hours=hours)
            if later:
                values = row | {name: row[name] + later for name in moments}
                records.append(tuple(values.values()))
        async with atomic():
            await copy_rows(Slot, list(row), records)


async def join(cohort: Cohort, learner: Learner) -> Enrolment:
    """Enrol a learner who has no group yet."""
    return await stored(Enrolment(cohort=cohort, learner=learner, enrolled_on=date(2027, 1, 4)))


async def form_all(world: World) -> list[CohortGroup]:
    """Form the groups of every cohort and return them by id."""
    for cohort in world.cohorts:
        await form_groups(cohort_code=cohort.code, now=NOW)
    return await CohortGroup.objects().order_by(CohortGroup.id)


async def draft(**more: Any) -> Timetable:
    """Ask for a timetable of the whole small world and solve it."""
    asked: dict[str, Any] = {
        "countries": ["SN"],
        "first_day": FIRST_DAY,
        "weeks": WEEKS,
        "seconds": 30.0,
        "asked_by": "test",
        "now": NOW,
        **more,
    }
    number = await request_timetable(**asked)
    return await solve_timetable(timetable_id=number, now=asked["now"])
