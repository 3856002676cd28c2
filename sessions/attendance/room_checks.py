"""Shell: rooms that have meetups in the next days, what their hosts found, and moving away."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from centres.acting import current_actor
from centres.db import atomic, rows
from centres.errors import NotFound
from centres.language import Sentence
from centres.zones import to_wall
from sessions.attendance.readiness import Found, Needs, Readiness, faults, readiness
from sessions.replanning import Replanned, replan

DAYS_AHEAD = 2
A_YEAR = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class RoomDay:
    """A room on a day with meetups still to begin, and how it stands."""

    id: int
    room: str
    name: str
    computers: int
    centre: str
    centre_name: str
    country: str
    zone: str
    day: date
    starts_wall: datetime
    meetups: tuple[int, ...]
    slots: tuple[int, ...]
    learners: int
    needs: Needs
    found: Found | None
    note: str | None
    checked_at: datetime | None
    state: Readiness

    @property
    def faults(self) -> list[Sentence]:
        """What the last check found amiss."""
        return [] if self.found is None else faults(self.found, self.needs)

    @property
    def warns(self) -> bool:
        """Whether the manager has to look."""
        return self.state in (Readiness.FAILED, Readiness.UNCONFIRMED)


# The largest group that needs computers says how many have to work.
_ROOM_DAYS = """
WITH coming AS (
    SELECT m.room, m.starts_wall::date AS day, min(m.starts_wall) AS starts_wall, m.zone,
           array_agg(m.id ORDER BY m.starts_wall) AS meetups,
           array_agg(m.slot ORDER BY m.starts_wall) AS slots, sum(m.seats_taken)::int AS learners,
           coalesce(max(m.seats_taken) FILTER (WHERE p.computers_needed), 0)::int AS needed
    FROM meetup m JOIN cohort_group g ON g.id = m.cohort_group JOIN cohort h ON h.id = g.cohort
    JOIN programme p ON p.id = h.programme
    WHERE m.state = 'live' AND m.starts_at > $1 AND m.starts_at < $2
    GROUP BY m.room, m.starts_wall::date, m.zone
)
SELECT w.*, r.code, r.name, r.computers, 'internet' = ANY(r.equipment) AS wired, c.code AS centre,
       c.name AS centre_name, k.iso2 AS country,
       s.power, s.connection AS connected, s.computers AS working, s.key, s.note, s.checked_at
FROM coming w JOIN room r ON r.id = w.room JOIN centre c ON c.id = r.centre
JOIN country k ON k.id = c.country
LEFT JOIN LATERAL (
    SELECT * FROM room_check x WHERE x.room = w.room AND x.day = w.day ORDER BY x.id DESC LIMIT 1
) s ON true
WHERE ($3::text IS NULL OR c.code = $3) AND ($4::text[] IS NULL OR k.iso2 = ANY($4))
ORDER BY w.starts_wall, c.name, r.name
"""
_KEEP = """
INSERT INTO room_check (room, day, power, connection, computers, key, note, checked_by, checked_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""


async def room_days(
    *, now: datetime, centre: str | None = None, countries: Collection[str] | None = None
) -> list[RoomDay]:
    """Return the rooms with meetups to begin today or in the next two days, soonest first."""
    wanted = None if countries is None else sorted(countries)
    until = now + timedelta(days=DAYS_AHEAD + 1)
    found = [_room_day(each, now) for each in await rows(_ROOM_DAYS, now, until, centre, wanted)]
    return [
        each for each in found if (each.day - to_wall(now, each.zone).date()).days <= DAYS_AHEAD
    ]


async def room_day(*, room: str, day: date, now: datetime) -> RoomDay:
    """Return one room on one day; raises NotFound where no meetup is still to begin."""
    for row in await rows(_ROOM_DAYS, now, now + A_YEAR, None, None):
        if (row["code"], row["day"]) == (room, day):
            return _room_day(row, now)
    raise NotFound(Sentence("Dans cette salle, aucune séance ne commence ce jour-là."))


async def keep_check(
    *, room: str, day: date, found: Found, note: str | None, now: datetime
) -> RoomDay:
    """Keep what a host found and return how the room now stands; raises NotFound."""
    async with atomic():
        about = await room_day(room=room, day=day, now=now)
        await rows(
            _KEEP,
            about.id,
            day,
            found.power,
            found.connection,
            found.computers,
            found.key,
            note or None,
            current_actor(),
            now,
        )
        return await room_day(room=room, day=day, now=now)


async def move_away(*, room: str, day: date, reason: str, now: datetime) -> Replanned:
    """Move the meetups of that day elsewhere, or cancel them, and tell everybody once.

    Rehearse it first. Raises NotFound, ReasonNeeded.
    """
    async with atomic():
        found = await room_day(room=room, day=day, now=now)
        return await replan(
            meetup_ids=found.meetups,
            reason=reason,
            now=now,
            avoid_slots=found.slots,
            even_pinned=True,
            even_soon=True,
        )


def _room_day(row: dict[str, Any], now: datetime) -> RoomDay:
    # People study online: a room that promises a connection has to have it.
    needs = Needs(row["wired"], min(row["needed"], row["computers"]))
    found = None
    if row["checked_at"] is not None:
        found = Found(row["power"], row["connected"], row["working"], row["key"])
    return RoomDay(
        id=row["room"],
        room=row["code"],
        name=row["name"],
        computers=row["computers"],
        centre=row["centre"],
        centre_name=row["centre_name"],
        country=row["country"],
        zone=row["zone"],
        day=row["day"],
        starts_wall=row["starts_wall"],
        meetups=tuple(row["meetups"]),
        slots=tuple(row["slots"]),
        learners=row["learners"],
        needs=needs,
        found=found,
        note=row["note"],
        checked_at=row["checked_at"],
        state=readiness(found, needs, row["day"], to_wall(now, row["zone"])),
    )
