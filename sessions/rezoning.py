"""Shell: after new zone rules, keep what is planned at its wall time, and tell everybody once.

To whoever was told "9 h", new rules change nothing on the clock and everything in the calendar: the
instant moves, so the SEQUENCE rises and each person hears of it (RFC 5546, 2.1.4). One transaction
for each country, in the order in which others lock: agreements, country, slots, meetups, calendars.
Every instant is derived here, never by the database, whose own zone data may be older.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from centres.db import atomic, retried, rows
from centres.heldslots import hold_calendars_of_country
from centres.zones import require_instant
from sessions.country_turns import take_turn_for_country
from sessions.meetup_writes import last_notice, told_since
from sessions.rehearsal import rehearse
from sessions.rezoning_writes import store_shift
from sessions.zone_drift import note_rules, zone_drift
from sessions.zone_plans import Plans, load_claims, load_plans, lock_plans
from sessions.zone_shift import Obstacle, Trouble, shift


@dataclass(frozen=True, slots=True)
class RezonedMeetup:
    """A live meetup that keeps its wall time: its instant before and after, and its people."""

    meetup: int
    group_code: str
    centre_code: str
    zone: str
    starts_wall: datetime
    was_at: datetime
    starts_at: datetime
    learners: int
    mentor: bool


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """A slot, and the meetup in it if any, that cannot keep its wall time, and what stands there.

    `other_slot`, with `other_meetup` in it, is in the way, where one is. The slot left behind is as
    it was, still at its old instant.
    """

    slot: int
    meetup: int | None
    centre_code: str
    zone: str
    starts_wall: datetime
    trouble: Trouble
    other_slot: int | None = None
    other_meetup: int | None = None


@dataclass(frozen=True, slots=True)
class Rezoned:
    """What became of the plans: slots moved by zone, meetups and leftovers by id, people told.

    `released` counts guests who would have been in two places and gave their seats back.
    """

    slots: Mapping[str, int] = field(default_factory=dict)
    meetups: tuple[RezonedMeetup, ...] = ()
    left: tuple[LeftBehind, ...] = ()
    told: int = 0
    released: int = 0


async def rezone(now: datetime) -> Rezoned:
    """Give every slot and meetup to come the instant that its wall time has by the rules in force.

    What has begun stays as it is, and where nothing differs nothing is written. Meetups that were
    cancelled are dated anew too, so that calendars strike out the right hour, but nobody is told.
    What cannot follow is left behind and returned. Notes the rules of zones where nothing is left.
    """
    require_instant(now)
    done = Rezoned()
    countries = [each["id"] for each in await rows("SELECT id FROM country ORDER BY id")]
    waiting = countries
    while waiting:
        results = {each: await _rezone_country(each, now) for each in waiting}
        moved = any(each.slots or each.meetups for each in results.values())
        done = _joined(done, results.values())
        # What one country left for the sake of another may be free to go when that one has moved.
        waiting = [each for each, result in results.items() if result.left] if moved else []
    left = {each.zone for each in done.left}
    await note_rules([each.zone for each in await zone_drift(now) if each.zone not in left], now)
    return done


async def rezone_preview(now: datetime) -> Rezoned:
    """Return what `rezone` would do, by doing it and rolling it back."""
    return await rehearse(lambda: rezone(now))


# What stands in the way may be in another country.
_HELD = "SELECT id, slot FROM meetup WHERE slot = ANY($1::int[]) AND state = 'live'"


@retried
async def _rezone_country(country: int, now: datetime) -> Rezoned:
    if (await load_plans(country, now)).nothing_differs:
        return Rezoned()
    async with atomic():
        await hold_calendars_of_country(country)
        await take_turn_for_country(country)
        await lock_plans(await load_plans(country, now))
        plans = await load_plans(country, now)
        found = shift(plans.movers, await load_claims(plans, now), plans.skipped)
        moving = found.moving
        follow = {plans.meetup_in[each] for each in moving if each in plans.meetup_in}
        moved = sorted(follow & plans.meetups_that_move.keys())
        mark = await last_notice()
        await store_shift(plans, found, moved, now)
        told = await told_since(mark, list(plans.meetups), now=now)
        in_the_way = {each.other for each in found.left.values() if each.other is not None}
        held = await rows(_HELD, sorted(in_the_way))
        meetup_in = plans.meetup_in | {each["slot"]: each["id"] for each in held}
    return Rezoned(
        slots=dict(
            Counter(plans.slots[each]["zone"] for each in moving & plans.slots_that_move.keys())
        ),
        meetups=tuple(_rezoned(plans, each) for each in moved),
        left=tuple(_left(plans, each, why, meetup_in) for each, why in sorted(found.left.items())),
        told=told.people,
        released=len(found.released),
    )


def _rezoned(plans: Plans, meetup: int) -> RezonedMeetup:
    row, becomes = plans.meetups[meetup], plans.meetups_that_move[meetup]
    return RezonedMeetup(
        meetup=meetup,
        group_code=row["group_code"],
        centre_code=row["centre_code"],
        zone=row["zone"],
        starts_wall=row["starts_wall"],
        was_at=row["starts_at"],
        starts_at=becomes.starts_at,
        learners=row["seats_taken"],
        mentor=row["mentor"] is not None,
    )


def _left(plans: Plans, slot: int, why: Obstacle, meetup_in: Mapping[int, int]) -> LeftBehind:
    row = plans.slots[slot]
    return LeftBehind(
        slot=slot,
        meetup=meetup_in.get(slot),
        centre_code=row["centre_code"],
        zone=row["zone"],
        starts_wall=row["starts_wall"],
        trouble=why.trouble,
        other_slot=why.other,
        other_meetup=None if why.other is None else meetup_in.get(why.other),
    )


def _joined(done: Rezoned, results: Iterable[Rezoned]) -> Rezoned:
    """Return the account of several passes; only what the last one left is left."""
    joined = replace(done, left=())
    for each in results:
        joined = Rezoned(
            slots=dict(Counter(joined.slots) + Counter(each.slots)),
            meetups=tuple(sorted((*joined.meetups, *each.meetups), key=lambda one: one.meetup)),
            left=(*joined.left, *each.left),
            told=joined.told + each.told,
            released=joined.released + each.released,
        )
    return joined
