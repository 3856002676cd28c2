"""The demonstration's groups: which part of a cohort meets where, and who leads it. Pure."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from seed.world.chance import stream
from seed.world.cohorts import CADENCES
from seed.world.names import invented_email, invented_name, invented_phone
from seed.world.offers import places_for
from seed.world.people import Town
from seed.world.values import Centre, Cohort, Group, Learner, LeftOut, Mentor
from sessions.timetabling.grouping import CohortLearner, GroupCentre, GroupSize, group_learners

# Meetups a week that a room can take, by their minutes: the long ones fit on Saturdays only.
MEETUPS_OF_A_ROOM = MappingProxyType({120: 3.5, 180: 2.5, 240: 1.8})
MOST_GROUPS_OF_A_MENTOR = 8
# What a weekly meetup weighs, and what a mentor can bear: not two long ones every Saturday.
LOAD = MappingProxyType({120: 1.0, 180: 1.1, 240: 1.5})
MOST_LOAD_OF_A_MENTOR = 2.4
APART_DEGREES = 0.02  # about two kilometres
FIRST_MENTOR_NUMBER = 900_000


@dataclass(frozen=True, slots=True)
class Teams:
    """The groups by code, those whom none could take, and the mentors who lead the groups.

    Cohorts come back as they were, or meeting less often: a town has only so many rooms.
    """

    cohorts: tuple[Cohort, ...]
    groups: tuple[Group, ...]
    left_out: tuple[LeftOut, ...]
    mentors: tuple[Mentor, ...]


def invented_groups(
    places: Sequence[Town],
    cohorts: Sequence[Cohort],
    learners: Mapping[str, Learner],
    prefixes: Mapping[str, str],
    seed: int,
) -> Teams:
    """Return the groups of all cohorts, whom they leave out, and mentors, town by town.

    `learners` are by code, `prefixes` the telephone prefixes of the countries.
    """
    groups: list[Group] = []
    left_out: list[LeftOut] = []
    kept: list[Cohort] = []
    mentors: list[Mentor] = []
    for town in places:
        standing = {each.code for each in town.centres}
        here = [each for each in cohorts if learners[each.learners[0]].centre in standing]
        used: defaultdict[str, float] = defaultdict(float)
        formed: list[Group] = []
        for cohort in here:
            slowed, more, without = _fitting(cohort, town, learners, used)
            for each in more:
                used[each.centre] += 1 / slowed.cadence
            formed += more
            left_out += without
            kept.append(slowed)
        by_cohort = {each.code: each for each in kept}
        order = {each.code: number for number, each in enumerate(town.centres)}
        formed.sort(key=lambda each: (order[each.centre], each.code))
        for team in _teams(formed, by_cohort):
            mentor = _mentor(town, len(mentors) + 1, prefixes[town.country], by_cohort, team, seed)
            mentors.append(mentor)
            groups += [replace(each, mentor=mentor.code) for each in team]
    groups.sort(key=lambda each: each.code)
    return Teams(tuple(kept), tuple(groups), tuple(left_out), tuple(mentors))


def _fitting(
    cohort: Cohort, town: Town, learners: Mapping[str, Learner], used: Mapping[str, float]
) -> tuple[Cohort, list[Group], list[LeftOut]]:
    """Return the cohort and its groups, meeting less often where others have taken the rooms."""
    tried: list[tuple[Cohort, list[Group], list[LeftOut]]] = []
    for cadence in (each for each in CADENCES if each >= cohort.cadence):
        slowed = replace(cohort, cadence=cadence)
        tried.append((slowed, *_groups(slowed, town, learners, used)))
        if not tried[-1][2]:
            break
    return min(tried, key=lambda each: (len(each[2]), each[0].cadence))


def _groups(
    cohort: Cohort, town: Town, learners: Mapping[str, Learner], used: Mapping[str, float]
) -> tuple[list[Group], list[LeftOut]]:
    """Return a cohort's groups, by the same rules that form those of a real cohort.

    `used` are the meetups a week that a centre already holds, by its code.
    """
    numbers = {each.code: number for number, each in enumerate(town.centres)}
    codes = sorted(cohort.learners)
    people = [
        CohortLearner(number, home=numbers[learners[code].centre])
        for number, code in enumerate(codes)
    ]
    places = [
        GroupCentre(
            id=numbers[centre.code],
            # City points of one town coincide: apart, each learner has a nearest centre again.
            point=replace(
                centre.point,
                longitude=centre.point.longitude + APART_DEGREES * numbers[centre.code],
            ),
            seats=max(places_for(cohort, room) for room in centre.rooms),
            # In groups, for `group_learners` counts whole meetups a week and a room may have half.
            weekly_capacity=max(
                0, int((_capacity(centre, cohort) - used.get(centre.code, 0.0)) * cohort.cadence)
            ),
        )
        for centre in town.centres
    ]
    found = group_learners(people, places, GroupSize())
    groups = [
        Group(
            code=f"{cohort.code}-G{number}",
            cohort=cohort.code,
            number=number,
            centre=town.centres[group.centre].code,
            mentor=None,
            learners=tuple(codes[member] for member in group.members),
        )
        for number, group in enumerate(found.groups, start=1)
    ]
    without = [
        LeftOut(cohort.code, codes[each.learner], each.reason.code) for each in found.left_out
    ]
    return groups, without


def _capacity(centre: Centre, cohort: Cohort) -> float:
    rooms = sum(places_for(cohort, room) > 0 for room in centre.rooms)
    agreed = 60 * (centre.agreement.hours_a_week or 0) / cohort.minutes
    return min(agreed, rooms * MEETUPS_OF_A_ROOM[cohort.minutes])


def _teams(groups: Sequence[Group], cohorts: Mapping[str, Cohort]) -> list[list[Group]]:
    """Return the groups by mentor: neighbours in the order given, up to what one person can do."""
    teams: list[list[Group]] = []
    for group in groups:
        team = teams[-1] if teams else []
        load = sum(_load(cohorts[each.cohort]) for each in [*team, group])
        if team and len(team) < MOST_GROUPS_OF_A_MENTOR and load <= MOST_LOAD_OF_A_MENTOR:
            team.append(group)
        else:
            teams.append([group])
    return teams


def _load(cohort: Cohort) -> float:
    return LOAD[cohort.minutes] / cohort.cadence


def _mentor(
    town: Town,
    number: int,
    prefix: str,
    cohorts: Mapping[str, Cohort],
    team: Sequence[Group],
    seed: int,
) -> Mentor:
    chance = stream(seed, "mentor", str(number))
    name = invented_name(chance, town.country, chance.choice("fm"))
    spoken = Counter(cohorts[each.cohort].language for each in team)
    return Mentor(
        code=f"DEMO-M-{town.country}-{number:03d}",
        name=name,
        email=invented_email(name, FIRST_MENTOR_NUMBER + number),
        phone=invented_phone(prefix, FIRST_MENTOR_NUMBER + number),
        language=spoken.most_common(1)[0][0],
        country=town.country,
    )
