"""A learner with sixty weekly meetups in a database of their own, for the feeds' benchmark."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from centres.db import atomic
from centres.language import Language
from centres.tables import Agreement, Centre, Country, Host, Region, Room
from centres.zones import to_instant
from sessions.feed_versions import bump_feeds
from sessions.feeds.links import FeedScope
from sessions.meetup_uids import new_uids
from sessions.subscriptions import open_feed_link
from sessions.tables.learning import Cohort, CohortGroup, Enrolment, Learner, Mentor, Programme
from sessions.tables.meetups import Booking, Meetup
from sessions.tables.slots import Slot

ZONE = "Africa/Dakar"
LENGTH = timedelta(hours=3)


async def make_feed(meetups: int, now: datetime) -> str:
    """Store a small network with one learner and so many weekly meetups; return a feed's token."""
    first = now.date() + timedelta(days=7)
    last = first + timedelta(weeks=meetups + 1)
    async with atomic():
        learner = await _learner(first, last)
        group = await _stored(_group(learner["cohort"], learner["centre"], learner["mentor"]))
        pupil = await _stored(
            Learner(code="AWA", name="Awa Exemple", country=learner["country"], language="fr")
        )
        await _stored(
            Enrolment(
                cohort=learner["cohort"], learner=pupil, cohort_group=group, enrolled_on=first
            )
        )
        made = []
        for week, uid in enumerate(await new_uids(meetups)):
            day = first + timedelta(weeks=week)
            made.append(await _meetup(learner, group, pupil, day, week, uid, now))
        await bump_feeds(meetup_ids=made, now=now)
        _, token = await open_feed_link(
            scope=FeedScope.LEARNER,
            subject=pupil.id,
            device="benchmark",
            language=Language.FR,
            now=now,
        )
    return token


async def _stored(row: Any) -> Any:
    await row.save()
    return row


async def _learner(first: date, last: date) -> dict[str, Any]:
    region = await _stored(Region(code="AO", name="Afrique de l'Ouest"))
    country = await _stored(
        Country(
            region=region,
            iso2="SN",
            name_fr="Sénégal",
            name_en="Senegal",
            name_pt="Senegal",
            zone=ZONE,
            currency="XOF",
            weekend_days=[5, 6],
            languages=["fr"],
            phone_prefix="+221",
        )
    )
    host = await _stored(Host(code="lycee", name="Lycée d'accueil", kind="school", country=country))
    centre = await _stored(
        Centre(
            code="SN-KLK-01",
            country=country,
            host=host,
            name="Lycée Valdiodio-Ndiaye",
            city="Kaolack",
            address="Avenue Valdiodio-Ndiaye",
            directions="derrière la pharmacie Ndiaye, portail vert, demandez la salle B12",
            latitude=14.1469,
            longitude=-16.0726,
            precision="street",
            zone=ZONE,
            state="open",
        )
    )
    agreement = await _stored(
        Agreement(
            centre=centre,
            state="open",
            starts_on=first,
            ends_on=last,
            hours_a_week=40,
            currency="XOF",
        )
    )
    room = await _stored(
        Room(code="SN-KLK-01-B12", centre=centre, name="Salle B12", seats=24, equipment=[])
    )
    mentor = await _stored(Mentor(code="M1", name="Moussa Exemple", country=country))
    programme = await _stored(Programme(code="DATA", title="Architecte de données", months=12))
    cohort = await _stored(
        Cohort(
            code="SN-DATA-1",
            programme=programme,
            country=country,
            starts_on=first,
            ends_on=last,
            cadence_weeks=1,
            meetup_minutes=180,
        )
    )
    return {
        "country": country,
        "centre": centre,
        "agreement": agreement,
        "room": room,
        "mentor": mentor,
        "cohort": cohort,
    }


def _group(cohort: Cohort, centre: Centre, mentor: Mentor) -> CohortGroup:
    return CohortGroup(code="SN-DATA-1-G1", cohort=cohort, number=1, centre=centre, mentor=mentor)


async def _meetup(
    network: dict[str, Any],
    group: CohortGroup,
    learner: Learner,
    day: date,
    ordinal: int,
    uid: object,
    now: datetime,
) -> int:
    wall = datetime.combine(day, time(9))
    period: dict[Any, Any] = {
        "starts_wall": wall,
        "ends_wall": wall + LENGTH,
        "zone": ZONE,
        "starts_at": to_instant(wall, ZONE),
        "ends_at": to_instant(wall + LENGTH, ZONE),
    }
    agreement = network["agreement"]
    slot = await _stored(
        Slot(
            room=network["room"],
            centre=network["centre"],
            agreement=agreement,
            seats=24,
            room_seats=24,
            agreement_starts_on=agreement.starts_on,
            agreement_ends_on=agreement.ends_on,
            **period,
        )
    )
    meetup = await _stored(
        Meetup(
            uid=uid,
            cohort_group=group,
            ordinal=ordinal,
            slot=slot,
            slot_starts_at=slot.starts_at,
            slot_ends_at=slot.ends_at,
            room=network["room"],
            centre=network["centre"],
            mentor=network["mentor"],
            seats=24,
            created_at=now,
            changed_at=now,
            **period,
        )
    )
    await _stored(
        Booking(
            meetup=meetup,
            learner=learner,
            kind="group",
            starts_at=period["starts_at"],
            ends_at=period["ends_at"],
            booked_at=now,
            changed_at=now,
        )
    )
    return int(meetup.id)


def present() -> datetime:
    """Return the present instant: the server that is measured has the machine's clock too."""
    return datetime.now(UTC)
