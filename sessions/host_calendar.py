"""What a host sees of a centre: its slots week by week, what meets in them, and who comes."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from centres.db import rows
from centres.language import Names, Sentence
from sessions.refusals import SlotNotFound

INT4_MAX = 2**31 - 1


@dataclass(frozen=True, slots=True)
class HostedCentre:
    """A centre that somebody may publish for, by public codes."""

    code: str
    name: str
    city: str
    country: str
    zone: str


@dataclass(frozen=True, slots=True)
class HostedRoom:
    """An open room that can be offered."""

    code: str
    name: str
    seats: int


@dataclass(frozen=True, slots=True)
class HostedSlot:
    """A slot and the meetup in it, if any: then `meets`, `group` and `seats_taken` say which.

    `following` counts the open slots of its series from this one on, `in_series` all of them;
    both are 1 for a slot of its own.
    """

    id: int
    revision: int
    state: str
    centre: str
    country: str
    room: str
    room_name: str
    room_seats: int
    zone: str
    starts_wall: datetime
    ends_wall: datetime
    starts_at: datetime
    seats: int
    meetup: int | None
    meets: str | None
    group: str | None
    mentor: str | None
    seats_taken: int
    following: int
    in_series: int

    @property
    def minutes(self) -> int:
        """How long it lasts on the wall clock."""
        return int((self.ends_wall - self.starts_wall).total_seconds()) // 60


@dataclass(frozen=True, slots=True)
class DayNote:
    """Why nothing may happen on a day: a public holiday, or a closure of a room or of all."""

    day: date
    holiday: Names | None = None
    tentative: bool = False
    closed: str | None = None
    room_name: str | None = None


@dataclass(frozen=True, slots=True)
class HostDay:
    """One day of a centre, with its notes and its slots by start."""

    day: date
    notes: tuple[DayNote, ...]
    slots: tuple[HostedSlot, ...]


async def hosted_centres(
    *, countries: Collection[str] | None, centres: Collection[str]
) -> list[HostedCentre]:
    """Return the centres of these countries (None: of all) and those with these codes, by place.

    Planned and closed ones are left out: nothing can be published there.
    """
    found = await rows(
        "SELECT c.code, c.name, c.city, k.iso2 AS country, c.zone"
        " FROM centre c JOIN country k ON k.id = c.country"
        " WHERE c.state IN ('open', 'suspended')"
        " AND ($1::text[] IS NULL OR k.iso2 = ANY($1) OR c.code = ANY($2::text[]))"
        " ORDER BY k.iso2, c.city, c.name, c.code",
        None if countries is None else sorted(countries),
        sorted(centres),
    )
    return [HostedCentre(**each) for each in found]


async def rooms_of(*, centre: str) -> list[HostedRoom]:
    """Return the open rooms of a centre, by name."""
    found = await rows(
        "SELECT r.code, r.name, r.seats FROM room r JOIN centre c ON c.id = r.centre"
        " WHERE c.code = $1 AND r.open ORDER BY r.name, r.code",
        centre,
    )
    return [HostedRoom(**each) for each in found]


_SLOTS = """
SELECT s.id, s.revision, s.state, c.code AS centre, k.iso2 AS country, r.code AS room,
       r.name AS room_name, r.seats AS room_seats, s.zone, s.starts_wall, s.ends_wall, s.starts_at,
       s.seats, m.id AS meetup, p.title AS meets, g.code AS group, t.name AS mentor,
       coalesce(m.seats_taken, 0) AS seats_taken, 1 AS following, 1 AS in_series
FROM slot s JOIN room r ON r.id = s.room JOIN centre c ON c.id = s.centre
JOIN country k ON k.id = c.country
LEFT JOIN meetup m ON m.slot = s.id AND m.state = 'live'
LEFT JOIN cohort_group g ON g.id = m.cohort_group LEFT JOIN cohort o ON o.id = g.cohort
LEFT JOIN programme p ON p.id = o.programme LEFT JOIN mentor t ON t.id = m.mentor
"""


async def calendar_of(*, centre: str, first_day: date, last_day: date) -> list[HostDay]:
    """Return the days from first to last, both included, on which something is to be known.

    Three queries, whatever the number of slots; cancelled slots are left out.
    """
    starts, ends = (datetime.combine(each, time(0)) for each in (first_day, last_day))
    slots = await rows(
        f"{_SLOTS} WHERE c.code = $1 AND s.state <> 'cancelled' AND s.starts_wall >= $2"
        " AND s.starts_wall < $3 ORDER BY s.starts_wall, r.name, s.id",
        centre,
        starts,
        ends + timedelta(days=1),
    )
    holidays = await rows(
        "SELECT h.date, h.name_fr, h.name_en, h.name_pt, h.tentative FROM public_holiday h"
        " JOIN centre c ON c.country = h.country WHERE c.code = $1 AND h.observed"
        " AND h.date BETWEEN $2 AND $3 ORDER BY h.date, h.id",
        centre,
        first_day,
        last_day,
    )
    closures = await rows(
        "SELECT x.first_day, x.last_day, x.reason, r.name AS room FROM closure x"
        " JOIN centre c ON c.id = x.centre LEFT JOIN room r ON r.id = x.room WHERE c.code = $1"
        " AND NOT x.lifted AND x.last_day >= $2 AND x.first_day <= $3 ORDER BY x.first_day, x.id",
        centre,
        first_day,
        last_day,
    )
    notes = [*map(_holiday_note, holidays), *_closure_notes(closures, first_day, last_day)]
    kept = [HostedSlot(**each) for each in slots]
    days = sorted({each.starts_wall.date() for each in kept} | {each.day for each in notes})
    return [
        HostDay(
            day,
            tuple(each for each in notes if each.day == day),
            tuple(each for each in kept if each.starts_wall.date() == day),
        )
        for day in days
    ]


def _holiday_note(row: dict[str, Any]) -> DayNote:
    names = Names(row["name_fr"], row["name_en"], row["name_pt"])
    return DayNote(row["date"], holiday=names, tentative=row["tentative"])


def _closure_notes(closures: list[dict[str, Any]], first: date, last: date) -> list[DayNote]:
    return [
        DayNote(date.fromordinal(number), closed=each["reason"] or None, room_name=each["room"])
        for each in closures
        for number in range(
            max(each["first_day"], first).toordinal(), min(each["last_day"], last).toordinal() + 1
        )
    ]


async def hosted_slot(*, slot_id: int) -> HostedSlot:
    """Return one slot with the size of its series, in two queries; raises SlotNotFound."""
    found = []
    if 0 < slot_id <= INT4_MAX:
        found = await rows(f"{_SLOTS} WHERE s.id = $1", slot_id)
    if not found:
        raise SlotNotFound(Sentence("Ce créneau n'existe pas."))
    counted = await rows(
        "SELECT count(*) FILTER (WHERE o.starts_at >= s.starts_at) AS following,"
        " count(*) AS in_series FROM slot s JOIN slot o ON o.id = s.id OR o.series = s.series"
        " WHERE s.id = $1 AND o.state = 'open'",
        slot_id,
    )
    return HostedSlot(**{**found[0], **counted[0]})


async def names_of_those_who_come(*, meetup_id: int) -> list[str]:
    """Return the names of the learners who hold a seat, by name; nothing else about them."""
    found = await rows(
        "SELECT l.name FROM booking b JOIN learner l ON l.id = b.learner"
        " WHERE b.meetup = $1 AND b.state = 'booked' ORDER BY l.name, l.id",
        meetup_id,
    )
    return [each["name"] for each in found]
