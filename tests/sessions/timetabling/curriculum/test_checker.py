"""What a week of lectures costs, and which rules it breaks, worked out by hand."""

import pytest

from sessions.timetabling.curriculum.checker import WeekCost, audit_week
from sessions.timetabling.curriculum.instance import (
    Course,
    Curriculum,
    ImpossibleInstance,
    Lecture,
    LectureRoom,
    WeekInstance,
)
from tests.sessions.timetabling.curriculum.weeks import SMALL

GOOD = (
    Lecture("welding", "A", 0, 0),
    Lecture("wiring", "A", 0, 1),
    Lecture("welding", "A", 1, 1),
    Lecture("wiring", "A", 1, 2),
    Lecture("French", "B", 0, 1),
)


def changed(at: int, lecture: Lecture) -> list[Lecture]:
    return [*GOOD[:at], lecture, *GOOD[at + 1 :]]


def test_a_week_with_all_that_is_wished_costs_nothing():
    audit = audit_week(SMALL, GOOD)

    assert audit == type(audit)(WeekCost(), ())


@pytest.mark.parametrize(
    ("lectures", "cost"),
    [
        (changed(0, Lecture("welding", "B", 0, 0)), WeekCost(seats=2, rooms=1)),
        (changed(2, Lecture("welding", "A", 0, 2)), WeekCost(days=5, isolated=2)),
        (changed(3, Lecture("wiring", "A", 1, 0)), WeekCost()),
        (changed(1, Lecture("wiring", "A", 0, 2)), WeekCost(isolated=4)),
    ],
)
def test_each_wish_that_is_not_met_has_its_price(lectures, cost):
    audit = audit_week(SMALL, lectures)

    assert (audit.cost, audit.broken) == (cost, ())


@pytest.mark.parametrize(
    ("lectures", "broken"),
    [
        (GOOD[1:], "welding: 1 lectures of 2."),
        (changed(1, Lecture("wiring", "B", 0, 0)), "trades has welding and wiring"),
        (changed(4, Lecture("French", "A", 0, 1)), "French and wiring are both in A"),
        (changed(4, Lecture("French", "B", 0, 0)), "French is unavailable on day 0, period 0."),
        (changed(4, Lecture("French", "B", 1, 1)), "Awa teaches French and welding"),
        (changed(2, Lecture("welding", "B", 0, 0)), "welding meets twice"),
        (changed(4, Lecture("German", "B", 0, 1)), "There is no course German."),
        (changed(4, Lecture("French", "C", 0, 1)), "There is no room C."),
        (changed(4, Lecture("French", "B", 0, 3)), "There is no period 3 on day 0."),
    ],
)
def test_each_broken_rule_is_said(lectures, broken):
    audit = audit_week(SMALL, lectures)

    assert broken in audit.broken[0]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"courses": (*SMALL.courses, SMALL.courses[0])}, "welding is listed 2 times"),
        ({"curricula": (Curriculum("q", ("tiling",)),)}, "names course tiling, which is not"),
        ({"closed": frozenset({("wiring", 2, 0)})}, "there is no such period"),
        ({"closed": frozenset({("tiling", 0, 0)})}, "tiling is unavailable but not listed"),
        (
            {"courses": (Course("a", "t", 7, 1, 1),), "curricula": (), "closed": frozenset()},
            "7 lectures but 6 periods",
        ),
        ({"rooms": ()}, "do not fit 0 rooms"),
        ({"days": 0}, "at least 1 day"),
        ({"rooms": (LectureRoom("A", 1), LectureRoom("A", 2))}, "room A is listed 2 times"),
    ],
)
def test_a_week_that_contradicts_itself_is_refused_with_the_reason(wrong, said):
    fields = {name: getattr(SMALL, name) for name in SMALL.__slots__}

    with pytest.raises(ImpossibleInstance, match=said):
        WeekInstance(**{**fields, **wrong})
