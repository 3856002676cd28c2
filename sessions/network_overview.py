"""What a regional manager has to know first: what is open, what has to be decided, what is short.

Figures come with the rows that they count, so that each can be opened.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from centres.db import rows
from centres.language import Names

HOLIDAYS_AHEAD = timedelta(days=180)
AGREEMENTS_AHEAD = timedelta(days=120)


@dataclass(frozen=True, slots=True)
class CountryFigures:
    """One country: its centres by state, its open rooms and seats, its groups, its weeks ahead.

    `slots` and `meetups` are those that begin in the 28 days from now, `seats_taken` and
    `seats_held` the seats of those meetups.
    """

    iso2: str
    names: Names
    planned: int
    open: int
    suspended: int
    closed: int
    rooms: int
    seats: int
    groups: int
    slots: int
    meetups: int
    seats_taken: int
    seats_held: int


@dataclass(frozen=True, slots=True)
class CentreRow:
    """One centre behind the figures."""

    code: str
    name: str
    city: str
    country: str
    state: str


@dataclass(frozen=True, slots=True)
class DoubtfulHoliday:
    """A tentative holiday to come, and what its expected date hits."""

    id: int
    country: Names
    names: Names
    date: date
    slots: int
    meetups: int
    learners: int


@dataclass(frozen=True, slots=True)
class EndingAgreement:
    """An agreement in force that ends soon, and how many published slots its last weeks hold."""

    id: int
    centre: str
    centre_name: str
    city: str
    country: str
    ends_on: date
    slots: int


@dataclass(frozen=True, slots=True)
class Overview:
    """The whole first page of a manager."""

    countries: tuple[CountryFigures, ...]
    centres: tuple[CentreRow, ...]
    holidays: tuple[DoubtfulHoliday, ...]
    agreements: tuple[EndingAgreement, ...]


_FIGURES = """
SELECT k.iso2, k.name_fr, k.name_en, k.name_pt,
    count(*) FILTER (WHERE c.state = 'planned') AS planned,
    count(*) FILTER (WHERE c.state = 'open') AS open,
    count(*) FILTER (WHERE c.state = 'suspended') AS suspended,
    count(*) FILTER (WHERE c.state = 'closed') AS closed,
    coalesce(sum(r.rooms), 0)::int AS rooms, coalesce(sum(r.seats), 0)::int AS seats,
    coalesce(sum(g.groups), 0)::int AS groups,
    coalesce(sum(s.slots), 0)::int AS slots, coalesce(sum(s.meetups), 0)::int AS meetups,
    coalesce(sum(s.taken), 0)::int AS seats_taken, coalesce(sum(s.held), 0)::int AS seats_held
FROM country k JOIN centre c ON c.country = k.id
LEFT JOIN (SELECT centre, count(*) AS rooms, sum(seats) AS seats FROM room WHERE open
           GROUP BY centre) r ON r.centre = c.id
LEFT JOIN (SELECT g.centre, count(*) AS groups FROM cohort_group g
           JOIN cohort o ON o.id = g.cohort WHERE o.ends_on >= $2::timestamptz::date
           GROUP BY g.centre) g ON g.centre = c.id
LEFT JOIN (SELECT s.centre, count(*) AS slots, count(m.id) AS meetups,
                  sum(m.seats_taken) AS taken, sum(m.seats) AS held
           FROM slot s LEFT JOIN meetup m ON m.slot = s.id AND m.state = 'live'
           WHERE s.state = 'open' AND s.starts_at >= $2 AND s.starts_at < $3
           GROUP BY s.centre) s ON s.centre = c.id
WHERE $1::text[] IS NULL OR k.iso2 = ANY($1)
GROUP BY k.id ORDER BY k.name_fr
"""
_CENTRES = """
SELECT c.code, c.name, c.city, k.iso2 AS country, c.state
FROM centre c JOIN country k ON k.id = c.country
WHERE $1::text[] IS NULL OR k.iso2 = ANY($1) ORDER BY k.name_fr, c.city, c.name, c.code
"""
_HOLIDAYS = """
SELECT h.id, k.name_fr AS country_fr, k.name_en AS country_en, k.name_pt AS country_pt,
       h.name_fr, h.name_en, h.name_pt, h.date, count(s.id) AS slots, count(m.id) AS meetups,
       coalesce(sum(m.seats_taken), 0)::int AS learners
FROM public_holiday h JOIN country k ON k.id = h.country
LEFT JOIN centre c ON c.country = h.country
LEFT JOIN slot s ON s.centre = c.id AND s.state = 'open' AND NOT s.despite_holiday
    AND s.starts_at > $2 AND s.starts_wall < h.date + 1 AND s.ends_wall > h.date
LEFT JOIN meetup m ON m.slot = s.id AND m.state = 'live'
WHERE ($1::text[] IS NULL OR k.iso2 = ANY($1)) AND h.tentative AND h.observed
  AND h.date >= $2::timestamptz::date AND h.date <= $3
GROUP BY h.id, k.id ORDER BY h.date, k.name_fr, h.id
"""
_AGREEMENTS = """
SELECT a.id, c.code AS centre, c.name AS centre_name, c.city, k.iso2 AS country, a.ends_on,
       (SELECT count(*) FROM slot s WHERE s.agreement = a.id AND s.state = 'open'
        AND s.starts_at > $2)::int AS slots
FROM agreement a JOIN centre c ON c.id = a.centre JOIN country k ON k.id = c.country
WHERE ($1::text[] IS NULL OR k.iso2 = ANY($1)) AND a.state IN ('agreed', 'open', 'suspended')
  AND a.ends_on >= $2::timestamptz::date AND a.ends_on <= $3
  AND NOT EXISTS (SELECT 1 FROM agreement n WHERE n.centre = a.centre AND n.starts_on > a.starts_on
                  AND n.state IN ('agreed', 'open') AND n.starts_on <= a.ends_on + 1)
ORDER BY a.ends_on, c.code
"""


async def overview(*, countries: Collection[str] | None, now: datetime) -> Overview:
    """Return the first page of whoever manages these countries (ISO 3166; None: all).

    Four queries. An agreement that another one takes over from is not among those ending.
    """
    wanted = None if countries is None else sorted(countries)
    figures = await rows(_FIGURES, wanted, now, now + timedelta(days=28))
    centres = await rows(_CENTRES, wanted)
    holidays = await rows(_HOLIDAYS, wanted, now, now.date() + HOLIDAYS_AHEAD)
    agreements = await rows(_AGREEMENTS, wanted, now, now.date() + AGREEMENTS_AHEAD)
    return Overview(
        countries=tuple(
            CountryFigures(**{**_without_names(each), "names": _names(each, "name")})
            for each in figures
        ),
        centres=tuple(CentreRow(**each) for each in centres),
        holidays=tuple(
            DoubtfulHoliday(
                id=each["id"],
                country=_names(each, "country"),
                names=_names(each, "name"),
                date=each["date"],
                slots=each["slots"],
                meetups=each["meetups"],
                learners=each["learners"],
            )
            for each in holidays
        ),
        agreements=tuple(EndingAgreement(**each) for each in agreements),
    )


def _names(row: dict[str, Any], prefix: str) -> Names:
    return Names(*(row[f"{prefix}_{language}"] for language in ("fr", "en", "pt")))


def _without_names(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if not name.startswith("name_")}
