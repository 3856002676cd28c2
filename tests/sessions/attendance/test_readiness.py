"""Whether a room is ready for a day, by what its host found."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from sessions.attendance.readiness import Found, Needs, Readiness, faults, readiness

SATURDAY = date(2027, 1, 9)
NEEDS = Needs(connection=True, computers=12)
ALL_WELL = Found(power=True, connection=True, computers=12, key=True)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({}, []),
        ({"power": False}, ["pas de courant"]),
        ({"connection": False}, ["pas de connexion"]),
        ({"computers": 11}, ["11 ordinateurs marchent, il en faut 12"]),
        ({"key": False}, ["personne n'a la clé"]),
    ],
)
def test_each_thing_that_is_missing_is_said(change, said):
    assert [str(each) for each in faults(replace(ALL_WELL, **change), NEEDS)] == said


def test_what_no_meetup_needs_is_no_fault():
    bare = Found(power=True, connection=False, computers=0, key=True)

    assert faults(bare, Needs(connection=False, computers=0)) == []


@pytest.mark.parametrize(
    ("found", "now", "state"),
    [
        (None, datetime(2027, 1, 8, 7, 59), Readiness.TO_COME),
        (None, datetime(2027, 1, 8, 8), Readiness.ASKED),
        (None, datetime(2027, 1, 8, 18), Readiness.UNCONFIRMED),
        (ALL_WELL, datetime(2027, 1, 8, 18), Readiness.READY),
        (replace(ALL_WELL, key=False), datetime(2027, 1, 8, 9), Readiness.FAILED),
    ],
)
def test_a_room_is_asked_about_the_day_before_and_unconfirmed_from_18_h(found, now, state):
    assert readiness(found, NEEDS, SATURDAY, now) is state
