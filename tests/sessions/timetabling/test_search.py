"""Greedy, ruin and recreate, and the bound between them and the optimum."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sessions.timetabling.bound import Bound, RowPrice, bound_at, lower_bound
from sessions.timetabling.checker import Audit, audit
from sessions.timetabling.greedy import greedy, scarcity_order
from sessions.timetabling.instance import Instance, Weights
from sessions.timetabling.menu import Menus, compile_menus
from sessions.timetabling.oracle import as_plan
from sessions.timetabling.search import Found, Progress, gap_of, search
from tests.sessions.timetabling.worlds import (
    best_timetable_by_trying,
    cell,
    group,
    instances,
    weights,
)


def always() -> bool:
    return True


def searched(
    menus: Menus, *, seed: int = 1, iterations: int = 40, told: list[Progress] | None = None
) -> tuple[Bound, Found]:
    start, _ = greedy(menus, scarcity_order(menus))
    cost = sum(choice.cost for choice in start)
    proof = lower_bound(menus, cost, rounds=30, keep_going=always)
    found = search(
        menus,
        start,
        proof,
        seed=seed,
        iterations=iterations,
        keep_going=always,
        on_progress=(told if told is not None else []).append,
    )
    return proof, found


def audited(menus: Menus, found: Found) -> Audit:
    plans = [as_plan(m, choice) for m, choice in zip(menus.menus, found.choices, strict=True)]
    return audit(menus.instance, menus.weights, plans)


@settings(deadline=None)
@given(instances(groups=4), weights())
def test_every_answer_keeps_the_rules_and_costs_what_it_says(
    instance: Instance, cost: Weights
) -> None:
    menus = compile_menus(instance, cost)

    proof, found = searched(menus)

    report = audited(menus, found)
    assert report.broken == ()
    assert report.cost.total == pytest.approx(found.cost)
    assert proof.floor <= proof.value + 1e-6 <= found.cost + 2e-6


@settings(max_examples=40, deadline=None)
@given(instances(groups=2, rooms=2), weights())
def test_the_optimum_lies_between_the_bound_and_the_answer(
    instance: Instance, cost: Weights
) -> None:
    proof, found = searched(compile_menus(instance, cost))

    optimum = best_timetable_by_trying(instance, cost)

    assert proof.value <= optimum + 1e-6
    assert optimum <= found.cost + 1e-6


@settings(deadline=None)
@given(instances(groups=4), weights())
def test_the_prices_prove_the_bound_in_one_pass(instance: Instance, cost: Weights) -> None:
    menus = compile_menus(instance, cost)
    proof, _ = searched(menus)

    assert bound_at(menus, proof.prices) == pytest.approx(proof.value)


@settings(max_examples=30, deadline=None)
@given(instances(groups=4), weights(), st.integers(0, 9))
def test_the_same_seed_gives_the_same_answer(instance: Instance, cost: Weights, seed: int) -> None:
    once = searched(compile_menus(instance, cost), seed=seed)
    again = searched(compile_menus(instance, cost), seed=seed)

    assert once == again


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
    assert searched(compile_menus(other, cost)) == searched(compile_menus(instance, cost))


def crowded() -> Menus:
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
    return compile_menus(Instance(4, tuple(cells), members), Weights())


def test_three_groups_share_two_rooms_without_a_compromise() -> None:
    proof, found = searched(crowded())

    assert (proof.value, found.cost) == (0.0, 0.0)


def test_a_search_that_may_not_go_on_returns_the_start() -> None:
    menus = crowded()
    start, _ = greedy(menus, [0, 1, 2])
    start_cost = sum(choice.cost for choice in start)

    found = search(
        menus,
        start,
        Bound(-1.0, (0.0, 0.0, 0.0), (), 0),
        seed=1,
        iterations=100,
        keep_going=lambda: False,
        on_progress=lambda _: None,
    )

    assert (found.choices, found.cost, found.iterations) == (tuple(start), start_cost, 0)


def test_progress_is_told_with_the_bound_and_the_gap() -> None:
    told: list[Progress] = []
    cells = tuple(cell(i, room=i, hour=(5, 540)) for i in (1,))
    menus = compile_menus(Instance(1, cells, (group(1, periods=1), group(2, periods=1))), Weights())

    searched(menus, told=told)

    assert told[-1] == Progress(0, 60.0, 60.0, 0.0)


def test_a_price_below_nothing_proves_nothing() -> None:
    menus = crowded()

    with pytest.raises(ValueError, match="nothing or more"):
        bound_at(menus, [RowPrice(menus.rows[0], -1.0)])


@pytest.mark.parametrize(
    ("cost", "bound", "gap"), [(100.0, 90.0, 0.1), (0.0, 0.0, 0.0), (10.0, 11.0, 0.0)]
)
def test_the_gap_is_the_share_not_proven_necessary(cost: float, bound: float, gap: float) -> None:
    assert gap_of(cost, bound) == pytest.approx(gap)
