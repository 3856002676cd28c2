"""Learners into groups near their homes."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from centres.geo import Point, distance_matrix_km
from sessions.timetabling.grouping import (
    CohortLearner,
    GroupCentre,
    Grouping,
    GroupSize,
    group_learners,
)
from sessions.timetabling.grouping_checker import grouping_faults
from sessions.timetabling.reasons import Reason

DAKAR, THIES, SAINT_LOUIS = Point(14.69, -17.45), Point(14.79, -16.93), Point(16.03, -16.49)
SPOTS = [Point(14.5 + north / 10, -17.0 + east / 10) for north in range(4) for east in range(4)]


def near(point: Point, count: int, first: int = 1) -> list[CohortLearner]:
    return [CohortLearner(first + i, point=point) for i in range(count)]


def sizes(found: Grouping) -> list[tuple[int, int]]:
    return [(each.centre, len(each.members)) for each in found.groups]


@st.composite
def cohorts(
    draw: st.DrawFn, learners: int, centres: int, least: int = 8
) -> tuple[list[CohortLearner], list[GroupCentre], GroupSize]:
    places = [
        GroupCentre(
            i,
            draw(st.sampled_from(SPOTS)),
            draw(st.integers(0, 2 * least + 4)),
            draw(st.integers(0, 3)),
        )
        for i in range(1, 1 + draw(st.integers(0, centres)))
    ]
    people = [
        CohortLearner(
            i,
            draw(st.sampled_from([None, *(each.id for each in places), 99])),
            draw(st.sampled_from([None, *SPOTS])),
        )
        for i in range(1, 1 + draw(st.integers(0, learners)))
    ]
    size = GroupSize(
        least=least,
        ideal=least + draw(st.integers(0, 2)),
        most=least + draw(st.integers(2, 6)),
        furthest_km=draw(st.sampled_from([10.0, 25.0, 60.0])),
        cadence=draw(st.sampled_from([1, 2])),
    )
    return people, places, size


@settings(deadline=None)
@given(cohorts(learners=60, centres=5))
def test_every_learner_is_in_one_fitting_group_or_told_why_not(cohort) -> None:  # type: ignore[no-untyped-def]
    people, places, size = cohort

    found = group_learners(people, places, size)

    assert grouping_faults(found, people, places, size) == []


@settings(max_examples=60, deadline=None)
@given(cohorts(learners=6, centres=2, least=2))
def test_a_small_cohort_is_grouped_as_well_as_by_trying_everything(cohort) -> None:  # type: ignore[no-untyped-def]
    people, places, size = cohort

    found = group_learners(people, places, size, nodes=1000)

    km = sum(each.km for each in found.groups)
    assert (len(found.left_out), km) == pytest.approx(by_trying(people, places, size))


def by_trying(
    people: list[CohortLearner], places: list[GroupCentre], size: GroupSize
) -> tuple[int, float]:
    """Return how many must be left out, and the least total journey of the others."""
    points = {each.id: each.point for each in places}
    starts = [points.get(each.home or 0) or each.point for each in people]
    best = (len(people), 0.0)
    for choice in product([None, *places], repeat=len(people)):
        km = [
            float(distance_matrix_km([start], [place.point])[0, 0]) if start else float("inf")
            for start, place in zip(starts, choice, strict=True)
            if place
        ]
        counts = {each.id: sum(1 for place in choice if place == each) for each in places}
        if all(way <= size.furthest_km for way in km) and all(
            _divides(counts[each.id], each, size) for each in places
        ):
            best = min(best, (choice.count(None), sum(km)))
    return best


def _divides(count: int, place: GroupCentre, size: GroupSize) -> bool:
    cap = min(size.most, place.seats)
    numbers = range(place.weekly_capacity * size.cadence + 1)
    return any(number * size.least <= count <= number * cap for number in numbers)


@settings(deadline=None)
@given(cohorts(learners=40, centres=4), st.randoms(use_true_random=False))
def test_the_order_of_learners_and_centres_changes_nothing(cohort, dice) -> None:  # type: ignore[no-untyped-def]
    people, places, size = cohort
    shuffled = dice.sample(people, len(people)), dice.sample(places, len(places))

    assert group_learners(*shuffled, size) == group_learners(people, places, size)


def test_fifty_learners_of_one_town_become_three_groups_of_nearly_the_same_size() -> None:
    found = group_learners(near(DAKAR, 50), [GroupCentre(1, DAKAR, 28, 5)], GroupSize())

    assert sizes(found) == [(1, 16), (1, 17), (1, 17)]


def test_groups_never_exceed_the_largest_room() -> None:
    found = group_learners(near(DAKAR, 50), [GroupCentre(1, DAKAR, 12, 5)], GroupSize())

    assert sizes(found) == [(1, 10)] * 5


def test_a_centre_with_too_few_learners_sends_them_to_the_next_town() -> None:
    people = [*near(DAKAR, 12), *near(THIES, 2, first=20)]
    places = [GroupCentre(1, DAKAR, 28, 5), GroupCentre(2, THIES, 28, 5)]

    found = group_learners(people, places, GroupSize())

    assert sizes(found) == [(1, 14)]
    assert found.groups[0].km == pytest.approx(2 * 57.1, rel=0.01)


def test_a_centre_may_be_filled_up_from_a_town_with_more_than_enough() -> None:
    people = [*near(DAKAR, 26), *near(THIES, 7, first=50)]
    places = [GroupCentre(1, DAKAR, 28, 1), GroupCentre(2, THIES, 28, 1)]

    found = group_learners(people, places, GroupSize())

    assert sizes(found) == [(1, 25), (2, 8)]


@pytest.mark.parametrize(
    ("people", "places", "reason"),
    [
        (near(DAKAR, 1), [], Reason("no_centre_at_all")),
        (near(DAKAR, 1), [GroupCentre(1, DAKAR, 7, 1)], Reason("no_centre_at_all")),
        ([CohortLearner(1)], [GroupCentre(1, DAKAR, 20, 1)], Reason("home_unknown")),
        (
            near(SAINT_LOUIS, 1),
            [GroupCentre(1, DAKAR, 20, 1)],
            Reason("no_centre_near", (("limit", 60.0), ("nearest", 180.6))),
        ),
        (
            near(DAKAR, 1),
            [GroupCentre(1, DAKAR, 20, 1)],
            Reason("too_few_nearby", (("least", 8),)),
        ),
        (near(DAKAR, 21), [GroupCentre(1, DAKAR, 20, 1)], Reason("centres_full")),
    ],
)
def test_whoever_is_left_out_is_told_why(
    people: list[CohortLearner], places: list[GroupCentre], reason: Reason
) -> None:
    found = group_learners(people, places, GroupSize())

    assert found.left_out[-1].reason == reason


def test_a_learner_given_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="learner was given twice"):
        group_learners([*near(DAKAR, 1), *near(DAKAR, 1)], [], GroupSize())


def test_sizes_out_of_order_are_refused() -> None:
    with pytest.raises(ValueError, match="least <= ideal <= most"):
        GroupSize(least=10, ideal=9)
