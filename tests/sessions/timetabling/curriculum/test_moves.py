"""What a move changes is what counting everything again would say; compiled code agrees."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("highspy", reason="the solver HiGHS is not installed")

from sessions.timetabling.curriculum.annealing import annealed, chances
from sessions.timetabling.curriculum.arrays import as_lectures, as_week
from sessions.timetabling.curriculum.checker import audit_week
from sessions.timetabling.curriculum.first import first_state, pairs_met, soft_cost
from sessions.timetabling.curriculum.instance import ImpossibleInstance
from sessions.timetabling.curriculum.moves import anneal, empty_state, put
from sessions.timetabling.curriculum.rooms import matched
from tests.sessions.timetabling.curriculum.weeks import SMALL, weeks

ANYTHING_GOES = np.full(4000, 1 << 32)
SHARES = np.array([400, 300])


@settings(max_examples=30, deadline=None)
@given(weeks(), st.integers(0, 9))
def test_the_cost_kept_by_moves_is_the_cost_counted_again(instance, seed):
    week = as_week(instance)
    state = started(week, seed)
    for _ in range(40 if state is not None else 0):
        anneal(week, state, ANYTHING_GOES, SHARES, 1, 1, -1)

        again = empty_state(week, seed)
        for lecture in range(len(week.course)):
            put(week, again, lecture, state.period[lecture], state.room[lecture])
        for name in ("at", "met", "held", "mask", "on_day", "on_days", "in_room"):
            assert (getattr(state, name) == getattr(again, name)).all(), name
        assert state.score[:2].tolist() == [soft_cost(week, again), pairs_met(week, again)]
        audit = audit_week(instance, as_lectures(instance, week, state.period, state.room))
        assert (state.score[1] == 0) == (not audit.broken)
        if not audit.broken:
            assert state.score[0] == audit.cost.total


def test_compiled_moves_give_the_plain_answer_to_the_bit():
    week = as_week(SMALL)

    plain, compiled = (
        annealed(week, seed=5, moves=4000, target=-1, spent=lambda: 0.0, compiled=each)
        for each in (False, True)
    )

    assert (plain.cost, plain.moves) == (compiled.cost, compiled.moves)
    assert plain.period.tolist() == compiled.period.tolist()
    assert plain.room.tolist() == compiled.room.tolist()


@settings(max_examples=10, deadline=None)
@given(weeks(), st.integers(0, 9))
def test_matching_the_rooms_keeps_the_periods_and_never_costs_more(instance, seed):
    week = as_week(instance)
    state = started(week, seed)
    if state is None or state.score[1]:
        return
    room = matched(week, state.period, state.room, lambda: True)

    audit = audit_week(instance, as_lectures(instance, week, state.period, room))
    assert audit.broken == ()
    assert audit.cost.total <= state.score[0]


def test_a_rise_is_the_less_likely_the_dearer_it_is():
    table = chances(2.0)

    assert table[0] == 1 << 32
    assert (np.diff(table) < 0).all()


def started(week, seed):
    """Return a state to begin from, None where the lectures cannot be placed at all."""
    try:
        return first_state(week, seed)
    except ImpossibleInstance:
        return None
