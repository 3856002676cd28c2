"""A meetup with seats and people who want them, for the tests of booking."""

from datetime import datetime
from typing import NamedTuple

from centres.db import rows
from centres.tables import Centre, Country, Room
from sessions.tables.learning import Cohort, CohortGroup
from sessions.tables.meetups import Meetup
from tests.factories import make_cohort, make_group, make_meetup, make_place, make_room, make_slot

SATURDAY = datetime(2027, 1, 9, 9)


class World(NamedTuple):
    country: Country
    centre: Centre
    room: Room
    cohort: Cohort
    group: CohortGroup


async def booking_world() -> World:
    """A country with one centre, one cohort and one group of it."""
    room = await make_place(seats=20)
    centre = await Centre.objects(Centre.country).get(Centre.id == room.centre)
    cohort = await make_cohort(centre.country)
    return World(centre.country, centre, room, cohort, await make_group(cohort, centre))


async def meetup_with(world: World, seats: int, starts: datetime = SATURDAY) -> Meetup:
    """A meetup of a group of its own, in a room of its own."""
    room = await make_room(world.centre, seats=seats)
    group = await make_group(world.cohort, world.centre)
    return await make_meetup(group, await make_slot(room, starts))


async def learners_of(world: World, count: int) -> list[int]:
    found = await rows(
        "INSERT INTO learner (code, name, country, language, revision)"
        " SELECT 'X' || n, 'Élève ' || n, $1, 'fr', 1 FROM generate_series(1, $2::int) n"
        " RETURNING id",
        world.country.id,
        count,
    )
    return [each["id"] for each in found]


async def taken(meetup: Meetup) -> tuple[int, int]:
    """The seats as the database counts them, and as they are."""
    found = await rows(
        "SELECT seats_taken, (SELECT count(*) FROM booking WHERE meetup = m.id"
        " AND state = 'booked') AS booked FROM meetup m WHERE id = $1",
        meetup.id,
    )
    return found[0]["seats_taken"], found[0]["booked"]
