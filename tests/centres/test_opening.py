"""Opening hours and closures on a centre's wall clock."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from centres.opening import (
    OpeningHours,
    OpenPeriod,
    UnusableOpeningHours,
    is_open,
    open_periods,
)
from centres.zones import WallTimeExpected

MONDAY = date(2026, 12, 14)
SCHOOL = [
    OpeningHours(0, time(8), time(12)),
    OpeningHours(0, time(14), time(18)),
    OpeningHours(5, time(20), time(0)),
    OpeningHours(6, time(0), time(2)),
]


def wall(day, hour, minute=0):
    return datetime.combine(MONDAY + timedelta(days=day), time(hour, minute))


def test_a_day_may_have_several_stretches_and_midnight_joins_two_days():
    periods = open_periods(SCHOOL, [], MONDAY, MONDAY + timedelta(days=6))

    assert periods == [
        OpenPeriod(wall(0, 8), wall(0, 12)),
        OpenPeriod(wall(0, 14), wall(0, 18)),
        OpenPeriod(wall(5, 20), wall(6, 2)),
    ]


def test_a_closure_takes_the_whole_day():
    periods = open_periods(SCHOOL, [MONDAY], MONDAY, MONDAY + timedelta(days=7))

    assert periods == [
        OpenPeriod(wall(5, 20), wall(6, 2)),
        OpenPeriod(wall(7, 8), wall(7, 12)),
        OpenPeriod(wall(7, 14), wall(7, 18)),
    ]


def test_from_midnight_to_midnight_is_the_whole_day():
    always = [OpeningHours(weekday, time(0), time(0)) for weekday in range(7)]

    periods = open_periods(always, [], MONDAY, MONDAY + timedelta(days=2))

    assert periods == [OpenPeriod(wall(0, 0), wall(3, 0))]


def test_dates_that_run_backwards_hold_nothing():
    assert open_periods(SCHOOL, [], MONDAY, MONDAY - timedelta(days=1)) == []


@pytest.mark.parametrize(
    ("starts_wall", "ends_wall", "expected"),
    [
        (wall(0, 8), wall(0, 12), True),
        (wall(0, 7, 59), wall(0, 10), False),
        (wall(0, 11), wall(0, 15), False),
        (wall(1, 9), wall(1, 11), False),
        (wall(5, 22), wall(6, 0), True),
        (wall(5, 22), wall(6, 1), True),
        (wall(6, 1), wall(6, 3), False),
    ],
)
def test_a_slot_must_lie_inside_one_stretch(starts_wall, ends_wall, expected):
    assert is_open(SCHOOL, starts_wall, ends_wall) is expected


def test_a_centre_is_not_open_on_a_closure_or_without_hours():
    assert not is_open(SCHOOL, wall(0, 8), wall(0, 10), closures=[MONDAY])
    assert not is_open([], wall(0, 8), wall(0, 10))


stretches = st.builds(
    lambda weekday, opens, length: OpeningHours(weekday, time(opens), time((opens + length) % 24)),
    st.integers(0, 6),
    st.integers(0, 15),
    st.integers(1, 8),
) | st.builds(lambda weekday: OpeningHours(weekday, time(16), time(0)), st.integers(0, 6))


@given(
    st.lists(stretches, max_size=10),
    st.sets(st.integers(0, 13).map(lambda n: MONDAY + timedelta(days=n))),
    st.integers(0, 13),
)
def test_open_periods_hold_exactly_the_open_hours(hours, closures, last):
    last_date = MONDAY + timedelta(days=last)

    periods = open_periods(hours, closures, MONDAY, last_date)

    by_brute_force = {
        wall(day, hour)
        for day in range(last + 1)
        for hour in range(24)
        if MONDAY + timedelta(days=day) not in closures
        and any(
            each.weekday == day % 7
            and each.opens.hour <= hour
            and (hour < each.closes.hour or each.closes == time(0))
            for each in hours
        )
    }
    held = {
        wall(0, 0) + timedelta(hours=number)
        for number in range(24 * 15)
        if any(
            period.starts_wall <= wall(0, 0) + timedelta(hours=number) < period.ends_wall
            for period in periods
        )
    }
    assert held == by_brute_force
    assert periods == sorted(periods)


@pytest.mark.parametrize(
    ("weekday", "opens", "closes", "field"),
    [
        (7, time(8), time(12), "weekday"),
        (-1, time(8), time(12), "weekday"),
        (0, time(12), time(8), "closes"),
        (0, time(12), time(12), "closes"),
    ],
)
def test_hours_that_cannot_be_kept_are_refused(weekday, opens, closes, field):
    with pytest.raises(UnusableOpeningHours) as refused:
        OpeningHours(weekday, opens, closes)

    assert refused.value.field == field


def test_hours_and_times_with_an_offset_are_refused():
    with pytest.raises(WallTimeExpected):
        OpeningHours(0, time(8, tzinfo=UTC), time(12))
    with pytest.raises(WallTimeExpected):
        is_open(SCHOOL, wall(0, 8).replace(tzinfo=UTC), wall(0, 10))


@given(st.integers(0, 6), st.integers(-2, 1442), st.integers(-2, 1442))
def test_minutes_after_midnight_make_the_same_hours_or_are_refused(weekday, opens, closes):
    try:
        hours = OpeningHours.from_minutes(weekday, opens, closes)
    except UnusableOpeningHours:
        assert not 0 <= opens < closes <= 1440
    else:
        day = hours.on(MONDAY)
        assert [day.starts_wall, day.ends_wall] == [
            wall(0, 0) + timedelta(minutes=minute) for minute in (opens, closes)
        ]
