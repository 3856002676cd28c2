"""Periods and their algebra, against sets of minutes."""

from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from centres.interval import EndsBeforeItStarts, Period, gaps, union
from centres.zones import InstantExpected

MIDNIGHT = datetime(2026, 12, 15, tzinfo=UTC)


def at(minute):
    return MIDNIGHT + timedelta(minutes=minute)


def period(first, last):
    return Period(at(first), at(last))


def minutes_of(*several):
    """Return the minutes since midnight that the periods hold: slow, and plainly right."""
    return {
        minute
        for each in several
        for minute in range(
            (each.starts_at - MIDNIGHT) // timedelta(minutes=1),
            (each.ends_at - MIDNIGHT) // timedelta(minutes=1),
        )
    }


periods = st.builds(
    lambda start, length: period(start, start + length), st.integers(0, 60), st.integers(1, 20)
)


@given(periods, periods)
def test_periods_overlap_when_they_share_a_minute(one, other):
    assert one.overlaps(other) == bool(minutes_of(one) & minutes_of(other))


@given(periods, periods)
def test_a_period_contains_another_when_it_holds_all_its_minutes(one, other):
    assert one.contains(other) == (minutes_of(other) <= minutes_of(one))


@given(periods, st.integers(-5, 90))
def test_a_period_includes_the_minutes_it_holds(one, minute):
    assert one.includes(at(minute)) == (minute in minutes_of(one))


@given(periods)
def test_a_period_is_as_long_as_its_minutes_are_many(one):
    assert one.minutes == len(minutes_of(one))


@given(st.lists(periods, max_size=8))
def test_a_union_holds_the_same_minutes_in_as_few_periods_as_can_be(several):
    merged = union(several)

    assert minutes_of(*merged) == minutes_of(*several)
    assert all(one.ends_at < other.starts_at for one, other in pairwise(merged))


@given(st.lists(periods, max_size=8), periods)
def test_gaps_are_the_minutes_within_that_nothing_holds(several, within):
    free = gaps(several, within)

    assert minutes_of(*free) == minutes_of(within) - minutes_of(*several)
    assert all(one.ends_at < other.starts_at for one, other in pairwise(free))


def test_one_meetup_may_begin_the_moment_another_ends():
    assert not period(0, 120).overlaps(period(120, 240))


def test_a_period_given_in_another_offset_is_the_same_period():
    lagos = timezone(timedelta(hours=1))

    same = Period(datetime(2026, 12, 15, 1, tzinfo=lagos), datetime(2026, 12, 15, 2, tzinfo=lagos))

    assert same == period(0, 60)
    assert same.starts_at.tzinfo is UTC


def test_a_night_in_which_the_clocks_change_is_as_long_as_it_really_is():
    paris = ZoneInfo("Europe/Paris")

    night = Period(datetime(2026, 10, 25, 0, tzinfo=paris), datetime(2026, 10, 25, 6, tzinfo=paris))

    assert night.minutes == 7 * 60


@pytest.mark.parametrize("length", [0, -30])
def test_a_period_that_is_empty_or_runs_backwards_is_refused(length):
    with pytest.raises(EndsBeforeItStarts) as refused:
        period(60, 60 + length)

    assert refused.value.field == "ends_at"


@pytest.mark.parametrize(
    ("starts_at", "ends_at", "field"),
    [
        (datetime(2026, 12, 15, 9), at(900), "starts_at"),
        (at(0), datetime(2026, 12, 15, 9), "ends_at"),
    ],
)
def test_a_naive_datetime_is_refused(starts_at, ends_at, field):
    with pytest.raises(InstantExpected) as refused:
        Period(starts_at, ends_at)

    assert refused.value.field == field
