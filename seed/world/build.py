"""The whole world of the demonstration, from the reference data and a seed. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from seed.world.centres import invented_centres
from seed.world.cohorts import invented_cohorts
from seed.world.groups import invented_groups
from seed.world.people import invented_learners, towns
from seed.world.programmes import PROGRAMMES, SPONSORS
from seed.world.slots import invented_rules
from seed.world.values import (
    Centre,
    Cohort,
    Group,
    Learner,
    LeftOut,
    Mentor,
    Programme,
    Reference,
    SlotRule,
    Sponsor,
)


@dataclass(frozen=True, slots=True)
class RuledSlot:
    """One dated period that a rule offers, on the wall clock of its room's centre."""

    rule: SlotRule
    starts_wall: datetime
    ends_wall: datetime


@dataclass(frozen=True, slots=True)
class World:
    """Everything that the demonstration adds to the reference data; codes are unique."""

    seed: int
    centres: tuple[Centre, ...]
    programmes: tuple[Programme, ...]
    sponsors: tuple[Sponsor, ...]
    learners: tuple[Learner, ...]
    mentors: tuple[Mentor, ...]
    cohorts: tuple[Cohort, ...]
    groups: tuple[Group, ...]
    left_out: tuple[LeftOut, ...]
    rules: tuple[SlotRule, ...]

    def slots(self, first_monday: date) -> Iterator[RuledSlot]:
        """Yield what the rules offer if week 0 begins on `first_monday`, rule by rule.

        Holidays and closures are not taken out. Raises ValueError unless it is a Monday.
        """
        if first_monday.weekday() != 0:
            raise ValueError(f"{first_monday} is no Monday")
        for rule in self.rules:
            for week in rule.weeks:
                midnight = datetime.combine(rule.date_in(week, first_monday), time(0))
                starts = midnight + timedelta(minutes=rule.starts_minute)
                yield RuledSlot(rule, starts, starts + timedelta(minutes=rule.minutes))


def coming_monday(today: date) -> date:
    """Return the first Monday after today."""
    return today + timedelta(days=7 - today.weekday())


def week_starts(monday: date, week: int) -> date:
    """Return the Monday of a week, if week 0 begins on `monday`."""
    return monday + timedelta(weeks=week)


def demo_world(reference: Reference, seed: int) -> World:
    """Return the demonstration's world: the same for the same seed and reference data."""
    centres = invented_centres(reference, seed)
    places = towns(centres)
    by_town = invented_learners(reference, places, seed)
    learners = {each.code: each for people in by_town.values() for each in people}
    cohorts = invented_cohorts(places, by_town, seed)
    prefixes = {each.iso2: each.phone_prefix for each in reference.countries}
    teams = invented_groups(places, cohorts, learners, prefixes, seed)
    return World(
        seed=seed,
        centres=centres,
        programmes=PROGRAMMES,
        sponsors=SPONSORS,
        learners=tuple(learners.values()),
        mentors=teams.mentors,
        cohorts=teams.cohorts,
        groups=teams.groups,
        left_out=teams.left_out,
        rules=invented_rules(centres, teams.cohorts, teams.groups, seed),
    )
