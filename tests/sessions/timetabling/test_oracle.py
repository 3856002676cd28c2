"""The cheapest plan of one group, against trying everything."""

import numpy as np
import pytest
from hypothesis import given, settings

from sessions.timetabling.instance import Instance, Weights
from sessions.timetabling.menu import Menus, compile_menus
from sessions.timetabling.oracle import as_plan, cheapest
from sessions.timetabling.plan import Base, Period, Plan, plan_cost
from tests.sessions.timetabling.worlds import cell, group, instances, plans_by_trying, weights


def best_plans(menus: Menus) -> list[Plan]:
    free = [np.zeros(len(menu.cells)) for menu in menus.menus]
    return [
        as_plan(menu, cheapest(menu, menus.weights, prices))
        for menu, prices in zip(menus.menus, free, strict=True)
    ]


@settings(max_examples=60, deadline=None)
@given(instances(groups=2), weights())
def test_the_oracle_finds_what_trying_every_plan_finds(instance: Instance, cost: Weights) -> None:
    menus = compile_menus(instance, cost)

    found = [cheapest(menu, cost, np.zeros(len(menu.cells))).cost for menu in menus.menus]

    tried = [
        min(total for total, _ in plans_by_trying(instance, cost, member))
        for member in instance.groups
    ]
    assert found == pytest.approx(tried)


@settings(deadline=None)
@given(instances(), weights())
def test_a_plan_costs_what_the_oracle_said(instance: Instance, cost: Weights) -> None:
    menus = compile_menus(instance, cost)

    for menu, plan in zip(menus.menus, best_plans(menus), strict=True):
        said = cheapest(menu, cost, np.zeros(len(menu.cells))).cost
        assert plan_cost(menu.group, cost, plan, instance.cell_by_id).total == pytest.approx(said)


def test_a_group_stays_in_its_room_and_hour_while_it_can() -> None:
    cells = [cell(week * 10 + room, week=week, room=room) for week in range(2) for room in (1, 2)]
    menus = compile_menus(Instance(2, tuple(cells), (group(1),)), Weights())

    [plan] = best_plans(menus)

    assert plan == Plan(1, Base(0, 0, 1, 5, 540), (Period(0, 1), Period(1, 11)))


def test_a_high_price_sends_one_period_to_another_room() -> None:
    cells = [cell(week * 10 + room, week=week, room=room) for week in range(3) for room in (1, 2)]
    [menu] = compile_menus(Instance(3, tuple(cells), (group(1, periods=3),)), Weights()).menus
    prices = np.where(menu.cells == 11, 3.0, 0.0) + np.where(menu.cells % 10 == 2, 1.9, 0.0)

    plan = as_plan(menu, cheapest(menu, Weights(), prices))

    assert [each.cell for each in plan.periods] == [1, 11, 21]

    prices = np.where(menu.cells == 11, 4.0, 0.0) + np.where(menu.cells % 10 == 2, 1.9, 0.0)
    plan = as_plan(menu, cheapest(menu, Weights(), prices))
    assert [each.cell for each in plan.periods] == [1, 12, 21]


def test_a_group_without_a_suitable_cell_has_no_base_and_meets_never() -> None:
    small = cell(1, seats=9)
    menus = compile_menus(Instance(2, (small,), (group(1),)), Weights())

    assert best_plans(menus) == [Plan(1, None, (Period(0, None), Period(1, None)))]


def test_a_period_that_leaves_its_week_keeps_the_usual_hour() -> None:
    cells = (cell(1, week=0), cell(2, week=2), cell(3, week=5, hour=(2, 840)))
    menus = compile_menus(
        Instance(6, cells, (group(1, cadence=2, periods=3),)),
        Weights(other_hour=40, other_week=0),
    )

    [plan] = best_plans(menus)

    assert plan.base == Base(0, 0, 1, 5, 540)
    assert [each.cell for each in plan.periods] == [1, 2, None]
