"""Shell: the seats behind a report, and the marks that each of them rests on."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from centres.db import rows
from sessions.attendance.marks import Value, Way
from sessions.figures.donor_report import Asked, Counted
from sessions.figures.indicators import Figures, Room, Seat, figures

_WHICH = """
m.state = 'live' AND m.ends_at <= $2 AND m.starts_wall >= $3::date
AND m.starts_wall < $4::date + 1 AND ($1::text[] IS NULL OR k.iso2 = ANY($1))
AND ($5::text IS NULL OR sp.code = $5)
"""
_FROM = """
FROM meetup m JOIN cohort_group g ON g.id = m.cohort_group JOIN cohort o ON o.id = g.cohort
JOIN centre c ON c.id = m.centre JOIN country k ON k.id = c.country
JOIN programme p ON p.id = o.programme LEFT JOIN sponsor sp ON sp.id = o.sponsor
"""
_MINUTES = "(extract(epoch FROM m.ends_at - m.starts_at) / 60)::int AS minutes"
_SEATS = f"""
SELECT b.id AS booking, m.id AS meetup, g.code AS "group", c.code AS centre,
    m.starts_wall::date AS day, {_MINUTES}, l.id AS learner, l.code AS learner_code, a.value,
    l.gender, l.birth_year, n.iso2 AS learner_country, sp.code AS sponsor, sp.kind AS funding,
    p.code AS programme
{_FROM} JOIN booking b ON b.meetup = m.id AND b.state = 'booked'
JOIN learner l ON l.id = b.learner JOIN country n ON n.id = l.country
LEFT JOIN attendance a ON a.meetup = m.id AND a.learner = l.id
WHERE {_WHICH} ORDER BY m.starts_at, m.id, l.code
"""
_ROOMS = f"""
SELECT m.id AS meetup, m.starts_wall::date AS day, {_MINUTES}, m.seats
{_FROM} WHERE {_WHICH} ORDER BY m.starts_at, m.id
"""
_MARKS = """
SELECT meetup, learner, value, way, marked_by, device_at, received_at, reason, proof,
    evidence IS NOT NULL AS photo
FROM attendance_mark WHERE meetup = ANY($1::int[]) AND learner = ANY($2::int[])
ORDER BY received_at, id
"""


@dataclass(frozen=True, slots=True)
class Witness:
    """One mark that a seat rests on: who made it, how and when; `photo` of the signed sheet."""

    value: Value
    way: Way
    marked_by: str
    device_at: datetime
    received_at: datetime
    reason: str | None
    proof: str | None
    photo: bool


async def counted(*, countries: Collection[str] | None, asked: Asked, now: datetime) -> Counted:
    """Return the seats and rooms of meetups that are over, held in these countries (None: all)."""
    found = await rows(_ROOMS, *_given(countries, asked, now))
    return Counted(
        seats=await seats_behind(countries=countries, asked=asked, now=now),
        rooms=tuple(Room(**each) for each in found),
    )


async def seats_behind(
    *, countries: Collection[str] | None, asked: Asked, now: datetime
) -> tuple[Seat, ...]:
    """Return the seats alone, in one query."""
    return tuple(
        Seat(**{**each, "value": None if each["value"] is None else Value(each["value"])})
        for each in await rows(_SEATS, *_given(countries, asked, now))
    )


def _given(countries: Collection[str] | None, asked: Asked, now: datetime) -> tuple[Any, ...]:
    wanted = None if countries is None else sorted(countries)
    return (wanted, now, asked.first, asked.last, asked.sponsor)


async def witnesses(*, seats: Collection[Seat]) -> dict[int, list[Witness]]:
    """Return the marks behind these seats by booking, the earliest first, superseded ones too."""
    of = {(each.meetup, each.learner): each.booking for each in seats}
    found: dict[int, list[Witness]] = {}
    for each in await rows(
        _MARKS, sorted({meetup for meetup, _ in of}), sorted({learner for _, learner in of})
    ):
        booking = of.get((each.pop("meetup"), each.pop("learner")))
        if booking is not None:
            each.update(value=Value(each["value"]), way=Way(each["way"]))
            found.setdefault(booking, []).append(Witness(**each))
    return found


@dataclass(frozen=True, slots=True)
class MonthBehind:
    """The figures of the 28 days that end today, and the address of their rows."""

    total: Figures
    query: str


async def month_behind(*, countries: Collection[str] | None, now: datetime) -> MonthBehind | None:
    """Return the figures of the last 28 days, None when nobody had a seat in them."""
    asked = Asked(now.date() - timedelta(days=27), now.date())
    seats = await seats_behind(countries=countries, asked=asked, now=now)
    return MonthBehind(figures(seats), asked.query) if seats else None
