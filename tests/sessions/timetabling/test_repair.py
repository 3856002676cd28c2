"""Lost periods find a new place; nothing else moves."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sessions.timetabling.checker import audit
from sessions.timetabling.instance import Cell, Instance, Pinned, Weights
from sessions.timetabling.plan import Base, Cost, Period, Plan
from sessions.timetabling.reasons import Reason
from sessions.timetabling.repair import Lost, Move, Repair, Stranded, repair
from tests.sessions.timetabling.worlds import cell, group, instances, pinned


def lost(number: int, was: Cell, ordinal: int = 0) -> Lost:
    return Lost(number, pinned(ordinal, was))


@given(instances())
def test_repairing_nothing_changes_nothing(instance: Instance) -> None:
    assert repair(instance, [], Weights()) == Repair((), ())


@settings(deadline=None)
@given(instances(groups=4), st.data())
def test_a_repair_keeps_every_rule_and_accounts_for_each_lost_period(
    instance: Instance, data: st.DataObject
) -> None:
    gone = [
        Lost(each.id, _was(data, instance, each.home, q))
        for each in instance.groups
        for q in data.draw(
            st.sets(st.sampled_from(each.to_plan), max_size=2) if each.to_plan else st.just(set())
        )
    ]

    done = repair(instance, gone, Weights())

    told = sorted([(each.group, each.ordinal) for each in (*done.moves, *done.stranded)])
    assert told == sorted((each.group, each.was.ordinal) for each in gone)
    assert _rules_broken(instance, gone, done) == set()
    assert done == repair(instance, gone[::-1], Weights())


def _was(data: st.DataObject, instance: Instance, centre: int, ordinal: int) -> Pinned:
    week = data.draw(st.integers(0, instance.weeks - 1))
    return replace(pinned(ordinal, cell(0, week=week, room=60)), centre=centre)


def _rules_broken(instance: Instance, gone: list[Lost], done: Repair) -> set[str]:
    """Return the rules a repair breaks, other than those of a plan's base, week and hour."""
    taken = {(each.group, each.ordinal): each.cell for each in done.moves}
    plans = [
        Plan(
            each.id,
            Base(0, each.home, 1, 0, 0),
            tuple(Period(q, taken.get((each.id, q))) for q in each.to_plan),
        )
        for each in instance.groups
    ]
    by_base = {"week_allowed", "other_week_keeps_the_hour", "one_centre_a_plan"}
    return {each.rule for each in audit(instance, Weights(), plans).broken} - by_base


def test_the_nearest_place_is_the_same_centre_then_week_then_hour_then_room() -> None:
    was = cell(0)
    cells = (
        cell(1, room=11),  # another centre, same hour
        cell(2, week=1),  # same room, next week
        cell(3, hour=(5, 840)),  # same room and day
        cell(4, hour=(5, 600), room=2),  # one hour later, next door
        cell(5, room=2),  # same hour, next door
    )
    member = group(1, cadence=2)
    found = []

    for _ in range(4):
        instance = Instance(2, cells, (member,))
        [move] = repair(instance, [lost(1, was)], Weights()).moves
        found.append(move.cell)
        cells = tuple(each for each in cells if each.id != move.cell)

    assert found == [5, 4, 3, 2]


def test_the_change_is_charged_from_the_old_place() -> None:
    instance = Instance(2, (cell(1, week=1, room=2),), (group(1, cadence=2),))

    done = repair(instance, [lost(1, cell(0))], Weights())

    assert done.moves == (Move(1, 0, 1, Cost(other_room=2.0, other_week=5.0)),)


def test_one_lost_period_steps_aside_for_another() -> None:
    cells = (cell(1, seats=30), cell(2, hour=(5, 840)), cell(3, hour=(2, 840), seats=30))
    small, large = group(1, size=10), group(2, size=25)
    larger = group(3, size=25)
    gone = [lost(1, cell(0)), lost(2, cell(0, room=2)), lost(3, cell(0, room=3))]

    done = repair(Instance(1, cells, (small, large, larger)), gone, Weights())

    assert {each.group: each.cell for each in done.moves} == {1: 2, 2: 1, 3: 3}


def test_one_gives_way_to_another_who_has_no_other_place() -> None:
    screen = frozenset({"screen"})
    cells = (
        cell(1),
        cell(2, hour=(5, 600), room=2, equipment=screen),
        cell(3, hour=(5, 840), room=3, equipment=screen, seats=8),
    )
    members = (group(1), group(2, size=6, equipment=screen), group(3))
    gone = [lost(number, cell(0)) for number in (1, 2, 3)]

    done = repair(Instance(1, cells, members), gone, Weights())

    assert {each.group: each.cell for each in done.moves} == {1: 1, 2: 3, 3: 2}


def test_a_live_meetup_is_never_touched_and_is_named_as_the_reason() -> None:
    free = cell(1, room=2)
    live = group(2, mentor=9, pinned=(pinned(0, cell(0, room=3)),))
    instance = Instance(1, (free,), (group(1, mentor=9), live))

    done = repair(instance, [lost(1, cell(0))], Weights())

    assert done == Repair((), (Stranded(1, 0, Reason("mentor_with", (("groups", "G2"),))),))


def test_a_weekly_group_does_not_change_week() -> None:
    instance = Instance(2, (cell(1, week=1),), (group(1),))

    done = repair(instance, [lost(1, cell(0))], Weights())

    assert done.stranded == (Stranded(1, 0, Reason("no_slot_that_week")),)


def test_a_period_already_moved_stays_within_its_own_weeks() -> None:
    instance = Instance(4, (cell(1, week=3),), (group(1, cadence=2),))
    was = pinned(1, cell(0, week=3))

    moved = repair(instance, [Lost(1, was, due_week=2)], Weights())
    too_far = repair(instance, [Lost(1, replace(was, week=2), due_week=1)], Weights())

    assert [each.cell for each in moved.moves] == [1]
    assert len(too_far.stranded) == 1


@pytest.mark.parametrize(
    ("gone", "complaint"),
    [
        ([lost(3, cell(0))], "unknown group 3"),
        ([lost(1, cell(0)), lost(1, cell(0))], "period 0 of group G1 cannot be lost"),
        ([lost(2, cell(0))], "period 0 of group G2 cannot be lost"),
    ],
)
def test_what_cannot_have_been_lost_is_refused(gone: list[Lost], complaint: str) -> None:
    live = group(2, pinned=(pinned(0, cell(0, room=3)),))

    with pytest.raises(ValueError, match=complaint):
        repair(Instance(1, (), (group(1), live)), gone, Weights())
