"""Shell: which slots to come, and which meetups in them, a closure or a holiday would hit."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from centres.db import rows


@dataclass(frozen=True, slots=True)
class AffectedSlot:
    """An open slot to come; `meetup` is the live meetup in it, with its group and seats taken."""

    id: int
    centre_code: str
    room_code: str
    starts_wall: datetime
    ends_wall: datetime
    meetup: int | None
    group_code: str | None
    learners: int


_AFFECTED = """
SELECT s.id, c.code AS centre_code, r.code AS room_code, s.starts_wall, s.ends_wall,
       m.id AS meetup, g.code AS group_code, coalesce(m.seats_taken, 0) AS learners
FROM slot s JOIN room r ON r.id = s.room JOIN centre c ON c.id = s.centre
JOIN country k ON k.id = c.country
LEFT JOIN meetup m ON m.slot = s.id AND m.state = 'live'
LEFT JOIN cohort_group g ON g.id = m.cohort_group
WHERE s.state = 'open' AND s.starts_at > $1 AND s.starts_wall < $3 AND s.ends_wall > $2 AND {which}
ORDER BY s.starts_at, s.id
"""


async def affected_by_closure(
    *, centre: str, room: str | None = None, first_day: date, last_day: date, now: datetime
) -> tuple[AffectedSlot, ...]:
    """Return the slots of a centre, or of one room, that touch these days, both included."""
    which = "c.code = $4 AND ($5::text IS NULL OR r.code = $5)"
    return await _affected(which, now, first_day, last_day, centre, room)


async def affected_by_holiday(
    *, country: str, day: date, now: datetime
) -> tuple[AffectedSlot, ...]:
    """Return the slots of a country (ISO 3166) that touch the day.

    Those that their hosts keep on a holiday on purpose are left out.
    """
    return await _affected("k.iso2 = $4 AND NOT s.despite_holiday", now, day, day, country)


async def affected_by_loss_of_room(*, room: str, now: datetime) -> tuple[AffectedSlot, ...]:
    """Return every slot to come in a room."""
    return await _affected("r.code = $4", now, date.min, date.max - timedelta(days=1), room)


async def _affected(
    which: str, now: datetime, first_day: date, last_day: date, *values: str | None
) -> tuple[AffectedSlot, ...]:
    found = await rows(
        _AFFECTED.format(which=which),
        now,
        datetime.combine(first_day, time(0)),
        datetime.combine(last_day + timedelta(days=1), time(0)),
        *values,
    )
    return tuple(AffectedSlot(**each) for each in found)
