"""The demonstration's cohorts: who studies what, since when, and how often they meet. Pure."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import islice
from random import Random
from types import MappingProxyType

from seed.world.chance import apportioned, drawn, stream
from seed.world.people import Town
from seed.world.programmes import PROGRAMMES, SHARES, sponsors_of
from seed.world.values import Cohort, Learner

LEARNERS_IN_A_COHORT = 46
CADENCES: Mapping[int, float] = MappingProxyType({1: 0.15, 2: 0.55, 4: 0.30})
MINUTES: Mapping[int, float] = MappingProxyType({120: 0.35, 180: 0.45, 240: 0.20})
NEEDS: Mapping[str, float] = MappingProxyType({"projector": 0.6, "internet": 0.4})
# Most have begun or begin at once; some begin later, so that the timetable has to make room.
FIRST_WEEKS: Mapping[int, float] = MappingProxyType(
    {-12: 0.1, -8: 0.15, -4: 0.15, 0: 0.4, 2: 0.1, 4: 0.06, 8: 0.04}
)
SHORT_MONTHS = 3
FIRST_WEEKS_OF_SHORT: Mapping[int, float] = MappingProxyType({0: 0.6, 2: 0.2, 6: 0.1, 12: 0.1})
IN_TWO_COHORTS = 0.03
WEEKS_IN_A_YEAR = 52


def invented_cohorts(
    places: Sequence[Town], learners: Mapping[str, Sequence[Learner]], seed: int
) -> tuple[Cohort, ...]:
    """Return the cohorts of every town, and a few learners of each in a second one.

    Codes number the runs of a programme in a country: SN-DATA-01.
    """
    runs: defaultdict[tuple[str, str], int] = defaultdict(int)
    made: list[Cohort] = []
    for town in places:
        chance = stream(seed, "cohorts", town.name)
        made += [
            _cohort(chance, town, members, runs)
            for members in _shared_out(learners[town.name], town)
        ]
    return tuple(_with_second_enrolments(made, places, learners, seed))


def _shared_out(people: Sequence[Learner], town: Town) -> list[list[Learner]]:
    """Return a town's learners by cohort, those of one home centre mostly together."""
    order = [each.code for each in town.centres]
    near = sorted(people, key=lambda each: (order.index(each.centre), each.code))
    parts = max(1, round(len(near) / LEARNERS_IN_A_COHORT))
    rest = iter(near)
    return [list(islice(rest, size)) for size in apportioned(len(near), [1.0] * parts)]


def _cohort(
    chance: Random,
    town: Town,
    members: Sequence[Learner],
    runs: defaultdict[tuple[str, str], int],
) -> Cohort:
    programme = {each.code: each for each in PROGRAMMES}[drawn(chance, SHARES)]
    runs[town.country, programme.code] += 1
    first_weeks = FIRST_WEEKS_OF_SHORT if programme.months <= SHORT_MONTHS else FIRST_WEEKS
    needs = tuple(each for each, share in NEEDS.items() if chance.random() < share)
    languages = sorted(each.language for each in members)
    return Cohort(
        code=f"{town.country}-{programme.code}-{runs[town.country, programme.code]:02d}",
        programme=programme.code,
        sponsor=drawn(chance, sponsors_of(town.country)),
        country=town.country,
        first_week=drawn(chance, first_weeks),
        weeks=round(programme.months * WEEKS_IN_A_YEAR / 12),
        cadence=drawn(chance, CADENCES),
        minutes=drawn(chance, MINUTES),
        equipment=("computers", *needs) if programme.computers_needed else needs,
        language=max(languages, key=languages.count),
        learners=tuple(each.code for each in members),
    )


def _with_second_enrolments(
    cohorts: Sequence[Cohort],
    places: Sequence[Town],
    learners: Mapping[str, Sequence[Learner]],
    seed: int,
) -> list[Cohort]:
    """Return the cohorts with some learners of each town in a second one, of another programme."""
    joined: defaultdict[str, list[str]] = defaultdict(list)
    for town in places:
        chance = stream(seed, "second cohort", town.name)
        codes = {each.code for each in learners[town.name]}
        here = [each for each in cohorts if codes.issuperset(each.learners)]
        first = {code: each for each in here for code in each.learners}
        home = {each.code: each.centre for each in learners[town.name]}
        for code in sorted(codes):
            others = [
                each
                for each in here
                if each.programme != first[code].programme
                and any(home[member] == home[code] for member in each.learners)
            ]
            if chance.random() < IN_TWO_COHORTS and others:
                joined[chance.choice(others).code].append(code)
    return [replace(each, learners=(*each.learners, *joined[each.code])) for each in cohorts]
