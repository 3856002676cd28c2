"""What anybody may read of the network: its open centres and when they next meet, nobody's name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from centres.db import rows
from centres.errors import NotFound
from centres.language import Names, Sentence
from centres.zones import to_wall

MOST_MEETUPS = 12


@dataclass(frozen=True, slots=True)
class PublicMeetup:
    """A meetup without people: what is studied, in which room, when on the wall clock."""

    title: str
    room: str
    starts_wall: datetime
    ends_wall: datetime
    zone: str
    seats_left: int


@dataclass(frozen=True, slots=True)
class CentreLine:
    """One centre in the list; `next_meetup` is None while none is planned.

    `today` is the date on the centre's own calendar.
    """

    code: str
    name: str
    city: str
    zone: str
    today: date
    next_meetup: PublicMeetup | None


@dataclass(frozen=True, slots=True)
class CountryLine:
    """A country and its open centres, by city and name."""

    iso2: str
    names: Names
    centres: tuple[CentreLine, ...]


@dataclass(frozen=True, slots=True)
class PublicRoom:
    """A room as a visitor wants to know it; `step_free` is None where nobody has said."""

    name: str
    seats: int
    computers: int
    equipment: tuple[str, ...]
    step_free: bool | None
    access_note: str | None


@dataclass(frozen=True, slots=True)
class WeekdayHours:
    """A weekday, Monday being 0, and its openings in minutes after midnight; none is closed."""

    weekday: int
    openings: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class PublicClosure:
    """Days, both included, on which the centre or one room is shut."""

    first_day: date
    last_day: date
    reason: str
    room: str | None


@dataclass(frozen=True, slots=True)
class CentrePage:
    """All that a visitor may read of one centre."""

    id: int
    code: str
    name: str
    host: str
    city: str
    country: Names
    address: str | None
    directions: str | None
    latitude: float
    longitude: float
    precision: str
    zone: str
    assumed: str | None
    today: date
    rooms: tuple[PublicRoom, ...]
    week: tuple[WeekdayHours, ...]
    closures: tuple[PublicClosure, ...]
    meetups: tuple[PublicMeetup, ...]

    @property
    def leads_to_the_door(self) -> bool:
        """Whether a map with this point shows the building and not the middle of the town."""
        return self.precision in {"site", "street"}


_CENTRES = """
SELECT k.iso2, k.name_fr, k.name_en, k.name_pt, c.code, c.name, c.city, c.zone,
       m.title, m.room, m.starts_wall, m.ends_wall, m.seats_left
FROM centre c JOIN country k ON k.id = c.country
LEFT JOIN LATERAL (
    SELECT p.title, r.name AS room, m.starts_wall, m.ends_wall,
           m.seats - m.seats_taken AS seats_left
    FROM meetup m JOIN room r ON r.id = m.room JOIN cohort_group g ON g.id = m.cohort_group
    JOIN cohort o ON o.id = g.cohort JOIN programme p ON p.id = o.programme
    WHERE m.centre = c.id AND m.state = 'live' AND m.ends_at > $1
    ORDER BY m.starts_at, m.id LIMIT 1
) m ON true
WHERE c.state = 'open'
ORDER BY k.name_fr, k.iso2, c.city, c.name, c.code
"""


async def centres_by_country(*, now: datetime) -> list[CountryLine]:
    """Return the countries that have open centres, by French name, in one query.

    A meetup that has begun is still its centre's next one until it ends.
    """
    found = await rows(_CENTRES, now)
    return [
        CountryLine(iso2, _names(group[0]), tuple(_centre_line(row, now) for row in group))
        for iso2, group in ((key, list(each)) for key, each in groupby(found, _country_of))
    ]


def _country_of(row: dict[str, Any]) -> str:
    return str(row["iso2"])


def _names(row: dict[str, Any]) -> Names:
    return Names(row["name_fr"], row["name_en"], row["name_pt"])


def _centre_line(row: dict[str, Any], now: datetime) -> CentreLine:
    return CentreLine(
        code=row["code"],
        name=row["name"],
        city=row["city"],
        zone=row["zone"],
        today=to_wall(now, row["zone"]).date(),
        next_meetup=_meetup(row, row["zone"]) if row["title"] else None,
    )


def _meetup(row: dict[str, Any], zone: str) -> PublicMeetup:
    return PublicMeetup(
        title=row["title"],
        room=row["room"],
        starts_wall=row["starts_wall"],
        ends_wall=row["ends_wall"],
        zone=zone,
        seats_left=row["seats_left"],
    )


_CENTRE = """
SELECT c.id, c.code, c.name, h.name AS host, c.city, c.address, c.directions, c.latitude,
       c.longitude, c.precision, c.zone, c.assumed, k.name_fr, k.name_en, k.name_pt
FROM centre c JOIN host h ON h.id = c.host JOIN country k ON k.id = c.country
WHERE c.code = $1 AND c.state = 'open'
"""
_MEETUPS = """
SELECT p.title, r.name AS room, m.starts_wall, m.ends_wall, m.zone,
       m.seats - m.seats_taken AS seats_left
FROM meetup m JOIN room r ON r.id = m.room JOIN cohort_group g ON g.id = m.cohort_group
JOIN cohort o ON o.id = g.cohort JOIN programme p ON p.id = o.programme
WHERE m.centre = $1 AND m.state = 'live' AND m.ends_at > $2
ORDER BY m.starts_at, m.id LIMIT $3
"""


async def centre_page(*, code: str, now: datetime) -> CentrePage:
    """Return one open centre with its rooms, hours and next meetups, in five queries.

    Raises NotFound, for a centre that is not open too.
    """
    found = await rows(_CENTRE, code)
    if not found:
        raise NotFound(Sentence("Aucun centre ouvert ne porte le code {code}.", code=code[:30]))
    row = found[0]
    today = to_wall(now, row["zone"]).date()
    rooms = await rows(
        "SELECT name, seats, computers, equipment, step_free, access_note FROM room"
        " WHERE centre = $1 AND open ORDER BY name, id",
        row["id"],
    )
    hours = await rows(
        "SELECT weekday, opens_minute, closes_minute FROM opening_hours WHERE centre = $1"
        " ORDER BY weekday, opens_minute",
        row["id"],
    )
    closures = await rows(
        "SELECT x.first_day, x.last_day, x.reason, r.name AS room FROM closure x"
        " LEFT JOIN room r ON r.id = x.room WHERE x.centre = $1 AND NOT x.lifted"
        " AND x.last_day >= $2 ORDER BY x.first_day, x.id LIMIT 10",
        row["id"],
        today,
    )
    meetups = await rows(_MEETUPS, row["id"], now, MOST_MEETUPS)
    plain = {
        name: row[name]
        for name in (
            "id", "code", "name", "host", "city", "address", "directions", "latitude",
            "longitude", "precision", "zone", "assumed",
        )
    }  # fmt: skip
    return CentrePage(
        **plain,
        country=_names(row),
        today=today,
        rooms=tuple(
            PublicRoom(**{**each, "equipment": tuple(each["equipment"])}) for each in rooms
        ),
        week=_week(hours),
        closures=tuple(PublicClosure(**each) for each in closures),
        meetups=tuple(_meetup(each, each["zone"]) for each in meetups),
    )


def _week(hours: Sequence[dict[str, Any]]) -> tuple[WeekdayHours, ...]:
    return tuple(
        WeekdayHours(
            weekday,
            tuple(
                (each["opens_minute"], each["closes_minute"])
                for each in hours
                if each["weekday"] == weekday
            ),
        )
        for weekday in range(7)
    )
