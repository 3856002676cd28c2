"""Oracle, search, bound and completion, against the checker and against trying everything."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sessions.timetabling.bound import RowPrice, bound_from_prices, lower_bound
from sessions.timetabling.checker import audit
from sessions.timetabling.compiled import can_compile, kernels_in
from sessions.timetabling.flat import flatten
from sessions.timetabling.instance import Instance, Weights
from sessions.timetabling.loads import shared_cost
from sessions.timetabling.plan import Plan, plan_cost, total_cost
from sessions.timetabling.search import Progress, gap_of
from sessions.timetabling.solve import Answer, solve
from sessions.timetabling.state import Kin, plans_of, scratch_for, state_for
from tests.sessions.timetabling.worlds import (
    best_timetable_by_trying,
    cell,
    group,
    instances,
    plans_by_trying,
    weights,
)

NO_LOADS = {"spread": 0.0, "mentor_load": 0.0, "host_load": 0.0}


def always() -> bool:
    return True


def quick(instance: Instance, cost: Weights, *, seed: int = 1, plain: bool = False) -> Answer:
    return solve(
        instance, cost, seed, 60, always, lambda _: None, bound_rounds=40, nodes=0, plain=plain
    )


def best_plans(instance: Instance, cost: Weights) -> list[tuple[float, Plan]]:
    """Return what each group would do alone, and what the oracle says that costs."""
    problem = flatten(instance, cost)
    flat, state = problem.flat, state_for(problem.flat, 1)
    scratch, kernels = scratch_for(flat), kernels_in()
    nothing = np.zeros(len(flat.limit))
    said = [
        kernels.plan(flat, scratch, state, g, nothing, False, 0.0, state.every, 0)
        for g in range(problem.groups)
    ]
    return list(zip(said, plans_of(problem, state.base, state.taken), strict=True))


def test_what_compiled_code_reads_by_address_lies_in_one_piece() -> None:
    every_second = np.arange(10)[::2]

    with pytest.raises(ValueError, match="member"):
        Kin(ptr=np.arange(2), circle=np.arange(1), circles=np.arange(2), member=every_second)


@settings(max_examples=25, deadline=None)
@given(instances(groups=2), weights())
def test_the_oracle_finds_what_trying_every_plan_finds(instance: Instance, cost: Weights) -> None:
    cost = replace(cost, **NO_LOADS)

    found = [said for said, _ in best_plans(instance, cost)]

    tried = [
        min(total for total, _ in plans_by_trying(instance, cost, member))
        for member in instance.groups
    ]
    assert found == pytest.approx(tried)


@settings(deadline=None)
@given(instances(), weights())
def test_a_plan_costs_what_the_oracle_said(instance: Instance, cost: Weights) -> None:
    for member, (said, plan) in zip(instance.groups, best_plans(instance, cost), strict=True):
        assert plan_cost(member, cost, plan, instance.cell_by_id).total == pytest.approx(said)


@settings(deadline=None)
@given(instances(groups=4), weights())
def test_every_answer_keeps_the_rules_and_costs_what_it_says(
    instance: Instance, cost: Weights
) -> None:
    found = quick(instance, cost)

    report = audit(instance, cost, found.plans)
    parts = [
        plan_cost(instance.group_by_id[plan.group], cost, plan, instance.cell_by_id)
        for plan in found.plans
    ]
    whole = total_cost([*parts, shared_cost(instance, cost, found.plans)])
    assert (report.broken, report.cost) == ((), found.cost)
    assert whole.total == pytest.approx(found.cost.total)


@settings(max_examples=25, deadline=None)
@given(instances(groups=2, rooms=2), weights())
def test_the_optimum_lies_between_the_bound_and_the_answer(
    instance: Instance, cost: Weights
) -> None:
    problem = flatten(instance, cost)

    optimum = best_timetable_by_trying(instance, cost)

    proof = lower_bound(problem, optimum + 10, rounds=60, keep_going=always)
    assert proof.floor + problem.constant <= proof.value + 1e-6 <= optimum + 2e-6
    assert bound_from_prices(instance, cost, proof.prices) == pytest.approx(proof.value)
    assert optimum <= quick(instance, cost).cost.total + 1e-6


@settings(max_examples=25, deadline=None)
@given(instances(groups=2, rooms=2), weights())
def test_a_complete_search_proves_the_optimum(instance: Instance, cost: Weights) -> None:
    found = solve(instance, cost, 1, 60, always, lambda _: None, bound_rounds=40, nodes=5000)

    optimum = best_timetable_by_trying(instance, cost)

    assert found.proven
    assert (found.cost.total, found.bound) == pytest.approx((optimum, optimum))


@settings(max_examples=30, deadline=None)
@given(instances(groups=4), weights(), st.integers(0, 9))
def test_the_same_seed_gives_the_same_answer_compiled_or_not(
    instance: Instance, cost: Weights, seed: int
) -> None:
    once = quick(instance, cost, seed=seed)

    assert quick(instance, cost, seed=seed) == once
    assert quick(instance, cost, seed=seed, plain=True) == once


@settings(max_examples=30, deadline=None)
@given(instances(groups=4), weights(), st.randoms(use_true_random=False))
def test_the_order_of_the_input_changes_nothing(instance: Instance, cost: Weights, dice) -> None:  # type: ignore[no-untyped-def]
    def shuffled(values):  # type: ignore[no-untyped-def]
        return tuple(dice.sample(values, len(values)))

    other = replace(
        instance,
        cells=shuffled(instance.cells),
        groups=shuffled(instance.groups),
        shares=tuple((b, a) for a, b in shuffled(instance.shares)),
        busy=shuffled(instance.busy),
    )

    assert other.instance_hash() == instance.instance_hash()
    assert quick(other, cost) == quick(instance, cost)


def crowded() -> Instance:
    """Three groups, two of whom need the large room; the small room is the third's only way out."""
    cells = [
        cell(week * 10 + room, week=week, room=room, seats=10 * room)
        for week in range(4)
        for room in (1, 2)
    ]
    members = (
        group(1, size=8, periods=4),
        group(2, size=15, cadence=2),
        group(3, size=15, cadence=2),
    )
    return Instance(4, tuple(cells), members)


def test_three_groups_share_two_rooms_without_a_compromise() -> None:
    found = quick(crowded(), Weights())

    assert (found.bound, found.cost.total, found.proven) == (0.0, 0.0, True)


def test_a_search_that_may_not_go_on_returns_a_full_timetable_and_says_so() -> None:
    told: list[Progress] = []

    found = solve(crowded(), Weights(), 1, 1000, lambda: False, told.append)

    assert found.iterations == 0
    assert audit(crowded(), Weights(), found.plans).broken == ()
    assert [each.phase for each in told] == ["greedy", "done"]


def test_a_stop_between_two_chunks_keeps_the_best_so_far() -> None:
    asked: list[int] = []

    def twice() -> bool:
        asked.append(1)
        return len(asked) < 3

    found = solve(crowded(), Weights(other_room=3), 1, 10_000, twice, lambda _: None)

    assert audit(crowded(), Weights(other_room=3), found.plans).broken == ()


def test_a_cell_that_two_want_has_a_price() -> None:
    instance = Instance(1, (cell(7),), (group(1, periods=1), group(2, periods=1)))

    found = solve(instance, Weights(), 1, 60, always, lambda _: None)

    assert (found.cost.total, found.price_bound) == (60.0, 60.0)
    assert [number for number, price in found.cell_prices if price > 0] == [7]


def test_a_change_of_what_was_published_is_charged_and_avoided() -> None:
    cells = tuple(cell(week * 2 + room, week=week, room=room) for week in (0, 1) for room in (1, 2))
    member = group(1, published=(2, 4))

    found = solve(Instance(2, cells, (member,)), Weights(), 1, 60, always, lambda _: None)

    assert [period.cell for period in found.plans[0].periods] == [2, 4]
    moved = Instance(2, tuple(each for each in cells if each.room == 1), (member,))
    assert quick(moved, Weights()).cost.changed == 2 * Weights().changed


@pytest.mark.parametrize("price", [-1.0, float("nan")])
def test_a_price_below_nothing_proves_nothing(price: float) -> None:
    rows = flatten(crowded(), Weights())

    with pytest.raises(ValueError, match="nothing or more"):
        bound_from_prices(crowded(), Weights(), [RowPrice(rows.row(0), price)])


def test_a_weeks_price_is_no_more_than_the_charge_for_overloading_it() -> None:
    rows = flatten(crowded(), Weights())
    week = rows.row(rows.flat.host_row)

    with pytest.raises(ValueError, match="above the charge"):
        bound_from_prices(crowded(), Weights(), [RowPrice(week, 1.5)])


def test_a_price_on_an_unknown_row_is_refused() -> None:
    row = replace(flatten(crowded(), Weights()).row(0), a=99)

    with pytest.raises(ValueError, match="no such row"):
        bound_from_prices(crowded(), Weights(), [RowPrice(row, 1.0)])


@pytest.mark.parametrize(
    ("cost", "bound", "gap"), [(100.0, 90.0, 0.1), (0.0, 0.0, 0.0), (10.0, 11.0, 0.0)]
)
def test_the_gap_is_the_share_not_proven_necessary(cost: float, bound: float, gap: float) -> None:
    assert gap_of(cost, bound) == pytest.approx(gap)


@pytest.mark.skipif(not can_compile(), reason="numba is not installed")
def test_machine_code_and_plain_python_search_alike_for_long() -> None:
    answers = [
        solve(crowded(), Weights(other_week=1), 3, 400, always, lambda _: None, plain=plain)
        for plain in (False, True)
    ]

    assert answers[0] == answers[1]
