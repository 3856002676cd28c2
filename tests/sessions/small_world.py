"""A small world: two centres of Dakar with two rooms each, eight weeks of slots, three cohorts."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from centres.tables import Centre, Country, Room
from sessions.forming_groups import form_groups
from sessions.scheduling import request_timetable, solve_timetable
from sessions.tables.learning import Cohort, CohortGroup, Enrolment, Learner
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


async def make_world(cohorts: int = 3, learners: int = 12, weeks: int = WEEKS) -> World:
    """Cohorts of 12, meeting every 1, 2 and 4 weeks; every Saturday 9 h and 14 h in four rooms."""
    country = await make_country()
    centres = [
        await make_centre(country, latitude=14.69 + north, longitude=-17.44) for north in (0, 0.05)
    ]
    rooms = []
    for centre in centres:
        await make_agreement(centre)
        await make_hours(centre)
        rooms += [await make_room(centre), await make_room(centre)]
    for week in range(weeks):
        for hour in (9, 14):
            at = datetime.combine(FIRST_DAY, datetime.min.time())
            starts = at + timedelta(weeks=week, days=5, hours=hour)
            for room in rooms:
                await make_slot(room, starts)
    made = []
    for number in range(cohorts):
        cohort = await make_cohort(country, cadence_weeks=(1, 2, 4)[number % 3])
        made.append(cohort)
        for _ in range(learners):
            await join(cohort, await make_learner(country, centre=centres[number % 2]))
    return World(country, centres, rooms, made)


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
