"""Shell: what the network's own learners, queues and slots tell site planning."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from centres.db import rows
from centres.geo import Point
from centres.planning.asked import DemandKind
from centres.planning.capacity import Rhythm
from centres.planning.demand import Demand

SLOT_WEEKS = 8
USE_DAYS = 90
USUAL = Rhythm(cadence_weeks=2.0, meetup_minutes=120.0)
GENDER_KNOWN_SHARE = 0.8

_ENROLLED = """SELECT e.learner FROM enrolment e JOIN cohort c ON c.id = e.cohort
    WHERE e.state = 'enrolled' AND c.ends_on >= $2 AND e.cohort_group IS NOT NULL"""
# Nobody found a group for them, or they queue for a seat at a meetup that is full.
_WAITING = """SELECT e.learner FROM enrolment e JOIN cohort c ON c.id = e.cohort
    WHERE e.state = 'enrolled' AND c.ends_on >= $2 AND e.cohort_group IS NULL
    UNION SELECT w.learner FROM waiting_entry w JOIN meetup m ON m.id = w.meetup
    WHERE w.state = 'waiting' AND m.starts_at >= $2::date"""
_BY_PLACE = """
SELECT k.iso2 AS country, p.id AS locality, p.name, p.latitude, p.longitude,
       count(*)::int AS learners, count(l.gender)::int AS known,
       count(*) FILTER (WHERE l.gender = 'f')::int AS women
FROM learner l JOIN country k ON k.id = l.country LEFT JOIN locality p ON p.id = l.locality
WHERE k.iso2 = ANY($1::text[]) AND l.id IN ({who})
GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class LearnersCounted:
    """Learners by place; `nowhere` counts those whose place is not known."""

    demand: tuple[Demand, ...]
    nowhere: int


async def learners_demand(
    *, countries: Sequence[str], kind: DemandKind, now: datetime
) -> LearnersCounted:
    """Return the learners of these countries by where they live, each once.

    Enrolled ones are in a group of a cohort that has not ended; waiting ones have no group yet, or
    queue for a full meetup.
    """
    who = {
        DemandKind.ENROLLED: _ENROLLED,
        DemandKind.WAITING: _WAITING,
    }.get(kind, f"{_ENROLLED} UNION {_WAITING}")
    found = await rows(_BY_PLACE.format(who=who), list(countries), now.date())
    return LearnersCounted(
        demand=tuple(_demand(each) for each in found if each["locality"] is not None),
        nowhere=sum(each["learners"] for each in found if each["locality"] is None),
    )


def _demand(each: dict[str, Any]) -> Demand:
    women = None
    if each["known"] >= GENDER_KNOWN_SHARE * each["learners"] and each["known"]:
        women = each["women"] / each["known"] * each["learners"]
    return Demand(
        key=f"{each['country']} {each['locality']}",
        name=each["name"],
        country=each["country"],
        point=Point(each["latitude"], each["longitude"]),
        learners=float(each["learners"]),
        women=women,
        source="learners",
    )


async def read_rhythm(*, countries: Sequence[str], now: datetime) -> tuple[Rhythm, bool]:
    """Return how the cohorts of these countries meet on average by learner, and whether any do.

    Without cohorts: every two weeks for two hours, as most of the network does.
    """
    found = await rows(
        """SELECT avg(c.cadence_weeks)::float8 AS weeks, avg(c.meetup_minutes)::float8 AS minutes
           FROM cohort c JOIN country k ON k.id = c.country
           JOIN enrolment e ON e.cohort = c.id AND e.state = 'enrolled'
           WHERE k.iso2 = ANY($1::text[]) AND c.ends_on >= $2""",
        list(countries),
        now.date(),
    )
    if found[0]["weeks"] is None:
        return USUAL, False
    return Rhythm(found[0]["weeks"], found[0]["minutes"]), True


@dataclass(frozen=True, slots=True)
class CentreNow:
    """A centre with what its seats offer: rooms, weekly hours by agreement, and slots published.

    `slots` are the (seats, minutes) of each of the coming `SLOT_WEEKS` weeks.
    """

    id: int
    code: str
    name: str
    country: str
    city: str
    point: Point
    precision: str
    state: str
    agreement: str | None
    hours_a_week: int | None
    rooms: int
    seats: int
    slots: tuple[tuple[int, float], ...]


async def read_centres(*, countries: Sequence[str], now: datetime) -> list[CentreNow]:
    """Return the centres of these countries that are not closed, by code, in two queries."""
    until = now + timedelta(weeks=SLOT_WEEKS)
    slots: defaultdict[int, list[tuple[int, float]]] = defaultdict(list)
    for each in await rows(
        """SELECT s.centre, s.seats,
                  (extract(epoch FROM s.ends_at - s.starts_at) / 60)::float8 AS minutes
           FROM slot s JOIN centre c ON c.id = s.centre JOIN country k ON k.id = c.country
           WHERE k.iso2 = ANY($1::text[]) AND s.state <> 'cancelled'
             AND s.starts_at >= $2 AND s.starts_at < $3 ORDER BY s.id""",
        list(countries),
        now,
        until,
    ):
        slots[each["centre"]].append((each["seats"], each["minutes"]))
    found = await rows(
        """SELECT c.id, c.code, c.name, k.iso2 AS country, c.city, c.latitude, c.longitude,
                  c.precision, c.state,
                  (SELECT a.state FROM agreement a WHERE a.centre = c.id ORDER BY a.id DESC LIMIT 1)
                      AS agreement,
                  (SELECT a.hours_a_week FROM agreement a WHERE a.centre = c.id
                   ORDER BY a.id DESC LIMIT 1) AS hours_a_week,
                  (SELECT count(*)::int FROM room r WHERE r.centre = c.id AND r.open) AS rooms,
                  (SELECT coalesce(sum(r.seats), 0)::int FROM room r
                   WHERE r.centre = c.id AND r.open) AS seats
           FROM centre c JOIN country k ON k.id = c.country
           WHERE k.iso2 = ANY($1::text[]) AND c.state <> 'closed' ORDER BY c.code""",
        list(countries),
    )
    return [
        CentreNow(
            **{name: each[name] for name in each if name not in ("latitude", "longitude")},
            point=Point(each["latitude"], each["longitude"]),
            slots=tuple(slots[each["id"]]),
        )
        for each in found
    ]


@dataclass(frozen=True, slots=True)
class RealUse:
    """What really happened at a centre in the last 90 days; `released` seats were given back.

    `learners` had a seat at least once; `waiting` queue now. Minutes are not measured.
    """

    centre: str
    meetups: int
    seats_offered: int
    seats_booked: int
    released: int
    learners: int
    waiting: int

    @property
    def released_share(self) -> float | None:
        """Seats given back as a share of those ever booked; None without any."""
        ever = self.seats_booked + self.released
        return self.released / ever if ever else None


async def real_use(*, centres: Sequence[str], now: datetime) -> dict[str, RealUse]:
    """Return the real use of centres, by code."""
    since = now - timedelta(days=USE_DAYS)
    found = await rows(
        """SELECT c.code AS centre,
               (SELECT count(*)::int FROM meetup m WHERE m.centre = c.id AND m.state = 'live'
                AND m.starts_at BETWEEN $2 AND $3) AS meetups,
               (SELECT coalesce(sum(m.seats), 0)::int FROM meetup m WHERE m.centre = c.id
                AND m.state = 'live' AND m.starts_at BETWEEN $2 AND $3) AS seats_offered,
               count(b.id) FILTER (WHERE b.state = 'booked')::int AS seats_booked,
               count(b.id) FILTER (WHERE b.state = 'released')::int AS released,
               count(DISTINCT b.learner) FILTER (WHERE b.state = 'booked')::int AS learners,
               (SELECT count(DISTINCT w.learner)::int FROM waiting_entry w
                JOIN meetup m ON m.id = w.meetup WHERE m.centre = c.id AND w.state = 'waiting'
                AND m.starts_at >= $3) AS waiting
           FROM centre c
           LEFT JOIN meetup n ON n.centre = c.id AND n.state = 'live'
                AND n.starts_at BETWEEN $2 AND $3
           LEFT JOIN booking b ON b.meetup = n.id
           WHERE c.code = ANY($1::text[]) GROUP BY c.id, c.code ORDER BY c.code""",
        list(centres),
        since,
        now,
    )
    return {each["centre"]: RealUse(**each) for each in found}
