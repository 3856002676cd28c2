"""Shell: read what deciding about meetups takes: who is in them, which slots are free, how far."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from centres.db import rows
from centres.geo import Point, distance_km
from centres.zones import to_instant
from sessions.mentors_away import load_away
from sessions.replacement import Displaced, Engaged
from sessions.timetable_problem import DETOUR, REACH_KM, FreeSlot

NOBODY = 0  # no id: where an absence has neither group nor centre
# Nobody is expected more than a week from where they were, and a week may begin six days sooner.
WINDOW = timedelta(days=15)


@dataclass(frozen=True, slots=True)
class OpenSlot:
    """A published slot to come and the room it is in; `meetup` is what it holds, if anything."""

    id: int
    room: int
    room_code: str
    centre: int
    centre_code: str
    zone: str
    starts_wall: datetime
    ends_wall: datetime
    starts_at: datetime
    ends_at: datetime
    seats: int
    equipment: frozenset[str]
    computers: int
    meetup: int | None

    @property
    def free(self) -> FreeSlot:
        """The slot as the timetable sees it."""
        return FreeSlot(
            id=self.id,
            room=self.room,
            centre=self.centre,
            starts_wall=self.starts_wall,
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            seats=self.seats,
            equipment=self.equipment,
            computers=self.computers,
        )


@dataclass(frozen=True, slots=True)
class Destination:
    """When and where a meetup goes: a slot, and the part of it that the meetup takes."""

    slot: OpenSlot
    starts_wall: datetime
    ends_wall: datetime
    starts_at: datetime
    ends_at: datetime


def destination(slot: OpenSlot, minutes: int) -> Destination:
    """Return the first `minutes` of a slot, counted on its wall clock.

    From the slot's own instant: one that was planned by older zone rules is brought in line later,
    with what it then holds.
    """
    ends_wall = slot.starts_wall + timedelta(minutes=minutes)
    lasts = to_instant(ends_wall, slot.zone) - to_instant(slot.starts_wall, slot.zone)
    return Destination(
        slot=slot,
        starts_wall=slot.starts_wall,
        ends_wall=ends_wall,
        starts_at=slot.starts_at,
        ends_at=slot.starts_at + lasts,
    )


_DISPLACED = """
SELECT m.id AS meetup, m.cohort_group AS group, g.code, m.mentor, m.room, m.centre, m.starts_wall,
       m.starts_at, m.ends_at, k.equipment_needed, p.computers_needed,
       EXISTS (SELECT 1 FROM meetup_pin x WHERE x.meetup = m.id) AS pinned
FROM meetup m
JOIN cohort_group g ON g.id = m.cohort_group
JOIN cohort k ON k.id = g.cohort
JOIN programme p ON p.id = k.programme
WHERE m.id = ANY($1::int[]) AND m.state = 'live' AND m.starts_at > $2
ORDER BY m.id
FOR UPDATE OF m
"""
_SEATED = """
SELECT meetup, learner, kind FROM booking WHERE meetup = ANY($1::int[]) AND state = 'booked'
"""


async def load_displaced(*, meetup_ids: Collection[int], now: datetime) -> list[Displaced]:
    """Return those of the meetups that are live and to come, by id, locked. Two queries."""
    found = await rows(_DISPLACED, sorted(set(meetup_ids)), now)
    members: dict[int, set[int]] = {each["meetup"]: set() for each in found}
    seated: dict[int, set[int]] = {each["meetup"]: set() for each in found}
    for each in await rows(_SEATED, list(seated)):
        seated[each["meetup"]].add(each["learner"])
        if each["kind"] == "group":
            members[each["meetup"]].add(each["learner"])
    return [
        Displaced(
            **row,
            needs=frozenset(needs),
            members=frozenset(members[row["meetup"]]),
            seated=frozenset(seated[row["meetup"]]),
        )
        for row, needs in map(_without_needs, found)
    ]


def _without_needs(row: dict[str, Any]) -> tuple[dict[str, Any], set[str]]:
    needs = set(row.pop("equipment_needed"))
    if row.pop("computers_needed"):
        needs.add("computers")
    return row, needs


_ENGAGED = """
SELECT m.cohort_group AS group, m.mentor, m.centre, m.starts_wall, m.starts_at, m.ends_at,
       array_agg(b.learner) FILTER (WHERE b.learner IS NOT NULL) AS learners
FROM meetup m
LEFT JOIN booking b ON b.meetup = m.id AND b.state = 'booked' AND b.learner = ANY($5::int[])
WHERE m.state = 'live' AND m.starts_at < $2 AND m.ends_at > $1 AND m.id <> ALL($6::int[])
  AND (m.mentor = ANY($3::int[]) OR m.cohort_group = ANY($4::int[]) OR b.id IS NOT NULL)
GROUP BY m.id ORDER BY m.id
"""


async def load_engaged(
    displaced: Sequence[Displaced], *, first: datetime, last: datetime
) -> list[Engaged]:
    """Return the other live meetups of the same people between two instants, and as such the
    absences of their mentors. Two queries.
    """
    mentors = {each.mentor for each in displaced if each.mentor is not None}
    found = await rows(
        _ENGAGED,
        first,
        last,
        sorted(mentors),
        sorted({each.group for each in displaced}),
        sorted({learner for each in displaced for learner in each.members}),
        [each.meetup for each in displaced],
    )
    away = await load_away(mentors, first=first, last=last)
    return [
        *(Engaged(**{**each, "learners": frozenset(each["learners"] or ())}) for each in found),
        *(
            Engaged(
                group=NOBODY,
                mentor=each.mentor,
                centre=NOBODY,
                starts_wall=datetime.combine(each.first_day, datetime.min.time()),
                starts_at=each.starts_at,
                ends_at=each.ends_at,
                learners=frozenset(),
            )
            for each in away
        ),
    ]


_SLOT = """
SELECT s.id, s.room, r.code AS room_code, s.centre, c.code AS centre_code, s.zone, s.starts_wall,
       s.ends_wall, s.starts_at, s.ends_at, s.seats, r.equipment, r.computers, m.id AS meetup
FROM slot s JOIN room r ON r.id = s.room JOIN centre c ON c.id = s.centre
LEFT JOIN meetup m ON m.slot = s.id AND m.state = 'live'
"""
# A slot on a holiday counts only if its host keeps it on purpose; a host whose agreement is
# suspended must not find new people at the door.
_FREE = f"""{_SLOT}
JOIN agreement a ON a.id = s.agreement
WHERE s.id = ANY($1::int[]) AND m.id IS NULL
  AND s.state = 'open' AND r.open AND c.state = 'open' AND a.state IN ('agreed', 'open')
  AND (s.despite_holiday OR NOT EXISTS (
      SELECT 1 FROM public_holiday h WHERE h.country = c.country AND h.observed
      AND NOT h.tentative AND h.date = s.starts_wall::date))
ORDER BY s.id
"""
_LOCK_FREE = """
SELECT s.id FROM slot s
WHERE s.centre = ANY($1::int[]) AND s.starts_at >= $2 AND s.starts_at < $3 AND s.state = 'open'
  AND s.id <> ALL($4::int[])
  AND NOT EXISTS (SELECT 1 FROM meetup m WHERE m.slot = s.id AND m.state = 'live')
ORDER BY s.id FOR NO KEY UPDATE
"""


async def load_free_slots(
    *, centres: Collection[int], first: datetime, last: datetime, without: Collection[int]
) -> list[OpenSlot]:
    """Return free published slots of these centres that begin in `[first, last)`, locked.

    `without` leaves slots out. Two queries: what was locked is looked at again, because whoever
    held a slot until now may have put a meetup in it.
    """
    locked = await rows(_LOCK_FREE, sorted(centres), first, last, sorted(without))
    found = await rows(_FREE, [each["id"] for each in locked])
    return [_open_slot(each) for each in found]


async def load_slot(slot_id: int) -> OpenSlot | None:
    """Return an open slot with its meetup, locked against change, or None. One query."""
    found = await rows(
        f"{_SLOT} WHERE s.id = $1::bigint AND s.state = 'open' FOR NO KEY UPDATE OF s", slot_id
    )
    return _open_slot(found[0]) if found else None


async def load_slots(slot_ids: Collection[int]) -> list[OpenSlot]:
    """Return these open slots with their meetups, by start. One query."""
    found = await rows(
        f"{_SLOT} WHERE s.id = ANY($1::int[]) AND s.state = 'open' ORDER BY s.starts_at, s.id",
        sorted(slot_ids),
    )
    return [_open_slot(each) for each in found]


def _open_slot(row: dict[str, Any]) -> OpenSlot:
    return OpenSlot(**{**row, "equipment": frozenset(row["equipment"])})


async def load_km(centres: Collection[int]) -> dict[tuple[int, int], float]:
    """Return the road distance in km from each centre to those of its country within reach.

    By pairs (old, new) of two different open centres. One query.
    """
    found = await rows(
        """SELECT id, country, latitude, longitude, id = ANY($1::int[]) AS old FROM centre
           WHERE country IN (SELECT country FROM centre WHERE id = ANY($1::int[]))
             AND (state = 'open' OR id = ANY($1::int[])) ORDER BY id""",
        sorted(centres),
    )
    at = {each["id"]: Point(each["latitude"], each["longitude"]) for each in found}
    km = {
        (old["id"], new["id"]): round(distance_km(at[old["id"]], at[new["id"]]) * DETOUR, 1)
        for old in found
        for new in found
        if old["old"] and old["id"] != new["id"] and old["country"] == new["country"]
    }
    return {pair: far for pair, far in km.items() if far <= REACH_KM}


_FACTS = """
SELECT m.id, m.starts_at, m.ends_at, m.starts_wall, m.ends_wall, m.zone, r.code AS room,
       r.name AS room_name, c.code AS centre, c.name AS centre_name
FROM meetup m JOIN room r ON r.id = m.room JOIN centre c ON c.id = m.centre
WHERE m.id = ANY($1::int[])
"""


async def facts_of(meetup_ids: Collection[int]) -> dict[int, dict[str, str]]:
    """Return when and where each meetup is, as texts, the way notices keep it."""
    found = await rows(_FACTS, sorted(meetup_ids))
    return {each.pop("id"): {name: _text(value) for name, value in each.items()} for each in found}


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


async def meetups_in(slot_ids: Collection[int]) -> list[int]:
    """Return the ids of the live meetups in these slots. One query."""
    found = await rows(
        "SELECT id FROM meetup WHERE slot = ANY($1::int[]) AND state = 'live' ORDER BY id",
        sorted(slot_ids),
    )
    return [each["id"] for each in found]
