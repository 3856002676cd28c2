"""The rules by which the demonstration's hosts publish their rooms, for two terms. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product
from random import Random

from seed.world.chance import stream
from seed.world.offers import hours_of, term_offers
from seed.world.values import HORIZON_WEEKS, Centre, Cohort, Group, SlotRule

TERMS = ((0, HORIZON_WEEKS // 2), (HORIZON_WEEKS // 2, HORIZON_WEEKS))
FLIPS_BETWEEN_TERMS = 0.08
# Meetups due for each slot left, before holidays take some 4 % of the slots away.
KEPT = 0.85
LONGEST_WITHDRAWAL = 2


def invented_rules(
    centres: Sequence[Centre], cohorts: Sequence[Cohort], groups: Sequence[Group], seed: int
) -> tuple[SlotRule, ...]:
    """Return the rules of every open centre, sized to the groups that meet there."""
    by_code = {each.code: each for each in cohorts}
    rules: list[SlotRule] = []
    for centre in (each for each in centres if each.is_open):
        meeting = [each for each in groups if each.centre == centre.code]
        due = sum(len(by_code[each.cohort].weeks_due) for each in meeting)
        chance = stream(seed, "slots", centre.code)
        rules += _without_withdrawn(_offered(centre, meeting, by_code, chance), due, chance)
    return tuple(rules)


def _offered(
    centre: Centre, groups: Sequence[Group], cohorts: Mapping[str, Cohort], chance: Random
) -> list[SlotRule]:
    last_week = centre.agreement.last_week
    horizon = HORIZON_WEEKS if last_week is None else min(HORIZON_WEEKS, last_week + 1)
    free = {
        (room.code, hour): chance.random() < hour.share
        for room, hour in product(centre.rooms, hours_of(centre))
    }
    rules: list[SlotRule] = []
    for start, stop in TERMS:
        habit = {each for each, is_free in free.items() if is_free}
        weeks = range(start, min(stop, horizon))
        rules += [
            SlotRule(
                room=offer.room.code,
                weekday=offer.hour.weekday,
                starts_minute=offer.hour.starts_minute,
                minutes=offer.hour.minutes,
                interval=offer.weeks.step,
                first_week=offer.weeks[0],
                last_week=offer.weeks[-1],
            )
            for offer in term_offers(centre, groups, cohorts, weeks, habit)
            if offer.weeks
        ]
        for each in free:
            free[each] ^= chance.random() < FLIPS_BETWEEN_TERMS
    return _joined(rules)


def _joined(rules: Sequence[SlotRule]) -> list[SlotRule]:
    """Return the rules with those that go on in the next term as one."""
    joined: list[SlotRule] = []
    for rule in rules:
        for index, each in enumerate(joined):
            goes_on = replace(rule, first_week=each.first_week, last_week=each.last_week) == each
            if goes_on and each.last_week + each.interval == rule.first_week:
                joined[index] = replace(each, last_week=rule.last_week)
                break
        else:
            joined.append(rule)
    return joined


def _without_withdrawn(rules: Sequence[SlotRule], due: int, chance: Random) -> list[SlotRule]:
    """Return the rules without the dates that hosts took back, until KEPT is reached.

    Hosts need their rooms in one stretch, for examinations: a rule loses neighbouring weeks.
    """
    kept = list(rules)
    spare = sum(len(each.weeks) for each in kept) - round(due / KEPT)
    for index in chance.sample(range(len(kept)), len(kept)):
        weeks = kept[index].weeks
        lost = min(LONGEST_WITHDRAWAL, spare)
        if lost > 0 and len(weeks) > 2 * LONGEST_WITHDRAWAL:
            at = chance.randrange(len(weeks) - lost + 1)
            kept[index] = replace(kept[index], withdrawn=weeks[at : at + lost])
            spare -= lost
    return kept
