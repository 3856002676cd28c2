"""Shell: what a country has planned, and the instants that the zone rules in force give it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from centres.db import rows
from sessions.zone_drift import MOST_AN_OFFSET_CHANGES, Derive, deriving, is_to_come
from sessions.zone_shift import Claim, Obstacle, Period, Trouble, Unit

_SLOTS = """
SELECT s.id, s.room, c.code AS centre_code, s.zone, s.starts_wall, s.ends_wall, s.starts_at,
       s.ends_at, s.state
FROM slot s JOIN centre c ON c.id = s.centre
WHERE c.country = $1 AND s.state <> 'past' AND s.ends_at > $2
ORDER BY s.id
"""
_MEETUPS = """
SELECT m.id, m.slot, m.mentor, m.cohort_group, g.code AS group_code, c.code AS centre_code, m.zone,
       m.starts_wall, m.ends_wall, m.starts_at, m.ends_at, m.state, m.seats_taken
FROM meetup m JOIN centre c ON c.id = m.centre JOIN cohort_group g ON g.id = m.cohort_group
WHERE c.country = $1 AND m.ends_at > $2
ORDER BY m.id
"""
_ENGAGED = """
SELECT id, slot, mentor, cohort_group, starts_at, ends_at FROM meetup
WHERE state = 'live' AND ends_at > $1
  AND (mentor = ANY($2::int[]) OR cohort_group = ANY($3::int[]))
ORDER BY id
"""
_SEATS = """
SELECT b.id, b.meetup, m.slot, b.learner, b.kind, b.starts_at, b.ends_at
FROM booking b JOIN meetup m ON m.id = b.meetup
WHERE b.state = 'booked' AND b.ends_at > $2 AND b.learner IN (
    SELECT learner FROM booking WHERE meetup = ANY($1::int[]) AND state = 'booked')
ORDER BY b.id
"""


@dataclass(frozen=True, slots=True)
class Plans:
    """A country's slots and meetups that are not over, by id, and the new periods of some.

    `slots_that_move` and `meetups_that_move` hold those to come whose instants the rules in force
    no longer give; `skipped` are slots whose wall time, or that of the meetup in them, the clocks
    now skip. `meetup_in` is the live meetup of a slot.
    """

    slots: dict[int, dict[str, Any]]
    meetups: dict[int, dict[str, Any]]
    meetup_in: dict[int, int]
    slots_that_move: dict[int, Period]
    meetups_that_move: dict[int, Period]
    skipped: dict[Unit, Obstacle]

    @property
    def nothing_differs(self) -> bool:
        """Whether every instant is the one that its wall time has."""
        return not (self.slots_that_move or self.meetups_that_move or self.skipped)

    @property
    def movers(self) -> set[Unit]:
        """The open slots that move, or whose meetup does."""
        slots = {each for each in self.slots_that_move if self.slots[each]["state"] == "open"}
        return slots | {
            slot for slot, meetup in self.meetup_in.items() if meetup in self.meetups_that_move
        }


async def load_plans(country: int, now: datetime) -> Plans:
    """Return what a country has planned. Two queries."""
    since = now - MOST_AN_OFFSET_CHANGES
    derive = deriving()
    slots = {each["id"]: each for each in await rows(_SLOTS, country, since)}
    meetups = {each["id"]: each for each in await rows(_MEETUPS, country, since)}
    meetup_in = {
        each["slot"]: each["id"]
        for each in meetups.values()
        if each["state"] == "live" and each["slot"] in slots
    }
    changed = _changed(meetups.values(), derive, now)
    changed_slots = _changed(slots.values(), derive, None)
    to_come = {
        each
        for each, becomes in changed_slots.items()
        if is_to_come(_period(slots[each]), becomes, now) or meetup_in.get(each) in changed
    }
    skipped = {
        slot
        for slot in slots
        if (slot in to_come and changed_slots[slot] is None)
        or (slot in meetup_in and changed.get(meetup_in[slot], _period(slots[slot])) is None)
    }
    return Plans(
        slots=slots,
        meetups=meetups,
        meetup_in=meetup_in,
        slots_that_move={each: to for each in sorted(to_come) if (to := changed_slots[each])},
        meetups_that_move={each: to for each, to in changed.items() if to},
        skipped={
            each: Obstacle(Trouble.HOUR_SKIPPED)
            for each in sorted(skipped)
            if slots[each]["state"] == "open"
        },
    )


def _changed(
    found: Iterable[dict[str, Any]], derive: Derive, now: datetime | None
) -> dict[int, Period | None]:
    """Return the new periods of those that get others; with `now`, only of those to come."""
    changed: dict[int, Period | None] = {}
    for each in found:
        was = _period(each)
        becomes = derive(each["starts_wall"], each["ends_wall"], each["zone"])
        if becomes != was and (now is None or is_to_come(was, becomes, now)):
            changed[each["id"]] = becomes
    return changed


async def lock_plans(plans: Plans) -> None:
    """Lock what is about to move: slots by id, then meetups by id. Two queries."""
    slots = sorted({*plans.slots_that_move, *plans.movers})
    held = {plans.meetup_in[each] for each in slots if each in plans.meetup_in}
    lock = "SELECT id FROM {table} WHERE id = ANY($1::int[]) ORDER BY id FOR UPDATE"
    await rows(lock.format(table="slot"), slots)
    await rows(lock.format(table="meetup"), sorted({*plans.meetups_that_move, *held}))


async def load_claims(plans: Plans, now: datetime) -> list[Claim]:
    """Return who and what the moving slots and meetups need, and all that these are needed for.

    In other countries too, where they stay as they are. Two queries.
    """
    since = now - MOST_AN_OFFSET_CHANGES
    claims = [
        Claim(
            unit=each["id"],
            resource=("room", each["room"]),
            was=_period(each),
            becomes=plans.slots_that_move.get(each["id"], _period(each)),
        )
        for each in plans.slots.values()
        if each["state"] == "open"
    ]
    moving = [
        plans.meetups[each]
        for each in plans.meetups_that_move
        if plans.meetups[each]["state"] == "live"
    ]
    mentors = sorted({each["mentor"] for each in moving if each["mentor"] is not None})
    groups = sorted({each["cohort_group"] for each in moving})

    def claim(row: dict[str, Any], meetup: int, kind: str, guest: int | None = None) -> Claim:
        was = _period(row)
        becomes = plans.meetups_that_move.get(meetup, was)
        return Claim(row["slot"], (kind.split("_")[-1], row[kind]), was, becomes, guest)

    for each in await rows(_ENGAGED, since, mentors, groups):
        claims.append(claim(each, each["id"], "cohort_group"))
        if each["mentor"] is not None:
            claims.append(claim(each, each["id"], "mentor"))
    for each in await rows(_SEATS, [row["id"] for row in moving], since):
        guest = each["id"] if each["kind"] == "guest" else None
        claims.append(claim(each, each["meetup"], "learner", guest))
    return claims


def _period(row: dict[str, Any]) -> Period:
    return Period(row["starts_at"], row["ends_at"])
