"""Put the demonstration's world into an empty network; where it is already, do nothing.

One transaction: the world is there whole or not at all. Slots are published the way a host does
it, so that none falls on a holiday, a closure, or outside opening hours or the agreement.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from centres.acting import acting_as
from centres.db import atomic, rows
from centres.errors import RendezvousError
from seed.load import LOADING, load_reference, read_reference
from seed.world.build import World, coming_monday, demo_world
from seed.world.values import SlotRule
from seed.write_learning import write_learning
from seed.write_network import write_network
from sessions.recurrence import Frequency, Rule
from sessions.slot_publishing import preview_slots, publish_slots

DEMO_LEARNERS = "DEMO-%"

Progress = Callable[[str, int, int], None]


class NetworkIsNotEmpty(RendezvousError):
    """The demonstration goes into an empty network only."""


@dataclass(frozen=True, slots=True)
class DemoWorld:
    """The demonstration as the database holds it now, and whether this call made it.

    `learner` and `centre` are the codes of a good example: somebody in Senegal who meets often,
    and where. `first_monday` begins week 0, from which the hosts' 26 weeks of slots run.
    """

    created: bool
    first_monday: date
    centres: int
    learners: int
    cohorts: int
    groups: int
    slots: int
    learner: str
    centre: str


async def load_demo(
    *, seed: int = 1, today: date, now: datetime, progress: Progress = lambda *_: None
) -> DemoWorld:
    """Load the reference data and the world of this seed, from the first Monday after today.

    `progress` hears the step (reference, world, network, learning, slots), how much of it is
    done, and of how much. A network that holds a demonstration, of whatever seed and date, keeps
    it as it is; raises NetworkIsNotEmpty for one that holds other centres or learners.
    """
    loaded = await _is_loaded()
    progress("reference", 0, 1)
    await load_reference(now=now)
    progress("reference", 1, 1)
    if loaded:
        return await _described(created=False)
    progress("world", 0, 1)
    world = demo_world(read_reference(), seed)
    progress("world", 1, 1)
    monday = coming_monday(today)
    with acting_as("seed"):
        async with atomic() as connection:
            await connection.execute("SELECT pg_advisory_xact_lock($1)", LOADING)
            if await _is_loaded():  # by somebody who held the lock before us
                return await _described(created=False)
            progress("network", 0, 1)
            await write_network(world, monday=monday, now=now)
            progress("network", 1, 1)
            progress("learning", 0, 1)
            await write_learning(world, monday=monday, today=today, now=now)
            progress("learning", 1, 1)
            await _publish(world, monday=monday, now=now, progress=progress)
            return await _described(created=True)


async def _is_loaded() -> bool:
    """Return whether a demonstration is there; raises NetworkIsNotEmpty for anything else."""
    found = await rows(
        """SELECT EXISTS (SELECT 1 FROM learner WHERE code LIKE $1) AS demo,
                  EXISTS (SELECT 1 FROM issued_code) OR EXISTS (SELECT 1 FROM learner) AS used""",
        DEMO_LEARNERS,
    )
    if found[0]["used"] and not found[0]["demo"]:
        raise NetworkIsNotEmpty(
            "This database already holds centres or learners that are not the demonstration's:"
            " give the demonstration a data folder or a database of its own."
        )
    return bool(found[0]["demo"])


async def _publish(world: World, *, monday: date, now: datetime, progress: Progress) -> None:
    for number, rule in enumerate(world.rules):
        progress("slots", number, len(world.rules))
        await _publish_rule(rule, monday=monday, now=now)
    progress("slots", len(world.rules), len(world.rules))


async def _publish_rule(offer: SlotRule, *, monday: date, now: datetime) -> None:
    """Publish the dates of a rule that nothing stands against; none at all is no error."""
    rule = Rule(
        Frequency.WEEKLY,
        interval=offer.interval,
        weekdays=(offer.weekday,),
        until=offer.date_in(offer.last_week, monday),
    )
    first = offer.date_in(offer.first_week, monday)
    starts = (datetime.min + timedelta(minutes=offer.starts_minute)).time()
    withdrawn = [offer.date_in(week, monday) for week in offer.withdrawn]
    seen = await preview_slots(
        room_code=offer.room,
        starts=starts,
        minutes=offer.minutes,
        rule=rule,
        first_date=first,
        excluded=withdrawn,
        now=now,
    )
    if seen.publishable:
        await publish_slots(
            room_code=offer.room,
            starts=starts,
            minutes=offer.minutes,
            rule=rule,
            first_date=first,
            excluded=withdrawn,
            keep=seen.publishable,
            now=now,
        )


async def _described(*, created: bool) -> DemoWorld:
    counted = await rows(
        """SELECT (SELECT count(*) FROM centre) AS centres,
                  (SELECT count(*) FROM learner) AS learners,
                  (SELECT count(*) FROM cohort) AS cohorts,
                  (SELECT count(*) FROM cohort_group) AS groups,
                  (SELECT count(*) FROM slot) AS slots,
                  (SELECT min(starts_wall)::date FROM slot) AS first_day"""
    )
    example = await rows(
        """SELECT l.code AS learner, z.code AS centre
           FROM enrolment e JOIN learner l ON l.id = e.learner
           JOIN cohort_group g ON g.id = e.cohort_group JOIN centre z ON z.id = g.centre
           JOIN cohort c ON c.id = e.cohort JOIN country k ON k.id = c.country
           WHERE e.state = 'enrolled' AND l.code LIKE $1
           ORDER BY k.iso2 <> 'SN', c.cadence_weeks, abs(c.starts_on - $2::date), l.code LIMIT 1""",
        DEMO_LEARNERS,
        counted[0]["first_day"],
    )
    first_day: date = counted[0].pop("first_day")
    return DemoWorld(
        created=created,
        first_monday=first_day - timedelta(days=first_day.weekday()),
        **counted[0],
        **example[0],
    )
