"""Every objective against every set of sites tried, and what must hold of any answer."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("highspy", reason="the solver HiGHS is not installed")

from centres.siting.checker import audit
from centres.siting.problem import Objective, SitingProblem
from centres.siting.refusals import NoPlanPossible, RuleNotOffered, UnusableSiting
from centres.siting.solve import solve
from tests.centres.siting.siting_worlds import oracle, worlds, yes

quick = settings(max_examples=60, deadline=None)


def checked(problem: SitingProblem) -> float:
    """Solve, audit, compare with every set tried; return the value."""
    best = oracle(problem)
    if np.isinf(best):
        with pytest.raises(NoPlanPossible):
            solve(problem, seed=1, keep_going=yes)
        return float("inf")
    answer = solve(problem, seed=1, keep_going=yes)
    sign = -1.0 if problem.objective is Objective.MAXIMAL_COVERING else 1.0
    assert answer.cost == pytest.approx(sign * best, rel=1e-6, abs=1e-6)
    assert answer.proven
    assert audit(problem, answer).broken == ()
    return answer.cost


@st.composite
def rules(draw: st.DrawFn, sites: int) -> dict[str, object]:
    """Draw rules on sites that do not contradict each other on their face."""
    pick = st.sets(st.integers(0, sites - 1), max_size=1)
    forced, existing = draw(pick), draw(pick)
    forbidden = draw(pick) - forced - existing
    return {
        "p": draw(st.integers(1, sites)),
        "forced": frozenset(forced),
        "existing": frozenset(existing),
        "forbidden": frozenset(forbidden),
        "regions": tuple(draw(st.lists(st.integers(0, 2), min_size=sites, max_size=sites))),
        "most_per_region": draw(st.integers(1, 2)),
        "opening_costs": np.array(
            draw(st.lists(st.integers(0, 20), min_size=sites, max_size=sites)), dtype=float
        ),
        "budget": float(draw(st.integers(10, 60))),
    }


def ruled(objective: Objective, data: st.DataObject, **more: object) -> SitingProblem | None:
    """Draw a problem with rules; None where it is refused outright."""
    distances, learners = data.draw(worlds())
    extra = {name: each(distances) if callable(each) else each for name, each in more.items()}
    try:
        return SitingProblem(
            objective, distances, learners, **data.draw(rules(distances.shape[1])), **extra
        )
    except (NoPlanPossible, UnusableSiting):
        return None


@pytest.mark.parametrize(
    "objective", [Objective.P_MEDIAN, Objective.P_CENTER, Objective.FACILITY_LOCATION]
)
@quick
@given(data=st.data())
def test_nothing_beats_the_sites_chosen_under_any_rules(objective, data):
    problem = ruled(objective, data)

    if problem is not None:
        checked(problem)


@pytest.mark.parametrize("objective", [Objective.MAXIMAL_COVERING, Objective.SET_COVERING])
@quick
@given(data=st.data(), radius=st.integers(0, 40))
def test_no_allowed_set_covers_better(objective, data, radius):
    problem = ruled(objective, data, radius=float(radius))

    if problem is not None:
        checked(problem)


@pytest.mark.parametrize("objective", [Objective.P_MEDIAN, Objective.FACILITY_LOCATION])
@quick
@given(data=st.data())
def test_seats_that_bind_are_filled_at_the_least_total(objective, data):
    problem = ruled(
        objective,
        data,
        seats=lambda km: np.array(
            data.draw(st.lists(st.integers(5, 30), min_size=km.shape[1], max_size=km.shape[1])),
            dtype=float,
        ),
    )

    if problem is not None:
        checked(problem)


@quick
@given(data=st.data(), radius=st.integers(5, 40))
def test_covering_with_seats_counts_only_learners_who_have_one(data, radius):
    problem = ruled(
        Objective.MAXIMAL_COVERING,
        data,
        radius=float(radius),
        seats=lambda km: np.array(
            data.draw(st.lists(st.integers(1, 12), min_size=km.shape[1], max_size=km.shape[1])),
            dtype=float,
        ),
    )

    if problem is not None:
        checked(problem)


@quick
@given(world=worlds(most_points=6, most_sites=5), data=st.data())
def test_whole_places_are_packed_at_the_least_total(world, data):
    distances, learners = world
    sites = distances.shape[1]
    seats = data.draw(st.lists(st.integers(4, 25), min_size=sites, max_size=sites))
    try:
        problem = SitingProblem(
            Objective.P_MEDIAN,
            distances,
            learners,
            p=data.draw(st.integers(1, sites)),
            seats=np.array(seats, dtype=float),
            whole_points=True,
        )
    except NoPlanPossible:
        return

    checked(problem)


@quick
@given(world=worlds(most_points=5, most_sites=4), data=st.data())
def test_whole_places_are_packed_so_that_every_open_site_has_its_fewest(world, data):
    distances, learners = world
    sites = distances.shape[1]
    try:
        problem = SitingProblem(
            Objective.P_MEDIAN,
            distances,
            learners,
            p=data.draw(st.integers(1, sites)),
            seats=np.full(sites, float(data.draw(st.integers(9, 25)))),
            fewest_learners=float(data.draw(st.integers(1, 12))),
            forced=frozenset({data.draw(st.integers(0, sites - 1))}),
            whole_points=True,
        )
    except NoPlanPossible:
        return

    checked(problem)


@quick
@given(world=worlds(most_points=6, most_sites=6), data=st.data())
def test_a_median_serves_its_own_place(world, data):
    _, learners = world
    learners = learners + 1.0
    size = len(learners)
    x = data.draw(st.lists(st.integers(0, 30), min_size=size, max_size=size))
    distances = np.abs(np.subtract.outer(x, x)).astype(float)
    try:
        problem = SitingProblem(
            Objective.P_MEDIAN,
            distances,
            learners,
            p=data.draw(st.integers(1, size)),
            seats=np.full(size, float(data.draw(st.integers(10, 40)))),
            whole_points=True,
            stands_at=tuple(range(size)),
        )
    except NoPlanPossible:
        return

    checked(problem)


@quick
@given(world=worlds())
def test_opening_one_more_site_never_lengthens_the_journey(world):
    distances, learners = world

    costs = [
        solve(
            SitingProblem(Objective.P_MEDIAN, distances, learners, p=p), seed=1, keep_going=yes
        ).cost
        for p in range(1, distances.shape[1] + 1)
    ]

    assert costs == sorted(costs, reverse=True)


@quick
@given(world=worlds(), p=st.integers(1, 3))
def test_one_more_candidate_never_worsens_a_proven_optimum(world, p):
    distances, learners = world
    p = min(p, distances.shape[1])
    with_all = SitingProblem(Objective.P_MEDIAN, distances, learners, p=p)
    last = frozenset({distances.shape[1] - 1})
    if len(last) == distances.shape[1]:
        return
    without = SitingProblem(Objective.P_MEDIAN, distances, learners, p=p, forbidden=last)

    more, fewer = (solve(each, seed=1, keep_going=yes) for each in (with_all, without))

    assert more.proven
    assert fewer.proven
    assert more.cost <= fewer.cost


@quick
@given(world=worlds(), p=st.integers(1, 3), power=st.integers(-3, 6))
def test_scaling_the_demand_changes_no_choice(world, p, power):
    distances, learners = world
    p = min(p, distances.shape[1])
    plain = SitingProblem(Objective.P_MEDIAN, distances, learners, p=p)
    scaled = SitingProblem(Objective.P_MEDIAN, distances, learners * 2.0**power, p=p)

    first, second = (solve(each, seed=1, keep_going=yes) for each in (plain, scaled))

    assert second.cost == pytest.approx(first.cost * 2.0**power)
    again = learners @ distances[:, list(second.sites)].min(axis=1)
    assert again == pytest.approx(first.cost)


def test_the_same_seed_gives_the_same_answer():
    draws = np.random.default_rng(7)
    distances = draws.integers(1, 1000, (60, 40)).astype(float)
    problem = SitingProblem(Objective.P_MEDIAN, distances, draws.integers(1, 90, 60) * 1.0, p=7)

    first, second = (solve(problem, seed=3, keep_going=yes) for _ in range(2))

    assert (first.sites, first.cost, first.bound) == (second.sites, second.cost, second.bound)


def test_an_answer_stopped_at_once_is_never_called_proven_unless_it_is():
    draws = np.random.default_rng(11)
    places = draws.random((150, 2)) * 100
    distances = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1))
    problem = SitingProblem(Objective.P_MEDIAN, distances, np.ones(150), p=6)

    stopped = solve(problem, seed=1, keep_going=lambda: False)
    proven = solve(problem, seed=1, keep_going=yes)

    assert not stopped.proven
    assert proven.proven
    assert stopped.bound <= proven.cost <= stopped.cost


def test_gains_say_what_closing_each_site_alone_would_cost():
    distances = np.array([[0.0, 4.0], [3.0, 0.0], [9.0, 1.0]])
    learners = np.array([2.0, 1.0, 5.0])

    answer = solve(
        SitingProblem(Objective.P_MEDIAN, distances, learners, p=2), seed=1, keep_going=yes
    )

    assert answer.sites == (0, 1)
    assert answer.cost == 5.0
    assert answer.gains == (8.0, 43.0)


def test_a_budget_that_no_site_fits_is_said_to_be_impossible_not_to_need_time():
    problem = SitingProblem(
        Objective.P_MEDIAN,
        np.array([[0.0, 1.0], [3.0, 4.0]]),
        np.ones(2),
        p=1,
        opening_costs=np.array([11.0, 12.0]),
        budget=10.0,
    )

    with pytest.raises(NoPlanPossible):
        solve(problem, seed=1, keep_going=yes)


def test_each_open_centre_gets_its_fewest_learners():
    distances = np.array([[0.0, 9.0], [0.0, 9.0], [9.0, 0.0]])
    learners = np.array([10.0, 10.0, 4.0])
    problem = SitingProblem(
        Objective.P_MEDIAN, distances, learners, p=2, fewest_learners=6.0, forced=frozenset({1})
    )

    answer = solve(problem, seed=1, keep_going=yes)

    assert answer.sites == (0, 1)
    assert answer.cost == pytest.approx(18.0)
    assert answer.proven


def test_a_fewest_number_with_p_center_is_refused_with_the_way_out():
    with pytest.raises(RuleNotOffered, match="choose p_median or maximal_covering"):
        SitingProblem(Objective.P_CENTER, np.ones((2, 2)), np.ones(2), p=1, fewest_learners=1.0)
