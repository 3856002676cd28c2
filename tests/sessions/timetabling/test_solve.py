"""From a problem to an audited, explained answer."""

import pytest
from hypothesis import given, settings

from sessions.timetabling.checker import audit
from sessions.timetabling.instance import Instance, Weights
from sessions.timetabling.search import Progress
from sessions.timetabling.solve import Answer, solve
from tests.sessions.timetabling.worlds import cell, group, instances, weights


def answer(instance: Instance, cost: Weights, *, seed: int = 1) -> Answer:
    return solve(instance, cost, seed, 30, lambda: True, lambda _: None, bound_rounds=20)


@settings(max_examples=50, deadline=None)
@given(instances(groups=4), weights())
def test_an_answer_is_sound_and_explains_each_compromise(instance: Instance, cost: Weights) -> None:
    found = answer(instance, cost)

    report = audit(instance, cost, found.plans)
    assert (report.broken, report.cost) == ((), found.cost)
    assert found.floor <= found.bound + 1e-6 <= found.cost.total + 2e-6
    unmet = [(p.group, q.ordinal) for p in found.plans for q in p.periods if q.cell is None]
    assert [(each.group, each.ordinal) for each in found.unmet] == unmet
    assert found.instance_hash == instance.instance_hash()


def test_a_group_with_every_cell_it_needs_is_proven_to_cost_nothing() -> None:
    instance = Instance(2, (cell(1), cell(2, week=1)), (group(1),))

    found = answer(instance, Weights())

    assert (found.cost.total, found.bound, found.gap, found.findings) == (0.0, 0.0, 0.0, ())


def test_a_problem_without_groups_has_an_empty_answer() -> None:
    found = answer(Instance(1, (), ()), Weights())

    assert (found.plans, found.cost.total, found.bound) == ((), 0.0, 0.0)


def test_an_answer_is_complete_even_if_nothing_may_be_searched() -> None:
    told: list[Progress] = []
    cells = tuple(
        cell(week * 2 + room, week=week, room=room) for week in range(2) for room in (1, 2)
    )
    instance = Instance(2, cells, (group(1), group(2), group(3)))

    found = solve(instance, Weights(), 1, 1000, lambda: False, told.append)

    assert found.iterations == 0
    assert found.cost.total == pytest.approx(120.0)
    assert told[-1].best == pytest.approx(120.0)
