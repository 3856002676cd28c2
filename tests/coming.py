"""A small network in the coming weeks, for servers in processes of their own: theirs is the
machine's clock, and no test can set it.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from centres.tables import Centre, Country, Room
from sessions.tables.learning import Cohort, CohortGroup
from tests.factories import (
    enrol,
    make_agreement,
    make_centre,
    make_cohort,
    make_country,
    make_group,
    make_hours,
    make_learner,
    make_meetup,
    make_room,
    make_slot,
)
from tests.sessions.networks import Network

A_YEAR = timedelta(days=365)


def today() -> date:
    return datetime.now(UTC).date()


def saturday(number: int) -> date:
    """Return a Saturday to come: number 0 is at least two weeks ahead."""
    soon = today() + timedelta(weeks=2)
    return soon + timedelta(days=(5 - soon.weekday()) % 7, weeks=number)


def monday() -> date:
    """Return the Monday of the week of Saturday 0."""
    return saturday(0) - timedelta(days=5)


@dataclass
class ComingNetwork(Network):
    """A network whose Saturdays lie ahead of today."""

    async def slot_on(self, number: int, hour: int = 9, room: Room | None = None) -> Any:
        """A slot of three hours on Saturday `number`, on the centre's wall clock."""
        return await make_slot(room or self.room, datetime.combine(saturday(number), time(hour)))


async def coming_place(country: Country, *, rooms: int = 1, **room: Any) -> tuple[Centre, Room]:
    """A centre that is open from last year to next year; returns its first room too."""
    centre = await make_centre(country)
    await make_agreement(centre, starts_on=today() - A_YEAR, ends_on=today() + A_YEAR)
    await make_hours(centre)
    made = [await make_room(centre, **room) for _ in range(rooms)]
    return centre, made[0]


async def coming_cohort(country: Country, **values: Any) -> Cohort:
    """A cohort that began a week ago and goes on for half a year."""
    dates = {"starts_on": today() - timedelta(days=7), "ends_on": today() + timedelta(days=180)}
    return await make_cohort(country, **{**dates, **values})


async def coming_network(
    learners: int = 2, country: dict[str, Any] | None = None, **room: Any
) -> ComingNetwork:
    """A centre with one room, a cohort and one group of so many learners, without a mentor."""
    home = await make_country(**(country or {}))
    centre, first = await coming_place(home, **room)
    cohort = await coming_cohort(home)
    group = await make_group(cohort, centre)
    members = [await make_learner(home) for _ in range(learners)]
    for member in members:
        await enrol(member, group, enrolled_on=today())
    return ComingNetwork(home, centre, first, cohort, None, group, members)  # type: ignore[arg-type]


async def coming_group(learners: int = 6, weeks: int = 4) -> CohortGroup:
    """A group that owes a meetup in each of these weeks, with two free slots every Saturday."""
    country = await make_country()
    centre, room = await coming_place(country)
    for number in range(weeks):
        for hour in (9, 14):
            await make_slot(room, datetime.combine(saturday(number), time(hour)))
    cohort = await coming_cohort(
        country, starts_on=monday(), ends_on=monday() + timedelta(days=7 * weeks - 1)
    )
    group = await make_group(cohort, centre)
    for _ in range(learners):
        await enrol(await make_learner(country), group, enrolled_on=monday())
    return group


async def coming_meetup(network: ComingNetwork, number: int, hour: int = 9, **values: Any) -> Any:
    """A meetup of the network's group on a Saturday to come, nobody booked unless given."""
    slot = await network.slot_on(number, hour)
    return await make_meetup(network.group, slot, number, network.learners, **values)
