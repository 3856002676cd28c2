"""Honest rows, one small function each: a keyword replaces what a test cares about.

Each returns the stored Piccolo object. Codes are numbered, so that two calls never collide. The
world stands in Dakar and its agreement runs for the whole of 2027, unless told otherwise.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from centres.db import atomic
from centres.tables import (
    Agreement,
    Centre,
    Closure,
    Country,
    Host,
    OpeningHours,
    PublicHoliday,
    Region,
    Room,
)
from centres.zones import to_instant
from sessions.tables.learning import Cohort, CohortGroup, Enrolment, Learner, Mentor, Programme
from sessions.tables.meetups import Booking, Meetup
from sessions.tables.slots import Slot

NOW = datetime(2027, 1, 4, 8, 0, tzinfo=UTC)  # a Monday
_numbers = count(1)


async def stored(row: Any) -> Any:
    """Store a new row in a transaction of its own and return it with its id."""
    async with atomic():
        await row.save()
    return row


async def make_country(**values: Any) -> Country:
    """A country; its region is made unless `region` is given."""
    number = next(_numbers)
    if "region" not in values:
        values["region"] = await stored(Region(code=f"R{number}", name="Afrique de l'Ouest"))
    plain: dict[str, Any] = {
        "iso2": "SN",
        "name_fr": "Sénégal",
        "name_en": "Senegal",
        "name_pt": "Senegal",
        "zone": "Africa/Dakar",
        "currency": "XOF",
        "weekend_days": [5, 6],
        "languages": ["fr"],
        "phone_prefix": "+221",
    }
    return await stored(Country(**{**plain, **values}))


async def make_centre(country: Country | None = None, **values: Any) -> Centre:
    """An open centre in the middle of Dakar with a host of its own."""
    number = next(_numbers)
    country = country or await make_country()
    if "host" not in values:
        values["host"] = await stored(
            Host(code=f"host-{number}", name="Lycée d'accueil", kind="school", country=country)
        )
    plain: dict[str, Any] = {
        "code": f"{country.iso2}-DKR-{number:02d}",
        "country": country,
        "name": f"Centre {number}",
        "city": "Dakar",
        "latitude": 14.6937,
        "longitude": -17.4441,
        "precision": "city",
        "zone": country.zone,
        "state": "open",
    }
    return await stored(Centre(**{**plain, **values}))


async def make_agreement(centre: Centre, **values: Any) -> Agreement:
    """An open agreement for 2027, of 40 hours a week."""
    plain: dict[str, Any] = {
        "centre": centre,
        "state": "open",
        "starts_on": date(2027, 1, 1),
        "ends_on": date(2027, 12, 31),
        "hours_a_week": 40,
        "currency": "XOF",
    }
    return await stored(Agreement(**{**plain, **values}))


async def make_room(centre: Centre, **values: Any) -> Room:
    """An open room of 20 seats with internet."""
    number = next(_numbers)
    plain: dict[str, Any] = {
        "code": f"{centre.code}-R{number}",
        "centre": centre,
        "name": f"Salle {number}",
        "seats": 20,
        "equipment": ["internet"],
    }
    return await stored(Room(**{**plain, **values}))


async def make_hours(centre: Centre, weekdays: Sequence[int] = range(6), **values: Any) -> None:
    """Opening hours from 8 to 20 on the weekdays given, Monday to Saturday otherwise."""
    plain: dict[str, Any] = {"centre": centre, "opens_minute": 480, "closes_minute": 1200}
    for weekday in weekdays:
        await stored(OpeningHours(**{**plain, "weekday": weekday, **values}))


async def make_place(country: Country | None = None, **values: Any) -> Room:
    """A room that can be published: open centre, agreement, hours; `values` are the room's."""
    centre = await make_centre(country)
    await make_agreement(centre)
    await make_hours(centre)
    return await make_room(centre, **values)


async def make_closure(centre: Centre, first: date, last: date, **values: Any) -> Closure:
    """A closure of the whole centre."""
    plain = {"centre": centre, "first_day": first, "last_day": last, "reason": "Examens"}
    return await stored(Closure(**{**plain, **values}))


async def make_holiday(country: Country, day: date, **values: Any) -> PublicHoliday:
    """A fixed civil holiday."""
    plain: dict[str, Any] = {
        "country": country,
        "key": f"{day.year}-holiday-{next(_numbers)}",
        "year": day.year,
        "date": day,
        "calculated_date": day,
        "name_fr": "Fête nationale",
        "name_en": "National Day",
        "name_pt": "Dia nacional",
        "kind": "civil",
    }
    return await stored(PublicHoliday(**{**plain, **values}))


async def make_slot(room: Room, starts_wall: datetime, minutes: int = 180, **values: Any) -> Slot:
    """An open slot, on the wall clock of its centre, under the centre's first agreement."""
    centre_id = room.centre.id if isinstance(room.centre, Centre) else room.centre
    centre = await Centre.objects().get(Centre.id == centre_id)
    agreement = await Agreement.objects().where(Agreement.centre == centre_id).first()
    assert centre is not None
    assert agreement is not None
    ends_wall = starts_wall + timedelta(minutes=minutes)
    plain: dict[str, Any] = {
        "room": room,
        "centre": centre,
        "agreement": agreement,
        "starts_wall": starts_wall,
        "ends_wall": ends_wall,
        "zone": centre.zone,
        "starts_at": to_instant(starts_wall, centre.zone),
        "ends_at": to_instant(ends_wall, centre.zone),
        "seats": room.seats,
        "room_seats": room.seats,
        "agreement_starts_on": agreement.starts_on,
        "agreement_ends_on": agreement.ends_on,
    }
    return await stored(Slot(**{**plain, **values}))


async def make_mentor(country: Country, **values: Any) -> Mentor:
    """A mentor who can be reached by mail."""
    number = next(_numbers)
    plain: dict[str, Any] = {
        "code": f"M{number}",
        "name": f"Mentor Inventé {number}",
        "email": f"mentor{number}@example.org",
        "country": country,
    }
    return await stored(Mentor(**{**plain, **values}))


async def make_cohort(country: Country, **values: Any) -> Cohort:
    """A weekly cohort of 2027 that meets for three hours; its programme is made."""
    number = next(_numbers)
    if "programme" not in values:
        values["programme"] = await stored(
            Programme(code=f"P{number}", title="Introduction au travail numérique", months=6)
        )
    plain: dict[str, Any] = {
        "code": f"{country.iso2}-C{number}",
        "country": country,
        "starts_on": date(2027, 1, 4),
        "ends_on": date(2027, 12, 18),
        "cadence_weeks": 1,
        "meetup_minutes": 180,
    }
    return await stored(Cohort(**{**plain, **values}))


async def make_group(cohort: Cohort, centre: Centre, **values: Any) -> CohortGroup:
    """A group of the cohort at its home centre, without a mentor unless one is given."""
    number = next(_numbers)
    plain: dict[str, Any] = {
        "code": f"{cohort.code}-G{number}",
        "cohort": cohort,
        "number": number,
        "centre": centre,
    }
    return await stored(CohortGroup(**{**plain, **values}))


async def make_learner(
    country: Country, group: CohortGroup | None = None, **values: Any
) -> Learner:
    """A learner, enrolled in the group and its cohort when one is given."""
    number = next(_numbers)
    plain: dict[str, Any] = {"code": f"L{number}", "name": f"Élève {number}", "country": country}
    learner = await stored(Learner(**{**plain, **values}))
    if group is not None:
        await enrol(learner, group)
    return learner


async def enrol(learner: Learner, group: CohortGroup, **values: Any) -> Enrolment:
    """Enrol a learner in a group and its cohort."""
    plain: dict[str, Any] = {
        "cohort": group.cohort,
        "learner": learner,
        "cohort_group": group,
        "enrolled_on": date(2027, 1, 4),
    }
    return await stored(Enrolment(**{**plain, **values}))


async def make_meetup(
    group: CohortGroup,
    slot: Slot,
    ordinal: int = 0,
    learners: Sequence[Learner] = (),
    **values: Any,
) -> Meetup:
    """A live meetup over the whole of its slot, with a seat booked for each learner."""
    plain: dict[str, Any] = {
        "uid": UUID(int=next(_numbers)),
        "cohort_group": group,
        "ordinal": ordinal,
        "slot": slot,
        "slot_starts_at": slot.starts_at,
        "slot_ends_at": slot.ends_at,
        "room": slot.room,
        "centre": slot.centre,
        "mentor": group.mentor,
        "starts_wall": slot.starts_wall,
        "ends_wall": slot.ends_wall,
        "zone": slot.zone,
        "starts_at": slot.starts_at,
        "ends_at": slot.ends_at,
        "seats": slot.seats,
        "created_at": NOW,
        "changed_at": NOW,
    }
    async with atomic():
        meetup = await stored(Meetup(**{**plain, **values}))
        for learner in learners:
            await book(meetup, learner)
    return meetup


async def book(meetup: Meetup, learner: Learner, kind: str = "group", **values: Any) -> Booking:
    """A seat of the learner in the meetup."""
    plain: dict[str, Any] = {
        "meetup": meetup,
        "learner": learner,
        "kind": kind,
        "starts_at": meetup.starts_at,
        "ends_at": meetup.ends_at,
        "booked_at": NOW,
        "changed_at": NOW,
    }
    return await stored(Booking(**{**plain, **values}))
