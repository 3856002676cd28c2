"""A small network where meetups can be moved about: rooms, Saturdays, groups, learners."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from centres.db import rows
from centres.tables import Centre, Country, Room
from sessions.tables.learning import Cohort, CohortGroup, Learner, Mentor
from sessions.tables.meetups import Meetup
from sessions.tables.slots import Slot
from tests.factories import (
    make_agreement,
    make_centre,
    make_cohort,
    make_country,
    make_group,
    make_hours,
    make_learner,
    make_meetup,
    make_mentor,
    make_room,
    make_slot,
)


@dataclass
class Network:
    """A centre with one room, a cohort, and one group of two learners with a mentor."""

    country: Country
    centre: Centre
    room: Room
    cohort: Cohort
    mentor: Mentor
    group: CohortGroup
    learners: list[Learner] = field(default_factory=list)

    async def slot(self, day: int, hour: int = 9, room: Room | None = None, **values: Any) -> Slot:
        """A slot of three hours on a day of January 2027; the 9th and 16th are Saturdays."""
        return await make_slot(room or self.room, datetime(2027, 1, day, hour), **values)

    async def meetup(self, slot: Slot, ordinal: int = 0, **values: Any) -> Meetup:
        """A meetup of the group with all its learners."""
        return await make_meetup(self.group, slot, ordinal, self.learners, **values)

    async def another_group(self, **values: Any) -> CohortGroup:
        """A group of the same cohort, without mentor or learners."""
        return await make_group(self.cohort, self.centre, **values)


async def make_network(learners: int = 2, **values: Any) -> Network:
    """Return the network, stored; `values` are the cohort's."""
    country = await make_country()
    centre = await make_centre(country)
    await make_agreement(centre)
    await make_hours(centre)
    room = await make_room(centre)
    mentor = await make_mentor(country)
    cohort = await make_cohort(country, **values)
    group = await make_group(cohort, centre, mentor=mentor)
    members = [await make_learner(country, group) for _ in range(learners)]
    return Network(country, centre, room, cohort, mentor, group, members)


def tried_once(use_case: Callable[..., Any]) -> Callable[..., Any]:
    """The use case without its second try, which would hide a deadlock."""
    return use_case.__wrapped__  # type: ignore[attr-defined, no-any-return]


async def stored_meetups() -> list[dict[str, Any]]:
    """Return what is stored of every meetup, by id."""
    return await rows(
        "SELECT id, uid, state, slot, sequence, starts_wall, cancel_reason, changed_at, seats,"
        " seats_taken FROM meetup ORDER BY id"
    )


async def stored_notices() -> list[tuple[Any, ...]]:
    """Return (meetup, learner, mentor, kind, sequence) of every notice, mentors last."""
    found = await rows(
        "SELECT meetup, learner, mentor, kind, sequence FROM notice"
        " ORDER BY meetup, learner NULLS LAST, sequence"
    )
    return [tuple(each.values()) for each in found]


async def everything() -> list[list[dict[str, Any]]]:
    """Return every row that a change of slots or meetups may touch, to compare."""
    tables = "slot series meetup booking waiting_entry notice change feed_version closure room"
    return [await rows(f"SELECT * FROM {table} ORDER BY id") for table in tables.split()]


async def feed_versions() -> dict[tuple[str, int], int]:
    """Return how often each calendar has changed, by scope and subject."""
    found = await rows("SELECT scope, subject, version FROM feed_version")
    return {(each["scope"], each["subject"]): each["version"] for each in found}
