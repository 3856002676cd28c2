"""A wrong problem cannot be made, and equal problems have equal hashes."""

from dataclasses import replace

import pytest

from sessions.timetabling.instance import Busy, Instance, Pinned, Reach, Unwelcome, Weights
from tests.sessions.timetabling.worlds import cell, group


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"cells": (cell(1), cell(1, week=1))}, "cells must be given once each"),
        ({"cells": (cell(1, week=2),)}, "cell 1 lies outside the 2 weeks"),
        ({"cells": (cell(1), replace(cell(2), centre=5))}, "room 1 stands in two centres"),
        ({"groups": (group(1), group(1))}, "groups must be given once each"),
        ({"shares": ((1, 1),)}, "groups 1 and 1 cannot share learners"),
        ({"shares": ((1, 3),)}, "groups 1 and 3 cannot share learners"),
        ({"busy": (Busy(0, 1, group=3),)}, "a busy time of the unknown group 3"),
        ({"weeks": 0}, "at least one week"),
    ],
)
def test_what_does_not_fit_together_is_refused(change: dict[str, object], complaint: str) -> None:
    values: dict[str, object] = {"weeks": 2, "cells": (cell(1),), "groups": (group(1),), **change}

    with pytest.raises(ValueError, match=complaint):
        Instance(**values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"size": 0}, "needs a size"),
        ({"cadence": 3}, "cadence must be one of"),
        ({"periods": 0}, "needs a size, a length and a period"),
        ({"first_open": 3}, "first open period outside its periods"),
        ({"reach": (Reach(0, 1.0),)}, "centres of group G1 must be given once each"),
        ({"pinned": (Pinned(2, 1, 0, 0, 1, 0, 0, 0),)}, "a pinned period outside"),
        ({"unwelcome": (Unwelcome(1, 2, 3), Unwelcome(1, 2, 4))}, "unwelcome hours"),
    ],
)
def test_a_group_that_cannot_be_is_refused(change: dict[str, object], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        group(1, **change)


@pytest.mark.parametrize(
    "attempt",
    [
        lambda: cell(1, minutes=0),
        lambda: cell(1, seats=0),
        lambda: cell(1, hour=(7, 0)),
        lambda: Reach(1, float("nan")),
        lambda: Unwelcome(0, 24, 1.0),
        lambda: Busy(0, 1),
        lambda: Busy(0, 1, mentor=1, group=1),
        lambda: Weights(drop=float("inf")),
        lambda: Weights(other_room=5, other_hour=4),
    ],
)
def test_an_impossible_value_is_refused(attempt) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match=r"."):
        attempt()


def test_the_hash_changes_with_the_problem_and_not_with_its_order() -> None:
    cells = (cell(1, equipment=frozenset({"screen", "internet"})), cell(2, week=1))
    one = Instance(2, cells, (group(1), group(2)), ((1, 2),))

    assert one.instance_hash() == (
        Instance(2, cells[::-1], (group(2), group(1)), ((2, 1), (1, 2))).instance_hash()
    )
    assert one.instance_hash() != replace(one, shares=()).instance_hash()
    assert one.instance_hash() != replace(one, weeks=3).instance_hash()
    assert len(one.instance_hash()) == 64


def test_an_integer_cost_and_its_decimal_are_the_same_problem() -> None:
    whole = group(1, unwelcome=(Unwelcome(5, 9, 2),))
    decimal = group(1, unwelcome=(Unwelcome(5, 9, 2.0),))

    assert Instance(2, (), (whole,)).instance_hash() == Instance(2, (), (decimal,)).instance_hash()
