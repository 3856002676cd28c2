"""States, dates and hours of an agreement."""

from datetime import date, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from centres.agreement import (
    AgreementState,
    IllegalAgreementStep,
    IsoWeek,
    allows_slots,
    covers,
    hours_used_per_week,
    next_states,
    require_transition,
    weeks_over,
)
from centres.language import Language, say

PROSPECT, NEGOTIATING, AGREED, OPEN, SUSPENDED, CLOSED = AgreementState

LEGAL = {
    (PROSPECT, NEGOTIATING),
    (PROSPECT, CLOSED),
    (NEGOTIATING, PROSPECT),
    (NEGOTIATING, AGREED),
    (NEGOTIATING, CLOSED),
    (AGREED, OPEN),
    (AGREED, SUSPENDED),
    (AGREED, CLOSED),
    (OPEN, SUSPENDED),
    (OPEN, CLOSED),
    (SUSPENDED, OPEN),
    (SUSPENDED, CLOSED),
}


@pytest.mark.parametrize(("now", "then"), [*product(AgreementState, repeat=2)])
def test_every_step_is_either_legal_or_refused(now, then):
    try:
        require_transition(now, then)
    except IllegalAgreementStep:
        taken = False
    else:
        taken = True

    assert taken == ((now, then) in LEGAL)
    assert (then in next_states(now)) == taken


def test_a_refused_step_names_what_may_come_next():
    with pytest.raises(IllegalAgreementStep) as refused:
        require_transition(OPEN, AGREED)

    assert [say(refused.value.detail, each) for each in Language] == [
        "Une convention en vigueur ne devient pas signée ; elle peut devenir suspendue ou close.",
        "An agreement that is in force does not become signed; it can become suspended or closed.",
        "Um acordo em vigor não passa a assinado; pode passar a suspenso ou encerrado.",
    ]


def test_a_closed_agreement_asks_for_a_new_one():
    with pytest.raises(IllegalAgreementStep, match="signez-en une nouvelle"):
        require_transition(CLOSED, OPEN)


def test_slots_may_be_published_from_the_signature_on_and_not_while_suspended():
    assert [state for state in AgreementState if allows_slots(state)] == [AGREED, OPEN]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 8, 31), False),
        (date(2026, 9, 1), True),
        (date(2027, 6, 30), True),
        (date(2027, 7, 1), False),
    ],
)
def test_an_agreement_is_in_force_on_both_its_dates(day, expected):
    assert covers(date(2026, 9, 1), date(2027, 6, 30), day) is expected


def test_an_agreement_without_an_end_lasts():
    assert covers(date(2026, 9, 1), None, date(2099, 1, 1))


def test_hours_are_counted_by_iso_week_even_across_the_new_year():
    slots = [
        (datetime(2026, 12, 29, 9), datetime(2026, 12, 29, 11)),
        (datetime(2027, 1, 2, 9), datetime(2027, 1, 2, 10, 30)),
        (datetime(2027, 1, 4, 9), datetime(2027, 1, 4, 12)),
    ]

    assert hours_used_per_week(slots) == {IsoWeek(2026, 53): 3.5, IsoWeek(2027, 1): 3.0}


def test_a_slot_past_sunday_midnight_is_shared_between_its_weeks():
    night = (datetime(2026, 12, 20, 23), datetime(2026, 12, 21, 1, 30))

    assert hours_used_per_week([night]) == {IsoWeek(2026, 51): 1.0, IsoWeek(2026, 52): 1.5}


def test_two_rooms_at_once_count_twice_and_the_limit_itself_is_allowed():
    two_hours = (datetime(2026, 12, 15, 9), datetime(2026, 12, 15, 11))

    assert weeks_over(4, [two_hours, two_hours]) == []
    assert weeks_over(3.5, [two_hours, two_hours]) == [IsoWeek(2026, 51)]
    assert weeks_over(None, [two_hours] * 100) == []


quarters = st.integers(0, 4 * 24 * 21)


@given(st.lists(st.tuples(quarters, st.integers(1, 40)), max_size=8))
def test_hours_by_week_match_a_count_of_quarters(drawn):
    monday = datetime(2026, 12, 14)
    quarter = timedelta(minutes=15)
    slots = [
        (monday + first * quarter, monday + (first + length) * quarter) for first, length in drawn
    ]

    counted: dict[IsoWeek, float] = {}
    for first, length in drawn:
        for number in range(first, first + length):
            year, week, _ = (monday + number * quarter).isocalendar()
            counted[IsoWeek(year, week)] = counted.get(IsoWeek(year, week), 0) + 0.25

    assert hours_used_per_week(slots) == counted
