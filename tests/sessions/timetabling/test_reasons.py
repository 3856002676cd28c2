"""Why a period is unmet or displaced, one reason at a time, and its sentence."""

import re

import pytest

from centres.language import Language, translator
from sessions.timetabling.instance import Busy, Cell, Group, Instance, Weights
from sessions.timetabling.plan import Base, Period, Plan
from sessions.timetabling.reasons import SENTENCES, Finding, Reason, explain, sentence
from tests.sessions.timetabling.worlds import cell, group

BASE = Base(phase=0, centre=0, room=1, weekday=5, start_minute=540)
HERE = cell(1)


def only_reason(
    member: Group, cells: tuple[Cell, ...], *others: tuple[Group, int], **more: object
) -> Reason:
    """Return why `member` misses its only period while each other group meets in a given cell."""
    groups = (member, *(other for other, _ in others))
    instance = Instance(1, cells, groups, **more)  # type: ignore[arg-type]
    plans = [Plan(other.id, BASE, (Period(0, taken),)) for other, taken in others]
    [finding] = [
        each
        for each in explain(instance, Weights(), [Plan(1, BASE, (Period(0, None),)), *plans])
        if each.group == 1
    ]
    return finding.reason


@pytest.mark.parametrize(
    ("member", "cells", "reason"),
    [
        (group(1, periods=1), (), Reason("no_slot_that_week")),
        (
            group(1, periods=1, minutes=180),
            (HERE,),
            Reason("too_short", (("longest", 120), ("needed", 180))),
        ),
        (
            group(1, periods=1, size=30),
            (HERE, cell(2, room=2, seats=25)),
            Reason("rooms_too_small", (("seats", 25), ("size", 30))),
        ),
        (
            group(1, periods=1, equipment=frozenset({"screen", "computers"})),
            (HERE, cell(2, room=2, equipment=frozenset({"screen"}))),
            Reason("no_equipment", (("missing", "computers"),)),
        ),
    ],
)
def test_cells_that_cannot_serve_the_group_are_named_by_what_they_lack(
    member: Group, cells: tuple[Cell, ...], reason: Reason
) -> None:
    assert only_reason(member, cells) == reason


def test_a_room_taken_is_told_with_who_took_it() -> None:
    two = (cell(1), cell(2, room=2))
    others = ((group(2, periods=1), 1), (group(3, periods=1), 2))

    assert only_reason(group(1, periods=1), two, *others) == Reason(
        "taken_by", (("groups", "G2, G3"),)
    )


def test_people_elsewhere_are_told_with_whom() -> None:
    two = (cell(1), cell(2, room=2))
    one = group(1, periods=1, mentor=9)
    busy = Busy(HERE.starts_at, HERE.ends_at, mentor=9)
    away = Busy(HERE.ends_at + 60, HERE.ends_at + 120, mentor=9, centre=4, day=5)

    assert only_reason(one, two, (group(2, periods=1, mentor=9), 2)) == Reason(
        "mentor_with", (("groups", "G2"),)
    )
    assert only_reason(one, two, (group(2, periods=1), 2), shares=((1, 2),)) == Reason(
        "learners_with", (("groups", "G2"),)
    )
    assert only_reason(one, two, busy=(busy,)) == Reason("mentor_busy")
    assert only_reason(one, two, busy=(away,)) == Reason("mentor_elsewhere")
    assert only_reason(one, two, busy=(Busy(HERE.starts_at, HERE.ends_at, group=1),)) == Reason(
        "learners_busy"
    )


def test_a_free_cell_that_costs_more_than_a_drop_is_told_with_its_cost() -> None:
    free = only_reason(group(1, periods=1), (cell(1, hour=(2, 840)),))

    assert free == Reason("dearer_than_drop", (("cost", 4.0),))


def test_a_displaced_period_says_why_it_is_not_at_its_usual_place() -> None:
    cells = (
        cell(1),
        cell(2, room=2),
        cell(4, week=1, room=2),
        cell(6, week=2),
        cell(5, week=2, room=2),
    )
    members = (group(1, periods=3), group(2, periods=1))
    instance = Instance(3, cells, members)
    plans = [
        Plan(1, BASE, (Period(0, 2), Period(1, 4), Period(2, 5))),
        Plan(2, BASE, (Period(0, 1),)),
    ]

    assert explain(instance, Weights(), plans) == (
        Finding(1, 0, 2, Reason("taken_by", (("groups", "G2"),))),
        Finding(1, 1, 4, Reason("usual_slot_missing")),
        Finding(1, 2, 5, Reason("better_elsewhere")),
    )


def test_every_sentence_takes_the_figures_of_its_reason() -> None:
    figures = {
        "longest": 60,
        "needed": 120,
        "seats": 12,
        "size": 15,
        "missing": "computers",
        "groups": "G2, G3",
        "cost": 71.6,
        "nearest": 71.6,
        "limit": 60.0,
        "least": 8,
        "closure": "Examens",
        "holiday": "Tabaski",
        "count": 12,
        "km": 40.0,
    }

    for code in SENTENCES:
        told = sentence(Reason(code, tuple(figures.items())), lambda text: text)
        assert told.endswith(".")
        assert "{" not in told


@pytest.mark.parametrize("language", [Language.EN, Language.PT])
def test_every_sentence_is_translated_with_the_same_figures(language: Language) -> None:
    for told in SENTENCES.values():
        translated = translator(language).gettext(told)

        assert translated != told
        assert sorted(re.findall(r"{.*?}", translated)) == sorted(re.findall(r"{.*?}", told))


def test_a_sentence_is_looked_up_before_its_figures_are_put_in() -> None:
    asked: list[str] = []

    def gettext(text: str) -> str:
        asked.append(text)
        return "The rooms are taken by {groups}."

    told = sentence(Reason("taken_by", (("groups", "G2"),)), gettext)

    assert told == "The rooms are taken by G2."
    assert asked == [SENTENCES["taken_by"]]
