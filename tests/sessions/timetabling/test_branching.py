"""Rows that sharpen the bound, and blocks solved by branching: true of every timetable."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from sessions.timetabling.blocks import cut
from sessions.timetabling.bound import bound_from_prices
from sessions.timetabling.branching import BlockSearch
from sessions.timetabling.compiled import kernels_in
from sessions.timetabling.flat import flatten
from sessions.timetabling.instance import Instance, Reach, Weights
from sessions.timetabling.search import Search
from sessions.timetabling.solve import Answer, solve
from sessions.timetabling.state import scratch_for, state_for
from tests.sessions.timetabling.worlds import (
    best_timetable_by_trying,
    cell,
    group,
    instances,
    weights,
)


def branched(instance: Instance, cost: Weights, *, plain: bool = False) -> Answer:
    return solve(
        instance,
        cost,
        1,
        20,
        lambda: True,
        lambda _: None,
        bound_rounds=30,
        nodes=0,
        pricings=3000,
        plain=plain,
    )


@settings(max_examples=60, deadline=None)
@given(instances(groups=6, weeks=2, rooms=4), weights())
def test_no_timetable_uses_a_row_more_often_than_it_may(instance: Instance, cost: Weights) -> None:
    problem = flatten(instance, cost)
    flat, kernels = problem.flat, kernels_in()
    state, use = state_for(flat, 1), np.zeros(len(flat.limit), dtype=np.int64)
    state.taken[:] = Search(problem, 1).best[1]

    for g in range(problem.groups):
        kernels.count_rows(flat, state, g, use)

    hard = np.isinf(flat.dearest)
    assert (use <= flat.limit)[hard].all()


@settings(max_examples=40, deadline=None)
@given(instances(groups=5, weeks=2, rooms=4), weights())
def test_every_row_has_a_name_of_its_own(instance: Instance, cost: Weights) -> None:
    problem = flatten(instance, cost)

    names = {problem.row(number) for number in range(len(problem.flat.limit) - 1)}

    assert len(names) == len(problem.flat.limit) - 1


@settings(max_examples=25, deadline=None)
@given(instances(groups=2, rooms=2), weights())
def test_the_optimum_lies_between_the_bound_of_blocks_and_the_answer(
    instance: Instance, cost: Weights
) -> None:
    found = branched(instance, cost)

    optimum = best_timetable_by_trying(instance, cost)

    assert found.bound - 1e-6 <= optimum <= found.cost.total + 1e-6
    assert bound_from_prices(instance, cost, found.prices) >= found.price_bound - 1e-6


@settings(max_examples=25, deadline=None)
@given(instances(groups=5, rooms=4), weights())
def test_blocks_never_claim_more_than_a_complete_search(instance: Instance, cost: Weights) -> None:
    found = branched(instance, cost)

    whole = solve(
        instance, cost, 1, 60, lambda: True, lambda _: None, bound_rounds=30, nodes=5000, pricings=0
    )

    assert found.bound <= whole.cost.total + 1e-6
    assert whole.bound <= found.cost.total + 1e-6


@settings(max_examples=10, deadline=None)
@given(instances(groups=4), weights())
def test_branching_gives_the_same_answer_compiled_or_not(instance: Instance, cost: Weights) -> None:
    assert branched(instance, cost, plain=True) == branched(instance, cost)


def test_a_mentor_who_cannot_be_in_two_towns_a_day_is_seen_by_the_bound() -> None:
    morning, afternoon = (5, 540), (5, 840)
    cells = (cell(1, hour=morning, room=1), cell(2, hour=afternoon, room=11))
    groups = (
        group(1, home=0, periods=1, mentor=1),
        group(2, home=1, periods=1, mentor=1),
    )
    world = Instance(1, cells, groups)

    problem = flatten(world, Weights())

    kinds = [
        problem.row(i).kind for i in range(problem.flat.extra_row, len(problem.flat.limit) - 1)
    ]
    assert kinds == ["journey", "journey"]
    assert branched(world, Weights()).price_bound == pytest.approx(60.0)
    apart = replace(world, one_centre_a_day=False)
    assert branched(apart, Weights()).bound == 0.0


def test_a_long_meetup_excludes_a_group_from_its_whole_day() -> None:
    morning, afternoon = (5, 540), (5, 840)
    long = cell(1, hour=morning, room=1, minutes=480)
    halves = (cell(2, hour=morning, room=2), cell(3, hour=afternoon, room=2))
    groups = (
        group(1, minutes=480, periods=1, mentor=1),
        group(2, minutes=120, periods=1, mentor=1),
    )

    found = branched(Instance(1, (long, *halves), groups), Weights())

    assert (found.cost.total, found.price_bound) == (60.0, 60.0)


def test_three_groups_that_share_learners_two_by_two_meet_one_at_a_time() -> None:
    cells = tuple(cell(i, room=i) for i in range(1, 4))
    groups = tuple(group(i, periods=1, mentor=i) for i in range(1, 4))
    world = Instance(1, cells, groups, shares=((1, 2), (1, 3), (2, 3)))

    found = branched(world, Weights())

    assert len(flatten(world, Weights()).shared) == 1
    assert (found.cost.total, found.price_bound) == (120.0, 120.0)


def test_a_group_may_go_elsewhere_while_its_block_is_solved_again() -> None:
    cells = (cell(1, room=1), cell(2, room=11))
    groups = (
        group(1, periods=1, reach=(Reach(1, 0.0),)),
        group(2, periods=1, reach=(Reach(1, 0.0),)),
    )

    found = branched(Instance(1, cells, groups), Weights())

    assert (found.cost.total, found.bound) == (8.0, 8.0)


def test_a_group_without_any_slot_is_left_out_of_what_its_block_is_arranged_by() -> None:
    cells = tuple(cell(i, room=i, minutes=120) for i in range(1, 4))
    groups = (
        *(group(i, periods=1, minutes=120, mentor=1) for i in range(1, 4)),
        group(4, periods=1, minutes=480),
    )
    world = Instance(1, cells, groups)
    problem, kernels = flatten(world, Weights()), kernels_in()
    nothing_known = np.zeros(len(problem.flat.limit))
    (block,) = cut(problem, nothing_known, kernels).blocks

    at_work = scratch_for(problem.flat), state_for(problem.flat, 1)

    found = BlockSearch(
        problem, block, np.zeros(len(block.row)), 1e6, at_work, lambda: True, plain=False
    )

    assert found.base is not None
    assert found.base.tolist().count(-1) == 1  # the last of them, which no slot suits
    assert found.best == 4 * 60.0 - 60.0
