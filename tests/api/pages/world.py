"""A small network that pages can be looked at with: two countries, a host, learners, meetups."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from api.access.passwords import hashed
from api.access.tables import Account, RoleGrant
from centres.tables import Centre, Country, Host, PublicHoliday, Room
from sessions.tables.learning import Cohort, CohortGroup, Learner, Programme
from sessions.tables.meetups import Meetup
from sessions.tables.slots import Slot
from tests.api.conftest import NOW, PASSWORD
from tests.factories import (
    make_agreement,
    make_centre,
    make_cohort,
    make_country,
    make_group,
    make_holiday,
    make_hours,
    make_learner,
    make_meetup,
    make_mentor,
    make_room,
    make_slot,
    stored,
)

HOST_EMAIL = "accueil@example.org"
MANAGER_EMAIL = "direction@example.org"
_hashes: list[str] = []


@dataclass(frozen=True, slots=True)
class World:
    """What was made: Awa is enrolled, her group meets on Saturdays at the centre in Kaolack."""

    country: Country
    centre: Centre
    room: Room
    group: CohortGroup
    cohort: Cohort
    awa: Learner
    slots: tuple[Slot, ...]
    meetups: tuple[Meetup, ...]
    holiday: PublicHoliday


async def make_account(email: str, name: str) -> Account:
    """An account whose password is `PASSWORD`; its slow hash is made once for all tests."""
    return await stored(
        Account(email=email, name=name, password_hash=await _password_hash(), created_at=NOW)
    )


async def _password_hash() -> str:
    if not _hashes:
        _hashes.append(await hashed(PASSWORD))
    return _hashes[0]


async def make_world() -> World:
    """Make the network; the host and the manager log in with `PASSWORD`."""
    senegal = await make_country(weekend_days=[5, 6])
    bissau = await make_country(
        iso2="GW",
        name_fr="Guinée-Bissau",
        name_en="Guinea-Bissau",
        name_pt="Guiné-Bissau",
        zone="Africa/Bissau",
        languages=["pt"],
        phone_prefix="+245",
    )
    host = await stored(
        Host(code="lycee-valdiodio", name="Lycée Valdiodio-Ndiaye", kind="school", country=senegal)
    )
    centre = await make_centre(
        senegal,
        host=host,
        code="SN-KLK-01",
        name="Lycée Valdiodio-Ndiaye",
        city="Kaolack",
        address="Avenue Valdiodio-Ndiaye",
        directions="derrière la pharmacie Ndiaye, portail vert, demandez au gardien la salle B12",
        latitude=14.1469,
        longitude=-16.0726,
        precision="street",
    )
    await make_agreement(centre, ends_on=date(2027, 2, 28))
    await make_hours(centre)
    room = await make_room(
        centre, code="SN-KLK-01-B12", name="Salle B12", seats=24, computers=12,
        equipment=["computers", "internet", "projector"], step_free=True,
    )  # fmt: skip
    await make_room(centre, code="SN-KLK-01-CDI", name="Salle du CDI", seats=16)
    campus = await make_centre(
        senegal, code="SN-DKR-01", name="Campus numérique francophone", city="Dakar"
    )
    await make_agreement(campus)
    await make_centre(bissau, code="GW-BXO-01", name="Liceu Kwame Nkrumah", city="Bissau")
    programme = await stored(Programme(code="DATA", title="Architecte de données", months=12))
    mentor = await make_mentor(senegal, name="Moussa Sarr")
    cohort = await make_cohort(senegal, code="SN-DATA-1", programme=programme)
    group = await make_group(cohort, centre, code="SN-DATA-1-G1", number=1, mentor=mentor)
    awa = await make_learner(senegal, group, code="AWA", name="Awa Diop", centre=centre)
    others = [
        await make_learner(senegal, group, name=name)
        for name in ("Binta Fall", "Cheikh Ndour", "Fatou Sow", "Ibrahima Ba", "Khady Gueye")
    ]
    slots, meetups = [], []
    for week in range(6):
        saturday = datetime(2027, 1, 9, 9) + timedelta(weeks=week)
        slots.append(await make_slot(room, saturday))
        if week < 5:
            meetups.append(
                await make_meetup(
                    group, slots[-1], ordinal=week, learners=[awa, *others],
                    note="Apportez votre ordinateur si vous en avez un." if week == 0 else None,
                )
            )  # fmt: skip
        await make_slot(room, saturday - timedelta(days=3, hours=-5), minutes=120)
    holiday = await make_holiday(
        senegal, date(2027, 1, 13), name_fr="Fête de test", tentative=True, kind="islamic"
    )
    secretary = await make_account(HOST_EMAIL, "Mariama Cissé")
    await stored(RoleGrant(account=secretary, role="host", centre=centre))
    director = await make_account(MANAGER_EMAIL, "Kofi Mensah")
    await stored(RoleGrant(account=director, role="manager", country=senegal))
    await stored(RoleGrant(account=director, role="manager", country=bissau))
    return World(senegal, centre, room, group, cohort, awa, tuple(slots), tuple(meetups), holiday)
