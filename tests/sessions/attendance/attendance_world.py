"""A meetup of three learners on a Saturday morning in Dakar, and marks to send."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from centres.tables import Centre
from sessions.attendance.keeping import MarkMade
from sessions.attendance.marks import Value, Way
from sessions.tables.learning import CohortGroup, Learner
from sessions.tables.meetups import Meetup
from tests.factories import (
    make_agreement,
    make_centre,
    make_cohort,
    make_country,
    make_group,
    make_learner,
    make_meetup,
    make_room,
    make_slot,
)

NINE = datetime(2027, 1, 9, 9, 5, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Saturday:
    """The meetup, its people, and the next one at the same centre."""

    centre: Centre
    group: CohortGroup
    meetup: Meetup
    later: Meetup
    awa: Learner
    binta: Learner
    cheikh: Learner


async def make_saturday() -> Saturday:
    country = await make_country()
    centre = await make_centre(country, name="Lycée Delafosse")
    await make_agreement(centre)
    room = await make_room(centre, name="Salle B12")
    group = await make_group(await make_cohort(country), centre)
    people = [
        await make_learner(country, group, code=f"L-{name[:3].upper()}", name=name, phone=phone)
        for name, phone in (
            ("Awa Diop", "+221770001234"),
            ("Binta Fall", "+221770005678"),
            ("Cheikh Ndour", "+221780005678"),
        )
    ]
    meetup = await make_meetup(
        group, await make_slot(room, datetime(2027, 1, 9, 9)), learners=people
    )
    later = await make_meetup(
        group, await make_slot(room, datetime(2027, 1, 16, 9)), 1, learners=people[:1]
    )
    return Saturday(centre, group, meetup, later, *people)


def made(learner: Learner | None = None, value: Value = Value.PRESENT, **values: Any) -> MarkMade:
    plain: dict[str, Any] = {
        "id": uuid4(),
        "learner": None if learner is None else learner.code,
        "value": value,
        "device": "phone-a",
        "device_at": NINE,
        "way": Way.LIST,
    }
    return MarkMade(**{**plain, **values})
