"""The queue of a full meetup: its cohort first, then whoever asked earlier, nobody skipped."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessions.waiting_order import Turn, Waiting, in_order, next_turn
from tests.factories import NOW

entries = st.lists(
    st.builds(
        Waiting,
        id=st.integers(1, 10**6),
        learner=st.integers(1, 10**6),
        asked_at=st.integers(0, 3).map(lambda hours: NOW + timedelta(hours=hours)),
        of_cohort=st.booleans(),
        elsewhere=st.booleans(),
    ),
    max_size=12,
    unique_by=lambda each: each.id,
)


def test_the_cohort_comes_first_then_the_earlier_then_the_lower_number():
    guest = Waiting(1, 11, NOW)
    member = Waiting(4, 14, NOW + timedelta(days=1), of_cohort=True)
    late, twin = Waiting(3, 13, NOW + timedelta(hours=1)), Waiting(2, 12, NOW)

    assert in_order([late, guest, twin, member]) == (member, guest, twin, late)


def test_who_is_elsewhere_is_passed_over_and_named():
    first = Waiting(1, 11, NOW, elsewhere=True)
    second, third = Waiting(2, 12, NOW), Waiting(3, 13, NOW)

    assert next_turn([third, second, first], 1) == Turn((second,), (first,))


def test_a_seat_that_nobody_can_take_stays_free():
    elsewhere = Waiting(1, 11, NOW, elsewhere=True)

    assert next_turn([elsewhere], 3) == Turn((), (elsewhere,))


def test_without_a_free_seat_nobody_is_passed_over():
    assert next_turn([Waiting(1, 11, NOW, elsewhere=True)], 0) == Turn()


@given(entries, st.integers(0, 14))
def test_seats_go_to_the_first_in_the_queue_who_can_come(queue, free):
    able = [each for each in in_order(queue) if not each.elsewhere]

    turn = next_turn(queue, free)

    assert turn.given == tuple(able[:free])
    reached = in_order(turn.given + turn.passed_over)
    assert reached == in_order(queue)[: len(reached)]


def test_seats_are_not_negative_and_times_say_their_offset():
    with pytest.raises(ValueError, match="negative"):
        next_turn([], -1)
    with pytest.raises(ValueError, match="offset"):
        Waiting(1, 11, datetime(2027, 1, 4))
