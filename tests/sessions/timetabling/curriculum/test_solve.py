"""Answers keep the rules, bounds lie below the optimum, and equal questions get equal answers."""

from itertools import permutations, product

import pytest
from hypothesis import given, settings

pytest.importorskip("highspy", reason="the solver HiGHS is not installed")

from sessions.timetabling.curriculum.checker import audit_week
from sessions.timetabling.curriculum.instance import Course, ImpossibleInstance, Lecture
from sessions.timetabling.curriculum.solve import NoWeekFoundInTime, solve_week
from tests.sessions.timetabling.curriculum.weeks import SMALL, weeks


def solved(instance, *, seed=1, moves=20_000, chains=1):
    return solve_week(instance, seed=seed, moves=moves, spent=lambda: 0.0, chains=chains)


@settings(max_examples=12, deadline=None)
@given(weeks())
def test_the_best_of_all_weeks_is_found_and_the_bound_lies_below_it(instance):
    best = cheapest(instance)
    try:
        answer = solved(instance)
    except (NoWeekFoundInTime, ImpossibleInstance):
        assert best is None
        return

    assert answer.bound <= best == answer.cost.total
    assert audit_week(instance, answer.lectures).broken == ()
    assert answer.proven == (answer.bound == best)


def test_a_week_whose_wishes_can_all_be_met_is_proven_free():
    answer = solved(SMALL)

    assert (answer.cost.total, answer.bound, answer.proven, answer.gap) == (0, 0, True, 0.0)


def test_equal_seeds_and_chains_give_equal_answers():
    crowded = type(SMALL)(
        "crowded",
        2,
        3,
        tuple(Course(f"c{at}", f"t{at % 3}", 2, 2, 15 + at) for at in range(5)),
        SMALL.rooms,
        (),
    )

    once, again = (solved(crowded, seed=3, moves=5000, chains=2) for _ in range(2))

    assert once == again
    assert once.cost.total <= solved(crowded, seed=3, moves=5000).cost.total


def test_lectures_that_cannot_be_placed_are_refused():
    twice = type(SMALL)(
        "twice", 1, 1, (Course("a", "t", 1, 1, 1), Course("b", "t", 1, 1, 1)), SMALL.rooms, ()
    )

    with pytest.raises(NoWeekFoundInTime):
        solved(twice, moves=100)


def cheapest(instance):
    """Return the least cost over all placements, None where no placement keeps the rules."""
    places = list(
        product(
            [each.id for each in instance.rooms],
            range(instance.days),
            range(instance.periods_a_day),
        )
    )
    names = [each.id for each in instance.courses for _ in range(each.lectures)]
    audits = (
        audit_week(instance, [Lecture(c, *at) for c, at in zip(names, chosen, strict=True)])
        for chosen in permutations(places, len(names))
    )
    return min((each.cost.total for each in audits if not each.broken), default=None)
