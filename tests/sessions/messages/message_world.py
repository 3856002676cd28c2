"""Learners who agreed to be told, and the ways in which a test looks at what they were told."""

from datetime import datetime, timedelta
from typing import NamedTuple

from centres.db import rows
from centres.tables import Centre, Country
from sessions.messages.addresses import PostOffice
from sessions.messages.people import Person
from sessions.tables.learning import CohortGroup, Learner
from sessions.tables.meetups import Meetup
from tests.factories import (
    NOW,
    make_cohort,
    make_group,
    make_learner,
    make_meetup,
    make_place,
    make_room,
    make_slot,
)

OFFICE = PostOffice("Réseau d'essai", "rdv@reseau.example", "https://reseau.example")
SATURDAY = datetime(2027, 1, 9, 9)


class World(NamedTuple):
    country: Country
    centre: Centre
    group: CohortGroup
    awa: Learner
    meetup: Meetup

    @property
    def person(self) -> Person:
        return Person("learner", self.awa.id)


async def message_world(**learner: object) -> World:
    """Awa, who agreed, with a seat in one meetup on Saturday; nobody was told of it yet."""
    room = await make_place()
    centre = await Centre.objects(Centre.country).get(Centre.id == room.centre)
    group = await make_group(await make_cohort(centre.country), centre)
    plain = {"name": "Awa Ndiaye", "email": "awa@example.org", "consent_at": NOW}
    awa = await make_learner(centre.country, group, **{**plain, **learner})
    meetup = await make_meetup(group, await make_slot(room, SATURDAY), learners=[awa])
    return World(centre.country, centre, group, awa, meetup)


async def another_slot(world: World, starts: datetime = SATURDAY + timedelta(days=7)):
    return await make_slot(await make_room(world.centre), starts)


async def by_invites(world: World) -> None:
    await rows(
        "INSERT INTO contact_preference (learner, reply_token, secret, calendar_by, reminders,"
        " revision) VALUES ($1, $2, $3, 'invites', false, 1)",
        world.awa.id,
        "a" * 26,
        "S" * 43,
    )


async def messages() -> list[dict[str, object]]:
    return await rows("SELECT state, subject, failure, attempts, address FROM message ORDER BY id")
