"""Each hard rule of the checker, broken once by hand."""

from dataclasses import replace

import pytest

from sessions.timetabling.checker import Broken, audit
from sessions.timetabling.instance import (
    Busy,
    Cell,
    Group,
    Instance,
    Reach,
    Unwelcome,
    Weights,
)
from sessions.timetabling.plan import Base, Cost, Period, Plan
from tests.sessions.timetabling.worlds import cell, group, pinned

BASE = Base(phase=0, centre=0, room=1, weekday=5, start_minute=540)
CELLS = (
    cell(1),
    cell(2, week=1),
    cell(3, room=2),
    cell(4, room=11),
    cell(5, room=11, hour=(5, 840)),
    cell(6, week=1, hour=(2, 840)),
)
MEMBER = group(1, reach=(Reach(1, 6.0),))


def plan(number: int, *cells: int | None, base: Base | None = BASE, first: int = 0) -> Plan:
    return Plan(number, base, tuple(Period(q, each) for q, each in enumerate(cells, start=first)))


def broken(instance: Instance, *plans: Plan) -> list[Broken]:
    return list(audit(instance, Weights(), plans).broken)


def world(*members: Group, **more: object) -> Instance:
    return Instance(2, CELLS, members, **more)  # type: ignore[arg-type]


def test_a_sound_plan_breaks_nothing() -> None:
    assert broken(world(MEMBER), plan(1, 1, 2)) == []


@pytest.mark.parametrize(
    ("member", "cells", "rule", "other"),
    [
        (MEMBER, (99, None), "cell_exists", 99),
        (group(1, size=21), (1, None), "seats", 1),
        (group(1, minutes=121), (1, None), "length", 1),
        (group(1, equipment=frozenset({"screen"})), (1, None), "equipment", 1),
        (group(1), (4, None), "centre_allowed", 4),
        (group(1, cadence=2), (1, 2), "week_allowed", 2),
        (group(1, first_week=1, cadence=4), (1, None), "week_allowed", 1),
        (group(1, cadence=2), (6, None), "other_week_keeps_the_hour", 6),
    ],
)
def test_a_cell_that_does_not_suit_is_found(
    member: Group, cells: tuple[int | None, ...], rule: str, other: int
) -> None:
    found = broken(world(member), plan(1, *cells))

    assert [(each.rule, each.group, each.other) for each in found] == [(rule, 1, other)]


def test_every_group_has_one_plan_with_each_open_period_once() -> None:
    assert broken(world(MEMBER)) == [Broken("one_plan_a_group", 1)]
    assert broken(world(MEMBER), plan(1, 1, 2), plan(1, None, None)) == [
        Broken("one_plan_a_group", 1)
    ]
    assert broken(world(MEMBER), plan(1, 1, 2), plan(2, 1, 2)) == [Broken("one_plan_a_group", 2)]
    assert broken(world(MEMBER), plan(1, 1)) == [Broken("every_open_period_once", 1)]


def test_a_pinned_period_is_not_planned_again() -> None:
    live = replace(MEMBER, pinned=(pinned(0, cell(0, room=3)),))

    assert broken(world(live), plan(1, 2, first=1)) == []
    assert broken(world(live), plan(1, 1, 2)) == [
        Broken("every_open_period_once", 1),
        Broken("group_once_at_a_time", 1, 0, 1),
    ]


def test_a_plan_needs_a_base_within_reach() -> None:
    assert broken(world(MEMBER), plan(1, 1, 2, base=None)) == [Broken("base_given", 1)]
    elsewhere = replace(BASE, centre=7)
    assert broken(world(MEMBER), plan(1, 1, 2, base=elsewhere)) == [Broken("base_possible", 1)]
    assert broken(world(MEMBER, roaming=False), plan(1, 4, None)) == [
        Broken("one_centre_a_plan", 1, 0, 4)
    ]


@pytest.mark.parametrize(
    ("first", "second", "more", "cells", "rule"),
    [
        ({}, {}, {}, (1, 1), "room_once_at_a_time"),
        ({"mentor": 9}, {"mentor": 9}, {}, (1, 3), "mentor_once_at_a_time"),
        ({}, {}, {"shares": ((2, 1),)}, (1, 3), "shared_learners_once_at_a_time"),
    ],
)
def test_two_groups_that_clash_are_found(
    first: dict[str, object],
    second: dict[str, object],
    more: dict[str, object],
    cells: tuple[int, int],
    rule: str,
) -> None:
    two = world(group(1, periods=1, **first), group(2, periods=1, **second), **more)

    assert broken(two, plan(1, cells[0]), plan(2, cells[1])) == [Broken(rule, 2, 0, 1)]


def test_a_mentor_keeps_to_one_centre_a_day_where_that_is_the_rule() -> None:
    two = (group(1, periods=1, mentor=9), replace(MEMBER, id=2, periods=1, mentor=9))
    plans = (plan(1, 1), plan(2, 5))

    assert broken(world(*two), *plans) == [Broken("mentor_one_centre_a_day", 2, 0)]
    assert broken(world(*two, one_centre_a_day=False), *plans) == []


@pytest.mark.parametrize(
    ("busy", "rule", "other"),
    [
        (Busy(CELLS[0].starts_at, CELLS[0].starts_at + 1, mentor=9), "mentor_busy", 9),
        (Busy(CELLS[0].ends_at - 1, CELLS[0].ends_at, group=1), "learners_busy", 1),
        (Busy(CELLS[0].ends_at - 1, CELLS[0].ends_at, group=2), "learners_busy", 2),
    ],
)
def test_a_busy_time_is_respected(busy: Busy, rule: str, other: int) -> None:
    two = world(group(1, mentor=9), group(2), shares=((1, 2),), busy=(busy,))

    found = broken(two, plan(1, 1, None), plan(2, None, None))

    assert found == [Broken(rule, 1, 0, other)]


def test_a_meetup_that_ends_when_another_begins_is_no_clash() -> None:
    busy = Busy(CELLS[0].ends_at, CELLS[0].ends_at + 60, group=1)

    assert broken(world(MEMBER, busy=(busy,)), plan(1, 1, None)) == []


def test_the_cost_is_told_by_part() -> None:
    cells: tuple[Cell, ...] = (
        *CELLS,
        cell(7, week=2, room=2),
        cell(8, week=4),
        cell(9, week=7),
        cell(10, week=8, room=11, hour=(2, 840)),
    )
    member = group(
        1,
        cadence=2,
        periods=6,
        reach=(Reach(1, 6.0),),
        unwelcome=(Unwelcome(5, 9, 1.0), Unwelcome(2, 14, 3.0)),
    )
    instance = Instance(12, cells, (member,))

    report = audit(instance, Weights(), [plan(1, 1, 7, 8, 9, 10, None)])

    assert report.broken == ()
    assert report.cost == Cost(
        other_room=2.0,
        other_hour=4.0,
        other_week=5.0,
        other_centre=8.0,
        journey=3.0,
        unwelcome=1.0 + 1.0 + 1.0 + 1.0 + 3.0 + 1.0,
        drop=60.0,
        spread=8.0,
    )
    assert report.cost.total == 98.0
