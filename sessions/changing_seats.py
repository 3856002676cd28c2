"""Shell: where else a learner could meet, and the one step that changes the seat."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from centres.db import atomic, retried, rows
from centres.geo import Point, distance_km
from sessions.booking import Booking, book_seat, move_seat
from sessions.feeds.event import Precision
from sessions.lifecycle import BookingState, MeetupState
from sessions.seat_alternatives import Alternative, best_first
from sessions.seat_refusals import meetup_not_found
from sessions.seat_writes import lock_meetups


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A meetup of a learner and what could stand in for it, best first.

    `seated` says whether the learner has a seat to change; `waits`, a place in its queue. `town`
    is the home town that distances are measured from, None where it is not known.
    """

    id: int
    title: str
    starts_wall: datetime
    ends_wall: datetime
    zone: str
    centre: str
    room: str
    seated: bool
    waits: bool
    cancelled: bool
    town: str | None
    found: tuple[Alternative, ...]


# Theirs: a meetup of their group, one they have or had a seat in, one they wait for.
_OWN = """
SELECT m.id, p.title, m.starts_wall, m.ends_wall, m.zone, c.name AS centre, r.name AS room,
       m.state, m.ordinal, m.starts_at, m.cohort_group, h.programme, h.language, h.cadence_weeks,
       b.state AS seat, w.id IS NOT NULL AS waits, y.name AS town, y.latitude, y.longitude
FROM meetup m JOIN cohort_group g ON g.id = m.cohort_group JOIN cohort h ON h.id = g.cohort
JOIN programme p ON p.id = h.programme JOIN room r ON r.id = m.room JOIN centre c ON c.id = m.centre
JOIN learner l ON l.id = $2 LEFT JOIN locality y ON y.id = l.locality
LEFT JOIN booking b ON b.meetup = m.id AND b.learner = l.id
LEFT JOIN waiting_entry w ON w.meetup = m.id AND w.learner = l.id AND w.state = 'waiting'
WHERE m.id = $1 AND m.starts_at > $3 AND (b.id IS NOT NULL OR w.id IS NOT NULL)
"""
# One cadence before and after: what lies further off stands in for another meetup.
_OTHERS = """
SELECT m.id, p.title, m.starts_wall, m.ends_wall, m.zone, m.starts_at, m.ordinal,
       c.code AS centre_code, c.name AS centre, c.city, c.latitude, c.longitude, c.precision,
       r.name AS room, r.computers, m.seats - m.seats_taken AS seats_free, h.language
FROM meetup m JOIN cohort_group g ON g.id = m.cohort_group JOIN cohort h ON h.id = g.cohort
JOIN programme p ON p.id = h.programme JOIN room r ON r.id = m.room JOIN centre c ON c.id = m.centre
WHERE h.programme = $3 AND m.id <> $1 AND m.cohort_group <> $4 AND m.state = 'live'
  AND m.starts_at > $5 AND m.starts_at BETWEEN $6 AND $7 AND m.seats_taken < m.seats
  AND NOT EXISTS (SELECT 1 FROM booking b WHERE b.learner = $2 AND b.state = 'booked'
                  AND b.meetup <> $1 AND b.starts_at < m.ends_at AND m.starts_at < b.ends_at)
ORDER BY m.starts_at, m.id LIMIT 200
"""
_LEAVE = """
UPDATE waiting_entry SET state = 'left', settled_at = $3
WHERE meetup = $1 AND learner = $2 AND state = 'waiting'
"""


async def elsewhere(*, meetup_id: int, learner_id: int, now: datetime) -> Elsewhere:
    """Return where a learner could go instead: groups of the same programme with free seats.

    Two queries. Raises MeetupNotFound unless the meetup is to come and is the learner's.
    """
    found = await rows(_OWN, meetup_id, learner_id, now)
    if not found:
        raise meetup_not_found(meetup_id)
    own = found[0]
    away = timedelta(weeks=own["cadence_weeks"])
    others = await rows(
        _OTHERS,
        meetup_id,
        learner_id,
        own["programme"],
        own["cohort_group"],
        now,
        own["starts_at"] - away,
        own["starts_at"] + away,
    )
    home = None if own["latitude"] is None else Point(own["latitude"], own["longitude"])
    return Elsewhere(
        id=own["id"],
        title=own["title"],
        starts_wall=own["starts_wall"],
        ends_wall=own["ends_wall"],
        zone=own["zone"],
        centre=own["centre"],
        room=own["room"],
        seated=_seated(own),
        waits=own["waits"],
        cancelled=own["state"] == MeetupState.CANCELLED,
        town=own["town"],
        found=best_first(_alternative(each, own, home) for each in others),
    )


@retried
async def meet_elsewhere(
    *, instead_of: int, meetup_id: int, learner_id: int, now: datetime
) -> Booking:
    """Take a seat in `meetup_id` and give back the one, or the place in the queue, of `instead_of`.

    Both or neither; whoever waits for the seat that is freed gets it in the same transaction.
    Raises MeetupNotFound, and what `move_seat` raises.
    """
    async with atomic():
        await lock_meetups([instead_of, meetup_id])
        own = await rows(_OWN, instead_of, learner_id, now)
        if not own:
            raise meetup_not_found(instead_of)
        if _seated(own[0]):
            return await move_seat(
                from_meetup=instead_of, to_meetup=meetup_id, learner_id=learner_id, now=now
            )
        booking = await book_seat(meetup_id=meetup_id, learner_id=learner_id, now=now)
        await rows(_LEAVE, instead_of, learner_id, now)
        return booking


def _seated(own: dict[str, Any]) -> bool:
    return bool(own["state"] == MeetupState.LIVE and own["seat"] == BookingState.BOOKED)


def _alternative(row: dict[str, Any], own: dict[str, Any], home: Point | None) -> Alternative:
    # The middle of a region says nothing of how far its towns are.
    vague = Precision(row["precision"]) in (Precision.REGION, Precision.COUNTRY)
    point = Point(row["latitude"], row["longitude"])
    return Alternative(
        **{name: row[name] for name in _AS_READ},
        km=None if home is None or vague else distance_km(home, point),
        same_step=row["ordinal"] == own["ordinal"],
        same_language=row["language"] == own["language"],
        same_weekday=row["starts_wall"].weekday() == own["starts_wall"].weekday(),
        later_minutes=int((row["starts_at"] - own["starts_at"]).total_seconds() // 60),
    )


_AS_READ = (
    "id",
    "title",
    "starts_wall",
    "ends_wall",
    "zone",
    "centre_code",
    "centre",
    "city",
    "room",
    "seats_free",
    "computers",
    "language",
)
